import type { StepLog } from "../step/define-step.ts";
import type { HttpClientOptions } from "./http-client.ts";

/** What a client tells a run's log: a verbose line for each request that was sent, and that the run waits for a limit. */
export function logRequests(
  log: Pick<StepLog, "info" | "verbose">,
): Required<Pick<HttpClientOptions, "onAttempt" | "onWait">> {
  return {
    onAttempt: ({ method, url, status }) => log.verbose(`${method} ${url} ${status ?? "no answer"}`),
    onWait: log.info,
  };
}
