import type { SecretMark } from "../../../model/graph.ts";
import { expression, type HclExpression } from "../../hcl.ts";
import { isExpressible } from "../../../octopus/expressible-names.ts";
import { toBase64Expression } from "../../octostache.ts";
import { quote } from "../../quote.ts";
import type { TerraformModule } from "../../module.ts";

/** What the module has for the secret of one variable. */
export interface SecretValue {
  /** What the module calls its own variable. */
  label: string;
  /** Of the variable in Octopus. */
  name: string;
  secret: SecretMark["$secret"];
}

/**
 * A secret arrives through an expression that Octopus replaces before Terraform reads the file. It comes in Base64, which no quote,
 * line break or `${` in it can break; a value given by hand is taken as it is. One that no run can see by its variable's name is asked
 * for by its own, and is left to the people of the space where the run has none.
 */
export function addSecretValue(module: TerraformModule, { label, name, secret }: SecretValue): HclExpression {
  const file = `project_variable_sensitive_${label}.tf`;
  const description = `The secret value of the variable ${isExpressible(name) ? name : label}.`;
  const isOwn = secret.unresolvable !== undefined;
  const asked = findAskedName(name, secret);
  if (asked === undefined || module.explainInexpressible(asked) !== undefined)
    return module.addVariable(file, { name: label, description, default: placeholder, isSensitive: true });
  const { expression: value } = module.addVariable(file, {
    name: label,
    description,
    default: `${base64Prefix}${toBase64Expression(asked)}`,
    isSensitive: true,
    ...(isOwn ? {} : { validation: toValidation(name, label) }),
  });
  const arrived = isOwn ? `try(${decode(value)}, ${quote(placeholder)})` : decode(value);
  return expression(`${isBase64(value)} ? ${escape(arrived)} : ${value}`);
}

/** By which a run is asked for the secret of the variable: its own name, or of a secret that no run sees by that, the one that it has besides. */
export function findAskedName(name: string, secret: SecretValue["secret"]): string | undefined {
  return secret.unresolvable === undefined ? name : secret.named;
}

const placeholder = "Change Me!";
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

/**
 * What arrives was evaluated, and would be once more in the copy: escapeExpressions of lib/octopus in Terraform's words. Hashes before a
 * brace get a mark in front, by which an even number of them is told from an odd one. Written so that Octopus, which may replace in this
 * file too, sees no expression.
 */
function escape(value: string): string {
  const marked = String.raw`replace(${value}, "/#+[{]/", "\u0001\u0002$0")`;
  const even = String.raw`replace(${marked}, "/\u0001\u0002((?:##)+)[{]/", "$1\u0023{if Octopus.Space.Id}\u0023{/if}\u0023\u0023{")`;
  return String.raw`replace(${even}, "/\u0001\u0002((?:##)*)#[{]/", "$1\u0023\u0023{")`;
}
