import { createHash } from "node:crypto";
import { withoutIdentity } from "../model/identity.ts";
import { canonicalJson, type JsonObject } from "../model/json.ts";

/** Twelve hexadecimal digits that tell one content of a step template from another, the same in every space. */
export function digestStepTemplate(body: JsonObject): string {
  return createHash("sha256")
    .update(canonicalJson(withoutIdentity(body)))
    .digest("hex")
    .slice(0, 12);
}
