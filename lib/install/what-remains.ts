import { signInVariables } from "./git-host-variables.ts";
import { getHostDefinition, isGitHost } from "../git-hosts/index.ts";
import { isJsonObject, objectsOf, textOf, textsOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { isNeeded } from "../octopus/needed-variables.ts";
import { isSameName } from "../octopus/same-name.ts";
import { idToBe } from "./installer.ts";

export interface WhatRemainsOptions {
  projects: OctopusDocument[];
  syncEnvironmentId: string;
  octopusServer: OctopusDocument;
}

/** What only a person can do: connect tenants, give them their values. One sentence each. */
export async function listWhatRemains(space: OctopusSpace, options: WhatRemainsOptions): Promise<string[]> {
  const tenants = await space.list("/tenants");
  if (tenants.length === 0) {
    return [
      `Make one tenant for each managed space, connect it to ${quote(options.projects)} in the environment Sync, and give it its ManagedTenant values.`,
    ];
  }
  const all = await space.getJson("/tenantvariables/all");
  const values = new Map(
    (Array.isArray(all) ? all.filter(isJsonObject) : []).map((entry) => [textOf(entry, "TenantId"), entry]),
  );
  const places = groupBy(tenants, (tenant) => connections(tenant, options));
  const lacks = groupBy(tenants, (tenant) => missingValues(values.get(tenant.Id) ?? {}, options.octopusServer));
  return [
    ...[...places].map(
      ([place, those]) =>
        `Connect the ${nameTenants(those.map(nameOf))} to ${place} in the environment Sync, if ${those.length === 1 ? "it stands for a managed space" : "they stand for managed spaces"}.`,
    ),
    ...[...lacks].map(
      ([names, those]) =>
        `Give the ${nameTenants(those.map(nameOf))} ${those.length === 1 ? "its" : "their"} ${names} (Tenant, Variables, Common Variables).`,
    ),
  ];
}

/** What is to be said of many is said once. Who has nothing to do, "", is left out. */
function groupBy(
  tenants: readonly OctopusDocument[],
  read: (tenant: OctopusDocument) => string,
): Map<string, OctopusDocument[]> {
  const groups = new Map<string, OctopusDocument[]>();
  for (const tenant of tenants) {
    const key = read(tenant);
    if (key !== "") groups.set(key, [...(groups.get(key) ?? []), tenant]);
  }
  return groups;
}

function nameOf(tenant: OctopusDocument): string {
  return textOf(tenant, "Name");
}

/** So many tenants are named in a sentence. */
const mostNamed = 10;

/** `tenant "America"`, or `tenants "America", "Europe" and 8 more`. */
export function nameTenants(names: readonly string[]): string {
  const shown = names.slice(0, mostNamed).map((name) => `"${name}"`);
  const rest = names.length - mostNamed;
  return `${names.length === 1 ? "tenant" : "tenants"} ${shown.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

/** The projects that a tenant is not connected to. */
function connections(tenant: OctopusDocument, { projects, syncEnvironmentId }: WhatRemainsOptions): string {
  const connected = isJsonObject(tenant["ProjectEnvironments"]) ? tenant["ProjectEnvironments"] : {};
  const open = projects.filter((project) => !textsOf(connected, project.Id).includes(syncEnvironmentId));
  return quote(open);
}

function missingValues(values: JsonObject, octopusServer: OctopusDocument): string {
  const sets = isJsonObject(values["LibraryVariables"]) ? values["LibraryVariables"] : {};
  const own = sets[octopusServer.Id];
  const given = isJsonObject(own) && isJsonObject(own["Variables"]) ? own["Variables"] : {};
  const open = objectsOf(octopusServer, "Templates")
    .filter((template) => textOf(template, "DefaultValue") === "" && given[textOf(template, "Id")] === undefined)
    .map((template) => textOf(template, "Name"));
  return open.filter((name) => isNeeded(name, open)).join(" and ");
}

function quote(projects: OctopusDocument[]): string {
  return projects.map((project) => `"${textOf(project, "Name")}"`).join(" and ");
}

/** What a Git host needs besides: an owner for the repositories, and a token. */
export async function listGitHostRemains(space: OctopusSpace, set: OctopusDocument): Promise<string[]> {
  const variables =
    set.Id === idToBe ? [] : objectsOf(await space.get(`/variables/${textOf(set, "VariableSetId")}`), "Variables");
  const find = (name: string): JsonObject | undefined =>
    variables.find((variable) => isSameName(textOf(variable, "Name"), name));
  const owner =
    textOf(find("GitHost.Owner") ?? {}, "Value") === ""
      ? ["the value of GitHost.Owner, who gets the copies' repositories"]
      : [];
  const type = textOf(find("GitHost.Type") ?? {}, "Value");
  const needsToken = !isGitHost(type) || getHostDefinition(type).needsNoToken !== true;
  const token =
    needsToken && signInVariables.every((name) => find(name) === undefined)
      ? ["a sensitive variable GitHost.Token, a token that may make repositories there, scoped to Sync"]
      : [];
  const missing = [...owner, ...token];
  return missing.length === 0 ? [] : [`Give the variable set "${textOf(set, "Name")}" ${missing.join(" and ")}.`];
}
