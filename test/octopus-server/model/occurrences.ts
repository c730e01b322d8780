import { numberOf, textOf, textsOf, type Fields } from "./fields.ts";
import { cronMatches, type CronTime } from "./schedules.ts";

const minute = 60_000;
const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** The minutes after `from`, up to and including `to`, in which a schedule is due (docs, scheduled project triggers). */
export function occurrencesOf(filter: Fields, { from, to }: { from: Date; to: Date }): Date[] {
  const isDue = scheduleOf(filter);
  if (isDue === undefined) return [];
  const readWallTime = createWallClock(textOf(filter, "Timezone"));
  const found: Date[] = [];
  const first = Math.floor(from.getTime() / minute) * minute + minute;
  for (let time = first; time <= to.getTime(); time += minute) {
    const date = new Date(time);
    if (isDue(readWallTime(date))) found.push(date);
  }
  return found;
}

/** @returns undefined for what is no schedule */
function scheduleOf(filter: Fields): ((time: CronTime) => boolean) | undefined {
  switch (textOf(filter, "FilterType")) {
    case "CronExpressionSchedule":
      return (time) => cronMatches(textOf(filter, "CronExpression"), time);
    case "OnceDailySchedule":
      return (time) => isOnDay(filter, time) && isAt(textOf(filter, "StartTime"), time);
    case "ContinuousDailySchedule":
      return (time) => isOnDay(filter, time) && isInInterval(filter, time);
    case "DaysPerMonthSchedule":
      return (time) => isOnDayOfMonth(filter, time) && isAt(textOf(filter, "StartTime"), time);
    default:
      return undefined;
  }
}

/** Without days every day is meant (assumed). */
function isOnDay(filter: Fields, { dayOfWeek }: CronTime): boolean {
  const days = textsOf(filter, "DaysOfWeek");
  return days.length === 0 || days.includes(weekdays[dayOfWeek] ?? "");
}

/** Of a date only the time of day counts. */
function minutesOf(text: string): number | undefined {
  const match = /(\d{2}):(\d{2})/.exec(text);
  return match === null ? undefined : Number(match[1]) * 60 + Number(match[2]);
}

function isAt(text: string, time: CronTime): boolean {
  return minutesOf(text) === time.hour * 60 + time.minute;
}

/** Every so many hours or minutes, counted from the beginning of the period. */
function isInInterval(filter: Fields, time: CronTime): boolean {
  const start = minutesOf(textOf(filter, "RunAfter")) ?? 0;
  const end = minutesOf(textOf(filter, "RunUntil")) ?? 24 * 60;
  const isHourly = textOf(filter, "Interval") === "OnceHourly";
  const every = Math.max(
    1,
    isHourly ? (numberOf(filter, "HourInterval") || 1) * 60 : numberOf(filter, "MinuteInterval"),
  );
  const now = time.hour * 60 + time.minute;
  return now >= start && now <= end && (now - start) % every === 0;
}

/** The date 1 to 31 or L for the last, or the n-th (L: last) weekday. */
function isOnDayOfMonth(filter: Fields, { dayOfMonth, dayOfWeek, daysInMonth }: CronTime): boolean {
  if (textOf(filter, "MonthlyScheduleType") === "DateOfMonth") {
    const date = String(filter["DateOfMonth"] ?? "");
    return dayOfMonth === (date === "L" ? daysInMonth : Number(date));
  }
  if (weekdays[dayOfWeek] !== textOf(filter, "DayOfWeek")) return false;
  const number = String(filter["DayNumberOfMonth"] ?? "");
  return number === "L" ? dayOfMonth + 7 > daysInMonth : Math.ceil(dayOfMonth / 7) === Number(number);
}

/** Names of Windows zones are not known here: what is no IANA name counts as UTC (assumed). */
function createWallClock(zone: string): (date: Date) => CronTime {
  const format = formatFor(zone);
  return format === undefined ? readUtc : (date) => readUtc(shifted(date, format));
}

function formatFor(timeZone: string): Intl.DateTimeFormat | undefined {
  if (timeZone === "" || timeZone === "UTC") return undefined;
  const parts = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" } as const;
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone, hourCycle: "h23", ...parts });
  } catch {
    return undefined;
  }
}

/** The instant at which a clock in UTC shows what the one in the zone shows now. */
function shifted(date: Date, format: Intl.DateTimeFormat): Date {
  const parts = new Map(format.formatToParts(date).map(({ type, value }) => [type, Number(value)]));
  const at = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return new Date(Date.UTC(at("year"), at("month") - 1, at("day"), at("hour"), at("minute")));
}

function readUtc(date: Date): CronTime {
  return {
    minute: date.getUTCMinutes(),
    hour: date.getUTCHours(),
    dayOfMonth: date.getUTCDate(),
    month: date.getUTCMonth() + 1,
    dayOfWeek: date.getUTCDay(),
    daysInMonth: new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate(),
  };
}
