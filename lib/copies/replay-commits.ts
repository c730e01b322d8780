import { findMergeBases, hasCommit, listCommitIds, readTree } from "../git/compare.ts";
import { ourAuthor, type CommitIdentity } from "../git/commit-identity.ts";
import { commitMerge, tryMerge } from "../git/merge.ts";
import type { LocalRepository } from "../git/repository.ts";
import type { GitUpdateOptions } from "./find-git-update.ts";
import { translateTree, type Translation } from "./translate-step-templates.ts";

interface ReplayOptions extends GitUpdateOptions {
  /** What all of them together have to give. */
  tree: string;
  identity: CommitIdentity;
}

/** More commits than anybody reads one by one. */
const mostCommits = 200;

/**
 * The template's commits one by one on top of the copy's newest, each by who wrote it.
 * @returns the last of them; undefined where one is in conflict, where together they give something else than the merge, or where there are too many
 */
export async function replayCommits(repository: LocalRepository, options: ReplayOptions): Promise<string | undefined> {
  const { into, from, tree } = options;
  const commits = await listMissing(repository, options);
  if (commits.length > mostCommits) return undefined;
  let tip = into;
  for (const commit of commits) {
    const next = await replayCommit(repository, { commit, tip }, options);
    if (next === undefined) return undefined;
    tip = next;
  }
  return tip !== into && tip !== from && (await readTree(repository, tip)) === tree ? tip : undefined;
}

/** Oldest first. */
async function listMissing(
  repository: LocalRepository,
  { into, from, mergedUpTo }: GitUpdateOptions,
): Promise<string[]> {
  const isThere = mergedUpTo !== undefined && (await hasCommit(repository, mergedUpTo));
  const bases = await findMergeBases(repository, { base: into, head: from });
  const without = isThere ? [...bases, mergedUpTo] : bases;
  return (await listCommitIds(repository, { head: from, without })).toReversed();
}

/** What a commit changed against the first one before it; merges brought nothing that their commits did not. */
async function replayCommit(
  repository: LocalRepository,
  { commit, tip }: { commit: string; tip: string },
  { identity, ...translation }: Translation & Pick<ReplayOptions, "identity">,
): Promise<string | undefined> {
  const { parents, ...who } = await readCommit(repository, commit);
  const [parent] = parents;
  if (parents.length > 1) return tip;
  if (parent === undefined) return undefined;
  const change = { author: ourAuthor, message: "Replayed" };
  // The same contents with the commit's own ones before it: so that is where the two sides begin.
  const before = await translateTree(repository, parent, translation);
  const start = await commitMerge(repository, { ...change, into: parent, tree: before });
  const theirs = await commitMerge(repository, {
    ...change,
    into: start,
    tree: await translateTree(repository, commit, translation),
  });
  const ours = await commitMerge(repository, { ...change, into: start, tree: await readTree(repository, tip) });
  const merge = await tryMerge(repository, { into: ours, from: theirs });
  if (merge.outcome === "up-to-date") return tip;
  if (merge.outcome !== "mergeable") return undefined;
  const { message, ...wroteIt } = who;
  return commitMerge(repository, { into: tip, tree: merge.tree, message, ...identity, wroteIt });
}

interface CommitFacts {
  parents: string[];
  name: string;
  email: string;
  date: string;
  message: string;
}

async function readCommit({ git }: LocalRepository, commit: string): Promise<CommitFacts> {
  const shown = await git.run([
    "log",
    "-1",
    "--no-show-signature",
    "--format=%P%x00%an%x00%ae%x00%ad%x00%B",
    "--date=raw",
    commit,
    "--",
  ]);
  const [parents = "", name = "", email = "", date = "", message = ""] = shown.split("\0");
  // Git takes no commit without a name.
  return {
    parents: parents.split(" ").filter(Boolean),
    name: name || "Nobody",
    email,
    date: `@${date}`,
    message: message.trimEnd(),
  };
}
