import { textOf } from "../../../model/json.ts";
import { inputs } from "../../inputs.ts";
import { actions, saidOfAction } from "./actions.ts";
import { saidOfFilter, schedules } from "./schedules.ts";
import { addTrigger, arriving, type TriggerForm } from "./trigger.ts";

/** What a schedule starts. */
export const addScheduledTrigger: TriggerForm = (context) => {
  const { node, module, filter, action } = context;
  const schedule = schedules[textOf(filter, "FilterType")]?.(filter);
  const doing = actions[textOf(action, "ActionType")]?.(action, { node, module });
  if (schedule === undefined || doing === undefined)
    return module.remark(
      node,
      `it is left out, since the provider has no trigger of type ${textOf(filter, "FilterType")} for ${textOf(action, "ActionType")}`,
    );
  const { ChannelId: channel, TenantIds: tenants } = action;
  addTrigger(context, {
    type: "octopusdeploy_project_scheduled_trigger",
    attributes: {
      description: textOf(node.body, "Description"),
      space_id: inputs.spaceId,
      ...arriving.attributes,
      timezone: textOf(filter, "Timezone") || "UTC",
      channel_id: channel === "" ? undefined : module.value(channel, node),
      tenant_ids: module.list(tenants, node),
    },
    blocks: [schedule, doing, arriving.lifecycle],
    said: { filter: saidOfFilter, action: saidOfAction, trigger: ["Description"] },
  });
};
