import { NotAllowedError, UnavailableError } from "../step/errors.ts";
import { contentsTrailer, ourAuthor } from "./commit-identity.ts";
import type { LocalRepository } from "./repository.ts";

export interface CommitRange {
  /** What is compared against: a commit's full id. */
  base: string;
  /** What is looked at: a commit's full id. */
  head: string;
}

/** Whether `base` is `head` or comes before it. */
export async function isAncestor({ git }: LocalRepository, { base, head }: CommitRange): Promise<boolean> {
  return (await git.ask(["merge-base", "--is-ancestor", base, head])).exitCode === 0;
}

/** Whether two commits have any commit in common; where not, one was not made from the other. */
export async function sharesHistory({ git }: LocalRepository, { base, head }: CommitRange): Promise<boolean> {
  return (await git.ask(["merge-base", base, head])).exitCode === 0;
}

/** The newest commits that two have in common; more than one where branches were merged crosswise. */
export async function findMergeBases({ git }: LocalRepository, { base, head }: CommitRange): Promise<string[]> {
  const { stdout } = await git.ask(["merge-base", "--all", base, head]);
  return stdout.split("\n").filter(Boolean);
}

/** The id of all contents of a commit. */
export async function readTree({ git }: LocalRepository, commit: string): Promise<string> {
  const known = await git.objects.read(`${commit}^{tree}`);
  if (known !== undefined) return known.id;
  return (await git.run(["rev-parse", "--verify", "--end-of-options", `${commit}^{tree}`])).trim();
}

/** Whether the commit is there: one that a forced push took away is not, nor what is no commit's id. */
export async function hasCommit({ git }: LocalRepository, commit: string): Promise<boolean> {
  if (!/^[0-9a-f]{40,64}$/.test(commit)) return false;
  if ((await git.objects.read(commit))?.type === "commit") return true;
  try {
    return (await git.ask(["cat-file", "-e", `${commit}^{commit}`])).exitCode === 0;
  } catch (error) {
    // A partial repository asks the host for what is missing. Only a host that answered can have it not.
    if (error instanceof UnavailableError || error instanceof NotAllowedError) throw error;
    return false;
  }
}

/** The commits that `head` has and none of the others, in an order in which a commit stands before what it follows. */
export async function listCommitIds(
  { git }: LocalRepository,
  { head, without }: { head: string; without: readonly string[] },
): Promise<string[]> {
  const args = ["rev-list", "--topo-order", head, ...without.map((commit) => `^${commit}`), "--"];
  return (await git.run(args)).split("\n").filter(Boolean);
}

export interface CommitSummary {
  commit: string;
  author: string;
  /** ISO 8601. */
  date: string;
  subject: string;
  /** Whether this product made it, and nobody changed it since. */
  isOurs: boolean;
}

/** How many commits `head` has that none of the others has. */
export async function countCommits(
  { git }: LocalRepository,
  { head, without }: { head: string; without: readonly string[] },
): Promise<number> {
  return Number(await git.run(["rev-list", "--count", head, ...without.map((commit) => `^${commit}`), "--"]));
}

/** The commits that only `head` has, newest first, merges left out: who changed what. */
export async function listCommits(
  { git }: LocalRepository,
  { base, head, without = [], most = 100 }: CommitRange & { without?: readonly string[]; most?: number },
): Promise<CommitSummary[]> {
  const answer = await git.run([
    "log",
    "-z",
    "--no-merges",
    `--max-count=${most}`,
    `--format=%H%x1f%an%x1f%aI%x1f%s%x1f%T%x1f%(trailers:key=${contentsTrailer},valueonly,separator=%x2C)`,
    `${base}..${head}`,
    ...without.map((commit) => `^${commit}`),
    "--",
  ]);
  return answer
    .split("\0")
    .filter(Boolean)
    .map((line) => {
      const [commit = "", author = "", date = "", subject = "", tree = "", told = ""] = line.trim().split("\x1f");
      return { commit, author, date, subject, isOurs: author === ourAuthor.name || told.split(",").includes(tree) };
    });
}

/** The paths that differ between two commits. */
export async function listChangedFiles({ git }: LocalRepository, { base, head }: CommitRange): Promise<string[]> {
  return (await git.run(["diff-tree", "-r", "-z", "--name-only", "--no-renames", base, head, "--"]))
    .split("\0")
    .filter(Boolean);
}

/** A unified diff from `base` to `head`: commits or trees, renames found; for `renderDiff`. */
export function readDiff({ git }: LocalRepository, { base, head }: CommitRange): Promise<string> {
  return git.run(["diff", "--no-color", "--no-ext-diff", "--no-textconv", "--find-renames", base, head, "--"]);
}

/** A text file of a commit; undefined when the commit has none at this path. */
export async function findFile(
  repository: LocalRepository,
  commit: string,
  { path }: { path: string },
): Promise<string | undefined> {
  return (await findFileEntry(repository, commit, { path }))?.text;
}

export interface FileEntry {
  /** `100644`, or `100755` for a program. */
  mode: string;
  object: string;
  text: string;
}

/** A text file of a commit, and how the commit has it; undefined for a link, a submodule, and for nothing. */
export async function findFileEntry(
  repository: LocalRepository,
  commit: string,
  { path }: { path: string },
): Promise<FileEntry | undefined> {
  const [mode, object] = await findEntry(repository, commit, path);
  if (object === undefined || !mode?.startsWith("100")) return undefined;
  const known = await repository.git.objects.read(object);
  return {
    mode,
    object,
    text: known?.bytes.toString("utf8") ?? (await repository.git.run(["cat-file", "blob", object])),
  };
}

type Entry = readonly [mode?: string | undefined, object?: string | undefined];

async function findEntry({ git }: LocalRepository, commit: string, path: string): Promise<Entry> {
  const [, folder, name = path] = /^(.*)\/([^/]*)$/.exec(path) ?? [];
  const tree = await git.objects.read(folder === undefined ? `${commit}^{tree}` : `${commit}:${folder}`);
  if (tree?.type === "tree") return findInTree(tree, name);
  const listed = await git.run(["ls-tree", "-z", commit, "--", path]);
  const [, mode, object] = /^(\d+) blob ([0-9a-f]+)\t/.exec(listed) ?? [];
  return [mode, object];
}

/** An entry is a mode, a name that ends with a zero, and the bytes of an id (git documentation, "gitformat-pack" and "git-mktree"). */
function findInTree({ id, bytes }: { id: string; bytes: Buffer }, name: string): Entry {
  const size = id.length / 2;
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(0, at);
    const [mode, ...words] = bytes.toString("utf8", at, end).split(" ");
    if (words.join(" ") === name) return [mode, bytes.toString("hex", end + 1, end + 1 + size)];
    at = end + 1 + size;
  }
  return [];
}
