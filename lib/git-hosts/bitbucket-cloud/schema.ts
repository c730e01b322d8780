import * as z from "zod/mini";

const RepositoryName = z.object({ full_name: z.string() });

export const BitbucketRepository = z.object({
  /** `acme/web`: workspace and slug. */
  full_name: z.string(),
  is_private: z.boolean(),
  fork_policy: z.optional(z.string()),
  /** `null` until something is pushed. */
  mainbranch: z.nullish(z.object({ name: z.string() })),
  parent: z.nullish(RepositoryName),
});
export type BitbucketRepository = z.output<typeof BitbucketRepository>;

export const BitbucketWorkspace = z.object({ slug: z.string() });

export const BitbucketUser = z.object({ uuid: z.string(), display_name: z.string() });

export const BitbucketBranch = z.object({
  name: z.string(),
  target: z.object({ hash: z.string() }),
  merge_strategies: z.nullish(z.array(z.string())),
  default_merge_strategy: z.nullish(z.string()),
});

export const BitbucketRestriction = z.object({
  kind: z.string(),
  branch_match_kind: z.string(),
  /** For `glob`. */
  pattern: z.optional(z.string()),
  /** For `branching_model`. */
  branch_type: z.optional(z.string()),
  users: z.optional(z.array(z.object({ uuid: z.optional(z.string()) }))),
  groups: z.optional(z.array(z.unknown())),
});
export type BitbucketRestriction = z.output<typeof BitbucketRestriction>;

const ModelBranch = z.nullish(z.object({ name: z.nullish(z.string()) }));

export const BitbucketBranchingModel = z.object({
  development: ModelBranch,
  production: ModelBranch,
  branch_types: z.optional(z.array(z.object({ kind: z.string(), prefix: z.optional(z.string()) }))),
});
export type BitbucketBranchingModel = z.output<typeof BitbucketBranchingModel>;

const Reviewer = z.object({ uuid: z.string() });

/** One side of a pull request; its repository is `null` once that is gone, and its commit the beginning of an id: twelve characters. */
const Endpoint = z.object({
  repository: z.nullish(RepositoryName),
  branch: z.object({ name: z.string(), merge_strategies: z.optional(z.array(z.string())) }),
  commit: z.nullish(z.object({ hash: z.string() })),
});

export const BitbucketPullRequest = z.object({
  id: z.number(),
  title: z.string(),
  state: z.string(),
  summary: z.nullish(z.object({ raw: z.nullish(z.string()) })),
  source: Endpoint,
  destination: Endpoint,
  merge_commit: z.nullish(z.object({ hash: z.string() })),
  /** Said of a single one, not in lists. */
  reviewers: z.nullish(z.array(Reviewer)),
});
export type BitbucketPullRequest = z.output<typeof BitbucketPullRequest>;

export const BitbucketDefaultReviewer = z.object({ user: Reviewer });

export const BitbucketStatus = z.object({ state: z.string() });

export const BitbucketCommit = z.object({ hash: z.string() });

/** The merged pull request; nothing but a header where the merge goes on. */
export const BitbucketMerge = z.object({
  state: z.optional(z.string()),
  merge_commit: z.nullish(z.object({ hash: z.string() })),
  /** Whether it waits in the merge queue. */
  queued: z.nullish(z.boolean()),
});
export type BitbucketMerge = z.output<typeof BitbucketMerge>;

export const BitbucketMergeTask = z.object({ task_status: z.string(), merge_result: z.nullish(BitbucketMerge) });

export const BitbucketComment = z.object({
  id: z.number(),
  content: z.object({ raw: z.nullish(z.string()) }),
  deleted: z.optional(z.boolean()),
});
