import type { GraphNode } from "../../model/graph.ts";
import { isJsonObject, objectOf, textOf, type JsonObject } from "../../model/json.ts";
import type { TerraformForm } from "../form.ts";
import { object, unlessEmpty } from "../hcl.ts";
import type { TerraformModule } from "../module.ts";
import { remarkUnsaid } from "../unsaid.ts";
import { projectOf } from "./of-project.ts";
import { listNamed, nameInModule } from "./process/list-steps.ts";
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
  // A server tells the package and its step, and the provider takes one of them.
  const donorStep = isByPackage ? undefined : module.value(strategy["DonorPackageStepId"], node);
  const attributes = {
    project_id: module.refer(projectOf(node), node),
    template: isByPackage || donorStep !== undefined ? undefined : module.value(strategy["Template"], node),
    donor_package: isByPackage
      ? object({
          deployment_action: nameInModule(step, node, module),
          package_reference: textOf(donor, "PackageReference"),
        })
      : undefined,
    donor_package_step_id: donorStep,
    depends_on: unlessEmpty(listNamed([step], node, module)),
  };
  const type = "octopusdeploy_project_versioning_strategy";
  module.add(`projectversioning_${label}.tf`, { type: "resource", labels: [type, label], attributes });
}
