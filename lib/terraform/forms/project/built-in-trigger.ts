import type { GraphNode } from "../../../model/graph.ts";
import { isJsonObject, objectOf, textOf } from "../../../model/json.ts";
import { expression, object } from "../../hcl.ts";
import type { TerraformModule } from "../../module.ts";
import { findOfProject, projectOf } from "../of-project.ts";
import { listNamed, nameInModule } from "../process/list-steps.ts";
import { labelOfProject } from "./variables.ts";

const type = "octopusdeploy_built_in_trigger";

/** Automatic release creation is a resource of its own, since it points to a step. @returns the fields of the project that it says */
export function addBuiltInTrigger(project: GraphNode, module: TerraformModule): string[] {
  const strategy = objectOf(project.body, "ReleaseCreationStrategy");
  const release = objectOf(strategy, "ReleaseCreationPackage");
  const action = textOf(release, "DeploymentAction");
  if (project.body["AutoCreateRelease"] !== true || action === "") return [];
  const label = labelOfProject(project, module);
  module.add(`builtintrigger_${label}.tf`, {
    type: "resource",
    labels: [type, label],
    attributes: {
      project_id: module.refer(projectOf(project), project),
      channel_id: module.value(strategy["ChannelId"], project) ?? findDefaultChannel(project, module),
      release_creation_package: object({
        deployment_action: nameInModule(action, project, module),
        package_reference: textOf(release, "PackageReference"),
      }),
      depends_on: [...listVersioning(project, module), ...listNamed([action], project, module)],
    },
  });
  return ["AutoCreateRelease", "ReleaseCreationStrategy"];
}

/** Where releases go that nobody says a channel for. */
function findDefaultChannel(project: GraphNode, module: TerraformModule) {
  const own = module.ofProject(project.key[0] ?? "").filter(({ kind }) => kind === "channel");
  const channel = own.find(({ body }) => body["IsDefault"] === true);
  return channel === undefined ? "" : module.refer(channel, project);
}

/** Both write the project whole, and would undo each other side by side. */
function listVersioning(project: GraphNode, module: TerraformModule) {
  const settings = findOfProject("deploymentSettings", project, module)?.body ?? {};
  if (!isJsonObject(settings["VersioningStrategy"])) return [];
  return [expression(`octopusdeploy_project_versioning_strategy.${labelOfProject(project, module)}`)];
}
