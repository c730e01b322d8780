import * as z from "zod/mini";

export const GiteaAccount = z.object({ login: z.string() });

const RepositoryName = z.object({ name: z.string(), owner: GiteaAccount });

export const GiteaRepository = z.object({
  name: z.string(),
  owner: GiteaAccount,
  default_branch: z.string(),
  private: z.boolean(),
  archived: z.optional(z.boolean()),
  allow_merge_commits: z.optional(z.boolean()),
  allow_squash_merge: z.optional(z.boolean()),
  allow_rebase: z.optional(z.boolean()),
  default_merge_style: z.optional(z.string()),
  parent: z.nullish(RepositoryName),
});
export type GiteaRepository = z.output<typeof GiteaRepository>;

export const GiteaBranch = z.object({
  name: z.string(),
  commit: z.object({ id: z.string() }),
  protected: z.boolean(),
  user_can_push: z.optional(z.boolean()),
});
export type GiteaBranch = z.output<typeof GiteaBranch>;

export const GiteaPullRequest = z.object({
  number: z.number(),
  title: z.string(),
  body: z.nullish(z.string()),
  state: z.string(),
  merged: z.nullish(z.boolean()),
  merge_commit_sha: z.nullish(z.string()),
  head: z.object({
    ref: z.string(),
    label: z.optional(z.string()),
    sha: z.optional(z.string()),
    repo_id: z.optional(z.number()),
    repo: z.nullish(RepositoryName),
  }),
  base: z.object({ ref: z.string(), repo_id: z.optional(z.number()) }),
});
export type GiteaPullRequest = z.output<typeof GiteaPullRequest>;

export const GiteaWebhook = z.object({ id: z.number(), config: z.record(z.string(), z.string()) });
export type GiteaWebhook = z.output<typeof GiteaWebhook>;
