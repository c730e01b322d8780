import { matchNames } from "../graph/name-patterns.ts";
import { findNearNames } from "../near-names.ts";
import { isJsonObject, objectOf, objectsOf, textOf, textsOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { ownChangesVariable } from "../octopus/needed-variables.ts";
import { findProjectByName } from "../octopus/projects.ts";
import { toServerUrl } from "../octopus/server-url.ts";
import { isSpaceId } from "../octopus/spaces.ts";
import { isSameName } from "../octopus/same-name.ts";
import { NotFoundError, ParameterError } from "../step/errors.ts";
import { defaultRingSet } from "./ring-set.ts";

/** A tenant that stands for a space, as the management space has it. */
export interface FleetTenant {
  id: string;
  name: string;
  /** Canonical names of its tags: `Ring/Canary`. */
  tags: string[];
  /** The address of the instance without a slash at the end; "" where the tenant has none that is one. */
  url: string;
  /** `Spaces-42`; "" where there is a placeholder still. */
  spaceId: string;
  /** Ids of the management space's projects that it is connected to. */
  projects: string[];
  /** By the id of such a project, the ids of the environments in which it is connected. */
  environments: Record<string, string[]>;
  /** What is its own in copies by decision, a line each; absent for nothing. */
  accepted?: string[];
  /** What is wrong with its variables, in a sentence. */
  problem?: string;
}

/** One word for the space that a tenant stands for, which others may stand for, too; for the tenant itself where it has none yet. */
export function placeOf({ id, url, spaceId }: Pick<FleetTenant, "id" | "url" | "spaceId">): string {
  return url === "" || spaceId === "" ? id : `${url} ${spaceId}`;
}

/** Which tenants are meant; a tenant is, when all that is given picks it. */
export interface TenantSelection {
  /** Names, or patterns of whole names. */
  names: readonly string[];
  /** Canonical names of tags; a tenant with any of them. */
  tags: readonly string[];
  /** The name of a project of the management space that the tenant is connected to. */
  template?: string | undefined;
  /** Of these, the ones in this ring: with that tag of the tag set, which is `Managed Spaces Ring` unless somebody says otherwise. */
  ring?: string | undefined;
  ringSet?: string | undefined;
}

/**
 * The tenants that stand for spaces, by name, with two requests for a thousand of them. Whoever is not connected to a project with the
 * variables of *Octopus Server* stands for none, and is left out.
 * @param readVariable - for values that are nothing but another variable, such as `#{ThisInstance.Server.Url}`
 * @throws {@link NotFoundError} for a template that there is not, or a selection that picks nobody
 */
export async function listFleetTenants(
  management: OctopusSpace,
  selection: TenantSelection,
  readVariable: (name: string) => string | undefined,
): Promise<FleetTenant[]> {
  const [tenants, variables] = await Promise.all([
    management.list("/tenants"),
    management.getJson("/tenantvariables/all"),
  ]);
  const documents = Array.isArray(variables) ? variables.filter(isJsonObject) : [];
  const values = new Map(documents.map((one) => [textOf(one, "TenantId"), one]));
  const all = tenants.flatMap((tenant) => toFleetTenant(tenant, values.get(tenant.Id), readVariable) ?? []);
  const picked = await select(management, all, selection);
  if (picked.length === 0) throw nobody(management, all, selection);
  return chooseRing(management, picked, selection).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function toFleetTenant(
  tenant: JsonObject & { Id: string },
  values: JsonObject | undefined,
  readVariable: (name: string) => string | undefined,
): FleetTenant | undefined {
  const read = (name: string): string | undefined => resolve(findValue(values ?? {}, name), readVariable);
  const [address, space] = [read("ManagedTenant.Octopus.Url"), read("ManagedTenant.Octopus.SpaceId")];
  if (address === undefined || space === undefined || tenant["IsDisabled"] === true) return undefined;
  const [url, problem] = toAddress(address);
  const connections = objectOf(tenant, "ProjectEnvironments");
  const projects = Object.keys(connections);
  return {
    id: tenant.Id,
    name: textOf(tenant, "Name"),
    tags: textsOf(tenant, "TenantTags"),
    url,
    spaceId: isSpaceId(space.trim()) ? space.trim() : "",
    projects,
    environments: Object.fromEntries(projects.map((id) => [id, textsOf(connections, id)])),
    ...toAccepted(read(ownChangesVariable)),
    ...(problem !== undefined && { problem }),
  };
}

function toAccepted(text = ""): Pick<FleetTenant, "accepted"> {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const accepted = lines.filter((line) => line !== "" && !line.startsWith("#"));
  return accepted.length === 0 ? {} : { accepted };
}

/** @returns undefined where no set that the tenant has has such a template */
function findValue(values: JsonObject, name: string): string | undefined {
  const owners = objectOf(values, "LibraryVariables");
  for (const id of Object.keys(owners)) {
    const owner = objectOf(owners, id);
    const template = objectsOf(owner, "Templates").find((one) => isSameName(textOf(one, "Name"), name));
    if (template === undefined) continue;
    const value = textOf(objectOf(owner, "Variables"), textOf(template, "Id"));
    return value === "" ? textOf(template, "DefaultValue") : value;
  }
  return undefined;
}

function resolve(value: string | undefined, readVariable: (name: string) => string | undefined): string | undefined {
  const reference = /^\s*#\{([^{}|]+)\}\s*$/.exec(value ?? "")?.[1];
  return reference === undefined ? value : (readVariable(reference) ?? value);
}

/** @returns "" for what is no address, and what is wrong with it as the address of a tenant's instance */
export function toAddress(text: string): [url: string, problem?: string] {
  try {
    return [toServerUrl(text)];
  } catch (error) {
    if (!(error instanceof ParameterError)) throw error;
    const what = text.trim() === "" ? "has no value" : `is "${text}", which is no address`;
    return ["", `ManagedTenant.Octopus.Url ${what}.`];
  }
}

async function select(
  management: OctopusSpace,
  all: readonly FleetTenant[],
  { names, tags, template }: TenantSelection,
): Promise<FleetTenant[]> {
  const isNamed = matchNames(names);
  const project = template === undefined ? undefined : (await getProject(management, template)).Id;
  return all.filter(
    (tenant) =>
      (names.length === 0 || isNamed(tenant.name)) &&
      (tags.length === 0 || tags.some((tag) => tenant.tags.some((own) => isSameName(own, tag)))) &&
      (project === undefined || tenant.projects.includes(project)),
  );
}

function chooseRing(
  management: OctopusSpace,
  tenants: readonly FleetTenant[],
  { ring, ringSet = defaultRingSet }: TenantSelection,
): readonly FleetTenant[] {
  if (ring === undefined) return tenants;
  const tag = `${ringSet}/${ring}`;
  const inRing = tenants.filter((one) => one.tags.some((own) => isSameName(own, tag)));
  if (inRing.length > 0) return inRing;
  const sets = [...new Set(tenants.flatMap((one) => one.tags).map((own) => own.split("/")[0] ?? ""))];
  const near = sets.some((set) => isSameName(set, ringSet))
    ? findNearRings(tenants, { ring, ringSet })
    : nameSets(ringSet, sets);
  throw new NotFoundError(
    `No tenant that is meant is in the ring "${ring}": none has the tag "${tag}" in the space "${management.name}".${near}`,
  );
}

function findNearRings(tenants: readonly FleetTenant[], { ring, ringSet }: { ring: string; ringSet: string }): string {
  const start = `${ringSet}/`.toLowerCase();
  const rings = tenants
    .flatMap((one) => one.tags)
    .flatMap((own) => (own.toLowerCase().startsWith(start) ? [own.slice(start.length)] : []));
  return findNearNames(ring, rings);
}

/** A ring is a tag of one tag set, and this one none of them has: the nearest, or all that they have. */
function nameSets(ringSet: string, sets: readonly string[]): string {
  if (sets.length === 0) return "";
  const near = findNearNames(ringSet, sets);
  const all = sets
    .slice(0, 10)
    .map((set) => `"${set}"`)
    .join(", ");
  return ` None has a tag of the set "${ringSet}" at all.${near === "" ? ` Their tags are of ${all}${sets.length > 10 ? " and others" : ""}: name one of these sets by --ring-set.` : near}`;
}

async function getProject(management: OctopusSpace, name: string): Promise<OctopusDocument> {
  const project = await findProjectByName(management, name);
  if (project !== undefined) return project;
  throw new NotFoundError(
    `There is no project "${name}" in the space "${management.name}", so no tenant can be connected to it. Check the name.`,
  );
}

function nobody(
  management: OctopusSpace,
  all: readonly FleetTenant[],
  { names, tags, template }: TenantSelection,
): NotFoundError {
  if (all.length === 0)
    return new NotFoundError(
      `No tenant of the space "${management.name}" stands for a space: none is connected to a project with the library variable set "Octopus Server". Connect one, or run managed-spaces install first.`,
    );
  const asked = [
    ...names.map((name) => `the name "${name}"`),
    ...tags.map((tag) => `the tag "${tag}"`),
    ...(template === undefined ? [] : [`the template "${template}"`]),
  ].join(", ");
  const known = [...all.map(({ name }) => name), ...new Set(all.flatMap((tenant) => tenant.tags))];
  const near = findNearNames(names[0] ?? tags[0] ?? "", known);
  return new NotFoundError(`No tenant of the space "${management.name}" has ${asked}.${near}`);
}
