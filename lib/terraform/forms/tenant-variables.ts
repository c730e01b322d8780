import { isReference, isSecretMark, targetId, type GraphNode, type Target } from "../../model/graph.ts";
import { objectsOf, textOf, type JsonObject } from "../../model/json.ts";
import { secret } from "../field-forms.ts";
import type { TerraformForm } from "../form.ts";
import { expression, unlessEmpty, type HclExpression, type HclValue } from "../hcl.ts";
import type { TerraformModule } from "../module.ts";
import { joinLabels } from "../names.ts";
import type { Written } from "../plain-form.ts";
import { quote } from "../quote.ts";
import { listLinks } from "./tenant.ts";

/** Each value is a resource of its own, for a template of what the module makes. */
export const tenantVariables: TerraformForm = {
  resource: {
    write(node, module) {
      for (const value of objectsOf(node.body, "Values")) addValue(value, node, module);
    },
  },
};

const owners: Readonly<Record<string, { type: string; owner: string }>> = {
  libraryVariableSet: { type: "octopusdeploy_tenant_common_variable", owner: "library_variable_set_id" },
  project: { type: "octopusdeploy_tenant_project_variable", owner: "project_id" },
};

function addValue(value: JsonObject, node: GraphNode, module: TerraformModule): void {
  const { OwnerId: owner } = value;
  const form = isReference(owner) ? owners[owner.$ref.kind] : undefined;
  if (!isReference(owner) || form === undefined) return;
  const id = module.refer(owner.$ref, node);
  const reason = explainLeavingOut(id, value, node, module);
  if (reason !== undefined)
    return module.remark(node, `the value of "${textOf(value, "Template")}" is left out, since ${reason}`);
  const label = labelOf(owner.$ref, value, { node, module, type: form.type });
  const { attributes, blocks } = toScope(value, node, module);
  module.add(`${label}.tf`, {
    type: "resource",
    labels: [form.type, label],
    attributes: {
      tenant_id: module.refer({ kind: "tenant", key: node.key }, node),
      [form.owner]: id,
      template_id: toTemplateId(id, textOf(value, "Template")),
      ...toContent(value, { node, module, label }),
      ...attributes,
      depends_on: unlessEmpty(listLinks(node.key, module)),
    },
    blocks,
  });
}

function explainLeavingOut(
  id: HclExpression | string | undefined,
  { EnvironmentIds: environments }: JsonObject,
  node: GraphNode,
  module: TerraformModule,
): string | undefined {
  if (typeof id !== "object" || !id.expression.startsWith("octopusdeploy_"))
    return "the provider tells no ids of templates that the module does not make";
  const wanted = Array.isArray(environments) ? environments.length : 0;
  return module.list(environments, node).length < wanted
    ? "the module cannot say all of its environments, and without them it would apply more widely"
    : undefined;
}

function labelOf(
  owner: Target,
  value: JsonObject,
  { node, module, type }: { node: GraphNode; module: TerraformModule; type: string },
): string {
  const names = [...node.key, ...owner.key, textOf(value, "Template")];
  const scope = Array.isArray(value["EnvironmentIds"]) ? value["EnvironmentIds"] : [];
  const environments = scope.flatMap((one) => (isReference(one) ? one.$ref.key : []));
  const wanted = `tenant_value_${joinLabels(...names, ...environments)}`;
  return module.claim(type, wanted, [targetId(node), targetId(owner), ...names, ...environments].join(" "));
}

function toTemplateId(id: HclExpression | string | undefined, name: string): HclExpression | undefined {
  if (typeof id !== "object") return undefined;
  const templates = id.expression.replace(/\.id$/, ".template");
  return expression(`one([for template in ${templates} : template.id if template.name == ${quote(name)}])`);
}

function toContent(
  { Value: value, Template: name }: JsonObject,
  place: { node: GraphNode; module: TerraformModule; label: string },
): Record<string, HclValue | undefined> {
  if (!isSecretMark(value)) return { value: place.module.value(value, place.node) };
  const form = secret("value");
  const path = ["Values", String(name), place.label];
  return typeof form === "string" ? {} : { ...form({ ...place, path, value }).attributes };
}

/** Servers that know one environment a value of a project have no other word for it. */
function toScope(value: JsonObject, node: GraphNode, module: TerraformModule): Written {
  const environments = module.list(value["EnvironmentIds"], node);
  const isOfProject = isReference(value["OwnerId"]) && value["OwnerId"].$ref.kind === "project";
  if (isOfProject && environments.length === 1) return { attributes: { environment_id: environments[0] } };
  if (!isOfProject && environments.length === 0) return {};
  module.remark(node, "values that are not for one environment each need Octopus Server 2025.2 or newer");
  return { blocks: [{ type: "scope", attributes: { environment_ids: environments } }] };
}
