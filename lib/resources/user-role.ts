import { listInBatches, nameField, type ResourceKind } from "./resource-kind.ts";

/** What members of teams may do. Those that come with the server are found by their names. */
export const userRole: ResourceKind = {
  id: "userRole",
  label: "user role",
  idPrefix: "UserRoles",
  wellKnownIds: /^userroles-\w+$/,
  isServerWide: true,
  list: (space) => space.server.list("/userroles"),
  listByIds: (space, ids) => listInBatches(ids, (batch) => space.server.list("/userroles", { ids: batch })),
  create: (space, body) => space.server.post("/userroles", body),
  update: (space, current, body) => space.server.put(`/userroles/${current.Id}`, body),
  isKeptBack: (document) => document["CanBeDeleted"] === false,
  nameOf: nameField,
  serverMade: ["CanBeDeleted", "SpacePermissionDescriptions", "SupportedRestrictions", "SystemPermissionDescriptions"],
};
