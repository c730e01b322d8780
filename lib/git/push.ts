import { ParameterError, during } from "../step/errors.ts";
import type { LocalRepository, Remote } from "./repository.ts";

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

/** @throws {@link ParameterError} for what Git would not take as a branch (git-check-ref-format), or would take as an option */
export function ensureBranchName(branch: string): void {
  const isLegal =
    /^[^\s~^:?*[\\\p{Cc}]+$/u.test(branch) && !/^[-/.]|\.\.|@\{|\/\/|\/\.|\.lock(\/|$)|[/.]$|^@$/.test(branch);
  if (!isLegal)
    throw new ParameterError(
      `The branch name "${branch}" is not legal in Git. Use letters, digits, dashes and slashes.`,
    );
}
