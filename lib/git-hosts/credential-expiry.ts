import type { StepLog } from "../step/define-step.ts";
import { StepError } from "../step/errors.ts";
import type { GitHost, SignInFacts } from "./git-host.ts";

/** Days before its end from which a token is told of. */
const daysBefore = 14;

const day = 24 * 60 * 60_000;

/** @returns a sentence for a token that has expired or will within a fortnight, undefined for any other */
export function describeExpiry(title: string, { user, expiresAt }: SignInFacts, now: Date): string | undefined {
  if (expiresAt === undefined) return undefined;
  const left = expiresAt.getTime() - now.getTime();
  if (left > daysBefore * day) return undefined;
  const whose = user === undefined ? "" : ` of "${user}"`;
  const days = Math.floor(left / day);
  const when =
    left <= 0
      ? "has expired"
      : days === 0
        ? "expires within a day"
        : `expires in ${days} ${days === 1 ? "day" : "days"}`;
  return `The token${whose} for ${title} ${when} (${expiresAt.toISOString().slice(0, 10)}). Make a new one there, and store it in place of this one.`;
}

export interface ExpiryOptions {
  log: Pick<StepLog, "warn" | "verbose">;
  now: Date;
}

/**
 * Warns of a token that ends soon, in one sentence for the whole run. A host that does not say, or may not be asked, is no reason to stop.
 * @param owner - of any repository that the token is used for; undefined where none is on this host, and nothing is asked then
 */
export async function warnOfExpiry(
  host: GitHost,
  owner: string | undefined,
  { log, now }: ExpiryOptions,
): Promise<void> {
  if (host.tellsExpiry !== true || owner === undefined) return;
  try {
    const sentence = describeExpiry(host.title, await host.describeSignIn(owner), now);
    if (sentence !== undefined) log.warn(sentence);
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    log.verbose(error.message);
  }
}
