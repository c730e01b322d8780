import { chmod, mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import AdmZip from "adm-zip";
import { fieldsOf, listOf, textOf, type Fields } from "../model/fields.ts";
import { isBuiltInFeed } from "../model/package-selection.ts";
import { compareVersions } from "../model/versions.ts";
import { ActionFailure, type ActionRun } from "./action.ts";
import { runCommand } from "./command.ts";

/** A package reference of an action with the package that was chosen for it. */
interface AcquiredPackage {
  /** "" is the primary package. */
  name: string;
  packageId: string;
  version: string;
  /** With its dot, such as `.zip` or `.tar.gz`. */
  extension: string;
  bytes: Uint8Array;
  shouldExtract: boolean;
}

/**
 * Puts the packages of an action where Calamari puts them: the primary one is extracted into the action's directory, each other one
 * into a directory of its name or, when it is not to be extracted, beside the script as a file. Sets the variables that tell where.
 * @throws ActionFailure naming the package that cannot be had
 */
export async function stagePackages(run: ActionRun, { spaceId }: { spaceId: string }): Promise<void> {
  for (const reference of listOf(run.action, "Packages")) {
    const acquired = acquire(run, { reference, spaceId });
    if (acquired === undefined) continue;
    run.log.write(
      "Verbose",
      `Acquired package ${acquired.packageId} version ${acquired.version} from the built-in feed`,
    );
    if (acquired.name === "") await stagePrimary(run, acquired);
    else await stageReference(run, acquired);
  }
}

/** @returns undefined when the reference is not to be acquired */
function acquire(
  run: ActionRun,
  { reference, spaceId }: { reference: Fields; spaceId: string },
): AcquiredPackage | undefined {
  const { model, variables } = run;
  const name = textOf(reference, "Name");
  const { packageId, feedId } = resolveReference(run, reference);
  const version = variables.get(`Octopus.Action.Package[${name}].PackageVersion`) ?? "";
  setPackageVariables(run, { name, packageId, feedId, version });
  if (textOf(reference, "AcquisitionLocation") === "NotAcquired") return undefined;
  const label = `package "${packageId}" version "${version}"`;
  if (!isBuiltInFeed(model, { spaceId, feedId })) {
    throw new ActionFailure(
      `Failed to acquire ${label}: the worker reads only the built-in feed, and the step names the feed "${feedId}".`,
    );
  }
  const found = model
    .collection("packages")
    .listInSpace(spaceId, (item) => textOf(item, "PackageId").toLowerCase() === packageId.toLowerCase())
    .find((item) => compareVersions(textOf(item, "Version"), version) === 0);
  const bytes = found === undefined ? undefined : model.blobs.get(found.Id);
  if (found === undefined || bytes === undefined)
    throw new ActionFailure(`Failed to acquire ${label}: the built-in feed does not have it.`);
  const shouldExtract = textOf(fieldsOf(reference, "Properties"), "Extract").toLowerCase() === "true";
  return { name, packageId, version, extension: textOf(found, "FileExtension"), bytes, shouldExtract };
}

/** A deferred reference of a step template takes its package from the parameter that it names. */
function resolveReference({ variables }: ActionRun, reference: Fields): { packageId: string; feedId: string } {
  const parameter = textOf(fieldsOf(reference, "Properties"), "PackageParameterName");
  const own = { packageId: textOf(reference, "PackageId"), feedId: textOf(reference, "FeedId") };
  const chosen = parameter === "" ? undefined : parseChoice(variables.getRaw(parameter) ?? "");
  const merged = {
    packageId: own.packageId || (chosen?.packageId ?? ""),
    feedId: own.feedId || (chosen?.feedId ?? ""),
  };
  return { packageId: variables.evaluate(merged.packageId).text, feedId: variables.evaluate(merged.feedId).text };
}

function parseChoice(text: string): { packageId: string; feedId: string } | undefined {
  try {
    const json: unknown = JSON.parse(text);
    const fields = fieldsOf({ json }, "json");
    return { packageId: textOf(fields, "PackageId"), feedId: textOf(fields, "FeedId") };
  } catch {
    return undefined;
  }
}

function setPackageVariables(
  { variables }: ActionRun,
  { name, packageId, feedId, version }: Record<"name" | "packageId" | "feedId" | "version", string>,
) {
  for (const prefix of prefixesOf(name)) {
    variables.set(`${prefix}.PackageId`, packageId);
    variables.set(`${prefix}.FeedId`, feedId);
    variables.set(`${prefix}.PackageVersion`, version);
  }
}

/** The primary package is known without an index, too. */
function prefixesOf(name: string): string[] {
  const indexed = `Octopus.Action.Package[${name}]`;
  return name === "" ? [indexed, "Octopus.Action.Package"] : [indexed];
}

async function stagePrimary(run: ActionRun, acquired: AcquiredPackage): Promise<void> {
  await extract(run, acquired, run.directory);
  const fileName = `${acquired.packageId}.${acquired.version}${acquired.extension}`;
  for (const prefix of prefixesOf("")) {
    run.variables.set(`${prefix}.ExtractedPath`, run.directory);
    run.variables.set(`${prefix}.FileName`, fileName);
  }
  run.variables.set("Octopus.Action.Package.InstallationDirectoryPath", run.directory);
  run.variables.set("OctopusOriginalPackageDirectoryPath", run.directory);
}

async function stageReference(run: ActionRun, acquired: AcquiredPackage): Promise<void> {
  const [prefix = ""] = prefixesOf(acquired.name);
  const safeName = acquired.name.replace(/[\\/:*?"<>|\0]/g, "");
  run.variables.set(`${prefix}.Extract`, acquired.shouldExtract ? "True" : "False");
  if (acquired.shouldExtract) {
    run.variables.set(`${prefix}.FileName`, `${acquired.packageId}.${acquired.version}${acquired.extension}`);
    await extract(run, acquired, join(run.directory, safeName));
    run.variables.set(`${prefix}.ExtractedPath`, join(run.directory, safeName));
    return;
  }
  const fileName = `${safeName}${acquired.extension}`;
  await writeFile(join(run.directory, fileName), acquired.bytes);
  run.variables.set(`${prefix}.PackageFilePath`, join(run.directory, fileName));
  run.variables.set(`${prefix}.PackageFileName`, fileName);
  run.variables.set(`${prefix}.FileName`, fileName);
  run.variables.set(`${prefix}.OriginalPath`, join(run.directory, fileName));
}

async function extract(run: ActionRun, acquired: AcquiredPackage, directory: string): Promise<void> {
  run.log.write("Verbose", `Extracting package ${acquired.packageId} ${acquired.version} to '${directory}'`);
  await mkdir(directory, { recursive: true });
  try {
    if (/\.tar(\.\w+)?$|\.tgz$/.test(acquired.extension)) await extractTar(run, acquired, directory);
    else new AdmZip(Buffer.from(acquired.bytes)).extractAllTo(directory, true, true);
    await makeAccessible(directory);
  } catch (error) {
    if (error instanceof ActionFailure) throw error;
    throw new ActionFailure(
      `Failed to extract package "${acquired.packageId}" version "${acquired.version}": the archive cannot be read.`,
    );
  }
}

async function extractTar(run: ActionRun, acquired: AcquiredPackage, directory: string): Promise<void> {
  const archive = `${directory}.package${acquired.extension}`;
  await writeFile(archive, acquired.bytes);
  const { environment, signal } = run;
  const ignore = () => undefined;
  const code = await runCommand("tar", {
    arguments: ["-xf", archive, "-C", directory],
    directory,
    environment,
    signal,
    stdout: ignore,
    stderr: ignore,
  });
  await rm(archive);
  if (code !== 0)
    throw new ActionFailure(`Failed to extract package "${acquired.packageId}": tar ended with code ${code}.`);
}

/** Archives made without Unix modes would leave files that nobody may read. */
async function makeAccessible(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    const { mode } = await stat(path);
    await chmod(path, mode | (entry.isDirectory() ? 0o700 : 0o600));
  }
}
