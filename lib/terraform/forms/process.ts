import { isReference, isSecretMark, targetId, type GraphNode, type Key, type Target } from "../../model/graph.ts";
import { isJsonObject, objectsOf, textOf, type JsonObject, type JsonValue } from "../../model/json.ts";
import { expression, type HclBlock, type HclExpression, type HclValue } from "../hcl.ts";
import { joinLabels } from "../names.ts";
import type { TerraformForm, TerraformModule } from "../form.ts";
import { isEmpty, remarkUnsaid } from "../unsaid.ts";

/** A process is one resource for itself, one for each of its steps and one for their order. */
export const processForm: TerraformForm = {
  declare(node, module) {
    for (const step of toSteps(node, module)) {
      for (const part of step.parts) module.define({ kind: "action", key: [...node.key, part.name] }, part.actionId);
      module.define({ kind: "step", key: [...node.key, step.name] }, step.parts[0]?.address);
    }
  },

  write(node, module) {
    const process = addProcess(node, module);
    const steps = toSteps(node, module);
    steps.forEach((step, index) => addStep(step, { node, module, process, previous: steps[index - 1]?.parts[0] }));
    if (steps.length > 0) addOrder(steps, { node, module, process });
    remarkUnsaid(node, ["Steps"], module);
  },
};

/** How Terraform calls the steps with these names and all that come before them: what has to be there first. */
export function addressesOfSteps(
  node: GraphNode,
  module: TerraformModule,
): { name: string; address: HclExpression; body: JsonObject }[] {
  return toSteps(node, module).flatMap(({ parts }) =>
    parts.map((part) => ({ name: part.name, address: part.resource, body: part.action })),
  );
}

interface Step {
  name: string;
  body: JsonObject;
  parts: Part[];
}

/** The first action of a step is part of the step's resource, every further one has its own. */
interface Part {
  name: string;
  action: JsonObject;
  type: string;
  label: string;
  resource: HclExpression;
  address: HclExpression;
  actionId: HclExpression | undefined;
  template: GraphNode | undefined;
}

function toSteps(node: GraphNode, module: TerraformModule): Step[] {
  return objectsOf(node.body, "Steps").map((body) => {
    const name = textOf(body, "Name");
    const parts = objectsOf(body, "Actions").map((action, index) =>
      toPart(action, { node, module, isChild: index > 0, stepName: name }),
    );
    return { name, body, parts };
  });
}

function toPart(
  action: JsonObject,
  { node, module, isChild, stepName }: { node: GraphNode; module: TerraformModule; isChild: boolean; stepName: string },
): Part {
  const name = textOf(action, "Name");
  const template = findTemplate(action, node, module);
  const family = isChild ? "process_child_step" : "process_step";
  const label = module.claim(
    family,
    `${family}_${joinLabels(...node.key, isChild ? name : stepName)}`,
    targetId({ kind: "action", key: [...node.key, name] }),
  );
  const type = `octopusdeploy_process_${template === undefined ? "" : "templated_"}${isChild ? "child_" : ""}step`;
  const resource = expression(`${type}.${label}`);
  const address = expression(`${type}.${label}.id`);
  // A step with a template does not tell the id of its action (provider schema 1.17.0).
  const actionId = isChild ? address : template === undefined ? expression(`${type}.${label}.action_id`) : undefined;
  return { name, action, type, label, resource, address, actionId, template };
}

const templateId = "Octopus.Action.Template.Id";

/** The step template of an action, unless the action differs from it in what a templated step cannot say. */
function findTemplate(action: JsonObject, node: GraphNode, module: TerraformModule): GraphNode | undefined {
  const use = propertiesOf(action)[templateId];
  if (module.detachStepTemplates || !isReference(use)) return undefined;
  const template = module.nodes.find((candidate) => targetId(candidate) === targetId(use.$ref));
  const differs = objectsOf(action, "Packages").some(
    (own) => !isEmpty(own["PackageId"]) && !hasPackage(template?.body ?? {}, own),
  );
  if (!differs) return template;
  module.remark(
    node,
    `the step "${textOf(action, "Name")}" is detached from its step template, since a templated step cannot choose packages`,
  );
  return undefined;
}

function hasPackage(template: JsonObject, own: JsonObject): boolean {
  return objectsOf(template, "Packages").some(
    (candidate) =>
      textOf(candidate, "Name") === textOf(own, "Name") &&
      JSON.stringify(candidate["PackageId"]) === JSON.stringify(own["PackageId"]),
  );
}

