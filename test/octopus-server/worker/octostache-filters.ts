import { createHash } from "node:crypto";
import { formatDate, formatNumber, parseDate } from "./dotnet-format.ts";
import { markdownToHtml } from "./markdown.ts";

/** @returns null when the filter cannot work on this, which leaves the token as it is written */
export type Filter = (argument: string | null, options: string[]) => string | null;

/** @param name - in any case */
export function findFilter(name: string): Filter | undefined {
  return filters.get(name.toLowerCase());
}

const filters = new Map<string, Filter>([
  ["tolower", withoutOptions((text) => text.toLowerCase())],
  ["toupper", withoutOptions((text) => text.toUpperCase())],
  ["tobase64", toBase64],
  ["frombase64", fromBase64],
  [
    "htmlescape",
    withoutOptions((text) => text.replace(/[&<>"'/]/g, (character) => htmlEntities[character] ?? character)),
  ],
  [
    "xmlescape",
    withoutOptions((text) => text.replace(/[&<>"']/g, (character) => htmlEntities[character] ?? character)),
  ],
  [
    "jsonescape",
    withoutOptions((text) => text.replace(/["\r\t\n\\]/g, (character) => jsonEscapes[character] ?? character)),
  ],
  ["uriescape", withoutOptions((text) => encodeURI(text).replace(/%5B/g, "[").replace(/%5D/g, "]"))],
  ["uridataescape", withoutOptions((text) => encodeURIComponent(text).replace(/[!'()*]/g, percentEncode))],
  ["yamlsinglequoteescape", withoutOptions(escapeYamlSingleQuoted)],
  ["yamldoublequoteescape", withoutOptions(escapeYamlDoubleQuoted)],
  ["propertieskeyescape", withoutOptions((text) => escapeProperties(text).replace(/[ :=]/g, "\\$&"))],
  ["propertiesvalueescape", withoutOptions((text) => escapeProperties(text).replace(/^ /, "\\ "))],
  ["markdown", withoutOptions(markdownToHtml)],
  ["markdowntohtml", withoutOptions(markdownToHtml)],
  ["nowdate", (argument, options) => now(argument, options, { isUtc: false })],
  ["nowdateutc", (argument, options) => now(argument, options, { isUtc: true })],
  ["addhours", (argument, options) => addHours(argument, options, 1)],
  ["adddays", (argument, options) => addHours(argument, options, 24)],
  ["format", format],
  ["match", comparing((text, option) => dotnetPattern(option, "").test(text))],
  ["startswith", comparing((text, option) => text.startsWith(option))],
  ["endswith", comparing((text, option) => text.endsWith(option))],
  ["contains", comparing((text, option) => text.includes(option))],
  ["replace", replace],
  ["substring", substring],
  ["truncate", truncate],
  ["trim", trim],
  ["indent", indent],
  ["uripart", uriPart],
  ["versionmajor", versionPart("major")],
  ["versionminor", versionPart("minor")],
  ["versionpatch", versionPart("patch")],
  ["versionrevision", versionPart("revision")],
  ["versionprerelease", versionPart("prerelease")],
  ["versionprereleaseprefix", versionPart("prefix")],
  ["versionprereleasecounter", versionPart("counter")],
  ["versionmetadata", versionPart("metadata")],
  ["append", (argument, options) => (options.length === 0 ? null : (argument ?? "") + options.join(""))],
  ["prepend", (argument, options) => (options.length === 0 ? null : options.join("") + (argument ?? ""))],
  ["md5", hash("md5")],
  ["sha1", hash("sha1")],
  ["sha256", hash("sha256")],
  ["sha384", hash("sha384")],
  ["sha512", hash("sha512")],
  ["null", () => null],
]);

const htmlEntities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  "/": "&#x2F;",
};

const jsonEscapes: Record<string, string> = { '"': '\\"', "\r": "\\r", "\t": "\\t", "\n": "\\n", "\\": "\\\\" };

function withoutOptions(change: (text: string) => string): Filter {
  return (argument, options) => (argument === null || options.length > 0 ? null : change(argument));
}

function comparing(holds: (text: string, option: string) => boolean): Filter {
  return (argument, options) =>
    argument === null || options.length !== 1 ? null : String(holds(argument, options[0] ?? ""));
}

function percentEncode(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** `unicode` is UTF-16, little-endian. */
function encodingOf(options: string[]): "utf8" | "utf16le" | undefined {
  if (options.length > 1) return undefined;
  const name = (options[0] ?? "utf8").toLowerCase();
  if (name === "unicode") return "utf16le";
  return name === "utf8" || name === "utf-8" ? "utf8" : undefined;
}

function toBase64(argument: string | null, options: string[]): string | null {
  const encoding = encodingOf(options);
  return argument === null || encoding === undefined ? null : Buffer.from(argument, encoding).toString("base64");
}

function fromBase64(argument: string | null, options: string[]): string | null {
  const encoding = encodingOf(options);
  if (argument === null || encoding === undefined || !isBase64(argument)) return null;
  return Buffer.from(argument, "base64").toString(encoding);
}

function isBase64(text: string): boolean {
  const compact = text.replace(/\s/g, "");
  return compact.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(compact);
}

/** In single quotes, YAML reads n+1 line breaks as n. */
function escapeYamlSingleQuoted(text: string): string {
  const broken = text.replace(/(?:\r?\n)+/g, (breaks) => (breaks.startsWith("\r") ? "\r\n" : "\n") + breaks);
  return broken.replaceAll("'", "''");
}

function escapeYamlDoubleQuoted(text: string): string {
  const escaped = text.replace(/["\r\t\n\\]/g, (character) => jsonEscapes[character] ?? character);
  return escaped.replace(/[^\x20-\x7e]/g, unicodeEscape);
}

function escapeProperties(text: string): string {
  const escaped = text.replace(/[\r\t\n\\]/g, (character) => jsonEscapes[character] ?? character);
  return escaped.replace(/[\u00ff-\uffff]/g, unicodeEscape);
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function now(argument: string | null, options: string[], { isUtc }: { isUtc: boolean }): string | null {
  if (argument !== null || options.length > 1) return null;
  const date = new Date();
  const offset = isUtc ? 0 : -date.getTimezoneOffset();
  return formatDate({ time: date.getTime(), offset, zone: isUtc ? "utc" : "none" }, options[0] ?? "O");
}

function addHours(argument: string | null, options: string[], factor: number): string | null {
  const hours = Number(options[0]?.trim() || Number.NaN) * factor;
  const date = argument === null || options.length !== 1 ? undefined : parseDate(argument);
  if (date === undefined || !Number.isFinite(hours)) return null;
  return formatDate({ ...date, time: date.time + hours * 3_600_000 }, "O");
}

/** `Format fmt` takes a number or a date; `Format type fmt` says which. */
function format(argument: string | null, options: string[]): string | null {
  const [first = "", second] = options;
  if (argument === null || options.length === 0 || options.length > 2) return null;
  if (second === undefined) return formatAsNumber(argument, first) ?? formatAsDate(argument, first);
  const type = first.toLowerCase();
  if (["int", "int32"].includes(type))
    return /^\s*[+-]?\d+\s*$/.test(argument) ? formatAsNumber(argument, second) : null;
  if (["double", "decimal"].includes(type)) return formatAsNumber(argument, second);
  return ["date", "datetime", "datetimeoffset"].includes(type) ? formatAsDate(argument, second) : null;
}

function formatAsNumber(argument: string, pattern: string): string | null {
  const number = Number(argument.trim().replaceAll(",", "") || Number.NaN);
  return Number.isNaN(number) ? null : (formatNumber(number, pattern) ?? null);
}

function formatAsDate(argument: string, pattern: string): string | null {
  const date = parseDate(argument);
  return date === undefined ? null : formatDate(date, pattern);
}

/** .NET's patterns as far as JavaScript has the same; a leading `(?i)` makes the whole pattern ignore case. */
function dotnetPattern(pattern: string, flags: string): RegExp {
  const insensitive = pattern.startsWith("(?i)");
  const body = insensitive ? pattern.slice(4) : pattern;
  const portable = body.replaceAll("\\A", "^").replaceAll("\\z", "$").replaceAll("\\Z", "$");
  return new RegExp(portable, flags + (insensitive ? "i" : ""));
}

function replace(argument: string | null, options: string[]): string | null {
  const [pattern, replacement = ""] = options;
  if (argument === null || pattern === undefined) return null;
  const groups = replacement
    .replaceAll("$0", "$$&")
    .replace(/\$\{(\w+)\}/g, (_, name: string) => (/^\d+$/.test(name) ? `$${name}` : `$<${name}>`));
  return argument.replace(dotnetPattern(pattern, "g"), groups);
}

function substring(argument: string | null, options: string[]): string | null {
  if (argument === null || options.length === 0 || options.length > 2) return null;
  if (options.some((option) => !/^\s*\+?\d+\s*$/.test(option))) return null;
  const start = options.length === 1 ? 0 : Number(options[0]);
  const length = Number(options.at(-1));
  return start > argument.length ? null : argument.slice(start, start + length);
}

function truncate(argument: string | null, options: string[]): string | null {
  if (argument === null || !/^\s*\+?\d+\s*$/.test(options[0] ?? "")) return null;
  const length = Number(options[0]);
  return length < argument.length ? argument.slice(0, length) + (options[1] ?? "...") : argument;
}

function trim(argument: string | null, options: string[]): string | null {
  if (argument === null || options.length === 0) return argument?.trim() ?? null;
  const end = options[0]?.toLowerCase();
  if (end === "start") return argument.trimStart();
  return end === "end" ? argument.trimEnd() : null;
}

/** `Indent`, `Indent 2`, `Indent /2` (all lines but the first), `Indent 4/2`, `Indent "> "` or `Indent "- " "  "`. */
function indent(argument: string | null, options: string[]): string | null {
  if (argument === null || options.length > 2) return null;
  if (argument === "") return "";
  const [first, rest] = indentation(options);
  return first + argument.replaceAll("\n", `\n${rest}`);
}

function indentation([first = "4", second]: string[]): [string, string] {
  if (second !== undefined) return [first, second];
  const sizes = /^((\d{1,3})?\/)?(\d{1,3})$/.exec(first);
  if (sizes === null || Number(sizes[3]) > 255) return [first, first];
  const rest = " ".repeat(Number(sizes[3]));
  return [sizes[1] === undefined ? rest : " ".repeat(Number(sizes[2] ?? 0)), rest];
}

function uriPart(argument: string | null, options: string[]): string | null {
  const [part] = options;
  if (argument === null) return null;
  if (part === undefined) return "[UriPart error: no argument given]";
  const isAbsolute = URL.canParse(argument);
  if (part.toLowerCase() === "isabsoluteuri") return String(isAbsolute);
  if (!isAbsolute) return `[UriPart ${part} error: This operation is not supported for a relative URI.]`;
  const read = uriParts[part.toLowerCase()];
  return read?.(new URL(argument)) ?? `[UriPart ${part} error: argument '${part}' not supported]`;
}

const uriParts: Record<string, (uri: URL) => string> = {
  absolutepath: (uri) => uri.pathname,
  absoluteuri: (uri) => uri.href,
  authority: (uri) => uri.host,
  dnssafehost: (uri) => uri.hostname,
  fragment: (uri) => uri.hash,
  host: (uri) => uri.hostname,
  hostandport: (uri) => `${uri.hostname}:${portOf(uri)}`,
  hostnametype: (uri) =>
    /^\d+(\.\d+){3}$/.test(uri.hostname) ? "IPv4" : uri.hostname.startsWith("[") ? "IPv6" : "Dns",
  isdefaultport: (uri) => String(uri.port === ""),
  isfile: (uri) => String(uri.protocol === "file:"),
  isloopback: (uri) => String(/^(localhost|127\..*|\[::1\])$/.test(uri.hostname)),
  isunc: (uri) => String(uri.protocol === "file:" && uri.hostname !== ""),
  path: (uri) => decodeURIComponent(uri.pathname),
  pathandquery: (uri) => uri.pathname + uri.search,
  port: (uri) => portOf(uri),
  query: (uri) => uri.search,
  scheme: (uri) => uri.protocol.slice(0, -1),
  schemeandserver: (uri) => `${uri.protocol}//${uri.host}`,
  userinfo: (uri) => decodeURIComponent(uri.username + (uri.password === "" ? "" : `:${uri.password}`)),
};

function portOf(uri: URL): string {
  const usual: Record<string, string> = { "http:": "80", "https:": "443", "ftp:": "21", "ws:": "80", "wss:": "443" };
  return uri.port === "" ? (usual[uri.protocol] ?? "-1") : uri.port;
}

/** Octopus reads almost everything as a version: missing numbers are 0, a first part after `-`, `_` or letters is the prerelease. */
function versionPart(part: string): Filter {
  return (argument) => {
    if (argument === null) return null;
    const match = versionPattern.exec(argument.trim());
    const groups = match?.groups ?? {};
    const isNumber = ["major", "minor", "patch", "revision"].includes(part);
    return isNumber ? String(Number(groups[part] ?? 0)) : (groups[part] ?? "");
  };
}

const versionPattern =
  /^(?:[vV]?(?<major>\d+)(?:\.(?<minor>\d+))?(?:\.(?<patch>\d+))?(?:\.(?<revision>\d+))?)?[._-]?(?<prerelease>(?<prefix>[A-Za-z0-9]*?)(?:[._-](?<counter>[A-Za-z0-9_.-]*?))?)?(?:\+(?<metadata>.*))?$/;

/** Options in any order: how many bytes of the digest to give, and what the text is (`utf8`, `unicode` or `base64`). */
function hash(algorithm: string): Filter {
  return (argument, options) => {
    if (argument === null || options.length > 2) return null;
    const sizes = options.filter((option) => /^[1-9]\d*$/.test(option));
    const encodings = options
      .filter((option) => !sizes.includes(option))
      .map((option) => hashEncodings[option.toLowerCase()]);
    if (sizes.length > 1 || encodings.length > 1 || encodings.includes(undefined)) return null;
    if (encodings[0] === "base64" && !isBase64(argument)) return null;
    const digest = createHash(algorithm)
      .update(Buffer.from(argument, encodings[0] ?? "utf8"))
      .digest("hex");
    return sizes[0] === undefined ? digest : digest.slice(0, Number(sizes[0]) * 2);
  };
}

const hashEncodings: Record<string, BufferEncoding> = {
  base64: "base64",
  utf8: "utf8",
  "utf-8": "utf8",
  unicode: "utf16le",
};
