import { targetId, type Key, type Target } from "../model/graph.ts";
import type { MetIds, Names } from "../graph/read-body.ts";
import { createNameIndex, nameItems, pointTo } from "../graph/read-names.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";

/** What the resources of a graph are in one space: names to ids, for writing, and ids to names, for reading. */
export interface SpaceDirectory extends Names {
  /**
   * Takes in a document, as what the graph calls by `key`, whatever it is called in the space.
   * @param itemNames - by id, what the graph calls its items, where that is not what they are called in the space
   */
  learn(kind: ResourceKind, document: OctopusDocument, key: Key, itemNames?: ReadonlyMap<string, string>): void;
  /** Takes in a step template whose content at its version is that of `target`. */
  learnStepTemplate(document: OctopusDocument, target: Target): void;
  /** Looks up the names of ids that were met in documents of the space. */
  resolve(met: MetIds): Promise<void>;
  findId(target: Target): string | undefined;
  findDocument(target: Target): OctopusDocument | undefined;
  findTemplateVersion(target: Target): string | undefined;
}

/** An empty directory of one space: it knows the space itself and nothing else. */
export function createSpaceDirectory(space: OctopusSpace): SpaceDirectory {
  const index = createNameIndex(space);
  const ids = new Map<string, string>([[targetId({ kind: "space", key: ["."] }), space.id]]);
  const documents = new Map<string, OctopusDocument>();
  const templates = new Map<string, Target>();
  const versions = new Map<string, string>();
  const open = new Map<string, (name: string) => string>();

  function learn(
    kind: ResourceKind,
    document: OctopusDocument,
    key: Key,
    itemNames?: ReadonlyMap<string, string>,
  ): void {
    const ownerKey = kind.isSingleton === true ? key : key.slice(0, -1);
    index.learn(kind, asNamed(kind, document, key), ownerKey, itemNames);
    ids.set(targetId({ kind: kind.id, key }), document.Id);
    documents.set(targetId({ kind: kind.id, key }), document);
    for (const items of kind.items ?? []) {
      if (items.referencedAs === undefined) continue;
      for (const { id, name } of nameItems(items, document))
        ids.set(targetId({ kind: items.referencedAs, key: [...key, itemNames?.get(id) ?? name] }), id);
      if (items.isOpen?.(document) === true)
        open.set(targetId({ kind: items.referencedAs, key }), (name) => pointTo(items, document, name));
    }
  }

  /** What was found by its id has to be found by its name too, when the document that pointed to it is written back. */
  function know(target: Target | undefined, id: string, version?: string): void {
    if (target === undefined || ids.has(targetId(target))) return;
    ids.set(targetId(target), id);
    if (version !== undefined) versions.set(targetId(target), version);
  }

  function findOpenItem({ kind, key }: Target): string | undefined {
    return open.get(targetId({ kind, key: key.slice(0, -1) }))?.(key.at(-1) ?? "");
  }

  return {
    spaceId: space.id,
    learn,
    learnStepTemplate(document, target) {
      ids.set(targetId(target), document.Id);
      versions.set(targetId(target), String(document["Version"]));
      templates.set(`${document.Id} ${String(document["Version"])}`, target);
    },
    async resolve(met) {
      const isTemplate = (id: string): boolean => [...templates.keys()].some((use) => use.startsWith(`${id} `));
      await index.resolve({
        tags: met.tags,
        ids: new Set([...met.ids].filter((id) => !isTemplate(id))),
        stepTemplates: met.stepTemplates.filter(({ id, version }) => !templates.has(`${id} ${version}`)),
      });
      for (const id of met.ids) know(index.find(id), id);
      for (const tag of met.tags) know(index.findTag(tag), tag);
      for (const { id, version } of met.stepTemplates) know(index.findStepTemplate(id, version), id, version);
    },
    find: index.find,
    findTag: index.findTag,
    findStepTemplate: (id, version) => templates.get(`${id} ${version}`) ?? index.findStepTemplate(id, version),
    findId: (target) => ids.get(targetId(target)) ?? findOpenItem(target),
    findDocument: (target) => documents.get(targetId(target)),
    findTemplateVersion: (target) => versions.get(targetId(target)),
  };
}

/** A copy may have another name than its original, and people rename things: the graph's name is what references say. */
function asNamed(kind: ResourceKind, document: OctopusDocument, key: Key): OctopusDocument {
  const name = key.at(-1) ?? "";
  return kind.isSingleton === true || kind.nameOf(document) === name ? document : { ...document, Name: name };
}
