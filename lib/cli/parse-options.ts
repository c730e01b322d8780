import { parseArgs, type ParseArgsConfig } from "node:util";
import { findNearNames } from "../near-names.ts";
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
  return explained({ given, options }, () => parseArgs({ args: [...given], options, strict: true }).values);
}

/**
 * A command's options, and what stands besides, such as a runbook's name.
 * @throws as {@link parseOptions} does
 */
export function parseOptionsAndNames<T extends NonNullable<ParseArgsConfig["options"]>>(
  given: readonly string[],
  options: T,
): { values: ReturnType<typeof parseOptions<T>>; names: string[] } {
  return explained({ given, options }, () => {
    const { values, positionals } = parseArgs({ args: [...given], options, strict: true, allowPositionals: true });
    return { values, names: positionals };
  });
}

interface Asked {
  given: readonly string[];
  options: NonNullable<ParseArgsConfig["options"]>;
}

function explained<T>({ given, options }: Asked, parse: () => T): T {
  refuseKey(given);
  refuseUnknown({ given, options });
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

/** Node.js offers no near names, and explains how to write a name that begins with a dash, which nobody meant. */
function refuseUnknown({ given, options }: Asked): void {
  const { tokens } = parseArgs({ args: [...given], options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind !== "option" || Object.hasOwn(options, token.name)) continue;
    const near = findNearNames(
      token.rawName,
      Object.keys(options).map((name) => `--${name}`),
    );
    throw new ParameterError(`Unknown option '${token.rawName}'.${near} See managed-spaces --help.`);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "the options make no sense";
  return error.message.replace(/\s*\n\s*/g, " ").replace(/\.*$/, "");
}
