import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { listImports, renderImports, type Imports } from "../../lib/adoption/list-imports.ts";
import type { Manifest } from "../../lib/graph/manifest.ts";
import { openPackageFiles, readPackage } from "../../lib/graph/package-archive.ts";
import { isOfProject } from "../../lib/graph/read-graph.ts";
import { textOf } from "../../lib/model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { findProjectByName } from "../../lib/octopus/projects.ts";
import { isOfTemplate, nameReceipt, type Receipt } from "../../lib/receipts/receipt.ts";
import { listReceipts, openReceipts } from "../../lib/receipts/receipts.ts";
import type { StepContext, StepLog } from "../../lib/step/define-step.ts";
import { ConflictError, ParameterError, UnavailableError } from "../../lib/step/errors.ts";
import type { PackageReference } from "../../lib/step/parameters.ts";
import { toBackendBlock } from "../../lib/terraform/common-files.ts";
import { readBackendSettings } from "../../lib/terraform/init-parameters.ts";
import { ensureDatabase } from "../../lib/terraform/pg-database.ts";
import type { StateResource } from "../../lib/terraform/read-state.ts";
import { renderBlocks } from "../../lib/terraform/render-blocks.ts";
import { parseResourceIndex, resourceIndexPath } from "../../lib/terraform/resource-index.ts";
import { openState, type StateFolder } from "../../lib/terraform/terraform-state.ts";

export interface PrepareStateOptions {
  package: PackageReference;
  projectName: string | undefined;
  backend: string;
  initParameters: string;
  environment: Readonly<Record<string, string>>;
  workspace: string;
  importLost: boolean;
  onlyPlan: boolean;
  openSpace: () => Promise<OctopusSpace>;
  /** The variables by which the module knows the server. */
  readSignIn: () => Promise<Record<string, string>>;
  /** Takes secrets out of what Terraform says. */
  hide: (text: string) => string;
  log: StepLog;
  attach: StepContext["attach"];
  workingDirectory: string;
  signal: AbortSignal;
}

export type StateOutcome = "there" | "new" | "lost" | "imported" | "unknown";

/**
 * Looks whether Terraform can go on where it was.
 * @throws {@link ParameterError} for a package of another backend, {@link ConflictError} for a copy whose state was lost
 */
export async function prepareState(options: PrepareStateOptions): Promise<StateOutcome> {
  const name = `${options.package.id}.${options.package.version}`;
  const manifest = readPackage(options.package.path, name);
  if (!isOfProject(manifest))
    throw new ParameterError(
      `The package "${name}" is of ${manifest.root.kind === "space" ? "a space" : "something else than a project"}, and this step is for packages of a project. Choose such a package, or leave the step out.`,
    );
  const readFile = openPackageFiles(options.package.path, name);
  refuseOtherBackend(options, readFile("space_population/config.tf") ?? "");
  const database = await prepareDatabase(options);
  const resources = database === "missing" ? [] : await look(options);
  if (resources === undefined) return "unknown";
  if (resources.some(isProject)) {
    options.log.info(`The state ${describeState(options)} has the project, and ${resources.length} resources in all.`);
    return "there";
  }
  const copy = await findCopy(options, manifest);
  if (copy === undefined) {
    options.log.info(`The state ${describeState(options)} is new: neither it nor the space has the project.`);
    return "new";
  }
  return mend(options, { manifest, copy, known: resources, readFile });
}

function isProject({ type }: StateResource): boolean {
  return type === "octopusdeploy_project";
}

/** Terraform takes the module's backend, whatever this step is told. */
function refuseOtherBackend({ backend, package: packed }: PrepareStateOptions, configuration: string): void {
  const [, made = ""] = /^\s*backend "([^"]+)"/m.exec(configuration) ?? [];
  if (made === backend) return;
  const name = `${packed.id}.${packed.version}`;
  throw new ParameterError(
    made === ""
      ? `The module in the package "${name}" names no backend, so that its state would be gone when the run is over. Run "__ 1. Serialize Project" with the backend "${backend}".`
      : `The module in the package "${name}" is made for the backend "${made}", and this runbook for "${backend}". Run "__ 1. Serialize Project" again, with that backend.`,
  );
}

