import type { GitNames } from "../graph/read-git-names.ts";
import type { GitReading } from "../graph/read-graph.ts";
import type { Target } from "../model/graph.ts";

/** What files in Git name, as the package has it by now. */
export function listNamedInFiles(git: GitReading | undefined): Target[] | undefined {
  const { names, called = names } = git ?? {};
  if (called === undefined) return undefined;
  return Object.entries(called).flatMap(([kind, known]) => Object.values(known).map((key) => ({ kind, key })));
}

/** The same files under the names that a space has. */
export function mapGitNames(git: GitReading, rename: (target: Target) => Target): GitReading {
  const { names, called = names } = git;
  if (called === undefined) return git;
  const mapped: GitNames = {};
  for (const [kind, known] of Object.entries(called))
    mapped[kind] = Object.fromEntries(
      Object.entries(known).map(([said, key]) => [said, rename({ kind, key }).key] as const),
    );
  return { ...git, called: mapped };
}
