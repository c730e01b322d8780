import { isReference, type GraphNode, type Reference } from "../../../model/graph.ts";
import { isSameJson, objectsOf, textOf, type JsonObject } from "../../../model/json.ts";
import type { HclBlock, HclExpression } from "../../hcl.ts";
import type { TerraformModule } from "../../module.ts";
import { remarkUnsaid } from "../../unsaid.ts";
import { findOfProject } from "../of-project.ts";
import { isNamed, listActions, nameInModule } from "../process/list-steps.ts";

/** The rules of a channel and the steps that they name, which have to be there first. */
export function toRules(
  node: GraphNode,
  module: TerraformModule,
): { blocks: HclBlock[]; dependsOn: HclExpression[] | undefined } {
  const rules = objectsOf(node.body, "Rules");
  const named = [...rules.flatMap(listStepNames), ...listSlugs(node.body)];
  const needed = listNeededSteps(named, node, module);
  for (const rule of rules) remarkUnsaid({ ...node, body: rule }, said, module);
  if (needed !== undefined)
    return {
      blocks: rules.map((rule) => toRule(rule, node, module)),
      dependsOn: needed.length === 0 ? undefined : needed,
    };
  module.remark(
    node,
    "its rules are left out: they name steps that run only in this channel, and neither could be made before the other",
  );
  return { blocks: [], dependsOn: undefined };
}

const said = ["Tag", "VersionRange", "ActionPackages"];

function listStepNames(rule: JsonObject): string[] {
  return objectsOf(rule, "ActionPackages").map((pack) => textOf(pack, "DeploymentAction"));
}

function listSlugs(channel: JsonObject): string[] {
  return objectsOf(channel, "GitResourceRules")
    .flatMap((rule) => objectsOf(rule, "GitDependencyActions"))
    .map((action) => textOf(action, "DeploymentActionSlug"));
}

/** Steps are made in their order, so a rule needs those before its own too. @returns undefined when one of them needs this channel */
function listNeededSteps(names: string[], node: GraphNode, module: TerraformModule): HclExpression[] | undefined {
  const process = findOfProject("deploymentProcess", node, module);
  const steps = process === undefined ? [] : listActions(process, module);
  const last = steps.findLastIndex((step) => isNamed(step, names));
  const own = { $ref: { kind: node.kind, key: node.key } };
  const isCycle = steps
    .slice(0, last + 1)
    .some(({ action }) => channelsOf(action).some((channel) => isSameJson(channel, own)));
  return isCycle ? undefined : steps.filter((step) => isNamed(step, names)).map(({ resource }) => resource);
}

function channelsOf(action: JsonObject): Reference[] {
  return Array.isArray(action["Channels"]) ? action["Channels"].filter(isReference) : [];
}

function toRule(rule: JsonObject, node: GraphNode, module: TerraformModule): HclBlock {
  return {
    type: "rule",
    attributes: { tag: textOf(rule, "Tag") || undefined, version_range: textOf(rule, "VersionRange") || undefined },
    blocks: objectsOf(rule, "ActionPackages").map((pack) => toActionPackage(pack, node, module)),
  };
}

/** The package that a step is about has no name, which the provider must not be told: it reads an empty one as none. */
function toActionPackage(pack: JsonObject, node: GraphNode, module: TerraformModule): HclBlock {
  const attributes = {
    deployment_action: nameInModule(textOf(pack, "DeploymentAction"), node, module),
    package_reference: textOf(pack, "PackageReference") || undefined,
  };
  return { type: "action_package", attributes };
}
