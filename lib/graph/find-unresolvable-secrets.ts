import { isSameName } from "../octopus/same-name.ts";
import { isJsonObject, textOf, textsOf, type JsonObject } from "../model/json.ts";

/** A sensitive variable whose value the run that deploys cannot know, and why. */
export interface UnresolvableSecret {
  id: string;
  name: string;
  reason: string;
}

/** Where deployments run; without an id when no variable is scoped to it. */
export interface SyncEnvironment {
  name: string;
  id: string | undefined;
}

/**
 * A deployment sends secrets under their names, out of its own variables: it runs in one environment, on no target and in another
 * process. So a name must have one value that such a run sees, which must be the very value meant.
 */
export function findUnresolvableSecrets(variables: readonly JsonObject[], sync: SyncEnvironment): UnresolvableSecret[] {
  return variables
    .filter((variable) => variable["IsSensitive"] === true)
    .flatMap((variable) => {
      const reason = explain(variable, variables, sync);
      return reason === undefined ? [] : [{ id: textOf(variable, "Id"), name: textOf(variable, "Name"), reason }];
    });
}

function explain(
  variable: JsonObject,
  variables: readonly JsonObject[],
  { name, id }: SyncEnvironment,
): string | undefined {
  const other = listNarrowScopes(variable);
  if (other.length > 0)
    return `it is scoped by ${other.join(" and ")}, which the deploying run does not match: scope it by environment alone`;
  if (!isSeen(variable, id))
    return `it is not scoped to the environment "${name}", in which deployments run: add that environment to its scope`;

  const rivals = variables.filter(
    (rival) =>
      rival !== variable &&
      isSameName(textOf(rival, "Name"), textOf(variable, "Name")) &&
      listNarrowScopes(rival).length === 0 &&
      isSeen(rival, id),
  );
  const isHidden = rivals.some((rival) => rank(rival) >= rank(variable));
  return isHidden
    ? `another value of the same name is seen in the environment "${name}", in which deployments run: let only one of them apply there`
    : undefined;
}

const narrowScopes: Record<string, string> = {
  Role: "target tag",
  Machine: "target",
  Channel: "channel",
  Action: "step",
  ProcessOwner: "process",
  TenantTag: "tenant tag",
};

function listNarrowScopes(variable: JsonObject): string[] {
  const scope = scopeOf(variable);
  return Object.keys(scope)
    .filter((field) => field !== "Environment" && textsOf(scope, field).length > 0)
    .map((field) => narrowScopes[field] ?? field);
}

function isSeen(variable: JsonObject, environmentId: string | undefined): boolean {
  const environments = textsOf(scopeOf(variable), "Environment");
  return environments.length === 0 || (environmentId !== undefined && environments.includes(environmentId));
}

/** Octopus prefers a value scoped to the environment to one that applies everywhere. */
function rank(variable: JsonObject): number {
  return textsOf(scopeOf(variable), "Environment").length > 0 ? 1 : 0;
}

function scopeOf(variable: JsonObject): JsonObject {
  return isJsonObject(variable["Scope"]) ? variable["Scope"] : {};
}
