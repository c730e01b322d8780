import { parseArgs, type ParseArgsConfig } from "node:util";
import { ParameterError } from "../step/errors.ts";

/** Which server, which space, and where its key is: the same for every command that talks to one. */
export const connectionOptions = {
  server: { type: "string" },
  space: { type: "string" },
  "api-key-file": { type: "string" },
} as const;

/**
 * A command's options, without anything besides.
 * @throws {@link ParameterError} for an option that there is not, and for a key that stands on the command line
 */
export function parseOptions<T extends NonNullable<ParseArgsConfig["options"]>>(
  given: readonly string[],
  options: T,
): ReturnType<typeof parseArgs<{ options: T; strict: true }>>["values"] {
  refuseKey(given);
  try {
    return parseArgs({ args: [...given], options, strict: true }).values;
  } catch (error) {
    throw new ParameterError(`${reasonOf(error)}. See managed-spaces --help.`, { cause: error });
  }
}

function refuseKey(given: readonly string[]): void {
  if (!given.some((argument) => /^--api-key(=|$)/.test(argument))) return;
  throw new ParameterError(
    "An API key does not belong on a command line, where every user of the machine can read it. Set OCTOPUS_API_KEY, or use --api-key-file.",
  );
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "the options make no sense";
  return error.message.replace(/\s*\n\s*/g, " ").replace(/\.*$/, "");
}
