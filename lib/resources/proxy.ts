import { words } from "./field.ts";
import { collectionRoutes, nameField, type ResourceKind } from "./resource-kind.ts";

export const proxy: ResourceKind = {
  id: "proxy",
  label: "proxy",
  idPrefix: "Proxies",
  ...collectionRoutes("proxies"),
  nameOf: nameField,
  fields: { Host: words, Username: words },
  // The port of a form that nobody has filled in; a creation says it (Octopus's API reference, proxies).
  creationDefaults: { Port: 80 },
};
