import type { JsonObject } from "../model/json.ts";
import { placeMachines } from "../mapping/place-machines.ts";
import { managedTenantSignIn, toSignInParameters } from "../octopus/sign-in-variables.ts";
import { joinLabels } from "../terraform/names.ts";
import { writeTerraformModule } from "../terraform/write-terraform-module.ts";
import type { DeployingStep, Deployment, Engine } from "./engine.ts";
import { findBackend, stateMark } from "../terraform/backends.ts";
import { sharedWorkspace, toWorkspace } from "./terraform-workspace.ts";

/**
 * Octopus's own step, set as the octoterra process sets it, but for the connection values: they travel in the step's environment,
 * since what stands on a command line can be read in every process list.
 */
export const terraform: Engine = {
  pack(graph, { terraformBackend, importsExisting, withPolling, ...options }) {
    const { isLookedUp } = options;
    const placed = placeMachines(graph, "asTheyAre", { withPolling, isLookedUp });
    const module = writeTerraformModule(placed.graph, {
      ...options,
      backend: terraformBackend,
      importExisting: importsExisting,
    });
    return { files: module.files, remarks: [...placed.remarks, ...module.remarks] };
  },

  listSteps: (deployment) => [
    ...(findBackend(deployment.terraform.backend) === undefined ? [] : [toPreparingStep(deployment)]),
    toApplyingStep(deployment),
    toRecordingStep(deployment),
  ],
};

/** Terraform would make a project whose state was lost once more, and does not make the database of pg. */
function toPreparingStep(deployment: Deployment): DeployingStep {
  const { backend } = deployment.terraform;
  const ofInit = { "PrepareTerraformState.InitParameters": toInitParameters(deployment) };
  const ofBackend = {
    "PrepareTerraformState.TerraformBackend": backend,
    "PrepareTerraformState.Environment": JSON.stringify(toBackendEnvironment(deployment)),
    "PrepareTerraformState.Workspace": toOwnWorkspace(deployment),
  };
  return {
    name: "Prepare Terraform State",
    stepTemplate: "prepare-terraform-state",
    packages: { "PrepareTerraformState.Package": deployment.package },
    properties: {
      ...toSignInParameters("PrepareTerraformState.", managedTenantSignIn),
      "PrepareTerraformState.SpaceId": deployment.spaceId,
      "PrepareTerraformState.Package": toReference(deployment),
      "PrepareTerraformState.ImportLost": `#{if ${importVariable}}#{${importVariable}}#{else}False#{/if}`,
      ...ofInit,
      ...ofBackend,
    },
    said: toSaid(deployment, { ofInit, ofBackend }),
  };
}

/** What a run is told to take what Terraform lost into its state. */
export const importVariable = "TerraformState.Import";

/** The variable with a secret of the backend, by the name of the environment variable that Terraform takes it from. */
export function nameSecretVariable(environmentName: string): string {
  return `TerraformState.${environmentName}`;
}

function toSaid(
  { terraform: { isSaid } }: Deployment,
  { ofInit, ofBackend }: { ofInit: JsonObject; ofBackend: JsonObject },
): JsonObject {
  if (isSaid === "nothing") return {};
  return isSaid === "all" ? { ...ofInit, ...ofBackend } : ofInit;
}

/** Without workspaces the state has its own place among the settings. */
function toInitParameters(deployment: Deployment): string {
  return deployment.terraform.initParameters.replaceAll(stateMark, toStateName(deployment));
}

function toOwnWorkspace(deployment: Deployment): string {
  return findBackend(deployment.terraform.backend)?.hasWorkspaces === false ? "" : toStateName(deployment);
}

/** What a runbook has goes on, but for what tenants may share. */
function toStateName({ project, tenants, terraform: { workspace: own = "" } }: Deployment): string {
  return own === "" || own === sharedWorkspace ? toWorkspace(project, tenants) : own;
}

function toBackendEnvironment({ terraform: { backend, initParameters: line } }: Deployment): Record<string, string> {
  const names = findBackend(backend)?.listSecrets(line) ?? [];
  return Object.fromEntries(names.map((name) => [name, whereKnown(nameSecretVariable(name))]));
}

function toApplyingStep(deployment: Deployment): DeployingStep {
  return {
    name: applying,
    actionType: "Octopus.TerraformApply",
    packages: { "": deployment.package },
    properties: { ...toPackageProperties(deployment), ...toTerraformProperties(deployment) },
    said: toSaid(deployment, {
      ofInit: { [initParameters]: toInitParameters(deployment) },
      ofBackend: { [environment]: toEnvironment(deployment), [workspace]: toOwnWorkspace(deployment) },
    }),
    replaces: { [workspace]: sharedWorkspace },
  };
}

