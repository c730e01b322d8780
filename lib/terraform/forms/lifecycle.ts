import { always, block, slugOfName } from "../field-forms.ts";
import type { TerraformForm } from "../form.ts";
import { plainResource } from "../plain-form.ts";
import { retention } from "./retention.ts";

const retentions = {
  ReleaseRetentionPolicy: retention("release_retention_with_strategy"),
  TentacleRetentionPolicy: retention("tentacle_retention_with_strategy"),
};

export const lifecycle: TerraformForm = {
  lookUp: { dataSource: "octopusdeploy_lifecycles", collection: "lifecycles", label: "lifecycle" },
  resource: plainResource({
    label: "lifecycle",
    type: "octopusdeploy_lifecycle",
    fields: {
      Name: "name",
      Slug: slugOfName,
      Description: always("description"),
      ...retentions,
      Phases: block("phase", {
        Name: "name",
        AutomaticDeploymentTargets: "automatic_deployment_targets",
        OptionalDeploymentTargets: "optional_deployment_targets",
        MinimumEnvironmentsBeforePromotion: "minimum_environments_before_promotion",
        IsOptionalPhase: "is_optional_phase",
        IsPriorityPhase: "is_priority_phase",
        ...retentions,
      }),
    },
  }),
};
