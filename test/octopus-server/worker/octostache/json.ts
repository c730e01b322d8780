import { cultures } from "../dotnet/culture.ts";
import type { DotnetDate } from "../dotnet/dates.ts";
import { DotnetError } from "../dotnet/errors.ts";
import { formatDate } from "../dotnet/format-date.ts";
import { formatDouble, formatRoundTrip } from "../dotnet/format-number.ts";
import { parseRoundTrip } from "../dotnet/parse-date.ts";

/** JSON as Json.NET reads it: numbers keep what they are, texts that look like dates are dates, members keep their order. */
export type Json =
  | { kind: "null" }
  | { kind: "boolean"; value: boolean }
  | { kind: "integer"; value: bigint }
  | { kind: "float"; value: number }
  | { kind: "text"; value: string }
  | { kind: "date"; value: DotnetDate }
  | { kind: "array"; items: Json[] }
  | { kind: "object"; members: Map<string, Json> };

class JsonError extends Error {
  override readonly name = "JsonError";
}

/** @returns undefined for what is no JSON, with all that Json.NET lets pass: comments, single quotes, names without quotes, commas too many */
export function parseJson(text: string): Json | undefined {
  try {
    const { value, end } = readValue(text, skip(text, 0));
    return value !== undefined && skip(text, end) === text.length ? value : undefined;
  } catch (error) {
    if (error instanceof JsonError) return undefined;
    throw error;
  }
}

interface Read {
  /** Undefined for nothing before a comma or the end of a list. */
  value: Json | undefined;
  end: number;
}

/** White space and comments. */
function skip(text: string, at: number): number {
  const pattern = /(?:[\t-\r\x85\p{Z}]|\/\*[\s\S]*?\*\/|\/\/[^\r\n]*)*/uy;
  pattern.lastIndex = at;
  return at + (pattern.exec(text)?.[0].length ?? 0);
}

function readValue(text: string, at: number): Read {
  const first = text.charAt(at);
  if (first === "{") return readObject(text, at + 1);
  if (first === "[") return readArray(text, at + 1);
  if (first === '"' || first === "'") {
    const { value, end } = readQuoted(text, at);
    return { value: toTextOrDate(value), end };
  }
  const word = /[A-Za-z]+|-?Infinity/y;
  word.lastIndex = at;
  const [name] = word.exec(text) ?? [];
  const named = name === undefined ? undefined : words.get(name);
  if (named !== undefined) return { value: named, end: at + (name?.length ?? 0) };
  return readNumber(text, at);
}

const words = new Map<string, Json>([
  ["true", { kind: "boolean", value: true }],
  ["false", { kind: "boolean", value: false }],
  ["null", { kind: "null" }],
  ["undefined", { kind: "null" }],
  ["NaN", { kind: "float", value: Number.NaN }],
  ["Infinity", { kind: "float", value: Infinity }],
  ["-Infinity", { kind: "float", value: -Infinity }],
]);

/** Digits as they are; `010` is octal, `0x10` hexadecimal. */
function readNumber(text: string, at: number): Read {
  const pattern = /[-+.0-9a-fA-FxX]+/y;
  pattern.lastIndex = at;
  const [number] = pattern.exec(text) ?? [];
  if (number === undefined) throw new JsonError();
  const end = at + number.length;
  if (/^0[xX][0-9a-fA-F]+$/.test(number)) return { value: { kind: "integer", value: BigInt(number) }, end };
  if (/^0[0-7]+$/.test(number)) return { value: { kind: "integer", value: BigInt(`0o${number.slice(1)}`) }, end };
  if (/^-?\d+$/.test(number)) return { value: { kind: "integer", value: BigInt(number) }, end };
  if (!/^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(number) || /^-?0\d/.test(number)) throw new JsonError();
  const value = Number(number);
  if (!Number.isFinite(value)) throw new JsonError();
  return { value: { kind: "float", value }, end };
}

function readArray(text: string, start: number): Read {
  const items: Json[] = [];
  for (let at = skip(text, start); ; at = skip(text, at)) {
    if (text.charAt(at) === "]") return { value: { kind: "array", items }, end: at + 1 };
    if (text.charAt(at) === ",") {
      items.push({ kind: "null" });
      at++;
      continue;
    }
    const { value, end } = readValue(text, at);
    if (value !== undefined) items.push(value);
    at = skip(text, end);
    if (text.charAt(at) === ",") at++;
    else if (text.charAt(at) !== "]") throw new JsonError();
  }
}

