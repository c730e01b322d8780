import type { AnswerHeaders, HttpResponse } from "../http/http-request.ts";
import { readTooManyRequests, type Bucket, type RateLimit } from "../http/rate-limit.ts";

/**
 * The limit that the key's user has, of which each answer tells: `Octopus-RateLimit-Policy: l=200;rpm=600` is the bucket and how fast it
 * fills, `Octopus-RateLimit: r=7;t=18` how many requests are left. Neither comes from a server before 2026.3 or where the limit is off
 * (Octopus documentation, "Rate Limiting"). So no run asks for the policies, which would cost a request and only an administrator may see.
 */
export function readRateLimit(response: HttpResponse): RateLimit {
  return { ...readTooManyRequests(response), bucket: readBucket(response.headers) };
}

function readBucket(headers: AnswerHeaders): Bucket | undefined {
  const policy = headers.get("octopus-ratelimit-policy");
  const bucket = {
    size: numberIn(policy, "l"),
    perMinute: numberIn(policy, "rpm"),
    left: numberIn(headers.get("octopus-ratelimit"), "r"),
  };
  return bucket.size >= 1 && bucket.perMinute > 0 && bucket.left >= 0 ? bucket : undefined;
}

function numberIn(header: string | null, name: string): number {
  return Number(new RegExp(`(?:^|;)\\s*${name}=([\\d.]+)`, "i").exec(header ?? "")?.[1]);
}
