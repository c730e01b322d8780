import type { Deployment, Engine, TerraformChoice } from "../engines/engine.ts";
import { engines, isEngineId, type EngineId } from "../engines/index.ts";
import { objectsOf, textOf, type JsonObject } from "../model/json.ts";
import { findNearNames } from "../near-names.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { packageIdOf } from "../octopus/package-id.ts";
import { managedTenantSignIn, thisInstanceSignIn, toSignInParameters } from "../octopus/sign-in-variables.ts";
import { listByExactNames } from "../resources/resource-kind.ts";
import { isVersionControlled } from "../resources/version-control.ts";
import { isSameName } from "../octopus/same-name.ts";
import { ConflictError, NotFoundError, ParameterError } from "../step/errors.ts";
import { including, templateOf } from "./client-space.ts";
import { ensureCompanion, listMissingSecrets } from "./companion-project.ts";
import { toGitParameters } from "./git-host-variables.ts";
import { idToBe, type Installer } from "./installer.ts";
import { ensureKeptPackages, keepingRunbook } from "./keep-packages.ts";
import { nameCompanion, templateProjectNames } from "./runbook-names.ts";
import { listMistakenNames } from "./mistaken-names.ts";
import { populateForProject, toSaidOwnBaseline, type OwnBaseline } from "./own-baseline.ts";
import { formOf, propertiesOf, type StepPlacement, type WantedStep } from "./process-steps.ts";
import { ensureRunbook, readProcess, type WantedRunbook } from "./runbooks.ts";
import type { SyncEnvironment } from "./sync-environment.ts";
import {
  backendProperty,
  chooseTerraform,
  ensureTerraformState,
  listTerraformRemains,
  readInstalledTerraform,
} from "./terraform-state.ts";
import { listUpdateRunbooks } from "./update-runbooks.ts";
import { variableSetNames, type VariableSets } from "./variable-sets.ts";

export interface TemplateProjectOptions {
  name: string;
  /** What applies a package downstream; undefined leaves what is there. */
  engine: EngineId | undefined;
  /** Type of the Terraform backend that modules are made for, such as `pg` or `s3`; "" leaves what is there. */
  terraformBackend: string;
  /** What `terraform init` gets besides: `-backend-config=…`; "" leaves what is there. */
  terraformInitParameters: string;
  /** Secrets of the backend, by the environment variables that Terraform takes them from. */
  terraformSecrets: Readonly<Record<string, string>>;
  /** Whether secrets that are stored are stored anew. */
  replaceKey: boolean;
  sync: SyncEnvironment;
  sets: VariableSets;
  templates: Record<string, OctopusDocument>;
  builtInFeedId: string;
  placement: StepPlacement;
  /** Whether a project of its own carries the runbooks, as one in Git always has it. */
  companion: boolean;
  /** Where companion projects are. */
  groupId: string;
  /** Has Serialize publish the deploying runbook, pinned to the new package. */
  publish: boolean;
  /** Whether a deployment has a missing space made first; else what is there stays. */
  createSpaces?: boolean | undefined;
  /** What only this template needs in a space; undefined leaves what is there. */
  ownBaseline?: OwnBaseline | undefined;
}

export interface AttachedProject {
  template: OctopusDocument;
  /** The project with the runbooks: the template, or its companion. */
  project: OctopusDocument;
  runbooks: OctopusDocument[];
  /** Names of the template's secrets that its companion has no value for. */
  missingSecrets: string[];
  /** What Terraform's states need of a person, one sentence each. */
  remaining: string[];
}

