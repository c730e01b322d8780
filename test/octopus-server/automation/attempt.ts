import type { Resource } from "../model/collection.ts";
import { recordEvent } from "../model/events.ts";
import type { OctopusModel } from "../model/model.ts";
import { Refusal } from "../routes/route.ts";

/** What becomes a line of the audit trail when it is refused, as nobody would see it otherwise. */
export interface Attempt {
  space: Resource;
  what: string;
  /** Ids of the documents that it is about. */
  related: readonly string[];
  work: () => unknown;
}

/** Does what nobody waits for. @returns true when it was not refused */
export async function attempt(model: OctopusModel, { space, what, related, work }: Attempt): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    const reasons = error instanceof Refusal ? (error.errors ?? [error.message]) : [String(error)];
    const message = `${what} was refused: ${reasons.join(" ")}`;
    const where = { spaceId: space.Id, relatedDocumentIds: related };
    recordEvent(model, { category: "AutoDeployRefused", message, user: { Id: "" }, ...where });
    return false;
  }
}
