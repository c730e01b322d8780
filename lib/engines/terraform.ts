import type { JsonObject } from "../model/json.ts";
import { placeMachines } from "../mapping/place-machines.ts";
import { managedTenantSignIn, toSignInParameters } from "../octopus/sign-in-variables.ts";
import { joinLabels } from "../terraform/names.ts";
import { writeTerraformModule } from "../terraform/write-terraform-module.ts";
import type { DeployingStep, Deployment, Engine } from "./engine.ts";
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

  listSteps: (deployment) => [toApplyingStep(deployment), toRecordingStep(deployment)],
};

function toApplyingStep(deployment: Deployment): DeployingStep {
  return {
    name: applying,
    actionType: "Octopus.TerraformApply",
    packages: { "": deployment.package },
    properties: { ...toPackageProperties(deployment), ...toTerraformProperties(deployment) },
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
function toRecordParameters({ package: { packageId, feedId }, spaceId, git }: Deployment): JsonObject {
  const output = `Octopus.Action[${applying}].Output.TerraformValueOutputs[octopus_project_id]`;
  return {
    ...toSignInParameters("RecordTerraformCopy.", managedTenantSignIn),
    "RecordTerraformCopy.SpaceId": spaceId,
    "RecordTerraformCopy.ProjectId": `#{${output}}`,
    "RecordTerraformCopy.ReceiptKey": "#{ManagedSpaces.Receipt.Key}",
    "RecordTerraformCopy.Package": JSON.stringify({ PackageId: packageId, FeedId: feedId }),
    ...git?.toParameters("RecordTerraformCopy"),
  };
}

const workspace = "Octopus.Action.Terraform.Workspace";

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
    [workspace]: toWorkspace(deployment.project, deployment.tenants),
    "Octopus.Action.Terraform.AdditionalActionParams": listVariables(deployment),
    "Octopus.Action.Terraform.AdditionalInitParams": deployment.terraformInitParameters,
    "Octopus.Action.Terraform.EnvVariables": JSON.stringify(toEnvironment(deployment)),
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

function toEnvironment({ spaceId }: Deployment): Record<string, string> {
  return {
    TF_VAR_octopus_server: "#{ManagedTenant.Octopus.Url | JsonEscape}",
    TF_VAR_octopus_apikey: whereKnown("ManagedTenant.Octopus.ApiKey"),
    TF_VAR_octopus_access_token: whereKnown("Octopus.Action[Look Up Space].Output.AccessToken"),
    TF_VAR_octopus_space_id: spaceId,
  };
}

/** A tenant has a key or a service account; what it does not have is empty instead of the name of a variable. */
function whereKnown(variable: string): string {
  return `#{if ${variable}}#{${variable} | JsonEscape}#{/if}`;
}
