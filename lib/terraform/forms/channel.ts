import { isReference, targetId, type GraphNode } from "../../model/graph.ts";
import { isSameJson, objectsOf, textOf, textsOf, type JsonObject } from "../../model/json.ts";
import { expression, type HclBlock, type HclExpression } from "../hcl.ts";
import { joinLabels } from "../names.ts";
import type { TerraformForm, TerraformModule } from "../form.ts";
import { isEmpty, remarkUnsaid } from "../unsaid.ts";
import { addressesOfSteps } from "./process.ts";

/** The channel that Octopus makes with every project: a module cannot make it again. */
const madeWithProject = "Default";

const said = [
  "Name",
  "Slug",
  "Description",
  "IsDefault",
  "LifecycleId",
  "TenantTags",
  "Rules",
  "GitReferenceRules",
  "GitResourceRules",
  "Type",
].concat(["CustomFieldDefinitions", "ParentEnvironmentId", "EphemeralEnvironmentNameTemplate"]);

export const channel: TerraformForm = {
  declare(node, module) {
    const label = labelOf(node, module);
    module.define(
      node,
      expression(isMadeWithProject(node) ? `local.${label}_id` : `octopusdeploy_channel.${label}.id`),
    );
  },
  write: (node, module) => (isMadeWithProject(node) ? addLookUp(node, module) : addChannel(node, module)),
};

function isMadeWithProject(node: GraphNode): boolean {
  return node.key.at(-1) === madeWithProject;
}

function addLookUp(node: GraphNode, module: TerraformModule): void {
  const label = labelOf(node, module);
  const project = module.refer({ kind: "project", key: node.key.slice(0, 1) }, node);
  const id = `one([for item in data.octopusdeploy_channels.${label}.channels : item.id if item.name == "${madeWithProject}"])`;
  module.add(
    `${label}.tf`,
    {
      type: "data",
      labels: ["octopusdeploy_channels", label],
      attributes: { project_id: project, partial_name: madeWithProject, skip: 0, take: 10_000 },
    },
    { type: "locals", attributes: { [`${label}_id`]: expression(id) } },
  );
  const { Name: _name, Slug: _slug, IsDefault: isDefault, Type: _type, ...rest } = node.body;
  if (isDefault !== true) module.remark(node, "the channel that Octopus makes with the project stays the default one");
  remarkUnsaid(
    { ...node, body: rest },
    ["Description"].filter((field) => textOf(rest, field) === ""),
    module,
  );
}

function addChannel(node: GraphNode, module: TerraformModule): void {
  const { body } = node;
  const label = labelOf(node, module);
  const rules = toRules(node, module);
  module.add(`${label}.tf`, {
    type: "resource",
    labels: ["octopusdeploy_channel", label],
    attributes: {
      project_id: module.refer({ kind: "project", key: node.key.slice(0, 1) }, node),
      name: textOf(body, "Name"),
      description: textOf(body, "Description"),
      is_default: body["IsDefault"] === true ? true : undefined,
      lifecycle_id: module.value(body["LifecycleId"] === "" ? undefined : body["LifecycleId"], node),
      type: textOf(body, "Type") || undefined,
      parent_environment_id: module.value(
        body["ParentEnvironmentId"] === "" ? undefined : body["ParentEnvironmentId"],
        node,
      ),
      ephemeral_environment_name_template: textOf(body, "EphemeralEnvironmentNameTemplate") || undefined,
      tenant_tags: isEmpty(body["TenantTags"]) ? undefined : module.list(body["TenantTags"], node),
      git_reference_rules: isEmpty(body["GitReferenceRules"]) ? undefined : textsOf(body, "GitReferenceRules"),
      git_resource_rules: toGitResourceRules(body),
      custom_field_definitions: toCustomFields(body),
      depends_on: rules.dependsOn.length === 0 ? undefined : rules.dependsOn,
    },
    blocks: rules.blocks,
  });
  remarkUnsaid(node, said, module);
}

function toRules(node: GraphNode, module: TerraformModule): { blocks: HclBlock[]; dependsOn: HclExpression[] } {
  const rules = objectsOf(node.body, "Rules");
  const names = rules.flatMap((rule) =>
    objectsOf(rule, "ActionPackages").map((pack) => textOf(pack, "DeploymentAction")),
  );
  const needed = listNeededSteps(names, node, module);
  if (needed === undefined) {
    module.remark(
      node,
      "its rules are left out: they name steps that run only in this channel, and neither could be made before the other",
    );
    return { blocks: [], dependsOn: [] };
  }
  return { blocks: rules.map(toRule), dependsOn: needed };
}

/** Steps are made in their order, so a rule needs those before its own too. @returns undefined when one of them needs this channel */
function listNeededSteps(names: string[], node: GraphNode, module: TerraformModule): HclExpression[] | undefined {
  const process = module.nodes.find(
    (candidate) => candidate.kind === "deploymentProcess" && candidate.key[0] === node.key[0],
  );
  const steps = process === undefined ? [] : addressesOfSteps(process, module);
  const last = steps.findLastIndex(({ name }) => names.includes(name));
  const own = { $ref: { kind: node.kind, key: node.key } };
  const isCycle = steps
    .slice(0, last + 1)
    .some(({ body }) => channelsOf(body).some((candidate) => isSameJson(candidate, own)));
  return isCycle ? undefined : steps.filter(({ name }) => names.includes(name)).map(({ address }) => address);
}

function channelsOf(action: JsonObject) {
  return Array.isArray(action["Channels"]) ? action["Channels"].filter(isReference) : [];
}

function toRule(rule: JsonObject): HclBlock {
  const packages = objectsOf(rule, "ActionPackages").map((pack) => ({
    type: "action_package",
    attributes: {
      deployment_action: textOf(pack, "DeploymentAction"),
      package_reference: textOf(pack, "PackageReference"),
    },
  }));
  return {
    type: "rule",
    attributes: { tag: textOf(rule, "Tag") || undefined, version_range: textOf(rule, "VersionRange") || undefined },
    blocks: packages,
  };
}

function toGitResourceRules(body: JsonObject) {
  const rules = objectsOf(body, "GitResourceRules");
  if (rules.length === 0) return undefined;
  return rules.map((rule) => ({
    entries: {
      rules: textsOf(rule, "Rules"),
      git_dependency_actions: objectsOf(rule, "GitDependencyActions").map((action) => ({
        entries: {
          deployment_action_slug: textOf(action, "DeploymentActionSlug"),
          git_dependency_name: textOf(action, "GitDependencyName"),
        },
      })),
    },
  }));
}

function toCustomFields(body: JsonObject) {
  const fields = objectsOf(body, "CustomFieldDefinitions");
  if (fields.length === 0) return undefined;
  return fields.map((field) => ({
    entries: { field_name: textOf(field, "FieldName"), description: textOf(field, "Description") },
  }));
}

function labelOf(node: GraphNode, module: TerraformModule): string {
  return module.claim("octopusdeploy_channel", `channel_${joinLabels(...node.key)}`, targetId(node));
}
