import { createHash } from "node:crypto";
import { withoutIdentity } from "../model/identity.ts";
import { canonicalJson, type JsonObject } from "../model/json.ts";
import { getKind } from "../resources/index.ts";
import { dropSecrets } from "./write-body.ts";

/** Twelve hexadecimal digits that tell one content of a step template from another, the same in every space; secrets do not count. */
export function digestStepTemplate(body: JsonObject): string {
  return createHash("sha256")
    .update(canonicalJson(withoutIdentity(dropSecrets(getKind("stepTemplate"), body))))
    .digest("hex")
    .slice(0, 12);
}
