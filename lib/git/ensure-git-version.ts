import { UnavailableError } from "../step/errors.ts";
import type { Git } from "./create-git.ts";

/** The first that merges without a work tree (its release notes: `git merge-tree --write-tree`). */
const minimum = { major: 2, minor: 38 };

/** @throws {@link UnavailableError} when Git is missing or older than 2.38 */
export async function ensureGitVersion(git: Git): Promise<void> {
  const text = await git.run(["version"]);
  const [, major, minor] = /git version (\d+)\.(\d+)/.exec(text) ?? [];
  const isEnough = Number(major) > minimum.major || (Number(major) === minimum.major && Number(minor) >= minimum.minor);
  if (isEnough) return;
  throw new UnavailableError(
    `Git on this worker is ${text.replace("git version", "").trim()}. Install Git ${minimum.major}.${minimum.minor} or newer, or use an execution container that has it.`,
  );
}
