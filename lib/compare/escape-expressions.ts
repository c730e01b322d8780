import type { SecretPlace } from "../graph/write-body.ts";
import { escapeExpressions } from "../octopus/expressions.ts";

/**
 * A value so that Octopus makes the very same of it when it evaluates it. What a run reads was evaluated already: an expression that
 * is still in it is text, and would be evaluated once more where the value becomes a variable's, or a step's property.
 * @param place - secrets of feeds, accounts and Git credentials are used as they are, and stay so
 */
export function escapeFor({ path }: Pick<SecretPlace, "path">, value: string): string {
  const isEvaluated = variableFields.includes(path.at(-1) ?? "") || path[0] === "Steps";
  return isEvaluated ? escapeExpressions(value) : value;
}

const variableFields = ["Value", "DefaultValue"];
