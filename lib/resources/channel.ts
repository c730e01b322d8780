import { textOf } from "../model/json.ts";
import { id, object, onlyFor, words } from "./field.ts";
import { actionPackageFields } from "./process-fields.ts";
import { fewForWholeList, listInBatches, nameField, type ResourceKind } from "./resource-kind.ts";

/** A rule for fewer packages would be another rule. */
const ruledPackages = object({
  ...actionPackageFields,
  DeploymentAction: { text: "actionName", whenGone: "leaveOut" },
});

export const channel: ResourceKind = {
  id: "channel",
  label: "channel",
  idPrefix: "Channels",
  ownedBy: ["project"],
  ownerIdOf: (document) => textOf(document, "ProjectId"),
  excludedBy: "channels",
  list: (space, owner) => space.list(`/projects/${owner?.Id ?? ""}/channels`),
  listBelow: (space) => space.listWhole("/channels/all"),
  fewOwners: fewForWholeList,
  listByIds: (space, ids) => listInBatches(ids, (batch) => space.list("/channels", { ids: batch })),
  read: (space, { Id }) => space.get(`/channels/${Id}`),
  create: (space, body, owner) => space.post("/channels", { ...body, ProjectId: owner?.Id ?? "" }),
  update: (space, current, body) =>
    space.put(`/channels/${current.Id}`, { ...body, ProjectId: textOf(current, "ProjectId") }),
  nameOf: nameField,
  heldByOne: "IsDefault",
  isDefault: (document) => document["IsDefault"] === true,
  fields: {
    LifecycleId: id,
    ParentEnvironmentId: id,
    TenantTags: onlyFor("tag", "tenant tags"),
    EphemeralEnvironmentNameTemplate: words,
    CustomFieldDefinitions: object({ FieldName: words }),
    Rules: object({ VersionRange: words, Tag: words, VersionTagRegex: words, ActionPackages: ruledPackages }),
    GitReferenceRules: words,
    GitResourceRules: object({ Rules: words, GitDependencyActions: object({ "*": words }) }),
  },
  serverMade: ["ProjectId"],
  createOnly: ["Slug"],
  items: [
    { path: ["Rules"], label: "rule", identify: (rule) => `${textOf(rule, "VersionRange")} ${textOf(rule, "Tag")}` },
  ],
  // Rules name steps of the process, which comes later.
  deferred: ["Rules", "GitReferenceRules", "GitResourceRules"],
};
