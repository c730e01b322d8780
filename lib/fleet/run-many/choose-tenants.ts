import { isJsonObject, objectsOf, textOf, textsOf, type JsonObject } from "../../model/json.ts";
import { findNearNames } from "../../near-names.ts";
import type { OctopusSpace } from "../../octopus/octopus-client.ts";
import { isSameName } from "../../octopus/same-name.ts";
import { NotFoundError, ParameterError } from "../../step/errors.ts";
import { listFleetTenants, type FleetTenant } from "../list-tenants.ts";
import type { ChosenRunbook } from "./choose-runbook.ts";
import { groupByReason, type TenantRun } from "./tenant-run.ts";

/** Which tenants people mean: whoever all fits that is given. */
export interface TenantWish {
  /** Names, or patterns of whole names. */
  names: readonly string[];
  /** Canonical names of tags: a tenant with any of them. */
  tags: readonly string[];
  ring: string | undefined;
  /** The tag set whose tags are rings. */
  ringSet: string;
}

/** The tag set whose tags are the rings, unless it is called otherwise. */
export const usualRingSet = "Managed Spaces Ring";

/** Who is meant. */
export interface ChosenTenants {
  /** Those that the runbook can run for, to be started, and those that lack a variable, left out. */
  runs: TenantRun[];
  /** Names of those that are not connected to the runbook's project: a tag or a pattern may well have some. */
  strays: string[];
}

/** @throws {@link NotFoundError} where nobody is meant, {@link ParameterError} where somebody is meant by name who is not connected, or nobody can be started */
export async function chooseTenants(
  space: OctopusSpace,
  wish: TenantWish,
  chosen: ChosenRunbook,
): Promise<ChosenTenants> {
  const { names, tags } = wish;
  const [picked, missing] = await Promise.all([
    listFleetTenants(space, { names, tags }, () => undefined),
    readMissingVariables(space, chosen),
  ]);
  const tenants = chooseRing(space, picked, wish);
  const strays = tenants.filter((one) => !isConnected(one, chosen));
  const stray = strays.find((one) => names.some((name) => isSameName(name, one.name)));
  if (stray !== undefined)
    throw new ParameterError(
      `The tenant "${stray.name}" is not connected to ${describePlace(chosen)}. Connect it, or do not name it.`,
    );
  const runs = tenants.filter((one) => isConnected(one, chosen)).map((one) => toRun(one, missing));
  if (runs.length === 0)
    throw new ParameterError(
      `None of the ${tenants.length} tenants that are meant is connected to ${describePlace(chosen)}. Connect them, or name another project by --project.`,
    );
  if (!runs.some(({ state }) => state === "toStart"))
    throw new ParameterError(`No tenant can be started: ${describeReasons(runs).join(" ")}`);
  return { runs, strays: strays.map(({ name }) => name) };
}

function chooseRing(
  space: OctopusSpace,
  tenants: readonly FleetTenant[],
  { ring, ringSet }: TenantWish,
): readonly FleetTenant[] {
  if (ring === undefined) return tenants;
  const tag = `${ringSet}/${ring}`;
  const inRing = tenants.filter((one) => one.tags.some((own) => isSameName(own, tag)));
  if (inRing.length > 0) return inRing;
  const start = `${ringSet}/`.toLowerCase();
  const rings = tenants
    .flatMap((one) => one.tags)
    .flatMap((own) => (own.toLowerCase().startsWith(start) ? [own.slice(start.length)] : []));
  throw new NotFoundError(
    `No tenant that is meant is in the ring "${ring}": none has the tag "${tag}" in the space "${space.name}".${findNearNames(ring, rings)}`,
  );
}

function isConnected({ environments }: FleetTenant, { project, environment }: ChosenRunbook): boolean {
  return environments[project.Id]?.includes(environment.Id) === true;
}

/** For sentences: where tenants are to be connected. */
export function describePlace({ project, environment }: ChosenRunbook): string {
  return `the project "${textOf(project, "Name")}" in the environment "${textOf(environment, "Name")}"`;
}

function toRun({ id, name }: FleetTenant, missing: ReadonlyMap<string, string[]>): TenantRun {
  const run: TenantRun = { tenantId: id, name, state: "toStart", isJoined: false };
  const variables = missing.get(id) ?? [];
  if (variables.length === 0) return run;
  const quoted = variables.map((variable) => `"${variable}"`).join(", ");
  return { ...run, state: "leftOut", reason: `The tenant has no value for ${quoted}.` };
}

/** Names of the variables without a value, by tenant: those that the runbook's project has templates for, its variable sets included. */
async function readMissingVariables(
  space: OctopusSpace,
  { project, environment }: ChosenRunbook,
): Promise<Map<string, string[]>> {
  const told = await space.getJson("/tenants/variables-missing", {
    projectId: project.Id,
    environmentId: environment.Id,
    includeDetails: true,
  });
  const tenants = Array.isArray(told) ? told.filter(isJsonObject) : [];
  const owners = new Set([project.Id, ...textsOf(project, "IncludedLibraryVariableSetIds")]);
  const isOwn = (one: JsonObject): boolean =>
    owners.has(textOf(one, "ProjectId")) || owners.has(textOf(one, "LibraryVariableSetId"));
  return new Map(
    tenants.map((tenant) => [
      textOf(tenant, "TenantId"),
      [
        ...new Set(
          objectsOf(tenant, "MissingVariables")
            .filter(isOwn)
            .map((one) => textOf(one, "VariableTemplateName")),
        ),
      ],
    ]),
  );
}

/** Each reason once, with who has it. */
function describeReasons(runs: readonly TenantRun[]): string[] {
  return groupByReason(runs).map(([reason, group]) => `${reason} (${listNames(group.map(({ name }) => name))})`);
}

/** The first ten by name. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 10).join(", ");
  return names.length > 10 ? `${shown} and ${names.length - 10} more` : shown;
}
