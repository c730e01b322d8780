import { always, block, extensions, nothing, slugOfName } from "../field-forms.ts";
import type { TerraformForm } from "../form.ts";
import { plainResource } from "../plain-form.ts";
import { listBefore } from "./in-order.ts";

export const environment: TerraformForm = {
  lookUp: { dataSource: "octopusdeploy_environments", collection: "environments", label: "environment" },
  resource: plainResource({
    label: "environment",
    type: "octopusdeploy_environment",
    listBefore,
    keeps: ["sort_order"],
    fields: {
      Name: "name",
      Slug: slugOfName,
      Description: always("description"),
      SortOrder: nothing,
      UseGuidedFailure: "use_guided_failure",
      AllowDynamicInfrastructure: "allow_dynamic_infrastructure",
      EnvironmentTags: "environment_tags",
      ExtensionSettings: extensions({
        "jira-integration": block("jira_extension_settings", { JiraEnvironmentType: "environment_type" }),
        "jiraservicemanagement-integration": block("jira_service_management_extension_settings", {
          JsmChangeControlled: "is_enabled",
        }),
        "servicenow-integration": block("servicenow_extension_settings", { ServiceNowChangeControlled: "is_enabled" }),
      }),
    },
  }),
};
