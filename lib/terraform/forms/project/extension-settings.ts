import { objectOf, objectsOf, textOf, type JsonObject } from "../../../model/json.ts";
import type { HclBlock } from "../../hcl.ts";
import { addProjectVariable, type ProjectContext } from "./variables.ts";

type ToBlock = (values: JsonObject, context: ProjectContext) => HclBlock;

/** By the extension: its names and those of its values are go-octopusdeploy's (`pkg/extensions`, `pkg/projects`). */
const blocks: Readonly<Record<string, ToBlock>> = {
  "jiraservicemanagement-integration": (values, context) => ({
    type: "jira_service_management_extension_settings",
    attributes: {
      connection_id: addConnection(context, "jira", textOf(values, "JsmConnectionId")),
      is_enabled: values["JsmChangeControlled"] === true,
      service_desk_project_name: textOf(values, "ServiceDeskProjectName"),
    },
  }),
  "servicenow-integration": (values, context) => ({
    type: "servicenow_extension_settings",
    attributes: {
      connection_id: addConnection(context, "servicenow", textOf(values, "ServiceNowConnectionId")),
      is_enabled: values["ServiceNowChangeControlled"] === true,
      is_state_automatically_transitioned: values["AutomaticStateTransition"] === true,
      standard_change_template_name: textOf(values, "StandardChangeTemplateName") || undefined,
    },
  }),
};

/** What a project says to the extensions of its server. */
export function toExtensionSettings(context: ProjectContext): HclBlock[] {
  const settings = objectsOf(context.node.body, "ExtensionSettings");
  return settings.flatMap((setting) => {
    const extension = textOf(setting, "ExtensionId");
    const block = blocks[extension]?.(objectOf(setting, "Values"), context);
    if (block === undefined)
      context.module.remark(context.node, `the settings for the extension ${extension} cannot be set`);
    return block ?? [];
  });
}

/** Each server has connections of its own. */
function addConnection(context: ProjectContext, name: string, initial: string) {
  return addProjectVariable(context, { name: `${name}_connection_id`, what: `${name} connection`, initial });
}
