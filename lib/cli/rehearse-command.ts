import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { usualBaselineFile } from "../baseline/usual-file.ts";
import { listCauseLines, listFileLines, listKeptLines, summarizeRehearsal } from "../fleet/describe-rehearsal.ts";
import { createGitAccess } from "../copies/git-access.ts";
import { openHostAccess } from "../git-hosts/index.ts";
import { rehearse } from "../fleet/rehearse.ts";
import {
  readBaselineContent,
  readPackageContent,
  refuseUnfit,
  type ContentOptions,
  type RehearsedContent,
} from "../fleet/rehearsed-content.ts";
import type { Rehearsal } from "../fleet/rehearsal.ts";
import { renderRehearsal } from "../fleet/render-rehearsal.ts";
import { readSelection } from "../fleet/tenant-parameters.ts";
import { KeptPlaces } from "../mapping/kept-mapping.ts";
import { parseMapping } from "../mapping/parse-mapping.ts";
import { downloadPackage, listPackageVersions } from "../octopus/packages.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import { during, NotFoundError, ParameterError } from "../step/errors.ts";
import { readPackageReference } from "../step/read-package-reference.ts";
import type { CommandContext } from "./command-context.ts";
import { openInstances } from "./instances.ts";
import { gitOptions, readGitAccess } from "./git-options.ts";
import { connectionOptions, parseOptions } from "./parse-options.ts";

const rehearseOptions = {
  ...connectionOptions,
  package: { type: "string" },
  "package-version": { type: "string" },
  baseline: { type: "string" },
  "baseline-file": { type: "string" },
  tenants: { type: "string", multiple: true },
  "instance-keys": { type: "string" },
  tag: { type: "string", multiple: true },
  template: { type: "string" },
  ring: { type: "string" },
  "ring-set": { type: "string" },
  project: { type: "string" },
  "into-project": { type: "string" },
  "runbook-name": { type: "string" },
  machines: { type: "string" },
  "polling-machines": { type: "boolean" },
  "git-projects": { type: "string" },
  "files-in-git": { type: "boolean" },
  ...gitOptions,
  mapping: { type: "string" },
  adopt: { type: "boolean" },
  overwrite: { type: "boolean" },
  "leave-secrets": { type: "boolean" },
  out: { type: "string" },
  json: { type: "boolean" },
  "fail-when-refused": { type: "boolean" },
} as const;

type Given = ReturnType<typeof parseOptions<typeof rehearseOptions>>;

/** `managed-spaces rehearse`. @returns the exit code */
export async function runRehearse(context: CommandContext): Promise<number> {
  const given = parseOptions(context.arguments, rehearseOptions);
  if ((given.package === undefined) === (given.baseline === undefined))
    throw new ParameterError(
      "One thing is rehearsed: a package or a baseline. Use managed-spaces rehearse --package <id or file>, or --baseline <file>.",
    );
  const rehearsal = await during(`rehearse "${given.package ?? given.baseline ?? ""}"`, () => look(given, context));
  context.write("stdout", given.json === true ? `${JSON.stringify(rehearsal, null, 2)}\n` : describe(rehearsal));
  if (given.out !== undefined) write(given.out, renderRehearsal(rehearsal, { secrets: [] }));
  return given["fail-when-refused"] === true && rehearsal.counts.refused > 0 ? 1 : 0;
}

