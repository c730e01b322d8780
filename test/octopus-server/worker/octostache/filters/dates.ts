import { addTime, type DotnetDate } from "../../dotnet/dates.ts";
import { DotnetError } from "../../dotnet/errors.ts";
import { formatDate } from "../../dotnet/format-date.ts";
import { parseDateTimeOffset, parseRoundTrip } from "../../dotnet/parse-date.ts";
import { cultures, type DotnetCulture } from "../../dotnet/culture.ts";
import { parseDouble } from "../../dotnet/parse-number.ts";
import type { Filter } from "./filter.ts";

const hour = 3_600_000;

export const dateFilters: Record<string, Filter> = {
  nowdate: (argument, options, culture) => formatNow(argument, options, { culture, isUtc: false }),
  nowdateutc: (argument, options, culture) => formatNow(argument, options, { culture, isUtc: true }),
  addhours: (argument, options, culture) => addToDate(argument, options, { culture, unit: hour }),
  adddays: (argument, options, culture) => addToDate(argument, options, { culture, unit: 24 * hour }),
};

function formatNow(
  argument: string | null,
  options: string[],
  { culture, isUtc }: { culture: DotnetCulture; isUtc: boolean },
): string | null {
  if (argument !== null || options.length > 1) return null;
  const date: DotnetDate = { clock: Date.now(), ticks: 0, offset: 0, zone: isUtc ? "utc" : "none" };
  const text = formatDate(date, options[0] ?? "O", culture);
  if (text === undefined) throw new DotnetError("FormatException", `"${options[0]}" is no format of a date.`);
  return text;
}

/** What has no zone has none afterwards, and what is UTC stays so; an offset is kept. */
function addToDate(
  argument: string | null,
  options: string[],
  { culture, unit }: { culture: DotnetCulture; unit: number },
): string | null {
  const [option = ""] = options;
  if (argument === null || options.length !== 1 || option.includes(",")) return null;
  const amount = parseDouble(option, cultures.invariant);
  if (amount === undefined || !Number.isFinite(amount)) return null;
  const read = parseRoundTrip(argument, culture);
  const date = read === undefined || read.zone === "local" ? parseDateTimeOffset(argument, culture) : read;
  // .NET Framework counts whole milliseconds.
  const later = date === undefined ? undefined : addTime(date, Math.round(amount * unit));
  return later === undefined ? null : (formatDate(later, "O", culture) ?? null);
}
