const monthNames = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const dayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

interface CronField {
  name: string;
  low: number;
  high: number;
  names?: readonly string[];
  /** Accepts `?`, `L`, `W` and `#` besides what all fields accept. */
  isDay?: boolean;
}

/** Octopus takes six fields, seconds first (docs, scheduled triggers: cron expressions); a seventh, the year, is let through (assumed). */
const cronFields: readonly CronField[] = [
  { name: "seconds", low: 0, high: 59 },
  { name: "minutes", low: 0, high: 59 },
  { name: "hours", low: 0, high: 23 },
  { name: "day of the month", low: 1, high: 31, isDay: true },
  { name: "month", low: 1, high: 12, names: monthNames },
  { name: "day of the week", low: 0, high: 7, names: dayNames, isDay: true },
  { name: "year", low: 1970, high: 2199 },
];

/** @returns what is wrong with a cron expression; undefined when it can be read */
export function cronProblem(expression: string): string | undefined {
  const parts = expression
    .trim()
    .split(/\s+/)
    .filter((part) => part !== "");
  if (parts.length < 6 || parts.length > 7) return `it has ${parts.length} fields instead of 6`;
  for (const [index, part] of parts.entries()) {
    const field = cronFields[index];
    if (field !== undefined && !part.split(",").every((item) => isCronItem(item, field)))
      return `'${part}' is not valid for the ${field.name}`;
  }
  return undefined;
}

function isCronItem(item: string, field: CronField): boolean {
  if (item === "*") return true;
  if (field.isDay === true && /^(\?|L|LW|L-\d+|\d+W|\w{1,3}L|\w{1,3}#[1-5])$/i.test(item)) return true;
  const [range = "", step, ...rest] = item.split("/");
  if (rest.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) return false;
  if (range === "*") return true;
  const bounds = range.split("-").map((bound) => toNumber(bound, field));
  const [low, high] = bounds;
  if (
    bounds.length > 2 ||
    low === undefined ||
    bounds.some((bound) => bound === undefined || bound < field.low || bound > field.high)
  )
    return false;
  return high === undefined || low <= high || field.names !== undefined;
}

/** A minute as a cron expression looks at it. */
export interface CronTime {
  minute: number;
  hour: number;
  dayOfMonth: number;
  /** 1 to 12. */
  month: number;
  /** 0 is Sunday. */
  dayOfWeek: number;
  daysInMonth: number;
}

/** True in the minutes in which an expression is due; seconds and the year do not count (a task takes longer than a second to start). */
export function cronMatches(expression: string, time: CronTime): boolean {
  const [, ...parts] = expression.trim().split(/\s+/);
  const values = [time.minute, time.hour, time.dayOfMonth, time.month, time.dayOfWeek];
  return values.every((value, index) => {
    const [part, field] = [parts[index], cronFields[index + 1]];
    if (part === undefined || field === undefined) return false;
    return part.split(",").some((item) => cronItemMatches(item, { field, value, time }));
  });
}

function cronItemMatches(
  item: string,
  { field, value, time }: { field: CronField; value: number; time: CronTime },
): boolean {
  if (item === "*" || item === "?") return true;
  if (field.isDay === true && /[LW#]/i.test(item) && toNumber(item, field) === undefined)
    return specialDayMatches(item.toUpperCase(), field, time);
  const [range = "", step] = item.split("/");
  const [low, high] = range === "*" ? [field.low, field.high] : range.split("-").map((bound) => toNumber(bound, field));
  if (low === undefined) return false;
  // Sunday is 0 and 7.
  const values = field.high === 7 && value === 0 ? [0, 7] : [value];
  const last = high ?? (step === undefined ? low : field.high);
  return values.some((one) => one >= low && one <= last && (one - low) % Number(step ?? 1) === 0);
}

/** `L`, `L-3`, `15W` (read as the day itself when it is a weekday), `5L` and `MON#2`. */
function specialDayMatches(item: string, field: CronField, { dayOfMonth, dayOfWeek, daysInMonth }: CronTime): boolean {
  const isWeekday = dayOfWeek >= 1 && dayOfWeek <= 5;
  if (field.high === 31) {
    const fromEnd = /^L(?:-(\d+))?$/.exec(item);
    if (fromEnd !== null) return dayOfMonth === daysInMonth - Number(fromEnd[1] ?? 0);
    if (item === "LW") return isWeekday && dayOfMonth + (dayOfWeek === 5 ? 3 : 1) > daysInMonth;
    return isWeekday && dayOfMonth === Number(item.replace("W", ""));
  }
  if (item === "L") return dayOfWeek === 6;
  const [day = "", number] = item.split("#");
  if ((toNumber(day.replace(/L$/, ""), field) ?? -1) % 7 !== dayOfWeek) return false;
  return number === undefined ? dayOfMonth + 7 > daysInMonth : Math.ceil(dayOfMonth / 7) === Number(number);
}

function toNumber(text: string, field: CronField): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  const index = field.names?.indexOf(text.toUpperCase()) ?? -1;
  return index < 0 ? undefined : index + field.low;
}

/** A time of a schedule: with or without date, zone and fractions ("2006-01-02T15:04:05.999", "09:00", RFC 3339). */
export function isScheduleTime(text: string): boolean {
  if (/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?$/.test(text)) return true;
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text) && !Number.isNaN(Date.parse(text));
}

/**
 * As answers have it: three digits of milliseconds and a zone, which octoterra cannot read a time without. UTC where none was
 * sent, and a time without a date as it came (both assumed).
 */
export function toScheduleTime(text: string): string {
  const [, time, fraction = "", zone = "Z"] =
    /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d+))?(Z|[+-]\d{2}:\d{2})?$/i.exec(text) ?? [];
  return time === undefined ? text : `${time}.${fraction.slice(0, 3).padEnd(3, "0")}${zone}`;
}

/** Windows and IANA names are both taken (docs, scheduled triggers: time zone); only what no zone could be called is refused. */
export function isTimeZone(text: string): boolean {
  if (/^[A-Za-z][A-Za-z .+\-()&']*( Standard Time| Time|\d\d)$/.test(text) || text === "UTC") return true;
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: text }) instanceof Intl.DateTimeFormat;
  } catch {
    return false;
  }
}
