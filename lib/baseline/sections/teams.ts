import { names } from "../references.ts";
import { description, nameField, type Section } from "../section.ts";
import { list } from "../shape.ts";
import { required } from "../value.ts";
import { flag, text, word } from "../words.ts";

export const teams: Section = {
  key: "teams",
  kind: "team",
  about: "People with the same roles in the space.",
  fields: {
    name: nameField,
    description,
    members: names("user", "MemberUserIds", "By their user names."),
    externalGroups: list("ExternalSecurityGroups", "Groups of the sign-in provider whose members are members.", {
      fields: {
        id: required(word("Id")),
        name: text("DisplayName"),
        showId: flag("DisplayIdAndName"),
      },
      identify: ({ id }) => String(id),
    }),
  },
  unsaid: ["Slug"],
};
