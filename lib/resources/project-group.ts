import { findTold } from "../octopus/remember-reads.ts";
import { collectionRoutes, nameField, type ResourceKind } from "./resource-kind.ts";

export const projectGroup: ResourceKind = {
  id: "projectGroup",
  label: "project group",
  idPrefix: "ProjectGroups",
  ...collectionRoutes("projectgroups"),
  nameOf: nameField,
  findUnasked: (space, names) => findTold(space, "ProjectGroups", names),
  isInEverySpace: (name) => name === "Default Project Group",
  // Of servers before project groups had no environments.
  serverMade: ["EnvironmentIds", "RetentionPolicyId"],
  createOnly: ["Slug"],
};
