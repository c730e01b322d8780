import { parseArgs } from "node:util";
import type { StepDefinition } from "./define-step.ts";
import { ParameterError } from "./errors.ts";
import { getParameterForm, type ParameterForm } from "./parameters.ts";

/** A parameter as the command line knows it. */
export interface CommandLineOption {
  key: string;
  option: string;
  form: ParameterForm;
}

export function listOptions(step: StepDefinition): CommandLineOption[] {
  return Object.entries(step.parameters).map(([key, parameter]) => ({
    key,
    option: toWords(key).join("-").toLowerCase(),
    form: getParameterForm(parameter),
  }));
}

/** The environment variable that gives a parameter, such as `MANAGED_SPACES_CREATE_SPACE_API_KEY` for `CreateSpace.ApiKey`. */
export function toEnvironmentName(prefix: string, key: string): string {
  return `MANAGED_SPACES_${toWords(prefix).join("_")}_${toWords(key).join("_")}`.toUpperCase();
}

export type OptionValues = Readonly<Record<string, string | boolean | undefined>>;

/**
 * The options that were given, by name.
 * @throws {@link ParameterError} for an option that there is not, and for a secret, which belongs into the environment
 */
export function parseOptions(options: readonly CommandLineOption[], argv: readonly string[]): OptionValues {
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

function toWords(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .split(/[^A-Za-z0-9]+/);
}
