import { applicationParameters, defaultGitHost } from "../git-hosts/index.ts";
import type { JsonObject } from "../model/json.ts";
import { getParameterForm } from "../step/parameters.ts";

/** Where the copies of template projects in Git have their repositories; every field that is given replaces what is stored. */
export interface GitHostOptions {
  host: string | undefined;
  url: string | undefined;
  owner: string | undefined;
  /** Undefined for the one that the host gives to tokens. */
  username?: string | undefined;
  /** A token for the host; undefined leaves what is stored. */
  token: string | undefined;
  /** What an application of the host signs in with in place of a token, by the names of the parameters. */
  application?: Readonly<Record<string, string>>;
}

/** The variables of the set, with the values that were given; undefined for what was not. */
export function listGivenVariables(options: GitHostOptions): Readonly<Record<string, string | undefined>> {
  return {
    [hostVariables.type]: options.host,
    [hostVariables.url]: options.url,
    [hostVariables.owner]: options.owner,
    [hostVariables.username]: options.username,
    [hostVariables.token]: options.token,
    ...Object.fromEntries(
      Object.keys(applicationParameters).map((key) => [nameVariable(key), options.application?.[key]]),
    ),
  };
}

/** Names in the set *Git Host*. */
const hostVariables = {
  type: "GitHost.Type",
  url: "GitHost.Url",
  owner: "GitHost.Owner",
  username: "GitHost.Username",
  token: "GitHost.Token",
} as const;

/** Those of them that are secrets. */
export const gitHostSecrets: readonly string[] = [
  hostVariables.token,
  ...Object.entries(applicationParameters).flatMap(([key, field]) =>
    getParameterForm(field).control === "Sensitive" ? [nameVariable(key)] : [],
  ),
];

/** Of which at least one has to be there, so that steps can sign in: the token, or what an application has. */
export const signInVariables: readonly string[] = [
  hostVariables.token,
  ...Object.keys(applicationParameters).map(nameVariable),
];

/** Only the Sync environment sees them, as all that opens doors. */
export function listGitHostVariables(options: GitHostOptions, syncEnvironmentId: string): JsonObject[] {
  const Scope = { Environment: [syncEnvironmentId] };
  const always: readonly string[] = [hostVariables.type, hostVariables.url, hostVariables.owner];
  const defaults: Readonly<Record<string, string>> = { [hostVariables.type]: defaultGitHost };
  return Object.entries(listGivenVariables(options)).flatMap(([Name, given]) => {
    if (given === undefined && !always.includes(Name)) return [];
    const Value = given ?? defaults[Name] ?? "";
    return gitHostSecrets.includes(Name)
      ? [{ Name, Value, Type: "Sensitive", IsSensitive: true, Scope }]
      : [{ Name, Value, Type: "String", Scope }];
  });
}

/** The parameters of a step that goes to Git hosts. What the set lacks counts as not given. */
export function toGitParameters(prefix: string): JsonObject {
  const applications = Object.keys(applicationParameters).map((key) => [
    `${prefix}.${key.charAt(0).toUpperCase()}${key.slice(1)}`,
    toToken(nameVariable(key)),
  ]);
  return {
    [`${prefix}.GitHost`]: toToken(hostVariables.type),
    [`${prefix}.GitHostUrl`]: toToken(hostVariables.url),
    [`${prefix}.GitUsername`]: toToken(hostVariables.username),
    [`${prefix}.GitToken`]: toToken(hostVariables.token),
    ...Object.fromEntries(applications),
  };
}

/** `gitAppPrivateKey` is `GitHost.AppPrivateKey`. */
function nameVariable(key: string): string {
  return key.replace(/^git/, "GitHost.");
}

function toToken(name: string): string {
  return `#{${name}}`;
}
