import { openCopies, type Copy } from "../copies/find-copies.ts";
import { mapInParallel } from "../copies/map-in-parallel.ts";
import { createFleetSpaces, TenantWithoutSpaceError } from "../fleet/fleet-spaces.ts";
import type { InstanceAccess } from "../fleet/instance-access.ts";
import { listFleetTenants, placeOf, type FleetTenant } from "../fleet/list-tenants.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { NotFoundError, StepError } from "../step/errors.ts";

/** The space of a tenant that is connected to a template, and the copies that it has. */
export interface ManagedSpace {
  tenant: FleetTenant;
  space: OctopusSpace;
  copies: Copy[];
}

export interface ManagedSpaces {
  spaces: ManagedSpace[];
  /** By name of the tenant, why its space cannot be looked at. */
  silent: { tenant: string; text: string }[];
  /** Tenants whose spaces are still to be made. */
  toCome: string[];
}

export interface ManagedSpacesOptions {
  management: OctopusSpace;
  /** The template, and its name. */
  project: OctopusDocument;
  projectName: string;
  access: InstanceAccess;
  readVariable(name: string): string | undefined;
}

/** Spaces at a time. */
const atATime = 8;

/** Every space that has copies of the template, or would get one. What one of them refuses takes nothing else with it. */
export async function openManagedSpaces(options: ManagedSpacesOptions): Promise<ManagedSpaces> {
  const { management, project, access } = options;
  const spaces = createFleetSpaces(access);
  const found: ManagedSpaces = { spaces: [], silent: [], toCome: [] };
  await mapInParallel(await listTenants(options), { atATime }, async (tenant) => {
    try {
      const space = await spaces.open(tenant);
      const { copies } = await openCopies(space, { project, space: management });
      found.spaces.push({ tenant, space, copies: copies.filter(({ isDeleted }) => !isDeleted) });
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      if (error instanceof TenantWithoutSpaceError) found.toCome.push(tenant.name);
      else found.silent.push({ tenant: tenant.name, text: error.message });
    }
  });
  return { ...found, spaces: found.spaces.toSorted((a, b) => (a.tenant.name < b.tenant.name ? -1 : 1)) };
}

/** Several tenants may stand for one space: the first of them by name. A template that nobody is connected to has none. */
async function listTenants({ management, projectName, readVariable }: ManagedSpacesOptions): Promise<FleetTenant[]> {
  try {
    const all = await listFleetTenants(management, { names: [], tags: [], template: projectName }, readVariable);
    const byPlace = new Map(all.toReversed().map((tenant) => [placeOf(tenant), tenant]));
    return [...byPlace.values()];
  } catch (error) {
    if (error instanceof NotFoundError) return [];
    throw error;
  }
}