interface StepContext {
  node: GraphNode;
  module: TerraformModule;
  process: HclExpression;
  /** Steps are made one after the other: the server would turn a first step that starts with the previous one into another. */
  previous?: Part | undefined;
}

function addProcess(node: GraphNode, module: TerraformModule): HclExpression {
  const [project = "", runbook] = node.key;
  const label = module.claim("octopusdeploy_process", `process_${joinLabels(...node.key)}`, targetId(node));
  const attributes = {
    project_id: module.refer({ kind: "project", key: [project] }, node),
    runbook_id: runbook === undefined ? undefined : module.refer({ kind: "runbook", key: node.key }, node),
  };
  module.add(`${label}.tf`, { type: "resource", labels: ["octopusdeploy_process", label], attributes });
  return expression(`octopusdeploy_process.${label}.id`);
}

function addOrder(steps: Step[], { node, module, process }: StepContext): void {
  const label = module.claim(
    "octopusdeploy_process_steps_order",
    `process_step_order_${joinLabels(...node.key)}`,
    targetId(node),
  );
  const attributes = { process_id: process, steps: steps.flatMap(({ parts }) => parts[0]?.address ?? []) };
  module.add(`${label}.tf`, { type: "resource", labels: ["octopusdeploy_process_steps_order", label], attributes });
}

function addStep(step: Step, context: StepContext): void {
  const [first, ...children] = step.parts;
  if (first === undefined)
    return context.module.remark(context.node, `the step "${step.name}" has no action and is left out`);
  const { node, module, process } = context;
  addPart(first, {
    ...context,
    before: { process_id: process, name: step.name },
    after: {
      condition: module.value(step.body["Condition"], node),
      start_trigger: module.value(step.body["StartTrigger"], node),
      package_requirement: module.value(step.body["PackageRequirement"], node),
      properties: toProperties(propertiesOf(step.body), { node, module, place: `the step "${step.name}"` }),
    },
    dependsOn: context.previous?.resource,
  });
  if (first.name !== step.name)
    module.remark(node, `the action "${first.name}" is called like its step, "${step.name}"`);
  children.forEach((child, index) => {
    const before = { process_id: process, parent_id: first.address, name: child.name };
    addPart(child, {
      ...context,
      before,
      after: { condition: module.value(child.action["Condition"], node) },
      dependsOn: (index === 0 ? first : children[index - 1])?.resource,
    });
  });
  if (children.length > 0) addChildOrder(step, first, children, context);
}

function addChildOrder(step: Step, parent: Part, children: Part[], { node, module, process }: StepContext): void {
  const type = "octopusdeploy_process_child_steps_order";
  const label = module.claim(
    type,
    `process_child_step_order_${joinLabels(...node.key, step.name)}`,
    targetId({ kind: "step", key: [...node.key, step.name] }),
  );
  module.add(`${label}.tf`, {
    type: "resource",
    labels: [type, label],
    attributes: { process_id: process, parent_id: parent.address, children: children.map(({ address }) => address) },
  });
}

interface PartContext extends StepContext {
  before: Record<string, HclValue | undefined>;
  after: Record<string, HclValue | undefined>;
  dependsOn: HclExpression | undefined;
}

function addPart(part: Part, context: PartContext): void {
  const { node, module, before, after, dependsOn } = context;
  const { action, label } = part;
  const file = `${label}.tf`;
  const attributes = {
    ...before,
    ...(part.template === undefined
      ? { type: module.value(action["ActionType"], node) }
      : toTemplateAttributes(part.template, { label, file, module })),
    slug: module.value(action["Slug"], node),
    notes: textOf(action, "Notes") || undefined,
    is_disabled: action["IsDisabled"] === true ? true : undefined,
    is_required: action["IsRequired"] === true ? true : undefined,
    ...after,
    worker_pool_id: module.value(action["WorkerPoolId"] === "" ? undefined : action["WorkerPoolId"], node),
    worker_pool_variable: textOf(action, "WorkerPoolVariable") || undefined,
    container: toContainer(action["Container"], context),
    environments: nonEmpty(module.list(action["Environments"], node)),
    excluded_environments: nonEmpty(module.list(action["ExcludedEnvironments"], node)),
    channels: nonEmpty(module.list(action["Channels"], node)),
    tenant_tags: nonEmpty(module.list(action["TenantTags"], node)),
    ...(part.template === undefined
      ? toOwnContent(part, file, context)
      : toTemplatedContent(part, part.template, context)),
    depends_on: dependsOn === undefined ? undefined : [dependsOn],
  };
  module.add(file, { type: "resource", labels: [part.type, label], attributes });
  remarkAction(part, context);
}

