import * as z from "zod/mini";

export const GitLabUser = z.object({ username: z.string() });

export const GitLabNamespace = z.object({ id: z.number(), full_path: z.string() });

export const GitLabToken = z.object({ scopes: z.nullish(z.array(z.string())), expires_at: z.nullish(z.string()) });

export const GitLabProject = z.object({
  path_with_namespace: z.string(),
  default_branch: z.nullish(z.string()),
  visibility: z.nullish(z.string()),
  archived: z.nullish(z.boolean()),
  marked_for_deletion_on: z.nullish(z.string()),
  merge_method: z.nullish(z.string()),
  squash_option: z.nullish(z.string()),
  merge_trains_enabled: z.nullish(z.boolean()),
  import_status: z.nullish(z.string()),
  import_error: z.nullish(z.string()),
  forked_from_project: z.nullish(z.object({ path_with_namespace: z.string() })),
});
export type GitLabProject = z.output<typeof GitLabProject>;

export const GitLabBranch = z.object({
  name: z.string(),
  commit: z.object({ id: z.string() }),
  protected: z.boolean(),
  can_push: z.nullish(z.boolean()),
});

export const GitLabMergeRequest = z.object({
  iid: z.number(),
  title: z.string(),
  description: z.nullish(z.string()),
  state: z.string(),
  source_branch: z.string(),
  target_branch: z.string(),
  source_project_id: z.nullish(z.number()),
  target_project_id: z.number(),
  sha: z.nullish(z.string()),
  merge_commit_sha: z.nullish(z.string()),
  squash_commit_sha: z.nullish(z.string()),
  detailed_merge_status: z.nullish(z.string()),
  merge_when_pipeline_succeeds: z.nullish(z.boolean()),
  merge_error: z.nullish(z.string()),
});
export type GitLabMergeRequest = z.output<typeof GitLabMergeRequest>;

export const GitLabStatus = z.object({ id: z.number(), name: z.string(), status: z.string() });
export type GitLabStatus = z.output<typeof GitLabStatus>;

export const GitLabNote = z.object({ id: z.number(), body: z.nullish(z.string()), system: z.nullish(z.boolean()) });

/** A list of hooks does not have their headers; before 17.1 no answer has. */
export const GitLabWebhook = z.object({
  id: z.number(),
  url: z.string(),
  custom_headers: z.nullish(z.array(z.object({ key: z.string() }))),
});
export type GitLabWebhook = z.output<typeof GitLabWebhook>;
