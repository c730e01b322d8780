import type { JsonObject } from "../model/json.ts";
import { joinLabels } from "../terraform/names.ts";
import { writeTerraformModule } from "../terraform/write-terraform-module.ts";
import type { Deployment, Engine } from "./engine.ts";

/**
 * Octopus's own step, set as the octoterra process sets it, but for the connection values: they travel in the step's environment,
 * since what stands on a command line can be read in every process list.
 */
export const terraform: Engine = {
  pack: (graph, { terraformBackend, detachStepTemplates }) =>
    writeTerraformModule(graph, { backend: terraformBackend, detachStepTemplates }),

  listSteps: (deployment) => [
    {
      name: "Deploy Project",
      actionType: "Octopus.TerraformApply",
      packages: { "": deployment.package },
      properties: { ...toPackageProperties(deployment), ...toTerraformProperties(deployment) },
    },
  ],
};

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
    "Octopus.Action.Terraform.Workspace": `${sanitized("Octopus.Deployment.Tenant.Name")}_${sanitized("Exported.Project.Name")}`,
    "Octopus.Action.Terraform.AdditionalActionParams": listVariables(deployment),
    "Octopus.Action.Terraform.AdditionalInitParams": deployment.terraformInitParameters,
    "Octopus.Action.Terraform.EnvVariables": JSON.stringify(toEnvironment(deployment)),
    "Octopus.Action.Terraform.AllowPluginDownloads": "True",
    "Octopus.Action.Terraform.ManagedAccount": "None",
    "Octopus.Action.Terraform.AzureAccount": "False",
    "Octopus.Action.Terraform.GoogleCloudAccount": "False",
    "Octopus.Action.Terraform.PlanJsonOutput": "False",
    "Octopus.Action.AutoRetry.MaximumCount": "3",
    OctopusUseBundledTooling: "False",
  };
}

/** The module's variables are called after the template, which is not the project of the run where a companion carries it. */
function listVariables({ project, git }: Deployment): string {
  const label = `project_${joinLabels(project)}`;
  const name = `-var="${label}_name=#{Exported.Project.Name}"`;
  return git === undefined ? name : `${name} -var="${label}_git_url=${git.cloneUrl}"`;
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

function sanitized(variable: string): string {
  return `#{${variable} | ToLower | Replace "[^a-zA-Z0-9]" "_"}`;
}
