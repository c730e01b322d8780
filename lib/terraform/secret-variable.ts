import { expression, type HclExpression, type HclValue } from "./hcl.ts";
import type { TerraformModule } from "./module.ts";
import { toBase64Expression } from "./octostache.ts";
import { quote } from "./quote.ts";

/** A variable of the module whose value is a secret that the run has. */
export interface SecretVariable {
  /** What the module calls it. */
  label: string;
  description: string;
  /** The variable in Octopus by which a run is asked for it; undefined where no run has it, or where an expression cannot name it. */
  asked: string | undefined;
  /** How a sentence calls that variable. */
  name: string;
  /** What it is where nobody gives a value; undefined where somebody must. */
  otherwise?: HclValue;
  /** Whether the value may be missing in a run. */
  isOptional?: boolean;
  /** The expression for what arrives, made of the one for the value as it is. */
  convert?(value: string): string;
}

/**
 * A secret arrives through an expression that Octopus replaces before Terraform reads the file. It comes in Base64, which no quote,
 * line break or `${` in it can break; a value given by hand is taken as it is.
 */
export function addSecretVariable(module: TerraformModule, secret: SecretVariable): HclExpression {
  const { label, description, asked, name, otherwise, isOptional = false, convert = (value) => value } = secret;
  const file = `project_variable_sensitive_${label}.tf`;
  if (asked === undefined)
    return module.addVariable(file, {
      name: label,
      description,
      ...(otherwise !== undefined && { default: otherwise }),
      isSensitive: true,
    });
  const { expression: value } = module.addVariable(file, {
    name: label,
    description,
    default: `${base64Prefix}${toBase64Expression(asked)}`,
    isSensitive: true,
    ...(!isOptional && { validation: toValidation(name, label) }),
  });
  const arrived = isOptional ? `try(${decode(value)}, ${quote(String(otherwise))})` : decode(value);
  return expression(`${isBase64(value)} ? ${convert(arrived)} : ${value}`);
}

const base64Prefix = "base64:";

function toValidation(name: string, label: string): { condition: string; message: string } {
  const value = `var.${label}`;
  return {
    condition: `!${isBase64(value)} || can(${decode(value)})`,
    message: `The run has no value for the variable ${name}. Give it one that applies where this module is applied from.`,
  };
}

function isBase64(value: string): string {
  return `startswith(${value}, ${quote(base64Prefix)})`;
}

function decode(value: string): string {
  return `base64decode(trimprefix(${value}, ${quote(base64Prefix)}))`;
}
