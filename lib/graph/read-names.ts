import { isJsonObject, objectsOf, textOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { slugOf } from "../ocl/slug-of.ts";
import { listItemHolders } from "../resources/holders.ts";
import { resourceKinds } from "../resources/index.ts";
import type { ItemList, ResourceKind } from "../resources/resource-kind.ts";
import { findVersion, stepTemplate } from "../resources/step-template.ts";
import { digestStepTemplate } from "./digest-step-template.ts";
import { targetId, type Key, type LookUp, type Target } from "../model/graph.ts";
import { collectIds, mergeMet, readBody, type MetIds, type Names } from "./read-body.ts";

/** A step template as it was at one version. */
export interface KnownStepTemplate {
  target: Target;
  document: OctopusDocument;
}

/** The names of what has been met in one space; grows as documents are learned and ids are looked up. */
export interface NameIndex extends Names {
  /**
   * Takes in a document and its items.
   * @param ownerKey - the key of what it belongs to
   * @param itemNames - by id, other names for its items than their own
   */
  learn(kind: ResourceKind, document: OctopusDocument, ownerKey?: Key, itemNames?: ReadonlyMap<string, string>): void;
  /** What the document points to, worked out once. */
  meet(kind: ResourceKind, document: OctopusDocument): MetIds;
  /**
   * Looks up all that is not known yet, with one request a kind, and what that points to in turn.
   * @param isAsked - whether a kind is asked now; what it may have is left for later where it is not
   */
  resolve(met: MetIds, isAsked?: (kind: ResourceKind) => boolean): Promise<void>;
  /** What tells the target from others of its name, for those that were learned. */
  describe(target: Target): LookUp;
  /** What belongs to the whole server and was learned under that name, as it was answered. */
  findServerWide(target: Target): OctopusDocument | undefined;
  stepTemplates(): KnownStepTemplate[];
  /** What files in Git name what has the id by; "" where that is not known, or it has no slug. */
  findSlug(id: string): string;
}

/** An empty index of one space's names. */
export function createNameIndex(space: OctopusSpace): NameIndex {
  const targets = new Map<string, Target>();
  const details = new Map<string, Record<string, string>>();
  const serverWide = new Map<string, OctopusDocument>();
  const templates = new Map<string, KnownStepTemplate>();
  const slugs = new Map<string, string>();
  const asked = new Set<string>();
  const open: OpenItems[] = [];
  const met = new WeakMap<OctopusDocument, MetIds>();
  let last = Promise.resolve();

  function learn(
    kind: ResourceKind,
    document: OctopusDocument,
    ownerKey: Key = [],
    itemNames?: ReadonlyMap<string, string>,
  ): void {
    const key = kind.isSingleton === true ? ownerKey : [...ownerKey, kind.nameOf(document)];
    const target = { kind: kind.id, key };
    if (kind.isSingleton !== true) targets.set(document.Id, target);
    slugs.set(document.Id, slugOf(kind.id, document));
    // Few. Those of a space are let go of as soon as they are in the graph.
    if (kind.isServerWide === true) serverWide.set(targetId(target), document);
    if (kind.detailsOf !== undefined) details.set(targetId(target), kind.detailsOf(document));
    for (const items of kind.items ?? []) learnItems(items, { document, ownerKey: key, itemNames });
  }

  function learnItems(items: ItemList, { document, ownerKey, itemNames }: ItemsOf): void {
    if (items.referencedAs === undefined) return;
    for (const { id, name } of nameItems(items, document))
      targets.set(id, { kind: items.referencedAs, key: [...ownerKey, itemNames?.get(id) ?? name] });
    if (items.isOpen?.(document) === true)
      open.push({ start: pointTo(items, document, ""), kind: items.referencedAs, holder: ownerKey });
  }

  function findOpenItem(id: string): Target | undefined {
    const found = open.find(({ start }) => id.startsWith(start) && id.length > start.length);
    return found && { kind: found.kind, key: [...found.holder, id.slice(found.start.length)] };
  }

  function meet(kind: ResourceKind, document: OctopusDocument): MetIds {
    const found = met.get(document) ?? collectIds(kind, document);
    met.set(document, found);
    return found;
  }

  async function resolveNow({ ids, tags, stepTemplates }: MetIds, isAsked: Asking = () => true): Promise<void> {
    const [uses] = await Promise.all([findTemplates(stepTemplates), learnTags(tags), resolveIds(ids, isAsked)]);
    if (uses.length === 0) return;
    await resolveNow(mergeMet(uses.map(({ document }) => collectIds(stepTemplate, document))));
    for (const { use, document } of uses) learnTemplate(use, document);
  }

  /** One after the other: what was just asked for is not known yet, and would be asked for as another kind. */
  function resolve(wanted: MetIds, isAsked?: Asking): Promise<void> {
    const turn = last.then(() => resolveNow(wanted, isAsked));
    last = turn.catch(() => undefined);
    return turn;
  }

  /** Nothing finds a set by its tags. */
  async function learnTags(tags: ReadonlySet<string>): Promise<void> {
    if ([...tags].every((tag) => names.findTag(tag) !== undefined)) return;
    const holders = listItemHolders("tag").filter(({ id }) => !asked.has(id));
    holders.forEach(({ id }) => asked.add(id));
    const lists = await Promise.all(holders.map(async (kind) => ({ kind, documents: await kind.list(space) })));
    for (const { kind, documents } of lists) for (const document of documents) learn(kind, document);
  }

  /** What an id may be is asked for kind by kind until one has it, the ids of different kinds side by side. */
  async function resolveIds(ids: Iterable<string>, isAsked: Asking): Promise<void> {
    const unknown = [...groupOpen(ids, isAsked)];
    if (unknown.length === 0) return;
    const found = (await Promise.all(unknown.map(([kind, own]) => findByIds(kind, own)))).flat();
    await resolveIds(
      found.map(({ ownerId }) => ownerId),
      isAsked,
    );
    for (const { kind, document, ownerId } of found) learn(kind, document, targets.get(ownerId)?.key);
    await resolveIds(ids, isAsked);
  }

  async function findByIds(kind: ResourceKind, ids: string[]): Promise<FoundById[]> {
    const documents = (await kind.listByIds?.(space, ids)) ?? [];
    return documents.map((document) => ({ kind, document, ownerId: kind.ownerIdOf?.(document) ?? "" }));
  }

  /** The next kind to ask of each id that is not known yet. */
  function groupOpen(ids: Iterable<string>, isAsked: Asking): Map<ResourceKind, string[]> {
    const groups = new Map<ResourceKind, string[]>();
    for (const id of [...new Set(ids)].filter((one) => !targets.has(one)).toSorted()) {
      const kind = kindsOf(id).find((one) => !asked.has(`${one.id} ${id}`));
      if (kind === undefined || !isAsked(kind)) continue;
      asked.add(`${kind.id} ${id}`);
      const group = groups.get(kind) ?? [];
      group.push(id);
      groups.set(kind, group);
    }
    return groups;
  }

  async function findTemplates(uses: readonly StepTemplateUse[]): Promise<FoundTemplate[]> {
    const unread = new Map(uses.map((one) => [`${one.id} ${one.version}`, one]));
    const found = [...unread].map(async ([use, one]) => {
      if (asked.has(use)) return [];
      asked.add(use);
      const document = await findVersion(space, one);
      return document === undefined ? [] : [{ use, document }];
    });
    return (await Promise.all(found)).flat();
  }

  function learnTemplate(use: string, document: OctopusDocument): void {
    const digest = digestStepTemplate(readBody(stepTemplate, document, { names }));
    const key = [stepTemplate.nameOf(document), digest];
    templates.set(use, { document, target: { kind: stepTemplate.id, key } });
  }

  const names: Names = {
    spaceId: space.id,
    find: (id) => targets.get(id),
    findTag: (tag) => targets.get(tag) ?? findOpenItem(tag),
    findStepTemplate: (id, version) => templates.get(`${id} ${version}`)?.target,
  };
  return {
    ...names,
    learn,
    meet,
    resolve,
    findServerWide: (target) => serverWide.get(targetId(target)),
    findSlug: (id) => slugs.get(id) ?? "",
    describe: (target) => ({ ...target, ...toDetails(details.get(targetId(target))) }),
    stepTemplates: () => [
      ...new Map([...templates.values()].map((template) => [targetId(template.target), template])).values(),
    ],
  };
}

/** A list of items that takes any name, and what the ids of all its items begin with. */
interface OpenItems {
  start: string;
  kind: string;
  holder: Key;
}

/** What others point to the item of that name by. */
export function pointTo(items: ItemList, document: JsonObject, name: string): string {
  return items.pointedToBy?.({ Name: name }, document) ?? name;
}

type Asking = (kind: ResourceKind) => boolean;

interface FoundById {
  kind: ResourceKind;
  document: OctopusDocument;
  ownerId: string;
}

type StepTemplateUse = MetIds["stepTemplates"][number];

interface FoundTemplate {
  use: string;
  document: OctopusDocument;
}

interface ItemsOf {
  document: JsonObject;
  ownerKey: Key;
  itemNames: ReadonlyMap<string, string> | undefined;
}

/** The items of one list with what each is called; of those with equal names, the second is `name #2`. */
export function nameItems(items: ItemList, document: JsonObject): { id: string; name: string; item: JsonObject }[] {
  const counts = new Map<string, number>();
  return findItems(document, items.path).map((item) => {
    const identity = items.identify(item);
    const count = (counts.get(identity) ?? 0) + 1;
    counts.set(identity, count);
    return {
      id: items.pointedToBy?.(item, document) ?? textOf(item, "Id"),
      name: count === 1 ? identity : `${identity} #${count}`,
      item,
    };
  });
}

function findItems(document: JsonObject, path: readonly string[]): JsonObject[] {
  return path.reduce<JsonObject[]>(
    (owners, field) => owners.flatMap((owner) => objectsOf(owner, field)),
    [document].filter(isJsonObject),
  );
}

/** In the order in which they are asked. */
function kindsOf(id: string): ResourceKind[] {
  const prefix = /^(\w+)-\d+$/.exec(id)?.[1];
  return resourceKinds.filter(
    ({ idPrefix, wellKnownIds, listByIds }) =>
      listByIds !== undefined &&
      ((prefix !== undefined && [idPrefix].flat().includes(prefix)) || wellKnownIds?.test(id) === true),
  );
}

function toDetails(details: Record<string, string> | undefined): { details?: Record<string, string> } {
  return details === undefined ? {} : { details };
}
