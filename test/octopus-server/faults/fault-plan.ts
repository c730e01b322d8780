import * as z from "zod";

/** In place of the rate limiting policies of the server: `burst` requests at once of each user, refilled continuously. */
export const rateLimitSchema = z.strictObject({
  burst: z.number().int().positive(),
  perMinute: z.number().positive(),
  /** False leaves out the header Retry-After. */
  retryAfter: z.boolean().optional(),
  /** False leaves out the headers Octopus-RateLimit and Octopus-RateLimit-Policy, as the first servers with a limit did. */
  headers: z.boolean().optional(),
  /** True tells of the limit and refuses nothing. */
  auditMode: z.boolean().optional(),
});

/** Which requests: those with this method and this part of the path. */
const matcher = { method: z.string().optional(), path: z.string().optional() };
const chance = z.number().min(0).max(1);

/** A matching request is answered with this status and takes no effect: the next `times` (1) of them, or each with this chance. */
const failSchema = z.strictObject({
  ...matcher,
  status: z.number().int().min(400).max(599),
  times: z.number().int().positive().optional(),
  chance: chance.optional(),
  headers: z.record(z.string(), z.string()).optional(),
  /** What the answer says. */
  message: z.string().optional(),
});

/** Drops the connection of the n-th request (the first is 1), or of each with this chance, before or after it took effect. */
const dropSchema = z.strictObject({
  at: z.number().int().positive().optional(),
  chance: chance.optional(),
  when: z.enum(["before", "after"]).optional(),
  /** `writes` counts POST, PUT and DELETE only. */
  counting: z.enum(["requests", "writes"]).optional(),
  /** Every later request is dropped too, as if the caller had been killed. */
  andAllLater: z.boolean().optional(),
});

/** The answer's body comes in pieces with a pause after each; `cutAfterBytes` drops the connection in the middle of it. */
const slowBodySchema = z.strictObject({
  ...matcher,
  pieceBytes: z.number().int().positive().optional(),
  pauseMilliseconds: z.number().nonnegative().optional(),
  cutAfterBytes: z.number().int().nonnegative().optional(),
});

/** From request `after` + 1 on a key is refused as an expired one is; every key, if none is named. */
const expireKeySchema = z.strictObject({ after: z.number().int().nonnegative(), key: z.string().optional() });

/** Which status whoever sends an old version gets: servers differ (409 when nothing is said). */
const staleDataSchema = z.strictObject({ status: z.union([z.literal(400), z.literal(409), z.literal(500)]) });

/** The worker dies under the n-th task that starts (the first is 1), after it wrote so many lines (0). */
const taskDeathSchema = z.strictObject({
  at: z.number().int().positive(),
  afterLines: z.number().int().nonnegative().optional(),
  /** What becomes of the task when the server notices; `Executing` if it never does. */
  state: z.enum(["Failed", "TimedOut", "Executing"]).optional(),
  /** How long the server takes to notice. */
  noticedAfterMilliseconds: z.number().nonnegative().optional(),
});

/** What built-in feed retention deletes; the settings of each feed, when nothing is said. */
export const retentionSchema = z.strictObject({
  /** The space to clean up; all of them, if absent. */
  space: z.string().optional(),
  /** Packages older than this go; 0 takes all that nothing holds. */
  days: z.number().nonnegative().optional(),
  /** So many of the newest versions of each package stay. */
  keep: z.number().int().nonnegative().optional(),
});

/** How the server is to misbehave, for tests of clients: the same plan and the same requests fare the same. */
export const faultPlanSchema = z.strictObject({
  /** What chance is drawn from; 1 when nothing is said. */
  seed: z.number().int().optional(),
  /** Waits so long before each request, and up to so long on top. */
  delayMilliseconds: z.number().nonnegative().optional(),
  jitterMilliseconds: z.number().nonnegative().optional(),
  rateLimit: rateLimitSchema.optional(),
  fail: failSchema.optional(),
  drop: dropSchema.optional(),
  slowBody: slowBodySchema.optional(),
  expireKey: expireKeySchema.optional(),
  staleData: staleDataSchema.optional(),
  task: taskDeathSchema.optional(),
  /** Runs before each n-th request. */
  retention: retentionSchema.extend({ everyRequests: z.number().int().positive() }).optional(),
});

export type FaultPlan = z.infer<typeof faultPlanSchema>;
export type RateLimit = z.infer<typeof rateLimitSchema>;
export type RetentionOptions = z.infer<typeof retentionSchema>;
export type SlowBody = z.infer<typeof slowBodySchema>;
export type TaskDeath = z.infer<typeof taskDeathSchema>;
