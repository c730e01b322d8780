import { onlyFor } from "./field.ts";
import { endpointFields, machineRules } from "./machine-fields.ts";
import { collectionRoutes, listByExactNames, nameField, type ResourceKind } from "./resource-kind.ts";

export const worker: ResourceKind = {
  id: "worker",
  label: "worker",
  idPrefix: "Workers",
  ...collectionRoutes("workers"),
  listByNames: (space, names) => listByExactNames(space, "workers", names),
  nameOf: nameField,
  fields: { ...endpointFields, WorkerPoolIds: onlyFor("id", "worker pools") },
  ...machineRules,
};
