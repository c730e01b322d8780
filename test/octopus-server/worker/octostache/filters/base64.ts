import { toLower } from "../../dotnet/characters.ts";
import { DotnetError } from "../../dotnet/errors.ts";
import type { Filter } from "./filter.ts";

export const base64Filters: Record<string, Filter> = {
  tobase64(argument, options) {
    if (argument === null || options.length > 1) return null;
    const encoding = findEncoding(options[0]);
    return encoding === undefined ? null : Buffer.from(argument, encoding).toString("base64");
  },
  frombase64(argument, options) {
    if (argument === null || options.length > 1) return null;
    const bytes = decodeBase64(argument);
    const encoding = findEncoding(options[0]);
    if (encoding === undefined) return null;
    // Half a unit is none.
    const isBroken = encoding === "utf16le" && bytes.length % 2 === 1;
    return `${bytes.toString(encoding)}${isBroken ? "\ufffd" : ""}`;
  },
};

/** `unicode` is UTF-16, little-endian. */
function findEncoding(option = "utf8"): "utf8" | "utf16le" | undefined {
  const name = toLower(option);
  if (name === "unicode") return "utf16le";
  return name === "utf8" || name === "utf-8" ? "utf8" : undefined;
}

/** `Convert.FromBase64String`: spaces, tabs and line breaks are passed over. @throws {@link DotnetError} for what is no Base64 */
export function decodeBase64(text: string): Buffer {
  const compact = text.replace(/[ \t\r\n]/g, "");
  if (compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(compact))
    throw new DotnetError("FormatException", "The input is not a valid Base-64 string.");
  return Buffer.from(compact, "base64");
}
