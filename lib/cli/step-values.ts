import { existsSync, readFileSync } from "node:fs";
import type { StepDefinition } from "../step/define-step.ts";
import { toPackageVariables } from "../step/parse-input.ts";
import { readPackageReference } from "../step/read-package-reference.ts";
import { toVariableName } from "../step/variable-names.ts";
import { toServerUrl } from "../octopus/server-url.ts";
import type { CommandContext } from "./command-context.ts";
import { readKey } from "./connection.ts";
import type { GivenOptions } from "./declare-command.ts";
import { checkAddress } from "./parse-given.ts";
import { readVariablesFile } from "./read-variables-file.ts";
import { isDocument, listStepOptions, namesManagedServer, hasManagement, type StepOption } from "./step-options.ts";
import { UsageError } from "./usage-error.ts";

/**
 * The Octopus variables that a step finds: from options, the environment and a file.
 * @throws {@link UsageError} for an address that is none, a document and a key that cannot be read
 */
export function readStepVariables(
  step: StepDefinition,
  given: GivenOptions,
  { environment }: Pick<CommandContext, "environment">,
): Map<string, string> {
  const file = given["variables"];
  const variables = new Map(Object.entries(readVariablesFile(typeof file === "string" ? file : undefined)));
  const options = listStepOptions(step);
  const values = new Map(options.map((option) => [option.key, findValue(option, given, environment)]));
  fillConnections(step, { values, given, environment });
  for (const { key, form } of options) {
    // A default that refers to an Octopus variable means nothing out here.
    const preset = form.default === "" || form.default.includes(["#", "{"].join("")) ? undefined : form.default;
    const value = values.get(key) ?? preset;
    if (value === undefined) continue;
    for (const [name, text] of toVariables(toVariableName(step.prefix, key, form), value, form.control === "Package"))
      variables.set(name, text);
  }
  return variables;
}

type Environment = CommandContext["environment"];

function findValue(option: StepOption, given: GivenOptions, environment: Environment): string | undefined {
  const value = given[option.name];
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return value.join("\n");
  if (value !== undefined) return isDocument(option) ? readDocument(option.name, value) : value;
  return environment[option.variable] ?? (option.key === "gitToken" ? environment["GIT_TOKEN"] : undefined);
}

/** A file's content; what is no file and has lines, or a key and a value, is the document itself. */
function readDocument(name: string, value: string): string {
  if (value !== "-" && !existsSync(value)) {
    if (value.trim() === "" || /\n|:(\s|$)/.test(value)) return value;
    throw new UsageError(`--${name} is "${value}", and there is no such file. Name one, or - for standard input.`);
  }
  return readFileSync(value === "-" ? 0 : value, "utf8");
}

interface Sources {
  values: Map<string, string | undefined>;
  given: GivenOptions;
  environment: Environment;
}

/** The parameters of the management space's connection; of a step that has no other, those of its only one. */
const managementKeys = {
  server: "managementServerUrl",
  spaces: ["managementSpaceId"],
  key: "managementApiKey",
  accounts: ["managementServiceAccountId", "managementOidcToken"],
} as const;

const ownKeys = {
  server: "serverUrl",
  spaces: ["spaceId", "space"],
  key: "apiKey",
  accounts: ["serviceAccountId", "oidcToken"],
} as const;

/**
 * Server, space and key as the other commands find them. Where a step works on a managed space besides, its server is by default the
 * same, and its key MANAGED_TENANT_API_KEY or, on the same server, that of the management space.
 */
function fillConnections({ parameters }: StepDefinition, { values, given, environment }: Sources): void {
  const fill = (key: string, find: () => string | undefined): void => {
    if (Object.hasOwn(parameters, key) && values.get(key) === undefined) values.set(key, find() || undefined);
  };
  const keys = hasManagement(parameters) ? managementKeys : ownKeys;
  const signsInOtherwise = (accounts: readonly string[]): boolean =>
    accounts.some((key) => values.get(key) !== undefined);
  fill(keys.server, () => readAddress(environment));
  for (const space of keys.spaces) fill(space, () => environment["OCTOPUS_SPACE"]);
  const keyFile = given["api-key-file"];
  if (typeof keyFile === "string") values.set(keys.key, readKey(keyFile).trim());
  else if (!signsInOtherwise(keys.accounts)) fill(keys.key, () => environment["OCTOPUS_API_KEY"]?.trim());
  if (!namesManagedServer(parameters)) return;
  const server = values.get(managementKeys.server);
  fill(ownKeys.server, () => server);
  if (signsInOtherwise(ownKeys.accounts)) return;
  fill(ownKeys.key, () => environment["MANAGED_TENANT_API_KEY"]?.trim());
  if (isSameServer(server, values.get(ownKeys.server))) fill(ownKeys.key, () => values.get(managementKeys.key));
}

function readAddress(environment: Environment): string | undefined {
  const address = environment["OCTOPUS_URL"];
  return address ? checkAddress(address, "OCTOPUS_URL") : undefined;
}

function isSameServer(one: string | undefined, other: string | undefined): boolean {
  const isKnown = one !== undefined && other !== undefined && URL.canParse(one) && URL.canParse(other);
  return isKnown && toServerUrl(one) === toServerUrl(other);
}

function toVariables(name: string, value: string, isPackage: boolean): [string, string][] {
  if (!isPackage) return [[name, value]];
  const reference = readPackageReference(value);
  const variables = toPackageVariables(name);
  return [
    [variables.id, reference.id],
    [variables.version, reference.version],
    [variables.path, reference.path],
  ];
}
