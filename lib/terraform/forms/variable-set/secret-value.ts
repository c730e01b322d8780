import type { SecretMark } from "../../../model/graph.ts";
import { isExpressible } from "../../../octopus/expressible-names.ts";
import type { HclExpression } from "../../hcl.ts";
import type { TerraformModule } from "../../module.ts";
import { addSecretVariable } from "../../secret-variable.ts";

/** What the module has for the secret of one variable. */
export interface SecretValue {
  /** What the module calls its own variable. */
  label: string;
  /** Of the variable in Octopus. */
  name: string;
  secret: SecretMark["$secret"];
}

/** One that no run can see by its variable's name is asked for by its own, and is left to the people of the space where the run has none. */
export function addSecretValue(module: TerraformModule, { label, name, secret }: SecretValue): HclExpression {
  const asked = findAskedName(name, secret);
  const isUnknown = asked === undefined || module.explainInexpressible(asked) !== undefined;
  return addSecretVariable(module, {
    label,
    name,
    description: `The secret value of the variable ${isExpressible(name) ? name : label}.`,
    asked: isUnknown ? undefined : asked,
    otherwise: placeholder,
    isOptional: secret.unresolvable !== undefined,
    convert: escape,
  });
}

/** By which a run is asked for the secret of the variable: its own name or, in a space, one that says whose it is, or of a secret that no run sees by that, the one that it has besides. */
export function findAskedName(name: string, secret: SecretValue["secret"]): string | undefined {
  return secret.unresolvable === undefined ? (secret.variable ?? name) : secret.named;
}

const placeholder = "Change Me!";

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