async function look(given: Given, context: CommandContext): Promise<Rehearsal> {
  const tell = (text: string): void => context.write("stderr", `${text}\n`);
  const log = { info: tell, warn: tell, verbose: (): void => undefined, progress: (): void => undefined };
  const { management, access, readVariable } = await openInstances(given, context, log);
  const content = await readContent(given, management);
  const places = readPlaces(given);
  const gitAccess = readGitAccess(given, context);
  refuseUnfit(content, nameOptions(given));
  const { selection, text } = readSelection({
    tenants: given.tenants ?? [],
    tags: given.tag ?? [],
    ring: given.ring,
    ringSet: given["ring-set"],
    template: given.template,
  });
  return rehearse({
    ...content,
    management,
    access,
    selection,
    selectionText: text,
    deployingProject: given.project ?? content.manifest.source.project?.name ?? "",
    projectName: undefined,
    intoProject: given["into-project"],
    runbookName: given["runbook-name"],
    places,
    mapping: given.mapping === undefined ? undefined : parseMapping(read(given.mapping, "mapping"), given.mapping),
    receiptKey: undefined,
    overwrite: given.overwrite === true,
    adopt: given.adopt === true,
    missingStepTemplates: "install",
    missingSecrets: given["leave-secrets"] === true ? "leave" : "fail",
    readVariable,
    git:
      given["files-in-git"] === true
        ? {
            createAccess: (templateUrl) =>
              createGitAccess({ ...gitAccess, templateUrl, openHost: openHostAccess, signal: context.signal }),
            workingDirectory: tmpdir(),
            signal: context.signal,
          }
        : undefined,
    gitHelp:
      "Use --files-in-git, with --git-host, --git-url and a token in GIT_TOKEN where the repositories are not public.",
    countRequests: access.countRequests,
    now: () => new Date(),
    log,
  });
}

async function readContent(given: Given, management: OctopusSpace): Promise<RehearsedContent> {
  const { package: wanted = "", baseline, "package-version": version } = given;
  if (baseline !== undefined) return readBaselineContent(read(baseline, "baseline"), baseline);
  const baselineFile = given["baseline-file"] ?? usualBaselineFile;
  if (existsSync(wanted))
    return readPackageContent({
      name: wanted,
      version: version ?? readPackageReference(wanted).version,
      source: wanted,
      baselineFile,
    });
  const versions = await listPackageVersions(management, wanted);
  const found = version === undefined ? versions[0] : versions.find((one) => one.version === version);
  if (found === undefined)
    throw new NotFoundError(
      `There is neither a file "${wanted}", nor has the built-in feed of the space "${management.name}" that package${version === undefined ? "" : ` in version ${version}`}. Check the name, or serialize it first.`,
    );
  const source = await downloadPackage(management, found);
  return readPackageContent({ name: `${wanted}.${found.version}`, version: found.version, source, baselineFile });
}

/** As Deploy Space would be told; what nobody says is as its form has it. */
function readPlaces(given: Given): KeptPlaces {
  const { machines = "disabled", "git-projects": gitProjects = "leaveOut" } = given;
  const known = KeptPlaces.safeParse({ machines, gitProjects, withPolling: given["polling-machines"] === true });
  if (known.success) return known.data;
  const isMachines = !["disabled", "leaveOut", "asTheyAre"].includes(machines);
  throw new ParameterError(
    isMachines
      ? `--machines is "${machines}". Use disabled, leaveOut or asTheyAre.`
      : `--git-projects is "${gitProjects}". Use leaveOut or sameRepository.`,
  );
}

function nameOptions(given: Given): ContentOptions {
  const places = (["machines", "polling-machines", "git-projects"] as const).find((name) => given[name] !== undefined);
  return {
    ...(given["into-project"] !== undefined && { intoProject: "--into-project" }),
    ...(given["runbook-name"] !== undefined && { runbookName: "--runbook-name" }),
    ...(given.mapping !== undefined && { mapping: "--mapping" }),
    ...(places !== undefined && { places: `--${places}` }),
  };
}

function read(file: string, what: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new ParameterError(`The ${what} cannot be read from "${file}". Name a file that is there.`, { cause: error });
  }
}

function write(file: string, page: string): void {
  try {
    writeFileSync(file, page);
  } catch (error) {
    throw new ParameterError(`The page cannot be written to "${file}". Name a file in a folder that is there.`, {
      cause: error,
    });
  }
}

function describe(rehearsal: Rehearsal): string {
  const lines = [
    summarizeRehearsal(rehearsal),
    ...listCauseLines(rehearsal),
    ...listKeptLines(rehearsal),
    ...listFileLines(rehearsal).map(({ text }) => text),
    ...rehearsal.notes,
  ];
  return `${lines.join("\n")}\n`;
}
