import { collectionRoutes, nameField, type ResourceKind } from "./resource-kind.ts";

export const environment: ResourceKind = {
  id: "environment",
  label: "environment",
  idPrefix: "Environments",
  ...collectionRoutes("environments"),
  nameOf: nameField,
  createOnly: ["Slug", "SortOrder"],
  terraform: { lookUp: { dataSource: "octopusdeploy_environments", collection: "environments", label: "environment" } },
};
