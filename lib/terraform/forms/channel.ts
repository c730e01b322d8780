import { targetId, type GraphNode } from "../../model/graph.ts";
import { objectsOf, textOf, textsOf, type JsonObject } from "../../model/json.ts";
import type { TerraformForm } from "../form.ts";
import { expression, object, unlessEmpty, type HclObject, type HclValue } from "../hcl.ts";
import type { TerraformModule } from "../module.ts";
import { joinLabels } from "../names.ts";
import { isEmpty, remarkSlug, remarkUnsaid } from "../unsaid.ts";
import { addMadeWithProject, isMadeWithProject } from "./channel/made-with-project.ts";
import { toRules } from "./channel/rules.ts";
import { projectOf } from "./of-project.ts";

export const channel: TerraformForm = {
  resource: {
    declare(node, module) {
      const label = labelOf(node, module);
      const id = isMadeWithProject(node, module) ? `local.${label}_id` : `octopusdeploy_channel.${label}.id`;
      module.define(node, expression(id));
    },

    write(node, module) {
      const label = labelOf(node, module);
      if (isMadeWithProject(node, module)) addMadeWithProject(node, label, module);
      else addChannel(node, label, module);
    },
  },
};

const said = [
  ["Name", "Slug", "Description", "IsDefault", "LifecycleId", "TenantTags", "Type"],
  ["Rules", "GitReferenceRules", "GitResourceRules"],
  ["CustomFieldDefinitions", "ParentEnvironmentId", "EphemeralEnvironmentNameTemplate"],
].flat();

function addChannel(node: GraphNode, label: string, module: TerraformModule): void {
  const { blocks, dependsOn } = toRules(node, module);
  module.add(`${label}.tf`, {
    type: "resource",
    labels: ["octopusdeploy_channel", label],
    attributes: { ...toAttributes(node, module), ...toLists(node.body), depends_on: dependsOn },
    blocks,
  });
  remarkSlug(node, module);
  remarkUnsaid(node, said, module);
}

function toAttributes(node: GraphNode, module: TerraformModule): Record<string, HclValue | undefined> {
  const { body } = node;
  const id = (field: string) => module.value(body[field] === "" ? undefined : body[field], node);
  return {
    project_id: module.refer(projectOf(node), node),
    name: textOf(body, "Name"),
    description: textOf(body, "Description"),
    is_default: body["IsDefault"] === true ? true : undefined,
    lifecycle_id: id("LifecycleId"),
    type: textOf(body, "Type") || undefined,
    parent_environment_id: id("ParentEnvironmentId"),
    ephemeral_environment_name_template: textOf(body, "EphemeralEnvironmentNameTemplate") || undefined,
    tenant_tags: isEmpty(body["TenantTags"]) ? undefined : module.list(body["TenantTags"], node),
  };
}

function toLists(body: JsonObject): Record<string, HclValue | undefined> {
  const objects = (field: string, toObject: (item: JsonObject) => HclObject): HclValue | undefined =>
    unlessEmpty(objectsOf(body, field).map(toObject));
  return {
    git_reference_rules: isEmpty(body["GitReferenceRules"]) ? undefined : textsOf(body, "GitReferenceRules"),
    git_resource_rules: objects("GitResourceRules", toGitResourceRule),
    custom_field_definitions: objects("CustomFieldDefinitions", toCustomField),
  };
}

function toGitResourceRule(rule: JsonObject): HclObject {
  const actions = objectsOf(rule, "GitDependencyActions").map((action) =>
    object({
      deployment_action_slug: textOf(action, "DeploymentActionSlug"),
      git_dependency_name: textOf(action, "GitDependencyName"),
    }),
  );
  return object({ rules: unlessEmpty(textsOf(rule, "Rules")), git_dependency_actions: unlessEmpty(actions) });
}

function toCustomField(field: JsonObject): HclObject {
  return object({ field_name: textOf(field, "FieldName"), description: textOf(field, "Description") });
}

function labelOf(node: GraphNode, module: TerraformModule): string {
  return module.claim("octopusdeploy_channel", `channel_${joinLabels(...node.key)}`, targetId(node));
}
