import type { Resource } from "../model/collection.ts";
import { textOf } from "../model/fields.ts";
import type { Kind } from "../model/model.ts";
import { isFrozen } from "../model/snapshots.ts";
import type { Call } from "./route.ts";

/**
 * Why a document must stay: one of these kinds names its id somewhere. Frozen documents do not count. Assumed: that the real server
 * refuses with 400, and the sentence.
 */
export function whyUsed(resource: Resource, call: Call, kinds: readonly Kind[]): string | undefined {
  const quoted = JSON.stringify(resource.Id);
  for (const kind of kinds) {
    const user = call.model
      .collection(kind)
      .listInSpace(
        call.space.Id,
        (other) => !isFrozen(other) && other.Id !== resource.Id && JSON.stringify(other).includes(quoted),
      )[0];
    if (user !== undefined)
      return `${textOf(resource, "Name") || resource.Id} is used by ${textOf(user, "Name") || user.Id}. Remove it there before deleting it.`;
  }
  return undefined;
}
