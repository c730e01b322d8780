import { canonicalJson, isJsonObject, textOf, type JsonObject, type JsonValue } from "../model/json.ts";
import type { ItemList, ResourceKind } from "../resources/resource-kind.ts";
import { identify, identityField } from "../model/identity.ts";
import {
  isReference,
  isSecretMark,
  isText,
  reference,
  type Reference,
  type SecretMark,
  type Target,
} from "../model/graph.ts";
import { isId, splitAtIds } from "./ids.ts";

/** What the ids of one space are called. */
export interface Names {
  spaceId: string;
  /** The resource, or the item of one, that has the id; undefined when nothing known has it. */
  find(id: string): Target | undefined;
  /** @param tag - its canonical name, `Set/Tag` */
  findTag(tag: string): Target | undefined;
  /** Step templates are known by what they are at one version. */
  findStepTemplate(id: string, version: string): Target | undefined;
}

export interface ReadOptions {
  names: Names;
  /** Called for what was carried along as it is although it looks like an id. */
  onRemark?: (text: string) => void;
  /** Called for an id, or a tag, in a place for ids that nothing has; the text stays. */
  onUnknownId?: (unknown: { path: string; id: string }) => void;
}

/** The ids and tags that a document points to, for looking all of them up at once. */
export interface MetIds {
  ids: Set<string>;
  tags: Set<string>;
  stepTemplates: { id: string; version: string }[];
}

/** The space that a graph is read from or applied to, whatever it is called there. */
export const ownSpace: Target = { kind: "space", key: ["."] };

/**
 * A document as a graph carries it: without what the server makes (ids, links, `kind.serverMade`, fields that are null), with
 * references for ids and marks for secrets, and with lists sorted whose order means nothing. Items say in `$id` which ones of their
 * space they are; but for that, two spaces that hold the same give equal bodies.
 */
export function readBody(kind: ResourceKind, document: JsonObject, options: ReadOptions): JsonObject {
  const body = readObject(withoutFields(document, kind.serverMade ?? []), {
    ...options,
    items: kind.items ?? [],
    path: [],
    fields: [],
    opaque: false,
  });
  return kind.id === "variableSet" ? sortVariables(body) : body;
}

/** What {@link readBody} will ask `names` for. */
export function collectIds(kind: ResourceKind, document: JsonObject): MetIds {
  const met: MetIds = { ids: new Set(), tags: new Set(), stepTemplates: [] };
  const names: Names = {
    spaceId: "",
    find: (id) => void met.ids.add(id),
    findTag: (tag) => void met.tags.add(tag),
    findStepTemplate: (id, version) => void met.stepTemplates.push({ id, version }),
  };
  readBody(kind, document, { names });
  return met;
}

/**
 * A body from another space as it would be read here: text in it that only looked like an id there may be the id of something here,
 * and is then read as that, in this and in what was written from it alike.
 */
export function recognizeIds(body: JsonObject, names: Names): JsonObject {
  return Object.fromEntries(
    Object.entries(body).map(([field, value]) => [
      field,
      isKept(field) || field === identityField ? value : recognizeInside(value, names),
    ]),
  );
}

function recognizeInside(value: JsonValue, names: Names): JsonValue {
  if (isReference(value) || isSecretMark(value)) return value;
  if (Array.isArray(value)) return value.map((item) => recognizeInside(item, names));
  if (isText(value))
    return toText(value.$text.flatMap((piece) => (isReference(piece) ? [piece] : recognizePieces(piece, names))));
  if (isJsonObject(value)) return recognizeIds(value, names);
  return typeof value === "string" ? toText(recognizePieces(value, names)) : value;
}

function recognizePieces(text: string, names: Names): (string | Reference)[] {
  return splitAtIds(text).map((piece) =>
    piece.isId ? (findReference(piece.text, { names }) ?? piece.text) : piece.text,
  );
}

function toText(pieces: (string | Reference)[]): JsonValue {
  const [only = "", ...more] = joinNeighbors(pieces);
  return more.length === 0 ? only : { $text: [only, ...more] };
}

/** Why a step's own secret cannot be sent: no variable holds it. */
export const heldByStep =
  "no variable holds it: move the value into a sensitive variable and let the field refer to that";

interface Place extends ReadOptions {
  items: readonly ItemList[];
  /** Field and item names, for people. */
  path: string[];
  /** Field names alone, as kinds name lists of items. */
  fields: string[];
  /** Inside `Properties` and `Inputs`, whose fields are not ours to know. */
  opaque: boolean;
}

