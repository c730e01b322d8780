import { isJsonObject, objectsOf, textOf, type JsonObject } from "../../lib/model/json.ts";
import type { OctopusSpace } from "../../lib/octopus/octopus-client.ts";

export interface RecordedSpace {
  spaceId: string;
  serverUrl: string;
  /** The tenant that asks. */
  except: string;
  spaceIdVariable: string;
  urlVariable: string;
}

/** The name of another tenant of the management space whose variables say that it stands for this space. */
export async function findTenantThatRecorded(
  space: OctopusSpace,
  recorded: RecordedSpace,
): Promise<string | undefined> {
  const all = await space.getJson("/tenantvariables/all");
  const tenants = Array.isArray(all) ? all.filter(isJsonObject) : [];
  const owner = tenants
    .filter((tenant) => textOf(tenant, "TenantId") !== recorded.except)
    .find((tenant) => {
      const values = commonValues(tenant);
      return (
        values.get(recorded.spaceIdVariable) === recorded.spaceId &&
        isSameAddress(values.get(recorded.urlVariable), recorded.serverUrl)
      );
    });
  return owner === undefined ? undefined : textOf(owner, "TenantName");
}

function commonValues(tenant: JsonObject): Map<string, string> {
  const values = new Map<string, string>();
  const sets = isJsonObject(tenant["LibraryVariables"])
    ? Object.values(tenant["LibraryVariables"]).filter(isJsonObject)
    : [];
  for (const set of sets) {
    const own = isJsonObject(set["Variables"]) ? set["Variables"] : {};
    for (const template of objectsOf(set, "Templates")) {
      const value = own[textOf(template, "Id")] ?? template["DefaultValue"];
      if (typeof value === "string") values.set(textOf(template, "Name"), value);
    }
  }
  return values;
}

function isSameAddress(a: string | undefined, b: string): boolean {
  return (a ?? "").replace(/\/+$/, "").toLowerCase() === b.replace(/\/+$/, "").toLowerCase();
}
