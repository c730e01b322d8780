import { isSecretMark, targetId, type GraphNode } from "../../model/graph.ts";
import { objectsOf, textOf, type JsonObject } from "../../model/json.ts";
import type { TerraformForm } from "../form.ts";
import { expression, type HclBlock } from "../hcl.ts";
import type { TerraformModule } from "../module.ts";
import { joinLabels } from "../names.ts";
import { remarkUnsaid } from "../unsaid.ts";
import { projectOf } from "./of-project.ts";
import { toPrompt } from "./variable-set/prompt.ts";
import { toScope } from "./variable-set/scope.ts";
import { toContent, type VariableContext } from "./variable-set/value.ts";

/** Each variable in a file of its own; the declarations of secrets are in further files, the only ones that Octopus replaces expressions in. */
export const variableSet: TerraformForm = {
  resource: {
    write(node, module) {
      const counts = new Map<string, number>();
      for (const variable of objectsOf(node.body, "Variables")) {
        const name = textOf(variable, "Name");
        const count = (counts.get(name) ?? 0) + 1;
        counts.set(name, count);
        const about = { kind: "variable", key: [...node.key, name] };
        addVariable(variable, node, { about, module, label: toLabel(node, module, { name, count }) });
      }
      remarkUnsaid(node, ["Variables"], module);
    },
  },
};

/** `hello_world_database_development__password_1`: the owner, the name, and which of the values of that name. */
function toLabel(node: GraphNode, module: TerraformModule, { name, count }: { name: string; count: number }): string {
  const owner = node.key[0] ?? "";
  return module.claim("variable", `${joinLabels(owner, name)}_${count}`, `${targetId(node)} ${name} ${count}`);
}

function addVariable(variable: JsonObject, node: GraphNode, context: VariableContext): void {
  const { about, module, label } = context;
  const scope = toScope(variable, about, module);
  if (scope === undefined)
    return module.remark(
      about,
      "it is left out, since the provider cannot say all of its scope, and without it the variable would apply more widely",
    );
  const content = toContent(variable, node, context);
  module.add(`project_variable_${label}.tf`, {
    type: "resource",
    labels: ["octopusdeploy_variable", label],
    attributes: {
      owner_id: module.refer(node.owner ?? projectOf(node), node),
      name: textOf(variable, "Name"),
      description: textOf(variable, "Description"),
      ...content,
    },
    blocks: [...scope, ...toPrompt(variable, about, module), ...toLifecycle(variable)],
  });
  remarkUnsaid({ ...about, body: variable }, said, module);
}

const said = ["Name", "Value", "Type", "Description", "IsSensitive", "IsEditable", "Prompt", "Scope"];

/** A secret that no run can send stays as the people of the space set it. */
function toLifecycle({ Value: value }: JsonObject): HclBlock[] {
  if (!isSecretMark(value) || value.$secret.unresolvable === undefined) return [];
  return [{ type: "lifecycle", attributes: { ignore_changes: [expression("sensitive_value")] } }];
}
