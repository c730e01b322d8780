import * as z from "zod/mini";

export const GiteaAccount = z.object({ login: z.string() });

export const GiteaRepository = z.object({
  name: z.string(),
  owner: GiteaAccount,
  default_branch: z.string(),
  private: z.boolean(),
  parent: z.nullish(z.object({ name: z.string(), owner: GiteaAccount })),
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
  head: z.object({ ref: z.string(), label: z.optional(z.string()), repo_id: z.optional(z.number()) }),
  base: z.object({ ref: z.string(), repo_id: z.optional(z.number()) }),
});
export type GiteaPullRequest = z.output<typeof GiteaPullRequest>;