/** The template of that name in the space, at its newest version: a module cannot compare contents. */
function toTemplateAttributes(
  template: GraphNode,
  { module }: { label: string; file: string; module: TerraformModule },
): Record<string, HclValue> {
  const [name = ""] = template.key;
  const label = module.claim("octopusdeploy_step_template", `steptemplate_${joinLabels(name)}`, name);
  const data = `data.octopusdeploy_step_template.${label}.step_template`;
  return { template_id: expression(`${data}.id`), template_version: expression(`${data}.version`) };
}

/** The data source of a step template, once for all the steps that use it, at whatever version they do. */
function addStepTemplate(template: GraphNode, module: TerraformModule): void {
  const [name = ""] = template.key;
  const namesakes = module.nodes.filter((node) => node.kind === template.kind && node.key[0] === name);
  const used = module.nodes
    .filter((node) => node.kind.endsWith("Process"))
    .flatMap((node) => toSteps(node, module).flatMap(({ parts }) => parts.flatMap((part) => part.template ?? [])));
  if (namesakes[0] !== template || !namesakes.some((namesake) => used.includes(namesake))) return;
  if (namesakes.length > 1) module.remark(template, "steps that use different versions of it all get the newest");
  const label = module.claim("octopusdeploy_step_template", `steptemplate_${joinLabels(name)}`, name);
  const postcondition: HclBlock = {
    type: "postcondition",
    attributes: {
      condition: expression("self.step_template != null"),
      error_message: `This space needs the step template "${name}". Install it first.`,
    },
  };
  module.add(`${label}.tf`, {
    type: "data",
    labels: ["octopusdeploy_step_template", label],
    attributes: { name },
    blocks: [{ type: "lifecycle", blocks: [postcondition] }],
  });
}

function toOwnContent(part: Part, file: string, context: PartContext): Record<string, HclValue | undefined> {
  const { node, module } = context;
  const packages = objectsOf(part.action, "Packages").map((reference) => ({
    name: textOf(reference, "Name"),
    value: toPackage(reference, part, { ...context, file }),
  }));
  const named = packages.filter(({ name }) => name !== "");
  const dependencies = objectsOf(part.action, "GitDependencies").map((dependency): [string, HclValue] => [
    textOf(dependency, "Name"),
    toGitDependency(dependency, context),
  ]);
  return {
    primary_package: packages.find(({ name }) => name === "")?.value,
    packages:
      named.length === 0 ? undefined : { entries: Object.fromEntries(named.map(({ name, value }) => [name, value])) },
    git_dependencies: dependencies.length === 0 ? undefined : { entries: Object.fromEntries(dependencies) },
    execution_properties: toProperties(
      withoutKeys(propertiesOf(part.action), [templateId, ...primaryPackageProperties]),
      { node, module, place: `the step "${part.name}"` },
    ),
  };
}

/** Mirrors of the primary package, which the provider writes itself. */
const primaryPackageProperties = [
  "Octopus.Action.Package.PackageId",
  "Octopus.Action.Package.FeedId",
  "Octopus.Action.Package.DownloadOnTentacle",
];

function toTemplatedContent(
  part: Part,
  template: GraphNode,
  { node, module }: PartContext,
): Record<string, HclValue | undefined> {
  const names = new Set(objectsOf(template.body, "Parameters").map((parameter) => textOf(parameter, "Name")));
  const own = propertiesOf(part.action);
  const inherited = propertiesOf(template.body);
  const place = `the step "${part.name}"`;
  const rest = Object.entries(own).filter(
    ([key, value]) => !names.has(key) && key !== templateId && JSON.stringify(inherited[key]) !== JSON.stringify(value),
  );
  return {
    parameters: toProperties(Object.fromEntries(Object.entries(own).filter(([key]) => names.has(key))), {
      node,
      module,
      place,
    }),
    execution_properties: toProperties(withoutKeys(Object.fromEntries(rest), primaryPackageProperties), {
      node,
      module,
      place,
    }),
  };
}

