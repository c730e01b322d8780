import { isJsonObject, mapFields, mapItems, type JsonObject, type JsonValue } from "./json.ts";

/**
 * What a person calls a resource: its name, behind the names of what it belongs to, such as `["Hello World", "Restart"]` for a
 * runbook. Never an id. A project's variables, process and settings have the key of their owner.
 */
export type Key = string[];

/** Which resource is meant. `kind` is the id of a resource kind, or `action`, `template` or `tag` for the parts that others point to. */
export interface Target {
  kind: string;
  key: Key;
}

/** Stands in a body where the API has an id. */
export interface Reference extends JsonObject {
  $ref: { kind: string; key: Key };
}

/** Stands in a body where a text has ids in it: the pieces in order. */
export interface Text extends JsonObject {
  $text: (string | Reference)[];
}

/** Stands in a body where the server keeps a secret. */
export interface SecretMark extends JsonObject {
  $secret: {
    /** The Octopus variable whose value the deploying run sends; null where a step, or another part of a project, holds the secret itself. */
    variable: string | null;
    /** The variable that has this value whatever else is called like the first one: `Password[Production]`. Asked for first. */
    named?: string;
    /** Whether it is the space's own once it is there: it is sent no more. */
    isKept?: boolean;
    /** Why no deploying run can know the value; absent when one can. */
    unresolvable?: string;
  };
}

export interface GraphNode {
  kind: string;
  key: Key;
  /**
   * Which resource of its source it is, whatever it is called by now: {@link identify} of its id there. Absent for what there is one
   * of beside its owner, for what never was in a space, and in graphs of the first format. Items have theirs in the field `$id`.
   */
  id?: string;
  /** What the resource belongs to: a project, a runbook, a library variable set. Absent for what belongs to the space. */
  owner?: Target;
  /** As the API gives it, without what the server makes, with references for ids and marks for secrets. */
  body: JsonObject;
  /** Of a step template that comes along for its own sake. */
  origin?: Origin;
}

/** What tells where a step template is from, and is no part of what it is. */
export interface Origin {
  /** The page of the community step template of which it was installed: every server knows it by that. */
  website?: string;
}

/** A resource that has to be in the space already. */
export interface LookUp extends Target {
  /** What tells it from others of the same name, such as a feed's type. */
  details?: Record<string, string>;
}

/** Something that was left out or carried along without being understood: said in the log and kept in the manifest. */
export interface Remark {
  about: Target;
  text: string;
}

/** A set of resources and all that they point to. Nodes stand in the order in which they can be created. */
export interface ResourceGraph {
  nodes: GraphNode[];
  lookUps: LookUp[];
  remarks: Remark[];
}

/** The space that a graph is read from or applied to, whatever it is called there. */
export const ownSpace: Target = { kind: "space", key: ["."] };

/** What stands in a body for the id of the resource with that key. */
export function reference(kind: string, key: Key): Reference {
  return { $ref: { kind, key } };
}

export function isReference(value: unknown): value is Reference {
  return hasOnly(value, "$ref") && isJsonObject(value["$ref"]) && typeof value["$ref"]["kind"] === "string";
}

export function isText(value: unknown): value is Text {
  return hasOnly(value, "$text") && Array.isArray(value["$text"]);
}

export function isSecretMark(value: unknown): value is SecretMark {
  return hasOnly(value, "$secret") && isJsonObject(value["$secret"]);
}

/** One string for a target, usable as the key of a map. */
export function targetId(target: Target): string {
  return `${target.kind} ${JSON.stringify(target.key)}`;
}

/** How a sentence names a target: `the runbook "Restart" of "Hello World"`. */
export function describeTarget(target: Target, label: string = target.kind): string {
  const [name = "", ...owners] = target.key.toReversed();
  return owners.length === 0
    ? `the ${label} "${name}"`
    : `the ${label} "${name}" of ${owners.map((owner) => `"${owner}"`).join(" of ")}`;
}

/** Calls `visit` for every reference in the value, those inside texts included. */
export function forEachReference(value: JsonValue, visit: (target: Target) => void): void {
  if (isReference(value)) visit(value.$ref);
  else if (isText(value)) value.$text.filter(isReference).forEach((piece) => visit(piece.$ref));
  else if (Array.isArray(value)) value.forEach((item) => forEachReference(item, visit));
  else if (isJsonObject(value)) Object.values(value).forEach((item) => forEachReference(item, visit));
}

/** Calls `visit` for every secret mark in the value, with the path of fields and item names that leads to it. */
export function forEachSecret(value: JsonValue, visit: (mark: SecretMark, path: string[]) => void): void {
  if (isJsonObject(value) && secretless.has(value)) return;
  let hasNone = true;
  const tell = (mark: SecretMark, path: string[]): void => {
    hasNone = false;
    visit(mark, path);
  };
  visitSecrets(value, tell, []);
  if (hasNone && isJsonObject(value)) secretless.add(value);
}

/** Whether there is one anywhere in the body. */
export function holdsSecret(body: JsonObject): boolean {
  let isFound = false;
  forEachSecret(body, () => void (isFound = true));
  return isFound;
}

/** Bodies that were looked through before: nothing in a graph is changed in its place, and most bodies have no secret. */
const secretless = new WeakSet<JsonObject>();

/** One path for all, since most places have no secret. */
function visitSecrets(value: JsonValue, visit: (mark: SecretMark, path: string[]) => void, path: string[]): void {
  if (isSecretMark(value)) return visit(value, [...path]);
  const enter = (inner: JsonValue, name: string): void => {
    if (typeof inner !== "object" || inner === null) return;
    path.push(name);
    visitSecrets(inner, visit, path);
    path.pop();
  };
  if (Array.isArray(value)) value.forEach((item, index) => enter(item, itemName(item, index)));
  else if (isJsonObject(value)) for (const field of Object.keys(value)) enter(value[field] ?? null, field);
}

/** The value with what `change` makes of each secret mark in it, in the order in which {@link forEachSecret} visits them. */
export function mapSecrets(value: JsonObject, change: (mark: SecretMark) => SecretMark): JsonObject {
  const mapValue = (inner: JsonValue): JsonValue => {
    if (isSecretMark(inner)) return change(inner);
    if (Array.isArray(inner)) return mapItems(inner, mapValue);
    return isJsonObject(inner) ? mapFields(inner, mapValue) : inner;
  };
  return mapFields(value, mapValue);
}

function itemName(item: JsonValue, index: number): string {
  return isJsonObject(item) && typeof item["Name"] === "string" ? item["Name"] : String(index);
}

function hasOnly(value: unknown, field: string): value is JsonObject {
  return isJsonObject(value) && field in value && Object.keys(value).length === 1;
}
