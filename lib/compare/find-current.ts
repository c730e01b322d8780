import { targetId, type GraphNode, type Target } from "../model/graph.ts";
import { isSameJson, textOf } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { isSameName } from "../octopus/same-name.ts";
import { readKinds } from "../resources/hidden-kinds.ts";
import { getKind } from "../resources/index.ts";
import { listIfKnown } from "../resources/list-if-known.ts";
import { listOwned } from "../resources/list-owned.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";
import type { Histories } from "./history.ts";
import { isAsMade } from "./is-as-made.ts";
import type { SpaceDirectory } from "./space-directory.ts";

/** What the space has for a node: its document, or a resource of the space's own that is in its way. */
export interface Found {
  current?: OctopusDocument;
  /** Not recorded, and taken for the node since all of that name is adopted. */
  isAdopted?: boolean;
  rival?: OctopusDocument;
}

/** Finds what is in the space for the nodes of a graph. */
export interface CurrentFinder {
  /** By the id that is recorded, else by slug and then by name; nothing where there is no owner yet. */
  find(node: GraphNode): Promise<Found>;
  /** Another resource of that name beside the node's own, as Octopus tells names apart, and that goes on being called so. */
  findNamesake(node: GraphNode, name: string): Promise<OctopusDocument | undefined>;
  /** Reads what it takes to find these nodes side by side, of many owners at once. Their owners must have been found before. */
  readAhead(nodes: readonly GraphNode[]): Promise<void>;
  /** All that the space has of a kind below an owner. */
  list(kind: ResourceKind, owner: Target | undefined): Promise<OctopusDocument[]>;
  /** Ids of kinds that the space's server does not have, as far as they were asked for. */
  readonly unknownKinds: ReadonlySet<string>;
  /** Forgets what was listed, so that the next look sees what was written since. */
  forget(): void;
}

export interface CurrentFinderOptions {
  space: OctopusSpace;
  directory: SpaceDirectory;
  nodes: readonly GraphNode[];
  histories: Histories;
  /** Documents that were read already, by the kind's id. */
  known: ReadonlyMap<string, OctopusDocument[]>;
  /** Whether all that is called as the graph says becomes ours. */
  isAdopting: boolean;
  /** Whether what people renamed gets the graph's name. */
  overwrite: boolean;
  /** Whether the node's owner was made by this run: then the server has made defaults in it that nobody else did. */
  isOwnerNew: (node: GraphNode) => boolean;
}

/** A finder for one run: each list is read once. */
export function createCurrentFinder(options: CurrentFinderOptions): CurrentFinder {
  const known = [...options.known].map(([kind, documents]) => [`${kind} `, Promise.resolve(documents)] as const);
  const lists = new Map<string, Promise<OctopusDocument[]>>(known);

  const unknownKinds = new Set<string>();

  async function listNow(kind: ResourceKind, owner: Target | undefined): Promise<OctopusDocument[]> {
    const listed = await listCandidates(options, kind, owner);
    if (listed === undefined) unknownKinds.add(kind.id);
    return listed ?? [];
  }

  function list(kind: ResourceKind, owner: Target | undefined): Promise<OctopusDocument[]> {
    const key = listKey(kind, owner);
    const listed = lists.get(key) ?? listNow(kind, owner);
    lists.set(key, listed);
    return listed;
  }

  async function readAhead(nodes: readonly GraphNode[]): Promise<void> {
    const kinds = new Set(nodes.map((node) => getKind(node.kind)));
    await readKinds(options.space, kinds, async (kind) => {
      const owners = nodes.filter((node) => node.kind === kind.id).map(({ owner }) => owner);
      if (owners.includes(undefined) || kind.listByNames !== undefined) await list(kind, undefined);
      else
        await readBelow(
          kind,
          owners.filter((owner) => owner !== undefined),
        );
    });
  }

  /** Owners that the space does not have yet have nothing. */
  async function readBelow(kind: ResourceKind, owners: readonly Target[]): Promise<void> {
    const unread = owners.filter((owner) => !lists.has(listKey(kind, owner)));
    const documents = new Map(
      unread.flatMap((owner) => {
        const document = options.directory.findDocument(owner);
        return document === undefined ? [] : [[listKey(kind, owner), document] as const];
      }),
    );
    const listed = await listOwned(options.space, kind, [...documents.values()]);
    for (const [key, { Id }] of documents) lists.set(key, Promise.resolve(listed.get(Id) ?? []));
  }

  return {
    list,
    unknownKinds,
    readAhead,
    find: (node) => find(options, node, list),
    async findNamesake(node, name) {
      const documents = await list(getKind(node.kind), node.owner);
      const own = options.directory.findId(node);
      return findCalled(
        options,
        documents.filter(({ Id }) => Id !== own),
        { node, name },
      );
    },
    forget: () => lists.clear(),
  };
}

function listKey(kind: ResourceKind, owner: Target | undefined): string {
  return `${kind.id} ${owner === undefined ? "" : targetId(owner)}`;
}

