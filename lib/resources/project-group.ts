import { collectionRoutes, nameField, type ResourceKind } from "./resource-kind.ts";

export const projectGroup: ResourceKind = {
  id: "projectGroup",
  label: "project group",
  idPrefix: "ProjectGroups",
  ...collectionRoutes("projectgroups"),
  nameOf: nameField,
  createOnly: ["Slug"],
  terraform: {
    lookUp: {
      dataSource: "octopusdeploy_project_groups",
      collection: "project_groups",
      label: "project_group",
      isRenamable: true,
    },
  },
};
