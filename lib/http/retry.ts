import { UnavailableError } from "../step/errors.ts";
import { checkAnswer } from "./check-answer.ts";
import { describeRequest, type HttpRequest, type HttpResponse } from "./http-request.ts";
import type { Pace } from "./pace.ts";
import type { Send } from "./send.ts";

export interface RetryOptions {
  peer: string;
  send: Send;
  pace: Pace;
  /** Tells a refusal for too many requests from other answers. */
  findRateLimit: (response: HttpResponse) => Pause | undefined;
}

/** Before the next attempt; `after` is a `retry-after` value, undefined when the peer names none. */
export interface Pause {
  after: string | undefined;
}

const maximumAttempts = 8;
const maximumWithoutAnswer = 3;

/** Sends a request until there is an answer that another attempt would not change, in the pace that the peer asks for. */
export async function retry(request: HttpRequest, options: RetryOptions): Promise<HttpResponse> {
  for (let count = 1; ; count += 1) {
    // The pause begins before the turn ends: whoever waits for it would be refused as well.
    const answer = await options.pace.run(() => attempt(request, count, options));
    if (answer !== undefined) return answer;
  }
}

/** @returns undefined when the request is to be sent again, after a pause that has passed */
async function attempt(request: HttpRequest, count: number, options: RetryOptions): Promise<HttpResponse | undefined> {
  const outcome = await options.send(request);
  if (outcome instanceof UnavailableError) {
    refuseToRepeat(request, count, outcome);
    return void (await options.pace.pause(count, undefined));
  }
  const pause = findPause(request, count, { outcome, ...options });
  if (pause !== undefined) return void (await options.pace.pause(count, pause.after));
  return checkAnswer(request, outcome, options.peer);
}

/** @throws {@link UnavailableError} when a lost request may have been taken, or was lost too often */
function refuseToRepeat(request: HttpRequest, count: number, problem: UnavailableError): void {
  if (request.method === "GET" && count < maximumWithoutAnswer) return;
  throw unknownOutcome(request, problem);
}

function findPause(
  request: HttpRequest,
  count: number,
  { outcome, findRateLimit, peer }: RetryOptions & { outcome: HttpResponse },
): Pause | undefined {
  const rateLimit = findRateLimit(outcome);
  const isLast = count >= maximumAttempts;
  if (rateLimit !== undefined && isLast) throw endlessRateLimit(request, peer);
  if (rateLimit !== undefined) return rateLimit;
  const mayPass = [502, 503, 504].includes(outcome.status) && request.method === "GET" && !isLast;
  return mayPass ? { after: outcome.headers.get("retry-after") ?? undefined } : undefined;
}

function endlessRateLimit(request: HttpRequest, peer: string): UnavailableError {
  return new UnavailableError(
    `${peer} limits the rate of requests and still refused ${describeRequest(request)} after ${maximumAttempts} attempts. Run the step again later, or have the limit raised.`,
  );
}

function unknownOutcome(request: HttpRequest, problem: UnavailableError): UnavailableError {
  if (request.method === "GET") return problem;
  return new UnavailableError(
    `${problem.message} Whether ${describeRequest(request)} took effect is not known; running the step again is safe.`,
    { cause: problem.cause },
  );
}
