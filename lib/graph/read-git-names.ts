import type { Key } from "../model/graph.ts";
import type { MetIds } from "./read-body.ts";
import type { NameIndex } from "./read-names.ts";

/** By kind, and by the slug or id that files in Git may name it by, the key of a resource; of a tag by `Set/Tag`. */
export type GitNames = Record<string, Record<string, Key>>;

/** Not of what belongs to a project: the copy has its own. */
export function readGitNames({ ids, tags }: Pick<MetIds, "ids" | "tags">, names: NameIndex): GitNames {
  const known: GitNames = {};
  const add = (said: string, target: ReturnType<NameIndex["find"]>, parts: number): void => {
    if (target === undefined || said === "" || target.key.length !== parts) return;
    known[target.kind] = { ...known[target.kind], [said]: target.key };
  };
  for (const id of ids) for (const said of [names.findSlug(id), id]) add(said, names.find(id), 1);
  for (const tag of tags) add(tag, names.findTag(tag), 2);
  return known;
}
