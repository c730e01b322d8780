import {
  forEachReference,
  isReference,
  targetId,
  type GraphNode,
  type LookUp,
  type ResourceGraph,
  type Target,
} from "../model/graph.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../model/json.ts";
import { nameItems } from "../graph/read-names.ts";
import type { Field } from "../resources/field.ts";
import { bodyField, fieldIn } from "../resources/fields.ts";
import { listOwners } from "../resources/holders.ts";
import { getKind } from "../resources/index.ts";

/** All that the graph speaks of by name: its nodes and their items, what they point to, and target tags. By id. */
export function listTargets({ nodes, lookUps }: Pick<ResourceGraph, "nodes" | "lookUps">): Map<string, Target> {
  const all = new Map<string, Target>();
  const add = ({ kind, key }: Target): unknown => all.set(targetId({ kind, key }), { kind, key });
  for (const node of nodes) {
    listDefined(node).forEach(add);
    forEachReference(node.body, add);
    listRoles(node.body, bodyField(getKind(node.kind))).forEach((role) => add({ kind: "role", key: [role] }));
  }
  lookUps.flatMap((lookUp) => [lookUp, ...listOwners(lookUp)]).forEach(add);
  return all;
}

/** The node, and those of its items to which others may point. */
export function listDefined({ kind, key, body }: GraphNode): Target[] {
  const items = (getKind(kind).items ?? []).flatMap((list) => {
    const { referencedAs } = list;
    if (referencedAs === undefined) return [];
    return nameItems(list, body).map(({ name }) => ({ kind: referencedAs, key: [...key, name] }));
  });
  return [{ kind, key }, ...items];
}

/** What the nodes point to or belong to, and do not define, as the graph did and under the names of now. */
export function listLookUps(nodes: readonly GraphNode[], known: readonly LookUp[]): LookUp[] {
  const defined = new Set(nodes.flatMap(listDefined).map(targetId));
  const details = new Map(known.map((lookUp) => [targetId(lookUp), lookUp]));
  const needed = new Map<string, LookUp>();
  const need = ({ kind, key }: Target): void => {
    const id = targetId({ kind, key });
    if (!defined.has(id) && kind !== "space") needed.set(id, details.get(id) ?? { kind, key });
  };
  for (const { body, owner } of nodes) {
    forEachReference(body, need);
    if (owner !== undefined) need(owner);
  }
  return [...needed].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, lookUp]) => lookUp);
}

function listRoles(value: JsonValue, field: Field): string[] {
  if (typeof value === "string") return field.text === "role" ? splitRoles(value, field) : [];
  if (Array.isArray(value)) return value.flatMap((item) => listRoles(item, field));
  return isJsonObject(value) && !isReference(value) ? listRolesInside(value, field) : [];
}

function listRolesInside(object: JsonObject, field: Field): string[] {
  return Object.entries(object).flatMap(([name, inner]) => listRoles(inner, fieldIn(field, name)));
}

function splitRoles(text: string, { isCommaList }: Field): string[] {
  return (isCommaList === true ? text.split(",") : [text]).map((role) => role.trim()).filter((role) => role !== "");
}
