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
  /** Nothing can be written there: archived, disabled or locked. */
  isReadOnly?: true;
  /**
   * How pull requests to the default branch may be merged, the one that the repository prefers first; absent where the host does not say, which some do
   * only when they are asked by `findRepository`, and not for what was just made.
   */
  mergeMethods?: readonly MergeMethod[];
}

/** In the order in which hosts offer them. */
export const mergeMethods = ["merge", "squash", "rebase"] as const;

export type MergeMethod = (typeof mergeMethods)[number];

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

/** A pull request as one meets it, whoever opened it. */
export interface FoundPullRequest extends PullRequest {
  /** Where the changes come from: another repository for a request from a fork, undefined when that is gone or hidden. */
  source: RepositoryPath | undefined;
  from: string;
  to: string;
  /** The newest commit with the changes. */
  commit: string;
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

/** What the host says of whom we sign in as; all of it is absent where a host keeps it to itself. */
export interface SignInFacts {
  /** Name of the user or application. */
  user?: string;
  scopes?: readonly string[];
  expiresAt?: Date;
}

/** The answer of a check, which the host shows beside the commit. */
export interface CommitStatus {
  /** What the check is called; the newest status of a name counts. */
  name: string;
  state: "pending" | "success" | "failure" | "error";
  /** One line; hosts cut what is longer than 140 characters. */
  description: string;
  /** The page with the whole answer. */
  url?: string | undefined;
}

export interface MergeOptions {
  method: MergeMethod;
  /** The newest commit that is to be merged: where another one came in the meantime, nothing is merged. */
  commit: string;
  title: string;
}

/** Merged, or what the host still wants: reviews, checks, a place in its queue. */
export type MergeAnswer = { state: "merged"; mergeCommit?: string } | { state: "waiting"; reason: string };

export interface PullRequests {
  /** The open one, else the newest. */
  find(path: PullRequestPath): Promise<PullRequest | undefined>;
  /** The open pull request between two branches, made or brought up to date. */
  ensure(path: PullRequestPath, content: { title: string; body: string }): Promise<PullRequest>;
  get(repository: RepositoryPath, number: number): Promise<FoundPullRequest | undefined>;
  /** All that are open, from whatever repository. */
  listOpen(repository: RepositoryPath): Promise<FoundPullRequest[]>;
  merge(repository: RepositoryPath, number: number, options: MergeOptions): Promise<MergeAnswer>;
  /** One comment, which is told from others by its marker (a text that its body holds) and kept up to date. */
  ensureComment(repository: RepositoryPath, number: number, comment: { marker: string; body: string }): Promise<void>;
  /**
   * By which the repository of a request gives Git the request's newest commit, from whatever repository it comes: as the ref's own commit, or
   * among that one's parents where the host has only a trial merge. A host may bring it up to date later than it tells of the commit
   * ({@link FoundPullRequest.commit}). Absent where the host has no such ref: what comes from another repository is not read then.
   */
  headRef?(number: number): string;
}

export type WebhookEvent = "push" | "pullRequest";

export interface Webhook {
  /** Where the host posts to. One hook for each address. */
  url: string;
  events: readonly WebhookEvent[];
  /** What the request brings so that it is believed. */
  header: { name: string; value: string };
}

export interface Webhooks {
  /** The name of the one header that the host can send, as Gitea's `Authorization`; absent where it is anyone's choice. */
  readonly onlyHeader?: string;
  /** @returns whether there was none yet; one that is there gets these events and this header */
  ensure(repository: RepositoryPath, hook: Webhook): Promise<"created" | "updated">;
  /** @returns whether there was one */
  remove(repository: RepositoryPath, url: string): Promise<boolean>;
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

  /** Whether it may tell when a token ends; absent where it never does, so that nobody asks in vain. */
  readonly tellsExpiry?: true;
  /** For the credentials that are used for an owner's repositories. */
  describeSignIn(owner: string): Promise<SignInFacts>;

  /** Absent where the host has no such thing. */
  setCommitStatus?(path: RepositoryPath, commit: string, status: CommitStatus): Promise<void>;
  /** The state of the newest status of that name; absent where the host has no such thing, or keeps it to itself. */
  findCommitStatus?(path: RepositoryPath, commit: string, name: string): Promise<CommitStatus["state"] | undefined>;
  /** Absent where there are none: changes are pushed to a branch, which people merge. */
  readonly pullRequests?: PullRequests;
  /** Absent where the host cannot send a header that the receiver believes. */
  readonly webhooks?: Webhooks;
}

/** A host with pull requests. */
export interface GitHostWithPullRequests extends GitHost {
  readonly pullRequests: PullRequests;
}

export function hasPullRequests(host: GitHost): host is GitHostWithPullRequests {
  return host.pullRequests !== undefined;
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
