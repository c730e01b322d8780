import { isJsonObject, type JsonValue } from "../../model/json.ts";
import { retention } from "../retention.ts";
import type { Section } from "../section.ts";
import { required, type Field } from "../value.ts";
import { choice } from "../words.ts";

const kept = retention("");

/** The space's own word is what `default` means elsewhere. */
const keep: Field = {
  ...kept,
  about: "`forever`, or how many to keep.",
  check: (value, path) =>
    value === "default"
      ? [{ path, text: '"keep" cannot be "default": it says what the default is.' }]
      : kept.check(value, path),
  toBody: (value, key) => withoutFlag(kept.toBody(value, key)),
  fromBody: (value, reading) => kept.fromBody(value, reading),
};

/** What is kept forever has no unit, whatever it had before. */
function withoutFlag(value: JsonValue): JsonValue {
  if (!isJsonObject(value)) return value;
  const { ShouldKeepForever: isForever = false, ...policy } = value;
  return isForever === true ? { ...policy, Unit: null } : policy;
}

export const retentionPolicies: Section = {
  key: "retentionPolicies",
  kind: "retentionPolicy",
  about: "How long the space keeps what does not say it itself.",
  fields: {
    of: required(
      choice("RetentionType", "What is kept.", {
        releases: "LifecycleRelease",
        tentacleFiles: "LifecycleTentacle",
        runbookRuns: "RunbookRetention",
      }),
    ),
    keep: required(keep),
  },
  identify: ({ of }) => String(of),
  twice: " is there twice",
};
