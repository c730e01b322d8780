import { isReference, isSecretMark, isText } from "../model/graph.ts";
import { identityField } from "../model/identity.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../model/json.ts";
import { keptField } from "../model/kept.ts";
import { describeByKind } from "../resources/describe-by-kind.ts";

/**
 * Values of one place in graph form as people read them: names for what they refer to, no secret, and a line for each field; "" for
 * none. What is a secret in one of them is shown in none: it may be the very same, from before somebody made it one.
 */
export function describeValues(values: readonly (JsonValue | undefined)[]): string[] {
  const secretFields = new Set(values.flatMap((value) => listSecretFields(value)));
  return values.map((value) => toLines(value, "", secretFields).join("\n"));
}

/** Names of fields, wherever they are; "" for the value itself. */
function listSecretFields(value: JsonValue | undefined, field = ""): string[] {
  if (isSecretMark(value)) return [field];
  if (Array.isArray(value)) return value.flatMap((inner) => listSecretFields(inner, field));
  return isJsonObject(value) ? Object.entries(value).flatMap(([name, inner]) => listSecretFields(inner, name)) : [];
}

function toLines(value: JsonValue | undefined, field: string, secretFields: ReadonlySet<string>): string[] {
  const isShown = isSecretMark(value) || isNone(value) || !secretFields.has(field);
  if (!isShown) return ["a value, which is not shown since it is a secret elsewhere"];
  if (Array.isArray(value)) return toListLines(value, field, secretFields);
  if (isJsonObject(value) && !isOneValue(value)) return toFieldLines(value, secretFields);
  const text = toText(value);
  return text === "" ? [] : text.split(/\r?\n/);
}

function isNone(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || value === "";
}

function isOneValue(value: JsonValue): boolean {
  return isReference(value) || isText(value) || isSecretMark(value) || !isJsonObject(value);
}

function toText(value: JsonValue | undefined): string {
  if (isSecretMark(value)) return "a secret, which is not shown";
  if (isReference(value)) return describeByKind(value.$ref);
  if (isText(value))
    return value.$text.map((piece) => (isReference(piece) ? (piece.$ref.key.at(-1) ?? "") : piece)).join("");
  return value === undefined || value === null ? "" : String(value);
}

function toListLines(values: readonly JsonValue[], field: string, secretFields: ReadonlySet<string>): string[] {
  if (values.every(isOneValue)) return values.flatMap((value) => toLines(value, field, secretFields));
  return values.flatMap((value) =>
    toLines(value, field, secretFields).map((line, index) => `${index === 0 ? "- " : "  "}${line}`),
  );
}

/** In one order, since that of servers differs and would look like a change. What is empty says nothing beside what is there. */
function toFieldLines(value: JsonObject, secretFields: ReadonlySet<string>): string[] {
  const nameFirst = (field: string): string => (field === "Name" ? "" : field);
  const ordered = Object.entries(value).toSorted(([a], [b]) => (nameFirst(a) < nameFirst(b) ? -1 : 1));
  return ordered.flatMap(([field, inner]) => {
    const lines = field === identityField || field === keptField ? [] : toLines(inner, field, secretFields);
    if (lines.length === 0) return [];
    return lines.length === 1 && (inner === undefined || isOneValue(inner))
      ? [`${field}: ${lines[0] ?? ""}`]
      : [`${field}:`, ...lines.map((line) => `  ${line}`)];
  });
}
