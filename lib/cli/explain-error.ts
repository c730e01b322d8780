import { toStepError } from "../step/errors.ts";
import type { CommandContext } from "./command-context.ts";
import { hideSecrets } from "./hide-secrets.ts";

/** What people read of an error that ended a command. */
export function explainError(error: unknown, { signal, environment }: CommandContext): string {
  const known = toStepError(error);
  if (known !== undefined) return hideSecrets(known.message, environment);
  if (signal.aborted) return "The command was canceled. It is safe to run it again.";
  return `Unexpected error, please report it: ${error instanceof Error ? error.message : String(error)}`;
}
