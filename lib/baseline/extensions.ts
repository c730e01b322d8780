import type { JsonValue } from "../model/json.ts";
import { list } from "./shape.ts";
import { leaf, required } from "./value.ts";
import { map, word } from "./words.ts";

const scalar = leaf("", undefined, {
  schema: { type: ["string", "number", "boolean"] },
  wanted: "a text, a number, true or false",
  isSaid: (value) => ["string", "number", "boolean"].includes(typeof value),
  toBody: same,
  fromBody: same,
});

function same(value: JsonValue): JsonValue {
  return value;
}

/** What integrations such as Jira keep in a resource. */
export const extensions = list("ExtensionSettings", "What integrations keep: values by the id of each.", {
  fields: {
    id: required(word("ExtensionId", "Such as `jira-integration`.")),
    values: map("Values", undefined, scalar),
  },
  identify: ({ id }) => String(id),
});
