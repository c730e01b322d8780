import type { JsonObject } from "../model/json.ts";

/** Where the copies of template projects in Git have their repositories; every field that is given replaces what is stored. */
export interface GitHostOptions {
  host: string | undefined;
  url: string | undefined;
  owner: string | undefined;
  /** A token for the host; undefined leaves what is stored. */
  token: string | undefined;
}

/** Only the Sync environment sees them, as all that opens doors. */
export function listGitHostVariables(
  { host, url, owner, token }: GitHostOptions,
  syncEnvironmentId: string,
): JsonObject[] {
  const Scope = { Environment: [syncEnvironmentId] };
  const plain = (Name: string, Value: string): JsonObject => ({ Name, Value, Type: "String", Scope });
  return [
    plain("GitHost.Type", host ?? "gitea"),
    plain("GitHost.Url", url ?? ""),
    plain("GitHost.Owner", owner ?? ""),
    ...(token === undefined
      ? []
      : [{ Name: "GitHost.Token", Value: token, Type: "Sensitive", IsSensitive: true, Scope }]),
  ];
}

/** The parameters of a step that goes to Git hosts. */
export function toGitParameters(prefix: string): JsonObject {
  return {
    [`${prefix}.GitHost`]: "#{GitHost.Type}",
    [`${prefix}.GitHostUrl`]: "#{GitHost.Url}",
    [`${prefix}.GitToken`]: "#{GitHost.Token}",
  };
}
