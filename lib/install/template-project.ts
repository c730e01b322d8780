import { textOf, type JsonObject } from "../model/json.ts";
import { findNearNames } from "../near-names.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { packageIdOf } from "../octopus/package-id.ts";
import { listByExactNames } from "../resources/resource-kind.ts";
import { isVersionControlled } from "../resources/version-control.ts";
import { NotFoundError } from "../step/errors.ts";
import { including, templateOf } from "./client-space.ts";
import { ensureCompanion, listMissingSecrets } from "./companion-project.ts";
import { toGitParameters } from "./git-host-variables.ts";
import type { Installer } from "./installer.ts";
import { templateProjectNames } from "./runbook-names.ts";
import type { StepPlacement, WantedStep } from "./process-steps.ts";
import { ensureRunbook, type WantedRunbook } from "./runbooks.ts";
import type { SyncEnvironment } from "./sync-environment.ts";
import { listUpdateRunbooks } from "./update-runbooks.ts";
import { variableSetNames, type VariableSets } from "./variable-sets.ts";

/** What applies a package downstream. */
export type Engine = "apply" | "terraform";

export interface TemplateProjectOptions {
  name: string;
  engine: Engine;
  /** Type of the Terraform backend that modules are made for, such as `pg` or `s3`; "" for none. */
  terraformBackend: string;
  /** What `terraform init` gets besides: `-backend-config=…`. */
  terraformInitParameters: string;
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
}

export interface AttachedProject {
  template: OctopusDocument;
  /** The project with the runbooks: the template, or its companion. */
  project: OctopusDocument;
  runbooks: OctopusDocument[];
  /** Names of the template's secrets that its companion has no value for. */
  missingSecrets: string[];
}

/** Gives a project its management runbooks, which makes it a template; nothing else about the project changes. */
export async function ensureTemplateProject(
  installer: Installer,
  options: TemplateProjectOptions,
): Promise<AttachedProject> {
  const template = await getProject(installer.space, options.name);
  const isInGit = isVersionControlled(template);
  const carrier =
    isInGit || options.companion
      ? await ensureCompanion(installer, template, { ...options, isInGit })
      : await includeSets(installer, template, options);
  const runbooks: OctopusDocument[] = [];
  for (const wanted of listRunbooks(options, { project: carrier, isInGit }))
    runbooks.push(await ensureRunbook(installer, wanted, options.placement));
  const missingSecrets =
    carrier.Id === template.Id ? [] : await listMissingSecrets(installer.space, { template, companion: carrier });
  return { template, project: carrier, runbooks, missingSecrets };
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
      IncludedLibraryVariableSetIds: including(current, [sets.octopusServer, sets.exportOptions, sets.thisInstance]),
    }),
  });
}

interface Carrier {
  project: OctopusDocument;
  isInGit: boolean;
}

function listRunbooks(options: TemplateProjectOptions, { project, isInGit }: Carrier): WantedRunbook[] {
  const environmentId = options.sync.environment.Id;
  const names = templateProjectNames;
  const carried = { project, environmentId };
  const { templates } = options;
  const deploy =
    options.engine === "terraform" ? applyTerraform(options, { isInGit }) : deployProject(options, { isInGit });
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
      steps: [lookUpSpace(templates), ...(isInGit ? [forkRepository(options)] : []), deploy],
    },
    ...listUpdateRunbooks(options, { isInGit }).map((runbook) => ({ ...carried, isTenanted: true, ...runbook })),
  ];
}

/** The project is named where the runbooks' own is another one. */
function serializeParameters(
  { name, terraformBackend, publish }: TemplateProjectOptions,
  { project, isInGit }: Carrier,
): JsonObject {
  const isCompanion = textOf(project, "Name") !== name;
  const published = isInGit ? templateProjectNames.forkAndDeploy : templateProjectNames.deploy;
  return {
    "SerializeProject.ApiKey": "#{ThisInstance.Api.Key}",
    ...(isCompanion ? { "SerializeProject.Project": name } : {}),
    "SerializeProject.ExcludedLibraryVariableSets": Object.values(variableSetNames).join("\n"),
    ...(terraformBackend === "" ? {} : { "SerializeProject.TerraformBackend": terraformBackend }),
    ...(publish ? { "SerializeProject.PublishedRunbook": published } : {}),
    ...(publish && isCompanion ? { "SerializeProject.PublishedRunbookProject": textOf(project, "Name") } : {}),
  };
}

