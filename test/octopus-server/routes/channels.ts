import { randomUUID } from "node:crypto";
import { channelFields } from "../model/channel-fields.ts";
import type { Resource } from "../model/collection.ts";
import { listOf, propertyOf, textOf, type Fields } from "../model/fields.ts";
import { actionsIn, findProcess } from "../model/processes.ts";
import { isInRange, parseVersion } from "../model/versions.ts";
import { removeScopes, whyChannelStays } from "./channel-removal.ts";
import { createCrud } from "./crud.ts";
import { projectOf } from "./projects.ts";
import { badRequest, type Call, type Route } from "./route.ts";

export const channels = createCrud({
  kind: "channels",
  path: "/api/{space}/channels",
  itemType: "Channel",
  noun: "channel",
  fields: (sent, _call, stored) => ({ Name: "", ProjectId: "", ...channelFields, ...unsentLists(sent, stored) }),
  naming: { uniqueWithin: ["ProjectId"] },
  references: { ProjectId: "projects", LifecycleId: "lifecycles" },
  kept: ["ProjectId", "Type"],
  defaults: (fields) => ({
    LifecycleId: textOf(fields, "LifecycleId") || null,
    Rules: listOf(fields, "Rules").map((rule) => ({ ...rule, Id: textOf(rule, "Id") || randomUUID() })),
    GitResourceRules: listOf(fields, "GitResourceRules").map((rule) => ({
      ...rule,
      Id: textOf(rule, "Id") || randomUUID(),
    })),
  }),
  validate: (fields, call) => {
    // Source: go-octopusdeploy marks ProjectId as required.
    if (textOf(fields, "ProjectId") === "") throw badRequest("Please provide a value for ProjectId.");
    checkEphemeral(fields);
    for (const rule of listOf(fields, "Rules")) checkRule(rule, { projectId: textOf(fields, "ProjectId"), call });
  },
  saved: (channel, call, stored) => moveDefault(channel, call, stored),
  inUse: (channel, call) => whyChannelStays(channel, call),
  removed: (channel, call) => removeScopes(channel, call),
  links: (self, channel) => {
    const space = self.slice(0, self.indexOf("/channels/"));
    return {
      Releases: `${space}/projects/${textOf(channel, "ProjectId")}/channels/${channel.Id}/releases{?skip,take,searchByVersion}`,
      Project: `${space}/projects/${textOf(channel, "ProjectId")}`,
      Projects: `${space}/projects/${textOf(channel, "ProjectId")}`,
      Web: `/app#/projects/${textOf(channel, "ProjectId")}/channels/edit/${channel.Id}`,
    };
  },
  permissions: { view: "ProcessView", create: "ProcessEdit", edit: "ProcessEdit", delete: "ProcessEdit" },
});

/** Docs, channels: what a PUT leaves out of these stays, an empty list clears it. */
const keptLists = ["CustomFieldDefinitions", "GitReferenceRules", "GitResourceRules", "Rules", "TenantTags"];

function unsentLists(sent: Fields, stored: Resource | undefined): Fields {
  const unsent = keptLists.filter((name) => (propertyOf(sent, name) ?? undefined) === undefined);
  return stored === undefined ? {} : Object.fromEntries(unsent.map((name) => [name, stored[name] ?? []]));
}

/** The channel that releases go to when none is named. */
export function defaultChannelOf(call: Call, projectId: string): Resource | undefined {
  const all = channelsOf(call, projectId);
  return all.find((channel) => channel["IsDefault"] === true) ?? all[0];
}

export function channelsOf(call: Call, projectId: string): Resource[] {
  return call.model.collection("channels").listInSpace(call.space.Id, (channel) => channel["ProjectId"] === projectId);
}

/** A rule is met when the version is in its range and its pre-release tag matches its expression (docs, channels: version rules). */
export function meetsRule(rule: Fields, version: string): boolean {
  if (isInRange(version, textOf(rule, "VersionRange")) === false) return false;
  const tag = textOf(rule, "Tag");
  return tag === "" || (toExpression(tag)?.test(parseVersion(version)?.tag ?? "") ?? false);
}

