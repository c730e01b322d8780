import { tags } from "../references.ts";
import { description, nameField, type Section } from "../section.ts";
import { object } from "../shape.ts";
import { count, flag } from "../words.ts";

export const parentEnvironments: Section = {
  key: "parentEnvironments",
  kind: "parentEnvironment",
  about: "Below which ephemeral environments come and go.",
  fields: {
    name: nameField,
    description,
    guidedFailure: flag("UseGuidedFailure", "Whether a failed step asks a person what to do."),
    tags: tags("EnvironmentTags", "As `Set/Tag`."),
    expiresAfter: object("AutomaticDeprovisioningRule", "How long an ephemeral environment lives that nobody uses.", {
      fields: { days: count("ExpiryDays"), hours: count("ExpiryHours") },
    }),
  },
  sortBy: ({ SortOrder: order }) => Number(order ?? 0),
  unsaid: ["Slug", "SortOrder", "Type"],
};
