import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { object } from "./field.ts";
import { gitDependencyFields, packageFields, parameterFields, propertyFields } from "./process-fields.ts";
import { byName, collectionRoutes, nameField, type ResourceKind } from "./resource-kind.ts";

/** The step template as it was at a version, or as it is; undefined when the space has none. */
export function findVersion(
  space: OctopusSpace,
  { id, version }: { id: string; version: string },
): Promise<OctopusDocument | undefined> {
  return space.find(`/actiontemplates/${id}${version === "" ? "" : `/versions/${version}`}`);
}

/** Known by name and content: its id differs from space to space, its version counts the saves in one space. */
export const stepTemplate: ResourceKind = {
  id: "stepTemplate",
  label: "step template",
  isVersioned: true,
  idPrefix: "ActionTemplates",
  ...collectionRoutes("actiontemplates"),
  logoAt: (id) => `/actiontemplates/${id}/logo`,
  nameOf: nameField,
  fields: {
    Properties: propertyFields,
    Parameters: object(parameterFields),
    Packages: packageFields,
    GitDependencies: gitDependencyFields,
  },
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
    { path: ["Parameters"], identify: byName, label: "parameter" },
    { path: ["Packages"], identify: byName, label: "package" },
  ],
};
