import { targetId, type GraphNode, type Target } from "../model/graph.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";
import { isSameJson } from "../model/json.ts";
import { getKind } from "../resources/index.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import type { SpaceDirectory } from "./space-directory.ts";

/** Finds what is in the space for the nodes of a graph. */
export interface CurrentFinder {
  /** The node's document, by the id that is known for it or else by its name; undefined when there is none, or no owner yet. */
  find(node: GraphNode): Promise<OctopusDocument | undefined>;
  /** Forgets what was listed, so that the next look sees what was written since. */
  forget(): void;
}

export interface CurrentFinderOptions {
  space: OctopusSpace;
  directory: SpaceDirectory;
  nodes: readonly GraphNode[];
  /** By target, the ids of what earlier runs made: people may have given it another name. */
  knownIds: ReadonlyMap<string, string>;
  /** What the space calls a resource, where that is not the graph's name for it. */
  nameOf: (node: GraphNode) => string;
  /** Whether the node's owner was made by this run: then the server has made defaults in it that nobody else did. */
  isOwnerNew: (node: GraphNode) => boolean;
}

/** A finder for one run: each list is read once. */
export function createCurrentFinder({
  space,
  directory,
  nodes,
  knownIds,
  nameOf,
  isOwnerNew,
}: CurrentFinderOptions): CurrentFinder {
  const lists = new Map<string, Promise<OctopusDocument[]>>();
  const targets = new Map([...knownIds].map(([target, id]) => [id, target]));

  async function find(node: GraphNode): Promise<OctopusDocument | undefined> {
    const kind = getKind(node.kind);
    const owner = node.owner === undefined ? undefined : directory.findDocument(node.owner);
    if (node.owner !== undefined && owner === undefined) return undefined;
    const documents = await listOnce(kind, owner, node.owner);
    if (kind.isSingleton === true) return documents[0];
    const knownId = knownIds.get(targetId(node));
    const free = documents.filter((document) => !isAnothers(document, node));
    return (
      documents.find((document) => document.Id === knownId) ??
      free.find((document) => kind.nameOf(document) === nameOf(node) && hasDetails(kind, document, node)) ??
      (isOwnerNew(node) ? free.find((document) => isSameDefault(kind, document, node)) : undefined)
    );
  }

  /** People may have given one resource the name of another. */
  function isAnothers(document: OctopusDocument, node: GraphNode): boolean {
    const target = targets.get(document.Id);
    return target !== undefined && target !== targetId(node);
  }

  /** What Octopus made together with the owner and the graph has under another name: the default channel. */
  function isSameDefault(kind: ResourceKind, document: OctopusDocument, node: GraphNode): boolean {
    if (kind.isDefault?.(node.body) !== true || !kind.isDefault(document)) return false;
    return !nodes.some((other) => other.kind === kind.id && nameOf(other) === kind.nameOf(document));
  }

  /** A feed of another type is another feed: the server says that the name is taken. */
  function hasDetails(kind: ResourceKind, document: OctopusDocument, { body }: GraphNode): boolean {
    return kind.detailsOf === undefined || isSameJson(kind.detailsOf(document), kind.detailsOf(body));
  }

  function listOnce(
    kind: ResourceKind,
    owner: OctopusDocument | undefined,
    ownerTarget: Target | undefined,
  ): Promise<OctopusDocument[]> {
    const key = `${kind.id} ${ownerTarget === undefined ? "" : targetId(ownerTarget)}`;
    const listed = lists.get(key) ?? listCandidates(kind, owner);
    lists.set(key, listed);
    return listed;
  }

  async function listCandidates(kind: ResourceKind, owner: OctopusDocument | undefined): Promise<OctopusDocument[]> {
    if (kind.listByNames === undefined) return kind.list(space, owner);
    const wanted = nodes.filter((node) => node.kind === kind.id);
    const ids = wanted.flatMap((node) => knownIds.get(targetId(node)) ?? []);
    const known = ids.length === 0 ? [] : ((await kind.listByIds?.(space, ids)) ?? []);
    const names = wanted
      .filter((node) => !known.some((document) => document.Id === knownIds.get(targetId(node))))
      .map(nameOf);
    return [...known, ...(names.length === 0 ? [] : await kind.listByNames(space, names))];
  }

  return { find, forget: () => lists.clear() };
}
