import { findNearNames } from "../near-names.ts";
import { ParameterError } from "../step/errors.ts";
import { runFromCommandLine } from "../step/run-from-command-line.ts";
import type { CommandContext } from "./command-context.ts";
import { explainError } from "./explain-error.ts";
import { isForMany } from "./is-for-many.ts";
import { usage } from "./usage.ts";

type Command = (context: CommandContext) => Promise<number>;

/** Each a part of the program of its own: who runs one does not wait until the others were read. */
const commands = {
  install: async (context) => (await import("./install-command.ts")).runInstall(context),
  doctor: async (context) => (await import("./doctor-command.ts")).runDoctor(context),
  baseline: async (context) => (await import("./baseline-command.ts")).runBaseline(context),
  adopt: async (context) => (await import("./adopt-command.ts")).runAdopt(context),
  rehearse: async (context) => (await import("./rehearse-command.ts")).runRehearse(context),
  deploy: async (context) => (await import("./run-many-command.ts")).runMany("deploy", context),
  populate: async (context) => (await import("./run-many-command.ts")).runMany("populate", context),
  find: async (context) => (await import("./run-many-command.ts")).runMany("find", context),
  merge: async (context) => (await import("./run-many-command.ts")).runMany("merge", context),
  run: async (context) => {
    if (isForMany(context)) return (await import("./run-many-command.ts")).runMany("run", context);
    return runFromCommandLine(context.steps, context.arguments, context);
  },
  fleet: async (context) => (await import("./fleet-command.ts")).runFleet(context),
} satisfies Record<string, Command>;

/** Runs `managed-spaces …`. @returns the exit code: 0, or 1 after one sentence on standard error; some commands have others, which --help tells */
export async function runCommandLine(context: CommandContext): Promise<number> {
  const [name = "--help", ...others] = context.arguments;
  if (isHelp(name)) return print(context, usage(context.steps, others.find(isCommand)));
  if (["--version", "-v", "version"].includes(name)) return print(context, `${context.version}\n`);
  try {
    if (!isCommand(name)) throw unknownCommand(name);
    if (asksForHelp(others, context)) return print(context, usage(context.steps, name));
    return await commands[name]({ ...context, arguments: others });
  } catch (error) {
    context.write("stderr", `${explainError(error, context)}\n`);
    return 1;
  }
}

function isHelp(word: string): boolean {
  return ["--help", "-h", "help"].includes(word);
}

/** A step that is run here tells of itself. */
function asksForHelp(given: readonly string[], { steps }: CommandContext): boolean {
  return !Object.hasOwn(steps, given[0] ?? "") && given.some((word) => word.startsWith("-") && isHelp(word));
}

function isCommand(name: string): name is keyof typeof commands {
  return Object.hasOwn(commands, name);
}

function unknownCommand(name: string): ParameterError {
  const near = findNearNames(name, Object.keys(commands));
  return new ParameterError(`There is no command "${name}".${near} See managed-spaces --help.`);
}

function print(context: CommandContext, text: string): number {
  context.write("stdout", text);
  return 0;
}