/** Package ids are variables, so that a copy may take another package. */
function toPackage(
  reference: JsonObject,
  part: Part,
  { node, module, file }: PartContext & { file: string },
): HclValue {
  const name = textOf(reference, "Name");
  const id = reference["PackageId"];
  const owner = joinLabels(node.key.at(-1) ?? "");
  const wanted = `project_${owner}_step_${joinLabels(part.name)}${name === "" ? "" : `_package_${joinLabels(name)}`}_packageid`;
  const about: Key = [...node.key, part.name, name];
  const variable = module.claim("variable", wanted, targetId({ kind: "package", key: about }));
  const packageId =
    typeof id === "string"
      ? module.addVariable(file, {
          name: variable,
          description: `The package id of ${name === "" ? "the package" : `the package "${name}"`} of the step "${part.name}".`,
          default: id,
        })
      : module.value(id, node);
  const entries = {
    package_id: packageId,
    feed_id: module.value(reference["FeedId"], node),
    acquisition_location: module.value(reference["AcquisitionLocation"], node),
    version: textOf(reference, "Version") || undefined,
    properties: toProperties(isJsonObject(reference["Properties"]) ? reference["Properties"] : {}, {
      node,
      module,
      place: `the package "${name}" of the step "${part.name}"`,
    }),
  };
  return { entries: defined(entries) };
}

function toGitDependency(dependency: JsonObject, { node, module }: PartContext): HclValue {
  const entries = {
    repository_uri: module.value(dependency["RepositoryUri"], node),
    default_branch: module.value(dependency["DefaultBranch"], node),
    git_credential_type: module.value(dependency["GitCredentialType"], node),
    git_credential_id: module.value(
      dependency["GitCredentialId"] === "" ? undefined : dependency["GitCredentialId"],
      node,
    ),
    file_path_filters: nonEmpty(module.list(dependency["FilePathFilters"], node)),
    github_connection_id: module.value(
      dependency["GitHubConnectionId"] === "" ? undefined : dependency["GitHubConnectionId"],
      node,
    ),
  };
  return { entries: defined(entries) };
}

function toContainer(container: JsonValue | undefined, { node, module }: PartContext): HclValue | undefined {
  if (!isJsonObject(container) || isEmpty(container["Image"])) return undefined;
  return {
    entries: defined({
      image: module.value(container["Image"], node),
      feed_id: module.value(container["FeedId"], node),
    }),
  };
}

function toProperties(
  properties: JsonObject,
  { node, module, place }: { node: GraphNode; module: TerraformModule; place: string },
): HclValue | undefined {
  const entries = Object.keys(properties)
    .toSorted()
    .flatMap((key): [string, HclValue][] => {
      const value = properties[key];
      if (isSecretMark(value))
        module.remark(
          node,
          `the secret in ${key} of ${place} is left out, since the provider has no secret properties`,
        );
      const written = module.value(value, node);
      return written === undefined ? [] : [[key, written]];
    });
  return entries.length === 0 ? undefined : { entries: Object.fromEntries(entries) };
}

const saidOfAction = [
  [
    "Name",
    "ActionType",
    "Slug",
    "Notes",
    "IsDisabled",
    "IsRequired",
    "Condition",
    "WorkerPoolId",
    "WorkerPoolVariable",
    "Container",
  ],
  [
    "Environments",
    "ExcludedEnvironments",
    "Channels",
    "TenantTags",
    "Packages",
    "GitDependencies",
    "Properties",
    "CanBeUsedForProjectVersioning",
  ],
].flat();

function remarkAction({ name, action }: Part, { node, module }: PartContext): void {
  const about: Target = { kind: "action", key: [...node.key, name] };
  remarkUnsaid({ ...about, body: action }, saidOfAction, module);
  const container = isJsonObject(action["Container"]) ? action["Container"] : {};
  remarkUnsaid({ ...about, body: withoutKeys(container, ["Image", "FeedId"]) }, [], module);
}

function propertiesOf(holder: JsonObject): JsonObject {
  return isJsonObject(holder["Properties"]) ? holder["Properties"] : {};
}

function withoutKeys(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

function nonEmpty(list: HclValue[]): HclValue[] | undefined {
  return list.length === 0 ? undefined : list;
}

function defined(entries: Record<string, HclValue | undefined>): Record<string, HclValue> {
  return Object.fromEntries(
    Object.entries(entries).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
  );
}

export const stepTemplate: TerraformForm = { write: addStepTemplate };
