import { toLower } from "../../dotnet/characters.ts";
import type { DotnetCulture } from "../../dotnet/culture.ts";
import { formatDate } from "../../dotnet/format-date.ts";
import { formatNumber } from "../../dotnet/format-number.ts";
import { parseDateTime, parseDateTimeOffset } from "../../dotnet/parse-date.ts";
import { parseDecimal, parseDouble, parseInt32 } from "../../dotnet/parse-number.ts";

/** `Format fmt` takes a decimal or a date; `Format type fmt` says what it is. */
export function format(argument: string | null, options: string[], culture: DotnetCulture): string | null {
  const [first = "", second] = options;
  if (argument === null || options.length === 0 || options.length > 2) return null;
  if (second !== undefined) return formatAs(toLower(first), argument, { format: second, culture }) ?? null;
  const isNumber = parseDecimal(argument, culture) !== undefined;
  return formatAs(isNumber ? "decimal" : "datetimeoffset", argument, { format: first, culture }) ?? null;
}

function formatAs(
  type: string,
  argument: string,
  { format: pattern, culture }: { format: string; culture: DotnetCulture },
): string | undefined {
  switch (type) {
    case "int":
    case "int32": {
      const value = parseInt32(argument);
      return value === undefined ? undefined : formatNumber({ kind: "int", value }, pattern, culture);
    }
    case "double": {
      const value = parseDouble(argument, culture);
      return value === undefined ? undefined : formatNumber({ kind: "double", value }, pattern, culture);
    }
    case "decimal": {
      const value = parseDecimal(argument, culture);
      return value === undefined ? undefined : formatNumber({ kind: "decimal", value }, pattern, culture);
    }
    case "date":
    case "datetime": {
      const date = parseDateTime(argument, culture);
      return date === undefined ? undefined : formatDate(date, pattern, culture);
    }
    case "datetimeoffset": {
      const date = parseDateTimeOffset(argument, culture);
      return date === undefined ? undefined : formatDate(date, pattern, culture);
    }
    default:
      return undefined;
  }
}
