import { waysToSignIn } from "../../lib/git-hosts/read-sign-in.ts";
import type { MissingStepTemplates } from "../../lib/compare/bind-step-templates.ts";
import type { MissingSecrets } from "../../lib/compare/secrets.ts";
import { createGitAccess, type GitInput } from "../../lib/copies/git-access.ts";
import { openHostAccess } from "../../lib/git-hosts/index.ts";
import type { StepContext, StepLog } from "../../lib/step/define-step.ts";
import { findMapping, type MappingInput } from "../../lib/deployment/find-mapping.ts";
import { rehearse, type RehearseOptions } from "../../lib/fleet/rehearse.ts";
import {
  readBaselineContent,
  readPackageContent,
  refuseUnfit,
  type RehearsedContent,
} from "../../lib/fleet/rehearsed-content.ts";
import type { Rehearsal } from "../../lib/fleet/rehearsal.ts";
import { readSelection } from "../../lib/fleet/tenant-parameters.ts";
import type { KeptPlaces } from "../../lib/mapping/kept-mapping.ts";
import { ParameterError } from "../../lib/step/errors.ts";
import type { PackageReference } from "../../lib/step/parameters.ts";

export interface RehearseInput extends MappingInput, GitInput {
  package: PackageReference | undefined;
  baseline: string | undefined;
  baselineFile: string;
  tenants: readonly string[];
  tags: readonly string[];
  ring: string | undefined;
  ringSet: string;
  template: string | undefined;
  deployingProject: string | undefined;
  projectName: string | undefined;
  intoProject: string | undefined;
  runbookName: string | undefined;
  machines: KeptPlaces["machines"];
  pollingMachines: boolean;
  gitProjects: KeptPlaces["gitProjects"];
  receiptKey: string | undefined;
  overwriteDownstreamChanges: boolean;
  adoptExisting: boolean;
  filesInGit: boolean;
  missingStepTemplates: MissingStepTemplates;
  missingSecrets: MissingSecrets;
}

interface Given extends Pick<RehearseOptions, "management" | "access" | "readVariable" | "countRequests" | "now"> {
  log: StepLog;
  git: Pick<StepContext, "mask" | "workingDirectory" | "signal">;
}

/** Rehearses what the parameters give, in the spaces that they pick. */
export async function rehearseContent(input: RehearseInput, given: Given): Promise<Rehearsal> {
  const { selection, text } = readSelection(input);
  const [content, mapping] = [readContent(input), await findMapping(input)];
  refuseUnfit(content, {
    ...(input.projectName !== undefined && { projectName: '"Project Name"' }),
    ...(input.intoProject !== undefined && { intoProject: '"Into Project"' }),
    ...(input.runbookName !== undefined && { runbookName: '"Runbook Name"' }),
    ...(mapping !== undefined && { mapping: '"Mapping"' }),
  });
  return rehearse({
    ...given,
    git: input.filesInGit ? openGit(input, given) : undefined,
    gitHelp: `Tick "Look at Files in Git", with "Git Host", "Git Host URL" and ${waysToSignIn} where the repositories are not public.`,
    ...content,
    mapping,
    selection,
    selectionText: text,
    deployingProject: input.deployingProject ?? "",
    projectName: input.projectName,
    intoProject: input.intoProject,
    runbookName: input.runbookName,
    places: { machines: input.machines, withPolling: input.pollingMachines, gitProjects: input.gitProjects },
    receiptKey: input.receiptKey,
    overwrite: input.overwriteDownstreamChanges,
    adopt: input.adoptExisting,
    missingStepTemplates: input.missingStepTemplates,
    missingSecrets: input.missingSecrets,
  });
}

function openGit(input: RehearseInput, { git, log }: Given): NonNullable<RehearseOptions["git"]> {
  const { mask, workingDirectory, signal } = git;
  return {
    createAccess: (templateUrl) =>
      createGitAccess({ ...input, openHost: openHostAccess, templateUrl, signal, onSecret: mask, log }),
    workingDirectory,
    signal,
    onCommand: log.verbose,
  };
}

/** What would be deployed, of which there has to be one. */
function readContent({ baseline, package: brought, baselineFile }: RehearseInput): RehearsedContent {
  if (baseline !== undefined && brought !== undefined)
    throw new ParameterError('There are a "Package" and a "Baseline", and one is rehearsed. Leave one of them blank.');
  if (baseline !== undefined) return readBaselineContent(baseline, "Baseline");
  if (brought !== undefined)
    return readPackageContent({
      name: `${brought.id}.${brought.version}`,
      version: brought.version,
      source: brought.path,
      baselineFile,
    });
  throw new ParameterError('There is nothing to rehearse. Choose a "Package", or fill in "Baseline".');
}