/** A name that comes twice stands where it came last. */
function readObject(text: string, start: number): Read {
  const members = new Map<string, Json>();
  for (let at = skip(text, start); ; at = skip(text, at)) {
    if (text.charAt(at) === "}") return { value: { kind: "object", members }, end: at + 1 };
    const name = readName(text, at);
    at = skip(text, name.end);
    if (text.charAt(at) !== ":") throw new JsonError();
    at = skip(text, at + 1);
    const isMissing = text.charAt(at) === "," || text.charAt(at) === "}";
    if (isMissing && text.charAt(at) === "}") throw new JsonError();
    const { value = { kind: "null" }, end } = isMissing ? { value: undefined, end: at } : readValue(text, at);
    members.delete(name.value);
    members.set(name.value, value);
    at = skip(text, end);
    if (text.charAt(at) === ",") at++;
    else if (text.charAt(at) !== "}") throw new JsonError();
  }
}

function readName(text: string, at: number): { value: string; end: number } {
  if (text.charAt(at) === '"' || text.charAt(at) === "'") return readQuoted(text, at);
  const pattern = /[\p{L}\p{Nd}_$]+/uy;
  pattern.lastIndex = at;
  const [name] = pattern.exec(text) ?? [];
  if (name === undefined) throw new JsonError();
  return { value: name, end: at + name.length };
}

function readQuoted(text: string, start: number): { value: string; end: number } {
  const quote = text.charAt(start);
  let value = "";
  for (let at = start + 1; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === quote) return { value, end: at + 1 };
    if (character !== "\\") {
      value += character;
      continue;
    }
    const { value: escaped, length } = readEscape(text, at + 1);
    value += escaped;
    at += length;
  }
  throw new JsonError();
}

const escapes: Readonly<Record<string, string>> = {
  b: "\b",
  t: "\t",
  n: "\n",
  f: "\f",
  r: "\r",
  "\\": "\\",
  '"': '"',
  "'": "'",
  "/": "/",
};

function readEscape(text: string, at: number): { value: string; length: number } {
  const [hex] = /^[0-9a-fA-F]{4}/.exec(text.slice(at + 1, at + 5)) ?? [];
  if (text.charAt(at) === "u" && hex !== undefined)
    return { value: String.fromCharCode(Number.parseInt(hex, 16)), length: 5 };
  const value = escapes[text.charAt(at)];
  if (value === undefined) throw new JsonError();
  return { value, length: 1 };
}

/** ISO 8601 with a time, and `/Date(…)/`. */
function toTextOrDate(text: string): Json {
  const milliseconds = /^\/Date\((-?\d+)([+-]\d{4})?\)\/$/.exec(text);
  if (milliseconds !== null) {
    const zone = milliseconds[2] === undefined ? "utc" : "local";
    return { kind: "date", value: { clock: Number(milliseconds[1]), ticks: 0, offset: 0, zone } };
  }
  const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,7})?(Z|[+-]\d\d:?\d\d)?$/.exec(text);
  const date = iso === null ? undefined : parseRoundTrip(text, cultures.invariant);
  return date === undefined ? { kind: "text", value: text } : { kind: "date", value: date };
}

/** What a template gets of a value inside of JSON. */
export function textOfJson(value: Json | undefined): string {
  if (value === undefined || value.kind === "null") return "";
  switch (value.kind) {
    case "boolean":
      return value.value ? "True" : "False";
    case "integer":
      if (BigInt.asIntN(64, value.value) !== value.value)
        throw new DotnetError("InvalidCastException", "Object must implement IConvertible.");
      return value.value.toString();
    case "float":
      return formatDouble(value.value, cultures.invariant);
    case "text":
      return value.value;
    case "date":
      return formatDate(value.value, "G", cultures.invariant) ?? "";
    default:
      return renderJson(value);
  }
}

/** As Json.NET writes it. */
export function renderJson(value: Json): string {
  switch (value.kind) {
    case "null":
      return "null";
    case "boolean":
      return String(value.value);
    case "integer":
      return value.value.toString();
    case "float":
      return renderFloat(value.value);
    case "text":
      return quoteText(value.value);
    case "date":
      return quoteText(renderDate(value.value));
    case "array":
      return `[${value.items.map(renderJson).join(",")}]`;
    case "object":
      return `{${[...value.members].map(([name, member]) => `${quoteText(name)}:${renderJson(member)}`).join(",")}}`;
  }
}

function renderFloat(value: number): string {
  if (!Number.isFinite(value)) return quoteText(formatDouble(value, cultures.invariant));
  const text = formatRoundTrip(value, cultures.invariant);
  return /[.E]/.test(text) ? text : `${text}.0`;
}

function renderDate(date: DotnetDate): string {
  const text = formatDate(date, "o", cultures.invariant) ?? "";
  return text.replace(/(\.\d*?)0+(?=$|Z|[+-])/, (_match, kept: string) => (kept === "." ? "" : kept));
}

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\f": "\\f",
  "\r": "\\r",
};

function quoteText(text: string): string {
  const escaped = text.replace(/["\\\p{Cc}\u2028\u2029]/gu, (character) =>
    /[\x7f-\x84\x86-\x9f]/.test(character)
      ? character
      : (shortEscapes[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`),
  );
  return `"${escaped}"`;
}
