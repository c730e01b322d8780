import type { GraphNode, Target } from "../../../model/graph.ts";
import { isJsonObject, objectOf, textOf, type JsonObject, type JsonValue } from "../../../model/json.ts";
import { object, unlessEmpty, type HclExpression, type HclValue } from "../../hcl.ts";
import type { TerraformModule } from "../../module.ts";
import { isEmpty, remarkUnsaid } from "../../unsaid.ts";
import type { Part } from "./list-steps.ts";
import { toOwnContent } from "./own-content.ts";
import { withoutKeys } from "./properties.ts";
import { toTemplateAttributes, toTemplatedContent } from "./templated-content.ts";
import { toLifecycle } from "./used-actions.ts";

type Attributes = Readonly<Record<string, HclValue | undefined>>;

interface ActionContext {
  node: GraphNode;
  module: TerraformModule;
  /** The names of the step and, of a further action, its own. */
  place: readonly string[];
  /** What stands before the action's own attributes, and what in the middle of them. */
  before: Attributes;
  after: Attributes;
  /** What has to be made first. */
  dependsOn: HclExpression | undefined;
}

/** Writes an action as a resource of its own. */
export function addAction(part: Part, { node, module, place, before, after, dependsOn }: ActionContext): void {
  const file = `${part.label}.tf`;
  const { template } = part;
  const context = { node, module, file };
  const attributes = {
    ...before,
    ...(template === undefined
      ? { type: module.value(part.action["ActionType"], node) }
      : toTemplateAttributes(template, module)),
    ...toSettings(part.action, node, module),
    ...after,
    ...toSurroundings(part.action, node, module),
    ...(template === undefined ? toOwnContent(part, context) : toTemplatedContent(part, template, context)),
    depends_on: dependsOn === undefined ? undefined : [dependsOn],
  };
  const blocks = toLifecycle(part, node, module);
  module.add(file, { type: "resource", labels: [part.type, part.label], attributes, blocks, part: place });
  remarkAction(part, node, module);
}

function toSettings(action: JsonObject, node: GraphNode, module: TerraformModule): Attributes {
  return {
    slug: module.value(action["Slug"], node),
    notes: textOf(action, "Notes") || undefined,
    is_disabled: action["IsDisabled"] === true ? true : undefined,
    is_required: action["IsRequired"] === true ? true : undefined,
  };
}

/** Where an action runs, and what it runs for. */
function toSurroundings(action: JsonObject, node: GraphNode, module: TerraformModule): Attributes {
  const list = (field: string): HclValue | undefined => unlessEmpty(module.list(action[field], node));
  return {
    worker_pool_id: module.value(action["WorkerPoolId"] === "" ? undefined : action["WorkerPoolId"], node),
    worker_pool_variable: textOf(action, "WorkerPoolVariable") || undefined,
    container: toContainer(action["Container"], node, module),
    environments: list("Environments"),
    excluded_environments: list("ExcludedEnvironments"),
    channels: list("Channels"),
    tenant_tags: list("TenantTags"),
  };
}

function toContainer(container: JsonValue | undefined, node: GraphNode, module: TerraformModule): HclValue | undefined {
  if (!isJsonObject(container) || isEmpty(container["Image"])) return undefined;
  const value = (field: string): HclValue => module.value(container[field], node) ?? "";
  return object({ image: value("Image"), feed_id: value("FeedId") });
}

const said = [
  ["Name", "ActionType", "Slug", "Notes", "IsDisabled", "IsRequired", "Condition"],
  ["WorkerPoolId", "WorkerPoolVariable", "Container"],
  ["Environments", "ExcludedEnvironments", "Channels", "TenantTags"],
  ["Packages", "GitDependencies", "Properties", "CanBeUsedForProjectVersioning"],
].flat();

function remarkAction({ name, action }: Part, node: GraphNode, module: TerraformModule): void {
  const about: Target = { kind: "action", key: [...node.key, name] };
  remarkUnsaid({ ...about, body: action }, said, module);
  const container = withoutKeys(objectOf(action, "Container"), ["Image", "FeedId"]);
  remarkUnsaid({ ...about, body: container }, [], module);
}
