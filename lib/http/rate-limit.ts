import type { HttpResponse } from "./http-request.ts";

/** What an answer tells about the peer's limit of requests. */
export interface RateLimit {
  /** The peer did not look at the request, since there were too many. */
  isRefused: boolean;
  /** When to come again: seconds or an HTTP date (RFC 9110, 10.2.3); undefined when the peer does not say. */
  retryAfter?: string | undefined;
  /** Said with an answer that was given all the same: when to send the next request, as `retryAfter`. */
  holdBack?: string | undefined;
  /** Undefined when the peer does not tell of it. */
  bucket?: Bucket | undefined;
}

/** A request takes a token out of it, and tokens come back all the time; others may take from it as well. */
export interface Bucket {
  size: number;
  perMinute: number;
  left: number;
}

/** What every server says by 429. */
export function readTooManyRequests({ status, headers }: HttpResponse): RateLimit {
  return { isRefused: status === 429, retryAfter: headers.get("retry-after") ?? undefined };
}

/** Milliseconds: nobody looks less often than this whether there is more room. */
const longestSpacing = 30_000;

/**
 * How many milliseconds lie between two requests after an answer, on average. The bucket is what runs know of each other: each of them
 * slows down as it empties, from its last quarter on, so that it stays about where all of them together send as much as comes back, be
 * it one or a hundred. An empty bucket tells no more; then each refusal doubles the distance.
 * @param spacing - before the answer
 */
export function spacingAfter({ isRefused, bucket }: RateLimit, spacing: number): number {
  const refill = bucket === undefined ? 250 : 60_000 / bucket.perMinute;
  if (isRefused) return Math.min(longestSpacing, Math.max(spacing, refill) * 2);
  if (bucket === undefined) return spacing < 100 ? 0 : spacing / 2;
  const fullness = bucket.left / (bucket.size / 4);
  return fullness >= 1 ? 0 : Math.min(longestSpacing, refill * Math.max(1, bucket.size / 2) ** (1 - fullness));
}

/** @returns milliseconds, or undefined for what is neither seconds nor a date */
export function toMilliseconds(retryAfter: string): number | undefined {
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const date = Date.parse(retryAfter);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
