import type { Copy, ProjectRepository } from "../copies/find-copies.ts";
import { mapInParallel } from "../copies/map-in-parallel.ts";
import { ourAuthor } from "../git/commit-identity.ts";
import { hasCommit, isAncestor } from "../git/compare.ts";
import { commitMerge, tryMerge } from "../git/merge.ts";
import { fetchRef, findCommit, type LocalRepository, type Remote } from "../git/repository.ts";
import { ParameterError, StepError } from "../step/errors.ts";
import { lookUpManagedNames, lookUpOwnNames, type OwnNames } from "./look-up-names.ts";
import type { ManagedSpace } from "./managed-spaces.ts";
import type { OpenValidation } from "./open-validation.ts";
import { joinFindings, nothingFound, type Findings, type Problem } from "./problem.ts";
import { readBranch, type BranchContent } from "./read-branch.ts";
import type { Subject, WatchedRepository } from "./subject.ts";
import { tryCopyMerge } from "./try-merge.ts";

/** The commits that a validation is about. */
export interface SubjectCommits {
  /** The newest one with the changes. */
  commit: string;
  /** The newest one of the branch that is to receive them; undefined where that is not there. */
  base: string | undefined;
  /** What that branch would be with the changes. */
  merged: string;
  /** It would be in conflict: the changes are looked at by themselves. */
  isInConflict: boolean;
}

/**
 * Brings what is to be validated, from the host's own repository alone: nothing of ours goes to where a stranger's fork is.
 * @returns undefined when it is gone, or the host does not give it, or not yet
 */
export async function fetchSubject(
  { workspace, host }: OpenValidation,
  { repository: watched, branch, into, request, isForeign }: Subject,
): Promise<SubjectCommits | undefined> {
  const { repository } = workspace;
  const remote = await getRemote(workspace, watched);
  const ref = request === undefined ? undefined : host?.pullRequests?.headRef?.(request.number);
  const commit =
    isForeign && request !== undefined
      ? ref && (await fetchForeign(repository, remote, { ref, commit: request.commit }))
      : await findCommit(repository, remote, { branch });
  if (commit === undefined) return undefined;
  const base = await findCommit(repository, remote, { branch: into });
  return { commit, base, ...(await mergeInto(repository, commit, base)) };
}

/** @returns undefined where what the ref brings does not have the commit: it lags behind, or the host could not try to merge */
async function fetchForeign(
  repository: LocalRepository,
  remote: Remote,
  { ref, commit }: { ref: string; commit: string },
): Promise<string | undefined> {
  const head = await fetchRef(repository, remote, { ref });
  if (head === undefined || !(await hasCommit(repository, commit))) return undefined;
  return (await isAncestor(repository, { base: commit, head })) ? commit : undefined;
}

async function getRemote(workspace: OpenValidation["workspace"], { kind, at }: WatchedRepository): Promise<Remote> {
  const upstream = kind === "template" ? workspace.repository.remotes.get("upstream") : undefined;
  return upstream ?? (await workspace.fetch(at)).remote;
}

async function mergeInto(
  repository: LocalRepository,
  commit: string,
  base: string | undefined,
): Promise<Pick<SubjectCommits, "merged" | "isInConflict">> {
  if (base === undefined || (await isAncestor(repository, { base, head: commit })))
    return { merged: commit, isInConflict: false };
  const merge = await tryMerge(repository, { into: base, from: commit });
  if (merge.outcome === "up-to-date") return { merged: base, isInConflict: false };
  if (merge.outcome !== "mergeable") return { merged: commit, isInConflict: true };
  const message = "Merged to be validated";
  const merged = await commitMerge(repository, {
    into: base,
    from: commit,
    tree: merge.tree,
    message,
    author: ourAuthor,
  });
  return { merged, isInConflict: false };
}

/** All that can be said of a branch before anything of it is merged. Reads Git objects, and runs nothing of them. */
export async function checkSubject(open: OpenValidation, subject: Subject, commits: SubjectCommits): Promise<Findings> {
  const { repository, into } = subject;
  const { workspace } = open;
  const { basePath } = repository.at;
  const content = await readBranch(workspace.repository, commits.merged, { basePath });
  const files: Findings = {
    ...nothingFound(),
    problems: content.problems,
    remarks: commits.isInConflict
      ? [toFileRemark(`It is in conflict with the branch "${into}", so its files are looked at by themselves.`)]
      : [],
  };
  if (repository.kind === "copy") return joinFindings([files, await checkCopies(open, subject, { content, commits })]);
  const own = await lookUpOwnNames(content, { space: open.management, project: open.project });
  if (into !== repository.at.defaultBranch) {
    const text = `Copies take the branch "${repository.at.defaultBranch}", and this one goes to "${into}": no managed space was looked at.`;
    return joinFindings([files, own.findings, { ...nothingFound(), remarks: [toFileRemark(text)] }]);
  }
  return joinFindings([files, own.findings, await checkManagedSpaces(open, { content, commits, own })]);
}

