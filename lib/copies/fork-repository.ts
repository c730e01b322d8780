import { join } from "node:path";
import type { GitAccess } from "./git-access.ts";
import { describePath, isSamePath, type GitHost, type Repository } from "../git-hosts/git-host.ts";
import type { RepositoryPath } from "../git-hosts/host-access.ts";
import { bringLfsFiles } from "../git-lfs/bring-lfs-files.ts";
import { sharesHistory } from "../git/compare.ts";
import { listSubmodules, refuseMovedSubmodules } from "../git/submodules.ts";
import { ensureCopy } from "../git/copy.ts";
import { pushCommit } from "../git/push.ts";
import {
  createRepository,
  fetchBranch,
  fetchRemote,
  findCommit,
  findDefaultBranch,
  getCommit,
  listBranches,
  type LocalRepository,
  type Remote,
} from "../git/repository.ts";
import { ConflictError, NotFoundError } from "../step/errors.ts";
import { makeTemporaryFolder } from "../step/temporary-folder.ts";
import type { StepLog } from "../step/define-step.ts";

export interface ForkRepositoryOptions {
  host: GitHost;
  access: GitAccess;
  /** Where the template has its files. */
  template: { url: string; defaultBranch: string | undefined };
  target: RepositoryPath;
  /** Whether a repository that holds something else becomes a copy all the same. */
  replace: boolean;
  onlyPlan: boolean;
  workingDirectory: string;
  signal: AbortSignal;
  log: StepLog;
}

export interface ForkOutcome {
  /** Undefined when it does not exist yet and nothing is to be written. */
  repository: Repository | undefined;
  defaultBranch: string;
  work: ForkWork;
}

/** What there is to do: make the repository, fill an empty one, replace what one holds, or nothing. */
export type ForkWork = "create" | "fill" | "replace" | "none";

/** Gives a tenant a repository of its own with the template's history, and leaves alone what is there and has it. */
export async function forkRepository(options: ForkRepositoryOptions): Promise<ForkOutcome> {
  const { host, target, onlyPlan, log } = options;
  const workspace = await openWorkspace(options);
  try {
    const existing = await host.findRepository(target);
    const work = existing === undefined ? "create" : await findWork(existing, workspace);
    const { branch: defaultBranch } = workspace;
    if (work !== "none") await refuseSubmodules(workspace);
    if (work === "none") log.info(`The repository "${describePath(target)}" is there and has the template's history.`);
    if (work === "none" || onlyPlan) return { repository: existing, defaultBranch, work };
    const made = await carryOut(work, existing, workspace);
    return { repository: await ensureDefaultBranch(made, workspace), defaultBranch, work };
  } finally {
    await workspace.close();
  }
}

/** Looks at the template's newest commit alone, in a repository of its own: one that can fork has no need of the history. */
async function refuseSubmodules({
  directory,
  access,
  host,
  target,
  upstream,
  branch,
  signal,
}: ForkWorkspace): Promise<void> {
  const listCredentials = (): ReturnType<GitAccess["listCredentials"]> => access.listCredentials();
  const repository = await createRepository({ directory: join(directory, "newest"), listCredentials, signal });
  try {
    const remote = await repository.addRemote("upstream", { url: upstream.url, isPartial: true });
    await fetchBranch(repository, remote, { branch, depth: 1 });
    const submodules = await listSubmodules(repository, await getCommit(repository, remote, { branch }));
    refuseMovedSubmodules(submodules, { from: upstream.url, to: `${host.url}/${target.owner}/${target.name}.git` });
  } catch (error) {
    // That is told with more about it by whoever needs the branch.
    if (!(error instanceof NotFoundError)) throw error;
  } finally {
    await repository.git.objects.close();
  }
}

/** The template and a bare repository that is filled when Git has to be asked. */
interface ForkWorkspace extends ForkRepositoryOptions {
  /** The template on the same host; undefined when it is elsewhere. */
  source: Repository | undefined;
  branch: string;
  repository: LocalRepository;
  /** Where it is. */
  directory: string;
  upstream: Remote;
  close(): Promise<void>;
}

