import type { StandInComment, StandInPull, StandInRepository } from "./stand-in.ts";

export type ForkPolicy = "allow_forks" | "no_public_forks" | "no_forks";

export interface Restriction {
  kind: string;
  branch_match_kind: "glob" | "branching_model";
  pattern?: string;
  branch_type?: string;
  users?: readonly { uuid: string }[];
  groups?: readonly { slug: string }[];
}

/** What Bitbucket knows of a repository besides what every host does. */
export interface RepositoryDetails {
  forkPolicy: ForkPolicy;
  restrictions: Restriction[];
  defaultReviewers: string[];
  /** Branches with this beginning are of the model's type. */
  branchTypes: { kind: string; prefix: string }[];
  /** The last body by which a status was set. */
  statusSettings: Record<string, unknown>[];
  /** What pull requests to it may be merged by. */
  mergeStrategies: string[];
  /** A merge is answered before it is done, and looked at so often until it is. */
  looksUntilMerged: number;
}

/** What it knows of a pull request. */
export interface PullDetails {
  isSourceGone: boolean;
  isSuperseded: boolean;
  isQueued: boolean;
  reviewers: string[];
  authors: Map<StandInComment, string>;
  deleted: Set<StandInComment>;
}

export interface BitbucketState {
  repository(of: StandInRepository): RepositoryDetails;
  pull(of: StandInPull): PullDetails;
  /** Who has left the workspace, and cannot review any longer. */
  former: Set<string>;
}

export function createState(): BitbucketState {
  const repositories = new Map<StandInRepository, RepositoryDetails>();
  const pulls = new Map<StandInPull, PullDetails>();
  return {
    former: new Set(),
    repository: (of) =>
      ensure(repositories, of, () => ({
        forkPolicy: of.allowsForking ? "no_public_forks" : "no_forks",
        restrictions: [],
        defaultReviewers: [],
        branchTypes: [],
        statusSettings: [],
        mergeStrategies: ["merge_commit", "squash", "fast_forward", "rebase_fast_forward"],
        looksUntilMerged: 0,
      })),
    pull: (of) =>
      ensure(pulls, of, () => ({
        isSourceGone: false,
        isSuperseded: false,
        isQueued: false,
        reviewers: [],
        authors: new Map(),
        deleted: new Set(),
      })),
  };
}

function ensure<K, V>(all: Map<K, V>, key: K, make: () => V): V {
  const existing = all.get(key);
  if (existing !== undefined) return existing;
  const made = make();
  all.set(key, made);
  return made;
}
