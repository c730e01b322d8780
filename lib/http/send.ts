import { StepError, UnavailableError } from "../step/errors.ts";
import { connectionProblem } from "./connection-problem.ts";
import type { HttpAttempt, HttpRequest, HttpResponse } from "./http-request.ts";
import { createProxyDispatcher, proxyOf } from "./proxy.ts";

export interface SendOptions {
  /** What people call the other side, such as `Octopus at https://octopus.example`; begins most error sentences. */
  peer: string;
  signal?: AbortSignal | undefined;
  /** Milliseconds for one attempt, from sending to the last byte. */
  timeLimit?: number;
  /** Told about every attempt, for the verbose log. */
  onAttempt?: ((attempt: HttpAttempt) => void) | undefined;
}

/** Sends a request once. @returns whatever was answered, or why there was no answer */
export type Send = (request: HttpRequest) => Promise<HttpResponse | UnavailableError>;

/** The only caller of `fetch` in this project. */
export function createSend(options: SendOptions): Send {
  const dispatcherFor = createProxyDispatcher();
  return async (request) => {
    const started = performance.now();
    let status: number | undefined;
    try {
      const init = { ...request, redirect: "manual" as const, signal: limit(options) };
      const response = await fetch(request.url, { ...init, ...(await dispatcherFor(request.url)) });
      status = response.status;
      return { status, headers: response.headers, content: new Uint8Array(await response.arrayBuffer()) };
    } catch (error) {
      return explainNoAnswer(error, request, options);
    } finally {
      const { method, url } = request;
      options.onAttempt?.({ method, url, status, milliseconds: performance.now() - started });
    }
  };
}

function limit({ timeLimit = 60_000, signal }: SendOptions): AbortSignal {
  const inTime = AbortSignal.timeout(timeLimit);
  return signal === undefined ? inTime : AbortSignal.any([inTime, signal]);
}

/** @throws what no further attempt would mend */
function explainNoAnswer(error: unknown, request: HttpRequest, { peer, signal }: SendOptions): UnavailableError {
  if (error instanceof StepError) throw error;
  if (signal?.aborted === true) throw new UnavailableError("The run was canceled.", { cause: error });
  const problem = connectionProblem(error, proxyOf(request.url));
  return new UnavailableError(`${peer} cannot be reached: ${problem}`, { cause: error });
}
