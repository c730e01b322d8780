import { description, nameField, type Section } from "../section.ts";

export const projectGroups: Section = {
  key: "projectGroups",
  kind: "projectGroup",
  about: "Groups under which projects are shown.",
  fields: { name: nameField, description },
  unsaid: ["Slug"],
};
