import type { Resource } from "./collection.ts";
import { textOf } from "./fields.ts";
import type { OctopusModel } from "./model.ts";

export interface EventOptions {
  /** As Octopus's audit log has them: Created, Modified, Deleted, Queued … */
  category: string;
  /** One sentence. */
  message: string;
  user: Resource;
  spaceId: string | null;
  relatedDocumentIds?: readonly string[];
  userAgent?: string;
}

/** Adds a line to the audit trail. */
export function recordEvent(model: OctopusModel, options: EventOptions): Resource {
  return model.collection("events").add({
    SpaceId: options.spaceId,
    Category: options.category,
    UserId: options.user.Id || "users-system",
    Username: textOf(options.user, "Username") || "system",
    IsService: options.user["IsService"] === true,
    IdentityEstablishedWith: options.user.Id === "" ? "" : "API key",
    UserAgent: options.userAgent ?? "",
    // Which key it was, and from where, is not kept here.
    ApiKeyId: null,
    ApiKeyHint: null,
    IpAddress: null,
    Occurred: model.now().toISOString(),
    Message: options.message,
    MessageHtml: options.message,
    MessageReferences: [],
    RelatedDocumentIds: [...(options.relatedDocumentIds ?? [])],
    Details: null,
    Comments: null,
    ChangeDetails: { DocumentContext: null, Differences: [] },
  });
}
