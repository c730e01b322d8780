import { escapeExpressions, holdsExpression } from "../octopus/expressions.ts";
import type { StepContext } from "../step/define-step.ts";

/** Reads secrets out of the run's variables: masks each, and tells once of which Octopus has left an expression in the value. */
export function createSecretReader({
  readVariable,
  mask,
  log,
}: Pick<StepContext, "readVariable" | "mask" | "log">): (name: string) => string | undefined {
  const told = new Set<string>();
  return (name) => {
    const value = readVariable(name);
    if (value === undefined || told.has(name)) return value;
    told.add(name);
    mask(value);
    if (holdsExpression(value)) {
      mask(escapeExpressions(value));
      log.info(
        `The value of the variable "${name}" still holds "#{" after Octopus evaluated it: it is sent as the text that it is now. If an expression is meant, put it into a variable that is not sensitive and let that one refer to the secret.`,
      );
    }
    return value;
  };
}
