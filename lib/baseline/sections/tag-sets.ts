import { description, nameField, type Section } from "../section.ts";
import { list } from "../shape.ts";
import { usually } from "../value.ts";
import { anyOf, oneOf, text } from "../words.ts";

export const tagSets: Section = {
  key: "tagSets",
  kind: "tagSet",
  about: "Tags for tenants, projects, environments and more, in the order in which new ones are shown.",
  fields: {
    name: nameField,
    description,
    type: usually(oneOf("Type", undefined, ["SingleSelect", "MultiSelect", "FreeText"]), "MultiSelect"),
    scopes: usually(
      anyOf("Scopes", "What may have these tags.", ["Tenant", "Environment", "Project", "Runbook", "Target"]),
      ["Tenant"],
    ),
    tags: list("Tags", undefined, {
      fields: { name: nameField, description: text("Description"), color: text("Color", "Such as `#0070C0`.") },
      unsaid: ["SortOrder"],
    }),
  },
  sortBy: ({ SortOrder: order }) => Number(order ?? 0),
  unsaid: ["SortOrder"],
};
