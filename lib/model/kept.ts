import { textsOf, type JsonObject } from "./json.ts";

/** The field of a body or item that names those of its fields which are the space's once they were made. */
export const keptField = "$keep";

/** Those of its fields that are the space's once they were made. */
export function keptFieldsOf(item: JsonObject): string[] {
  return textsOf(item, keptField);
}
