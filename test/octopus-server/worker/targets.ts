import type { Resource } from "../model/collection.ts";
import { fieldsOf, textOf, textsOf } from "../model/fields.ts";
import type { OctopusModel } from "../model/model.ts";
import { hasTags } from "../model/tenancy.ts";
import { ActionFailure } from "./action.ts";
import type { Execution } from "./execution.ts";
import { targetRolesOf, type ActionPlace } from "./variables.ts";

/** Actions that have to be carried out by a deployment target itself. */
const needTargets = new Set([
  "Octopus.TentaclePackage",
  "Octopus.IIS",
  "Octopus.WindowsService",
  "Octopus.TomcatDeploy",
]);

/**
 * The deployment targets that an action runs for, one after the other; undefined when it runs once, on the worker. Only cloud regions
 * can be served: they have no machine, so their steps run on the worker.
 * @throws ActionFailure when there is no such target, or one that cannot be reached
 */
export function listTargets(
  model: OctopusModel,
  { execution, place }: { execution: Execution; place: ActionPlace },
): Resource[] | undefined {
  const roles = targetRolesOf(place);
  const type = textOf(place.action, "ActionType");
  if (roles.length === 0 && !needTargets.has(type)) return undefined;
  const machines = model
    .collection("machines")
    .listInSpace(execution.space.Id, (machine) => isTargeted(machine, { execution, roles }));
  if (machines.length === 0) throw new ActionFailure(describeNoTargets(place, execution, roles));
  const unreachable = machines.find(
    (machine) => textOf(fieldsOf(machine, "Endpoint"), "CommunicationStyle") !== "None" || needTargets.has(type),
  );
  if (unreachable !== undefined) {
    throw new ActionFailure(
      `Failed to run the step "${textOf(place.step, "Name")}" on the deployment target "${textOf(unreachable, "Name")}": the worker reaches cloud regions only.`,
    );
  }
  return machines;
}

function isTargeted(
  machine: Resource,
  { execution, roles }: { execution: Execution; roles: readonly string[] },
): boolean {
  const { environment, tenant, run } = execution;
  const own = textsOf(machine, "Roles").map((role) => role.toLowerCase());
  const [specific, excluded] = [textsOf(run, "SpecificMachineIds"), textsOf(run, "ExcludedMachineIds")];
  return (
    machine["IsDisabled"] !== true &&
    textsOf(machine, "EnvironmentIds").includes(environment.Id) &&
    roles.some((role) => own.includes(role.toLowerCase())) &&
    (specific.length === 0 || specific.includes(machine.Id)) &&
    !excluded.includes(machine.Id) &&
    isForTenant(machine, tenant)
  );
}

/** A tenanted run uses tenanted targets of its tenant, an untenanted run untenanted ones; "TenantedOrUntenanted" serves both. */
function isForTenant(machine: Resource, tenant: Resource | undefined): boolean {
  const participation = textOf(machine, "TenantedDeploymentParticipation") || "Untenanted";
  if (tenant === undefined) return participation !== "Tenanted";
  if (participation === "Untenanted") return false;
  const tags = textsOf(machine, "TenantTags");
  return textsOf(machine, "TenantIds").includes(tenant.Id) || (tags.length > 0 && hasTags(tenant, tags));
}

function describeNoTargets({ step }: ActionPlace, { environment }: Execution, roles: readonly string[]): string {
  const wanted =
    roles.length === 0 ? "any deployment target" : `a deployment target with the tag "${roles.join('" or "')}"`;
  return `Failed to run the step "${textOf(step, "Name")}": it needs ${wanted}, and the environment "${textOf(environment, "Name")}" has none.`;
}
