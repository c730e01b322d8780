import { textOf } from "../model/json.ts";
import { deploymentProcess } from "./deployment-process.ts";
import { essentialId, object, onlyFor, serverMade, words, type Fields } from "./field.ts";
import { actionPackageFields } from "./process-fields.ts";
import { fewForWholeList, nameField, type ResourceKind } from "./resource-kind.ts";

const action: Fields = {
  RunbookId: essentialId,
  ChannelId: essentialId,
  DestinationEnvironmentId: essentialId,
  EnvironmentIds: onlyFor("id", "environments"),
  SourceEnvironmentIds: onlyFor("id", "environments"),
  TenantIds: onlyFor("id", "tenants"),
  TenantTags: onlyFor("tag", "tenant tags"),
  RunbookTags: onlyFor("tag", "runbook tags"),
};

const filter: Fields = {
  EnvironmentIds: onlyFor("id", "environments"),
  Roles: onlyFor("role", "target tags"),
  EventGroups: words,
  EventCategories: words,
  WebhookId: serverMade,
  Packages: object({ ...actionPackageFields, DeploymentAction: { text: "actionName", whenGone: "leaveOut" } }),
};

/** A trigger does one thing: without the place where it does it, nothing of it is left. */
const unknown: Fields = { "*": { whenGone: "leaveOut" } };

/** A copied trigger arrives disabled, and whether it is enabled belongs to the people downstream from then on. */
export const projectTrigger: ResourceKind = {
  id: "projectTrigger",
  label: "trigger",
  idPrefix: "ProjectTriggers",
  ownedBy: ["project"],
  ownerIdOf: (document) => textOf(document, "ProjectId"),
  excludedBy: "triggers",
  list: (space, owner) => space.list(`/projects/${owner?.Id ?? ""}/triggers`),
  listBelow: (space) => space.list("/projecttriggers"),
  fewOwners: fewForWholeList,
  read: (space, { Id }) => space.get(`/projecttriggers/${Id}`),
  create: (space, body, owner) =>
    space.post("/projecttriggers", { ...body, IsDisabled: true, ProjectId: owner?.Id ?? "" }),
  update: (space, current, body) =>
    space.put(`/projecttriggers/${current.Id}`, { ...body, ProjectId: textOf(current, "ProjectId") }),
  nameOf: nameField,
  fields: { Action: object({ ...action, ...unknown }), Filter: object({ ...filter, ...unknown }) },
  serverMade: ["ProjectId"],
  // Those of packages and of Git name steps by their slugs.
  comesAfter: [deploymentProcess.id],
  createOnly: ["IsDisabled"],
};
