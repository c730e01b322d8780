import { textOf, type JsonObject } from "../model/json.ts";

/** What files name a resource by; "" for what has no slug. Teams of the whole server are `global/…`. */
export function slugOf(kindId: string, document: JsonObject): string {
  const slug = textOf(document, "Slug");
  return slug !== "" && kindId === "team" && textOf(document, "SpaceId") === "" ? `global/${slug}` : slug;
}
