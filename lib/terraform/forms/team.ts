import { objectsOf, textOf } from "../../model/json.ts";
import { always, slugOfName } from "../field-forms.ts";
import type { TerraformForm } from "../form.ts";
import { inputs } from "../inputs.ts";
import { plainResource, type FieldForm } from "../plain-form.ts";

/** A team of the space; what it may do are resources of their own. */
export const team: TerraformForm = {
  lookUp: {
    dataSource: "octopusdeploy_teams",
    collection: "teams",
    label: "team",
    filters: { include_system: true, spaces: [inputs.spaceId] },
  },
  resource: plainResource({
    label: "team",
    type: "octopusdeploy_team",
    constants: { space_id: inputs.spaceId },
    fields: {
      Name: "name",
      Slug: slugOfName,
      Description: always("description"),
      MemberUserIds: "users",
      ExternalSecurityGroups: groups(),
    },
  }),
};

function groups(): FieldForm {
  return ({ node }) => ({
    blocks: objectsOf(node.body, "ExternalSecurityGroups").map((group) => ({
      type: "external_security_group",
      attributes: {
        id: textOf(group, "Id"),
        display_name: textOf(group, "DisplayName"),
        display_id_and_name: group["DisplayIdAndName"] === true,
      },
    })),
  });
}
