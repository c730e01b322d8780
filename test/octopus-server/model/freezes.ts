import type { Resource } from "./collection.ts";
import { fieldsOf, listOf, numberOf, textOf, textsOf, type Fields } from "./fields.ts";
import type { OctopusModel } from "./model.ts";

export interface FreezeScope {
  project: Resource;
  environment: Resource;
  tenant: Resource | undefined;
  time: Date;
}

const day = 86_400_000;
const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** The deployment freezes that hold at a time (docs, deployment freezes: scope is project and environment, and perhaps tenant). */
export function activeFreezes(model: OctopusModel, scope: FreezeScope): Resource[] {
  return model
    .collection("deploymentfreezes")
    .list((freeze) => isMeant(freeze, scope) && isWithin(freeze, scope.time.getTime()));
}

function isMeant(freeze: Resource, { project, environment, tenant }: FreezeScope): boolean {
  if (textsOf(fieldsOf(freeze, "ProjectEnvironmentScope"), project.Id).includes(environment.Id)) return true;
  return listOf(freeze, "TenantProjectEnvironmentScope").some(
    (scope) =>
      scope["TenantId"] === tenant?.Id &&
      scope["ProjectId"] === project.Id &&
      scope["EnvironmentId"] === environment.Id,
  );
}

function isWithin(freeze: Resource, time: number): boolean {
  const [start, end] = [Date.parse(textOf(freeze, "Start")), Date.parse(textOf(freeze, "End"))];
  const schedule = fieldsOf(freeze, "RecurringSchedule");
  const starts = textOf(schedule, "Type") === "" ? [start] : recurringStarts(schedule, { start, until: time });
  return starts.some((one) => one <= time && time < one + end - start);
}

/** Every beginning up to `until`; the first one is the freeze's own (docs, deployment freezes: recurring schedules). */
function recurringStarts(schedule: Fields, { start, until }: { start: number; until: number }): number[] {
  const most = schedule["EndType"] === "AfterOccurrences" ? numberOf(schedule, "EndAfterOccurrences") : Infinity;
  const last = schedule["EndType"] === "OnDate" ? Date.parse(textOf(schedule, "EndOnDate")) : Infinity;
  const starts = [start];
  for (let next = start + day; next <= Math.min(until, last) && starts.length < most; next += day)
    if (recurs(schedule, { start, next })) starts.push(next);
  return starts;
}

/** Whether the freeze begins again on a day, seen from the zone of whoever made it. */
function recurs(schedule: Fields, { start, next }: { start: number; next: number }): boolean {
  const offset = numberOf(schedule, "UserUtcOffsetInMinutes") * 60_000;
  const [first, date] = [new Date(start + offset), new Date(next + offset)];
  const every = Math.max(1, numberOf(schedule, "Unit"));
  const months = (date.getUTCFullYear() - first.getUTCFullYear()) * 12 + date.getUTCMonth() - first.getUTCMonth();
  switch (textOf(schedule, "Type")) {
    case "Daily":
      return Math.round((next - start) / day) % every === 0;
    case "Weekly":
      return weeksBetween(first, date) % every === 0 && isOnWeekday(schedule, { first, date });
    case "Monthly":
      return months % every === 0 && isOnDayOfMonth(schedule, { first, date });
    default:
      return months % (12 * every) === 0 && date.getUTCDate() === first.getUTCDate();
  }
}

/** Weeks begin on Sunday (assumed). */
function weeksBetween(first: Date, date: Date): number {
  const sundayBefore = (one: Date): number => Math.floor(one.getTime() / day) - one.getUTCDay();
  return (sundayBefore(date) - sundayBefore(first)) / 7;
}

function isOnWeekday(schedule: Fields, { first, date }: { first: Date; date: Date }): boolean {
  const days = textsOf(schedule, "DaysOfWeek");
  if (days.length === 0) return date.getUTCDay() === first.getUTCDay();
  return days.includes(weekdays[date.getUTCDay()] ?? "");
}

/** A date or L for the last one, or the n-th (L: last) weekday. */
function isOnDayOfMonth(schedule: Fields, { first, date }: { first: Date; date: Date }): boolean {
  const length = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  const today = date.getUTCDate();
  if (textOf(schedule, "MonthlyScheduleType") === "DayOfMonth") {
    if (weekdays[date.getUTCDay()] !== textOf(schedule, "DayOfWeek")) return false;
    const number = String(schedule["DayNumberOfMonth"]);
    return number === "L" ? today + 7 > length : Math.ceil(today / 7) === Number(number);
  }
  const wanted = String(schedule["DateOfMonth"] ?? first.getUTCDate());
  return today === (wanted === "L" ? length : Number(wanted));
}
