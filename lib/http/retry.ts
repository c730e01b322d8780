import { LostAnswerError, UnavailableError } from "../step/errors.ts";
import { checkAnswer } from "./check-answer.ts";
import { describeRequest, type HttpRequest, type HttpResponse } from "./http-request.ts";
import type { Pace } from "./pace.ts";
import { toMilliseconds, type RateLimit } from "./rate-limit.ts";
import type { Send } from "./send.ts";

export interface RetryOptions {
  peer: string;
  send: Send;
  pace: Pace;
  readRateLimit: (response: HttpResponse) => RateLimit;
  /** What to do about a limit that lets nothing through: a sentence. */
  rateLimitAdvice: string;
}

/** Said of a write that may have arrived. */
export const notKnown = "Whether it took effect is not known; running the step again is safe.";

/** Whether a status says that the server, or what stands in front of it, cannot answer for now. */
export function isPassing(status: number): boolean {
  return [502, 503, 504].includes(status);
}

const maximumFailures = 8;
const maximumWithoutAnswer = 3;

/**
 * Refusals for too many requests are not counted: each was not looked at, and how many there are depends on who else sends. Milliseconds
 * in which none of a client's requests gets through; a hundred runs under 200 a minute leave one waiting for about five minutes (a model of it).
 */
export const patience = 30 * 60_000;

/** Sends a request until there is an answer that another attempt would not change, in the pace that the peer asks for. */
export function retry(request: HttpRequest, options: RetryOptions): Promise<HttpResponse> {
  const { pace, send, peer, readRateLimit } = options;
  return pace.takeTurn(request.method, async () => {
    for (let failures = 0; ;) {
      if (!(await pace.ready(patience))) throw endlessRateLimit(request, options);
      const outcome = await send(request);
      if (outcome instanceof UnavailableError) {
        failures += 1;
        refuseToRepeat(request, failures, outcome);
        pace.hold(pauseAfter(failures, null));
        continue;
      }
      const limit = readRateLimit(outcome);
      if (pace.heed(limit) > patience) throw endlessRateLimit(request, options);
      if (limit.isRefused) continue;
      if (!mayPass(request, outcome) || ++failures >= maximumFailures) return checkAnswer(request, outcome, peer);
      pace.hold(pauseAfter(failures, outcome.headers.get("retry-after")));
    }
  });
}

/** @throws {@link UnavailableError} when a lost request may have been taken, or was lost too often */
function refuseToRepeat(request: HttpRequest, failures: number, problem: UnavailableError): void {
  const mayRepeat = isRepeatable(request) || !(problem instanceof LostAnswerError);
  if (mayRepeat && failures < maximumWithoutAnswer) return;
  throw unknownOutcome(request, problem);
}

function isRepeatable({ method, isRepeatable: mayRepeat }: HttpRequest): boolean {
  return mayRepeat ?? method === "GET";
}

function mayPass(request: HttpRequest, { status }: HttpResponse): boolean {
  return isRepeatable(request) && isPassing(status);
}

/** A little more than what was asked for, not the same for all: or they would come back at once. */
function pauseAfter(failures: number, retryAfter: string | null): number {
  const asked = toMilliseconds(retryAfter ?? "") ?? 500 * 2 ** (failures - 1);
  return Math.min(60_000, asked) + Math.random() * 250;
}

function endlessRateLimit(request: HttpRequest, { peer, rateLimitAdvice }: RetryOptions): UnavailableError {
  return new UnavailableError(
    `${peer} limits the rate of requests: ${describeRequest(request)} would have to wait for more than ${patience / 60_000} minutes. ${rateLimitAdvice}`,
  );
}

function unknownOutcome(request: HttpRequest, problem: UnavailableError): UnavailableError {
  if (isRepeatable(request) || !(problem instanceof LostAnswerError)) return problem;
  return new LostAnswerError(`${problem.message} ${notKnown}`, { cause: problem.cause });
}
