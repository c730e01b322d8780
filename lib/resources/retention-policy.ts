import { textOf, type JsonObject } from "../model/json.ts";
import { words } from "./field.ts";
import type { ResourceKind } from "./resource-kind.ts";

/** Of what there is one in every space. */
const types = ["LifecycleRelease", "LifecycleTentacle", "RunbookRetention"];

/** How long a space keeps what does not say it itself. */
export const retentionPolicy: ResourceKind = {
  id: "retentionPolicy",
  label: "default retention policy",
  idPrefix: "RetentionPolicies",
  list: (space) => Promise.all(types.map((retentionType) => space.get("/retentionpolicies", { retentionType }))),
  update: (space, current, body) => space.put(`/retentionpolicies/${current.Id}`, body),
  nameOf: (document) => textOf(document, "RetentionType"),
  inNewSpace: (document) => (isNew(document) ? toValues(document) : undefined),
  fields: { RetentionType: words, Strategy: words, Unit: words },
  serverMade: ["Name"],
};

/** As the Terraform provider's tests have them in a new space (1.17.0). A number without its unit would say something else, so that it is all or nothing. */
function isNew(document: JsonObject): boolean {
  if (textOf(document, "RetentionType") !== "RunbookRetention") return document["Strategy"] === "Forever";
  return document["Strategy"] === "Count" && document["QuantityToKeep"] === 100 && document["Unit"] === "Items";
}

function toValues({ Strategy = null, QuantityToKeep = null, Unit = null }: JsonObject): JsonObject {
  return { Strategy, QuantityToKeep, Unit };
}
