import { onlyFor } from "./field.ts";
import { endpointFields, machineRules } from "./machine-fields.ts";
import { collectionRoutes, listByExactNames, nameField, type ResourceKind } from "./resource-kind.ts";
import { tenantedFields } from "./tenanted.ts";

export const machine: ResourceKind = {
  id: "machine",
  label: "deployment target",
  idPrefix: "Machines",
  ...collectionRoutes("machines"),
  listByNames: (space, names) => listByExactNames(space, "machines", names),
  nameOf: nameField,
  fields: { ...tenantedFields, ...endpointFields, Roles: onlyFor("role", "target tags") },
  ...machineRules,
};
