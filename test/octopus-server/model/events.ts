import type { Resource } from "./collection.ts";
import { textOf, type Fields } from "./fields.ts";
import type { OctopusModel } from "./model.ts";

export interface EventOptions {
  /** As Octopus's audit log has them: see `event-categories.ts`. */
  category: string;
  /** One sentence. */
  message: string;
  /** Who did it; without one the server itself. */
  user?: Resource;
  spaceId: string | null;
  relatedDocumentIds?: readonly string[];
  userAgent?: string;
  changes?: EventChanges;
  /** When; now, if nothing is said. */
  occurred?: string;
}

/** What became of a document's fields. */
export interface EventChanges {
  document: { Id: string; Name: string };
  differences: readonly { path: string; op: string; value: unknown }[];
}

/** Adds a line to the audit trail, if there is one. */
export function recordEvent(model: OctopusModel, options: EventOptions): void {
  if (!model.instance.isAuditOn) return;
  const { user = { Id: "" }, changes } = options;
  const events = model.collection("events");
  events.keep({
    Id: events.takeId(),
    SpaceId: options.spaceId,
    Category: options.category,
    UserId: user.Id || "users-system",
    Username: textOf(user, "Username") || "system",
    IsService: user["IsService"] === true,
    IdentityEstablishedWith: user.Id === "" ? "" : "API key",
    UserAgent: options.userAgent ?? "",
    // Which key it was, and from where, is not kept here.
    ApiKeyId: null,
    ApiKeyHint: null,
    IpAddress: null,
    Occurred: options.occurred ?? model.now().toISOString(),
    Message: options.message,
    MessageHtml: options.message,
    MessageReferences: none,
    RelatedDocumentIds: [...new Set(options.relatedDocumentIds)],
    Details: null,
    Comments: null,
    ChangeDetails: changes === undefined ? nothingChanged : changeDetails(changes),
  });
}

const none: readonly string[] = [];
const nothingChanged: Fields = { DocumentContext: null, Differences: none };

function changeDetails({ document, differences }: EventChanges): Fields {
  return { DocumentContext: document, Differences: differences };
}

/** The top-level fields that are otherwise than before. */
export function differencesOf(before: Fields, after: Fields): EventChanges["differences"] {
  const names = Object.keys({ ...before, ...after });
  return names.flatMap((name) => {
    const isSame = before[name] === after[name] || JSON.stringify(before[name]) === JSON.stringify(after[name]);
    return isSame ? [] : [{ path: `/${name}`, op: "replace", value: after[name] ?? null }];
  });
}

const relations = [
  "ProjectId",
  "RunbookId",
  "ReleaseId",
  "ChannelId",
  "EnvironmentId",
  "TenantId",
  "ProjectGroupId",
  "OwnerId",
  "TeamId",
  "UserId",
];

/** The document itself, and what it is of: how a reader of the trail learns what was touched. */
export function relatedIds(document: Resource): string[] {
  return [document.Id, ...relations.map((field) => textOf(document, field)).filter((id) => id !== "")];
}

/** Removes lines that are older, as a server does after the time that it keeps them for (docs, auditing: archived audit events). @returns how many */
export function cleanAudit(model: OctopusModel, before: Date): number {
  const events = model.collection("events");
  const old = events.list((event) => textOf(event, "Occurred") < before.toISOString());
  for (const event of old) events.remove(event.Id);
  return old.length;
}
