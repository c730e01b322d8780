import { isJsonObject, objectsOf, textOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { listItemHolders } from "../resources/holders.ts";
import { getKind, resourceKinds } from "../resources/index.ts";
import type { ItemList, ResourceKind } from "../resources/resource-kind.ts";
import { findVersion, stepTemplate } from "../resources/step-template.ts";
import { digestStepTemplate } from "./digest-step-template.ts";
import { targetId, type Key, type LookUp, type Target } from "../model/graph.ts";
import { collectIds, readBody, type MetIds, type Names } from "./read-body.ts";

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
  /** Looks up all that is not known yet, with one request a kind, and what that points to in turn. */
  resolve(met: MetIds): Promise<void>;
  /** What tells the target from others of its name, for those that were learned. */
  describe(target: Target): LookUp;
  stepTemplates(): KnownStepTemplate[];
}

/** An empty index of one space's names. */
export function createNameIndex(space: OctopusSpace): NameIndex {
  const targets = new Map<string, Target>();
  const details = new Map<string, Record<string, string>>();
  const templates = new Map<string, KnownStepTemplate>();
  const asked = new Set<string>();

  function learn(
    kind: ResourceKind,
    document: OctopusDocument,
    ownerKey: Key = [],
    itemNames?: ReadonlyMap<string, string>,
  ): void {
    const key = kind.isSingleton === true ? ownerKey : [...ownerKey, kind.nameOf(document)];
    const target = { kind: kind.id, key };
    if (kind.isSingleton !== true) targets.set(document.Id, target);
    if (kind.detailsOf !== undefined) details.set(targetId(target), kind.detailsOf(document));
    for (const items of kind.items ?? []) learnItems(items, { document, ownerKey: key, itemNames });
  }

  function learnItems(items: ItemList, { document, ownerKey, itemNames }: ItemsOf): void {
    if (items.referencedAs === undefined) return;
    for (const { id, name } of nameItems(items, document))
      targets.set(id, { kind: items.referencedAs, key: [...ownerKey, itemNames?.get(id) ?? name] });
  }

  async function resolve(met: MetIds): Promise<void> {
    if ([...met.tags].some((tag) => !targets.has(tag))) await learnTags();
    for (const kind of resourceKinds) await resolveKind(kind, met.ids);
    for (const use of met.stepTemplates) await resolveStepTemplate(use);
  }

  /** Nothing finds a set by its tags. */
  async function learnTags(): Promise<void> {
    for (const kind of listItemHolders("tag")) {
      if (asked.has(kind.id)) continue;
      asked.add(kind.id);
      for (const document of await kind.list(space)) learn(kind, document);
    }
  }

  async function resolveKind(kind: ResourceKind, ids: Iterable<string>): Promise<void> {
    const isOpen = (id: string): boolean => isOfKind(kind, id) && !targets.has(id) && !asked.has(`${kind.id} ${id}`);
    const unknown = [...ids].filter(isOpen).toSorted();
    if (unknown.length === 0 || kind.listByIds === undefined) return;
    unknown.forEach((id) => asked.add(`${kind.id} ${id}`));
    const found = await kind.listByIds(space, unknown);
    const ownerIdOf = kind.ownerIdOf ?? (() => "");
    for (const owner of kind.ownedBy ?? []) await resolveKind(getKind(owner), found.map(ownerIdOf));
    for (const document of found) learn(kind, document, targets.get(ownerIdOf(document))?.key);
  }

  async function resolveStepTemplate({ id, version }: { id: string; version: string }): Promise<void> {
    const use = `${id} ${version}`;
    if (asked.has(use)) return;
    asked.add(use);
    const document = await findVersion(space, { id, version });
    if (document === undefined) return;
    await resolve(collectIds(stepTemplate, document));
    const digest = digestStepTemplate(readBody(stepTemplate, document, { names }));
    const key = [stepTemplate.nameOf(document), digest];
    templates.set(use, { document, target: { kind: stepTemplate.id, key } });
  }

  const names: Names = {
    spaceId: space.id,
    find: (id) => targets.get(id),
    findTag: (tag) => targets.get(tag),
    findStepTemplate: (id, version) => templates.get(`${id} ${version}`)?.target,
  };
  return {
    ...names,
    learn,
    resolve,
    describe: (target) => ({ ...target, ...toDetails(details.get(targetId(target))) }),
    stepTemplates: () => [
      ...new Map([...templates.values()].map((template) => [targetId(template.target), template])).values(),
    ],
  };
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

function isOfKind(kind: ResourceKind, id: string): boolean {
  return (
    (kind.idPrefix !== undefined && new RegExp(`^${kind.idPrefix}-\\d+$`).test(id)) ||
    kind.wellKnownIds?.test(id) === true
  );
}

function toDetails(details: Record<string, string> | undefined): { details?: Record<string, string> } {
  return details === undefined ? {} : { details };
}
