import type { AnswerHeaders, HttpResponse } from "../../http/http-request.ts";
import { readTooManyRequests, type RateLimit } from "../../http/rate-limit.ts";

/**
 * GitLab tells how many requests are left of those of a minute, and when refusing how long to wait, or at least when the minute ends;
 * some of its limits, and those in front of it, tell nothing ("User and IP rate limits", "Response headers").
 */
export function readRateLimit(response: HttpResponse): RateLimit {
  const { headers } = response;
  const limit = readTooManyRequests(response);
  const [size, left] = [toNumber(headers, "ratelimit-limit"), toNumber(headers, "ratelimit-remaining")];
  if (limit.isRefused) return { ...limit, retryAfter: limit.retryAfter ?? secondsToReset(headers) };
  return size === undefined || left === undefined ? limit : { ...limit, bucket: { size, perMinute: size, left } };
}

function secondsToReset(headers: AnswerHeaders): string | undefined {
  const reset = toNumber(headers, "ratelimit-reset");
  if (reset === undefined) return undefined;
  const date = Date.parse(headers.get("date") ?? "");
  const seconds = reset - (Number.isNaN(date) ? Date.now() : date) / 1000;
  return String(Math.max(1, Math.ceil(seconds)));
}

/** Undefined for what is no number above 0, or not there; what is left may be 0. */
function toNumber(headers: AnswerHeaders, name: string): number | undefined {
  const text = headers.get(name);
  return text === null || !/^\d+$/.test(text) ? undefined : Number(text);
}
