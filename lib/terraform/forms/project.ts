import { textOf, type JsonObject } from "../../model/json.ts";
import type { TerraformForm } from "../form.ts";
import { expression, type HclBlock, type HclExpression, type HclValue } from "../hcl.ts";
import { isEmpty, remarkSlug, remarkUnsaid } from "../unsaid.ts";
import { addBuiltInTrigger } from "./project/built-in-trigger.ts";
import { toConnectivityPolicy } from "./project/connectivity-policy.ts";
import { toExtensionSettings } from "./project/extension-settings.ts";
import { findOfProject } from "./of-project.ts";
import { toPersistenceSettings } from "./project/persistence-settings.ts";
import { addDescription, addProjectVariable, labelOfProject, type ProjectContext } from "./project/variables.ts";
import { toVariableTemplates } from "./project/variable-templates.ts";

/** The project with what its settings say and where its files are in Git. */
export const project: TerraformForm = {
  lookUp: { dataSource: "octopusdeploy_projects", collection: "projects", label: "project" },

  resource: {
    declare(node, module) {
      module.define(node, expression(`octopusdeploy_project.${labelOfProject(node, module)}.id`));
    },

    write(node, module) {
      const label = labelOfProject(node, module);
      const context = { node, module, label, file: `project_${label}.tf` };
      const settings = findOfProject("deploymentSettings", node, module)?.body ?? {};
      const name = addProjectVariable(context, { name: "name", what: "name", initial: textOf(node.body, "Name") });
      module.add(context.file, {
        type: "resource",
        labels: ["octopusdeploy_project", label],
        attributes: { name, ...toAttributes(context), ...toSettings(settings, context), ...toTags(context) },
        blocks: toBlocks(settings, { ...context, name }),
      });
      if (module.list(node.body["IncludedLibraryVariableSetIds"], node).length > 1)
        module.remark(node, "the order of its library variable sets is lost, since the provider has a set of them");
      remarkSlug(node, module);
      remarkUnsaid(node, [...said, ...addBuiltInTrigger(node, module)], module);
    },
  },
};

const said = [
  ["Name", "Slug", "Description", "IsDisabled", "LifecycleId", "ProjectGroupId", "IncludedLibraryVariableSetIds"],
  ["TenantedDeploymentMode", "DiscreteChannelRelease", "Templates", "ProjectTags", "ExtensionSettings"],
  // The provider never sends it, and a new project has it.
  ["AllowIgnoreChannelRules"],
].flat();

type Attributes = Record<string, HclValue | undefined>;

function toAttributes(context: ProjectContext): Attributes {
  const { node, module } = context;
  const { body } = node;
  return {
    description: addDescription(context),
    is_disabled: body["IsDisabled"] === true ? true : undefined,
    lifecycle_id: module.value(body["LifecycleId"], node),
    project_group_id: module.value(body["ProjectGroupId"], node),
    included_library_variable_sets: module.list(body["IncludedLibraryVariableSetIds"], node),
    tenanted_deployment_participation: addProjectVariable(context, {
      name: "tenanted",
      what: "tenanted deployment mode",
      initial: textOf(body, "TenantedDeploymentMode"),
    }),
    is_discrete_channel_release: body["DiscreteChannelRelease"] === true,
  };
}

function toSettings(settings: JsonObject, { node, module }: ProjectContext): Attributes {
  return {
    default_guided_failure_mode: module.value(settings["DefaultGuidedFailureMode"], node),
    default_to_skip_if_already_installed: settings["DefaultToSkipIfAlreadyInstalled"] === true,
    deployment_changes_template: textOf(settings, "DeploymentChangesTemplate") || undefined,
    release_notes_template: textOf(settings, "ReleaseNotesTemplate") || undefined,
  };
}

function toTags({ node, module }: ProjectContext): Attributes {
  const tags = node.body["ProjectTags"];
  return { project_tags: isEmpty(tags) ? undefined : module.list(tags, node) };
}

function toBlocks(settings: JsonObject, context: ProjectContext & { name: HclExpression }): HclBlock[] {
  const { node, module } = context;
  return [
    ...toConnectivityPolicy(settings, node, module),
    ...toPersistenceSettings(context),
    ...toExtensionSettings(context),
    ...toVariableTemplates(context, context.name),
  ];
}
