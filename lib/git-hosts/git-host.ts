import type { GitHostOptions, HostAccess, RepositoryPath } from "./host-access.ts";

export interface Repository extends RepositoryPath {
  /** For Git, without credentials. */
  cloneUrl: string;
  /** For people. */
  webUrl: string;
  /** The branch that the host shows first; an empty repository has the name, but not the branch. */
  defaultBranch: string;
  isPrivate: boolean;
  /** The repository this one was forked from, where the host says. */
  forkedFrom?: RepositoryPath;
}

export interface Branch {
  name: string;
  commit: string;
  /** Whether any rule guards the branch. */
  isProtected: boolean;
  /** Whether a push of this user would be taken, where the host says. */
  acceptsPushes?: boolean;
}

export interface PullRequestPath {
  repository: RepositoryPath;
  /** The branch with the changes, and the branch that is to receive them: both in `repository`. */
  from: string;
  to: string;
}

export interface PullRequest {
  number: number;
  title: string;
  state: "open" | "merged" | "closed";
  webUrl: string;
  /** What the merge left on the receiving branch, where the host says. */
  mergeCommit?: string;
}

export interface ForkOptions {
  source: RepositoryPath;
  target: RepositoryPath;
  /**
   * Makes the second repository a copy of the first, where the host cannot fork: within one owner, a second time, or when its
   * owner forbids it. The target may be empty, a copy already, or somebody else's: then it is to throw. `ensureCopy` of lib/git does this.
   */
  copy: (source: Repository, target: Repository) => Promise<unknown>;
}

/**
 * One Git hosting service, as far as the steps need it: access to it, with its operations on top. `ensure*` is safe to repeat and
 * waits until the thing can be used.
 */
export interface GitHost extends HostAccess {
  findRepository(path: RepositoryPath): Promise<Repository | undefined>;
  /** A private repository; an existing one is returned as it is, whoever made it. */
  ensureRepository(path: RepositoryPath, options?: { description?: string }): Promise<Repository>;
  /** A fork, or a copy where there can be no fork. */
  ensureFork(options: ForkOptions): Promise<Repository>;
  setDefaultBranch(path: RepositoryPath, branch: string): Promise<void>;
  removeRepository(path: RepositoryPath): Promise<void>;

  findBranch(path: RepositoryPath, name: string): Promise<Branch | undefined>;
  removeBranch(path: RepositoryPath, name: string): Promise<void>;

  /** The open one, else the newest. */
  findPullRequest(path: PullRequestPath): Promise<PullRequest | undefined>;
  /** The open pull request between two branches, made or brought up to date. */
  ensurePullRequest(path: PullRequestPath, content: { title: string; body: string }): Promise<PullRequest>;
}

/** What the `index.ts` of a folder of this room exports. */
export type CreateGitHost = (options: GitHostOptions) => GitHost;

/** `acme/web`, for sentences. */
export function describePath({ owner, name }: RepositoryPath): string {
  return `${owner}/${name}`;
}

/** Owners and repositories are told apart without regard to case, on every host. */
export function isSamePath(a: RepositoryPath | undefined, b: RepositoryPath): boolean {
  return a !== undefined && describePath(a).toLowerCase() === describePath(b).toLowerCase();
}
