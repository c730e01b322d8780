import { textOf, type JsonObject } from "../json.ts";
import { findNearNames } from "../near-names.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { packageIdOf } from "../octopus/package-id.ts";
import { listByExactNames } from "../resources/resource-kind.ts";
import { NotFoundError, StepError } from "../step/errors.ts";
import { including, templateOf } from "./client-space.ts";
import type { Installer } from "./installer.ts";
import { ensureRunbook, type StepPlacement, type WantedStep } from "./runbooks.ts";
import type { SyncEnvironment } from "./sync-environment.ts";
import { variableSetNames, type VariableSets } from "./variable-sets.ts";

export const templateProjectNames = { serialize: "__ 1. Serialize Project", deploy: "__ 2. Deploy Project" } as const;

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
  /** Has Serialize publish the deploying runbook, pinned to the new package. */
  publish: boolean;
}

/** Attaches the management runbooks to a project, which makes it a template; nothing else about the project changes. */
export async function ensureTemplateProject(installer: Installer, options: TemplateProjectOptions): Promise<{ project: OctopusDocument; runbooks: OctopusDocument[] }> {
  const { sync, sets, templates, placement } = options;
  const found = await getDatabaseProject(installer.space, options.name);
  const project = await installer.ensure({
    label: "project",
    collection: "projects",
    name: options.name,
    among: [found],
    create: {},
    update: (current) => ({ IncludedLibraryVariableSetIds: including(current, [sets.octopusServer, sets.exportOptions, sets.thisInstance]) }),
  });
  const serialize = await ensureRunbook(
    installer,
    {
      project,
      name: templateProjectNames.serialize,
      description: "Makes a package of this project and pushes it to the built-in feed.",
      isTenanted: false,
      environmentId: sync.environment.Id,
      steps: [{ name: "Serialize Project", ...templateOf(templates, "serialize-project"), properties: serializeParameters(options) }],
    },
    placement,
  );
  const deploy = await ensureRunbook(
    installer,
    {
      project,
      name: templateProjectNames.deploy,
      description: "Deploys the newest package of this project into the tenant's space.",
      isTenanted: true,
      environmentId: sync.environment.Id,
      steps: [lookUpSpace(templates), options.engine === "terraform" ? applyTerraform(options) : deployProject(options)],
    },
    placement,
  );
  return { project, runbooks: [serialize, deploy] };
}

async function getDatabaseProject(space: OctopusSpace, name: string): Promise<OctopusDocument> {
  const [found] = await listByExactNames(space, "projects", [name]);
  if (found === undefined) {
    const names = (await space.list("/projects")).map((project) => textOf(project, "Name"));
    throw new NotFoundError(`There is no project "${name}" in the space "${space.name}".${findNearNames(name, names)}`);
  }
  if (found["IsVersionControlled"] !== true) return found;
  throw new StepError(`The project "${name}" keeps its runbooks in Git, where the management runbooks would be committed and forked with it. Template projects have to be database-backed so far.`);
}

function serializeParameters({ terraformBackend, publish }: TemplateProjectOptions): JsonObject {
  return {
    "SerializeProject.ApiKey": "#{ThisInstance.Api.Key}",
    "SerializeProject.ExcludedLibraryVariableSets": Object.values(variableSetNames).join("\n"),
    ...(terraformBackend === "" ? {} : { "SerializeProject.TerraformBackend": terraformBackend }),
    ...(publish ? { "SerializeProject.PublishedRunbook": templateProjectNames.deploy } : {}),
  };
}

function lookUpSpace(templates: Record<string, OctopusDocument>): WantedStep {
  return {
    name: "Look Up Space",
    ...templateOf(templates, "look-up-space"),
    properties: { "LookUpSpace.ApiKey": "#{ManagedTenant.Octopus.ApiKey}", "LookUpSpace.ManagementApiKey": "#{ThisInstance.Api.Key}" },
  };
}

const lookedUpSpaceId = "#{Octopus.Action[Look Up Space].Output.SpaceId}";

function deployProject({ name, templates, builtInFeedId }: TemplateProjectOptions): WantedStep {
  const packageId = packageIdOf(name);
  return {
    name: "Deploy Project",
    ...templateOf(templates, "deploy-project"),
    properties: {
      "DeployProject.ApiKey": "#{ManagedTenant.Octopus.ApiKey}",
      "DeployProject.SpaceId": lookedUpSpaceId,
      "DeployProject.ReceiptKey": "#{ManagedSpaces.Receipt.Key}",
      "DeployProject.Package": JSON.stringify({ PackageId: packageId, FeedId: builtInFeedId }),
    },
    packages: { "DeployProject.Package": { packageId, feedId: builtInFeedId } },
  };
}

/**
 * Octopus's own step, set as the octoterra process sets it, but for the connection values: they travel in the step's environment,
 * since what stands on a command line can be read in every process list.
 */
function applyTerraform({ name, builtInFeedId, terraformInitParameters }: TemplateProjectOptions): WantedStep {
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
      "Octopus.Action.Terraform.AdditionalActionParams": `-var="project_${sanitized("Octopus.Project.Name")}_name=#{Exported.Project.Name}"`,
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