const droppedFields = ["Id", "Links", "SpaceId", "LastModifiedOn", "LastModifiedBy"];
/** What is in these is named and identified by people and steps: an icon has an id that is none of the space's. */
const opaqueFields = ["Properties", "Inputs", "DisplaySettings", "Icon"];
const tagFields = ["TenantTags", "TenantTag", "ProjectTags", "RunbookTags", "EnvironmentTags"];
/** Lists whose order decides something. */
const orderedFields = ["IncludedLibraryVariableSetIds"];
/** Words of people, never ids. */
const wordFields = new Set(
  [
    "Name",
    "Description",
    "Notes",
    "Label",
    "HelpText",
    "ReleaseNotes",
    "ReleaseNotesTemplate",
    "DeploymentChangesTemplate",
    "Slug",
    "Role",
    "Roles",
  ].concat([
    "TargetRoles",
    "VersionRange",
    "Tag",
    "SelectOptions",
    "Username",
    "Type",
    "Octopus.Action.TargetRoles",
    "Octopus.SelectOptions",
  ]),
);
/** Places for ids whose names do not end in Id or Ids. */
const idFields = new Set(
  ["Environments", "ExcludedEnvironments", "Channels", "Environment", "Machine", "Channel", "ProcessOwner"].concat([
    "AutomaticDeploymentTargets",
    "OptionalDeploymentTargets",
  ]),
);
/** Places for the ids of steps and actions, which are GUIDs. */
const guidFields = new Set(["Action", "DonorPackageStepId", "ReleaseCreationPackageStepId"]);
/** Programs: rewriting an id in one could change what it does. */
const scriptProperty =
  /^Octopus\.Action\.(Script\.ScriptBody|CustomScripts\.|Terraform\.Template$|KubernetesContainers\.CustomResourceYaml|Aws\.CloudFormationTemplate$|Azure\.ResourceGroupTemplate)/;

function readObject(object: JsonObject, place: Place): JsonObject {
  const template = findTemplateUse(object, place);
  const body: JsonObject = {};
  for (const [field, value] of Object.entries(template?.rest ?? object)) {
    if (!place.opaque && droppedFields.includes(field)) continue;
    const inner = {
      ...place,
      path: [...place.path, field],
      fields: [...place.fields, field],
      opaque: place.opaque || opaqueFields.includes(field),
    };
    const read = readField(field, value, { object, place: inner });
    if (read !== undefined) body[field] = read;
  }
  return template === undefined ? body : { ...body, [templateId]: template.reference };
}

function readField(
  field: string,
  value: JsonValue,
  { object, place }: { object: JsonObject; place: Place },
): JsonValue | undefined {
  if (field === "Value" && object["IsSensitive"] === true) return mark(textOf(object, "Name"));
  if (field === "Prompt" && !place.opaque) return withoutNulls(value);
  if (typeof value === "string" && isKept(field)) return value;
  if (Array.isArray(value)) return readList(field, value, place);
  return readValue(value, place);
}

function readValue(value: JsonValue, place: Place): JsonValue | undefined {
  if (value === null) return undefined;
  if (typeof value === "string") return readText(value, place);
  if (Array.isArray(value)) return readList("", value, place);
  if (!isJsonObject(value)) return value;
  if (isSensitiveValue(value)) return value["HasValue"] === true ? mark(null) : undefined;
  return readObject(value, place);
}

function readList(field: string, list: JsonValue[], place: Place): JsonValue {
  if (isKept(field)) return sortPlain(list);
  if (!place.opaque && tagFields.includes(field)) return sortPlain(list.map((tag) => readTag(tag, place)));
  const read = list.map((item) => readItem(item, { ...place, path: [...place.path, pathName(item)] }));
  const isPlain =
    !place.opaque &&
    !orderedFields.includes(field) &&
    read.every((item) => typeof item === "string" || isReference(item));
  return isPlain ? sortPlain(read) : read;
}

function readItem(item: JsonValue, place: Place): JsonValue {
  const read = readValue(item, place) ?? null;
  if (!isJsonObject(item) || !isJsonObject(read) || textOf(item, "Id") === "" || !isDeclared(place)) return read;
  return { ...read, [identityField]: identify(textOf(item, "Id")) };
}

function isDeclared({ items, fields }: Place): boolean {
  return items.some((list) => list.path.join() === fields.join());
}

function readTag(tag: JsonValue, place: Place): JsonValue {
  if (typeof tag !== "string") return tag;
  const target = place.names.findTag(tag);
  if (target === undefined) place.onUnknownId?.({ path: describePath(place.path), id: tag });
  return target === undefined ? tag : reference(target.kind, target.key);
}