function lookUpSpace(templates: Record<string, OctopusDocument>): WantedStep {
  return {
    name: "Look Up Space",
    ...templateOf(templates, "look-up-space"),
    properties: {
      "LookUpSpace.ApiKey": "#{ManagedTenant.Octopus.ApiKey}",
      "LookUpSpace.ManagementApiKey": "#{ThisInstance.Api.Key}",
    },
  };
}

const lookedUpSpaceId = "#{Octopus.Action[Look Up Space].Output.SpaceId}";

function forkRepository({ name, templates }: TemplateProjectOptions): WantedStep {
  return {
    name: "Fork Repository",
    ...templateOf(templates, "fork-repository"),
    properties: {
      "ForkRepository.ManagementApiKey": "#{ThisInstance.Api.Key}",
      "ForkRepository.Project": name,
      "ForkRepository.Owner": "#{GitHost.Owner}",
      ...toGitParameters("ForkRepository"),
    },
  };
}

const forkedUrl = "#{Octopus.Action[Fork Repository].Output.CloneUrl}";

function deployProject(
  { name, templates, builtInFeedId }: TemplateProjectOptions,
  { isInGit }: Pick<Carrier, "isInGit">,
): WantedStep {
  const packageId = packageIdOf(name);
  return {
    name: "Deploy Project",
    ...templateOf(templates, "deploy-project"),
    properties: {
      "DeployProject.ApiKey": "#{ManagedTenant.Octopus.ApiKey}",
      "DeployProject.SpaceId": lookedUpSpaceId,
      "DeployProject.ReceiptKey": "#{ManagedSpaces.Receipt.Key}",
      "DeployProject.Package": JSON.stringify({ PackageId: packageId, FeedId: builtInFeedId }),
      ...(isInGit ? { "DeployProject.GitUrl": forkedUrl, ...toGitParameters("DeployProject") } : {}),
    },
    packages: { "DeployProject.Package": { packageId, feedId: builtInFeedId } },
  };
}

/**
 * Octopus's own step, set as the octoterra process sets it, but for the connection values: they travel in the step's environment,
 * since what stands on a command line can be read in every process list.
 */
function applyTerraform(
  { name, builtInFeedId, terraformInitParameters }: TemplateProjectOptions,
  { isInGit }: Pick<Carrier, "isInGit">,
): WantedStep {
  // The module's variables are called after the template, which is not the project of the run where a companion carries it.
  const label = `project_${name.toLowerCase().replace(/[^a-z0-9]/g, "_")}`;
  const forked = isInGit ? ` -var="${label}_git_url=${forkedUrl}"` : "";
  const sanitized = (expression: string): string => `#{${expression} | ToLower | Replace "[^a-zA-Z0-9]" "_"}`;
  const variables = {
    TF_VAR_octopus_server: "#{ManagedTenant.Octopus.Url | JsonEscape}",
    TF_VAR_octopus_apikey: "#{ManagedTenant.Octopus.ApiKey | JsonEscape}",
    TF_VAR_octopus_space_id: lookedUpSpaceId,
  };
  return {
    name: "Deploy Project",
    actionType: "Octopus.TerraformApply",
    packages: { "": { packageId: packageIdOf(name), feedId: builtInFeedId } },
    properties: {
      "Octopus.Action.RunOnServer": "true",
      "Octopus.Action.Script.ScriptSource": "Package",
      "Octopus.Action.Package.PackageId": packageIdOf(name),
      "Octopus.Action.Package.FeedId": builtInFeedId,
      "Octopus.Action.Package.DownloadOnTentacle": "False",
      "Octopus.Action.Terraform.TemplateDirectory": "space_population",
      "Octopus.Action.Terraform.RunAutomaticFileSubstitution": "False",
      "Octopus.Action.Terraform.FileSubstitution": "**/project_variable_sensitive*.tf",
      "Octopus.Action.Terraform.Workspace": `${sanitized("Octopus.Deployment.Tenant.Name")}_${sanitized("Exported.Project.Name")}`,
      "Octopus.Action.Terraform.AdditionalActionParams": `-var="${label}_name=#{Exported.Project.Name}"${forked}`,
      "Octopus.Action.Terraform.AdditionalInitParams": terraformInitParameters,
      "Octopus.Action.Terraform.EnvVariables": JSON.stringify(variables),
      "Octopus.Action.Terraform.AllowPluginDownloads": "True",
      "Octopus.Action.Terraform.ManagedAccount": "None",
      "Octopus.Action.Terraform.AzureAccount": "False",
      "Octopus.Action.Terraform.GoogleCloudAccount": "False",
      "Octopus.Action.Terraform.PlanJsonOutput": "False",
      "Octopus.Action.AutoRetry.MaximumCount": "3",
      OctopusUseBundledTooling: "False",
    },
  };
}
