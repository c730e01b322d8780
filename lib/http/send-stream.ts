import type { Readable } from "node:stream";
import { StepError, UnavailableError } from "../step/errors.ts";
import { describeNoAnswer } from "./connection-problem.ts";
import type { BodyStream } from "./exchange.ts";
import { describeRequest, type AnswerHeaders } from "./http-request.ts";
import { proxyOf } from "./proxy.ts";
import type { SendOptions } from "./send.ts";
import { createSendByProxy } from "./send-by-proxy.ts";
import { createSendDirectly } from "./send-directly.ts";

export interface StreamRequest {
  method: "GET" | "PUT";
  url: string;
  headers?: Readonly<Record<string, string>>;
  stream?: BodyStream;
}

export interface StreamAnswer {
  status: number;
  headers: AnswerHeaders;
  /** To be read to its end, or destroyed. */
  body: Readable;
}

/** Milliseconds in which something has to move. */
const idleTime = 60_000;

/**
 * Sends one request whose contents, or those of its answer, are too large to be held: no attempt is repeated, since what was read is gone.
 * @throws {@link UnavailableError} when there is no answer
 */
export function createSendStream({
  peer,
  signal,
  onAttempt,
}: SendOptions): (request: StreamRequest) => Promise<StreamAnswer> {
  const sendDirectly = createSendDirectly();
  let sendByProxy: ReturnType<typeof createSendByProxy> | undefined;
  return async ({ method, url, headers = {}, stream }) => {
    const started = performance.now();
    let status: number | undefined;
    try {
      const open = { method, url, headers: { "accept-encoding": "identity", ...headers }, stream, idleTime };
      const request = { ...open, signal: signal ?? new AbortController().signal };
      const proxy = proxyOf(url);
      const answer =
        proxy === undefined ? await sendDirectly(request) : await (sendByProxy ??= createSendByProxy())(request, proxy);
      status = answer.status;
      return answer;
    } catch (error) {
      if (error instanceof StepError) throw error;
      if (signal?.aborted === true) throw new UnavailableError("The run was canceled.", { cause: error });
      const told = { peer, request: describeRequest({ method, url }), proxy: proxyOf(url) };
      throw new UnavailableError(describeNoAnswer(error, told), { cause: error });
    } finally {
      onAttempt?.({ method, url, status, milliseconds: performance.now() - started });
    }
  };
}
