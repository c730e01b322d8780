import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import * as z from "zod/mini";
import type { StepDefinition } from "./define-step.ts";
import { NotFoundError, ParameterError } from "./errors.ts";
import { readPackageReference } from "./read-package-reference.ts";
import { getParameterForm } from "./parameters.ts";
import type { ParameterForm } from "./parameters.ts";
import { toPackageVariables } from "./parse-input.ts";
import { reportFailure, runStep } from "./run-step.ts";
import { createTerminalJournal } from "./step-journal.ts";
import type { WriteStream } from "./step-journal.ts";
import { toVariableName } from "./variable-names.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface CommandLineHost {
  environment: Environment;
  workingDirectory: string;
  write: WriteStream;
  signal: AbortSignal;
}

/**
 * `<slug> --<parameter> value …`: runs a step outside of Octopus. Gives the exit code; never throws.
 * Every parameter can also come from the environment variable that {@link toEnvironmentName} names; a secret only from there.
 * `--variables <file>` names a JSON object of the Octopus variables that the step may ask for.
 */
export async function runFromCommandLine(
  steps: Readonly<Record<string, StepDefinition>>,
  argv: readonly string[],
  host: CommandLineHost,
): Promise<number> {
  const journal = createTerminalJournal(host.write, { isVerbose: argv.includes("--verbose") });
  try {
    const [slug = "", ...rest] = argv;
    const step = getStep(steps, slug);
    if (rest.includes("--help")) {
      host.write("stdout", renderUsage(slug, step));
      return 0;
    }
    const variables = readVariables(step, rest, host);
    const readVariable = (name: string): string | undefined => variables.get(name);
    return await runStep(step, { ...host, journal, readVariable, now: () => new Date() });
  } catch (error) {
    reportFailure(error, { journal, signal: host.signal });
    return 1;
  }
}

/** What a step can be told on the command line. */
export function renderUsage(slug: string, step: StepDefinition): string {
  const parameters = listOptions(step).map(({ key, option, form }) => {
    const isSecret = form.control === "Sensitive";
    const value = form.control === "Checkbox" ? "" : form.control === "Package" ? " <directory or zip>" : " <value>";
    return `  ${isSecret ? toEnvironmentName(step.prefix, key) : `--${option}${value}`}\n      ${form.label}. ${form.help}`;
  });
  return [
    `managed-spaces run ${slug} [options]`,
    "",
    ...parameters,
    "  --variables <file>\n      A JSON object of Octopus variables that the step may ask for.",
    "  --verbose\n      Show all that the step does.",
    "",
  ].join("\n");
}

/** The environment variable that gives a parameter, such as `MANAGED_SPACES_CREATE_SPACE_API_KEY` for `CreateSpace.ApiKey`. */
export function toEnvironmentName(prefix: string, key: string): string {
  return `MANAGED_SPACES_${toWords(prefix).join("_")}_${toWords(key).join("_")}`.toUpperCase();
}

interface CommandLineOption {
  key: string;
  option: string;
  form: ParameterForm;
}

function listOptions(step: StepDefinition): CommandLineOption[] {
  return Object.entries(step.parameters).map(([key, parameter]) => ({
    key,
    option: toWords(key).join("-").toLowerCase(),
    form: getParameterForm(parameter),
  }));
}

function toWords(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .split(/[^A-Za-z0-9]+/);
}

function getStep(steps: Readonly<Record<string, StepDefinition>>, slug: string): StepDefinition {
  const step = Object.hasOwn(steps, slug) ? steps[slug] : undefined;
  if (step !== undefined) return step;
  throw new NotFoundError(
    `Failed to run the step "${slug}": there is none of that name. Choose one of ${Object.keys(steps).join(", ")}.`,
  );
}

function readVariables(step: StepDefinition, argv: readonly string[], host: CommandLineHost): Map<string, string> {
  const options = listOptions(step);
  const values = parseOptions(options, argv);
  const variables = new Map(Object.entries(readVariablesFile(values["variables"])));
  for (const { key, option, form } of options) {
    const value = findValue(values[option], {
      form,
      names: [toEnvironmentName(step.prefix, key), form.environment],
      host,
    });
    if (value === undefined) continue;
    for (const [name, text] of toVariables(toVariableName(step.prefix, key, form), value, { form }))
      variables.set(name, text);
  }
  return variables;
}

type OptionValues = Readonly<Record<string, string | boolean | undefined>>;

function parseOptions(options: readonly CommandLineOption[], argv: readonly string[]): OptionValues {
  const known = options.map(
    ({ option, form }) => [option, { type: form.control === "Checkbox" ? "boolean" : "string" }] as const,
  );
  const secret = options.find(({ option, form }) => form.control === "Sensitive" && isGiven(option, argv));
  if (secret) {
    throw new ParameterError(
      `Failed to read the options: "--${secret.option}" is a secret, and other users of this machine can read the options of a command. Set it in the environment instead (see --help).`,
    );
  }
  try {
    return parseArgs({
      args: [...argv],
      options: { ...Object.fromEntries(known), variables: { type: "string" }, verbose: { type: "boolean" } },
      strict: true,
      allowNegative: true,
    }).values;
  } catch (error) {
    throw new ParameterError(`Failed to read the options: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function isGiven(option: string, argv: readonly string[]): boolean {
  return argv.some((argument) => argument === `--${option}` || argument.startsWith(`--${option}=`));
}

interface ValueSources {
  form: ParameterForm;
  names: readonly (string | undefined)[];
  host: CommandLineHost;
}

function findValue(given: string | boolean | undefined, { form, names, host }: ValueSources): string | undefined {
  if (typeof given === "boolean") return given ? "True" : "False";
  const fromEnvironment = names.flatMap((name) => (name === undefined ? [] : [host.environment[name]]));
  const found = given ?? fromEnvironment.find((value) => value !== undefined);
  // A default that refers to an Octopus variable means nothing out here.
  return found ?? (form.default.includes(["#", "{"].join("")) || form.default === "" ? undefined : form.default);
}

function toVariables(name: string, value: string, { form }: { form: ParameterForm }): [string, string][] {
  if (form.control !== "Package") return [[name, value]];
  const reference = readPackageReference(value);
  const variables = toPackageVariables(name);
  return [
    [variables.id, reference.id],
    [variables.version, reference.version],
    [variables.path, reference.path],
  ];
}

function readVariablesFile(path: string | boolean | undefined): Record<string, string> {
  if (typeof path !== "string") return {};
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    throw new ParameterError(
      `Failed to read the variables from "${path}": it is no file that holds a JSON object of strings.`,
    );
  }
}