/** Gives a project its management runbooks, which makes it a template; nothing else about the project changes. */
export async function ensureTemplateProject(
  installer: Installer,
  given: TemplateProjectOptions,
): Promise<AttachedProject> {
  const template = await getProject(installer.space, given.name);
  const named = { ...given, name: textOf(template, "Name") };
  const isInGit = isVersionControlled(template);
  const usesCompanion = isInGit || (await hasCompanion(installer, template, named));
  const [carrying] = usesCompanion
    ? await listByExactNames(installer.space, "projects", [nameCompanion(named.name)])
    : [template];
  const deploying = isInGit ? templateProjectNames.forkAndDeploy : templateProjectNames.deploy;
  const actions = await readInstalledActions(installer, carrying, [templateProjectNames.serialize, deploying]);
  const engine = given.engine ?? findInstalledEngine(actions) ?? "apply";
  const installed = readInstalledTerraform(actions);
  const terraform = chooseTerraform(given.engine, given, installed);
  const state =
    engine === "terraform"
      ? await ensureTerraformState(installer, {
          choice: terraform,
          secrets: given.terraformSecrets,
          replaceKey: given.replaceKey,
          syncEnvironmentId: given.sync.environment.Id,
        })
      : undefined;
  const sets = { ...given.sets, ...(state !== undefined && { terraformState: state }) };
  const options = { ...named, sets, engine, terraform };
  const carrier = usesCompanion
    ? await ensureCompanion(installer, template, { ...options, isInGit })
    : await includeSets(installer, template, options);
  const runbooks: OctopusDocument[] = [];
  const tenants = await listTenants(installer.space, options);
  const listed = listRunbooks({ ...options, tenants }, { project: carrier, isInGit });
  await refuseMistakenNames(installer.space, carrier, listed);
  for (const wanted of listed) runbooks.push(await ensureRunbook(installer, wanted, options.placement));
  await ensureKeptPackages(installer, {
    project: carrier,
    environmentId: options.sync.environment.Id,
    builtInFeedId: options.builtInFeedId,
    packages: [{ packageId: packageIdOf(options.name) }],
  });
  const missingSecrets =
    carrier.Id === template.Id ? [] : await listMissingSecrets(installer.space, { template, companion: carrier });
  const remaining =
    state === undefined
      ? []
      : await listTerraformRemains(installer, { template: named.name, choice: terraform, installed, set: state });
  return { template, project: carrier, runbooks, missingSecrets, remaining };
}

/**
 * Whether a project of its own carries the runbooks: what was chosen once stays.
 * @throws {@link ConflictError} where the template carries them itself, and is asked for a companion
 */
async function hasCompanion(
  { space }: Installer,
  template: OctopusDocument,
  { name, companion }: Pick<TemplateProjectOptions, "name" | "companion">,
): Promise<boolean> {
  if (await carriesRunbooks(space, template)) {
    if (!companion) return false;
    throw new ConflictError(
      `The project "${name}" carries its management runbooks itself. Leave --companion out; or delete these runbooks in it, connect its tenants to "${nameCompanion(name)}", and install again.`,
    );
  }
  const [present] = companion ? [] : await listByExactNames(space, "projects", [nameCompanion(name)]);
  return companion || (present !== undefined && (await carriesRunbooks(space, present)));
}

async function carriesRunbooks(space: OctopusSpace, project: OctopusDocument): Promise<boolean> {
  const runbooks = await space.list(`/projects/${project.Id}/runbooks`);
  return runbooks.some((runbook) => isSameName(textOf(runbook, "Name"), templateProjectNames.serialize));
}

/** Those of the runbooks of these names that are there. */
async function readInstalledActions(
  installer: Installer,
  project: OctopusDocument | undefined,
  names: readonly string[],
): Promise<JsonObject[]> {
  if (project === undefined) return [];
  const runbooks = await installer.space.list(`/projects/${project.Id}/runbooks`);
  const found = names.flatMap((name) => runbooks.find((one) => isSameName(textOf(one, "Name"), name)) ?? []);
  const processes = await Promise.all(found.map((runbook) => readProcess(installer, runbook)));
  return processes.flatMap((process) => objectsOf(process, "Steps")).flatMap((step) => objectsOf(step, "Actions"));
}

/** What applies packages in a deploying runbook that is there. */
function findInstalledEngine(actions: readonly JsonObject[]): EngineId | undefined {
  if (actions.some((action) => textOf(action, "ActionType") === "Octopus.TerraformApply")) return "terraform";
  return actions.some((action) => "DeployProject.Package" in propertiesOf(action)) ? "apply" : undefined;
}

