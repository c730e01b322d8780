import { targetId, type GraphNode, type Target } from "../../model/graph.ts";
import { isJsonObject, objectsOf, textOf, type JsonObject } from "../../model/json.ts";
import { expression, type HclBlock, type HclExpression, type HclTemplate } from "../hcl.ts";
import { joinLabels } from "../names.ts";
import type { TerraformForm, TerraformModule } from "../form.ts";
import { isEmpty, remarkUnsaid } from "../unsaid.ts";
import { addressesOfSteps } from "./process.ts";
import { toPersistenceSettings } from "./version-control.ts";

const said = [
  "Name",
  "Slug",
  "Description",
  "IsDisabled",
  "LifecycleId",
  "ProjectGroupId",
  "IncludedLibraryVariableSetIds",
  "TenantedDeploymentMode",
].concat(
  // The provider never sends AllowIgnoreChannelRules, and a new project has it.
  ["DiscreteChannelRelease", "Templates", "ProjectTags", "AllowIgnoreChannelRules"],
);

/** The project with its settings; the versioning strategy is a resource of its own, since it points to steps, which point to the project. */
export const project: TerraformForm = {
  lookUp: { dataSource: "octopusdeploy_projects", collection: "projects", label: "project" },

  declare(node, module) {
    module.define(node, expression(`octopusdeploy_project.${labelOf(node, module)}.id`));
  },

  write(node, module) {
    const label = labelOf(node, module);
    const file = `project_${label}.tf`;
    const { body } = node;
    const settings =
      module.nodes.find((candidate) => candidate.kind === "deploymentSettings" && candidate.key[0] === node.key[0])
        ?.body ?? {};
    module.add(file, {
      type: "resource",
      labels: ["octopusdeploy_project", label],
      attributes: {
        name: addNamed(module, file, { name: `${label}_name`, what: "name", node, initial: textOf(body, "Name") }),
        description: addDescription(module, file, { label, node }),
        is_disabled: body["IsDisabled"] === true ? true : undefined,
        lifecycle_id: module.value(body["LifecycleId"], node),
        project_group_id: module.value(body["ProjectGroupId"], node),
        included_library_variable_sets: module.list(body["IncludedLibraryVariableSetIds"], node),
        tenanted_deployment_participation: addNamed(module, file, {
          name: `${label}_tenanted`,
          what: "tenanted deployment mode",
          node,
          initial: textOf(body, "TenantedDeploymentMode"),
        }),
        is_discrete_channel_release: body["DiscreteChannelRelease"] === true,
        default_guided_failure_mode: module.value(settings["DefaultGuidedFailureMode"], node),
        default_to_skip_if_already_installed: settings["DefaultToSkipIfAlreadyInstalled"] === true,
        deployment_changes_template: textOf(settings, "DeploymentChangesTemplate") || undefined,
        release_notes_template: textOf(settings, "ReleaseNotesTemplate") || undefined,
        project_tags: isEmpty(body["ProjectTags"]) ? undefined : module.list(body["ProjectTags"], node),
      },
      blocks: [
        ...toConnectivityPolicy(settings, node, module),
        ...toPersistenceSettings({ node, module, file, label }),
        ...objectsOf(body, "Templates").map((template) => toTemplate(template, { node, module, file, label })),
      ],
    });
    remarkUnsaid(node, said, module);
  },
};

/** @param field - `ConnectivityPolicy`, under which settings and runbooks have it */
export function toConnectivityPolicy(holder: JsonObject, node: GraphNode, module: TerraformModule): HclBlock[] {
  const policy = holder["ConnectivityPolicy"];
  if (!isJsonObject(policy)) return [];
  const attributes = {
    allow_deployments_to_no_targets: policy["AllowDeploymentsToNoTargets"] === true,
    exclude_unhealthy_targets: policy["ExcludeUnhealthyTargets"] === true,
    skip_machine_behavior: module.value(policy["SkipMachineBehavior"], node),
    target_roles: module.list(policy["TargetRoles"], node),
  };
  return [{ type: "connectivity_policy", attributes }];
}

