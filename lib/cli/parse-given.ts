import { Command as Parser, CommanderError, Option } from "commander";
import { findNearNames } from "../near-names.ts";
import type { Command, GivenOptions, OptionDeclaration, OptionDeclarations } from "./declare-command.ts";
import { spellOption, valueOf } from "./option-spelling.ts";
import { UsageError } from "./usage-error.ts";

export interface Parsed {
  given: GivenOptions;
  /** What stands besides options. */
  names: readonly string[];
}

/**
 * What a command's line says.
 * @param title - the command as people type it, `managed-spaces install`
 * @throws {@link UsageError} for an option that there is not, a value that is missing or no choice, and a key on the command line
 */
export function parseGiven(title: string, command: Command, argv: readonly string[]): Parsed {
  refuseSecrets(argv, command);
  refuseMissingValues(argv, command.options);
  const parser = createParser(title, command);
  try {
    parser.parse([...argv], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) throw explain(error, { title, options: command.options });
    throw error;
  }
  if (command.names === undefined && parser.args.length > 0)
    throw new UsageError(
      `${title} takes options alone, and "${parser.args[0]}" is none. Put a value with spaces in quotes. See ${title} --help.`,
    );
  return { given: readGiven(parser, command.options), names: parser.args };
}

/** Commander's own command, which knows the options, and prints nothing by itself. */
function createParser(title: string, { options }: Command): Parser {
  const parser = new Parser(title)
    .exitOverride()
    .configureOutput({ writeOut: () => undefined, writeErr: () => undefined })
    .showSuggestionAfterError(false)
    .helpOption(false)
    .argument("[names...]");
  for (const [name, declaration] of Object.entries(options))
    for (const spelled of [name, ...(declaration.formerly ?? [])])
      for (const option of toOptions(spelled, declaration)) parser.addOption(option);
  return parser;
}

function toOptions(name: string, declaration: OptionDeclaration): Option[] {
  const { type, multiple, negatable } = declaration;
  if (type === "boolean")
    return [new Option(`--${name}`), ...(negatable === undefined ? [] : [new Option(`--no-${name}`)])];
  const option = new Option(`--${name} <value>`);
  const check = (value: string): string => checkValue(name, value, declaration);
  if (multiple === true)
    option.argParser<string[]>((value, former) => [...(Array.isArray(former) ? former : []), check(value)]);
  else option.argParser<string>(check);
  return [option];
}

function checkValue(name: string, value: string, { choices, isAddress }: OptionDeclaration): string {
  if (choices !== undefined && !choices.includes(value)) {
    const all = [choices.slice(0, -1).join(", "), choices.at(-1)].filter((part) => part !== "").join(" or ");
    throw new UsageError(`--${name} is "${value}".${findNearNames(value, choices)} Use ${all}.`);
  }
  if (isAddress === true) return checkAddress(value, `--${name}`);
  return value;
}

/**
 * An address that somebody gave.
 * @param what - which option or variable holds it
 * @throws {@link UsageError} when it is none
 */
export function checkAddress(value: string, what: string): string {
  const text = value.trim();
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && (url.username !== "" || url.password !== ""))
    throw new UsageError(`${what} holds credentials. Give the address without them.`);
  if (url !== undefined && /^https?:$/.test(url.protocol)) return value;
  throw new UsageError(
    `${what} is "${value}", and that is no address. Use one that begins with https://, such as https://octopus.example.com.`,
  );
}

function readGiven(parser: Parser, options: OptionDeclarations): GivenOptions {
  const values: Readonly<Record<string, unknown>> = parser.opts();
  const entries = Object.entries(options).map(([name, declaration]) => {
    const found = [name, ...(declaration.formerly ?? [])]
      .map((spelled) => values[toAttribute(spelled)])
      .filter((value) => value !== undefined);
    if (declaration.multiple === true) return [name, found.length === 0 ? undefined : found.flat()];
    return [name, found[0] ?? declaration.default];
  });
  return Object.fromEntries(entries);
}

/** What Commander calls the value of an option. */
function toAttribute(name: string): string {
  return new Option(`--${name} <value>`).attributeName();
}

function refuseSecrets(argv: readonly string[], { options, secrets = {} }: Command): void {
  const given = new Set(argv.filter((word) => word.startsWith("--")).map((word) => word.slice(2).split("=")[0] ?? ""));
  const [name, variable] = Object.entries(secrets).find(([secret]) => given.has(secret)) ?? [];
  if (name !== undefined)
    throw new UsageError(
      `--${name} is a secret, and other users of this machine can read the options of a command. Set ${variable} in the environment instead.`,
    );
  if (Object.hasOwn(options, "api-key") || !given.has("api-key")) return;
  throw new UsageError(
    "An API key does not belong on a command line, where every user of the machine can read it. Set OCTOPUS_API_KEY, or use --api-key-file.",
  );
}

/** What comes behind an option that takes a value is its value, unless it looks like the next option: somebody forgot it. */
function refuseMissingValues(argv: readonly string[], options: OptionDeclarations): void {
  const found = new Map<string, { name: string; declaration: OptionDeclaration }>(
    Object.entries(options).flatMap(([name, declaration]) =>
      declaration.type === "boolean"
        ? []
        : [name, ...(declaration.formerly ?? [])].map((spelled) => [`--${spelled}`, { name, declaration }] as const),
    ),
  );
  let isValue = false;
  for (const [index, argument] of argv.entries()) {
    if (argument === "--" && !isValue) return;
    const option: { name: string; declaration: OptionDeclaration } | undefined = isValue
      ? undefined
      : found.get(argument);
    isValue = option !== undefined;
    if (option === undefined) continue;
    const next = argv[index + 1];
    if (next !== undefined && (next === "-" || !next.startsWith("-"))) continue;
    const spelled = spellOption(option.name, option.declaration);
    throw new UsageError(
      next === undefined
        ? `${argument} takes a value, and none comes behind it. Use ${spelled}.`
        : `${argument} takes a value, and behind it comes an option. Use ${spelled}; a value that begins with a dash is given as ${argument}=${valueOf(option.declaration)}.`,
    );
  }
}

/** Commander's sentences in ours, with the names that are near. */
function explain(
  error: CommanderError,
  { title, options }: { title: string; options: OptionDeclarations },
): UsageError {
  const [, quoted = ""] = /'([^']*)'/.exec(error.message) ?? [];
  const [flag = ""] = quoted.split("=");
  const see = `See ${title} --help.`;
  if (error.code !== "commander.unknownOption")
    return new UsageError(`${error.message.replace(/^error: /, "").replace(/\.*$/, "")}. ${see}`);
  if (Object.hasOwn(options, flag.slice(2))) return new UsageError(`${flag} takes no value. ${see}`);
  const known = Object.entries(options)
    .filter(([, { isHidden }]) => isHidden !== true)
    .flatMap(([name, { negatable }]) => [`--${name}`, ...(negatable === undefined ? [] : [`--no-${name}`])]);
  return new UsageError(`Unknown option '${flag}'.${findNearNames(flag, known)} ${see}`);
}
