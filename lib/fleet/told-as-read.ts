import * as z from "zod/mini";

// What the report tells as it was read, and what is remembered of it from one look to the next: the same in both.

/** A node of an instance. */
export const Node = z.object({
  name: z.string(),
  isOffline: z.boolean(),
  isInMaintenance: z.boolean(),
  lastSeen: z.optional(z.string()),
  running: z.number(),
  mostTasks: z.number(),
});

export const License = z.object({
  isCompliant: z.boolean(),
  summary: z.string(),
  expires: z.optional(z.string()),
  limits: z.array(z.object({ name: z.string(), used: z.number(), limit: z.optional(z.number()) })),
});

/** Deployments and runs that wait and run. */
export const Queue = z.object({ queued: z.number(), running: z.number(), longestWaitSeconds: z.number() });

/** One that ended. */
export const Deployment = z.object({
  at: z.string(),
  /** `Deploy` or `RunbookRun`. */
  type: z.string(),
  text: z.string(),
  state: z.string(),
  seconds: z.optional(z.number()),
  task: z.string(),
});
