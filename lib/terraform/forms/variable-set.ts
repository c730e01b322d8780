import { isSecretMark, type GraphNode } from "../../model/graph.ts";
import { objectsOf, textOf, type JsonObject } from "../../model/json.ts";
import type { TerraformForm } from "../form.ts";
import type { TerraformModule } from "../module.ts";
import { expression, type HclBlock } from "../hcl.ts";
import { remarkUnsaid } from "../unsaid.ts";
import { findScriptModule, isOfScript } from "./library-variable-set/script-module.ts";
import { projectOf } from "./of-project.ts";
import { labelValues, type LabeledValue } from "./variable-set/label-values.ts";
import { toPrompt } from "./variable-set/prompt.ts";
import { listScope, toScope } from "./variable-set/scope.ts";
import { fileOf, toContent, type VariableContext } from "./variable-set/value.ts";

/** Each variable in a file of its own; the declarations of secrets are in further files, the only ones that Octopus replaces expressions in. */
export const variableSet: TerraformForm = {
  resource: {
    write(node, module) {
      if (findScriptModule(node, module) !== undefined) return remarkBesideScript(node, module);
      for (const value of labelValues(node, module)) {
        const about = { kind: "variable", key: [...node.key, textOf(value.variable, "Name")] };
        addVariable(value, node, { about, module, label: value.label });
      }
      remarkUnsaid(node, ["Variables"], module);
    },
  },
};

/** A script module's resource says its script, and nothing else. */
function remarkBesideScript(node: GraphNode, module: TerraformModule): void {
  const names = objectsOf(node.body, "Variables").filter((variable) => !isOfScript(variable));
  if (names.length > 0)
    module.remark(
      node,
      `variables beside the script are left out: ${names.map(({ Name }) => String(Name)).join(", ")}`,
    );
}

function addVariable({ variable, resource, moved }: LabeledValue, node: GraphNode, context: VariableContext): void {
  const { about, module, label } = context;
  const scope = toScope(variable, about, module);
  if (scope === undefined)
    return module.remark(
      about,
      "it is left out, since the provider cannot say all of its scope, and without it the variable would apply more widely",
    );
  const type = textOf(variable, "Type") || "String";
  if (!types.includes(type))
    return module.remark(about, `it is left out, since the provider has no variables of type ${type}`);
  const content = toContent(variable, node, context);
  const attributes = {
    owner_id: module.refer(node.owner ?? projectOf(node), node),
    name: textOf(variable, "Name"),
    description: textOf(variable, "Description"),
    ...content,
  };
  const blocks = [...scope, ...toPrompt(variable, about, module), ...toLifecycle(variable)];
  const labels = ["octopusdeploy_variable", resource];
  const part = [textOf(variable, "Name"), JSON.stringify(listScope(variable))];
  module.add(fileOf(label), { type: "resource", labels, attributes, blocks, part }, ...moved);
  remarkUnsaid({ ...about, body: variable }, said, module);
}

/** Provider 1.17.0, `VariableTypes`: it refuses others. */
const types = [
  ["AmazonWebServicesAccount", "AzureAccount", "GoogleCloudAccount", "UsernamePasswordAccount", "GenericOidcAccount"],
  ["Certificate", "Sensitive", "String", "WorkerPool"],
].flat();

const said = ["Name", "Value", "Type", "Description", "IsSensitive", "IsEditable", "Prompt", "Scope"];

/** A secret that no run can send stays as the people of the space set it. */
function toLifecycle({ Value: value }: JsonObject): HclBlock[] {
  if (!isSecretMark(value) || value.$secret.unresolvable === undefined) return [];
  return [{ type: "lifecycle", attributes: { ignore_changes: [expression("sensitive_value")] } }];
}
