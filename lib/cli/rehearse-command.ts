import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { digestBaseline, toBaselineManifest } from "../baseline/baseline-manifest.ts";
import { parseBaseline } from "../baseline/parse-baseline.ts";
import { listCauseLines, listKeptLines, summarizeRehearsal } from "../fleet/describe-rehearsal.ts";
import { createInstanceAccess } from "../fleet/instance-access.ts";
import { readInstanceKeys } from "../fleet/read-instance-keys.ts";
import { rehearse, type RehearseOptions } from "../fleet/rehearse.ts";
import type { Rehearsal } from "../fleet/rehearsal.ts";
import { renderRehearsal } from "../fleet/render-rehearsal.ts";
import { readSelection } from "../fleet/tenant-parameters.ts";
import { readPackage } from "../graph/package-archive.ts";
import { parseMapping } from "../mapping/parse-mapping.ts";
import { downloadPackage, listPackageVersions } from "../octopus/packages.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import { openSpace } from "../octopus/spaces.ts";
import { during, NotFoundError, ParameterError } from "../step/errors.ts";
import type { CommandContext } from "./command-context.ts";
import { toConnection } from "./connection.ts";
import { connectionOptions, parseOptions } from "./parse-options.ts";

const rehearseOptions = {
  ...connectionOptions,
  package: { type: "string" },
  "package-version": { type: "string" },
  baseline: { type: "string" },
  tenants: { type: "string", multiple: true },
  "instance-keys": { type: "string" },
  tag: { type: "string", multiple: true },
  template: { type: "string" },
  project: { type: "string" },
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
  const { octopus, space } = toConnection(given, context);
  const management = await openSpace(octopus, space);
  const keys =
    given["instance-keys"] === undefined ? new Map<string, string>() : readInstanceKeys(given["instance-keys"]);
  const readVariable = (name: string): string | undefined =>
    name === "ThisInstance.Server.Url" ? octopus.url : keys.get(name);
  const tell = (text: string): void => context.write("stderr", `${text}\n`);
  const log = { info: tell, warn: tell, verbose: (): void => undefined, progress: (): void => undefined };
  const access = createInstanceAccess({
    management: octopus,
    aliases: [],
    readVariable,
    run: { log, mask: () => undefined, signal: context.signal },
  });
  const content = await readContent(given, management);
  const { selection, text } = readSelection({
    tenants: given.tenants ?? [],
    tags: given.tag ?? [],
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
    mapping: given.mapping === undefined ? undefined : parseMapping(read(given.mapping, "mapping"), given.mapping),
    receiptKey: undefined,
    overwrite: given.overwrite === true,
    adopt: given.adopt === true,
    missingStepTemplates: "install",
    missingSecrets: given["leave-secrets"] === true ? "leave" : "fail",
    readVariable,
    countRequests: access.countRequests,
    now: () => new Date(),
    log,
  });
}

type Content = Pick<RehearseOptions, "manifest" | "version" | "isPartial">;

async function readContent(
  { package: wanted = "", baseline, "package-version": version }: Given,
  management: OctopusSpace,
): Promise<Content> {
  if (baseline !== undefined) {
    const manifest = toBaselineManifest(parseBaseline(read(baseline, "baseline"), baseline));
    return { manifest, version: digestBaseline(manifest), isPartial: true };
  }
  if (existsSync(wanted))
    return { manifest: readPackage(wanted, wanted), version: version ?? versionOf(wanted), isPartial: false };
  const versions = await listPackageVersions(management, wanted);
  const found = version === undefined ? versions[0] : versions.find((one) => one.version === version);
  if (found === undefined)
    throw new NotFoundError(
      `There is neither a file "${wanted}", nor has the built-in feed of the space "${management.name}" that package${version === undefined ? "" : ` in version ${version}`}. Check the name, or serialize it first.`,
    );
  const manifest = readPackage(await downloadPackage(management, found), `${wanted}.${found.version}`);
  return { manifest, version: found.version, isPartial: false };
}

/** Files are called as in a feed. */
function versionOf(file: string): string {
  return /\.(\d+\.\d+[^/\\]*)\.zip$/.exec(file)?.[1] ?? "";
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
    ...rehearsal.notes,
  ];
  return `${lines.join("\n")}\n`;
}
