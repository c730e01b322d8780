import { targetId, type GraphNode } from "../../../model/graph.ts";
import { textOf, type JsonObject } from "../../../model/json.ts";
import { expression, type HclBlock, type HclValue } from "../../hcl.ts";
import type { TerraformModule } from "../../module.ts";
import { joinLabels } from "../../names.ts";
import { remarkUnsaid } from "../../unsaid.ts";
import { projectOf } from "../of-project.ts";

/** A trigger that is being written. */
export interface TriggerContext {
  node: GraphNode;
  module: TerraformModule;
  filter: JsonObject;
  action: JsonObject;
}

/** Writes a trigger whose filter is of one type; what the provider has no way for is a remark. */
export type TriggerForm = (context: TriggerContext) => void;

interface TriggerResource {
  type: string;
  attributes: Record<string, HclValue | undefined>;
  blocks?: HclBlock[];
  /** Fields of the filter, of the action and of the trigger that these say. */
  said: { filter: string[]; action: string[]; trigger?: string[] };
}

/** Writes the trigger as a resource of its own. */
export function addTrigger(
  { node, module, filter, action }: TriggerContext,
  { type, attributes, blocks, said }: TriggerResource,
): void {
  const label = module.claim(type, `projecttrigger_${joinLabels(...node.key)}`, targetId(node));
  const project = module.refer(projectOf(node), node);
  module.add(`${label}.tf`, {
    type: "resource",
    labels: [type, label],
    attributes: { name: textOf(node.body, "Name"), project_id: project, ...attributes },
    ...(blocks !== undefined && { blocks }),
  });
  remarkUnsaid(node, ["Name", "IsDisabled", "Filter", "Action", ...(said.trigger ?? [])], module);
  remarkUnsaid({ ...node, body: filter }, ["FilterType", ...said.filter], module);
  remarkUnsaid({ ...node, body: action }, ["ActionType", ...said.action], module);
}

/** It arrives disabled, and whether it is enabled stays with the people of the space. */
export const arriving = {
  attributes: { is_disabled: true },
  lifecycle: { type: "lifecycle", attributes: { ignore_changes: [expression("is_disabled")] } },
} as const;
