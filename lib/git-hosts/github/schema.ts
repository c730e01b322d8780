import * as z from "zod/mini";

const Account = z.object({ login: z.string(), type: z.optional(z.string()) });

const RepositoryName = z.object({ name: z.string(), owner: Account });

export const GitHubRepository = z.object({
  name: z.string(),
  owner: Account,
  clone_url: z.string(),
  html_url: z.string(),
  default_branch: z.string(),
  private: z.boolean(),
  archived: z.optional(z.boolean()),
  disabled: z.optional(z.boolean()),
  allow_forking: z.optional(z.boolean()),
  allow_merge_commit: z.optional(z.boolean()),
  allow_squash_merge: z.optional(z.boolean()),
  allow_rebase_merge: z.optional(z.boolean()),
  parent: z.nullish(RepositoryName),
});
export type GitHubRepository = z.output<typeof GitHubRepository>;

export const GitHubAccount = Account;

export const GitHubBranch = z.object({
  name: z.string(),
  commit: z.object({ sha: z.string() }),
  protected: z.boolean(),
});

export const GitHubPullRequest = z.object({
  number: z.number(),
  title: z.string(),
  body: z.nullish(z.string()),
  state: z.string(),
  merged_at: z.nullish(z.string()),
  merge_commit_sha: z.nullish(z.string()),
  html_url: z.string(),
  head: z.object({ ref: z.string(), sha: z.string(), repo: z.nullish(RepositoryName) }),
  base: z.object({ ref: z.string() }),
});
export type GitHubPullRequest = z.output<typeof GitHubPullRequest>;

export const GitHubInstallation = z.object({
  id: z.number(),
  account: z.nullish(z.object({ login: z.optional(z.string()) })),
  suspended_at: z.nullish(z.string()),
});

export const GitHubInstallationToken = z.object({ token: z.string(), expires_at: z.string() });

export const GitHubMerge = z.object({ sha: z.nullish(z.string()) });
