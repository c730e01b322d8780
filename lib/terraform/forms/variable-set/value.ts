import { isSecretMark, type GraphNode, type SecretMark, type Target } from "../../../model/graph.ts";
import { textOf, type JsonObject } from "../../../model/json.ts";
import { expression, type HclExpression, type HclValue } from "../../hcl.ts";
import type { TerraformModule } from "../../module.ts";
import { isExpressible, toBase64Expression } from "../../octostache.ts";
import { quote } from "../../quote.ts";

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
  const secret = addSecret(name, value, context);
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
  return module.addVariable(`project_variable_${label}.tf`, {
    name: label,
    description: `The value of the variable ${textOf(variable, "Name")}.`,
    default: value,
  });
}

/**
 * A secret arrives through an expression that Octopus replaces before Terraform reads the file. It comes in Base64, which no quote,
 * line break or `${` in it can break; a value given by hand is taken as it is.
 */
function addSecret(name: string, { $secret }: SecretMark, { module, label }: VariableContext): HclExpression {
  const file = `project_variable_sensitive_${label}.tf`;
  const description = `The secret value of the variable ${isExpressible(name) ? name : label}.`;
  const canAsk = isExpressible(name) && $secret.unresolvable === undefined;
  if (!canAsk) return module.addVariable(file, { name: label, description, default: "Change Me!", isSensitive: true });
  const { expression: value } = module.addVariable(file, {
    name: label,
    description,
    default: `${base64Prefix}${toBase64Expression(name)}`,
    isSensitive: true,
    validation: toValidation(name, label),
  });
  return expression(`${isBase64(value)} ? ${decode(value)} : ${value}`);
}

function toValidation(name: string, label: string) {
  const value = `var.${label}`;
  return {
    condition: `!${isBase64(value)} || can(${decode(value)})`,
    message: `The run has no value for the variable ${name}. Give it one that applies where this module is applied from.`,
  };
}

const base64Prefix = "base64:";

function isBase64(value: string): string {
  return `startswith(${value}, ${quote(base64Prefix)})`;
}

function decode(value: string): string {
  return `base64decode(trimprefix(${value}, ${quote(base64Prefix)}))`;
}
