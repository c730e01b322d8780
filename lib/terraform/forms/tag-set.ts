import type { TerraformForm } from "../form.ts";

export const tagSet: TerraformForm = {
  lookUp: { dataSource: "octopusdeploy_tag_sets", collection: "tag_sets", label: "tagset" },
};
