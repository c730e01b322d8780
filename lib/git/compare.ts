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

/** What is listed of commits that are more. */
const mostListed = 100;

/** The commits that only `head` has, newest first, merges left out: who changed what. */
export async function listCommits(
  { git }: LocalRepository,
  { base, head, without = [], most = mostListed }: CommitRange & { without?: readonly string[]; most?: number },
): Promise<CommitSummary[]> {
  const range = [`${base}..${head}`, ...without.map((commit) => `^${commit}`)];
  const answer = await git.run(["log", "--no-merges", `--max-count=${most}`, ...summaries, ...range, "--"]);
  return readLog(answer).map(({ commit }) => commit);
}

/** Where two commits part, as far as one question tells it. */
export interface Divergence {
  /** The newest commits that the two have in common. */
  bases: string[];
  /** Those that only `head` has, as {@link listCommits} lists them. */
  own: CommitSummary[];
}

/**
 * {@link findMergeBases} and {@link listCommits} at once: with many copies, each process counts. What `head` has of its own begins at
 * commits of `base`: where that is one, nothing newer can be common to both.
 */
export async function findDivergence(repository: LocalRepository, { base, head }: CommitRange): Promise<Divergence> {
  // Merges are among them, which are not listed.
  const most = 2 * mostListed;
  const log = ["log", "--boundary", `--max-count=${most}`, ...summaries, `${base}..${head}`, "--"];
  const all = readLog(await repository.git.run(log));
  const starts = all.filter(({ isBoundary }) => isBoundary).map(({ commit }) => commit.commit);
  const own = all.filter(({ isBoundary }) => !isBoundary);
  const isCut = own.length === most;
  const plain = own.filter(({ isMerge }) => !isMerge).map(({ commit }) => commit);
  return {
    bases:
      isCut || starts.length > 1
        ? await findMergeBases(repository, { base, head })
        : own.length === 0
          ? [head]
          : starts,
    own: isCut ? await listCommits(repository, { base, head }) : plain.slice(0, mostListed),
  };
}

const summaries = [
  "-z",
  `--format=%m%x1f%P%x1f%H%x1f%an%x1f%aI%x1f%s%x1f%T%x1f%(trailers:key=${contentsTrailer},valueonly,separator=%x2C)`,
];

function readLog(answer: string): { commit: CommitSummary; isBoundary: boolean; isMerge: boolean }[] {
  return answer
    .split("\0")
    .filter(Boolean)
    .map((line) => {
      const [mark, parents = "", commit = "", author = "", date = "", subject = "", tree = "", told = ""] = line
        .trim()
        .split("\x1f");
      const isOurs = author === ourAuthor.name || told.split(",").includes(tree);
      return {
        commit: { commit, author, date, subject, isOurs },
        isBoundary: mark === "-",
        isMerge: parents.includes(" "),
      };
    });
}

/** The paths that differ between two commits, or trees, in Git's order. */
export async function listChangedFiles(repository: LocalRepository, { base, head }: CommitRange): Promise<string[]> {
  const known = await compareTrees(repository, [`${base}^{tree}`, `${head}^{tree}`], "");
  // Each character is a byte still, so this is Git's order.
  if (known !== undefined) return known.toSorted().map((path) => Buffer.from(path, "latin1").toString());
  const listing = ["diff-tree", "-r", "-z", "--name-only", "--no-renames", base, head, "--"];
  return (await repository.git.run(listing)).split("\0").filter(Boolean);
}

type Pair = readonly [before: string | undefined, after: string | undefined];

/** By the one process that reads objects. @returns undefined where it does not have them all */
async function compareTrees(repository: LocalRepository, names: Pair, folder: string): Promise<string[] | undefined> {
  const [before, after] = await Promise.all(names.map((name) => readEntries(repository, name)));
  if (before === undefined || after === undefined) return undefined;
  const paths: string[] = [];
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const sides = [before.get(name), after.get(name)] as const;
    if (sides[0]?.mode === sides[1]?.mode && sides[0]?.object === sides[1]?.object) continue;
    const [old, now] = sides.map((entry) => (entry?.mode === "40000" ? entry.object : undefined));
    if (sides.some((entry) => entry !== undefined && entry.mode !== "40000")) paths.push(`${folder}${name}`);
    if (old === undefined && now === undefined) continue;
    const below = await compareTrees(repository, [old, now], `${folder}${name}/`);
    if (below === undefined) return undefined;
    paths.push(...below);
  }
  return paths;
}

async function readEntries(
  { git }: LocalRepository,
  name: string | undefined,
): Promise<ReadonlyMap<string, TreeEntry> | undefined> {
  if (name === undefined) return new Map();
  const tree = await git.objects.read(name);
  return tree?.type === "tree" ? parseTree(tree) : undefined;
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
  const { mode, object } = await findEntry(repository, commit, path);
  if (object === undefined || !mode?.startsWith("100")) return undefined;
  const known = await repository.git.objects.read(object);
  return {
    mode,
    object,
    text: known?.bytes.toString("utf8") ?? (await repository.git.run(["cat-file", "blob", object])),
  };
}

interface TreeEntry {
  mode: string;
  object: string;
}

async function findEntry(repository: LocalRepository, commit: string, path: string): Promise<Partial<TreeEntry>> {
  const [, folder, name = path] = /^(.*)\/([^/]*)$/.exec(path) ?? [];
  const entries = await readEntries(repository, folder === undefined ? `${commit}^{tree}` : `${commit}:${folder}`);
  if (entries !== undefined) return entries.get(Buffer.from(name).toString("latin1")) ?? {};
  const listed = await repository.git.run(["ls-tree", "-z", commit, "--", path]);
  const [, mode = "", object = ""] = /^(\d+) blob ([0-9a-f]+)\t/.exec(listed) ?? [];
  return object === "" ? {} : { mode, object };
}

/**
 * An entry is a mode, a name that ends with a zero, and the bytes of an id (git documentation, "gitformat-pack" and "git-mktree").
 * @returns the entries by name, with a character for each byte, since a name may be of any encoding
 */
function parseTree({ id, bytes }: { id: string; bytes: Buffer }): Map<string, TreeEntry> {
  const entries = new Map<string, TreeEntry>();
  const size = id.length / 2;
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(0, at);
    const [mode = "", ...words] = bytes.toString("latin1", at, end).split(" ");
    entries.set(words.join(" "), { mode, object: bytes.toString("hex", end + 1, end + 1 + size) });
    at = end + 1 + size;
  }
  return entries;
}
