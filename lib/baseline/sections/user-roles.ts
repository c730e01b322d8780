import { description, nameField, type Section } from "../section.ts";
import { textSet } from "../words.ts";

export const userRoles: Section = {
  key: "userRoles",
  kind: "userRole",
  about: "What members of teams may do. They are the whole server's.",
  fields: {
    name: nameField,
    description,
    spacePermissions: textSet("GrantedSpacePermissions", "Such as `ProjectView`."),
    systemPermissions: textSet("GrantedSystemPermissions", "Such as `SpaceView`."),
  },
};
