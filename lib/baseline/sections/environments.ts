import { description, nameField, type Section } from "../section.ts";
import { flag } from "../words.ts";
import { extensions } from "../extensions.ts";
import { tags } from "../references.ts";

export const environments: Section = {
  key: "environments",
  kind: "environment",
  about: "In the order in which new ones are shown.",
  fields: {
    name: nameField,
    description,
    guidedFailure: flag("UseGuidedFailure", "Whether a failed step asks a person what to do."),
    dynamicInfrastructure: flag("AllowDynamicInfrastructure", "Whether deployment targets may be made by scripts."),
    tags: tags("EnvironmentTags", "As `Set/Tag`."),
    extensions,
  },
  sortBy: ({ SortOrder: order }) => Number(order ?? 0),
  unsaid: ["Slug", "SortOrder"],
};
