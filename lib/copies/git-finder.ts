import type { Remote } from "../git/repository.ts";
import type { StepTemplateMap, StepTemplateUse } from "../ocl/list-step-templates.ts";
import type { Copy } from "./find-copies.ts";
import { createTemplateFacts, findGitUpdate, type GitUpdate, type GitUpdateOptions } from "./find-git-update.ts";
import type { GitWorkspace } from "./git-workspace.ts";
import { matchStepTemplates } from "./match-step-templates.ts";
import type { CopyOrigin } from "./open-template.ts";
import {
  isSameAsTemplate,
  listUntranslated,
  listUsedStepTemplates,
  type Translation,
} from "./translate-step-templates.ts";

/** How the files of a copy stand to those of its template. */
export interface FoundInGit {
  update: GitUpdate;
  remote: Remote;
  stepTemplates: StepTemplateMap;
  /** Step templates that the template uses and the copy's space lacks. */
  missingStepTemplates: string[];
  /** Files of the template that say something else in the copy's space, and that nobody can change, since they are no UTF-8. */
  untranslated?: string[] | undefined;
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
  const known = new Map<string, Promise<Pick<FoundInGit, "update" | "untranslated">>>();
  const facts = createTemplateFacts(workspace.repository, { head: workspace.head });
  const templatePath = repository?.basePath ?? "";
  let used: Promise<StepTemplateUse[]> | undefined;

  return async (copy, at) => {
    const fetching = workspace.fetch(at);
    // At the same time: both wait for a host.
    used ??= listUsedStepTemplates(workspace.repository, workspace.head, { basePath: templatePath });
    const [{ remote, head }, uses] = await Promise.all([fetching, used]);
    const { map, missing } = await matchStepTemplates(uses, {
      template: space,
      copy: copy.space,
      known: copy.receipt.stepTemplates ?? {},
    });
    const mergedUpTo = copy.receipt.upstream?.["commit"] || undefined;
    const { names } = copy.receipt;
    const key = JSON.stringify([head, mergedUpTo, at.basePath, Object.entries(map).toSorted(), names]);
    const translation = { templatePath, copyPath: at.basePath, stepTemplates: map, names };
    const finding = known.get(key) ?? find({ into: head, mergedUpTo, ...translation });
    known.set(key, finding);
    return { ...(await finding), remote, stepTemplates: map, missingStepTemplates: missing };
  };

  async function find(options: Omit<GitUpdateOptions, "from">): Promise<Pick<FoundInGit, "update" | "untranslated">> {
    const update = await findGitUpdate(workspace.repository, { ...options, from: workspace.head }, facts);
    return { update, untranslated: await findUntranslated(workspace, options) };
  }
}

function findUntranslated({ repository, head }: GitWorkspace, translation: Translation): Promise<string[]> {
  return isSameAsTemplate(translation) ? Promise.resolve([]) : listUntranslated(repository, head, translation);
}
