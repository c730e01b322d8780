import { isReference, isSecretMark, isText, targetId, type GraphNode, type Target } from "../model/graph.ts";
import { isJsonObject, objectsOf, textOf, type JsonObject, type JsonValue } from "../model/json.ts";
import { expression, type HclBlock, type HclValue } from "../terraform/hcl.ts";
import { joinLabels } from "../terraform/names.ts";
import { isExpressible } from "../terraform/octostache.ts";
import { addSecretValue } from "../terraform/secret-value.ts";
import type { TerraformKind, TerraformModule } from "../terraform/terraform-kind.ts";
import { isEmpty, remarkUnsaid } from "../terraform/unsaid.ts";

/** Each variable in a file of its own; the declarations of secrets are in further files, the only ones that Octopus replaces expressions in. */
export const variableSetTerraform: TerraformKind = {
  write(node, module) {
    const counts = new Map<string, number>();
    for (const variable of objectsOf(node.body, "Variables")) {
      const name = textOf(variable, "Name");
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      addVariable(variable, { node, module, label: toVariableLabel(node, module, { name, count }) });
    }
    remarkUnsaid(node, ["Variables"], module);
  },
};

interface VariableContext {
  node: GraphNode;
  module: TerraformModule;
  label: string;
}

/** `hello_world_database_development__password_1`: the owner, the name, and which of the values of that name. */
function toVariableLabel(
  node: GraphNode,
  module: TerraformModule,
  { name, count }: { name: string; count: number },
): string {
  const owner = node.key[0] ?? "";
  return module.claim("variable", `${joinLabels(owner, name)}_${count}`, `${targetId(node)} ${name} ${count}`);
}

const scopeAttributes: Record<string, string> = {
  Action: "actions",
  Channel: "channels",
  Environment: "environments",
  Machine: "machines",
  ProcessOwner: "processes",
  Role: "roles",
  TenantTag: "tenant_tags",
};

function addVariable(variable: JsonObject, context: VariableContext): void {
  const { node, module, label } = context;
  const name = textOf(variable, "Name");
  const about: Target = { kind: "variable", key: [...node.key, name] };
  const scope = toScope(variable, about, module);
  if (scope === undefined)
    return module.remark(
      about,
      "it is left out, since the provider cannot say all of its scope, and without it the variable would apply more widely",
    );

  const secret = isSecretMark(variable["Value"]) ? variable["Value"] : undefined;
  const content =
    secret === undefined
      ? { type: textOf(variable, "Type") || "String", value: toValue(variable, context) }
      : {
          type: "Sensitive",
          is_sensitive: true,
          sensitive_value: addSecretValue(module, { label, name, secret: secret.$secret }),
        };
  if (secret !== undefined && !isExpressible(name))
    module.remark(about, `its value has to be given to the module as ${label}: the name cannot stand in an expression`);
  const isFixed = secret?.$secret.unresolvable !== undefined;
  module.add(`project_variable_${label}.tf`, {
    type: "resource",
    labels: ["octopusdeploy_variable", label],
    attributes: {
      owner_id: module.refer(node.owner ?? { kind: "project", key: node.key }, node),
      name,
      description: textOf(variable, "Description"),
      ...content,
    },
    blocks: [
      ...(scope.length === 0 ? [] : [{ type: "scope", attributes: Object.fromEntries(scope) }]),
      ...toPrompt(variable, about, module),
      ...(isFixed ? [{ type: "lifecycle", attributes: { ignore_changes: [expression("sensitive_value")] } }] : []),
    ],
  });
  remarkUnsaid(
    { ...about, body: variable },
    ["Name", "Value", "Type", "Description", "IsSensitive", "IsEditable", "Prompt", "Scope"],
    module,
  );
}

/** undefined when a part of the scope cannot be said. */
function toScope(variable: JsonObject, about: Target, module: TerraformModule): [string, HclValue[]][] | undefined {
  const scope = isJsonObject(variable["Scope"]) ? variable["Scope"] : {};
  const entries = Object.keys(scope)
    .toSorted()
    .filter((field) => !isEmpty(scope[field]))
    .map((field) => ({
      attribute: scopeAttributes[field],
      list: module.list(scope[field], about),
      count: countOf(scope[field]),
    }));
  if (entries.some(({ attribute, list, count }) => attribute === undefined || list.length < count)) return undefined;
  return entries.map(({ attribute = "", list }) => [attribute, list]);
}

function countOf(value: JsonValue | undefined): number {
  return Array.isArray(value) ? value.length : 0;
}

/** Plain text is a variable of the module, so that a copy may have another; what refers to resources is written in place. */
function toValue(variable: JsonObject, { node, module, label }: VariableContext): HclValue | undefined {
  const value = variable["Value"];
  if (
    typeof value !== "string" ||
    isReference(value) ||
    isText(value) ||
    (textOf(variable, "Type") || "String") !== "String"
  )
    return module.value(value, node);
  return module.addVariable(`project_variable_${label}.tf`, {
    name: label,
    description: `The value of the variable ${textOf(variable, "Name")}.`,
    default: value,
  });
}

function toPrompt(variable: JsonObject, about: Target, module: TerraformModule): HclBlock[] {
  const prompt = variable["Prompt"];
  if (!isJsonObject(prompt)) return [];
  const attributes = {
    description: textOf(prompt, "Description"),
    is_required: (prompt["IsRequired"] ?? prompt["Required"]) === true,
    label: textOf(prompt, "Label"),
  };
  return [{ type: "prompt", attributes, blocks: toDisplaySettings(prompt["DisplaySettings"], about, module) }];
}

const sayableControls = ["SingleLineText", "MultiLineText", "Checkbox", "Select"];

function toDisplaySettings(settings: JsonValue | undefined, about: Target, module: TerraformModule): HclBlock[] {
  const control = isJsonObject(settings) ? textOf(settings, "Octopus.ControlType") : "";
  if (control === "" || !isJsonObject(settings)) return [];
  if (!sayableControls.includes(control)) {
    if (control !== "Sensitive") module.remark(about, `its prompt's control ${control} cannot be set`);
    return [];
  }
  const options = textOf(settings, "Octopus.SelectOptions")
    .split(/\r?\n/)
    .filter((line) => line !== "");
  return [{ type: "display_settings", attributes: { control_type: control }, blocks: options.map(toSelectOption) }];
}

/** `value|text`, one a line. */
function toSelectOption(line: string): HclBlock {
  const [value = "", ...text] = line.split("|");
  return { type: "select_option", attributes: { value, display_name: text.length === 0 ? value : text.join("|") } };
}