async function prepareDatabase(options: PrepareStateOptions): Promise<"there" | "missing"> {
  const { backend, environment, initParameters, onlyPlan, signal, log } = options;
  const connection = environment["PG_CONN_STR"] ?? readBackendSettings(initParameters)["conn_str"];
  if (backend !== "pg" || connection === undefined) return "there";
  const { name, is } = await ensureDatabase({ connection, onlyPlan, signal });
  if (is === "made") log.highlight(`Made the database "${name}" for Terraform's states.`);
  if (is === "missing") log.highlight(`Would make the database "${name}" for Terraform's states.`);
  return is === "missing" ? "missing" : "there";
}

/** @returns undefined where it cannot be known: the next step connects by itself, and says what is wrong with that */
async function look(options: PrepareStateOptions): Promise<StateResource[] | undefined> {
  const { backend } = options;
  const configuration = renderBlocks([{ type: "terraform", blocks: [toBackendBlock(backend)] }]);
  const onlyLooks = { PG_SKIP_SCHEMA_CREATION: "true", PG_SKIP_TABLE_CREATION: "true", PG_SKIP_INDEX_CREATION: "true" };
  try {
    const more = options.onlyPlan ? onlyLooks : {};
    const folder = await open(options, new Map([["main.tf", configuration]]), more);
    return await folder.list().finally(folder.close);
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    options.log.warn(
      `Whether the Terraform state ${describeState(options)} was lost is not known: ${error.message} See docs/terraform.md#${backend} for what the backend needs.`,
    );
    return undefined;
  }
}

/** All that the worker's own environment has is Terraform's, too, as it is in Octopus's own step: credentials of the machine are there. */
function open(
  options: PrepareStateOptions,
  files: ReadonlyMap<string, string>,
  more: Record<string, string>,
): Promise<StateFolder> {
  const inherited = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const environment = { ...Object.fromEntries(inherited), ...options.environment, ...more };
  return openState({ ...options, files, environment });
}

function describeState({ backend, workspace }: Pick<PrepareStateOptions, "backend" | "workspace">): string {
  return workspace === "" ? `in the backend ${backend}` : `"${workspace}" in the backend ${backend}`;
}

interface Copy {
  space: OctopusSpace;
  project: OctopusDocument;
  /** Absent where no receipt tells that it is a copy of this template. */
  receipt: Receipt | undefined;
}

type ProjectPackage = Manifest & { source: { project: { id: string; name: string } } };

/** By its receipt, since people may have renamed it; or what has its name. */
async function findCopy(options: PrepareStateOptions, manifest: ProjectPackage): Promise<Copy | undefined> {
  const { source, package: packed } = manifest;
  const space = await options.openSpace();
  const asked = options.projectName ?? source.project.name;
  const template = { packageId: packed.id, spaceId: source.space.id, projectId: source.project.id };
  const receipts = listReceipts(await openReceipts(space)).filter(({ receipt }) => isOfTemplate(receipt, template));
  const own = receipts.find(({ name }) => name === nameReceipt(packed.id, asked))?.receipt;
  const recorded =
    own?.project === undefined ? undefined : await space.find(`/projects/${encodeURIComponent(own.project)}`);
  const project = recorded ?? (await findProjectByName(space, asked));
  if (project === undefined) return undefined;
  return { space, project, receipt: receipts.find(({ receipt }) => receipt.project === project.Id)?.receipt };
}

interface Loss {
  manifest: ProjectPackage;
  copy: Copy;
  /** What the state has all the same: of an import that was cut off. */
  known: readonly StateResource[];
  readFile: (path: string) => string | undefined;
}

async function mend(options: PrepareStateOptions, loss: Loss): Promise<StateOutcome> {
  const { copy, manifest, readFile } = loss;
  const index = parseResourceIndex(readFile(resourceIndexPath));
  const imports =
    index === undefined
      ? undefined
      : await listImports({ resources: index, template: manifest.source.project.name, ...copy });
  const file = imports === undefined ? undefined : await attachImports(options, copy, imports);
  if (importsItself(readFile)) {
    options.log.warn(
      `${describeLoss(options, loss)} The module imports what it finds by name, so Terraform goes on; what it does not find so is in ${file ?? "no file"}.`,
    );
    return "lost";
  }
  if (!options.importLost || imports === undefined || file === undefined)
    throw new ConflictError(`${describeLoss(options, loss)} ${tellWhatToDo(imports, file)}`);
  if (options.onlyPlan) {
    options.log.highlight(`Would import ${imports.found.length} resources into the state ${describeState(options)}.`);
    return "lost";
  }
  await importAll(options, loss, imports);
  return "imported";
}

