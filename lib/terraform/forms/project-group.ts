import { always, slugOfName } from "../field-forms.ts";
import type { TerraformForm } from "../form.ts";
import { plainResource } from "../plain-form.ts";
import { renamable } from "./renamable.ts";

export const projectGroup: TerraformForm = {
  lookUp: {
    dataSource: "octopusdeploy_project_groups",
    collection: "project_groups",
    label: "project_group",
    isRenamable: true,
  },
  resource: plainResource({
    label: "project_group",
    type: "octopusdeploy_project_group",
    fields: { Name: renamable("project group"), Slug: slugOfName, Description: always("description") },
  }),
};
