import { textOf, type JsonObject, type JsonValue } from "../../../model/json.ts";
import type { HclBlock, HclValue } from "../../hcl.ts";

/** The block that says when, by the type of the trigger's filter. */
export const schedules: Readonly<Record<string, (filter: JsonObject) => HclBlock>> = {
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

/** Fields of a filter that these blocks say, and the trigger itself. */
export const saidOfFilter = [
  ["FilterType", "Timezone", "DaysOfWeek", "StartTime"],
  ["Interval", "HourInterval", "MinuteInterval", "RunAfter", "RunUntil", "RunType"],
  ["MonthlyScheduleType", "DateOfMonth", "DayNumberOfMonth", "DayOfWeek", "CronExpression"],
].flat();

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