function importsItself(readFile: Loss["readFile"]): boolean {
  const label = [...(parseResourceIndex(readFile(resourceIndexPath)) ?? [])].find(({ kind }) => kind === "project");
  const file = label?.address.replace("octopusdeploy_project.", "space_population/project_");
  return file !== undefined && /^import \{/m.test(readFile(`${file}.tf`) ?? "");
}

function describeLoss(options: PrepareStateOptions, { copy, manifest, known }: Loss): string {
  const { space, project, receipt } = copy;
  const state = `the Terraform state ${describeState(options)}`;
  const what = `The space "${space.name}" has the project "${textOf(project, "Name")}" (${project.Id})`;
  const has = known.length === 0 ? `${state} is empty` : `${state} does not have it`;
  if (receipt === undefined)
    return `${what}, and ${has}: either people made the project, or the state was lost. Terraform would make it once more, and fail since its name is taken.`;
  const version = receipt.version === undefined ? "" : ` in version ${receipt.version}`;
  return `${what}, a copy of "${manifest.source.project.name}"${version}, and ${has}: it was lost, or is kept elsewhere. Terraform would make the project once more.`;
}

function tellWhatToDo(imports: Imports | undefined, file: string | undefined): string {
  if (imports === undefined || file === undefined)
    return 'Run "__ 1. Serialize Project" again, whose package tells how to import it, and then this.';
  const { found, missing } = imports;
  const all = found.length + missing.length;
  return `If that project is to be this copy, run this again with "Import What Terraform Lost" (the variable TerraformState.Import): ${found.length} of ${all} resources of the package are there by their names, as the artifact ${file} lists them for an import by hand. Else rename the project, or choose another name for the copy.`;
}

/** @returns the file's name */
async function attachImports(
  { attach, workingDirectory, package: packed, ...options }: PrepareStateOptions,
  { space, project }: Copy,
  imports: Imports,
): Promise<string> {
  const heading = [
    `What the project "${textOf(project, "Name")}" of the space "${space.name}" (${space.id}) is in the Terraform state ${describeState(options)}, by its names.`,
    `For an import by hand: put this file into the folder space_population of ${packed.id}.${packed.version}, and run`,
    `  terraform init ${options.initParameters}`.trimEnd(),
    ...(options.workspace === "" ? [] : [`  terraform workspace select -or-create "${options.workspace}"`]),
    "  terraform plan",
    "with the variables of docs/terraform.md#a-state-that-was-lost. Nothing is to be created that the space has.",
  ];
  const path = join(workingDirectory, "imports.tf");
  await writeFile(path, renderImports(imports, heading));
  attach(path, "imports.tf");
  return "imports.tf";
}

/** Empty resources are enough to import into, so that no secret of the package has to be known. */
async function importAll(
  options: PrepareStateOptions,
  { copy, known, readFile }: Loss,
  imports: Imports,
): Promise<void> {
  const { log } = options;
  const isKnown = ({ address }: { address: string }): boolean =>
    known.some(({ type, label }) => `${type}.${label}` === address);
  const wanted = imports.found.filter((one) => !isKnown(one));
  const blocks = wanted.map(({ address }) => ({ type: "resource", labels: address.split(".") }));
  const common = ["config.tf", "provider.tf", "provider_vars.tf"].map(
    (file) => [file, readFile(`space_population/${file}`) ?? ""] as const,
  );
  const variables = { ...(await options.readSignIn()), TF_VAR_octopus_space_id: copy.space.id };
  const folder = await open(options, new Map([...common, ["resources.tf", renderBlocks(blocks)]]), variables);
  const failed: string[] = [];
  try {
    await folder.select();
    for (const [index, { address, id }] of wanted.entries()) {
      // Without the project the state counts as lost, so that what failed is tried again.
      if (address.startsWith("octopusdeploy_project.") && failed.length > 0) break;
      log.progress(Math.round((100 * index) / wanted.length), `importing ${address}`);
      const failure = await folder.import(address, id);
      if (failure !== undefined) failed.push(`${address} (${id}): ${failure}`);
    }
  } finally {
    await folder.close();
  }
  if (failed.length > 0)
    throw new UnavailableError(
      `${failed.length} of ${wanted.length} resources could not be imported into the Terraform state ${describeState(options)}: ${failed.slice(0, 3).join("; ")}. Run this again, which goes on where it stopped, or import them by hand with the artifact imports.tf.`,
    );
  log.highlight(
    `Imported ${wanted.length} resources of the project "${textOf(copy.project, "Name")}" into the Terraform state ${describeState(options)}.`,
  );
}
