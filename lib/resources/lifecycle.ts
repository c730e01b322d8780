import { byName, collectionRoutes, nameField, type ResourceKind } from "./resource-kind.ts";

export const lifecycle: ResourceKind = {
  id: "lifecycle",
  label: "lifecycle",
  idPrefix: "Lifecycles",
  ...collectionRoutes("lifecycles"),
  nameOf: nameField,
  createOnly: ["Slug"],
  items: [{ path: ["Phases"], identify: byName }],
  terraform: { lookUp: { dataSource: "octopusdeploy_lifecycles", collection: "lifecycles", label: "lifecycle" } },
};
