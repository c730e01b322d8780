import { ConflictError, NotAllowedError, NotFoundError, UnavailableError, during } from "../step/errors.ts";
import { isAncestor, sharesHistory } from "./compare.ts";
import { findLfsPatterns } from "./find-lfs-patterns.ts";
import { pushCommit } from "./push.ts";
import { fetchBranch, fetchRemote, getCommit, listBranches, type LocalRepository, type Remote } from "./repository.ts";

export interface CopyOptions {
  from: Remote;
  to: Remote;
  /** The one branch that is copied, with its whole history. */
  branch: string;
  /** Brings the files that Git LFS keeps for a commit, before the commit goes there; without it a repository that has such files is refused. */
  bringLfs?: ((commit: string) => Promise<void>) | undefined;
  /** The most that is pushed at once, in bytes as they lie on the disk. */
  partSize?: number;
}

/**
 * Makes an empty repository a copy of another, where the host cannot fork. Safe to repeat: a copy that is there is left alone, and one that
 * was not finished is gone on with. A large history goes in parts, each kept by a tag until the branch is there.
 * @throws {@link ConflictError} when `to` holds something else, {@link NotAllowedError} when `from` keeps files in Git LFS, which Git does not copy
 */
export async function ensureCopy(
  repository: LocalRepository,
  options: CopyOptions,
): Promise<"copied" | "already-there"> {
  const { from, to, branch, bringLfs } = options;
  const present = await listBranches(repository, to);
  if (present.length > 0) return ensureIsCopy(repository, { ...options, present });
  const kept = await fetchKept(repository, to);
  await fetchInSteps(repository, from, branch);
  const commit = await getCommit(repository, from, { branch });
  await (bringLfs ?? refuseLfs(repository, from))(commit);
  const start = kept !== undefined && (await isAncestor(repository, { base: kept, head: commit })) ? kept : undefined;
  await pushInParts(repository, { ...options, commit, start });
  return "copied";
}

/** Keeps what arrived of a copy that is not finished: without anything that points to it, a host takes it away again. */
const copyingTag = "refs/tags/managed-spaces/copying";

/** The newest commit that an earlier run brought, by itself: its history is there, and is not needed here. */
async function fetchKept({ git }: LocalRepository, to: Remote): Promise<string | undefined> {
  const told = await during(`list the tags of "${to.url}"`, () => git.run(["ls-remote", to.name, copyingTag]));
  if (told.trim() === "") return undefined;
  const args = ["fetch", "--quiet", "--depth=1", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance"];
  await during(`fetch the repository "${to.url}"`, () => git.run([...args, to.name, `+${copyingTag}:${copyingTag}`]));
  return told.split("\t")[0];
}

/** Commits, the newest first, that are fetched at once when a whole history does not come through in one piece. */
const firstStep = 100;
const attempts = 4;

/** In one piece, and where the line breaks, in pieces that grow: what arrived is not sent again. */
async function fetchInSteps(repository: LocalRepository, from: Remote, branch: string): Promise<void> {
  try {
    return await fetchBranch(repository, from, { branch });
  } catch (error) {
    // Of a branch that is not there, another sentence tells more.
    if (error instanceof NotFoundError) await getCommit(repository, from, { branch });
    if (!(error instanceof UnavailableError)) throw error;
  }
  let step = firstStep;
  let isGrowing = true;
  const shrink = (): void => {
    step = Math.max(1, Math.floor(step / 4));
    isGrowing = false;
  };
  await again(() => fetchBranch(repository, from, { branch, depth: step }), shrink);
  while (await isShallow(repository)) {
    await again(() => fetchBranch(repository, from, { branch, deepen: step }), shrink);
    if (isGrowing) step *= 2;
  }
}

async function isShallow({ git }: LocalRepository): Promise<boolean> {
  return (await git.run(["rev-parse", "--is-shallow-repository"])).trim() === "true";
}

async function again(work: () => Promise<void>, onFailure: () => void): Promise<void> {
  for (let attempt = 1; ; attempt += 1)
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UnavailableError) || attempt === attempts) throw error;
      onFailure();
    }
}

interface PushInParts extends CopyOptions {
  commit: string;
  /** What is there already. */
  start: string | undefined;
}

/** 200 MB: what a line that breaks after an hour still brings at half a megabit a second. */
const usualPartSize = 200_000_000;

async function pushInParts(
  repository: LocalRepository,
  { to, branch, commit, start, partSize = usualPartSize }: PushInParts,
): Promise<void> {
  const { git } = repository;
  const range = [commit, ...(start === undefined ? [] : [`^${start}`])];
  const size = Number(await git.run(["rev-list", "--objects", "--disk-usage", ...range, "--"]));
  const parts = Math.ceil(size / partSize);
  const line = parts > 1 ? await git.run(["rev-list", "--first-parent", "--reverse", ...range, "--"]) : "";
  const commits = line.split("\n").filter(Boolean);
  for (let part = 1; part < parts; part += 1) {
    const next = commits[Math.floor((commits.length * part) / parts) - 1];
    // A history of few commits has fewer parts.
    if (next !== undefined)
      await during(`push part ${part} of ${parts} to "${to.url}"`, () =>
        git.run(["push", "--porcelain", "--no-verify", "--force", to.name, `${next}:${copyingTag}`]),
      );
  }
  await pushCommit(repository, to, { commit, branch });
  if (parts > 1 || start !== undefined)
    await during(`remove the tag of a copy that was not finished from "${to.url}"`, () =>
      git.run(["push", "--porcelain", "--no-verify", to.name, `:${copyingTag}`]),
    );
}

function refuseLfs(repository: LocalRepository, from: Remote): (commit: string) => Promise<void> {
  return async (commit) => {
    const patterns = await findLfsPatterns(repository, commit);
    if (patterns.length === 0) return;
    throw new NotAllowedError(
      `Failed to copy the repository "${from.url}": it keeps ${patterns.join(", ")} in Git LFS, which a copy would lack. Fork it on its host to another owner, or take these files out of Git LFS.`,
    );
  };
}

async function ensureIsCopy(
  repository: LocalRepository,
  { from, to, branch: wanted, present }: CopyOptions & { present: string[] },
): Promise<"already-there"> {
  await fetchRemote(repository, from);
  const commit = await getCommit(repository, from, { branch: wanted });
  await fetchRemote(repository, to);
  for (const branch of present) {
    const head = await getCommit(repository, to, { branch });
    if (await sharesHistory(repository, { base: commit, head })) return "already-there";
  }
  throw new ConflictError(
    `Failed to copy the repository "${from.url}": "${to.url}" holds something else already, and is left as it is. Choose another name, or empty that repository.`,
  );
}
