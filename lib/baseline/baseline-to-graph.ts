import { digestStepTemplate } from "../graph/digest-step-template.ts";
import { nameResourceSecrets } from "../graph/name-resource-secrets.ts";
import { sortPlain } from "../graph/sort-lists.ts";
import {
  forEachReference,
  isReference,
  reference,
  targetId,
  type GraphNode,
  type Key,
  type LookUp,
  type Reference,
  type ResourceGraph,
  type Target,
} from "../model/graph.ts";
import { isJsonObject, objectsOf, type JsonObject, type JsonValue } from "../model/json.ts";
import { foldName } from "../octopus/same-name.ts";
import type { Field } from "../resources/field.ts";
import { bodyField, fieldIn, isOrdered } from "../resources/fields.ts";
import { listHolders } from "../resources/holders.ts";
import { identifyItems } from "../resources/identify-items.ts";
import { getKind, resourceKinds } from "../resources/index.ts";
import { isOpenItem } from "../resources/open-items.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";
import type { Baseline } from "./baseline-schema.ts";
import type { Part, Section } from "./section.ts";
import { sections } from "./sections/index.ts";
import { toBody } from "./shape.ts";
import { put } from "./value.ts";

/** A baseline as resources. Their bodies have only what the baseline names. What it uses and does not define has to be there. */
export function toGraph(baseline: Baseline): ResourceGraph {
  const nodes = sections.flatMap((section) =>
    objectsOf(baseline, section.key).flatMap((said) => toNodes(section, said)),
  );
  const order = new Map(resourceKinds.map(({ id }, index) => [id, index]));
  const sorted = spellReferences(nodes).toSorted((a, b) => (order.get(a.kind) ?? 0) - (order.get(b.kind) ?? 0));
  return { nodes: sorted, lookUps: listLookUps(sorted), remarks: [] };
}

function toNodes(section: Section, said: JsonObject): GraphNode[] {
  const kind = getKind(section.kind);
  const key = keyOf(kind, toBody(section, said, []));
  const body = nameResourceSecrets(kind, key.slice(0, 1), toBody(section, said, key));
  const parts = Object.entries(section.parts ?? {}).flatMap(([name, part]) => {
    const value = said[name];
    return value === undefined ? [] : toPartNodes(part, value, { kind: section.kind, key });
  });
  return [{ kind: section.kind, key, body }, ...parts];
}

/** Step templates are known by what they are, too. */
function keyOf(kind: ResourceKind, body: JsonObject): Key {
  return [kind.nameOf(body), ...(kind.isVersioned === true ? [digestStepTemplate(body)] : [])];
}

function toPartNodes(part: Part, value: JsonValue, owner: Target): GraphNode[] {
  const { field, kind } = part;
  const said = part.isMany === true && Array.isArray(value) ? value : [value];
  return said.map((one) => {
    const body = put({}, field.at, field.toBody(one, owner.key));
    const key: Key = part.isMany === true ? [...owner.key, getKind(kind).nameOf(body)] : owner.key;
    return { kind, key, owner, body };
  });
}

/** What the document has itself is called as it is there, in whatever case another part of the document names it. */
function spellReferences(nodes: readonly GraphNode[]): GraphNode[] {
  const defined = listTargets({ nodes });
  const byName = new Map(defined.map((target) => [foldName(targetId(target)), target]));
  const find = (target: Target): Target | undefined => byName.get(foldName(targetId(target)));
  const spell = (target: Target): Target => {
    const found = find(target);
    if (found !== undefined) return found;
    const [holder] = listHolders(target).flatMap((one) => find(one) ?? []);
    return holder === undefined ? target : { kind: target.kind, key: [...holder.key, target.key.at(-1) ?? ""] };
  };
  return nodes.map((node) => ({ ...node, body: mapReferences(node.body, bodyField(getKind(node.kind)), spell) }));
}

/** Lists whose order means nothing stay in the order in which they are read back. */
function mapReferences(object: JsonObject, field: Field, change: (target: Target) => Target): JsonObject {
  const mapValue = (value: JsonValue, inner: Field): JsonValue => {
    if (isReference(value)) return toReference(change(value.$ref));
    if (!Array.isArray(value)) return isJsonObject(value) ? mapReferences(value, inner, change) : value;
    const mapped = value.map((item) => mapValue(item, inner));
    return mapped.every(isReference) && !isOrdered(inner) ? sortPlain(mapped) : mapped;
  };
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [name, mapValue(value, fieldIn(field, name))]),
  );
}

function toReference({ kind, key }: Target): Reference {
  return reference(kind, key);
}

/** All that can be referred to of what a graph defines. */
export function listTargets({ nodes }: { nodes: readonly GraphNode[] }): Target[] {
  return nodes.flatMap((node) => [{ kind: node.kind, key: node.key }, ...listItems(node)]);
}

/** What the nodes point to and do not define. */
function listLookUps(nodes: readonly GraphNode[]): LookUp[] {
  const defined = new Set(listTargets({ nodes }).map(targetId));
  const used = new Map<string, Target>();
  for (const { body } of nodes) forEachReference(body, (target) => used.set(targetId(target), target));
  const holders = nodes.map(({ kind, key, body }) => ({ kind: getKind(kind), key, document: body }));
  return [...used].flatMap(([id, target]) => (defined.has(id) || isOpenItem(target, holders) ? [] : [target]));
}

function listItems({ kind, key, body }: GraphNode): Target[] {
  return (getKind(kind).items ?? []).flatMap((list) => {
    const { referencedAs, path } = list;
    if (referencedAs === undefined) return [];
    const items = path.reduce((owners, field) => owners.flatMap((owner) => objectsOf(owner, field)), [body]);
    return [...identifyItems(list, items).keys()].map((name) => ({ kind: referencedAs, key: [...key, name] }));
  });
}
