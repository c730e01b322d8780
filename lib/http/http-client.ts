import { ConflictError, NotAllowedError, NotFoundError, StepError, UnavailableError } from "../step/errors.ts";
import { createPace } from "./pace.ts";
import { createProxyDispatcher, proxyFor } from "./proxy.ts";
import { connectionProblem, describeProxyRefusal } from "./connection-problem.ts";

export interface HttpRequest {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  url: string;
  headers?: Record<string, string>;
  body?: string | FormData;
}

export interface HttpResponse {
  status: number;
  headers: Headers;
  content: Uint8Array<ArrayBuffer>;
}

export interface HttpClientOptions {
  /** What people call the other side, such as `Octopus at https://octopus.example`; begins most error sentences. */
  peer: string;
  signal?: AbortSignal | undefined;
  /** Milliseconds for one attempt, from sending to the last byte. */
  timeLimit?: number;
  /** How many requests may be under way at once. */
  concurrency?: number;
  /** Told about every attempt, for the verbose log. */
  onAttempt?: ((attempt: HttpAttempt) => void) | undefined;
  /**
   * Tells a refusal for too many requests, which the peer did not look at, from other answers; by default a 429.
   * `after` is a `retry-after` value, undefined when the peer names none.
   */
  findRateLimit?: (response: HttpResponse) => { after: string | undefined } | undefined;
  /** Milliseconds to wait, for tests that do not want to. */
  wait?: (milliseconds: number) => Promise<void>;
}

export interface HttpAttempt {
  method: string;
  url: string;
  status: number | undefined;
  milliseconds: number;
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

const maximumAttempts = 8;

/** The only caller of `fetch` in this project. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const pace = createPace({ concurrency: options.concurrency ?? 4, wait: options.wait, signal: options.signal });
  const findRateLimit = options.findRateLimit ?? findTooManyRequests;
  const dispatcherFor = createProxyDispatcher();
  let requestCount = 0;

  async function attempt(request: HttpRequest): Promise<HttpResponse | UnavailableError> {
    const started = performance.now();
    requestCount += 1;
    let status: number | undefined;
    try {
      const limit = AbortSignal.timeout(options.timeLimit ?? 60_000);
      const signal = options.signal === undefined ? limit : AbortSignal.any([limit, options.signal]);
      const init = { ...request, redirect: "manual" as const, signal, ...(await dispatcherFor(request.url)) };
      const response = await fetch(request.url, init);
      status = response.status;
      return { status, headers: response.headers, content: new Uint8Array(await response.arrayBuffer()) };
    } catch (error) {
      if (error instanceof StepError) throw error;
      if (options.signal?.aborted === true) throw new UnavailableError("The run was canceled.", { cause: error });
      return new UnavailableError(`${options.peer} cannot be reached: ${connectionProblem(error, proxyOf(request))}`, {
        cause: error,
      });
    } finally {
      options.onAttempt?.({
        method: request.method,
        url: request.url,
        status,
        milliseconds: performance.now() - started,
      });
    }
  }

  async function send(request: HttpRequest): Promise<HttpResponse> {
    for (let count = 1; ; count += 1) {
      // The pause begins before the turn ends: whoever waits for it would be refused as well.
      const response = await pace.run(async () => settle(request, await attempt(request), count));
      if (response !== undefined) return response;
    }
  }

  /** @returns undefined when the request is to be sent again, after a pause that has passed */
  async function settle(
    request: HttpRequest,
    outcome: HttpResponse | UnavailableError,
    count: number,
  ): Promise<HttpResponse | undefined> {
    const isLast = count >= maximumAttempts;
    if (outcome instanceof UnavailableError) {
      if (isLast || count >= 3 || request.method !== "GET") throw unknownOutcome(request, outcome);
      return void (await pace.pause(count, undefined));
    }
    const rateLimit = findRateLimit(outcome);
    if (rateLimit !== undefined) {
      if (isLast) throw endlessRateLimit(request);
      return void (await pace.pause(count, rateLimit.after));
    }
    if ([502, 503, 504].includes(outcome.status) && request.method === "GET" && !isLast)
      return void (await pace.pause(count, outcome.headers.get("retry-after") ?? undefined));
    refuseProxy(request, outcome);
    return refuseRedirect(request, outcome);
  }

  function endlessRateLimit(request: HttpRequest): UnavailableError {
    return new UnavailableError(
      `${options.peer} limits the rate of requests and still refused ${describeRequest(request)} after ${maximumAttempts} attempts. Run the step again later, or have the limit raised.`,
    );
  }

  function refuseProxy(request: HttpRequest, { status }: HttpResponse): void {
    const proxy = proxyOf(request);
    if (status !== 407 || proxy === undefined) return;
    throw new UnavailableError(`${options.peer} cannot be reached: ${describeProxyRefusal(proxy, status)}`);
  }

  function refuseRedirect(request: HttpRequest, response: HttpResponse): HttpResponse {
    if (response.status < 300 || response.status > 399) return response;
    const target = response.headers.get("location") ?? "another address";
    throw new NotAllowedError(
      `${options.peer} redirects ${describeRequest(request)} to ${target.split("?")[0]}. Use the address it redirects to as the server URL.`,
    );
  }

  return {
    send,
    get requestCount() {
      return requestCount;
    },
  };
}

function proxyOf({ url }: HttpRequest): URL | undefined {
  return proxyFor(new URL(url), process.env);
}

function findTooManyRequests({ status, headers }: HttpResponse): { after: string | undefined } | undefined {
  return status === 429 ? { after: headers.get("retry-after") ?? undefined } : undefined;
}

/** Method and path, without the query, for sentences. */
export function describeRequest(request: Pick<HttpRequest, "method" | "url">): string {
  return `${request.method} ${new URL(request.url).pathname}`;
}

function unknownOutcome(request: HttpRequest, error: UnavailableError): UnavailableError {
  if (request.method === "GET") return error;
  return new UnavailableError(
    `${error.message} Whether ${describeRequest(request)} took effect is not known; running the step again is safe.`,
    { cause: error.cause },
  );
}

/** The error class that stands for a refusing status. */
export function errorForStatus(status: number): typeof StepError {
  if (status === 401 || status === 403) return NotAllowedError;
  if (status === 404) return NotFoundError;
  if (status === 409) return ConflictError;
  return status >= 500 ? UnavailableError : StepError;
}

/** Whether the peer looked at the request and said no, for what another run may have done already: not silence, and not a missing permission. */
export function isRefusal(error: unknown): error is StepError {
  return error instanceof StepError && ["StepError", "ConflictError"].includes(error.name);
}
