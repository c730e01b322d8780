import { isReference, isSecretMark, isText } from "../model/graph.ts";
import { isJsonObject, textOf, type JsonObject, type JsonValue } from "../model/json.ts";
import { isSameName } from "../octopus/same-name.ts";
import { findField } from "../resources/fields.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";

/**
 * Whether a document is just what a deployment made, or would: else somebody made it, or has worked in it since. What is called by
 * ids in a space cannot be told from what people chose, and a server may not know a field: both say nothing.
 * @param sent - in graph form
 */
export function isAsMade(kind: ResourceKind, sent: JsonObject, document: JsonObject): boolean {
  const { createOnly = [], deferred = [] } = kind;
  const isAtOnce = (field: string): boolean => ![...createOnly, ...deferred].includes(field);
  const isSaid = Object.keys(sent).every((field) => !isAtOnce(field) || isFieldAsSent(field, sent, document));
  const added = Object.keys(document).filter((field) => isAtOnce(field) && sent[field] === undefined);
  return isSaid && !added.some((field) => findField(kind, [field]).text === "words" && textOf(document, field) !== "");
}

function isFieldAsSent(field: string, sent: JsonObject, document: JsonObject): boolean {
  if (field === "Name") return isSameName(textOf(document, field), textOf(sent, field));
  return isAsSent(sent[field] ?? null, document[field]);
}

function isAsSent(value: JsonValue, there: JsonValue | undefined): boolean {
  if (there === undefined || Array.isArray(value)) return true;
  if (!isJsonObject(value)) return (there ?? "") === (value ?? "");
  if (isReference(value) || isText(value) || isSecretMark(value) || !isJsonObject(there)) return true;
  return Object.entries(value).every(([field, inner]) => isAsSent(inner, there[field]));
}
