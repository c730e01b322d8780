import type { Resource } from "../model/collection.ts";
import { textOf } from "../model/fields.ts";
import type { DocumentFilter } from "../model/columns.ts";
import type { Call } from "./route.ts";

/** The space that a path names, for kinds that also answer without one. */
export function spaceOfPath(call: Call): string | null {
  return call.params["space"] === undefined ? null : call.space.Id;
}

/** `spaces` and `includeSystem` narrow down; without them everything is listed (assumed for paths without a space). */
export function isOfAskedSpace(resource: Resource, call: Call): boolean {
  const spaceId = textOf(resource, "SpaceId");
  const path = spaceOfPath(call);
  if (spaceId === "") return call.query.get("includeSystem")?.toLowerCase() !== "false";
  if (path !== null) return spaceId === path;
  const spaces = call.query.list("spaces") ?? [];
  return spaces.length === 0 || spaces.includes("all") || spaces.includes(spaceId);
}

/** The same for kinds of which there are very many. */
export function askedSpaces({ query }: Call): DocumentFilter[] {
  const spaces = new Set(query.list("spaces"));
  const withSystem = query.get("includeSystem")?.toLowerCase() !== "false";
  const isAny = spaces.size === 0 || spaces.has("all");
  if (isAny && withSystem) return [];
  return [{ by: "text", name: "SpaceId", accepts: (id) => (id === "" ? withSystem : isAny || spaces.has(id)) }];
}
