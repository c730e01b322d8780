import { arrival, machineFields, targetTypes } from "../machines.ts";
import { nameField, type Section } from "../section.ts";
import { tenanted } from "../tenanted.ts";
import { textSet } from "../words.ts";

export const deploymentTargets: Section = {
  key: "deploymentTargets",
  kind: "machine",
  about: "To what is deployed.",
  fields: { name: nameField, roles: textSet("Roles", "Target tags."), ...tenanted, ...machineFields },
  variants: targetTypes,
  arrival,
  unsaid: ["Slug", "SkipInitialHealthCheck"],
};
