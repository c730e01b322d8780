import { textOf } from "../model/json.ts";
import { object, serverMade } from "./field.ts";
import { byName, collectionRoutes, nameField, type ResourceKind } from "./resource-kind.ts";

export const tagSet: ResourceKind = {
  id: "tagSet",
  label: "tag set",
  idPrefix: "TagSets",
  ...collectionRoutes("tagsets"),
  nameOf: nameField,
  isKeptBack: (document) => document["IsSystem"] === true,
  fields: { Tags: object({ CanonicalTagName: serverMade }) },
  serverMade: ["IsSystem"],
  createOnly: ["SortOrder"],
  items: [
    {
      path: ["Tags"],
      identify: byName,
      referencedAs: "tag",
      // Each says where it stands, wherever in the list it is.
      isUnordered: true,
      sortBy: (tag) => [String(tag["SortOrder"] ?? 0).padStart(10, "0")],
      isOpen: (set) => set["Type"] === "FreeText",
      pointedToBy: (tag, set) => textOf(tag, "CanonicalTagName") || `${textOf(set, "Name")}/${textOf(tag, "Name")}`,
    },
  ],
};
