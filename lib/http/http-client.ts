import {
  ConflictError,
  NotAllowedError,
  NotFoundError,
  StepError,
  ServerFailureError,
  UnavailableError,
  UnknownUserError,
} from "../step/errors.ts";
import type { HttpRequest, HttpResponse } from "./http-request.ts";
import { createPace, type PaceOptions } from "./pace.ts";
import { readTooManyRequests, type RateLimit } from "./rate-limit.ts";
import { isPassing, retry } from "./retry.ts";
import { createSend, type SendOptions } from "./send.ts";

export interface HttpClientOptions extends SendOptions, Omit<PaceOptions, "onWait"> {
  /** By default only that a 429 is a refusal for too many requests. */
  readRateLimit?: (response: HttpResponse) => RateLimit;
  /** What to do about a limit that lets nothing through, in a sentence. */
  rateLimitAdvice?: string;
  /** Told now and then that requests wait for the peer's limit, and for how long so far, in a sentence. */
  onWait?: ((sentence: string) => void) | undefined;
}

export interface HttpClient {
  /** Attempts sent so far. */
  readonly requestCount: number;
  /**
   * Sends one request, again while that is safe: after a refusal for too many requests always (the server did not look at it), after a lost connection or
   * a 502, 503 or 504 only for what may be repeated. Redirects are refused, since they would carry the key elsewhere.
   * @returns any answer that is not one of those
   * @throws {@link LostAnswerError} when a write may have arrived, {@link UnavailableError} when the peer cannot be reached or stays unavailable, and when nothing gets through its limit for half an hour
   */
  send(request: HttpRequest): Promise<HttpResponse>;
}

/** A client of one peer: requests that are sent at the same time share its pace. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const {
    peer,
    readRateLimit = readTooManyRequests,
    rateLimitAdvice = "Run the step again later, or have the limit raised.",
  } = options;
  const pace = createPace({ ...options, onWait: (milliseconds) => options.onWait?.(describeWait(peer, milliseconds)) });
  const sendOnce = createSend(options);
  let requestCount = 0;
  const send = (request: HttpRequest): ReturnType<typeof sendOnce> => {
    requestCount += 1;
    return sendOnce(request);
  };
  return {
    send: (request) => retry(request, { peer, send, pace, readRateLimit, rateLimitAdvice }),
    get requestCount() {
      return requestCount;
    },
  };
}

function describeWait(peer: string, milliseconds: number): string {
  const length =
    milliseconds < 90_000
      ? `${Math.ceil(milliseconds / 1000)} seconds`
      : `${Math.round(milliseconds / 60_000)} minutes`;
  return `${peer} limits the rate of requests: this run waits for its share of them, ${length} so far.`;
}

/** The error class that stands for a refusing status. */
export function errorForStatus(status: number): typeof StepError {
  if (status === 401) return UnknownUserError;
  if (status === 403) return NotAllowedError;
  if (status === 404) return NotFoundError;
  if (status === 409) return ConflictError;
  if (isPassing(status)) return UnavailableError;
  return status >= 500 ? ServerFailureError : StepError;
}

/** Whether the peer looked at the request and said no, for what another run may have done already: not one that gave no answer, and not a missing permission. */
export function isRefusal(error: unknown): error is StepError {
  return error instanceof StepError && ["StepError", "ConflictError"].includes(error.name);
}
