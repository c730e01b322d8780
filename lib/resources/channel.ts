import { textOf } from "../model/json.ts";
import { listInBatches, nameField, type ResourceKind } from "./resource-kind.ts";

export const channel: ResourceKind = {
  id: "channel",
  label: "channel",
  idPrefix: "Channels",
  ownedBy: ["project"],
  list: (space, owner) => space.list(`/projects/${owner?.Id ?? ""}/channels`),
  listByIds: (space, ids) => listInBatches(ids, (batch) => space.list("/channels", { ids: batch })),
  read: (space, { Id }) => space.get(`/channels/${Id}`),
  create: (space, body, owner) => space.post("/channels", { ...body, ProjectId: owner?.Id ?? "" }),
  update: (space, current, body) =>
    space.put(`/channels/${current.Id}`, { ...body, ProjectId: textOf(current, "ProjectId") }),
  nameOf: nameField,
  isDefault: (document) => document["IsDefault"] === true,
  serverMade: ["ProjectId"],
  createOnly: ["Slug"],
  items: [{ path: ["Rules"], identify: (rule) => `${textOf(rule, "VersionRange")} ${textOf(rule, "Tag")}` }],
  // Rules name steps of the process, which comes later.
  deferred: ["Rules", "GitReferenceRules", "GitResourceRules"],
};
