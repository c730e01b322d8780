import type { AnswerHeaders, HttpResponse } from "../../http/http-request.ts";
import { readTooManyRequests, type Bucket, type RateLimit } from "../../http/rate-limit.ts";

/** Where an administrator turned limits on, headers tell of the user's bucket, which all of the user's runs share (Data Center documentation, "Improving instance stability with rate limiting"). */
export function readRateLimit(response: HttpResponse): RateLimit {
  const bucket = readBucket(response.headers);
  return { ...readTooManyRequests(response), ...(bucket === undefined ? {} : { bucket }) };
}

function readBucket(headers: AnswerHeaders): Bucket | undefined {
  const [size, left, perInterval, seconds] = ["limit", "remaining", "fillrate", "interval-seconds"].map((name) =>
    Number(headers.get(`x-ratelimit-${name}`) ?? Number.NaN),
  );
  if (!isPositive(size) || !isPositive(perInterval) || !isPositive(seconds)) return undefined;
  return { size, perMinute: (perInterval * 60) / seconds, left: isPositive(left) ? left : 0 };
}

function isPositive(value: number | undefined): value is number {
  return value !== undefined && value > 0;
}
