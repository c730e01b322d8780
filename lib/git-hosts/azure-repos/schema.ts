import * as z from "zod/mini";

/** How all lists come. */
export function listOf<T extends z.ZodMiniType>(item: T): z.ZodMiniObject<{ value: z.ZodMiniArray<T> }> {
  return z.object({ value: z.array(item) });
}

export const AzureProject = z.object({ id: z.string(), name: z.string(), visibility: z.optional(z.string()) });

export const AzureRepository = z.object({
  id: z.string(),
  name: z.string(),
  project: AzureProject,
  /** Absent as long as there is no branch. */
  defaultBranch: z.nullish(z.string()),
  isDisabled: z.nullish(z.boolean()),
  isInMaintenance: z.nullish(z.boolean()),
  parentRepository: z.nullish(z.object({ name: z.string(), project: z.object({ name: z.string() }) })),
});
export type AzureRepository = z.output<typeof AzureRepository>;

export const AzureRef = z.object({ name: z.string(), objectId: z.string(), isLocked: z.nullish(z.boolean()) });
export type AzureRef = z.output<typeof AzureRef>;

export const AzureRefUpdate = z.object({ success: z.boolean(), updateStatus: z.optional(z.string()) });

export const AzurePolicy = z.object({
  isBlocking: z.boolean(),
  isEnabled: z.boolean(),
  isDeleted: z.nullish(z.boolean()),
  /** Of the type "Require a merge strategy". */
  settings: z.nullish(
    z.object({
      allowNoFastForward: z.nullish(z.boolean()),
      allowSquash: z.nullish(z.boolean()),
      allowRebase: z.nullish(z.boolean()),
      useSquashMerge: z.nullish(z.boolean()),
    }),
  ),
});
export type AzurePolicy = z.output<typeof AzurePolicy>;

const Commit = z.nullish(z.object({ commitId: z.string() }));

export const AzurePullRequest = z.object({
  pullRequestId: z.number(),
  title: z.string(),
  description: z.nullish(z.string()),
  status: z.string(),
  sourceRefName: z.string(),
  targetRefName: z.string(),
  mergeStatus: z.nullish(z.string()),
  mergeFailureMessage: z.nullish(z.string()),
  lastMergeCommit: Commit,
  lastMergeSourceCommit: Commit,
  /** Of one from a fork. */
  forkSource: z.nullish(
    z.object({ repository: z.nullish(z.object({ name: z.string(), project: z.object({ name: z.string() }) })) }),
  ),
});
export type AzurePullRequest = z.output<typeof AzurePullRequest>;

export const AzureStatus = z.object({
  state: z.nullish(z.string()),
  context: z.object({ name: z.string(), genre: z.nullish(z.string()) }),
});

export const AzureThread = z.object({
  id: z.number(),
  isDeleted: z.nullish(z.boolean()),
  comments: z.array(z.object({ id: z.number(), content: z.nullish(z.string()), isDeleted: z.nullish(z.boolean()) })),
});

export const AzureSubscription = z.object({
  id: z.string(),
  eventType: z.string(),
  publisherInputs: z.nullish(z.record(z.string(), z.unknown())),
  consumerInputs: z.nullish(z.record(z.string(), z.unknown())),
});
export type AzureSubscription = z.output<typeof AzureSubscription>;

export const AzureConnection = z.object({
  authenticatedUser: z.object({
    providerDisplayName: z.nullish(z.string()),
    customDisplayName: z.nullish(z.string()),
  }),
});
