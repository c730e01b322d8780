import { createHmac } from "node:crypto";
import { ParameterError } from "../step/errors.ts";
import type { Memory } from "./memory.ts";

/** Tells one receipt key from another; nobody can guess the key from it sooner than from the HMACs beside it. */
export function identifyReceiptKey(key: string | undefined): string | undefined {
  if (key === undefined || key === "") return undefined;
  return createHmac("sha256", key).update("the key of this receipt").digest("base64url").slice(0, 12);
}

/**
 * With another key, or with none, no secret is known to be the same: all of them would be sent, over those that people rotated in the
 * space.
 * @throws {@link ParameterError} for that, unless it is wanted
 */
export function refuseOtherKey(
  { receiptKey, secrets }: Memory,
  { key, sendsAll, copy }: { key: string | undefined; sendsAll: boolean; copy: string },
): void {
  if (sendsAll || Object.keys(secrets).length === 0) return;
  const own = identifyReceiptKey(key);
  if (own === undefined) throw otherKey('No "Receipt Key" is set, unlike', copy);
  if (receiptKey !== undefined && own !== receiptKey) throw otherKey(differs, copy);
}

/**
 * A receipt of an earlier version does not tell its key: it was another one when none of the secrets is known to be the same.
 * @throws {@link ParameterError} for that, unless it is wanted
 */
export function refuseUnknownKey(
  { receiptKey, secrets }: Memory,
  { plans, sendsAll, copy }: { plans: readonly SecretsOfPlan[]; sendsAll: boolean; copy: string },
): void {
  if (sendsAll || receiptKey !== undefined || Object.keys(secrets).length === 0) return;
  const given = plans.reduce((sum, plan) => sum + Object.keys(plan.secrets.digests).length, 0);
  const unknown = plans.reduce((sum, plan) => sum + plan.secrets.toSend.size, 0);
  if (given > 0 && unknown >= given) throw otherKey(differs, copy);
}

interface SecretsOfPlan {
  secrets: { digests: Readonly<Record<string, string>>; toSend: ReadonlyMap<string, string> };
}

const differs = 'The "Receipt Key" is not the one that it was';

function otherKey(what: string, copy: string): ParameterError {
  return new ParameterError(
    `${what} at the last deployment of ${copy}: all of its secrets would be sent, over those that people changed in the space. Set the key of the last deployment, or choose "Send All Secrets".`,
  );
}
