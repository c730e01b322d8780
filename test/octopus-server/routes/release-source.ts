import type { Resource } from "../model/collection.ts";
import { fieldsOf, isFields, type Fields } from "../model/fields.ts";
import { actionsIn, findProcess } from "../model/processes.ts";
import { takeSnapshot, takeSnapshotOf, type Snapshot } from "../model/snapshots.ts";
import { projectAt } from "./git-documents.ts";
import { processAt, readVersion, referenceOf, variableSetAt } from "./git-version.ts";
import type { Call } from "./route.ts";
import { isVersionControlled } from "./version-control-settings.ts";

/** What a release is made of: documents of the database, or those of a commit. */
export interface ReleaseSource {
  /** With the settings that apply to this release. */
  project: Resource;
  process: Fields;
  /** Where in Git it comes from; null for the database. */
  reference: Fields | null;
  freeze(): Snapshot;
}

/** @param ref - "" is the default branch (assumed); a commit wins, and the reference stays what was said */
export async function sourceOfRelease(
  call: Call,
  project: Resource,
  { ref, commit }: { ref: string; commit: string },
): Promise<ReleaseSource> {
  const owner = { kind: "deploymentprocesses", ownerId: project.Id } as const;
  if (!isVersionControlled(project)) {
    const process = findProcess(call.model, owner) ?? {};
    return { project, process, reference: null, freeze: () => takeSnapshot(call.model, { project, owner }) };
  }
  const version = await readVersion(call, project, commit || ref);
  const named =
    commit === "" || ref === "" ? version : { ...version, ref: (await readVersion(call, project, ref)).ref };
  const process = processAt(call, version);
  const variables = variableSetAt(call, version);
  return {
    project: withDonorName(projectAt(call, version), process),
    process,
    reference: referenceOf(named),
    freeze: () => takeSnapshotOf(call.model, { project, kind: owner.kind, process, variables }),
  };
}

/** In a file the step whose package gives the version is a slug; packages go by the names of steps. */
function withDonorName(project: Resource, process: Fields): Resource {
  const strategy = fieldsOf(project, "VersioningStrategy");
  const donor = strategy["DonorPackage"];
  if (!isFields(donor)) return project;
  const action = actionsIn(process).find((one) => one["Slug"] === donor["DeploymentAction"]);
  return {
    ...project,
    VersioningStrategy: {
      ...strategy,
      DonorPackage: { ...donor, DeploymentAction: action?.["Name"] ?? donor["DeploymentAction"] },
    },
  };
}
