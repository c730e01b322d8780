import type { GraphNode } from "../../model/graph.ts";
import { extensions, always, block, nothing } from "../field-forms.ts";
import type { TerraformForm } from "../form.ts";
import { expression, type HclExpression } from "../hcl.ts";
import type { TerraformModule } from "../module.ts";
import { plainResource } from "../plain-form.ts";

/** Their order is the one in which they are made: the provider does not take the number that a server makes of another. */
export const environment: TerraformForm = {
  lookUp: { dataSource: "octopusdeploy_environments", collection: "environments", label: "environment" },
  resource: plainResource({
    label: "environment",
    type: "octopusdeploy_environment",
    listBefore,
    fields: {
      Name: "name",
      Slug: "slug",
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

function listBefore(node: GraphNode, module: TerraformModule): HclExpression[] {
  const before = module.nodes.filter(({ kind, body }) => kind === node.kind && orderOf(body) < orderOf(node.body));
  const previous = before.toSorted((a, b) => orderOf(a.body) - orderOf(b.body)).at(-1);
  const address = previous === undefined ? undefined : module.refer(previous, node);
  return typeof address === "object" ? [expression(address.expression.replace(/\.id$/, ""))] : [];
}

function orderOf({ SortOrder: order }: GraphNode["body"]): number {
  return typeof order === "number" ? order : 0;
}
