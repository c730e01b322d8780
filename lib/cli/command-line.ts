import { commandIndex } from "./command-index.ts";
import type { CommandContext } from "./command-context.ts";
import { explainError } from "./explain-error.ts";
import { findCommand, walkCommands, type FoundCommand } from "./find-command.ts";
import { UsageError, usageExitCode } from "./usage-error.ts";

/** A command with all its words, and what it may touch. */
export interface CommandLine extends CommandContext {
  arguments: readonly string[];
}

/** Runs `managed-spaces …`. @returns the exit code: 0, or another one after a sentence on standard error; --help tells which there are */
export async function runCommandLine({ arguments: argv, ...context }: CommandLine): Promise<number> {
  try {
    return await run(argv, context);
  } catch (error) {
    context.write("stderr", `${explainError(error, context)}\n`);
    return error instanceof UsageError ? usageExitCode : 1;
  }
}

const root = { summary: "One Octopus space that looks after many.", commands: commandIndex };

async function run(argv: readonly string[], context: CommandContext): Promise<number> {
  const [first = "--help"] = argv;
  if (first === "complete") return (await import("./complete.ts")).complete(root, argv.slice(1), context);
  if (["--version", "-v", "version"].includes(first)) return print(context, `${context.version}\n`);
  if (isHelp(first)) return help(walkCommands(root, argv.slice(1).filter(isWord), context), context);
  const { title, entry, rest } = asksForHelp(argv)
    ? walkCommands(root, argv, context)
    : findCommand(root, argv, context);
  if (asksForHelp(rest)) return help({ title, entry, rest }, context);
  const command = await entry.load?.();
  if (command === undefined) return help({ title, entry, rest }, context);
  const { parseGiven } = await import("./parse-given.ts");
  try {
    return await command.run(parseGiven(title, command, rest), context);
  } catch (error) {
    if (error instanceof UsageError && command.usageExitCode !== undefined) {
      context.write("stderr", `${explainError(error, context)}\n`);
      return command.usageExitCode;
    }
    throw error;
  }
}

async function help(found: FoundCommand, context: CommandContext): Promise<number> {
  const { renderHelp } = await import("./render-help.ts");
  return print(context, await renderHelp(found, context));
}

function isWord(argument: string): boolean {
  return !argument.startsWith("-");
}

function isHelp(word: string): boolean {
  return ["--help", "-h", "help"].includes(word);
}

function asksForHelp(given: readonly string[]): boolean {
  const end = given.indexOf("--");
  return given.slice(0, end < 0 ? undefined : end).some((word) => word === "--help" || word === "-h");
}

function print(context: CommandContext, text: string): number {
  context.write("stdout", text);
  return 0;
}
