import {
  createRepository,
  fetchRemote,
  getCommit,
  packReferences,
  type LocalRepository,
  type Remote,
} from "../git/repository.ts";
import { splitCredentials } from "../git/git-credentials.ts";
import { makeTemporaryFolder } from "../step/temporary-folder.ts";
import type { ProjectRepository } from "./find-copies.ts";
import type { GitAccess } from "./git-access.ts";

/** One bare repository with the template's history and that of all copies, for the length of a run. */
export interface GitWorkspace {
  readonly repository: LocalRepository;
  /** Without credentials. */
  readonly templateUrl: string;
  /** The newest commit of the template. */
  readonly head: string;
  /** Fetches a copy's repository. @returns the newest commit of its default branch */
  fetch(copy: ProjectRepository): Promise<{ remote: Remote; head: string }>;
  close(): Promise<void>;
}

export interface GitWorkspaceOptions {
  template: ProjectRepository;
  access: GitAccess;
  workingDirectory: string;
  signal: AbortSignal;
  onCommand?: (command: string) => void;
}

/** Fetches the template's repository: its files' contents come when they are needed. */
export async function openGitWorkspace(options: GitWorkspaceOptions): Promise<GitWorkspace> {
  const { template, access, signal, onCommand } = options;
  const { path: directory, remove: close } = await makeTemporaryFolder(options.workingDirectory, "git");
  try {
    const listCredentials = (): ReturnType<GitAccess["listCredentials"]> => access.listCredentials();
    const repository = await createRepository({ directory, listCredentials, signal, onCommand });
    const { url } = splitCredentials(template.url);
    access.admit(url);
    const upstream = await repository.addRemote("upstream", { url: template.url, isPartial: true });
    await fetchRemote(repository, upstream);
    const head = await getCommit(repository, upstream, { branch: template.defaultBranch });
    return {
      repository,
      templateUrl: url,
      head,
      fetch: createFetch(repository, access),
      close: () => closeAll(repository, close),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** No folder is taken away from under a process that works there. */
async function closeAll({ git }: LocalRepository, close: () => Promise<void>): Promise<void> {
  await git.objects.close();
  await close();
}

/** Copies. */
const packEvery = 32;

/** Copies that share a repository are fetched once. */
function createFetch(repository: LocalRepository, access: GitAccess): GitWorkspace["fetch"] {
  const fetched = new Map<string, Promise<Remote>>();

  async function fetchOnce(address: string): Promise<Remote> {
    access.admit(address);
    const number = fetched.size;
    const remote = await repository.addRemote(`copy-${number}`, { url: address });
    await fetchRemote(repository, remote);
    if ((number + 1) % packEvery === 0) await packReferences(repository);
    return remote;
  }

  return async ({ url, defaultBranch }) => {
    const key = splitCredentials(url).url;
    const fetching = fetched.get(key) ?? fetchOnce(url);
    fetched.set(key, fetching);
    const remote = await fetching;
    return { remote, head: await getCommit(repository, remote, { branch: defaultBranch }) };
  };
}
