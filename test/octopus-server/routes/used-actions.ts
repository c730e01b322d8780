import type { Resource } from "../model/collection.ts";
import { textOf, type Fields } from "../model/fields.ts";
import { actionsIn, findProcess } from "../model/processes.ts";
import { findAction, usesInProject, usesOfActions, type ActionUse } from "../model/used-actions.ts";
import { badRequest, type Call } from "./route.ts";

interface ReplacedActions {
  project: Resource;
  before: readonly Fields[];
  after: readonly Fields[];
  /** A channel that goes with the steps: its rules do not count. */
  leaving?: Resource;
}

/**
 * Takes what names the actions of a project along when they get other names.
 * @throws a 400 when one that is named goes; an action without its id is another one, whatever its name
 */
export function keepUsedActions(call: Call, { project, before, after, leaving }: ReplacedActions): void {
  if (!call.model.strictness.usedActions) return;
  const renamed = usesOfActions(call.model, project, leaving).flatMap((use) => keptAction(use, before, after));
  for (const { reference, name } of renamed) reference["DeploymentAction"] = name;
}

/** A reference to what was not there before stays as it is, and so does one by id or slug (assumed). */
function keptAction(
  { reference, by }: ActionUse,
  before: readonly Fields[],
  after: readonly Fields[],
): { reference: Fields; name: string }[] {
  const action = findAction(before, textOf(reference, "DeploymentAction"));
  if (action === undefined) return [];
  const name = textOf(action, "Name");
  const kept = after.find((candidate) => candidate["Id"] === action["Id"]);
  // Source: issue 136 of the Terraform provider for the release creation strategy, which also says that ids decide; that the other uses
  // refuse is known from the outcome RemovedPackageInUse of actionsUpdate (docs), their names in the sentence are assumed.
  if (kept === undefined) throw badRequest(`'${name}' could not be deleted because it is used as part of ${by}.`);
  const isByName = textOf(reference, "DeploymentAction").toLowerCase() === name.toLowerCase();
  return isByName ? [{ reference, name: textOf(kept, "Name") }] : [];
}

/** @throws a 400 when versioning or release creation names an action that the process lacks. A process in Git is not looked into. */
export function checkUsedActions(fields: Fields, call: Call, project: Resource | undefined): void {
  if (!call.model.strictness.usedActions) return;
  const process = project && findProcess(call.model, { kind: "deploymentprocesses", ownerId: project.Id });
  if (project !== undefined && process === undefined) return;
  const actions = actionsIn(process ?? {});
  for (const { reference, by } of usesInProject(fields)) {
    const name = textOf(reference, "DeploymentAction");
    if (findAction(actions, name) !== undefined) continue;
    // Source: issues 345 of the Terraform provider and 7521 of Octopus: such a project is refused or cannot be read; the sentence is assumed.
    throw badRequest(
      `The action '${name}' that is used as part of ${by} does not exist in the deployment process of the project.`,
    );
  }
}
