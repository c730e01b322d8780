import { createHash } from "node:crypto";
import type { Resource } from "./collection.ts";
import { numberOf, textOf, textsOf } from "./fields.ts";
import type { Kind, OctopusModel } from "./model.ts";
import { findProcess, type ProcessOwner } from "./processes.ts";

/** Documents as they were when a release was made or a runbook was published. */
export interface Snapshot {
  /** In `deploymentprocesses` or `runbookprocesses`. */
  FrozenProcessId: string;
  /** In `variablesets`: the project's first, then those of the included library variable sets in order. */
  FrozenVariableSetIds: string[];
}

/** Freezes the process and the variables that a release or a runbook snapshot consists of. */
export function takeSnapshot(
  model: OctopusModel,
  { project, owner }: { project: Resource; owner: ProcessOwner },
): Snapshot {
  const process = findProcess(model, owner);
  if (process === undefined) throw new Error(`The process of "${owner.ownerId}" does not exist.`);
  const frozen = freeze(model, owner.kind, process);
  process["LastSnapshotId"] = frozen.Id;
  return { FrozenProcessId: frozen.Id, FrozenVariableSetIds: freezeVariableSets(model, project) };
}

/** Freezes documents that were read from Git: they are in no collection. */
export function takeSnapshotOf(
  model: OctopusModel,
  {
    project,
    kind,
    process,
    variables,
  }: { project: Resource; kind: ProcessOwner["kind"]; process: Resource; variables: Resource },
): Snapshot {
  return {
    FrozenProcessId: freeze(model, kind, process).Id,
    FrozenVariableSetIds: freezeVariableSets(model, project, variables),
  };
}

/**
 * Freezes the variables alone, which is what "update variables" does to a release or a runbook snapshot.
 * @param own - the project's own set, when it is not the one in the database
 */
export function freezeVariableSets(model: OctopusModel, project: Resource, own?: Resource): string[] {
  const libraries = textsOf(project, "IncludedLibraryVariableSetIds").map((id) => findVariableSet(model, id));
  const sets = [own ?? findVariableSet(model, project.Id), ...libraries];
  return sets.flatMap((set) => (set === undefined ? [] : [freeze(model, "variablesets", set).Id]));
}

/** The variable set that belongs to a project or a library variable set. */
export function findVariableSet(model: OctopusModel, ownerId: string): Resource | undefined {
  return model.collection("variablesets").find(`variableset-${ownerId}`);
}

/** True for a document that a snapshot made: it never changes. */
export function isFrozen(document: { Id: string }): boolean {
  return /-s-\d+-[0-9A-Z]{5}$/.test(document.Id);
}

/** Removes a document and every snapshot of it. */
export function removeWithSnapshots(model: OctopusModel, kind: Kind, id: string): void {
  const collection = model.collection(kind);
  const spaceId = textOf(collection.find(id) ?? {}, "SpaceId");
  for (const document of collection.listInSpace(
    spaceId,
    (candidate) => candidate.Id === id || candidate.Id.startsWith(`${id}-s-`),
  ))
    collection.remove(document.Id);
}

/** `variableset-Projects-1-s-3-7QK2M`: the number is the version that was frozen; an unchanged document is frozen once. */
function freeze(model: OctopusModel, kind: Kind, document: Resource): Resource {
  const collection = model.collection(kind);
  const content = structuredClone(withoutIdentity(document));
  const digest = createHash("sha256")
    .update(`${document.Id} ${JSON.stringify(content)}`)
    .digest("hex");
  const id = `${document.Id}-s-${numberOf(document, "Version")}-${shortCode(digest)}`;
  return collection.find(id) ?? collection.add({ ...content, Id: id });
}

function withoutIdentity(document: Resource): Record<string, unknown> {
  const { Id: _, LastSnapshotId: __, ...content } = document;
  return content;
}

/** Five characters of 0-9 and A-Z. */
export function shortCode(digest: string): string {
  return Number.parseInt(digest.slice(0, 12), 16).toString(36).toUpperCase().padStart(5, "0").slice(-5);
}

/** The ids of frozen variable sets as a release and a runbook snapshot show them. */
export function snapshotFieldsOf(snapshot: Snapshot): { project: string; libraries: string[] } {
  const [project = "", ...libraries] = snapshot.FrozenVariableSetIds;
  return { project, libraries };
}

/** Another one as soon as other variables are frozen: clients send it to refresh those that they saw (docs, releases and runbook snapshots). */
export function concurrencyTokenOf(document: Resource): string {
  return createHash("sha256").update(snapshotOf(document).FrozenVariableSetIds.join(" ")).digest("base64").slice(0, 24);
}

/** What a stored release or runbook snapshot froze, read back from its fields. */
export function snapshotOf(document: Resource): Snapshot {
  const process = textOf(document, "ProjectDeploymentProcessSnapshotId") || textOf(document, "FrozenRunbookProcessId");
  return {
    FrozenProcessId: process,
    FrozenVariableSetIds: [
      textOf(document, "ProjectVariableSetSnapshotId"),
      ...textsOf(document, "LibraryVariableSetSnapshotIds"),
    ],
  };
}
