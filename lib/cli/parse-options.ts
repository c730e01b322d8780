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
  return explained(given, () => parseArgs({ args: [...given], options, strict: true }).values);
}

/**
 * A command's options, and what stands besides, such as a runbook's name.
 * @throws as {@link parseOptions} does
 */
export function parseOptionsAndNames<T extends NonNullable<ParseArgsConfig["options"]>>(
  given: readonly string[],
  options: T,
): { values: ReturnType<typeof parseOptions<T>>; names: string[] } {
  return explained(given, () => {
    const { values, positionals } = parseArgs({ args: [...given], options, strict: true, allowPositionals: true });
    return { values, names: positionals };
  });
}

function explained<T>(given: readonly string[], parse: () => T): T {
  refuseKey(given);
  try {
    return parse();
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
