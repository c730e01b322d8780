import { isReference, targetId, type GraphNode } from "../../../model/graph.ts";
import { isSameJson, objectOf, objectsOf, textOf, type JsonObject } from "../../../model/json.ts";
import type { TerraformModule } from "../../module.ts";
import { isEmpty } from "../../unsaid.ts";
import { findBareParameter, findMade } from "./made-templates.ts";

/** The property of an action that names its step template. */
export const templateProperty = "Octopus.Action.Template.Id";

/** The step template of an action, unless the action differs from it in what a templated step cannot say. */
export function findTemplate(action: JsonObject, node: GraphNode, module: TerraformModule): GraphNode | undefined {
  const use = objectOf(action, "Properties")[templateProperty];
  if (module.detachStepTemplates || !isReference(use)) return undefined;
  const template = module.nodes.find((candidate) => targetId(candidate) === targetId(use.$ref));
  const reason = explainDetaching(action, template, module);
  if (reason === undefined) return template;
  module.remark(node, `the step "${textOf(action, "Name")}" is detached from its step template, since ${reason}`);
  return undefined;
}

function explainDetaching(
  action: JsonObject,
  node: GraphNode | undefined,
  module: TerraformModule,
): string | undefined {
  const template = node?.body ?? {};
  if (choosesPackages(action, template)) return "a templated step cannot choose packages";
  if (node !== undefined && findMade(node, module) !== undefined) return undefined;
  const bare = node && findBareParameter(node);
  return bare && `the provider cannot read one whose parameter "${textOf(bare, "Name")}" has no default`;
}

function choosesPackages(action: JsonObject, template: JsonObject): boolean {
  return objectsOf(action, "Packages").some((own) => !isEmpty(own["PackageId"]) && !hasPackage(template, own));
}

function hasPackage(template: JsonObject, own: JsonObject): boolean {
  return objectsOf(template, "Packages").some(
    (candidate) =>
      textOf(candidate, "Name") === textOf(own, "Name") && isSameJson(candidate["PackageId"], own["PackageId"]),
  );
}
