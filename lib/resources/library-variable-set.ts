import { object } from "./field.ts";
import { parameterFields } from "./process-fields.ts";
import { isReceiptModule } from "../octopus/receipt-modules.ts";
import { byName, collectionRoutes, nameField, type ResourceKind } from "./resource-kind.ts";

/** Script modules are library variable sets too, with another `ContentType`. */
export const libraryVariableSet: ResourceKind = {
  id: "libraryVariableSet",
  label: "library variable set",
  idPrefix: "LibraryVariableSets",
  ...collectionRoutes("libraryvariablesets"),
  isKeptBack: isReceiptModule,
  nameOf: nameField,
  excludedBy: "libraryVariableSets",
  fields: { Templates: object(parameterFields) },
  serverMade: ["VariableSetId", "Version"],
  items: [{ path: ["Templates"], identify: byName, referencedAs: "template" }],
};
