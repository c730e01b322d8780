import { cultures, type DateCulture, type DotnetCulture } from "./culture.ts";
import type { DotnetDate } from "./dates.ts";

/**
 * .NET's standard and custom formats of dates.
 * @returns undefined where .NET throws a `FormatException`
 */
export function formatDate(date: DotnetDate, format: string, { dates }: DotnetCulture): string | undefined {
  if (format.length > 1) return formatCustomDate(date, format, dates);
  const standard = format === "" ? "G" : format;
  if (!"dDfFgGmMoOrRstTuUyY".includes(standard)) return undefined;
  if ("rR".includes(standard)) return formatCustomDate(toUtc(date), "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'", english);
  if (standard === "u") return formatCustomDate(toUtc(date), "yyyy'-'MM'-'dd HH':'mm':'ss'Z'", english);
  if (standard === "s") return formatCustomDate(date, "yyyy'-'MM'-'dd'T'HH':'mm':'ss", english);
  if ("oO".includes(standard)) return formatCustomDate(date, "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffffK", english);
  if (standard === "U")
    return date.zone === "offset"
      ? undefined
      : formatCustomDate(
          toUtc({ ...date, zone: date.zone === "utc" ? "utc" : "offset" }),
          toPattern("F", dates),
          dates,
        );
  return formatCustomDate(date, toPattern(standard, dates), dates);
}

/** A `DateTimeOffset` is written as UTC; a `DateTime` as it is. */
function toUtc(date: DotnetDate): DotnetDate {
  return date.zone === "offset" ? { ...date, clock: date.clock - date.offset * 60_000, offset: 0 } : date;
}

function toPattern(letter: string, { patterns }: DateCulture): string {
  switch (letter) {
    case "f":
      return `${patterns.D} ${patterns.t}`;
    case "F":
      return `${patterns.D} ${patterns.T}`;
    case "g":
      return `${patterns.d} ${patterns.t}`;
    case "G":
      return `${patterns.d} ${patterns.T}`;
    case "m":
    case "M":
      return patterns.M;
    case "y":
    case "Y":
      return patterns.Y;
    case "d":
      return patterns.d;
    case "D":
      return patterns.D;
    case "t":
      return patterns.t;
    default:
      return patterns.T;
  }
}

const english = cultures.invariant.dates;

const piece = /\\([\s\S])|'((?:\\[\s\S]|[^'\\])*)'|"((?:\\[\s\S]|[^"\\])*)"|%([^%])|([dfFghHmMstyz])\5*|[\s\S]/g;

function formatCustomDate(date: DotnetDate, format: string, culture: DateCulture): string | undefined {
  let text = "";
  for (const match of format.matchAll(piece)) {
    const [whole, escaped, single, double, alone] = match;
    if (whole === "\\" || whole === "'" || whole === '"' || whole === "%") return undefined;
    const quoted = single ?? double;
    if (escaped !== undefined) text += escaped;
    else if (quoted !== undefined) text += quoted.replace(/\\([\s\S])/g, "$1");
    else {
      const part = formatPart(date, alone ?? whole, culture);
      if (part === undefined) return undefined;
      text = part === noFraction ? text.replace(/\.$/, "") : text + part;
    }
  }
  return text;
}

/** `.FFF` without a fraction takes the point along. */
const noFraction = "\0";

function formatPart(date: DotnetDate, part: string, culture: DateCulture): string | undefined {
  const clock = new Date(date.clock);
  const two = (value: number): string => String(value).padStart(Math.min(part.length, 2), "0");
  switch (part.charAt(0)) {
    case "d":
      if (part.length < 3) return two(clock.getUTCDate());
      return (part.length === 3 ? culture.shortDays : culture.days)[clock.getUTCDay()];
    case "M":
      if (part.length < 3) return two(clock.getUTCMonth() + 1);
      return (part.length === 3 ? culture.shortMonths : culture.months)[clock.getUTCMonth()];
    case "y":
      return part.length < 3
        ? two(clock.getUTCFullYear() % 100)
        : String(clock.getUTCFullYear()).padStart(part.length, "0");
    case "H":
      return two(clock.getUTCHours());
    case "h":
      return two(clock.getUTCHours() % 12 || 12);
    case "m":
      return two(clock.getUTCMinutes());
    case "s":
      return two(clock.getUTCSeconds());
    case "t": {
      const half = culture.halves[clock.getUTCHours() < 12 ? 0 : 1];
      return part.length === 1 ? half.slice(0, 1) : half;
    }
    case "f":
      return part.length > 7 ? undefined : fractionOf(date).slice(0, part.length);
    case "F":
      return part.length > 7 ? undefined : fractionOf(date).slice(0, part.length).replace(/0+$/, "") || noFraction;
    case "g":
      return culture.era;
    case "z":
      return formatOffset(date.offset, part.length);
    case "K":
      return date.zone === "none" ? "" : date.zone === "utc" ? "Z" : formatOffset(date.offset, 3);
    case "/":
      return culture.separator;
    default:
      return part;
  }
}

function fractionOf({ clock, ticks }: DotnetDate): string {
  const milliseconds = ((clock % 1000) + 1000) % 1000;
  return `${String(milliseconds).padStart(3, "0")}${String(ticks).padStart(4, "0")}`;
}

function formatOffset(offset: number, length: number): string {
  const hours = String(Math.floor(Math.abs(offset) / 60)).padStart(Math.min(length, 2), "0");
  const minutes = length < 3 ? "" : `:${String(Math.abs(offset) % 60).padStart(2, "0")}`;
  return `${offset < 0 ? "-" : "+"}${hours}${minutes}`;
}
