import { isSecretMark, type GraphNode, type Target } from "../../../model/graph.ts";
import { textOf, type JsonObject } from "../../../model/json.ts";
import type { HclValue } from "../../hcl.ts";
import type { TerraformModule } from "../../module.ts";
import { addSecretValue, findAskedName } from "./secret-value.ts";

/** Octopus replaces expressions in the files whose names go on with `sensitive`, which a project may be called, too. */
export function fileOf(label: string): string {
  return `project_variable_${label.startsWith("sensitive") ? "of_" : ""}${label}.tf`;
}

export interface VariableContext {
  about: Target;
  module: TerraformModule;
  /** What the module calls the variable, and the value of its own that stands for it. */
  label: string;
}

/** The attributes with a variable's type and value. */
export function toContent(
  variable: JsonObject,
  node: GraphNode,
  context: VariableContext,
): Record<string, HclValue | undefined> {
  const { Value: value } = variable;
  if (!isSecretMark(value)) {
    const type = textOf(variable, "Type") || "String";
    return { type, value: toValue(variable, type, { ...context, node }) };
  }
  const { module, about, label } = context;
  const name = textOf(variable, "Name");
  const secret = addSecretValue(module, { label, name, secret: value.$secret });
  const asked = findAskedName(name, value.$secret);
  const reason = asked === undefined ? undefined : module.explainInexpressible(asked);
  if (reason !== undefined)
    module.remark(about, `its value has to be given to the module as ${label}: "${asked}" ${reason}`);
  return { type: "Sensitive", is_sensitive: true, sensitive_value: secret };
}

/** Plain text is a variable of the module, so that a copy may have another; what refers to resources is written in place. */
function toValue(
  variable: JsonObject,
  type: string,
  { node, module, label }: VariableContext & { node: GraphNode },
): HclValue | undefined {
  const { Value: value } = variable;
  if (typeof value !== "string" || type !== "String") return module.value(value, node);
  return module.addVariable(fileOf(label), {
    name: label,
    description: `The value of the variable ${textOf(variable, "Name")}.`,
    default: value,
  });
}
