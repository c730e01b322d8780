import type { HttpAttempt } from "../http/http-request.ts";
import type { GitCredentials } from "../git/git-credentials.ts";

/** Where a repository is on its host. */
export interface RepositoryPath {
  /** A user, organization, workspace or group; on Azure, `organization/project`. */
  owner: string;
  name: string;
}

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

/** One Git hosting service, as far as the steps need it. `ensure*` is safe to repeat and waits until the thing can be used. */
export interface GitHost {
  /** The address that people use, without a slash at the end. */
  readonly url: string;
  /** What the host is called in sentences. */
  readonly title: string;

  /** What Git sends for the repositories of an owner; ask again before each use, since some live for an hour only. */
  getCredentials(owner: string): Promise<GitCredentials>;

  /** @returns undefined when the address is not one of a repository on this host */
  parseCloneUrl(address: string): RepositoryPath | undefined;

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

/** Who we are for the host: a person's or a service account's token, or an application of the host that signs with its key. */
export type SignIn = { token: string; username?: string } | { applicationId: string; privateKey: string };

export interface GitHostOptions {
  /** The address that people use. */
  url: string;
  signIn: SignIn;
  signal?: AbortSignal | undefined;
  onAttempt?: ((attempt: HttpAttempt) => void) | undefined;
  /** Told about tokens that come into being, so that they can be masked. */
  onSecret?: ((secret: string) => void) | undefined;
  /** Milliseconds to wait, for tests that do not want to. */
  wait?: (milliseconds: number) => Promise<void>;
  now?: () => Date;
}

/** What a folder of this room exports. */
export interface GitHostDefinition {
  /** What the host is called, and the address that is meant when none is given. */
  title: string;
  defaultUrl?: string;
  create(options: GitHostOptions): GitHost;
}

/** `acme/web`, for sentences. */
export function describePath({ owner, name }: RepositoryPath): string {
  return `${owner}/${name}`;
}

/** Owners and repositories are told apart without regard to case, on every host. */
export function isSamePath(a: RepositoryPath | undefined, b: RepositoryPath): boolean {
  return a !== undefined && describePath(a).toLowerCase() === describePath(b).toLowerCase();
}
