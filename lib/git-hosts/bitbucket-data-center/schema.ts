import * as z from "zod/mini";

const Project = z.object({ key: z.string(), public: z.nullish(z.boolean()) });

const RepositoryName = z.object({ slug: z.string(), project: Project });
export type RepositoryName = z.output<typeof RepositoryName>;

export const BitbucketRepository = z.object({
  id: z.number(),
  slug: z.string(),
  project: Project,
  /** A fork is `INITIALISING` at first. */
  state: z.optional(z.string()),
  statusMessage: z.nullish(z.string()),
  forkable: z.nullish(z.boolean()),
  public: z.nullish(z.boolean()),
  archived: z.nullish(z.boolean()),
  origin: z.nullish(RepositoryName),
});
export type BitbucketRepository = z.output<typeof BitbucketRepository>;

export const BitbucketRef = z.object({ displayId: z.string() });

export const BitbucketBranch = z.object({ displayId: z.string(), latestCommit: z.string() });

export const BitbucketRestriction = z.object({
  type: z.string(),
  matcher: z.object({ id: z.string(), type: z.object({ id: z.string() }) }),
  users: z.nullish(z.array(z.object({ name: z.optional(z.string()) }))),
  groups: z.nullish(z.array(z.unknown())),
});
export type BitbucketRestriction = z.output<typeof BitbucketRestriction>;

const Reviewer = z.object({ user: z.object({ name: z.string() }) });

const Ref = z.object({
  id: z.string(),
  displayId: z.string(),
  latestCommit: z.nullish(z.string()),
  repository: RepositoryName,
});

export const BitbucketPullRequest = z.object({
  id: z.number(),
  /** Every change has to name the newest. */
  version: z.number(),
  title: z.string(),
  description: z.nullish(z.string()),
  state: z.string(),
  fromRef: Ref,
  toRef: Ref,
  reviewers: z.nullish(z.array(Reviewer)),
  properties: z.nullish(z.object({ mergeCommit: z.nullish(z.object({ id: z.string() })) })),
});
export type BitbucketPullRequest = z.output<typeof BitbucketPullRequest>;

const Strategy = z.object({ id: z.string(), enabled: z.nullish(z.boolean()) });

export const BitbucketPullRequestSettings = z.object({
  mergeConfig: z.nullish(z.object({ defaultStrategy: z.nullish(Strategy), strategies: z.nullish(z.array(Strategy)) })),
});

export const BitbucketStatus = z.object({ state: z.string() });

const User = z.object({ name: z.string() });

/** Who are users by the text of the description, and conditions that have them by its schema. */
export const BitbucketDefaultReviewers = z.array(
  z.object({ name: z.optional(z.string()), reviewers: z.optional(z.array(User)) }),
);

export const BitbucketActivity = z.object({
  comment: z.nullish(z.object({ id: z.number(), version: z.number(), text: z.string() })),
});