/** Without a receipt nobody would know whose the copy is. */
function toRecordingStep(deployment: Deployment): DeployingStep {
  return {
    name: "Record Copy",
    stepTemplate: "record-terraform-copy",
    packages: { "RecordTerraformCopy.Package": deployment.package },
    properties: toRecordParameters(deployment),
  };
}

const applying = "Deploy Project";

/** Which project Terraform made, its outputs tell: modules of earlier versions do not, and there its name does. */
function toRecordParameters(deployment: Deployment): JsonObject {
  const { spaceId, git } = deployment;
  const output = `Octopus.Action[${applying}].Output.TerraformValueOutputs[octopus_project_id]`;
  return {
    ...toSignInParameters("RecordTerraformCopy.", managedTenantSignIn),
    "RecordTerraformCopy.SpaceId": spaceId,
    "RecordTerraformCopy.ProjectId": `#{${output}}`,
    "RecordTerraformCopy.ReceiptKey": "#{ManagedSpaces.Receipt.Key}",
    "RecordTerraformCopy.Package": toReference(deployment),
    ...git?.toParameters("RecordTerraformCopy"),
  };
}

function toReference({ package: { packageId, feedId } }: Deployment): string {
  return JSON.stringify({ PackageId: packageId, FeedId: feedId });
}

const workspace = "Octopus.Action.Terraform.Workspace";
const initParameters = "Octopus.Action.Terraform.AdditionalInitParams";
const environment = "Octopus.Action.Terraform.EnvVariables";

function toPackageProperties({ package: { packageId, feedId } }: Deployment): JsonObject {
  return {
    "Octopus.Action.RunOnServer": "true",
    "Octopus.Action.Script.ScriptSource": "Package",
    "Octopus.Action.Package.PackageId": packageId,
    "Octopus.Action.Package.FeedId": feedId,
    "Octopus.Action.Package.DownloadOnTentacle": "False",
  };
}

function toTerraformProperties(deployment: Deployment): JsonObject {
  return {
    "Octopus.Action.Terraform.TemplateDirectory": "space_population",
    "Octopus.Action.Terraform.RunAutomaticFileSubstitution": "False",
    "Octopus.Action.Terraform.FileSubstitution": "**/project_variable_sensitive*.tf",
    [workspace]: toOwnWorkspace(deployment),
    "Octopus.Action.Terraform.AdditionalActionParams": listVariables(deployment),
    [initParameters]: toInitParameters(deployment),
    [environment]: toEnvironment(deployment),
    "Octopus.Action.Terraform.AllowPluginDownloads": "True",
    "Octopus.Action.Terraform.ManagedAccount": "None",
    "Octopus.Action.Terraform.AzureAccount": "False",
    "Octopus.Action.Terraform.GoogleCloudAccount": "False",
    "Octopus.Action.Terraform.PlanJsonOutput": "False",
    "Octopus.Action.AutoRetry.MaximumCount": "3",
    "Octopus.Action.AutoRetry.MinimumBackoff": refillSeconds,
    OctopusUseBundledTooling: "False",
  };
}

/**
 * The provider takes a refusal for rate for a failure (1.17.0 has nothing about 429), and the limit is one of the tenant's server, which
 * nobody asks here. So it sends one request after the other, which costs a third of the time since it holds locks of its own anyway, and
 * the next attempt begins with a bucket that is full again, as it is after a minute of the default (Octopus documentation, "Rate
 * Limiting": a burst of 200, 200 a minute). What is in the state by then is kept: an attempt goes on where the last one was refused.
 */
const refillSeconds = "60";

/** The module's variables are called after the template, which is not the project of the run where a companion carries it. */
function listVariables({ project, git }: Deployment): string {
  const label = `project_${joinLabels(project)}`;
  const name = `-var="${label}_name=#{Exported.Project.Name}"`;
  const own = `-parallelism=1 ${name}`;
  return git === undefined ? own : `${own} -var="${label}_git_url=${git.cloneUrl}"`;
}

function toEnvironment(deployment: Deployment): string {
  return JSON.stringify({
    TF_VAR_octopus_server: "#{ManagedTenant.Octopus.Url | JsonEscape}",
    TF_VAR_octopus_apikey: whereKnown("ManagedTenant.Octopus.ApiKey"),
    TF_VAR_octopus_access_token: whereKnown("Octopus.Action[Look Up Space].Output.AccessToken"),
    TF_VAR_octopus_space_id: deployment.spaceId,
    ...toBackendEnvironment(deployment),
  });
}

/** A tenant has a key or a service account; what it does not have is empty instead of the name of a variable. */
function whereKnown(variable: string): string {
  return `#{if ${variable}}#{${variable} | JsonEscape}#{/if}`;
}

/** What the step that applies modules has in a runbook: the workspace, and what `terraform init` gets. */
export const applyingProperties = { workspace, initParameters } as const;
