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
  if (sendsAll || receiptKey === undefined || Object.keys(secrets).length === 0) return;
  if (identifyReceiptKey(key) === receiptKey) return;
  const what =
    key === undefined || key === ""
      ? 'No "Receipt Key" is set, unlike'
      : 'The "Receipt Key" is not the one that it was';
  throw new ParameterError(
    `${what} at the last deployment of ${copy}: all of its secrets would be sent, over those that people changed in the space. Set the key of the last deployment, or choose "Send All Secrets".`,
  );
}
