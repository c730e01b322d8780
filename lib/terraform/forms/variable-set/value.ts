import { isSecretMark, type GraphNode, type Target } from "../../../model/graph.ts";
import { textOf, type JsonObject } from "../../../model/json.ts";
import type { HclValue } from "../../hcl.ts";
import type { TerraformModule } from "../../module.ts";
import { isExpressible } from "../../octostache.ts";
import { addSecretValue } from "./secret-value.ts";

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
  const name = textOf(variable, "Name");
  const secret = addSecretValue(context.module, { label: context.label, name, secret: value.$secret });
  if (!isExpressible(name))
    context.module.remark(
      context.about,
      `its value has to be given to the module as ${context.label}: the name cannot stand in an expression`,
    );
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
