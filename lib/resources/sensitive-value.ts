import type { JsonObject } from "../model/json.ts";

/** Whether this is Octopus's way of not telling a secret: it says whether there is one. */
export function isSensitiveValue(value: JsonObject): boolean {
  return (
    typeof value["HasValue"] === "boolean" &&
    Object.keys(value).every((field) => ["HasValue", "NewValue", "Hint"].includes(field))
  );
}
