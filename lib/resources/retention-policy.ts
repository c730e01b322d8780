import { textOf } from "../model/json.ts";
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
  fields: { RetentionType: words, Strategy: words, Unit: words },
  serverMade: ["Name"],
};
