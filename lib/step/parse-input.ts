import * as z from "zod/mini";
import type { StepParameters } from "./define-step.ts";
import { ParameterError } from "./errors.ts";
import { getParameterForm } from "./parameters.ts";
import type { Parameter, ParameterForm } from "./parameters.ts";
import { toVariableName } from "./variable-names.ts";

export type ReadVariable = (name: string) => string | undefined;

interface ParameterSource {
  prefix: string;
  parameters: StepParameters;
}

/**
 * What `run` gets, from the Octopus variables that carry the parameters.
 * @throws ParameterError that tells of every wrong parameter, by its label
 */
export function parseInput(step: ParameterSource, readVariable: ReadVariable): Record<string, unknown> {
  const values = readParameters(step, readVariable);
  const unresolved = listUnresolved(step, values, describeRun(readVariable));
  const parsed = z.object(step.parameters).safeParse(values);
  if (parsed.success && unresolved.size === 0) return parsed.data;

  const invalid = new Map(parsed.error?.issues.map((issue) => [String(issue.path[0]), issue.message]));
  const problems = Object.entries(step.parameters).flatMap(([key, parameter]) => {
    const problem = unresolved.get(key) ?? invalid.get(key);
    return problem === undefined ? [] : [`${getParameterForm(parameter).label}: ${problem}`];
  });
  throw new ParameterError(`Failed to read the parameters of the step:\n${problems.join("\n")}`);
}

/** The values of the sensitive parameters, before anything has looked at them. */
export function listSecrets(step: ParameterSource, readVariable: ReadVariable): string[] {
  return Object.entries(step.parameters).flatMap(([key, parameter]) => {
    const form = getParameterForm(parameter);
    if (form.control !== "Sensitive") return [];
    const value = readVariable(toVariableName(step.prefix, key, form)) ?? "";
    // The name of a variable that has no value is no secret, and the sentence about it has to stay readable.
    return isToken(value) ? [] : [value];
  });
}

/** The Octopus variables that carry the parameters, in the order in which they are read. */
export function listVariableNames(step: ParameterSource): string[] {
  return Object.entries(step.parameters).flatMap(([key, parameter]) => {
    const form = getParameterForm(parameter);
    const name = toVariableName(step.prefix, key, form);
    return form.control === "Package" ? Object.values(toPackageVariables(name)) : [name];
  });
}

/** Where Octopus tells about the package of a package reference, as Calamari's PackageVariables and StageDependenciesConvention name it. */
export function toPackageVariables(reference: string): { id: string; version: string; path: string } {
  const of = (property: string): string => `Octopus.Action.Package[${reference}].${property}`;
  return { id: of("PackageId"), version: of("PackageVersion"), path: of("ExtractedPath") };
}

function readParameters(step: ParameterSource, readVariable: ReadVariable): Record<string, unknown> {
  const entries = Object.entries(step.parameters).map(([key, parameter]) => {
    const form = getParameterForm(parameter);
    const name = toVariableName(step.prefix, key, form);
    return [key, form.control === "Package" ? readPackage(name, readVariable) : readForm(form, readVariable(name))];
  });
  return Object.fromEntries(entries);
}

function readPackage(reference: string, readVariable: ReadVariable): Record<string, string | undefined> | undefined {
  const names = toPackageVariables(reference);
  const [id, version, path] = [names.id, names.version, names.path].map(readVariable);
  return !id && !path ? undefined : { id: id ?? "", version: version ?? "", path: path ?? "" };
}

/** A process that was made before a parameter existed sends nothing for it, and a select cannot be empty: both mean the default. */
function readForm(form: ParameterForm, value: string | undefined): string {
  if (form.control === "Select") return value === undefined || value === "" ? form.default : value;
  if (form.control === "Checkbox") return value ?? form.default;
  return value === undefined || (form.mayBeUnresolved && isToken(value)) ? "" : value;
}

/** Whose value it is that is missing: a phrase for the run, such as `for the tenant "America" in "Sync"`. */
export function describeRun(readVariable: ReadVariable): string {
  const tenant = readVariable("Octopus.Deployment.Tenant.Name") || undefined;
  const environment = readVariable("Octopus.Environment.Name") || undefined;
  const place = environment === undefined ? "" : ` in the environment "${environment}"`;
  return tenant === undefined ? `in this run${place}, which is for no tenant` : `for the tenant "${tenant}"${place}`;
}

function listUnresolved(step: ParameterSource, values: Record<string, unknown>, run: string): Map<string, string> {
  const entries = Object.entries(step.parameters).flatMap(([key, parameter]): [string, string][] => {
    const problem = findUnresolved(parameter, values[key], run);
    return problem === undefined ? [] : [[key, problem]];
  });
  return new Map(entries);
}

function findUnresolved(parameter: Parameter, value: unknown, run: string): string | undefined {
  const form = getParameterForm(parameter);
  if (form.keepTokens || typeof value !== "string" || !value.includes(TOKEN_START)) return undefined;
  if (form.control === "Sensitive" && !isToken(value))
    return `the value refers to a variable that has no value ${run}.`;
  const token = new RegExp(`${TOKEN_START}[^}]*\\}?`).exec(value)?.[0] ?? value;
  const name = token.slice(TOKEN_START.length).replace("}", "");
  const isTenants = name.startsWith("ManagedTenant.");
  const remedy = isTenants
    ? "Set it among the tenant's variables, which are there once the tenant is connected to the project"
    : "Set it, or check its scopes";
  return `the variable in "${token}" has no value ${run}. ${remedy}.`;
}

function isToken(value: string): boolean {
  return value.startsWith(TOKEN_START) && value.indexOf("}") === value.length - 1;
}

/** In two parts: a script body that holds the two characters side by side would be rewritten by Octopus. */
const TOKEN_START = ["#", "{"].join("");
