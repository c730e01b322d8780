import { count, describeConflict } from "../copies/describe-update.ts";
import type { Copy, ProjectRepository } from "../copies/find-copies.ts";
import type { GitUpdate } from "../copies/find-git-update.ts";
import { createGitFinder, type FoundInGit } from "../copies/git-finder.ts";
import type { GitAccess } from "../copies/git-access.ts";
import { openGitWorkspace } from "../copies/git-workspace.ts";
import { unsolvedNote } from "../copies/solve-conflicts.ts";
import { findTemplateRepository } from "../copies/localize-manifest.ts";
import { splitCredentials } from "../git/git-credentials.ts";
import type { Manifest } from "../graph/manifest.ts";
import { isOfProject } from "../graph/read-graph.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import { StepError } from "../step/errors.ts";
import type { RehearsedFiles } from "./rehearsal.ts";

/** With what the files of copies in Git are read. */
export interface GitReadingOptions {
  createAccess(templateUrl: string): GitAccess;
  workingDirectory: string;
  signal: AbortSignal;
  onCommand?: (command: string) => void;
}

/** Looks at the files of copies of one template. */
export interface FileViewer {
  /** Never throws for what is wrong with one copy. */
  look(copy: Pick<Copy, "space" | "receipt">, at: ProjectRepository): Promise<RehearsedFiles>;
  close(): Promise<void>;
}

/** Where the package's project has its files; undefined for one in the database, and for what is no project. */
export function findFiles(manifest: Manifest): ProjectRepository | undefined {
  return manifest.root.kind === "project" && isOfProject(manifest) ? findTemplateRepository(manifest) : undefined;
}

/**
 * Fetches the template's files.
 * @throws {@link StepError} where they cannot be read, or the template is in no space that is known here
 */
export async function openFiles(
  { source }: Pick<Manifest, "source">,
  { management, repository, git }: { management: OctopusSpace; repository: ProjectRepository; git: GitReadingOptions },
): Promise<FileViewer> {
  if (source.space.id !== management.id)
    throw new StepError(
      `The template is in the space "${source.space.name}", and which step templates its files name is known in its own space alone. Rehearse in that space.`,
    );
  const { url } = splitCredentials(repository.url);
  const workspace = await openGitWorkspace({ ...git, template: repository, access: git.createAccess(url) });
  const find = createGitFinder({ space: management, repository }, workspace);
  return {
    close: workspace.close,
    async look(copy, at) {
      try {
        return toFiles(await find(copy, at));
      } catch (error) {
        if (!(error instanceof StepError) || git.signal.aborted) throw error;
        return { outcome: "unknown", behind: 0, text: error.message, conflicts: [] };
      }
    },
  };
}

function toFiles({ update, missingStepTemplates }: FoundInGit): RehearsedFiles {
  const conflicts = update.conflicts.map((conflict) => ({ path: conflict.path, text: describeConflict(conflict) }));
  const lacks =
    missingStepTemplates.length === 0
      ? ""
      : ` Step templates that they use are brought by a deployment first: ${missingStepTemplates.map((name) => `"${name}"`).join(", ")}.`;
  const outcome = outcomeOf(update);
  return { outcome, behind: update.behind, text: `${describe(update, outcome)}${lacks}`, conflicts };
}

function outcomeOf({ status, broken }: GitUpdate): RehearsedFiles["outcome"] {
  if (broken.length > 0) return "broken";
  if (status === "up-to-date") return "upToDate";
  if (status === "conflicting") return "conflicts";
  return status === "mergeable" ? "merges" : "unrelated";
}

function describe({ behind, conflicts, broken }: GitUpdate, outcome: RehearsedFiles["outcome"]): string {
  if (outcome === "broken") return `Octopus cannot load its files as they are: ${broken.join(" ")}`;
  if (outcome === "upToDate") return "Its files have all of the template's.";
  if (outcome === "unrelated") return "Its repository has no commit in common with that of the template.";
  const what = `${count(behind, "commit")} of the template's files`;
  if (outcome === "merges") return `${what} would merge without a conflict.`;
  return `${what} would be in conflict in ${count(conflicts.length, "file")}: ${conflicts.map(describeConflict).join("; ")}.${unsolvedNote}`;
}
