import { ConflictError, NotAllowedError, NotFoundError, StepError, UnavailableError } from "../step/errors.ts";
import type { HttpRequest, HttpResponse } from "./http-request.ts";
import { createPace } from "./pace.ts";
import { retry, type Pause } from "./retry.ts";
import { createSend, type SendOptions } from "./send.ts";

export interface HttpClientOptions extends SendOptions {
  /** How many requests may be under way at once. */
  concurrency?: number;
  /**
   * Tells a refusal for too many requests, which the peer did not look at, from other answers; by default a 429.
   * `after` is a `retry-after` value, undefined when the peer names none.
   */
  findRateLimit?: (response: HttpResponse) => Pause | undefined;
  /** Milliseconds to wait, for tests that do not want to. */
  wait?: (milliseconds: number) => Promise<void>;
}

export interface HttpClient {
  /** Attempts sent so far. */
  readonly requestCount: number;
  /**
   * Sends one request, again while that is safe: after a refusal for too many requests always (the server did not look at it), after a lost connection or
   * a 502, 503 or 504 only for a GET. Redirects are refused, since they would carry the key elsewhere.
   * @returns any answer that is not one of those
   * @throws {@link UnavailableError} when the peer cannot be reached or stays unavailable
   */
  send(request: HttpRequest): Promise<HttpResponse>;
}

/** A client of one peer: requests that are sent at the same time share its pace. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { peer, concurrency = 4, wait, signal, findRateLimit = findTooManyRequests } = options;
  const pace = createPace({ concurrency, wait, signal });
  const sendOnce = createSend(options);
  let requestCount = 0;
  const send = (request: HttpRequest): ReturnType<typeof sendOnce> => {
    requestCount += 1;
    return sendOnce(request);
  };
  return {
    send: (request) => retry(request, { peer, send, pace, findRateLimit }),
    get requestCount() {
      return requestCount;
    },
  };
}

function findTooManyRequests({ status, headers }: HttpResponse): Pause | undefined {
  return status === 429 ? { after: headers.get("retry-after") ?? undefined } : undefined;
}

/** The error class that stands for a refusing status. */
export function errorForStatus(status: number): typeof StepError {
  if (status === 401 || status === 403) return NotAllowedError;
  if (status === 404) return NotFoundError;
  if (status === 409) return ConflictError;
  return status >= 500 ? UnavailableError : StepError;
}

/** Whether the peer looked at the request and said no, for what another run may have done already: not one that gave no answer, and not a missing permission. */
export function isRefusal(error: unknown): error is StepError {
  return error instanceof StepError && ["StepError", "ConflictError"].includes(error.name);
}