export const channelRoutes: Route[] = [
  { method: "GET", path: "/api/{space}/channels/rule-test", handle: testRule },
  { method: "POST", path: "/api/{space}/channels/rule-test", handle: testRule },
  ...channels.routes,
  {
    method: "GET",
    path: "/api/{space}/projects/{project}/channels",
    handle: (call) => {
      const project = projectOf(call);
      const own = channels.list(call).filter((channel) => channel["ProjectId"] === project.Id);
      return { body: channels.page(own, call, `/api/${call.space.Id}/projects/${project.Id}/channels`) };
    },
  },
  {
    method: "POST",
    path: "/api/{space}/projects/{project}/channels",
    // Docs: 200 here, 201 at the space's own address.
    handle: (call) => ({ body: channels.show(channels.create(withProject(call), call), call) }),
  },
  {
    method: "GET",
    path: "/api/{space}/projects/{project}/channels/{id}",
    handle: (call) => ({ body: channels.show(ownChannel(call), call) }),
  },
  {
    method: "PUT",
    path: "/api/{space}/projects/{project}/channels/{id}",
    handle: (call) => ({ body: channels.show(channels.replace(ownChannel(call), withProject(call), call), call) }),
  },
  {
    method: "DELETE",
    path: "/api/{space}/projects/{project}/channels/{id}",
    handle: (call) => {
      channels.remove(ownChannel(call), call);
      return { body: {} };
    },
  },
];

function withProject(call: Call): unknown {
  return typeof call.body === "object" && call.body !== null
    ? { ...call.body, ProjectId: projectOf(call).Id }
    : call.body;
}

/** By id or by name within the project. */
function ownChannel(call: Call): Resource {
  const id = call.params["id"] ?? "";
  const named = channelsOf(call, projectOf(call).Id).find(
    (channel) => textOf(channel, "Name").toLowerCase() === id.toLowerCase(),
  );
  return channels.find(named?.Id ?? id, call);
}

/** Docs, channels; the sentences are assumed. */
function checkEphemeral(fields: Fields): void {
  if (textOf(fields, "EphemeralEnvironmentNameTemplate").length > 1000)
    throw badRequest("The EphemeralEnvironmentNameTemplate must be 1000 characters or fewer.");
  if (fields["Type"] !== "EphemeralEnvironment") return;
  if (textOf(fields, "LifecycleId") !== "") throw badRequest("A channel for ephemeral environments has no lifecycle.");
  if (textOf(fields, "ParentEnvironmentId") === "") throw badRequest("Please provide a value for ParentEnvironmentId.");
}

function checkRule(rule: Fields, { projectId, call }: { projectId: string; call: Call }): void {
  // Assumed: the range is NuGet's notation, the tag a regular expression; both are refused when they cannot be read.
  if (isInRange("1.0.0", textOf(rule, "VersionRange")) === undefined)
    throw badRequest(`The version range '${textOf(rule, "VersionRange")}' is not valid.`);
  if (toExpression(textOf(rule, "Tag")) === undefined)
    throw badRequest(`The pre-release tag expression '${textOf(rule, "Tag")}' is not valid.`);
  const process = findProcess(call.model, { kind: "deploymentprocesses", ownerId: projectId });
  const known = new Set(
    actionsIn(process ?? {}).flatMap((action) => [
      textOf(action, "Name"),
      textOf(action, "Id"),
      textOf(action, "Slug"),
    ]),
  );
  const packages = listOf(rule, "ActionPackages");
  // Source: the Terraform provider's channel resource says that a rule needs action packages of existing actions; the sentence is assumed.
  if (packages.length === 0) throw badRequest("A channel rule must name at least one action package.");
  const unknown = packages.map((reference) => textOf(reference, "DeploymentAction")).find((name) => !known.has(name));
  // Assumed: a process in Git is not looked into; its actions are named by their slugs there.
  if (process !== undefined && unknown !== undefined)
    throw badRequest(`The channel rule refers to the action '${unknown}', which the deployment process does not have.`);
}

/** One channel of a project is the default one (docs, channels). */
function moveDefault(channel: Resource, call: Call, stored: Resource | undefined): void {
  const others = channelsOf(call, textOf(channel, "ProjectId")).filter((other) => other.Id !== channel.Id);
  if (channel["IsDefault"] === true) for (const other of others) other["IsDefault"] = false;
  // Assumed: the flag cannot be taken from the only default channel, only moved.
  else if (stored?.["IsDefault"] === true || others.length === 0) channel["IsDefault"] = true;
}

function testRule(call: Call): { body: Fields } {
  const sent: Fields = typeof call.body === "object" && call.body !== null ? { ...call.body } : {};
  const get = (name: string): string =>
    call.query.get(name) ?? textOf(sent, name.charAt(0).toUpperCase() + name.slice(1));
  const version = get("version");
  const range = isInRange(version, get("versionRange"));
  const expression = toExpression(get("preReleaseTag"));
  const satisfiesTag = expression?.test(parseVersion(version)?.tag ?? "") ?? false;
  const errors = [
    ...(range === undefined ? ["The version range is not valid."] : []),
    ...(expression === undefined ? ["The pre-release tag is not valid."] : []),
  ];
  return {
    body: {
      Errors: errors,
      SatisfiesVersionRange: range ?? false,
      SatisfiesPreReleaseTag: satisfiesTag,
    },
  };
}

function toExpression(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, "i");
  } catch {
    return undefined;
  }
}
