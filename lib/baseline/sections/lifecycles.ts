import { names } from "../references.ts";
import { retention } from "../retention.ts";
import { description, nameField, type Section } from "../section.ts";
import { list } from "../shape.ts";
import { count, flag } from "../words.ts";

const retentions = {
  releaseRetention: retention("ReleaseRetentionPolicy"),
  tentacleRetention: retention("TentacleRetentionPolicy"),
};

export const lifecycles: Section = {
  key: "lifecycles",
  kind: "lifecycle",
  about: "The phases through which releases go.",
  fields: {
    name: nameField,
    description,
    phases: list("Phases", undefined, {
      fields: {
        name: nameField,
        optional: names(
          "environment",
          "OptionalDeploymentTargets",
          "Environments to which people may deploy in this phase.",
        ),
        automatic: names(
          "environment",
          "AutomaticDeploymentTargets",
          "Environments to which releases go by themselves when the phase begins.",
        ),
        minimumEnvironments: count(
          "MinimumEnvironmentsBeforePromotion",
          "How many environments have to be deployed to before the next phase; 0 for all.",
          { usual: 0 },
        ),
        isOptional: flag("IsOptionalPhase", "Whether the phase may be skipped."),
        isPriority: flag("IsPriorityPhase", "Whether deployments in this phase go ahead of others in the queue."),
        ...retentions,
      },
    }),
    ...retentions,
  },
  unsaid: ["Slug"],
};
