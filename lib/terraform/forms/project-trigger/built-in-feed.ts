import { objectOf, objectsOf, textOf, type JsonObject } from "../../../model/json.ts";
import type { GraphNode } from "../../../model/graph.ts";
import type { TerraformModule } from "../../module.ts";
import { findOfProject } from "../of-project.ts";
import { listActions } from "../process/list-steps.ts";
import type { TriggerForm } from "./trigger.ts";

/** New packages of the built-in feed make a release: the same as the project's automatic release creation, which has a resource, for one package. */
export const addBuiltInFeedTrigger: TriggerForm = ({ node, module, filter }) => {
  const project = findOfProject("project", node, module);
  if (project?.body["AutoCreateRelease"] !== true)
    return module.remark(node, "it is left out, since its project creates no releases automatically");
  const created = toPackage(project, node, module);
  const isOther = objectsOf(filter, "Packages").some((one) =>
    fields.some((field) => textOf(one, field) !== created[field]),
  );
  module.remark(
    node,
    isOther
      ? "it is left out, since the provider has one package for all of them, and that is the one of the project's automatic release creation"
      : "it is left out beside the project's automatic release creation, which comes along and does the same",
  );
};

const fields = ["DeploymentActionSlug", "PackageReference"];

/** The package of the automatic release creation, as a trigger names it. */
function toPackage({ body }: GraphNode, node: GraphNode, module: TerraformModule): JsonObject {
  const release = objectOf(objectOf(body, "ReleaseCreationStrategy"), "ReleaseCreationPackage");
  const process = findOfProject("deploymentProcess", node, module);
  const actions = process === undefined ? [] : listActions(process, module);
  const used = actions.find(({ name }) => name === textOf(release, "DeploymentAction"));
  return {
    DeploymentActionSlug: used === undefined ? "" : textOf(used.action, "Slug"),
    PackageReference: textOf(release, "PackageReference"),
  };
}
