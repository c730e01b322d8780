import { readFileSync } from "node:fs";
import * as z from "zod/mini";
import { listOptions, parseOptions, toEnvironmentName } from "./command-line-options.ts";
import type { StepDefinition } from "./define-step.ts";
import { ParameterError } from "./errors.ts";
import type { ParameterForm } from "./parameters.ts";
import { toPackageVariables } from "./parse-input.ts";
import { readPackageReference } from "./read-package-reference.ts";
import { toVariableName } from "./variable-names.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The Octopus variables that a step finds, from options, the environment and a file. */
export function readVariables(
  step: StepDefinition,
  argv: readonly string[],
  environment: Environment,
): Map<string, string> {
  const options = listOptions(step);
  const values = parseOptions(options, argv);
  const variables = new Map(Object.entries(readVariablesFile(values["variables"])));
  for (const { key, option, form } of options) {
    const value = findValue(values[option], {
      form,
      names: [toEnvironmentName(step.prefix, key), form.environment],
      environment,
    });
    if (value === undefined) continue;
    for (const [name, text] of toVariables(toVariableName(step.prefix, key, form), value, { form }))
      variables.set(name, text);
  }
  return variables;
}

interface ValueSources {
  form: ParameterForm;
  names: readonly (string | undefined)[];
  environment: Environment;
}

function findValue(
  given: string | boolean | undefined,
  { form, names, environment }: ValueSources,
): string | undefined {
  if (typeof given === "boolean") return given ? "True" : "False";
  const fromEnvironment = names.flatMap((name) => (name === undefined ? [] : [environment[name]]));
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

/**
 * A JSON object of strings.
 * @param path - `-` for standard input; none for nothing
 * @throws {@link ParameterError} for a file that holds none
 */
export function readVariablesFile(path: string | boolean | undefined): Record<string, string> {
  if (typeof path !== "string") return {};
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(path === "-" ? 0 : path, "utf8")));
  } catch {
    throw new ParameterError(
      `Failed to read the variables from "${path}": it is no file that holds a JSON object of strings.`,
    );
  }
}