function readText(text: string, place: Place): JsonValue {
  const field = place.path.findLast((part) => !part.startsWith("[")) ?? "";
  const whole = isId(text) || (guidFields.has(field) && text !== "") ? findReference(text, place) : undefined;
  if (whole !== undefined) return whole;
  if (guidFields.has(field) ? isGuid(text) : isId(text) && isIdField(field, place)) return reportUnknown(text, place);
  if (!isId(text) && isIdField(field, place) && /^[A-Z][A-Za-z]+-\d+$/.test(text)) remarkUnknown(text, place);
  return readFreeText(text, { place, isIdList: field.endsWith("Ids") });
}

/** Comma lists, JSON, addresses: whatever holds ids between other words. */
function readFreeText(text: string, { place, isIdList }: { place: Place; isIdList: boolean }): JsonValue {
  const unmapped = isIdList ? reportUnknown : remarkUnknown;
  const pieces = splitAtIds(text).map((piece) =>
    piece.isId ? (findReference(piece.text, place) ?? unmapped(piece.text, place)) : piece.text,
  );
  if (!pieces.some(isReference)) return text;
  return { $text: joinNeighbors(pieces) };
}

function reportUnknown(id: string, place: Place): string {
  place.onUnknownId?.({ path: describePath(place.path), id });
  return id;
}

function remarkUnknown(id: string, place: Place): string {
  place.onRemark?.(
    `${describePath(place.path)} holds "${id}", which looks like an id, but nothing in the space has it: the text is carried along as it is`,
  );
  return id;
}

function findReference(id: string, { names }: Pick<Place, "names">): Reference | undefined {
  const target = id === names.spaceId ? ownSpace : names.find(id);
  return target === undefined ? undefined : reference(target.kind, target.key);
}

/** A property named `…Id` holds an id as surely as a field does, though a list of ids is one text there. */
function isIdField(field: string, { path }: Place): boolean {
  return /Ids?$/.test(field) || (idFields.has(field) && path.length > 1) || path[0] === "Environments";
}

function isGuid(text: string): boolean {
  return /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text);
}

const templateId = "Octopus.Action.Template.Id";
const templateVersion = "Octopus.Action.Template.Version";

function findTemplateUse(object: JsonObject, place: Place): { rest: JsonObject; reference: Reference } | undefined {
  const id = textOf(object, templateId);
  if (id === "") return undefined;
  const target = place.names.findStepTemplate(id, textOf(object, templateVersion));
  if (target === undefined) {
    place.onUnknownId?.({ path: describePath([...place.path, templateId]), id });
    return undefined;
  }
  return { rest: withoutFields(object, [templateId, templateVersion]), reference: reference(target.kind, target.key) };
}

function mark(variable: string | null): SecretMark {
  return { $secret: variable === null ? { variable, unresolvable: heldByStep } : { variable } };
}

/** Octopus's way of not telling a secret: whether there is one. */
function isSensitiveValue(value: JsonObject): boolean {
  return (
    typeof value["HasValue"] === "boolean" &&
    Object.keys(value).every((field) => ["HasValue", "NewValue", "Hint"].includes(field))
  );
}

function isKept(field: string): boolean {
  return wordFields.has(field) || scriptProperty.test(field);
}

function sortVariables(body: JsonObject): JsonObject {
  const variables = Array.isArray(body["Variables"]) ? body["Variables"].filter(isJsonObject) : [];
  const keyed = variables.map((variable) => ({
    variable,
    key: [textOf(variable, "Name"), canonicalJson(variable["Scope"] ?? {})],
  }));
  return { ...body, Variables: keyed.toSorted((a, b) => compareKeys(a.key, b.key)).map(({ variable }) => variable) };
}

function compareKeys(a: string[], b: string[]): number {
  const index = a.findIndex((part, position) => part !== b[position]);
  return index === -1 ? 0 : compareTexts(a[index] ?? "", b[index] ?? "");
}

function sortPlain(list: JsonValue[]): JsonValue[] {
  return list.toSorted((a, b) => compareTexts(canonicalJson(a), canonicalJson(b)));
}

/** Code units, so that the order is the same on every machine. */
function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function joinNeighbors(pieces: (string | Reference)[]): (string | Reference)[] {
  const joined: (string | Reference)[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (typeof piece === "string" && typeof last === "string") joined[joined.length - 1] = last + piece;
    else joined.push(piece);
  }
  return joined;
}

function withoutFields(object: JsonObject, fields: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([field]) => !fields.includes(field)));
}

function withoutNulls(value: JsonValue): JsonValue | undefined {
  if (!isJsonObject(value)) return value ?? undefined;
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null));
}

function pathName(item: JsonValue): string {
  return isJsonObject(item) ? `[${textOf(item, "Name")}]` : "[]";
}

function describePath(path: string[]): string {
  return path
    .filter((part) => part !== "[]")
    .join(".")
    .replaceAll(".[", "[")
    .replaceAll("[]", "");
}
