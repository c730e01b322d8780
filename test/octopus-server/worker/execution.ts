import type { Resource } from "../model/collection.ts";
import { fieldsOf, listOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import type { Kind, OctopusModel } from "../model/model.ts";
import { ActionFailure } from "./action.ts";

/** What a task executes: a runbook run or a deployment, with every document that it refers to. */
export interface Execution {
  task: Resource;
  /** The document of `runbookruns` or `deployments`. */
  run: Resource;
  space: Resource;
  project: Resource;
  environment: Resource;
  tenant: Resource | undefined;
  runbook: Resource | undefined;
  snapshot: Resource | undefined;
  release: Resource | undefined;
  channel: Resource | undefined;
  /** The frozen process. */
  process: Resource;
  /** The project's frozen variable set first, then those of the included library sets. */
  variableSets: Resource[];
}

/** @throws ActionFailure when a document that the task needs is gone */
export function getExecution(model: OctopusModel, task: Resource): Execution {
  const isRun = textOf(task, "Name") === "RunbookRun";
  const runId = textOf(fieldsOf(task, "Arguments"), isRun ? "RunbookRunId" : "DeploymentId");
  const run = get(model, isRun ? "runbookruns" : "deployments", runId);
  const release = find(model, "releases", textOf(run, "ReleaseId"));
  return {
    task,
    run,
    space: get(model, "spaces", textOf(run, "SpaceId") || textOf(task, "SpaceId")),
    project: get(model, "projects", textOf(run, "ProjectId")),
    environment: get(model, "environments", textOf(run, "EnvironmentId")),
    tenant: textOf(run, "TenantId") === "" ? undefined : get(model, "tenants", textOf(run, "TenantId")),
    runbook: find(model, "runbooks", textOf(run, "RunbookId")) ?? runbookInGit(run),
    snapshot: find(model, "runbooksnapshots", textOf(run, "RunbookSnapshotId")),
    release,
    channel: find(model, "channels", textOf(run, "ChannelId") || textOf(release ?? {}, "ChannelId")),
    process: get(model, isRun ? "runbookprocesses" : "deploymentprocesses", textOf(run, "FrozenProcessId")),
    variableSets: textsOf(run, "FrozenVariableSetIds").map((id) => get(model, "variablesets", id)),
  };
}

/** A runbook in Git is in no collection; the run knows what it is called. */
function runbookInGit(run: Resource): Resource | undefined {
  const id = textOf(run, "RunbookId");
  return id === "" ? undefined : { Id: id, Name: textOf(run, "RunbookName") };
}

/** The version that was chosen for a package reference when the run or release was made. */
export function findSelectedVersion(
  run: Fields,
  { action, reference }: { action: string; reference: string },
): string | undefined {
  const selected = listOf(run, "SelectedPackages").find(
    (candidate) =>
      textOf(candidate, "ActionName") === action && textOf(candidate, "PackageReferenceName") === reference,
  );
  return selected === undefined ? undefined : textOf(selected, "Version");
}

function find(model: OctopusModel, kind: Kind, id: string): Resource | undefined {
  return id === "" ? undefined : model.collection(kind).find(id);
}

function get(model: OctopusModel, kind: Kind, id: string): Resource {
  const found = find(model, kind, id);
  if (found === undefined) throw new ActionFailure(`The task needs "${id}" of ${kind}, which does not exist.`);
  return found;
}
