import { cultures, type DateCulture, type DotnetCulture } from "./culture.ts";
import { toClock, type DotnetDate } from "./dates.ts";

export interface ReadDate {
  clock: number;
  ticks: number;
  zone: { kind: "none" } | { kind: "utc" } | { kind: "offset"; minutes: number };
}

/** `DateTime.TryParse`: with a zone, the time of this machine's. */
export function parseDateTime(text: string, culture: DotnetCulture): DotnetDate | undefined {
  const read = readDate(text, culture);
  if (read === undefined) return undefined;
  const { clock, ticks, zone } = read;
  if (zone.kind === "none") return { clock, ticks, offset: 0, zone: "none" };
  return { clock: clock - (zone.kind === "utc" ? 0 : zone.minutes * 60_000), ticks, offset: 0, zone: "local" };
}

/** `DateTime.TryParse` with `RoundtripKind`: what is UTC stays so. */
export function parseRoundTrip(text: string, culture: DotnetCulture): DotnetDate | undefined {
  const read = readDate(text, culture);
  if (read?.zone.kind === "utc") return { clock: read.clock, ticks: read.ticks, offset: 0, zone: "utc" };
  return parseDateTime(text, culture);
}

/** `DateTimeOffset.TryParse`: without a zone, this machine's. */
export function parseDateTimeOffset(text: string, culture: DotnetCulture): DotnetDate | undefined {
  const read = readDate(text, culture);
  if (read === undefined) return undefined;
  const { clock, ticks, zone } = read;
  const offset = zone.kind === "offset" ? zone.minutes : 0;
  return Math.abs(offset) > 14 * 60 ? undefined : { clock, ticks, offset, zone: "offset" };
}

/** Reads what .NET reads of dates: ISO 8601, digits in the order of the culture, names of months and days, times, zones. */
export function readDate(text: string, { dates }: DotnetCulture): ReadDate | undefined {
  const zone = cutZone(text.trim());
  const time = zone && cutTime(zone.rest);
  const day = time && readDay(time.rest, dates);
  if (zone === undefined || time === undefined || day === undefined) return undefined;
  if (zone.zone.kind !== "none" && !time.isGiven && !/GMT|Z/i.test(text)) return undefined;
  const clock = toClock(day, time.clock);
  if (clock === undefined) return undefined;
  return { clock: clock + Math.floor(time.ticks / 10_000), ticks: time.ticks % 10_000, zone: zone.zone };
}

interface Zone {
  rest: string;
  zone: ReadDate["zone"];
}

function cutZone(text: string): Zone | undefined {
  const named = /^(.*?\d(?:\s*[AaPp][Mm])?)\s*(?:Z|GMT)$/i.exec(text);
  if (named !== null) return { rest: named[1] ?? "", zone: { kind: "utc" } };
  const offset = /^(.*:\d.*?)\s*([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(text);
  if (offset === null) return { rest: text, zone: { kind: "none" } };
  const [hours, minutes] = [Number(offset[3]), Number(offset[4] ?? 0)];
  if (minutes > 59) return undefined;
  return {
    rest: offset[1] ?? "",
    zone: { kind: "offset", minutes: (hours * 60 + minutes) * (offset[2] === "-" ? -1 : 1) },
  };
}

interface Time {
  rest: string;
  clock: [number, number, number];
  ticks: number;
  isGiven: boolean;
}

function cutTime(text: string): Time | undefined {
  const pattern = /(^|\s|T|,)\s*(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d+))?)?)?\s*(AM|PM|A|P)?\s*$/i;
  const match = pattern.exec(text);
  if (match === null || (match[3] === undefined && match[6] === undefined))
    return { rest: text, clock: [0, 0, 0], ticks: 0, isGiven: false };
  const hour = toHour(Number(match[2]), match[6]?.charAt(0).toUpperCase());
  if (hour === undefined) return undefined;
  const ticks = match[5] === undefined ? 0 : Math.round(Number(`0.${match[5]}`) * 10_000_000);
  return {
    rest: text.slice(0, match.index).trim(),
    clock: [hour, Number(match[3] ?? 0), Number(match[4] ?? 0)],
    ticks,
    isGiven: true,
  };
}

