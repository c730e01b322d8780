import { isSameJson, objectOf, objectsOf, textOf, type JsonValue } from "../../../model/json.ts";
import { isSecretMark, type GraphNode } from "../../../model/graph.ts";
import { expression, type HclExpression, type HclValue } from "../../hcl.ts";
import type { TerraformModule } from "../../module.ts";
import { templateProperty } from "./find-template.ts";
import { findMade, isOfCommunity, labelOfTemplate, toAddress } from "./made-templates.ts";
import type { Part } from "./list-steps.ts";
import { primaryPackageProperties } from "./packages.ts";
import { toProperties, withoutKeys } from "./properties.ts";

/** The resource, or the template of that name in the space at its newest version: a module cannot compare contents. */
export function toTemplateAttributes(template: GraphNode, module: TerraformModule): Record<string, HclExpression> {
  const made = findMade(template, module);
  if (made !== undefined) {
    const address = toAddress(made, module);
    const version = isOfCommunity(made) ? `${address}.version` : `local.${labelOfTemplate(made, module)}_version`;
    return { template_id: expression(`${address}.id`), template_version: expression(version) };
  }
  const local = `local.${labelOfTemplate(template, module)}`;
  return { template_id: expression(`${local}_id`), template_version: expression(`${local}_version`) };
}

/** Values of the template's parameters, and the properties in which the action differs from it. */
export function toTemplatedContent(
  { name, action }: Part,
  { body: template }: GraphNode,
  { node, module }: { node: GraphNode; module: TerraformModule },
): Record<string, HclValue | undefined> {
  const context = { node, module, place: `the step "${name}"` };
  const parameters = new Set(objectsOf(template, "Parameters").map((parameter) => textOf(parameter, "Name")));
  const own = Object.entries(withoutKeys(objectOf(action, "Properties"), [templateProperty]));
  const inherited = objectOf(template, "Properties");
  const defaults = objectsOf(template, "Parameters").filter(({ DefaultValue }) => isSecretMark(DefaultValue));
  const isDefault = ([key, value]: [string, JsonValue]): boolean =>
    isSecretMark(value) && defaults.some(({ Name }) => Name === key);
  for (const [key] of own.filter(isDefault))
    module.remark(node, `the secret in ${key} of the step "${name}" is the default of its step template there`);
  const values = own.filter((entry) => parameters.has(entry[0]) && !isDefault(entry));
  const others = own.filter(([key, value]) => !parameters.has(key) && !isSameJson(inherited[key], value));
  return {
    parameters: toProperties(Object.fromEntries(values), context),
    execution_properties: toProperties(withoutKeys(Object.fromEntries(others), primaryPackageProperties), context),
  };
}
