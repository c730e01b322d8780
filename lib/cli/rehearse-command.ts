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
import { instanceKeysOption, openInstances } from "./instances.ts";
import { gitOptions, gitVariables, readGitAccess } from "./git-options.ts";
import { connectionOptions } from "./connection-options.ts";
import { defineCommand, type GivenOf, type OptionDeclarations } from "./declare-command.ts";
import { packageVersionOption } from "./package-version-option.ts";
import { tenantOptions } from "./tenant-options.ts";
import { UsageError } from "./usage-error.ts";

const told = "As the deploying step would be told";

const rehearseOptions = {
  package: {
    type: "string",
    value: "<id or file>",
    help: "A package of the built-in feed or a file: of a project, a space or a runbook, or one with a baseline.",
    completes: "files",
  },
  ...packageVersionOption,
  baseline: { type: "string", value: "<file>", help: "Instead, a baseline in YAML.", completes: "files" },
  "baseline-file": {
    type: "string",
    value: "<name>",
    help: "What the baseline in the package is called.",
    otherwise: usualBaselineFile,
  },
  out: { type: "string", value: "<file>", help: "A page of it.", completes: "files" },
  replace: { type: "boolean", help: "Over the file that is there." },
  json: { type: "boolean", help: "All of it as JSON (lib/fleet/rehearsal.schema.json)." },
  "fail-when-refused": { type: "boolean", help: "End with 1 when a space would refuse it." },
  ...tenantOptions,
  template: {
    type: "string",
    value: "<project>",
    help: "Tenants that are connected to this template.",
    group: "Which tenants",
  },
  "instance-keys": instanceKeysOption,
  "deploying-project": {
    type: "string",
    value: "<name>",
    help: "The project whose runbook would deploy, for what its runs know.",
    otherwise: "the template's",
    formerly: ["project"],
    group: told,
  },
  mapping: {
    type: "string",
    value: "<file>",
    help: "What becomes of names and scopes on the way.",
    completes: "files",
    group: told,
  },
  adopt: { type: "boolean", help: "Adopt what is there.", group: told },
  overwrite: { type: "boolean", help: "Overwrite what people changed.", group: told },
  "missing-secrets": {
    type: "string",
    choices: ["fail", "leave"],
    help: "What becomes of secrets without a value.",
    otherwise: "fail",
    group: told,
  },
  "leave-secrets": { type: "boolean", help: "As --missing-secrets leave.", isHidden: true },
  "into-project": {
    type: "string",
    value: "<name>",
    help: "Of a runbook: the project that would get it.",
    group: told,
  },
  "runbook-name": {
    type: "string",
    value: "<name>",
    help: "Of a runbook: its name there.",
    otherwise: "where each copy is",
    group: told,
  },
  machines: {
    type: "string",
    choices: ["disabled", "leaveOut", "asTheyAre"],
    help: "Of the package of a space: what becomes of targets and workers.",
    otherwise: "disabled",
    group: told,
  },
  "polling-machines": { type: "boolean", help: "Polling Tentacles, too.", group: told },
  "git-projects": {
    type: "string",
    choices: ["leaveOut", "sameRepository"],
    help: "Of the package of a space: what becomes of projects in Git.",
    otherwise: "leaveOut",
    group: told,
  },
  "files-in-git": {
    type: "boolean",
    help: "Of copies in Git, whether the template's newest files would merge, too.",
    group: "Copies in Git",
  },
  ...gitOptions,
  ...connectionOptions,
} as const satisfies OptionDeclarations;

type Given = GivenOf<typeof rehearseOptions>;

/** `managed-spaces rehearse`. */
export const rehearseCommand = defineCommand({
  about: ["Writes nothing in any space. More is in docs/rehearsals.md."],
  options: rehearseOptions,
  examples: [
    { title: "the newest package, in all spaces", line: "managed-spaces rehearse --package hello_world" },
    {
      title: "a file, in the spaces of a ring, as a page",
      line: "managed-spaces rehearse --package hello_world.1.2.0.zip --ring Canary --out rehearsal.html",
    },
  ],
  variables: gitVariables,
  exitCodes: { 1: "it failed, or a space would refuse it and --fail-when-refused asked" },
  run: ({ given }, context) => rehearseAll(given, context),
});

async function rehearseAll(given: Given, context: CommandContext): Promise<number> {
  if ((given.package === undefined) === (given.baseline === undefined))
    throw new UsageError(
      "One thing is rehearsed: a package or a baseline. Use managed-spaces rehearse --package <id or file>, or --baseline <file>.",
    );
  if (given.out !== undefined && given.replace !== true && existsSync(given.out))
    throw new ParameterError(`There is a file "${given.out}" already. Name another place, or add --replace.`);
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
    deployingProject: given["deploying-project"] ?? content.manifest.source.project?.name ?? "",
    projectName: undefined,
    intoProject: given["into-project"],
    runbookName: given["runbook-name"],
    places,
    mapping: given.mapping === undefined ? undefined : parseMapping(read(given.mapping, "mapping"), given.mapping),
    receiptKey: undefined,
    overwrite: given.overwrite === true,
    adopt: given.adopt === true,
    missingStepTemplates: "install",
    missingSecrets: given["missing-secrets"] === "leave" || given["leave-secrets"] === true ? "leave" : "fail",
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
      "Use --files-in-git, with --git-host, --git-host-url and a token in GIT_TOKEN where the repositories are not public.",
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
  return KeptPlaces.parse({ machines, gitProjects, withPolling: given["polling-machines"] === true });
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
