import { LostAnswerError, StepError, UnavailableError } from "../step/errors.ts";
import { describeNoAnswer, isUnsent } from "./connection-problem.ts";
import { describeRequest, type HttpAttempt, type HttpRequest, type HttpResponse } from "./http-request.ts";
import { proxyOf } from "./proxy.ts";
import { createSendByProxy } from "./send-by-proxy.ts";
import { createSendDirectly } from "./send-directly.ts";
import { sizeOfBody, startTimeLimit, timeForBytes } from "./time-limit.ts";

export interface SendOptions {
  /** What people call the other side, such as `Octopus at https://octopus.example`; begins most error sentences. */
  peer: string;
  signal?: AbortSignal | undefined;
  /** Milliseconds for what the server does about one attempt, and for the first of its answer; what the bytes may take comes on top. */
  timeLimit?: number;
  /** Told about every attempt, for the verbose log. */
  onAttempt?: ((attempt: HttpAttempt) => void) | undefined;
}

/** Sends a request once. @returns whatever was answered, or why there was no answer */
export type Send = (request: HttpRequest) => Promise<HttpResponse | UnavailableError>;

/** The only one in this project that sends requests. */
export function createSend(options: SendOptions): Send {
  const sendDirectly = createSendDirectly();
  let sendByProxy: ReturnType<typeof createSendByProxy> | undefined;
  return async ({ timeLimit = options.timeLimit ?? 60_000, ...request }) => {
    const started = performance.now();
    const limit = startTimeLimit(timeLimit + timeForBytes(sizeOfBody(request.body)));
    let status: number | undefined;
    try {
      const signal = options.signal === undefined ? limit.signal : AbortSignal.any([limit.signal, options.signal]);
      const proxy = proxyOf(request.url);
      const response =
        proxy === undefined
          ? await sendDirectly({ ...request, signal })
          : await (sendByProxy ??= createSendByProxy())({ ...request, signal }, proxy);
      status = response.status;
      limit.restart(timeLimit + timeForBytes(Number(response.headers.get("content-length")) || 0));
      return { status, headers: response.headers, content: await response.content() };
    } catch (error) {
      return explainNoAnswer(limit.signal.aborted ? limit.signal.reason : error, request, options);
    } finally {
      limit.end();
      const { method, url } = request;
      options.onAttempt?.({ method, url, status, milliseconds: performance.now() - started });
    }
  };
}

/** @throws what no further attempt would mend */
function explainNoAnswer(error: unknown, request: HttpRequest, { peer, signal }: SendOptions): UnavailableError {
  if (error instanceof StepError) throw error;
  if (signal?.aborted === true) throw new UnavailableError("The run was canceled.", { cause: error });
  const proxy = proxyOf(request.url);
  const sentence = describeNoAnswer(error, { peer, request: describeRequest(request), proxy });
  return new (isUnsent(error) ? UnavailableError : LostAnswerError)(sentence, { cause: error });
}
