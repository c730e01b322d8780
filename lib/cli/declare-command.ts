import type { CommandContext, StepsByName } from "./command-context.ts";

/** One option of a command: what it takes, and all that --help, completion and docs/command-line.md tell of it. */
export interface OptionDeclaration {
  type: "string" | "boolean";
  /** May be repeated. */
  multiple?: true;
  default?: string;
  choices?: readonly string[];
  /** What each of the choices means, in their order; where their names do not say it. */
  meanings?: readonly string[];
  /** What stands for the value in help, such as `<file>`. */
  value?: string;
  /** A sentence or two. */
  help: string;
  /** What is so when it is not given, where no default says it. */
  otherwise?: string;
  /** The environment variable that stands in. */
  environment?: string;
  /** Names that it had. They work as ever, and nothing tells of them. */
  formerly?: readonly string[];
  /** Also as `--no-…`; with `on` that is the one worth telling of. */
  negatable?: "on" | "off";
  /** Only an address that begins with http:// or https://. */
  isAddress?: true;
  /** What the shell offers for the value. */
  completes?: "files" | "folders";
  /** The heading of help below which it stands. */
  group?: string;
  isHidden?: true;
}

export type OptionDeclarations = Readonly<Record<string, OptionDeclaration>>;

type ValueOf<O extends OptionDeclaration> = O extends { type: "boolean" }
  ? boolean | undefined
  : O extends { multiple: true }
    ? string[] | undefined
    : O extends { default: string }
      ? string
      : string | undefined;

/** What was given, by the options' names; undefined for what was not and has no default. */
export type GivenOf<O extends OptionDeclarations> = { [Name in keyof O]: ValueOf<O[Name]> };

/** What a command reads from its line: options by name. */
export type GivenOptions = Readonly<Record<string, string | boolean | string[] | undefined>>;

export interface CommandExample {
  /** What it does, in a few words. */
  title: string;
  /** The whole line. */
  line: string;
}

interface CommandTexts<O extends OptionDeclarations> {
  /** What there is to know besides the summary: paragraphs, each a text. */
  about?: readonly string[];
  /** What may stand besides options, such as a runbook's name. Most commands take options alone. */
  names?: { usage: string; help: string; choices?: readonly string[] };
  options: O;
  examples: readonly CommandExample[];
  /** Environment variables that are no option's, such as secrets, and what they are. */
  variables?: Readonly<Record<string, string>>;
  /** Options that there are not, since they would be secrets, and the variables that hold them instead. */
  secrets?: Readonly<Record<string, string>>;
  /** What --json prints as outputs, and a line for each. */
  outputs?: Readonly<Record<string, string>>;
  /** Exit codes besides those that every command has, or with a meaning of their own. */
  exitCodes?: Readonly<Record<number, string>>;
  /** What it ends with when its line makes no sense, where that was another code before. */
  usageExitCode?: number;
}

/** What a command is told by its line. */
export interface CommandInput<O extends OptionDeclarations> {
  given: GivenOf<O>;
  /** What stands besides options. */
  names: readonly string[];
}

/** A command as everything but itself sees it. */
export interface Command extends CommandTexts<OptionDeclarations> {
  /** @returns the exit code */
  run(input: { given: GivenOptions; names: readonly string[] }, context: CommandContext): Promise<number>;
}

/** A command's declaration: its options, help, examples, and what it does. */
export function defineCommand<const O extends OptionDeclarations>(
  declaration: CommandTexts<O> & {
    run(input: CommandInput<O>, context: CommandContext): Promise<number>;
  },
): Command {
  const { options } = declaration;
  return {
    ...declaration,
    run({ given, names }, context) {
      if (!hasAll(given, options)) throw new TypeError("The options are not those that the command declares.");
      return declaration.run({ given, names }, context);
    },
  };
}

function hasAll<O extends OptionDeclarations>(given: GivenOptions, options: O): given is GivenOptions & GivenOf<O> {
  return Object.entries(options).every(([name, { type, multiple, default: preset }]) => {
    const value = given[name];
    if (value === undefined) return preset === undefined;
    return type === "boolean" ? typeof value === "boolean" : Array.isArray(value) === (multiple === true);
  });
}

/** A line of the index: a command, a group of commands, or both. */
export interface CommandEntry {
  /** One line, for lists. */
  summary: string;
  /** Read when it is asked for: who runs one command does not wait until the others were read. */
  load?: () => Promise<Command>;
  /** Commands below it, as `add` is below `tenants`. */
  commands?: CommandIndex | ((steps: StepsByName) => CommandIndex);
  /** Of an entry that is both: whether these words mean the command itself, where they name none of those below. */
  isOwn?: (given: readonly string[]) => boolean;
  /** What those below are called, where it is not commands. */
  belowAre?: string;
  /** A sentence for whoever meant the command itself, where the words name none of those below. */
  ownHint?: string;
}

export type CommandIndex = Readonly<Record<string, CommandEntry>>;