/** @throws {@link ParameterError} for variables that Octopus may take for those that the steps ask for */
export async function refuseMistakenNames(
  space: OctopusSpace,
  project: OctopusDocument,
  runbooks: WantedRunbook[],
): Promise<void> {
  if (project.Id === idToBe) return;
  const forms = runbooks.flatMap(({ steps }) => steps.map(formOf));
  const sentences = await listMistakenNames(space, { project, forms });
  if (sentences.length > 0) throw new ParameterError(sentences.join(" "));
}

/** @throws {@link NotFoundError} naming near names */
export async function getProject(space: OctopusSpace, name: string): Promise<OctopusDocument> {
  const [found] = await listByExactNames(space, "projects", [name]);
  if (found !== undefined) return found;
  const names = (await space.list("/projects")).map((project) => textOf(project, "Name"));
  throw new NotFoundError(`There is no project "${name}" in the space "${space.name}".${findNearNames(name, names)}`);
}

function includeSets(
  installer: Installer,
  project: OctopusDocument,
  { name, sets }: TemplateProjectOptions,
): Promise<OctopusDocument> {
  return installer.ensure({
    label: "project",
    collection: "projects",
    name,
    among: [project],
    create: {},
    update: (current) => ({
      IncludedLibraryVariableSetIds: including(current, [
        sets.octopusServer,
        sets.exportOptions,
        sets.thisInstance,
        ...(sets.terraformState === undefined ? [] : [sets.terraformState]),
      ]),
    }),
  });
}

interface Carrier {
  project: OctopusDocument;
  isInGit: boolean;
}

interface RunbookOptions extends TemplateProjectOptions {
  engine: EngineId;
  terraform: TerraformChoice;
  tenants: Deployment["tenants"];
}

/** For the engine that asks. */
async function listTenants(
  space: OctopusSpace,
  { engine }: Pick<TemplateProjectOptions, "engine">,
): Promise<Deployment["tenants"]> {
  if (engine !== "terraform") return [];
  return (await space.list("/tenants")).map((tenant) => ({ id: tenant.Id, name: textOf(tenant, "Name") }));
}

function listRunbooks(options: RunbookOptions, { project, isInGit }: Carrier): WantedRunbook[] {
  const environmentId = options.sync.environment.Id;
  const names = templateProjectNames;
  const carried = { project, environmentId };
  const { templates } = options;
  return [
    {
      ...carried,
      name: names.serialize,
      description: `Makes a package of the project "${options.name}" and pushes it to the built-in feed.`,
      isTenanted: false,
      steps: [
        {
          name: "Serialize Project",
          ...templateOf(templates, "serialize-project"),
          properties: serializeParameters(options, { project, isInGit }),
          ...toSaidOwnBaseline(options.ownBaseline),
          ...(options.terraformBackend !== "" && { said: { [backendProperty]: options.terraform.backend } }),
          replaces: { [excludedSets]: formerSets },
        },
      ],
    },
    {
      ...carried,
      name: isInGit ? names.forkAndDeploy : names.deploy,
      description: isInGit
        ? `Forks the repository of the project "${options.name}" for the tenant, and deploys the newest package into its space.`
        : `Deploys the newest package of the project "${options.name}" into the tenant's space.`,
      isTenanted: true,
      otherSteps: listOtherEngines(options, { isInGit }),
      steps: [
        lookUpSpace(options),
        populateForProject({ ...options, spaceId: lookedUpSpaceId }),
        ...(isInGit ? [forkRepository(options)] : []),
        ...listDeployingSteps(options, { isInGit }),
      ],
    },
    ...listUpdateRunbooks(options, { isInGit }).map((runbook) => ({ ...carried, isTenanted: true, ...runbook })),
  ];
}

const excludedSets = "SerializeProject.ExcludedLibraryVariableSets";

