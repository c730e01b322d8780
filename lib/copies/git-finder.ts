import type { Remote } from "../git/repository.ts";
import type { StepTemplateMap, StepTemplateUse } from "../ocl/translate-step-templates.ts";
import type { Copy } from "./find-copies.ts";
import { createTemplateFacts, findGitUpdate, type GitUpdate } from "./find-git-update.ts";
import type { GitWorkspace } from "./git-workspace.ts";
import { matchStepTemplates } from "./match-step-templates.ts";
import type { CopyOrigin } from "./open-template.ts";
import { listUsedStepTemplates } from "./translate-step-templates.ts";

/** How the files of a copy stand to those of its template. */
export interface FoundInGit {
  update: GitUpdate;
  remote: Remote;
  stepTemplates: StepTemplateMap;
  /** Step templates that the template uses and the copy's space lacks. */
  missingStepTemplates: string[];
}

/** Where a copy in Git has nothing in Git to be compared with. */
export const templateOutsideGit =
  'The copy is in Git and its template is not, or was deleted. Octopus has no way back from Git: see "Back to the database" in docs/git-hosts.md.';

export type GitFinder = (
  copy: Pick<Copy, "space" | "receipt">,
  at: NonNullable<Copy["repository"]>,
) => Promise<FoundInGit>;

/** Copies that are alike need to be compared once: most of many have not been touched. */
export function createGitFinder(
  { space, repository }: Pick<CopyOrigin, "space" | "repository">,
  workspace: GitWorkspace,
): GitFinder {
  const known = new Map<string, Promise<GitUpdate>>();
  const facts = createTemplateFacts(workspace.repository, { head: workspace.head });
  const templatePath = repository?.basePath ?? "";
  let used: Promise<StepTemplateUse[]> | undefined;

  return async (copy, at) => {
    const { remote, head } = await workspace.fetch(at);
    used ??= listUsedStepTemplates(workspace.repository, workspace.head, { basePath: templatePath });
    const { map, missing } = await matchStepTemplates(await used, {
      template: space,
      copy: copy.space,
      known: copy.receipt.stepTemplates ?? {},
    });
    const mergedUpTo = copy.receipt.upstream?.["commit"] || undefined;
    const key = JSON.stringify([head, mergedUpTo, at.basePath, Object.entries(map).toSorted()]);
    const finding =
      known.get(key) ??
      findGitUpdate(
        workspace.repository,
        { into: head, from: workspace.head, mergedUpTo, templatePath, copyPath: at.basePath, stepTemplates: map },
        facts,
      );
    known.set(key, finding);
    return { update: await finding, remote, stepTemplates: map, missingStepTemplates: missing };
  };
}
