import { randomUUID } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LocalRepository } from "./repository.ts";

/** A file of a tree; without an object it is to be gone. */
export interface TreeChange {
  path: string;
  mode?: string;
  object?: string;
}

/** The contents with these changes, on no branch. @returns the id of a tree */
export async function changeTree(
  { git }: LocalRepository,
  tree: string,
  changes: readonly TreeChange[],
): Promise<string> {
  if (changes.length === 0) return tree;
  const index = join(git.directory, `index-${randomUUID()}`);
  const environment = { GIT_INDEX_FILE: index };
  try {
    await git.run(["read-tree", tree], { environment });
    for (const { path, mode = "100644", object } of changes) {
      // For taking a file away Git wants a work tree, and looks at nothing there.
      const removing = { environment: { ...environment, GIT_WORK_TREE: git.directory } };
      if (object === undefined) await git.run(["update-index", "--force-remove", "--", path], removing);
      else await git.run(["update-index", "--add", "--cacheinfo", `${mode},${object},${path}`], { environment });
    }
    return (await git.run(["write-tree", "--missing-ok"], { environment })).trim();
  } finally {
    await rm(index, { force: true });
  }
}

/** Git reads it by itself, since a text of any length is no argument. @returns the id of the object */
export async function writeBlob({ git }: LocalRepository, content: Buffer | string): Promise<string> {
  const path = join(git.directory, `blob-${randomUUID()}`);
  await writeFile(path, content);
  try {
    return (await git.run(["hash-object", "-w", "--no-filters", "--", path])).trim();
  } finally {
    await rm(path, { force: true });
  }
}

/** The bytes of an object: by the process that answers for all, or by one that may ask the host for it. */
export async function readBlob({ git }: LocalRepository, object: string): Promise<Buffer> {
  const known = await git.objects.read(object);
  if (known !== undefined) return known.bytes;
  return Buffer.from(await git.run(["cat-file", "blob", object], { encoding: "latin1" }), "latin1");
}

/** What a tree has at a path; undefined where it has nothing. */
export async function findEntry(
  { git }: LocalRepository,
  tree: string,
  path: string,
): Promise<{ mode: string; object: string } | undefined> {
  const listed = await git.run(["ls-tree", "-z", tree, "--", path]);
  const [, mode, object] = /^(\d+) \w+ ([0-9a-f]+)\t/.exec(listed) ?? [];
  return mode === undefined || object === undefined ? undefined : { mode, object };
}
