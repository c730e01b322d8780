import { toFolder } from "../../lib/copies/ocl-folder.ts";
import { ourAuthor } from "../../lib/git/commit-identity.ts";
import { isAncestor, readTree } from "../../lib/git/compare.ts";
import { commitMerge } from "../../lib/git/merge.ts";
import { pushCommit } from "../../lib/git/push.ts";
import { fetchRemote, findCommit, type LocalRepository, type Remote } from "../../lib/git/repository.ts";
import { changeTree } from "../../lib/git/write-tree.ts";
import { ConflictError } from "../../lib/step/errors.ts";

/** Whether a branch has nothing but the template's commits, or what an earlier run of ours put on top of them. */
export async function isOnlyTemplates(
  repository: LocalRepository,
  { head, base, template }: { head: string; base: string; template: string },
): Promise<boolean> {
  if (await isAncestor(repository, { base: head, head: template })) return true;
  const own = await repository.git.run(["log", "--format=%cn", `${base}..${head}`, "--"]);
  const committers = new Set(own.split("\n").filter(Boolean));
  return (await isAncestor(repository, { base, head })) && committers.size === 1 && committers.has(ourAuthor.name);
}

/**
 * A branch at the template's commit without the project's files: where there are some, Octopus takes them in place of the project's own. What
 * is there stays, since Octopus may have written there already.
 */
export async function ensureRoom(
  repository: LocalRepository,
  remote: Remote,
  { base, branch, basePath }: { base: string; branch: string; basePath: string },
): Promise<void> {
  if ((await findCommit(repository, remote, { branch })) !== undefined) return;
  const folder = toFolder(basePath);
  const listed = await repository.git.run([
    "ls-tree",
    "-r",
    "-z",
    "--name-only",
    base,
    "--",
    folder === "" ? "." : `${folder}/`,
  ]);
  const files = listed.split("\0").filter((path) => path.endsWith(".ocl"));
  const tree = await changeTree(
    repository,
    base,
    files.map((path) => ({ path })),
  );
  const message = "Make room for what the copy has";
  const commit = await commitMerge(repository, { into: base, tree, message, author: ourAuthor });
  await pushCommit(repository, remote, { commit, branch });
}

export interface OwnState {
  base: string;
  /** Where Octopus wrote what the copy has. */
  own: string;
  /** Where that is to be, in one commit on top of the template's. */
  branch: string;
  template: string;
  message: string;
  author: { name: string; email: string };
}

/**
 * The copy's own state on top of the template's commit: one commit, by whoever made it so; none where there is no difference. A branch that has the
 * template's newer commits goes back to that one, since the copy has none of what they brought.
 * @throws {@link ConflictError} for a branch with commits of others
 */
export async function ensureOwnState(
  repository: LocalRepository,
  remote: Remote,
  { base, own, branch, template, message, author }: OwnState,
): Promise<void> {
  const head = await findCommit(repository, remote, { branch });
  if (
    head !== undefined &&
    (await isAncestor(repository, { base, head })) &&
    (await isOwnState(repository, { own, head }))
  )
    return;
  if (head !== undefined && !(await isOnlyTemplates(repository, { head, base, template })))
    throw new ConflictError(
      `The branch "${branch}" of "${remote.url}" has got other commits meanwhile, and is left as it is. Merge "${own}" into it, and let the project use that branch.`,
    );
  const tree = await readTree(repository, own);
  const commit =
    tree === (await readTree(repository, base))
      ? base
      : await commitMerge(repository, { into: base, tree, message, author: ourAuthor, wroteIt: author });
  await pushCommit(repository, remote, { commit, branch, replaces: head });
  await fetchRemote(repository, remote);
}

/** Whether a branch has what Octopus wrote of the copy. */
export async function isOwnState(
  repository: LocalRepository,
  { own, head }: { own: string; head: string },
): Promise<boolean> {
  return (await readTree(repository, own)) === (await readTree(repository, head));
}
