import { targetId, type GraphNode } from "../../model/graph.ts";
import { isJsonObject, textOf, type JsonObject, type JsonValue } from "../../model/json.ts";
import { expression, type HclBlock, type HclValue } from "../hcl.ts";
import { joinLabels } from "../names.ts";
import type { TerraformForm, TerraformModule } from "../form.ts";
import { remarkUnsaid } from "../unsaid.ts";

const type = "octopusdeploy_project_scheduled_trigger";

/** Schedules arrive disabled, and whether they are enabled stays with the people of the space. */
export const projectTrigger: TerraformForm = {
  write(node, module) {
    const filter = objectOf(node.body, "Filter");
    const action = objectOf(node.body, "Action");
    const schedule = schedules[textOf(filter, "FilterType")]?.(filter);
    const doing = actions[textOf(action, "ActionType")]?.(action, { node, module });
    if (schedule === undefined || doing === undefined) {
      return module.remark(
        node,
        `it is left out, since the provider has no scheduled trigger of type ${textOf(filter, "FilterType")} for ${textOf(action, "ActionType")}`,
      );
    }
    const label = module.claim(type, `projecttrigger_${joinLabels(...node.key)}`, targetId(node));
    module.add(`${label}.tf`, {
      type: "resource",
      labels: [type, label],
      attributes: {
        name: textOf(node.body, "Name"),
        description: textOf(node.body, "Description"),
        project_id: module.refer({ kind: "project", key: node.key.slice(0, 1) }, node),
        space_id: expression("trimspace(var.octopus_space_id)"),
        is_disabled: true,
        timezone: textOf(filter, "Timezone") || "UTC",
        channel_id: action["ChannelId"] === "" ? undefined : module.value(action["ChannelId"], node),
        tenant_ids: module.list(action["TenantIds"], node),
      },
      blocks: [schedule, doing, { type: "lifecycle", attributes: { ignore_changes: [expression("is_disabled")] } }],
    });
    remarkUnsaid({ ...node, body: filter }, saidOfFilter, module);
    remarkUnsaid({ ...node, body: action }, saidOfAction, module);
  },
};

const saidOfFilter = [
  "FilterType",
  "Timezone",
  "DaysOfWeek",
  "StartTime",
  "Interval",
  "HourInterval",
  "MinuteInterval",
  "RunAfter",
  "RunUntil",
  "RunType",
].concat(["MonthlyScheduleType", "DateOfMonth", "DayNumberOfMonth", "DayOfWeek", "CronExpression"]);
const saidOfAction = [
  "ActionType",
  "ChannelId",
  "TenantIds",
  "SourceEnvironmentIds",
  "DestinationEnvironmentId",
  "EnvironmentId",
  "EnvironmentIds",
  "RunbookId",
  "ShouldRedeployWhenReleaseIsCurrent",
];

const schedules: Record<string, (filter: JsonObject) => HclBlock> = {
  OnceDailySchedule: (filter) => ({
    type: "once_daily_schedule",
    attributes: { start_time: toLocalTime(filter["StartTime"]), days_of_week: toDays(filter) },
  }),
  ContinuousDailySchedule: (filter) => ({
    type: "continuous_daily_schedule",
    attributes: {
      interval: textOf(filter, "Interval"),
      hour_interval: toNumber(filter["HourInterval"]),
      minute_interval: toNumber(filter["MinuteInterval"]),
      run_after: toLocalTime(filter["RunAfter"]),
      run_until: toLocalTime(filter["RunUntil"]),
      days_of_week: toDays(filter),
    },
  }),
  DaysPerMonthSchedule: (filter) => ({
    type: "days_per_month_schedule",
    attributes: {
      monthly_schedule_type: textOf(filter, "MonthlyScheduleType"),
      start_time: toLocalTime(filter["StartTime"]),
      date_of_month: textOf(filter, "DateOfMonth") || undefined,
      day_number_of_month: textOf(filter, "DayNumberOfMonth") || undefined,
      day_of_week: textOf(filter, "DayOfWeek") || undefined,
    },
  }),
  CronExpressionSchedule: (filter) => ({
    type: "cron_expression_schedule",
    attributes: { cron_expression: textOf(filter, "CronExpression") },
  }),
};

interface ActionContext {
  node: GraphNode;
  module: TerraformModule;
}

const actions: Record<string, (action: JsonObject, context: ActionContext) => HclBlock | undefined> = {
  RunRunbook: (action, { node, module }) => ({
    type: "run_runbook_action",
    attributes: {
      runbook_id: module.value(action["RunbookId"], node),
      target_environment_ids: module.list(action["EnvironmentIds"], node),
    },
  }),
  DeployLatestRelease: (action, { node, module }) => {
    const [source, ...others] = module.list(action["SourceEnvironmentIds"], node);
    if (source === undefined) return undefined;
    if (others.length > 0) module.remark(node, "only the first of its source environments can be set");
    const attributes = {
      source_environment_id: source,
      destination_environment_id: module.value(action["DestinationEnvironmentId"], node),
      should_redeploy: action["ShouldRedeployWhenReleaseIsCurrent"] === true,
    };
    return { type: "deploy_latest_release_action", attributes };
  },
  DeployNewRelease: (action, { node, module }) => ({
    type: "deploy_new_release_action",
    attributes: { destination_environment_id: module.value(action["EnvironmentId"], node) },
  }),
};

/** The provider wants the time as it is on the clock, without a zone. */
function toLocalTime(value: JsonValue | undefined): HclValue {
  const [time = ""] = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.exec(typeof value === "string" ? value : "") ?? [];
  return time;
}

const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

function toDays(filter: JsonObject): HclValue[] {
  const days = filter["DaysOfWeek"];
  return Array.isArray(days) ? weekdays.filter((day) => days.includes(day)) : [];
}

function toNumber(value: JsonValue | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function objectOf(holder: JsonObject, field: string): JsonObject {
  const value = holder[field];
  return isJsonObject(value) ? value : {};
}
