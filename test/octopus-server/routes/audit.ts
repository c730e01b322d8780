import type { Resource } from "../model/collection.ts";
import { recordEvent, relatedIds } from "../model/events.ts";
import { textOf } from "../model/fields.ts";
import type { Call } from "./route.ts";

export interface Deed {
  category: "Created" | "Modified" | "Deleted";
  /** One sentence. */
  message: string;
  /** Ids that the document does not say itself. */
  related?: readonly string[];
}

/** A line of the audit trail for what the caller did to a document. */
export function recordDeed(
  { model, user, request }: Call,
  document: Resource,
  { category, message, related = [] }: Deed,
): void {
  recordEvent(model, {
    category,
    message,
    user,
    spaceId: textOf(document, "SpaceId") || null,
    relatedDocumentIds: [...relatedIds(document), ...related],
    userAgent: request.headers.get("user-agent") ?? "",
  });
}
