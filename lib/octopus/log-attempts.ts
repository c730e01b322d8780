import type { HttpAttempt } from "../http/http-request.ts";
import type { StepLog } from "../step/define-step.ts";

/** For a client's `onAttempt`: one line of the verbose log for each request that was sent. */
export function logAttempts(log: Pick<StepLog, "verbose">): (attempt: HttpAttempt) => void {
  return ({ method, url, status }) => log.verbose(`${method} ${url} ${status ?? "no answer"}`);
}