/** Versioning by a package needs the step that has it. */
export const deploymentSettings: TerraformForm = {
  write(node, module) {
    const { VersioningStrategy: strategy } = node.body;
    if (isJsonObject(strategy)) addVersioningStrategy(strategy, node, module);
    remarkUnsaid(
      node,
      [
        "ConnectivityPolicy",
        "DefaultGuidedFailureMode",
        "VersioningStrategy",
        "ReleaseNotesTemplate",
        "DefaultToSkipIfAlreadyInstalled",
        "DeploymentChangesTemplate",
      ],
      module,
    );
  },
};

function addVersioningStrategy(strategy: JsonObject, node: GraphNode, module: TerraformModule): void {
  const owner: Target = { kind: "project", key: node.key };
  const label = labelOf(owner, module);
  const donor = strategy["DonorPackage"];
  const donorName = isJsonObject(donor) ? textOf(donor, "DeploymentAction") : "";
  const process = module.nodes.find(
    (candidate) => candidate.kind === "deploymentProcess" && candidate.key[0] === node.key[0],
  );
  const step =
    process === undefined ? undefined : addressesOfSteps(process, module).find(({ name }) => name === donorName);
  const attributes = {
    project_id: module.refer(owner, node),
    template: donorName === "" ? module.value(strategy["Template"], node) : undefined,
    donor_package:
      donorName === "" || !isJsonObject(donor)
        ? undefined
        : { entries: { deployment_action: donorName, package_reference: textOf(donor, "PackageReference") } },
    donor_package_step_id: module.value(strategy["DonorPackageStepId"], node),
    depends_on: step === undefined ? undefined : [step.address],
  };
  module.add(`projectversioning_${label}.tf`, {
    type: "resource",
    labels: ["octopusdeploy_project_versioning_strategy", label],
    attributes,
  });
}

interface Named {
  name: string;
  what: string;
  node: GraphNode;
  initial: string;
}

function addNamed(module: TerraformModule, file: string, { name, what, node, initial }: Named): HclExpression {
  const variable = module.claim("variable", name, `${targetId(node)} ${what}`);
  return module.addVariable(file, {
    name: variable,
    description: `The ${what} of the project "${node.key[0] ?? ""}".`,
    default: initial,
  });
}

/** Three variables, so that a copy can say that it is one without losing the words it came with. */
function addDescription(
  module: TerraformModule,
  file: string,
  { label, node }: { label: string; node: GraphNode },
): HclTemplate {
  const add = (suffix: string, what: string, initial: string) =>
    addNamed(module, file, { name: `${label}_description${suffix}`, what, node, initial });
  const prefix = add("_prefix", "text before the description", "");
  const description = add("", "description", textOf(node.body, "Description"));
  return { template: [prefix, description, add("_suffix", "text behind the description", "")] };
}

interface TemplateContext {
  node: GraphNode;
  module: TerraformModule;
  file: string;
  label: string;
}

/** A secret default cannot be read: the copy starts with the default that its people give it. */
function toTemplate(template: JsonObject, { node, module, file, label }: TemplateContext): HclBlock {
  const name = textOf(template, "Name");
  const value = template["DefaultValue"];
  const isSecret = isJsonObject(value) && "$secret" in value;
  const wanted = `${label}_template_${joinLabels(name)}`;
  const secret = isSecret
    ? module.addVariable(file, {
        name: module.claim("variable", wanted, `${targetId(node)} template ${name}`),
        description: `The default of the variable template "${name}".`,
        default: "",
        isSensitive: true,
      })
    : undefined;
  return {
    type: "template",
    attributes: {
      name,
      label: textOf(template, "Label") || undefined,
      help_text: textOf(template, "HelpText") || undefined,
      default_value: secret ?? module.value(value === "" ? undefined : value, node),
      display_settings: module.value(template["DisplaySettings"], node),
    },
  };
}

function labelOf(target: Target, module: TerraformModule): string {
  return module.claim("octopusdeploy_project", `project_${joinLabels(target.key[0] ?? "")}`, target.key[0] ?? "");
}
