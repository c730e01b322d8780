import { isJsonObject, objectsOf, textOf, textsOf, type JsonObject } from "../../model/json.ts";
import type { OctopusSpace } from "../../octopus/octopus-client.ts";
import { isNeeded } from "../../octopus/needed-variables.ts";
import { managedTenantSignIn } from "../../octopus/sign-in-variables.ts";
import { isSameName } from "../../octopus/same-name.ts";
import { ParameterError } from "../../step/errors.ts";
import { listFleetTenants, type FleetTenant, type TenantSelection } from "../list-tenants.ts";
import type { ChosenRunbook } from "./choose-runbook.ts";
import { groupByReason, type TenantRun } from "./tenant-run.ts";

/** Who is meant. */
export interface ChosenTenants {
  /** Those that the runbook can run for, to be started, and those without an address or a key, left out. */
  runs: TenantRun[];
  /** What people are to know before anything is started, one sentence each: who is not connected, who has no value for what. */
  remarks: string[];
}

/** @throws NotFoundError where nobody is meant, {@link ParameterError} where somebody is meant by name who is not connected, or nobody can be started */
export async function chooseTenants(
  space: OctopusSpace,
  wish: TenantSelection,
  chosen: ChosenRunbook,
): Promise<ChosenTenants> {
  const { names } = wish;
  const [tenants, missing] = await Promise.all([
    listFleetTenants(space, wish, () => undefined),
    readMissingVariables(space, chosen),
  ]);
  const strays = tenants.filter((one) => !isConnected(one, chosen));
  const stray = strays.find((one) => names.some((name) => isSameName(name, one.name)));
  if (stray !== undefined)
    throw new ParameterError(
      `The tenant "${stray.name}" is not connected to ${describePlace(chosen)}. Connect it, or do not name it.`,
    );
  const connected = tenants.filter((one) => isConnected(one, chosen));
  const runs = connected.map((one) => toRun(one, missing));
  const [only, another] = tenants;
  if (runs.length === 0 && only !== undefined && another === undefined)
    throw new ParameterError(
      `The tenant "${only.name}" is not connected to ${describePlace(chosen)}. Connect it, or name another project by --project.`,
    );
  if (runs.length === 0)
    throw new ParameterError(
      `None of the ${tenants.length} tenants that are meant is connected to ${describePlace(chosen)}. Connect them, or name another project by --project.`,
    );
  if (!runs.some(({ state }) => state === "toStart"))
    throw new ParameterError(`No tenant can be started: ${describeReasons(runs).join(" ")}`);
  return { runs, remarks: [...remarkStrays(strays, chosen), ...remarkMissing(runs, missing)] };
}

/** A tag or a pattern may well have some. */
function remarkStrays(strays: readonly FleetTenant[], chosen: ChosenRunbook): string[] {
  if (strays.length === 0) return [];
  return [`Not connected to ${describePlace(chosen)}, so left out: ${listNames(strays.map(({ name }) => name))}.`];
}

/** Nothing says whether a runbook needs a value for each of the templates, so they are started all the same. */
function remarkMissing(runs: readonly TenantRun[], missing: ReadonlyMap<string, string[]>): string[] {
  const started = runs.filter(({ state }) => state === "toStart");
  const names = new Set(started.flatMap(({ tenantId }) => missing.get(tenantId) ?? []));
  return [...names].map((name) => {
    const without = started.filter(({ tenantId }) => missing.get(tenantId)?.includes(name) === true);
    return `No value for "${name}", but started all the same: ${listNames(without.map((one) => one.name))}.`;
  });
}

function isConnected({ environments }: FleetTenant, { project, environment }: ChosenRunbook): boolean {
  return environments[project.Id]?.includes(environment.Id) === true;
}

/** For sentences: where tenants are to be connected. */
function describePlace({ project, environment }: ChosenRunbook): string {
  return `the project "${textOf(project, "Name")}" in the environment "${textOf(environment, "Name")}"`;
}

function toRun({ id, name, problem }: FleetTenant, missing: ReadonlyMap<string, string[]>): TenantRun {
  const run: TenantRun = { tenantId: id, name, state: "toStart", isJoined: false };
  if (problem !== undefined) return { ...run, state: "leftOut", reason: problem };
  if (missing.get(id)?.includes(managedTenantSignIn.apiKey) !== true) return run;
  return { ...run, state: "leftOut", reason: `The tenant has no value for "${managedTenantSignIn.apiKey}".` };
}

/** Names of the variables without a value that may be needed, by tenant: of the runbook's project and the variable sets that it includes. */
async function readMissingVariables(
  space: OctopusSpace,
  { project, environment }: ChosenRunbook,
): Promise<Map<string, string[]>> {
  const told = await space.getJson("/tenants/variables-missing", {
    projectId: project.Id,
    environmentId: environment.Id,
    includeDetails: true,
  });
  const owners = new Set([project.Id, ...textsOf(project, "IncludedLibraryVariableSetIds")]);
  const isOwn = (one: JsonObject): boolean =>
    owners.has(textOf(one, "ProjectId")) || owners.has(textOf(one, "LibraryVariableSetId"));
  const tenants = Array.isArray(told) ? told.filter(isJsonObject) : [];
  return new Map(
    tenants.map((tenant) => {
      const variables = objectsOf(tenant, "MissingVariables").filter(isOwn);
      const open = [...new Set(variables.map((one) => textOf(one, "VariableTemplateName")))];
      return [textOf(tenant, "TenantId"), open.filter((name) => isNeeded(name, open))];
    }),
  );
}

/** Each reason once, with who has it. */
function describeReasons(runs: readonly TenantRun[]): string[] {
  return groupByReason(runs).map(([reason, group]) => `${reason} (${listNames(group.map(({ name }) => name))})`);
}

/** The first ten by name. */
function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 10).join(", ");
  return names.length > 10 ? `${shown} and ${names.length - 10} more` : shown;
}
