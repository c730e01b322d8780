import type { GraphNode } from "../../model/graph.ts";
import { isJsonObject, objectOf, textOf, type JsonObject } from "../../model/json.ts";
import type { TerraformForm } from "../form.ts";
import { object } from "../hcl.ts";
import type { TerraformModule } from "../module.ts";
import { remarkUnsaid } from "../unsaid.ts";
import { findOfProject, projectOf } from "./of-project.ts";
import { listActions } from "./process/list-steps.ts";
import { labelOfProject } from "./project/variables.ts";

/** The versioning strategy is a resource of its own, since it points to steps, which point to the project. The rest is in the project's. */
export const deploymentSettings: TerraformForm = {
  resource: {
    write(node, module) {
      const { VersioningStrategy: strategy } = node.body;
      if (isJsonObject(strategy)) addVersioningStrategy(strategy, node, module);
      remarkUnsaid(node, said, module);
    },
  },
};

const said = [
  "ConnectivityPolicy",
  "DefaultGuidedFailureMode",
  "VersioningStrategy",
  "ReleaseNotesTemplate",
  "DefaultToSkipIfAlreadyInstalled",
  "DeploymentChangesTemplate",
];

function addVersioningStrategy(strategy: JsonObject, node: GraphNode, module: TerraformModule): void {
  const label = labelOfProject(node, module);
  const donor = objectOf(strategy, "DonorPackage");
  const step = textOf(donor, "DeploymentAction");
  const isByPackage = step !== "";
  const attributes = {
    project_id: module.refer(projectOf(node), node),
    template: isByPackage ? undefined : module.value(strategy["Template"], node),
    donor_package: isByPackage
      ? object({ deployment_action: step, package_reference: textOf(donor, "PackageReference") })
      : undefined,
    donor_package_step_id: module.value(strategy["DonorPackageStepId"], node),
    depends_on: listNeeded(step, node, module),
  };
  const type = "octopusdeploy_project_versioning_strategy";
  module.add(`projectversioning_${label}.tf`, { type: "resource", labels: [type, label], attributes });
}

/** Versioning by a package needs the step that has it. */
function listNeeded(step: string, node: GraphNode, module: TerraformModule) {
  const process = findOfProject("deploymentProcess", node, module);
  const actions = process === undefined ? [] : listActions(process, module);
  const needed = actions.find(({ name }) => name === step);
  return needed === undefined ? undefined : [needed.resource];
}
