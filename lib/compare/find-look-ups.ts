import { forEachReference, targetId, type Key, type LookUp, type ResourceGraph, type Target } from "../model/graph.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { nameItems } from "../graph/read-names.ts";
import { foldName, isSameName } from "../octopus/same-name.ts";
import { listHolders, listOwners } from "../resources/holders.ts";
import { readKinds } from "../resources/hidden-kinds.ts";
import { findKind } from "../resources/index.ts";
import { listIfKnown } from "../resources/list-if-known.ts";
import { describeByKind } from "../resources/describe-by-kind.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";
import type { Obstacle } from "./obstacle.ts";
import type { SpaceDirectory } from "./space-directory.ts";

/**
 * Finds, by names as Octopus compares them, all that the graph points to and does not define, and tells the directory.
 * @returns what is missing, with what needs it
 */
export async function findLookUps(
  graph: ResourceGraph,
  { space, directory }: { space: OctopusSpace; directory: SpaceDirectory },
): Promise<Obstacle[]> {
  const missing = await listMissing(graph.lookUps, { space, directory });
  return missing.map((lookUp) => {
    const what = `${describeLookUp(lookUp)}${describeNeed(graph, lookUp)}`.replace(/^the /, "");
    return { text: `the space "${space.name}" has no ${what}`, lookUp };
  });
}

/** Those that the space does not have; the directory is told of the others. */
export async function listMissing(
  lookUps: LookUp[],
  { space, directory }: { space: OctopusSpace; directory: SpaceDirectory },
): Promise<LookUp[]> {
  const { find, readAhead } = createFinder(lookUps, { space, directory });
  const missing: LookUp[] = [];
  await readAhead();
  for (const lookUp of lookUps) if (!(await find(lookUp))) missing.push(lookUp);
  return missing;
}

interface Finder {
  /** Reads the lists that hold what is looked for, but for what belongs to others, side by side. */
  readAhead(): Promise<void>;
  find(target: LookUp): Promise<boolean>;
}

function createFinder(
  lookUps: LookUp[],
  { space, directory }: { space: OctopusSpace; directory: SpaceDirectory },
): Finder {
  const lists = new Map<string, Promise<OctopusDocument[]>>();
  const all = lookUps.flatMap((target) => [target, ...listOwners(target)]);
  const wanted = new Map(all.map((target) => [foldName(targetId({ kind: target.kind, key: target.key })), target]));

  async function find(target: LookUp): Promise<boolean> {
    if (directory.findId(target) !== undefined) return true;
    for (const holder of listHolders(target)) if (await find(holder)) await learnBelow(holder, target.kind);
    const kind = findKind(target.kind);
    if (kind !== undefined && kind.ownedBy === undefined) await learnNamed(kind, target);
    return directory.findId(target) !== undefined;
  }

  async function readAhead(): Promise<void> {
    const open = all.filter((target) => directory.findId(target) === undefined);
    const kinds = new Set(open.map(({ kind }) => findKind(kind)));
    const named = [...kinds].flatMap((kind) => (kind === undefined || kind.ownedBy !== undefined ? [] : [kind]));
    await readKinds(space, named, listNamed);
  }

  async function learnNamed(kind: ResourceKind, target: LookUp): Promise<void> {
    const isMeant = (document: OctopusDocument): boolean =>
      isSameName(kind.nameOf(document), target.key.at(-1) ?? "") && hasDetails(kind, document, target);
    const found = (await listNamed(kind)).find(isMeant) ?? (await listFormer(kind)).find(isMeant);
    if (found !== undefined) learn(kind, found, target.key);
  }

  function listNamed(kind: ResourceKind): Promise<OctopusDocument[]> {
    return listOnce(kind.id, () => listCandidates(kind));
  }

  async function listCandidates(kind: ResourceKind): Promise<OctopusDocument[]> {
    const ofKind = all.filter(({ kind: id }) => id === kind.id);
    const names = ofKind.flatMap(({ key }) => key.slice(-1));
    return (
      kind.findUnasked?.(space, names) ?? kind.listByNames?.(space, names) ?? (await listIfKnown(kind, space)) ?? []
    );
  }

  function listFormer({ id, listFormer: list }: ResourceKind): Promise<OctopusDocument[]> {
    return list === undefined ? Promise.resolve([]) : listOnce(`former ${id}`, () => list(space));
  }

  /** Reads what belongs to `holder` and may hold, or be, a thing of the kind. */
  async function learnBelow(holder: Target, kindId: string): Promise<void> {
    const kind = findKind(kindId);
    if (kind?.ownedBy === undefined) return;
    const documents = await listOnce(`${kindId} of ${targetId(holder)}`, () =>
      kind.list(space, directory.findDocument(holder)),
    );
    for (const document of documents) {
      const name = spell({ kind: kind.id, key: [...holder.key, kind.nameOf(document)] });
      learn(kind, document, kind.isSingleton === true ? holder.key : [...holder.key, name]);
    }
  }

  /** What is in the space is called as the graph calls it. */
  function learn(kind: ResourceKind, document: OctopusDocument, key: Key): void {
    const items = (kind.items ?? []).flatMap(({ referencedAs, ...list }) =>
      referencedAs === undefined
        ? []
        : nameItems(list, document).map(
            ({ id, name }) => [id, spell({ kind: referencedAs, key: [...key, name] })] as const,
          ),
    );
    directory.learn(kind, document, key, new Map(items));
  }

  function spell({ kind, key }: Target): string {
    const id = foldName(targetId({ kind, key }));
    const name = key.at(-1) ?? "";
    return wanted.get(id)?.key.at(-1) ?? name;
  }

  function listOnce(key: string, list: () => Promise<OctopusDocument[]>): Promise<OctopusDocument[]> {
    const listed = lists.get(key) ?? list();
    lists.set(key, listed);
    return listed;
  }

  return { find, readAhead };
}

function hasDetails(kind: ResourceKind, document: OctopusDocument, { details }: LookUp): boolean {
  const actual = kind.detailsOf?.(document) ?? {};
  return Object.entries(details ?? {}).every(([name, value]) => actual[name] === value);
}

/** With what tells it from others of its name. */
export function describeLookUp(lookUp: LookUp): string {
  const details = Object.values(lookUp.details ?? {}).join(", ");
  return `${describeByKind(lookUp)}${details === "" ? "" : ` (${details})`}`;
}

function describeNeed({ nodes }: ResourceGraph, lookUp: LookUp): string {
  const users = nodes.filter(({ body }) => {
    let isUsed = false;
    forEachReference(body, (target) => void (isUsed ||= targetId(target) === targetId(lookUp)));
    return isUsed;
  });
  return users.length === 0 ? "" : `, needed by ${users.map((node) => describeByKind(node)).join(" and ")}`;
}
