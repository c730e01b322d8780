import type { Resource } from "../model/collection.ts";
import { recordEvent } from "../model/events.ts";
import type { OctopusModel } from "../model/model.ts";
import { Refusal } from "../routes/route.ts";

/** Does what nobody waits for; what is refused becomes a line of the audit trail, as nobody would see it otherwise. */
export function attempt(
  model: OctopusModel,
  space: Resource,
  { what, related }: { what: string; related: readonly string[] },
  work: () => unknown,
): void {
  void (async () => work())().catch((error: unknown) => {
    const reasons = error instanceof Refusal ? (error.errors ?? [error.message]) : [String(error)];
    recordEvent(model, {
      category: "AutoDeployRefused",
      message: `${what} was refused: ${reasons.join(" ")}`,
      user: { Id: "" },
      spaceId: space.Id,
      relatedDocumentIds: related,
    });
  });
}
