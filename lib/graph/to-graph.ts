import {
  forEachReference,
  ownSpace,
  targetId,
  type GraphNode,
  type Key,
  type LookUp,
  type Remark,
  type ResourceGraph,
  type Target,
} from "../model/graph.ts";
import { identify } from "../model/identity.ts";
import type { JsonObject } from "../model/json.ts";
import type { OctopusDocument } from "../octopus/octopus-client.ts";
import { describeByKind } from "../resources/describe-by-kind.ts";
import { getKind } from "../resources/index.ts";
import { isOpenItem } from "../resources/open-items.ts";
import { ParameterError } from "../step/errors.ts";
import { markUnresolvable, restoreReasons } from "./explain-secrets.ts";
import type { ReadResource } from "./leave-out.ts";
import { nameHeldSecrets, nameResourceSecrets } from "./name-resource-secrets.ts";
import { nameSecretValues } from "./name-secret-values.ts";
import { readBody } from "./read-body.ts";
import { nameItems, type NameIndex } from "./read-names.ts";

export interface GraphContext {
  /** Keys of step templates that come along whether a node uses them or not: those of files in Git, or asked for. */
  wantedTemplates: Key[];
  names: NameIndex;
  remarks: Remark[];
  /** By variable id. */
  unresolvable: Map<string, string>;
}

/**
 * The resources as nodes, with the step templates that they use and the names of all that they need besides.
 * @throws {@link ParameterError} for what points to something that is missing, all of it at once
 */
export function toGraph(
  resources: ReadResource[],
  { names, remarks, unresolvable, wantedTemplates }: GraphContext,
): ResourceGraph {
  const unknown: string[] = [];
  const toNode = ({ kind, key, owner, document }: ReadResource): GraphNode => {
    const about = { kind: kind.id, key };
    const remark = kind.remarkOn?.(document);
    if (remark !== undefined) remarks.push({ about, text: remark });
    const body = readBody(kind, markUnresolvable(document, unresolvable), {
      names,
      onRemark: (text) => remarks.push({ about, text }),
      onUnknownId: ({ path, id }) => unknown.push(`${describeByKind(about)} refers in ${path} to "${id}"`),
    });
    return {
      ...about,
      ...(kind.isSingleton !== true && { id: identify(document.Id) }),
      ...(owner !== undefined && { owner }),
      body: nameSecrets({ kind, key, owner }, restoreReasons(body)),
    };
  };
  const nodes = resources.map(toNode);
  if (unknown.length > 0) {
    throw new ParameterError(
      `Nothing in the space that the user of this API key may see has what is referred to: ${unknown.join("; ")}. Correct these places in Octopus, or let the user see what they refer to.`,
    );
  }
  const used = listReferences(nodes);
  const wanted = new Set(wantedTemplates.map((key) => JSON.stringify(key)));
  const templates = names
    .stepTemplates()
    .filter(({ target }) => used.has(targetId(target)) || wanted.has(JSON.stringify(target.key)));
  const all = [...templates.map((template) => toTemplateNode(template, names)).toSorted(compareNodes), ...nodes];
  return { nodes: all, lookUps: listLookUps(all, resources, names), remarks: remarks.toSorted(compareRemarks) };
}

/** What has secrets of its own has names for them, and what has its owner's has names for these. */
function nameSecrets({ kind, key, owner }: Omit<ReadResource, "document">, body: JsonObject): JsonObject {
  const named = nameSecretValues(body);
  if (owner === undefined) return nameResourceSecrets(kind, key, named);
  return kind.hasOwnersSecrets === true
    ? nameResourceSecrets(kind, key, named, getKind(owner.kind))
    : nameHeldSecrets(kind, key, named);
}

function toTemplateNode(
  { target, document }: { target: Target; document: OctopusDocument },
  names: NameIndex,
): GraphNode {
  const kind = getKind(target.kind);
  // Its key tells contents apart, too.
  const body = nameResourceSecrets(kind, target.key.slice(0, 1), readBody(kind, document, { names }));
  return { ...target, id: identify(document.Id), body };
}

function listReferences(nodes: GraphNode[]): Map<string, Target> {
  const references = new Map<string, Target>();
  for (const { body } of nodes) forEachReference(body, (target) => references.set(targetId(target), target));
  return references;
}

/** What the nodes point to or belong to, and do not define themselves. */
function listLookUps(nodes: GraphNode[], resources: ReadResource[], names: NameIndex): LookUp[] {
  const defined = new Set([...nodes.map(targetId), ...resources.flatMap(listItemTargets).map(targetId)]);
  const needed = listReferences(nodes);
  for (const { owner } of nodes) if (owner !== undefined) needed.set(targetId(owner), owner);
  const missing = [...needed.entries()].filter(
    ([id, target]) => !defined.has(id) && target.kind !== ownSpace.kind && !isOpenItem(target, resources),
  );
  return missing.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, target]) => names.describe(target));
}

function listItemTargets({ kind, key, document }: ReadResource): Target[] {
  return (kind.items ?? []).flatMap((items) => {
    const { referencedAs } = items;
    return referencedAs === undefined
      ? []
      : nameItems(items, document).map(({ name }) => ({ kind: referencedAs, key: [...key, name] }));
  });
}

function compareNodes(a: GraphNode, b: GraphNode): number {
  return targetId(a) < targetId(b) ? -1 : 1;
}

function compareRemarks(a: Remark, b: Remark): number {
  const [first, second] = [a, b].map((remark) => `${targetId(remark.about)} ${remark.text}`);
  return (first ?? "") < (second ?? "") ? -1 : 1;
}
