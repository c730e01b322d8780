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
  return tenants.flatMap((tenant) => [
    ...connections(tenant, options),
    ...missingValues(tenant, values.get(tenant.Id) ?? {}, options.octopusServer),
  ]);
}

function connections(tenant: OctopusDocument, { projects, syncEnvironmentId }: WhatRemainsOptions): string[] {
  const connected = isJsonObject(tenant["ProjectEnvironments"]) ? tenant["ProjectEnvironments"] : {};
  const open = projects.filter((project) => !textsOf(connected, project.Id).includes(syncEnvironmentId));
  return open.length === 0
    ? []
    : [
        `Connect the tenant "${textOf(tenant, "Name")}" to ${quote(open)} in the environment Sync, if it stands for a managed space.`,
      ];
}

function missingValues(tenant: OctopusDocument, values: JsonObject, octopusServer: OctopusDocument): string[] {
  const sets = isJsonObject(values["LibraryVariables"]) ? values["LibraryVariables"] : {};
  const own = sets[octopusServer.Id];
  const given = isJsonObject(own) && isJsonObject(own["Variables"]) ? own["Variables"] : {};
  const open = objectsOf(octopusServer, "Templates")
    .filter((template) => textOf(template, "DefaultValue") === "" && given[textOf(template, "Id")] === undefined)
    .map((template) => textOf(template, "Name"));
  const missing = open.filter((name) => isNeeded(name, open));
  return missing.length === 0
    ? []
    : [
        `Give the tenant "${textOf(tenant, "Name")}" its ${missing.join(" and ")} (Tenant, Variables, Common Variables).`,
      ];
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
  const token =
    find("GitHost.Token") === undefined
      ? ["a sensitive variable GitHost.Token, a token that may make repositories there, scoped to Sync"]
      : [];
  const missing = [...owner, ...token];
  return missing.length === 0 ? [] : [`Give the variable set "${textOf(set, "Name")}" ${missing.join(" and ")}.`];
}
