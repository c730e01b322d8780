import { isJsonObject, isSameJson, objectOf, objectsOf, textOf, textsOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { changeTenantValues, openTenantValues } from "../octopus/tenant-value-list.ts";
import { keyOfTenantValue, type TenantValue } from "../octopus/tenant-value.ts";
import { essentialId, object, onlyFor, words } from "./field.ts";
import type { ResourceKind } from "./resource-kind.ts";
import { describeTargetOf } from "./target-of.ts";

/** What a tenant has for the variable templates of its projects, and of the library variable sets that these include. */
export const tenantVariables: ResourceKind = {
  id: "tenantVariables",
  label: "tenant variables",
  ownedBy: ["tenant"],
  isSingleton: true,
  hasOwnersSecrets: true,
  list: async (space, owner) => [await read(space, owner?.Id ?? "")],
  ownerIdOf: (document) => textOf(document, "TenantId"),
  listBelow: listEmpty,
  read: (space, current) => read(space, textOf(current, "TenantId")),
  update,
  nameOf: () => "",
  fields: {
    Values: object({
      OwnerId: essentialId,
      Template: words,
      EnvironmentIds: onlyFor("id", "environments"),
      Value: { text: "value" },
    }),
  },
  serverMade: ["TenantId"],
  items: [{ path: ["Values"], label: "value", identify, isUnordered: true, sortBy: (value) => [identify(value)] }],
};

/** `Web.Password`, and where it is for some environments only, `Web.Password[Production]`. */
function identify(value: JsonObject): string {
  const { EnvironmentIds: environments } = value;
  const scope = Array.isArray(environments) ? environments.map(describeTargetOf).toSorted() : [];
  const name = `${describeTargetOf(value["OwnerId"])}.${textOf(value, "Template")}`;
  return scope.length === 0 ? name : `${name}[${scope.join(", ")}]`;
}

async function read(space: OctopusSpace, tenantId: string): Promise<OctopusDocument> {
  return toDocument(tenantId, (await openTenantValues(space, tenantId)).values);
}

function toDocument(tenantId: string, values: readonly TenantValue[]): OctopusDocument {
  return { Id: `${tenantId}-values`, TenantId: tenantId, Values: values.map(toItem) };
}

/** Of one that has no templates to fill in there is nothing to read: all of them are told at once. */
async function listEmpty(space: OctopusSpace): Promise<OctopusDocument[]> {
  const answer = await space.getJson("/tenantvariables/all");
  const all = Array.isArray(answer) ? answer.filter(isJsonObject) : [];
  const empty = all.filter((one) => !hasTemplates(one));
  return empty.map((one) => toDocument(textOf(one, "TenantId"), []));
}

function hasTemplates(document: JsonObject): boolean {
  const owners = ["LibraryVariables", "ProjectVariables"].flatMap((field) => Object.values(objectOf(document, field)));
  return owners.some((owner) => isJsonObject(owner) && objectsOf(owner, "Templates").length > 0);
}

/** Templates that ask for an account or the like have its id. */
function toItem({ id, ownerId, template, environmentIds, value, controlType }: TenantValue): JsonObject {
  return {
    ...(id !== undefined && { Id: id }),
    OwnerId: ownerId,
    Template: template,
    EnvironmentIds: [...environmentIds],
    Value: value,
    ...(/Account$|^Certificate$|^WorkerPool$/.test(controlType) && { Type: controlType }),
  };
}

function toValue(item: JsonObject): TenantValue {
  return {
    ownerId: textOf(item, "OwnerId"),
    template: textOf(item, "Template"),
    environmentIds: textsOf(item, "EnvironmentIds"),
    value: item["Value"] ?? null,
    controlType: "",
  };
}

/** What others write meanwhile, and what they have for other projects, stays. */
async function update(space: OctopusSpace, current: OctopusDocument, body: JsonObject): Promise<OctopusDocument> {
  const [before, after] = [current, body].map((one) => objectsOf(one, "Values").map(toValue));
  const tenantId = textOf(current, "TenantId");
  const known = new Map((before ?? []).map((value) => [keyOfTenantValue(value), value]));
  const wanted = new Set((after ?? []).map(keyOfTenantValue));
  await changeTenantValues(space, tenantId, {
    set: (after ?? []).filter((value) => !isSameJson(known.get(keyOfTenantValue(value))?.value, value.value)),
    removed: (before ?? []).filter((value) => !wanted.has(keyOfTenantValue(value))),
  });
  return read(space, tenantId);
}
