import {
  forEachReference,
  targetId,
  type GraphNode,
  type Remark,
  type ResourceGraph,
  type Target,
} from "../model/graph.ts";
import { isSameJson, objectsOf, type JsonObject, type JsonValue } from "../model/json.ts";
import { describeByKind, pluralOf } from "../resources/describe-by-kind.ts";
import { findKind, getKind } from "../resources/index.ts";
import type { Baseline } from "./baseline-schema.ts";
import type { Part, Section } from "./section.ts";
import { sections } from "./sections/index.ts";
import { fromBody, isOfKnownType } from "./shape.ts";
import type { Reading } from "./value.ts";

/** A baseline that says what a graph has, and what of it no baseline can say. */
export interface BaselineReading {
  baseline: Baseline;
  remarks: Remark[];
}

/** The opposite of `toGraph`. */
export function fromGraph({ nodes, remarks }: ResourceGraph): BaselineReading {
  const told = remarks.filter(({ about }) => isSaid(about.kind));
  const said = sections.map((section) => [section.key, readSection(section, { nodes, told })] as const);
  const baseline = Object.fromEntries(said.filter(([, list]) => list.length > 0));
  return { baseline, remarks: [...told, ...tellPackaged(nodes)].toSorted(compareRemarks) };
}

const saidKinds = new Set(
  sections.flatMap(({ kind, parts = {} }) => [kind, ...Object.values(parts).map((part) => part.kind)]),
);

function isSaid(kind: string): boolean {
  return saidKinds.has(kind);
}

/** What belongs to projects and is in no section. */
function tellPackaged(nodes: readonly GraphNode[]): Remark[] {
  const counts = new Map<string, number>();
  for (const { kind, key, body } of nodes) {
    const isEmpty = objectsOf(body, "Steps").length === 0 && "Steps" in body;
    const what = `${key[0] ?? ""}\n${getKind(kind).label}`;
    if (!isSaid(kind) && !isEmpty) counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return [...counts].map(([what, count]) => {
    const [project = "", label = ""] = what.split("\n");
    const isOne = count === 1;
    const said = isOne ? `its ${label} is` : `${count} of its ${pluralOf(label)} are`;
    const text = `${said} made in the UI, and ${isOne ? "comes" : "come"} in a package`;
    return { about: { kind: "project", key: [project] }, text };
  });
}

interface Source {
  nodes: readonly GraphNode[];
  told: Remark[];
}

function readSection(section: Section, source: Source): JsonObject[] {
  const { kind, isOf = () => true, sortBy = () => 0 } = section;
  const own = source.nodes.filter((node) => node.kind === kind && isOf(node.body));
  return own.toSorted((a, b) => sortBy(a.body) - sortBy(b.body)).flatMap((node) => readNode(section, node, source));
}

function readNode(section: Section, node: GraphNode, source: Source): JsonObject[] {
  const { body } = node;
  const { fields = {}, why = "" } = section.arrival ?? {};
  const said = readWhole(node, source, (reading) =>
    isOfKnownType(section, body) ? fromBody(section, { ...body, ...fields }, reading) : undefined,
  );
  if (said === undefined) return [];
  const isOther = Object.entries(fields).some(([field, value]) => !isSameJson(body[field], value));
  if (isOther) source.told.push({ about: toTarget(node), text: why });
  const parts = Object.entries(section.parts ?? {}).flatMap(([name, part]) => {
    const value = readPart(part, node, source);
    return value === undefined ? [] : [[name, value] as const];
  });
  return [{ ...said, ...Object.fromEntries(parts) }];
}

function readPart({ kind, field, isMany }: Part, owner: GraphNode, source: Source): JsonValue | undefined {
  const ownerId = targetId({ kind: owner.kind, key: owner.key });
  const own = source.nodes.filter((node) => node.kind === kind && node.owner && targetId(node.owner) === ownerId);
  const read = (node: GraphNode, reading: Reading): JsonValue | undefined =>
    fromBody({ fields: { it: field } }, node.body, reading)?.["it"];
  const said = own
    .map((node) => readWhole(node, source, (reading) => read(node, reading)))
    .filter((value) => value !== undefined);
  if (isMany !== true) return said[0];
  return said.length === 0 ? undefined : said;
}

/** Tells of what is not said of the resource, or that nothing is. */
function readWhole<T>(node: GraphNode, { told }: Source, read: (reading: Reading) => T | undefined): T | undefined {
  const untold: string[] = [];
  const packaged = findPackaged(node);
  const said = packaged === undefined ? read({ key: node.key, tell: (what) => untold.push(what) }) : undefined;
  const words = [...new Set(untold)].join(", ");
  if (said === undefined && packaged === undefined && words === "" && getKind(node.kind).isSingleton === true)
    return undefined;
  const reason = packaged ?? `there are no words for ${words || "its type"}`;
  if (said === undefined) told.push({ about: toTarget(node), text: `left out: ${reason}` });
  else if (words !== "") told.push({ about: toTarget(node), text: `said without ${words}` });
  return said;
}

/** What belongs to a project and comes in a package is not there yet when a baseline fills a space. */
function findPackaged({ kind, body }: GraphNode): string | undefined {
  if (getKind(kind).isSingleton === true) return undefined;
  let reason: string | undefined;
  forEachReference(body, (target) => {
    const pointed = findKind(target.kind);
    if (pointed?.ownedBy !== undefined && !isSaid(pointed.id))
      reason = `it needs ${describeByKind(target)}, which comes in a package`;
  });
  return reason;
}

function toTarget({ kind, key }: GraphNode): Target {
  return { kind, key };
}

function compareRemarks(a: Remark, b: Remark): number {
  const [first = "", second = ""] = [a, b].map((remark) => `${targetId(remark.about)} ${remark.text}`);
  return first < second ? -1 : 1;
}
