import { toLower, trim, trimEnd, trimStart } from "../../dotnet/characters.ts";
import { DotnetError } from "../../dotnet/errors.ts";
import { parseByte, parseInt32 } from "../../dotnet/parse-number.ts";
import { comparing, type Filter } from "./filter.ts";

const largest = 2_147_483_647;

export const textFilters: Record<string, Filter> = {
  startswith: comparing((text, option) => text.startsWith(option)),
  endswith: comparing((text, option) => text.endsWith(option)),
  contains: comparing((text, option) => text.includes(option)),
  append: (argument, options) => (options.length === 0 ? null : (argument ?? "") + options.join("")),
  prepend: (argument, options) => (options.length === 0 ? null : options.join("") + (argument ?? "")),
  substring,
  truncate,
  trim(argument, options) {
    if (argument === null || options.length === 0) return argument === null ? null : trim(argument);
    const side = toLower(options[0] ?? "");
    if (side === "start") return trimStart(argument);
    return side === "end" ? trimEnd(argument) : null;
  },
  indent,
};

function substring(argument: string | null, options: string[]): string | null {
  if (argument === null || options.length === 0 || options.length > 2) return null;
  const numbers = options.map(parseInt32);
  if (numbers.some((number) => number === undefined || number < 0)) return null;
  const [first = 0, second] = numbers;
  const [start, length] = second === undefined ? [0, first] : [first, second];
  if (start > argument.length) return null;
  // The sum overflows, and is no longer more than there is.
  if (start + length > largest) throw new DotnetError("ArgumentOutOfRangeException", "There is no such substring.");
  return argument.slice(start, start + length);
}

function truncate(argument: string | null, options: string[]): string | null {
  const length = options[0] === undefined ? undefined : parseInt32(options[0]);
  if (argument === null || length === undefined || length < 0) return null;
  return length < argument.length ? argument.slice(0, length) + (options[1] ?? "...") : argument;
}

/** `Indent`, `Indent 2`, `Indent /2` (all lines but the first), `Indent 4/2`, `Indent "> "` or `Indent "- " "  "`. */
function indent(argument: string | null, options: string[]): string | null {
  if (argument === null) return null;
  if (argument === "") return "";
  if (options.length > 2) return null;
  const [first, rest] = readIndentation(options);
  return first + argument.replaceAll("\n", `\n${rest}`);
}

function readIndentation([first = "4", second]: string[]): [string, string] {
  if (second !== undefined) return [first, second];
  const sizes = /^((\d{1,3})?\/)?(\d{1,3})\n?$/.exec(first);
  const rest = parseByte(sizes?.[3] ?? "");
  const start = sizes?.[1] === undefined ? rest : parseByte(sizes[2] ?? "0");
  if (sizes === null || rest === undefined || start === undefined) return [first, first];
  return [" ".repeat(start), " ".repeat(rest)];
}
