import { objectOf, objectsOf, textOf, textsOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "./octopus-client.ts";
import { readTenantValue, type TenantValue, type TenantValueList, type ValueOwners } from "./tenant-value.ts";
import { findTemplateIds, type TemplateIds } from "./tenant-template-ids.ts";

/** What one route has: the values for projects, or those for library variable sets. */
interface Side {
  path: string;
  ownerField: "ProjectId" | "LibraryVariableSetId";
  document: OctopusDocument;
}

const routes = {
  sets: { name: "commonvariables", ownerField: "LibraryVariableSetId" },
  projects: { name: "projectvariables", ownerField: "ProjectId" },
} as const;

/** @returns undefined when the server is older than the routes for values with scopes */
export async function openScopedList(
  space: OctopusSpace,
  tenantId: string,
  owners: readonly ValueOwners[],
): Promise<TenantValueList | undefined> {
  const found = await Promise.all(owners.map((one) => findSide(space, tenantId, one)));
  const sides = found.filter((side) => side !== undefined);
  if (sides.length < found.length) return undefined;
  return {
    values: sides.flatMap(listValues),
    isGuarded: sides.every(({ document }) => textOf(document, "ConcurrencyToken") !== ""),
    async write(values) {
      const templateIds = await findTemplateIds(space, listKnownIds(sides), values);
      for (const side of sides) await writeSide(space, { ...side, tenantId, values, templateIds });
    },
  };
}

async function findSide(space: OctopusSpace, tenantId: string, owners: ValueOwners): Promise<Side | undefined> {
  const { name, ownerField } = routes[owners];
  const path = `/tenants/${tenantId}/${name}`;
  const document = await space.find(path);
  return document === undefined ? undefined : { path, ownerField, document };
}

function listValues({ document, ownerField }: Side): TenantValue[] {
  return objectsOf(document, "Variables").map((variable) => ({
    id: textOf(variable, "Id"),
    ownerId: textOf(variable, ownerField),
    template: textOf(objectOf(variable, "Template"), "Name"),
    environmentIds: textsOf(objectOf(variable, "Scope"), "EnvironmentIds"),
    value: readTenantValue(variable["Value"] ?? null),
    controlType: textOf(objectOf(objectOf(variable, "Template"), "DisplaySettings"), "Octopus.ControlType"),
  }));
}

function listKnownIds(sides: readonly Side[]): TemplateIds {
  const known = sides.flatMap(({ document, ownerField }) =>
    objectsOf(document, "Variables").map((variable) => ({
      ownerId: textOf(variable, ownerField),
      template: textOf(objectOf(variable, "Template"), "Name"),
      id: textOf(variable, "TemplateId"),
    })),
  );
  return known;
}

interface SideWriting extends Side {
  tenantId: string;
  values: readonly TenantValue[];
  templateIds: (value: TenantValue) => string;
}

/** Writes what differs of one side. */
async function writeSide(space: OctopusSpace, side: SideWriting): Promise<void> {
  const { document, ownerField, tenantId, path } = side;
  const isProject = ownerField === "ProjectId";
  const values = side.values.filter(({ ownerId }) => ownerId.startsWith("Projects-") === isProject);
  const before = listValues(side);
  if (JSON.stringify(values) === JSON.stringify(before)) return;
  const token = textOf(document, "ConcurrencyToken");
  await space.put(path, {
    TenantId: tenantId,
    ...(token !== "" && { ConcurrencyToken: token }),
    Variables: values.map((value) => toPayload(value, side)),
  });
}

/** Whose a value is: the reference says `OwnerId`, Octopus's Go client what it is. */
function toPayload(value: TenantValue, { ownerField, templateIds }: SideWriting): JsonObject {
  return {
    ...(value.id !== undefined && { Id: value.id }),
    OwnerId: value.ownerId,
    [ownerField]: value.ownerId,
    TemplateId: templateIds(value),
    Value: value.value,
    Scope: { EnvironmentIds: [...value.environmentIds] },
  };
}
