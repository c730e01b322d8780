import type { RateLimit } from "./faults/fault-plan.ts";
import { createTokenBucket, type TokenBucket } from "./faults/token-bucket.ts";
import type { OctopusModel } from "./model/model.ts";

export interface RateLimiter {
  /**
   * Counts a request. The API key's user has a bucket, and so have all together who are not signed in, as they come from one address.
   * @param userId - empty for somebody who is not signed in
   */
  check(userId: string): Verdict;
}

/** Whether the request is refused, and what its answer tells of the limit either way. */
export interface Verdict {
  isRefused: boolean;
  headers: Record<string, string>;
}

export interface RateLimiterOptions {
  model: OctopusModel;
  /** In place of the server's policies. */
  planned: () => RateLimit | undefined;
}

/**
 * HTTP rate limiting as Octopus has it since 2026.3 (docs, "Rate Limiting"): token buckets that refill all the time, a request is a token
 * and a refusal none. Keys of AI agents are not known here, and audit events are not written.
 */
export function createRateLimiter({ model, planned }: RateLimiterOptions): RateLimiter {
  const buckets = new Map<string, { limit: RateLimit; bucket: TokenBucket }>();
  const bucketOf = (userId: string, limit: RateLimit): TokenBucket => {
    const known = buckets.get(userId);
    if (known !== undefined && known.limit === limit) return known.bucket;
    const bucket = createTokenBucket(limit, () => model.now().getTime());
    buckets.set(userId, { limit, bucket });
    return bucket;
  };
  const findPolicy = createPolicyFinder(model);
  return {
    check(userId) {
      const limit = planned() ?? findPolicy(userId);
      if (limit === undefined) return { isRefused: false, headers: {} };
      const bucket = bucketOf(userId, limit);
      const wait = bucket.take();
      const isRefused = wait > 0 && limit.auditMode !== true;
      const retryAfter: Record<string, string> =
        isRefused && limit.retryAfter !== false ? { "retry-after": String(wait) } : {};
      return { isRefused, headers: { ...retryAfter, ...adviceOf(limit, bucket) } };
    },
  };
}

/** The limit of the policy for a user: one and the same object until somebody changes the policy. */
function createPolicyFinder(model: OctopusModel): (userId: string) => RateLimit | undefined {
  const limits = new Map<string, RateLimit>();
  return (userId) => {
    const scope = userId === "" ? "Unauthenticated" : "AuthenticatedHuman";
    const [policy] = model.collection("ratelimitingpolicies").list((candidate) => candidate["ScopeType"] === scope);
    if (policy?.["IsEnabled"] !== true) return undefined;
    const limit = {
      burst: Number(policy["BurstLimit"]),
      perMinute: Number(policy["RequestsPerMinute"]),
      auditMode: policy["AuditMode"] === true,
    };
    const known = limits.get(scope);
    if (JSON.stringify(known) === JSON.stringify(limit)) return known;
    limits.set(scope, limit);
    return limit;
  };
}

/** Source: docs, "Rate Limiting", advisory response headers. */
function adviceOf({ burst, perMinute, headers }: RateLimit, bucket: TokenBucket): Record<string, string> {
  if (headers === false) return {};
  const seconds = Math.ceil(((burst - bucket.left()) / perMinute) * 60);
  return {
    "octopus-ratelimit-policy": `l=${burst};rpm=${perMinute}`,
    "octopus-ratelimit": `r=${Math.floor(bucket.left())};t=${seconds}`,
  };
}