interface Looked {
  content: BranchContent;
  commits: SubjectCommits;
}

/** Spaces at a time. */
const atATime = 4;

async function checkManagedSpaces(open: OpenValidation, looked: Looked & { own: OwnNames }): Promise<Findings> {
  const { spaces, silent, toCome } = await open.listManagedSpaces();
  const all = await mapInParallel(spaces, { atATime }, (managed) => checkManagedSpace(open, managed, looked));
  return joinFindings([
    ...all,
    {
      problems: [],
      remarks: toCome.map((tenant) => toSpaceProblem(tenant, `The tenant "${tenant}" has no space yet.`)),
      unknown: silent.map(({ tenant, text }) =>
        toSpaceProblem(tenant, `The space of the tenant "${tenant}" could not be looked at: ${text}`),
      ),
    },
  ]);
}

async function checkManagedSpace(
  open: OpenValidation,
  { tenant, space, copies }: ManagedSpace,
  { content, commits, own }: Looked & { own: OwnNames },
): Promise<Findings> {
  const known = await open.readKnownValues();
  const lookUp = (copy: Copy | undefined): Promise<Findings> =>
    lookUpManagedNames(content, {
      space,
      project: copy?.project,
      tenant: tenant.name,
      templateSpace: open.management,
      template: own,
      knownStepTemplates: copy?.receipt.stepTemplates ?? {},
      readKnown: (name) => known.read(tenant.id, name),
      deployingProject: known.project ?? "",
    });
  return tryOf(space.name, open, async () => {
    const names = await Promise.all(copies.length === 0 ? [lookUp(undefined)] : copies.map(lookUp));
    const merges = await mapInParallel(copies, { atATime: 1 }, (copy) =>
      checkMergeInto(open, copy, { content, commits }),
    );
    return joinFindings([...names, ...merges]);
  });
}

async function checkMergeInto(open: OpenValidation, copy: Copy, { content, commits }: Looked): Promise<Findings> {
  const place = `"${copy.name}" in the space "${copy.space.name}"`;
  const remark = (text: string): Findings => ({
    ...nothingFound(),
    remarks: [{ kind: "merge", place, text: `${place}: ${text}` }],
  });
  if (copy.repository === undefined) return remark("It is not in Git, so nothing is merged into it.");
  // Step templates are translated in all files, so all of them have to be OCL.
  if (!content.isReadable) return remark("A merge was not tried, since files of the branch cannot be read.");
  const { repository: at } = copy;
  return tryOf(copy.space.name, open, async () => {
    const { head: into } = await open.workspace.fetch(at);
    const sides = { from: commits.merged, into, before: { from: open.workspace.head, into } };
    return tryMergeOf(open, { copy, at, sides });
  });
}

/** A copy is the people's of one space: what its branch names is looked up there alone, and the template's next update is tried on it. */
async function checkCopies(
  open: OpenValidation,
  { repository, into }: Subject,
  { content, commits }: Looked,
): Promise<Findings> {
  const all = await mapInParallel(repository.copies, { atATime: 1 }, (copy) =>
    tryOf(copy.space.name, open, async () => {
      const names =
        copy.project === undefined
          ? nothingFound()
          : (await lookUpOwnNames(content, { space: copy.space, project: copy.project })).findings;
      const at = copy.repository ?? repository.at;
      if (into !== at.defaultBranch || commits.base === undefined) return names;
      const from = open.workspace.head;
      const sides = { from, into: commits.merged, before: { from, into: commits.base } };
      return joinFindings([names, await tryMergeOf(open, { copy, at, sides })]);
    }),
  );
  return joinFindings(all);
}

async function tryMergeOf(
  { workspace, management, template }: OpenValidation,
  { copy, at, sides }: { copy: Copy; at: ProjectRepository; sides: Parameters<typeof tryCopyMerge>[0]["sides"] },
): Promise<Findings> {
  const trial = { workspace, templateSpace: management, templatePath: template.at.basePath, copy, at, sides };
  try {
    return await tryCopyMerge(trial);
  } catch (error) {
    // The template's own branch, which another pull request may be about to mend.
    if (!(error instanceof ParameterError)) throw error;
    const text = `What the template's next update would do to "${copy.name}" was not tried. ${error.message}`;
    return { ...nothingFound(), remarks: [{ kind: "merge", place: copy.name, text }] };
  }
}

/** What one space or repository refuses takes nothing else with it. */
async function tryOf(place: string, { signal }: OpenValidation, work: () => Promise<Findings>): Promise<Findings> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StepError) || signal.aborted) throw error;
    return { ...nothingFound(), unknown: [toSpaceProblem(place, error.message)] };
  }
}

function toFileRemark(text: string): Problem {
  return { kind: "file", place: "", text };
}

function toSpaceProblem(place: string, text: string): Problem {
  return { kind: "space", place, text };
}
