import { targetId, type Target } from "../model/graph.ts";
import { listHolders } from "../resources/holders.ts";
import { findKind } from "../resources/index.ts";
import { renamesOf, type Mapping } from "./mapping-schema.ts";
import { createRules, replaceName } from "./rules.ts";
import { renamable, ruleName, sectionOf } from "./sections.ts";

/** What things are called in the space. */
export interface Renaming {
  rename(target: Target): Target;
  listUnused(): { section: string; wanted: string }[];
}

/** @param isKnown - whether the graph has, or looks up, such a thing: the owner of a key may be of several kinds */
export function createRenaming(mapping: Mapping, isKnown: (target: Target) => boolean): Renaming {
  const names = renamesOf(mapping);
  const rules = new Map(renamable.map((section) => [section, createRules(Object.entries(names[section] ?? {}))]));
  const renamed = new Map<string, Target>();

  function rename(target: Target): Target {
    const id = targetId(target);
    const known = renamed.get(id) ?? { kind: target.kind, key: renameKey(target) };
    renamed.set(id, known);
    return known;
  }

  function renameKey(target: Target): string[] {
    const { kind: id, key } = target;
    const kind = findKind(id);
    if (kind?.isVersioned === true || key.length === 0) return key;
    const holders = listHolders(target);
    const holder = holders.find(isKnown) ?? holders[0];
    const above = holder === undefined ? key.slice(0, -1) : rename(holder).key;
    if (kind?.isSingleton === true) return above;
    const name = renameOwn(target);
    return id === "tag" && name !== ruleName(target)
      ? splitTag(name)
      : [...above, id === "tag" ? (key.at(-1) ?? "") : name];
  }

  function renameOwn(target: Target): string {
    const name = ruleName(target);
    const rule = rules.get(sectionOf(target) ?? "")?.find(name);
    return rule === undefined ? name : replaceName(name, rule);
  }

  return {
    rename,
    listUnused: () =>
      [...rules].flatMap(([section, known]) => known.listUnused().map((wanted) => ({ section, wanted }))),
  };
}

/** `Set/Tag`; a tag may have slashes in its name. */
function splitTag(name: string): string[] {
  const [set = "", ...tag] = name.split("/");
  return [set, tag.join("/")];
}
