import { ConflictError, NotAllowedError, ParameterError, during } from "../step/errors.ts";
import { sharesHistory } from "./compare.ts";
import { findLfsPatterns } from "./find-lfs-patterns.ts";
import { fetchRemote, getCommit, listBranches, type LocalRepository, type Remote } from "./repository.ts";

export interface PushOptions {
  commit: string;
  branch: string;
  /** Asks for a forced push, over exactly this commit and no other; without it a push never takes commits away. */
  replaces?: string | undefined;
}

/**
 * Puts a commit on a branch of the remote, which is made when it is missing.
 * @throws {@link NotAllowedError} for a protected branch, {@link ConflictError} when somebody else pushed first
 */
export async function pushCommit(
  { git }: LocalRepository,
  remote: Remote,
  { commit, branch, replaces }: PushOptions,
): Promise<void> {
  ensureBranchName(branch);
  const force = replaces === undefined ? [] : [`--force-with-lease=refs/heads/${branch}:${replaces}`];
  await during(`push to the branch "${branch}" of "${remote.url}"`, () =>
    git.run(["push", "--porcelain", "--no-verify", ...force, remote.name, `${commit}:refs/heads/${branch}`]),
  );
}

/** Takes a branch away from the remote, if it is still at `commit`. */
export async function removeRemoteBranch(
  { git }: LocalRepository,
  remote: Remote,
  { branch, commit }: { branch: string; commit: string },
): Promise<void> {
  ensureBranchName(branch);
  await during(`remove the branch "${branch}" of "${remote.url}"`, () =>
    git.run([
      "push",
      "--porcelain",
      "--no-verify",
      `--force-with-lease=refs/heads/${branch}:${commit}`,
      remote.name,
      `:refs/heads/${branch}`,
    ]),
  );
}

export interface CopyOptions {
  from: Remote;
  to: Remote;
  /** The one branch that is copied, with its whole history. */
  branch: string;
  /** Brings the files that Git LFS keeps for a commit, before the commit goes there; without it a repository that has such files is refused. */
  bringLfs?: ((commit: string) => Promise<void>) | undefined;
}

/**
 * Makes an empty repository a copy of another, where the host cannot fork. Safe to repeat: a copy that is there is left alone.
 * @throws {@link ConflictError} when `to` holds something else, {@link NotAllowedError} when `from` keeps files in Git LFS, which Git does not copy
 */
export async function ensureCopy(
  repository: LocalRepository,
  { from, to, branch, bringLfs }: CopyOptions,
): Promise<"copied" | "already-there"> {
  await fetchRemote(repository, from);
  const commit = await getCommit(repository, from, { branch });
  const present = await listBranches(repository, to);
  if (present.length > 0) return ensureIsCopy(repository, { from, to, branch, commit, present });
  await (bringLfs ?? refuseLfs(repository, from))(commit);
  await pushCommit(repository, to, { commit, branch });
  return "copied";
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
  { from, to, commit, present }: CopyOptions & { commit: string; present: string[] },
): Promise<"already-there"> {
  await fetchRemote(repository, to);
  for (const branch of present) {
    const head = await getCommit(repository, to, { branch });
    if (await sharesHistory(repository, { base: commit, head })) return "already-there";
  }
  throw new ConflictError(
    `Failed to copy the repository "${from.url}": "${to.url}" holds something else already, and is left as it is. Choose another name, or empty that repository.`,
  );
}

/** @throws {@link ParameterError} for what Git would not take as a branch (git-check-ref-format), or would take as an option */
export function ensureBranchName(branch: string): void {
  const isLegal =
    /^[^\s~^:?*[\\\p{Cc}]+$/u.test(branch) && !/^[-/.]|\.\.|@\{|\/\/|\/\.|\.lock(\/|$)|[/.]$|^@$/.test(branch);
  if (!isLegal)
    throw new ParameterError(
      `The branch name "${branch}" is not legal in Git. Use letters, digits, dashes and slashes.`,
    );
}
