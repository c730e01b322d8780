import type { GraphNode } from "../../../model/graph.ts";
import { objectOf, objectsOf, textOf, type JsonObject } from "../../../model/json.ts";
import type { HclBlock } from "../../hcl.ts";
import type { TerraformModule } from "../../module.ts";
import { findOfProject } from "../of-project.ts";
import type { Part } from "./list-steps.ts";

/**
 * An action that versioning, automatic release creation or a channel rule names cannot go before these name another one (issue 136 of the provider), so Terraform removes it
 * last. It never makes one again beside itself: only another process replaces an action (provider 1.17.0, `RequiresReplace`).
 */
export function toLifecycle({ name }: Part, process: GraphNode, module: TerraformModule): HclBlock[] {
  if (process.kind !== "deploymentProcess" || !listUsedActions(process, module).includes(name)) return [];
  return [{ type: "lifecycle", attributes: { create_before_destroy: true } }];
}

function listUsedActions(process: GraphNode, module: TerraformModule): string[] {
  const settings = findOfProject("deploymentSettings", process, module)?.body ?? {};
  const project = findOfProject("project", process, module)?.body ?? {};
  const channels = module.ofProject(process.key[0] ?? "").filter(({ kind }) => kind === "channel");
  return [
    nameAction(objectOf(objectOf(settings, "VersioningStrategy"), "DonorPackage")),
    nameAction(objectOf(objectOf(project, "ReleaseCreationStrategy"), "ReleaseCreationPackage")),
    ...channels.flatMap(({ body }) => listRuleActions(body)),
  ];
}

function listRuleActions(channel: JsonObject): string[] {
  return objectsOf(channel, "Rules")
    .flatMap((rule) => objectsOf(rule, "ActionPackages"))
    .map(nameAction);
}

function nameAction(reference: JsonObject): string {
  return textOf(reference, "DeploymentAction");
}