/** What earlier versions left out. */
const formerSets = ["Octopus Server", "Export Options", "This Instance", "Git Host"].join("\n");

/** The project is named where the runbooks' own is another one. */
function serializeParameters({ name, terraform, publish }: RunbookOptions, { project, isInGit }: Carrier): JsonObject {
  const isCompanion = textOf(project, "Name") !== name;
  const published = isInGit ? templateProjectNames.forkAndDeploy : templateProjectNames.deploy;
  return {
    ...toSignInParameters("SerializeProject.", thisInstanceSignIn),
    "SerializeProject.KeepingRunbook": keepingRunbook,
    ...(isCompanion ? { "SerializeProject.Project": name } : {}),
    [excludedSets]: Object.values(variableSetNames).join("\n"),
    ...(terraform.backend === "" ? {} : { [backendProperty]: terraform.backend }),
    ...(publish ? { "SerializeProject.PublishedRunbook": published } : {}),
    ...(publish && isCompanion ? { "SerializeProject.PublishedRunbookProject": textOf(project, "Name") } : {}),
  };
}

/** The step that finds the tenant's space, by id or by name. */
export function lookUpSpace({
  templates,
  engine,
  createSpaces,
}: Pick<TemplateProjectOptions, "templates" | "createSpaces"> & { engine?: EngineId }): WantedStep {
  return {
    name: "Look Up Space",
    ...templateOf(templates, "look-up-space"),
    properties: {
      ...toSignInParameters("LookUpSpace.", managedTenantSignIn),
      ...toSignInParameters("LookUpSpace.Management", thisInstanceSignIn),
      ...(engine === "terraform" ? { "LookUpSpace.GiveAccessToken": "True" } : {}),
    },
    ...(createSpaces === true && { said: { "LookUpSpace.MakeMissing": "True" } }),
  };
}

/** What later steps of the runbook know it by. */
export const lookedUpSpaceId = "#{Octopus.Action[Look Up Space].Output.SpaceId}";

function forkRepository({ name, templates }: TemplateProjectOptions): WantedStep {
  return {
    name: "Fork Repository",
    ...templateOf(templates, "fork-repository"),
    properties: {
      ...toSignInParameters("ForkRepository.Management", thisInstanceSignIn),
      "ForkRepository.Project": name,
      "ForkRepository.Owner": "#{GitHost.Owner}",
      ...toGitParameters("ForkRepository"),
    },
  };
}

const forkedUrl = "#{Octopus.Action[Fork Repository].Output.CloneUrl}";

/** What brings the package into the space, as the engine does it. */
function listDeployingSteps(
  { name, engine, templates, builtInFeedId, terraform, tenants }: RunbookOptions,
  { isInGit }: Pick<Carrier, "isInGit">,
): WantedStep[] {
  const chosen: Engine = engines[engine];
  const steps = chosen.listSteps({
    project: name,
    package: { packageId: packageIdOf(name), feedId: builtInFeedId },
    spaceId: lookedUpSpaceId,
    git: isInGit ? { cloneUrl: forkedUrl, toParameters: toGitParameters } : undefined,
    terraform,
    tenants,
  });
  return steps.map(({ stepTemplate, ...step }) =>
    stepTemplate === undefined ? step : { ...step, ...templateOf(templates, stepTemplate) },
  );
}

/** The steps of the engines that were not chosen, which mean nothing beside those of this one. */
function listOtherEngines(options: RunbookOptions, carrier: Pick<Carrier, "isInGit">): WantedStep[] {
  const own = listDeployingSteps(options, carrier).map(({ name }) => name);
  // Any backend: with one, Terraform has all of its steps.
  const terraform = { ...options.terraform, backend: options.terraform.backend || "pg" };
  const all = Object.keys(engines).filter(isEngineId);
  return all
    .filter((engine) => engine !== options.engine)
    .flatMap((engine) => listDeployingSteps({ ...options, terraform, engine }, carrier))
    .filter(({ name }) => !own.includes(name));
}
