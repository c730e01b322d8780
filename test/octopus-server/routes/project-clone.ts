import type { Resource } from "../model/collection.ts";
import { switchesOfSettings } from "../model/deployment-settings.ts";
import { isFields, listOf, propertyOf, type Fields } from "../model/fields.ts";
import type { OctopusModel } from "../model/model.ts";
import { findProcess, processIdOf } from "../model/processes.ts";
import { isSensitive } from "../model/sensitive.ts";
import { findVariableSet } from "../model/snapshots.ts";
import { badRequest, type Call } from "./route.ts";
import { isVersionControlled } from "./version-control-settings.ts";

/**
 * A copy of a project with its channels, process, runbooks, triggers and variables, secrets included (`POST projects?clone=…`,
 * go-octopusdeploy `ProjectCloneRequest`; docs, projects). That releases and tenants stay behind is assumed.
 * @param create - makes a project as a POST does
 */
export function cloneProject(source: Resource, call: Call, create: (body: Fields) => Resource): Resource {
  // Source: Octopus's issue 7194, after which such clones were refused; the sentence is assumed.
  if (isVersionControlled(source)) throw badRequest("A version-controlled project cannot be cloned.");
  const sent = isFields(call.body) ? call.body : {};
  const created = create({ ...structuredClone(source), ...chosenFields(sent, source), ...notYet });
  Object.assign(created, { ClonedFromProjectId: source.Id, Templates: structuredClone(source["Templates"]) });
  const ids = new Map([[source.Id, created.Id]]);
  copyChannels(call.model, { source, created, ids });
  copyRunbooks(call.model, { source, created, ids });
  copySteps(call.model, ids, {
    from: processIdOf({ kind: "deploymentprocesses", ownerId: source.Id }),
    to: findProcess(call.model, { kind: "deploymentprocesses", ownerId: created.Id }),
  });
  copyTriggers(call.model, { source, created, ids });
  Object.assign(created, withOwnIds(source, ids));
  const variables = findVariableSet(call.model, source.Id);
  const copy = findVariableSet(call.model, created.Id);
  if (variables !== undefined && copy !== undefined) copy["Variables"] = withIds(variables["Variables"], ids);
  return created;
}

/** What names channels, runbooks or steps waits until the copy has its own. */
const notYet: Fields = {
  VersioningStrategy: null,
  AutoCreateRelease: false,
  ReleaseCreationStrategy: null,
  ProvisioningRunbookId: null,
  DeprovisioningRunbookId: null,
  ...Object.fromEntries(switchesOfSettings.map((name) => [name, false])),
};

function withOwnIds(source: Resource, ids: ReadonlyMap<string, string>): Fields {
  return Object.fromEntries(Object.keys(notYet).map((field) => [field, withIds(structuredClone(source[field]), ids)]));
}

function chosenFields(sent: Fields, source: Resource): Fields {
  return {
    Name: propertyOf(sent, "Name"),
    Description: propertyOf(sent, "Description") ?? null,
    Slug: "",
    ProjectGroupId: propertyOf(sent, "ProjectGroupID") || source["ProjectGroupId"],
    LifecycleId: propertyOf(sent, "LifecycleID") || source["LifecycleId"],
  };
}

interface Copying {
  source: Resource;
  created: Resource;
  /** Ids of what was copied, and of its copy. */
  ids: Map<string, string>;
}

/** The channel that came with the copy goes; those of the source take its place. */
function copyChannels(model: OctopusModel, { source, created, ids }: Copying): void {
  const channels = model.collection("channels");
  for (const own of channels.list((channel) => channel["ProjectId"] === created.Id)) channels.remove(own.Id);
  for (const channel of channels.list((candidate) => candidate["ProjectId"] === source.Id)) {
    const { Id, ...fields } = structuredClone(channel);
    ids.set(Id, channels.add({ ...fields, ProjectId: created.Id }).Id);
  }
}

function copyRunbooks(model: OctopusModel, { source, created, ids }: Copying): void {
  for (const runbook of model.collection("runbooks").list((candidate) => candidate["ProjectId"] === source.Id)) {
    const { Id, ...fields } = structuredClone(runbook);
    const copy = model
      .collection("runbooks")
      .add({ ...fields, ProjectId: created.Id, PublishedRunbookSnapshotId: null });
    ids.set(Id, copy.Id);
    const process = model.collection("runbookprocesses").add({
      Id: processIdOf({ kind: "runbookprocesses", ownerId: copy.Id }),
      SpaceId: copy["SpaceId"],
      ProjectId: created.Id,
      RunbookId: copy.Id,
      Version: 0,
      Steps: [],
      LastSnapshotId: null,
    });
    copy["RunbookProcessId"] = process.Id;
    copySteps(model, ids, { from: processIdOf({ kind: "runbookprocesses", ownerId: Id }), to: process });
  }
}

function copyTriggers(model: OctopusModel, { source, created, ids }: Copying): void {
  const triggers = model.collection("projecttriggers");
  for (const trigger of triggers.list((candidate) => candidate["ProjectId"] === source.Id)) {
    const { Id: _, ...fields } = structuredClone(trigger);
    const mapped = withIds(fields, ids);
    if (isFields(mapped)) triggers.add({ ...mapped, ProjectId: created.Id });
  }
}

function copySteps(
  model: OctopusModel,
  ids: ReadonlyMap<string, string>,
  { from, to }: { from: string; to: Resource | undefined },
): void {
  const source = model.collection("deploymentprocesses").find(from) ?? model.collection("runbookprocesses").find(from);
  if (source !== undefined && to !== undefined) to["Steps"] = withIds(listOf(source, "Steps"), ids);
}

/** Deep copy in which every text that is a known id is that of the copy. */
function withIds(value: unknown, ids: ReadonlyMap<string, string>): unknown {
  if (typeof value === "string") return ids.get(value) ?? value;
  if (Array.isArray(value)) return value.map((item) => withIds(item, ids));
  if (!isFields(value) || isSensitive(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withIds(item, ids)]));
}
