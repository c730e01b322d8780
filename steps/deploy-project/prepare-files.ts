import type { StepTemplateUses } from "../../lib/compare/comparison.ts";
import type { GitAccess } from "../../lib/copies/git-access.ts";
import { toStepTemplateMap } from "../../lib/copies/git-receipt.ts";
import { openGitWorkspace, type GitWorkspace } from "../../lib/copies/git-workspace.ts";
import { describeMissingNames, matchNames, type MissingName } from "../../lib/copies/match-names.ts";
import { processFile } from "../../lib/copies/ocl-folder.ts";
import { readOclFiles } from "../../lib/copies/read-ocl-files.ts";
import { describeUntranslated } from "../../lib/copies/describe-untranslated.ts";
import { listUntranslated, listUsedStepTemplates, translateTree } from "../../lib/copies/translate-step-templates.ts";
import { writeCommit } from "../../lib/git/commit.ts";
import type { CommitIdentity } from "../../lib/git/commit-identity.ts";
import { isAncestor, readTree } from "../../lib/git/compare.ts";
import { commitMerge, tryMerge } from "../../lib/git/merge.ts";
import { pushCommit } from "../../lib/git/push.ts";
import type { Remote } from "../../lib/git/repository.ts";
import type { ProjectManifest } from "../../lib/graph/manifest.ts";
import type { OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { findMissingReferences } from "../../lib/ocl/find-missing-references.ts";
import { listOclProcessTemplates } from "../../lib/ocl/list-process-templates.ts";
import { listOclIds } from "../../lib/ocl/list-ids.ts";
import { listOclReferences, type OclReference } from "../../lib/ocl/list-references.ts";
import { nameStepTemplateUse, type StepTemplateMap, type StepTemplateUse } from "../../lib/ocl/list-step-templates.ts";
import { translateReferences, type OclNames } from "../../lib/ocl/translate-references.ts";
import { foldName } from "../../lib/octopus/same-name.ts";
import { getKind } from "../../lib/resources/index.ts";
import { findMissingProcessTemplates } from "../../lib/resources/process-template.ts";
import type { StepLog } from "../../lib/step/define-step.ts";
import { ConflictError } from "../../lib/step/errors.ts";
import type { Repository } from "../../lib/copies/localize-manifest.ts";

export interface PrepareFilesOptions {
  manifest: ProjectManifest;
  template: Repository;
  /** Undefined when it is still to be made, which only a plan may find. */
  copy: Repository | undefined;
  space: OctopusSpace;
  access: GitAccess;
  /** Who our commits are by. */
  identity: CommitIdentity;
  workingDirectory: string;
  signal: AbortSignal;
  log: StepLog;
}

/** The files of a copy before its project points to them. */
export interface PreparedFiles {
  /** The newest commit of the template whose history the copy has. */
  upstreamCommit: string;
  /** Why Octopus would not load the files in the space, a phrase each. */
  problems: string[];
  /** What the template's slugs and ids are called in this space. */
  names: OclNames;
  /**
   * Commits what step templates, and all else that the files name, are called in this space, where that is something else.
   * @throws {@link NotAllowedError} for a protected branch, {@link ConflictError} when people changed the same lines
   */
  writeNames(known: StepTemplateUses): Promise<void>;
  close(): Promise<void>;
}

/** Looks at a copy's files, or with none yet at the template's, as the managed space would read them. */
export async function prepareFiles(options: PrepareFilesOptions): Promise<PreparedFiles> {
  const { template, copy, space, access, workingDirectory, signal, log } = options;
  log.progress(5, "looking at the files in Git");
  const onCommand = (command: string): void => log.verbose(command);
  const workspace = await openGitWorkspace({ template, access, workingDirectory, signal, onCommand });
  try {
    const fetched = await fetchFiles(options, workspace);
    const problems = [
      ...(await describeUnwritable(fetched)),
      ...describeMissingNames(fetched.missing, { space, uses: fetched.references }),
      ...(await findMissing(fetched, await readProjectFiles(fetched))),
      ...(await listUnknownTemplates(fetched)),
    ];
    return {
      upstreamCommit: fetched.upstreamCommit,
      problems,
      names: fetched.names,
      writeNames: (known) => (copy === undefined ? Promise.resolve() : writeNames(fetched, known)),
      close: workspace.close,
    };
  } catch (error) {
    await workspace.close();
    throw error;
  }
}

/** The template and its copy, fetched, and what their files use. */
interface FetchedFiles extends PrepareFilesOptions {
  workspace: GitWorkspace;
  remote: Remote | undefined;
  /** The copy's newest commit. */
  head: string;
  upstreamCommit: string;
  /** What the template's files use, in terms of its space. */
  uses: StepTemplateUse[];
  /** All else that they name, by slugs and ids. */
  references: OclReference[];
  /** What that is called in the copy's space, and what the mapping leads to and the space lacks. */
  names: OclNames;
  missing: MissingName[];
}

async function fetchFiles(options: PrepareFilesOptions, workspace: GitWorkspace): Promise<FetchedFiles> {
  const { copy, template, manifest, space } = options;
  const fetched = copy === undefined ? undefined : await workspace.fetch(copy);
  const head = fetched?.head ?? workspace.head;
  const upstreamCommit = await findForkPoint(workspace, { head, url: copy?.url ?? template.url });
  const uses = await listUsedStepTemplates(workspace.repository, upstreamCommit, template);
  const files = [...(await readOclFiles(workspace.repository, upstreamCommit, template))];
  const ids = files.flatMap(([path, text]) => listOclIds(text, path));
  const references = [...files.flatMap(([path, text]) => listOclReferences(text, path)), ...ids];
  const matched = await matchNames(manifest.git, { space, known: {}, ids });
  return { ...options, workspace, remote: fetched?.remote, head, upstreamCommit, uses, references, ...matched };
}

/** @throws {@link ConflictError} for a repository that did not come from the template */
async function findForkPoint(
  { repository, head: upstreamHead }: GitWorkspace,
  { head, url }: { head: string; url: string },
): Promise<string> {
  const { exitCode, stdout } = await repository.git.ask(["merge-base", upstreamHead, head]);
  if (exitCode === 0) return stdout.trim();
  throw new ConflictError(
    `The repository "${url}" has no commit in common with the template's. Use the step Fork Repository, or enter the address of a fork as "Git URL".`,
  );
}

/** @throws {@link ConflictError} for a folder without the project's files, {@link ParameterError} for a file that is no OCL */
async function readProjectFiles({ workspace, head, copy, template }: FetchedFiles): Promise<Map<string, string>> {
  const { url, basePath } = copy ?? template;
  const files = await readOclFiles(workspace.repository, head, { basePath });
  if (!files.has(processFile))
    throw new ConflictError(
      `The repository "${url}" has no "${processFile}" in the folder "${basePath}". Serialize the project again if its base path was changed.`,
    );
  return files;
}

/** What would need other names there, and cannot have them. */
async function describeUnwritable({ workspace, template, upstreamCommit, names }: FetchedFiles): Promise<string[]> {
  const paths = { templatePath: template.basePath, copyPath: template.basePath };
  const files = await listUntranslated(workspace.repository, upstreamCommit, { ...paths, stepTemplates: {}, names });
  return files.map(describeUntranslated);
}

async function findMissing(
  { space, names, missing }: FetchedFiles,
  found: ReadonlyMap<string, string>,
): Promise<string[]> {
  const files = [...found].map(([path, text]) => [path, translateReferences(text, names, path)] as const);
  const isTold = ({ kind, slug }: OclReference): boolean =>
    missing.some((one) => one.kind === kind && foldName(one.said) === foldName(slug));
  const references = files
    .flatMap(([path, text]) => [...listOclReferences(text, path), ...listOclIds(text, path).filter(isOfSpace)])
    .filter((reference) => !isTold(reference));
  const templates = files.map(([path, text]) => listOclProcessTemplates(text, path));
  return [
    ...(await findMissingReferences(space, references)),
    ...templates.flatMap(({ problems }) => problems),
    ...(await findMissingProcessTemplates(
      space,
      templates.flatMap(({ uses }) => uses),
    )),
  ];
}

/** What belongs to a project, or to the server, is not looked for by its id. */
function isOfSpace({ kind: id }: OclReference): boolean {
  const kind = getKind(id);
  return kind.ownedBy === undefined && kind.isServerWide !== true;
}

/** The package was made before the files came to use them, or afterwards. */
async function listUnknownTemplates({ manifest, uses }: FetchedFiles): Promise<string[]> {
  const known = manifest.git?.stepTemplates ?? {};
  return uses
    .filter((use) => known[nameStepTemplateUse(use)] === undefined)
    .map(
      ({ id, version }) =>
        `the package knows nothing of the step template ${id} in version ${version}, which the files use (serialize the project again)`,
    );
}

/**
 * The commit follows the template's, and says the same in every run: so a run that was killed finds it in the copy's history, and the
 * ids of two spaces are never taken for one another.
 */
async function writeNames(fetched: FetchedFiles, known: StepTemplateUses): Promise<void> {
  const { workspace, template, manifest, upstreamCommit, head, copy, remote, names, log } = fetched;
  const { repository } = workspace;
  const used = new Set(fetched.uses.map(nameStepTemplateUse));
  const map = Object.fromEntries(Object.entries(toStepTemplateMap(manifest, known)).filter(([use]) => used.has(use)));
  const paths = { templatePath: template.basePath, copyPath: template.basePath };
  const translation = { ...paths, stepTemplates: map, names };
  for (const path of await listUntranslated(repository, upstreamCommit, translation))
    log.warn(describeUntranslated(path));
  const tree = await translateTree(repository, upstreamCommit, translation);
  if (copy === undefined || remote === undefined || tree === (await readTree(repository, upstreamCommit))) return;
  const message = Object.keys(names).length === 0 ? ofStepTemplates : ofAll;
  const translated = await commitOnTop(fetched, { tree, parent: upstreamCommit, message });
  if (await isAncestor(repository, { base: translated, head })) return;
  const commit = await mergeTranslated(fetched, { translated, map, message });
  if (commit === undefined) return;
  await pushCommit(repository, remote, { commit, branch: copy.defaultBranch });
  log.info(
    `Committed ${message === ofAll ? "what is called otherwise" : "the ids that step templates have"} in this space to the branch "${copy.defaultBranch}" of "${copy.url}".`,
  );
}

const ofStepTemplates = "Use the step templates of this space";
const ofAll = "Use the names of this space";

async function commitOnTop(
  { workspace: { repository }, identity }: FetchedFiles,
  { tree, parent, message }: { tree: string; parent: string; message: string },
): Promise<string> {
  const date = new Date((await repository.git.run(["log", "-1", "--format=%cI", parent])).trim());
  return writeCommit(repository, { tree, parents: [parent], message, date, ...identity });
}

/** @returns what the branch is to be at; undefined when it has all of it */
async function mergeTranslated(
  fetched: FetchedFiles,
  { translated, map, message }: { translated: string; map: StepTemplateMap; message: string },
): Promise<string | undefined> {
  const { workspace, head, copy } = fetched;
  const { repository } = workspace;
  const merge = await tryMerge(repository, { into: head, from: translated });
  if (merge.outcome === "up-to-date") return undefined;
  if (merge.outcome === "mergeable")
    return merge.isFastForward
      ? translated
      : commitMerge(repository, { into: head, from: translated, tree: merge.tree, message, ...fetched.identity });
  if (await usesOnly(fetched, new Set(Object.values(map)))) return undefined;
  const files =
    merge.outcome === "conflicting" ? merge.conflicts.map(({ path }) => `"${path}"`).join(", ") : "the history";
  throw new ConflictError(
    `What step templates and others are called in this space cannot be written to "${copy?.url ?? ""}": people changed the same lines in ${files}. Choose there by hand what this space has, or fork again.`,
  );
}

/** People may have chosen what the space has by hand. */
async function usesOnly(
  { workspace, head, template, names }: FetchedFiles,
  own: ReadonlySet<string>,
): Promise<boolean> {
  const uses = await listUsedStepTemplates(workspace.repository, head, template);
  const files = await readOclFiles(workspace.repository, head, template);
  return (
    uses.every((use) => own.has(nameStepTemplateUse(use))) &&
    [...files].every(([path, text]) => translateReferences(text, names, path) === text)
  );
}
