import { byName, collectionRoutes, nameField, type ResourceKind } from "./resource-kind.ts";

/** Known by name and content: its id differs from space to space, its version counts the saves in one space. */
export const stepTemplate: ResourceKind = {
  id: "stepTemplate",
  label: "step template",
  isVersioned: true,
  idPrefix: "ActionTemplates",
  ...collectionRoutes("actiontemplates"),
  nameOf: nameField,
  serverMade: [
    "Version",
    "Category",
    "Author",
    "Website",
    "Keywords",
    "HasIcon",
    "Icon",
    "Slug",
    "CommunityActionTemplateId",
    "StepPackageId",
    "StepPackageVersion",
  ],
  items: [
    { path: ["Parameters"], identify: byName },
    { path: ["Packages"], identify: byName },
  ],
};
