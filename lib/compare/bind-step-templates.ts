import { isReference } from "../model/graph.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../model/json.ts";

/** What to do about a step template that the space does not have with the content that a step uses. */
export type MissingStepTemplates = "install" | "detach" | "fail";

/** The body with its steps on their own: they have all that the step template gave them, and no longer point to it. */
export function detachStepTemplates(body: JsonObject, isDetached: (key: string[]) => boolean): JsonObject {
  return Object.fromEntries(
    Object.entries(body).flatMap(([field, value]): [string, JsonValue][] => {
      const isUse = field === "Octopus.Action.Template.Id" && isReference(value) && isDetached(value.$ref.key);
      return isUse ? [] : [[field, detachInside(value, isDetached)]];
    }),
  );
}

function detachInside(value: JsonValue, isDetached: (key: string[]) => boolean): JsonValue {
  if (Array.isArray(value)) return value.map((item) => detachInside(item, isDetached));
  return isJsonObject(value) ? detachStepTemplates(value, isDetached) : value;
}
