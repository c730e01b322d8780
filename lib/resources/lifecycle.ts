import { objectOf, type JsonObject } from "../model/json.ts";
import { object, onlyFor } from "./field.ts";
import { byName, collectionRoutes, nameField, type ResourceKind } from "./resource-kind.ts";

/** How long to keep releases and files when a lifecycle does not say (the Terraform provider sends the same). */
const asTheSpaceDoes = { Strategy: "Default", QuantityToKeep: 0, ShouldKeepForever: true, Unit: "Items" };

export const lifecycle: ResourceKind = {
  id: "lifecycle",
  label: "lifecycle",
  idPrefix: "Lifecycles",
  ...collectionRoutes("lifecycles"),
  nameOf: nameField,
  isInEverySpace: (name) => name === "Default Lifecycle",
  inNewSpace: (document) => (nameField(document) === "Default Lifecycle" ? listUntouched(document) : undefined),
  fields: {
    Phases: object({
      AutomaticDeploymentTargets: onlyFor("id", "environments"),
      OptionalDeploymentTargets: onlyFor("id", "environments"),
    }),
  },
  createOnly: ["Slug"],
  creationDefaults: { Phases: [], ReleaseRetentionPolicy: asTheSpaceDoes, TentacleRetentionPolicy: asTheSpaceDoes },
  items: [{ path: ["Phases"], identify: byName, label: "phase" }],
};

/** How long it keeps what nobody has said: a number without its unit would say something else, so that it is all or nothing. */
function listUntouched(document: JsonObject): JsonObject {
  const untouched = ["ReleaseRetentionPolicy", "TentacleRetentionPolicy"].filter((field) => {
    const { Strategy = "Default", ShouldKeepForever } = objectOf(document, field);
    return Strategy === "Default" && ShouldKeepForever === true;
  });
  return Object.fromEntries(untouched.map((field) => [field, document[field] ?? null]));
}
