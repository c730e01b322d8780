import type { TerraformForm } from "../form.ts";
import { inputs } from "../inputs.ts";

export const team: TerraformForm = {
  lookUp: {
    dataSource: "octopusdeploy_teams",
    collection: "teams",
    label: "team",
    filters: { include_system: true, spaces: [inputs.spaceId] },
  },
};