async function find(options: CurrentFinderOptions, node: GraphNode, list: CurrentFinder["list"]): Promise<Found> {
  const kind = getKind(node.kind);
  if (node.owner !== undefined && options.directory.findDocument(node.owner) === undefined) return {};
  const documents = await list(kind, node.owner);
  if (kind.isSingleton === true) return toFound(documents[0]);
  const recorded = options.histories.findId(node);
  const own = documents.find((document) => document.Id === recorded);
  if (own !== undefined) return { current: own };
  const free = documents.filter(
    (document) => !isAnothers(options, document, node) && kind.isKeptBack?.(document) !== true,
  );
  const named = options.isOwnerNew(node) ? findInNewOwner(free, node) : findNamed(free, node);
  if (named === undefined)
    return toRival(
      options,
      documents.filter((document) => !free.includes(document)),
      node,
    );
  return isOurs(options, node, { named, recorded })
    ? { current: named, isAdopted: options.isAdopting && !options.isOwnerNew(node) }
    : { rival: named };
}

function toFound(current: OctopusDocument | undefined): Found {
  return current === undefined ? {} : { current };
}

/** People may have given its name to another of the graph's. */
function toRival(options: CurrentFinderOptions, documents: readonly OctopusDocument[], node: GraphNode): Found {
  if (node.owner === undefined) return {};
  const rival = findCalled(options, documents, { node, name: getKind(node.kind).nameOf(node.body) });
  return rival === undefined ? {} : { rival };
}

function findCalled(
  options: CurrentFinderOptions,
  documents: readonly OctopusDocument[],
  { node, name }: { node: GraphNode; name: string },
): OctopusDocument | undefined {
  const kind = getKind(node.kind);
  const called = documents.filter((document) => isSameName(kind.nameOf(document), name));
  return called.find((document) => isSameName(nameToBe(options, kind, document), name));
}

/** What the graph renames gives its name away, unless people gave it that name. */
function nameToBe(
  { nodes, histories, overwrite }: CurrentFinderOptions,
  kind: ResourceKind,
  document: OctopusDocument,
): string {
  const name = kind.nameOf(document);
  const node = nodes.find((one) => one.kind === kind.id && histories.findId(one) === document.Id);
  if (node === undefined) return name;
  const { base, pending } = histories.of(node);
  const known = [base?.space, ...pending].map((body) => (body === undefined ? "" : kind.nameOf(body)));
  return overwrite || known.includes(name) ? kind.nameOf(node.body) : name;
}

/** What people made below an owner is theirs, whatever it is called; what the whole space shares is known by its name. */
function isOurs(
  { histories, isAdopting, isOwnerNew }: CurrentFinderOptions,
  node: GraphNode,
  { named, recorded }: { named: OctopusDocument; recorded: string | undefined },
): boolean {
  if (node.owner === undefined || isAdopting || histories.wasMaking(node, named)) return true;
  const kind = getKind(node.kind);
  if (isOwnerNew(node) && (kind.isDefault?.(named) === true || isAsMade(kind, node.body, named))) return true;
  return recorded === undefined && histories.knows(node);
}

/** People may have given one resource the name of another. */
function isAnothers({ nodes, histories }: CurrentFinderOptions, { Id }: OctopusDocument, node: GraphNode): boolean {
  return nodes.some((other) => other !== node && other.kind === node.kind && histories.findId(other) === Id);
}

function findNamed(documents: readonly OctopusDocument[], node: GraphNode): OctopusDocument | undefined {
  const kind = getKind(node.kind);
  const slug = node.owner === undefined ? "" : textOf(node.body, "Slug");
  const candidates = documents.filter((document) => hasDetails(kind, document, node));
  return (
    candidates.find((document) => slug !== "" && isSameName(textOf(document, "Slug"), slug)) ??
    candidates.find((document) => isSameName(kind.nameOf(document), kind.nameOf(node.body)))
  );
}

/** What Octopus made together with a new owner is the template's default, whatever either is called, and nothing else is. */
function findInNewOwner(documents: OctopusDocument[], node: GraphNode): OctopusDocument | undefined {
  const { isDefault } = getKind(node.kind);
  if (isDefault === undefined) return findNamed(documents, node);
  if (isDefault(node.body)) return documents.find(isDefault);
  return findNamed(
    documents.filter((document) => !isDefault(document)),
    node,
  );
}

/** A feed of another type is another feed: the server says that the name is taken. */
function hasDetails(kind: ResourceKind, document: OctopusDocument, { body }: GraphNode): boolean {
  return kind.detailsOf === undefined || isSameJson(kind.detailsOf(document), kind.detailsOf(body));
}

/** @returns undefined where the server does not have the kind */
async function listCandidates(
  { space, directory, nodes, histories }: CurrentFinderOptions,
  kind: ResourceKind,
  owner: Target | undefined,
): Promise<OctopusDocument[] | undefined> {
  if (owner !== undefined) return kind.list(space, directory.findDocument(owner));
  if (kind.listByNames === undefined) return listIfKnown(kind, space);
  const wanted = nodes.filter((node) => node.kind === kind.id);
  const ids = wanted.flatMap((node) => histories.findId(node) ?? []);
  const recorded = ids.length === 0 ? [] : ((await kind.listByIds?.(space, ids)) ?? []);
  const isThere = (node: GraphNode): boolean =>
    recorded.some((document) => isSameName(kind.nameOf(document), kind.nameOf(node.body)));
  const names = wanted.filter((node) => !isThere(node)).map((node) => kind.nameOf(node.body));
  const named = names.length === 0 ? [] : await kind.listByNames(space, names);
  return [...new Map([...recorded, ...named].map((document) => [document.Id, document])).values()];
}