function toHour(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (half === "P" ? 12 : 0);
}

type Day = [number, number, number];

/** @returns year, month and day; today where nothing is said */
function readDay(text: string, culture: DateCulture): Day | undefined {
  const now = new Date();
  if (text === "") return [now.getFullYear(), now.getMonth() + 1, now.getDate()];
  const named = cutDayName(text, culture);
  const day =
    readDigits(named.rest, culture, now.getFullYear()) ?? readMonthName(named.rest, culture, now.getFullYear());
  if (day === undefined || named.day === undefined) return day;
  const clock = toClock(day, [0, 0, 0]);
  return clock !== undefined && new Date(clock).getUTCDay() === named.day ? day : undefined;
}

function cutDayName(text: string, { days, shortDays }: DateCulture): { rest: string; day: number | undefined } {
  const match = /^(\p{L}+)[,.\s]+(.+)$/u.exec(text);
  const [, word = "", rest = ""] = match ?? [];
  const day = findName([days, shortDays, invariant.days, invariant.shortDays], word);
  return day === undefined ? { rest: text, day } : { rest, day };
}

const { dates: invariant } = cultures.invariant;

/** English names are read in every culture. */
function findName(lists: readonly (readonly string[])[], word: string): number | undefined {
  const indexes = lists.map((names) => names.findIndex((name) => name.toLowerCase() === word.toLowerCase()));
  return indexes.find((index) => index !== -1);
}

function readDigits(text: string, { order }: DateCulture, thisYear: number): Day | undefined {
  const parts = /^(\d{1,4})\s*([/.,-]|\s)\s*(\d{1,4})(?:\s*(?:[/.,-]|\s)\s*(\d{1,4}))?$/.exec(text);
  if (parts === null) return undefined;
  const [first = "", second = "", third] = [parts[1], parts[3], parts[4]];
  if (third === undefined) return readPair(first, second, { order, thisYear });
  if (first.length > 2)
    return second.length > 2 || third.length > 2 ? undefined : [toYear(first), Number(second), Number(third)];
  if (second.length > 2) return undefined;
  const [month, day] = order === "MDY" ? [first, second] : [second, first];
  return [toYear(third), Number(month), Number(day)];
}

function readPair(
  first: string,
  second: string,
  { order, thisYear }: { order: DateCulture["order"]; thisYear: number },
): Day | undefined {
  if (first.length > 2) return second.length > 2 ? undefined : [toYear(first), Number(second), 1];
  if (second.length > 2) return [toYear(second), Number(first), 1];
  return order === "MDY" ? [thisYear, Number(first), Number(second)] : [thisYear, Number(second), Number(first)];
}

/** Two digits are of 1930 to 2029. */
function toYear(text: string): number {
  const year = Number(text);
  return text.length > 2 ? year : year < 30 ? 2000 + year : 1900 + year;
}

function readMonthName(text: string, { months, shortMonths }: DateCulture, thisYear: number): Day | undefined {
  const words = text.split(/[\s,./-]+/).filter((word) => word !== "");
  const named = words.map((word) => findName([months, shortMonths, invariant.months, invariant.shortMonths], word));
  const at = named.findIndex((index) => index !== undefined);
  if (at === -1) return undefined;
  const month = (named[at] ?? 0) + 1;
  const numbers = words.toSpliced(at, 1);
  if (numbers.length === 0 || numbers.length > 2 || numbers.some((one) => !/^\d{1,4}$/.test(one))) return undefined;
  const [first = "", second] = numbers;
  if (second === undefined) return first.length > 2 ? [toYear(first), month, 1] : [thisYear, month, Number(first)];
  if (first.length > 2) return [toYear(first), month, Number(second)];
  return [toYear(second), month, Number(first)];
}
