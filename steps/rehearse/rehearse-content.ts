import { digestBaseline, toBaselineManifest } from "../../lib/baseline/baseline-manifest.ts";
import { parseBaseline } from "../../lib/baseline/parse-baseline.ts";
import type { MissingStepTemplates } from "../../lib/compare/bind-step-templates.ts";
import type { MissingSecrets } from "../../lib/compare/secrets.ts";
import { findMapping, type MappingInput } from "../../lib/deployment/find-mapping.ts";
import { rehearse, type RehearseOptions } from "../../lib/fleet/rehearse.ts";
import type { Rehearsal } from "../../lib/fleet/rehearsal.ts";
import { readSelection } from "../../lib/fleet/tenant-parameters.ts";
import { readPackage } from "../../lib/graph/package-archive.ts";
import { ParameterError } from "../../lib/step/errors.ts";
import type { PackageReference } from "../../lib/step/parameters.ts";

export interface RehearseInput extends MappingInput {
  package: PackageReference | undefined;
  baseline: string | undefined;
  tenants: readonly string[];
  tags: readonly string[];
  template: string | undefined;
  deployingProject: string | undefined;
  projectName: string | undefined;
  receiptKey: string | undefined;
  overwriteDownstreamChanges: boolean;
  adoptExisting: boolean;
  missingStepTemplates: MissingStepTemplates;
  missingSecrets: MissingSecrets;
}

type Given = Pick<RehearseOptions, "management" | "access" | "readVariable" | "countRequests" | "now" | "log">;

/** Rehearses what the parameters give, in the spaces that they pick. */
export async function rehearseContent(input: RehearseInput, given: Given): Promise<Rehearsal> {
  const { selection, text } = readSelection(input);
  return rehearse({
    ...given,
    ...readContent(input),
    mapping: await findMapping(input),
    selection,
    selectionText: text,
    deployingProject: input.deployingProject ?? "",
    projectName: input.projectName,
    receiptKey: input.receiptKey,
    overwrite: input.overwriteDownstreamChanges,
    adopt: input.adoptExisting,
    missingStepTemplates: input.missingStepTemplates,
    missingSecrets: input.missingSecrets,
  });
}

/** What would be deployed, of which there has to be one. */
function readContent(input: RehearseInput): Pick<RehearseOptions, "manifest" | "version" | "isPartial"> {
  if (input.baseline !== undefined) {
    const manifest = toBaselineManifest(parseBaseline(input.baseline, "Baseline"));
    return { manifest, version: digestBaseline(manifest), isPartial: true };
  }
  if (input.package === undefined)
    throw new ParameterError('There is nothing to rehearse. Choose a "Package", or fill in "Baseline".');
  const { id, version, path } = input.package;
  return { manifest: readPackage(path, `${id}.${version}`), version, isPartial: false };
}