async function openWorkspace(options: ForkRepositoryOptions): Promise<ForkWorkspace> {
  const { host, access, template, target, workingDirectory, signal, log } = options;
  access.admit(template.url);
  access.admitOwner(target.owner);
  const { path: directory, remove: close } = await makeTemporaryFolder(workingDirectory, "git");
  try {
    const repository = await createRepository({
      directory,
      listCredentials: () => access.listCredentials(),
      signal,
      onCommand: (command) => log.verbose(command),
      onProgress: (percent, text) => log.progress(30 + percent / 2, text),
    });
    const upstream = await repository.addRemote("upstream", { url: template.url });
    const path = host.parseCloneUrl(template.url);
    const source = path === undefined ? undefined : await host.findRepository(path);
    const branch = template.defaultBranch ?? source?.defaultBranch ?? (await getDefaultBranch(repository, upstream));
    return {
      ...options,
      source,
      branch,
      repository,
      directory,
      upstream,
      close: async () => {
        await repository.git.objects.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function getDefaultBranch(repository: LocalRepository, upstream: Remote): Promise<string> {
  const branch = await findDefaultBranch(repository, upstream);
  if (branch !== undefined) return branch;
  throw new ConflictError(`The repository "${upstream.url}" is empty. Push a first commit to it.`);
}

/** @throws {@link ConflictError} for a repository that holds something else, unless that is to be replaced */
async function findWork(existing: Repository, workspace: ForkWorkspace): Promise<ForkWork> {
  const { source, repository, upstream, branch, host } = workspace;
  if (source !== undefined && isSamePath(existing.forkedFrom, source)) return "none";
  if (source !== undefined && isSamePath(existing, source))
    throw new ConflictError(
      `The repository "${describePath(existing)}" is the template's own. Choose another "Owner" or "Repository Name".`,
    );
  const copy = await repository.addRemote("copy", { url: existing.cloneUrl });
  const branches = await listBranches(repository, copy);
  if (branches.length === 0) return "fill";
  await fetchRemote(repository, upstream);
  await fetchRemote(repository, copy);
  const base = await getCommit(repository, upstream, { branch });
  for (const each of branches) {
    const head = await getCommit(repository, copy, { branch: each });
    if (await sharesHistory(repository, { base, head })) return "none";
  }
  if (workspace.replace) return "replace";
  throw new ConflictError(
    `${host.title} has a repository "${describePath(existing)}" that has no commit in common with the template's: it is left as it is. Choose another "Repository Name" or "Owner", or set "Replace What the Repository Holds".`,
  );
}

async function carryOut(
  work: "create" | "fill" | "replace",
  existing: Repository | undefined,
  workspace: ForkWorkspace,
) {
  const { host, source, target, log, template } = workspace;
  log.progress(30, `bringing the template's history to "${describePath(target)}"`);
  if (work === "replace" && existing !== undefined) return replaceContents(existing, workspace);
  if (source !== undefined) return host.ensureFork({ source, target, copy: (_from, to) => copyTo(to, workspace) });
  const made = existing ?? (await host.ensureRepository(target, { description: `Copy of ${template.url}` }));
  await copyTo(made, workspace);
  return made;
}

async function copyTo(target: Repository, workspace: ForkWorkspace): Promise<void> {
  const { host, repository, upstream, branch } = workspace;
  const to = await repository.addRemote("copy", { url: target.cloneUrl });
  await ensureCopy(repository, { from: upstream, to, branch, bringLfs: (commit) => bringLfs(commit, to, workspace) });
  if (target.defaultBranch !== branch) await host.setDefaultBranch(target, branch);
}

function bringLfs(commit: string, to: Remote, workspace: ForkWorkspace): Promise<void> {
  const { access, repository, upstream, signal, log } = workspace;
  const listCredentials = (): ReturnType<GitAccess["listCredentials"]> => access.listCredentials();
  return bringLfsFiles(repository, { from: upstream, to, commit, listCredentials, signal, log });
}

/** What was on the branch is taken away, over exactly the commit that was looked at. */
async function replaceContents(existing: Repository, workspace: ForkWorkspace): Promise<Repository> {
  const { repository, upstream, branch, log } = workspace;
  const copy = repository.remotes.get("copy");
  if (copy === undefined) return existing;
  const commit = await getCommit(repository, upstream, { branch });
  await bringLfs(commit, copy, workspace);
  const replaces = await findCommit(repository, copy, { branch });
  await pushCommit(repository, copy, { commit, branch, replaces });
  const old = replaces === undefined ? "" : `; it was at ${replaces} before`;
  log.info(`Replaced the branch "${branch}" of "${describePath(existing)}"${old}.`);
  return existing;
}

/** The project's own default branch is the one that the copy starts from, whatever the host shows first. */
async function ensureDefaultBranch(made: Repository, workspace: ForkWorkspace): Promise<Repository> {
  const { host, target, branch, repository, upstream } = workspace;
  if ((await host.findBranch(target, branch)) === undefined) {
    await fetchRemote(repository, upstream);
    const commit = await getCommit(repository, upstream, { branch });
    const copy = await repository.addRemote("copy", { url: made.cloneUrl });
    await bringLfs(commit, copy, workspace);
    await pushCommit(repository, copy, { commit, branch });
  }
  if (made.defaultBranch !== branch) await host.setDefaultBranch(target, branch);
  return { ...made, defaultBranch: branch };
}
