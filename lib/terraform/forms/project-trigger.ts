import { targetId, type GraphNode } from "../../model/graph.ts";
import { objectOf, textOf, type JsonObject } from "../../model/json.ts";
import type { TerraformForm } from "../form.ts";
import { expression, type HclBlock, type HclValue } from "../hcl.ts";
import { inputs } from "../inputs.ts";
import type { TerraformModule } from "../module.ts";
import { joinLabels } from "../names.ts";
import { remarkUnsaid } from "../unsaid.ts";
import { projectOf } from "./of-project.ts";
import { actions, saidOfAction } from "./project-trigger/actions.ts";
import { saidOfFilter, schedules } from "./project-trigger/schedules.ts";

/** Schedules arrive disabled, and whether they are enabled stays with the people of the space. */
export const projectTrigger: TerraformForm = {
  resource: {
    write(node, module) {
      const filter = objectOf(node.body, "Filter");
      const action = objectOf(node.body, "Action");
      const schedule = schedules[textOf(filter, "FilterType")]?.(filter);
      const doing = actions[textOf(action, "ActionType")]?.(action, { node, module });
      if (schedule === undefined || doing === undefined) return remarkLeftOut(node, module, { filter, action });
      addTrigger(node, module, [schedule, doing]);
      remarkUnsaid({ ...node, body: filter }, saidOfFilter, module);
      remarkUnsaid({ ...node, body: action }, saidOfAction, module);
    },
  },
};

function remarkLeftOut(
  node: GraphNode,
  module: TerraformModule,
  { filter, action }: { filter: JsonObject; action: JsonObject },
): void {
  module.remark(
    node,
    `it is left out, since the provider has no scheduled trigger of type ${textOf(filter, "FilterType")} for ${textOf(action, "ActionType")}`,
  );
}

const type = "octopusdeploy_project_scheduled_trigger";

function addTrigger(node: GraphNode, module: TerraformModule, blocks: HclBlock[]): void {
  const label = module.claim(type, `projecttrigger_${joinLabels(...node.key)}`, targetId(node));
  const lifecycle = { type: "lifecycle", attributes: { ignore_changes: [expression("is_disabled")] } };
  module.add(`${label}.tf`, {
    type: "resource",
    labels: [type, label],
    attributes: toAttributes(node, module),
    blocks: [...blocks, lifecycle],
  });
}

function toAttributes(node: GraphNode, module: TerraformModule): Record<string, HclValue | undefined> {
  const { ChannelId: channel, TenantIds: tenants } = objectOf(node.body, "Action");
  return {
    name: textOf(node.body, "Name"),
    description: textOf(node.body, "Description"),
    project_id: module.refer(projectOf(node), node),
    space_id: inputs.spaceId,
    is_disabled: true,
    timezone: textOf(objectOf(node.body, "Filter"), "Timezone") || "UTC",
    channel_id: channel === "" ? undefined : module.value(channel, node),
    tenant_ids: module.list(tenants, node),
  };
}
