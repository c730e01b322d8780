import { collectionRoutes, nameField, type ResourceKind } from "./resource-kind.ts";

export const projectGroup: ResourceKind = {
  id: "projectGroup",
  label: "project group",
  idPrefix: "ProjectGroups",
  ...collectionRoutes("projectgroups"),
  nameOf: nameField,
  createOnly: ["Slug"],
};
