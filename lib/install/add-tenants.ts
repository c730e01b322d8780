import { isJsonObject, objectsOf, textOf, textsOf, type JsonObject } from "../model/json.ts";
import { findNearNames } from "../near-names.ts";
import {
  createOctopusClient,
  type OctopusClient,
  type OctopusDocument,
  type OctopusSpace,
} from "../octopus/octopus-client.ts";
import { isSameName } from "../octopus/same-name.ts";
import { toServerUrl } from "../octopus/server-url.ts";
import { managedTenantSignIn } from "../octopus/sign-in-variables.ts";
import { openSpace } from "../octopus/spaces.ts";
import { changeTenantValues, openTenantValues } from "../octopus/tenant-value-list.ts";
import type { TenantValue } from "../octopus/tenant-value.ts";
import { listByExactNames } from "../resources/resource-kind.ts";
import { NotFoundError, ParameterError, StepError } from "../step/errors.ts";
import { clientSpaceNames } from "./client-space.ts";
import { createInstaller, idToBe, type Change, type Installer } from "./installer.ts";
import { nameCompanion, templateProjectNames } from "./runbook-names.ts";
import { variableSetNames } from "./variable-sets.ts";
import { nameTenants } from "./what-remains.ts";

/** A managed space as somebody tells of it. */
export interface NewTenant {
  name: string;
  /** Address of the instance with its space. */
  url: string;
  /** Id or name of the space; undefined where it is still to be made. */
  space?: string | undefined;
  /** Canonical names: `Region/Europe`. */
  tags: readonly string[];
  /** A key for that instance; undefined for a tenant that has one, or a service account. */
  apiKey?: string | undefined;
  /** The GUID of a service account there, instead of the key. */
  serviceAccountId?: string | undefined;
}

export interface AddTenantsOptions {
  tenants: readonly NewTenant[];
  /** Templates that they get copies of; all that are installed where none is named. */
  templates: readonly string[];
  /** Stores the keys that are given over those that tenants have. */
  replaceKeys: boolean;
  onlyPlan: boolean;
  onChange?: (change: Change) => void;
  signal?: AbortSignal;
}

export interface AddTenantsOutcome {
  changes: readonly Change[];
  /** What a person has to do now, one sentence each. */
  remaining: string[];
}

/**
 * Makes tenants that stand for managed spaces: tagged, connected to the projects with the management runbooks, and filled with what says
 * where the space is. Run again, it changes nothing; what a tenant has besides stays.
 * @throws {@link ParameterError} with all that is wrong with any of them, before anything is written
 */
export async function addTenants(space: OctopusSpace, options: AddTenantsOptions): Promise<AddTenantsOutcome> {
  const place = await readPlace(space, options.templates);
  const checked = await checkAll(space, place, options);
  const installer = createInstaller(space, options);
  for (const tenant of checked) {
    const document = await ensureTenant(installer, tenant, place);
    await ensureValues(installer, { tenant, document, place, replaceKeys: options.replaceKeys });
  }
  return { changes: installer.changes, remaining: listRemaining(checked) };
}

/** What is to be done for many is said once. */
function listRemaining(tenants: readonly CheckedTenant[]): string[] {
  const spaceless = tenants.flatMap(({ name, spaceId }) => (spaceId === undefined ? [name] : []));
  const keyless = tenants.flatMap(({ name, apiKey, serviceAccountId, hasKey }) =>
    apiKey === undefined && serviceAccountId === undefined && !hasKey ? [name] : [],
  );
  return [
    ...(spaceless.length === 0
      ? []
      : [
          `Run "${clientSpaceNames.runbook}" for the ${nameTenants(spaceless)}: it makes the ${spaceless.length === 1 ? "space" : "spaces"}.`,
        ]),
    ...(keyless.length === 0
      ? []
      : [
          `Give the ${nameTenants(keyless)} ${keyless.length === 1 ? "its" : "their"} ${managedTenantSignIn.apiKey} (Tenant, Variables, Common Variables).`,
        ]),
  ];
}

/** What an installation made that tenants are connected to and filled by. */
interface Place {
  environment: OctopusDocument;
  projects: OctopusDocument[];
  set: OctopusDocument;
  tenants: OctopusDocument[];
  /** Canonical names. */
  tags: string[];
}

async function readPlace(space: OctopusSpace, templates: readonly string[]): Promise<Place> {
  const [environments, sets, projects, runbooks, tenants, tagSets] = await Promise.all([
    listByExactNames(space, "environments", ["Sync"]),
    listByExactNames(space, "libraryvariablesets", [variableSetNames.octopusServer]),
    space.list("/projects"),
    space.list("/runbooks"),
    space.list("/tenants"),
    space.list("/tagsets"),
  ]);
  const [environment] = environments;
  const [set] = sets;
  const clientSpace = projects.find((project) => isSameName(textOf(project, "Name"), clientSpaceNames.project));
  if (environment === undefined || set === undefined || clientSpace === undefined)
    throw new NotFoundError(
      `The space "${space.name}" is no management space yet: it lacks what tenants are connected to. Run managed-spaces install first.`,
    );
  const carriers = projects.filter((project) =>
    runbooks.some(
      (runbook) =>
        textOf(runbook, "ProjectId") === project.Id &&
        isSameName(textOf(runbook, "Name"), templateProjectNames.findUpdates),
    ),
  );
  return {
    environment,
    set,
    projects: [clientSpace, ...chooseCarriers(carriers, templates)],
    tenants,
    tags: tagSets.flatMap((tagSet) => objectsOf(tagSet, "Tags").map((tag) => textOf(tag, "CanonicalTagName"))),
  };
}

/** The projects with the runbooks of the templates: these themselves, or their companions. */
function chooseCarriers(carriers: OctopusDocument[], templates: readonly string[]): OctopusDocument[] {
  if (templates.length === 0) return carriers;
  const nameOf = (project: OctopusDocument): string => textOf(project, "Name");
  return templates.map((template) => {
    const found =
      carriers.find((project) => isSameName(nameOf(project), template)) ??
      carriers.find((project) => isSameName(nameOf(project), nameCompanion(template)));
    if (found !== undefined) return found;
    const names = carriers.map((project) => nameOf(project).replace(/^__ /, ""));
    throw new NotFoundError(
      `There is no template "${template}": no project of that name has the management runbooks.${findNearNames(template, names)} Run managed-spaces install --project "${template}" first.`,
    );
  });
}

interface CheckedTenant extends NewTenant {
  spaceId: string | undefined;
  /** Whether the tenant has a key, or a service account, already. */
  hasKey: boolean;
  present: OctopusDocument | undefined;
  values: readonly TenantValue[];
}

async function checkAll(
  space: OctopusSpace,
  place: Place,
  { tenants, signal }: AddTenantsOptions,
): Promise<CheckedTenant[]> {
  const problems: string[] = [];
  const checked: CheckedTenant[] = [];
  const clients = new Map<string, OctopusClient>();
  const connect = (url: string, apiKey: string): OctopusClient => {
    const known = clients.get(`${url} ${apiKey}`) ?? createOctopusClient({ url, apiKey, ...(signal && { signal }) });
    clients.set(`${url} ${apiKey}`, known);
    return known;
  };
  for (const [index, tenant] of tenants.entries()) {
    const twin = tenants.findIndex((other) => isSameName(other.name, tenant.name));
    try {
      if (tenant.name.trim() === "") throw new ParameterError("a tenant needs a name");
      if (twin !== index) throw new ParameterError("it is there twice");
      checked.push(await check(space, { tenant, place, connect }));
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      problems.push(`the tenant "${tenant.name}": ${error.message}`);
    }
  }
  if (problems.length === 0) return checked;
  const list = problems.length === 1 ? problems.join("") : `\n${problems.map((problem) => `- ${problem}`).join("\n")}`;
  throw new ParameterError(`Failed to add ${list}${problems.length === 1 ? "" : "\n"} Nothing was written.`);
}

interface Check {
  tenant: NewTenant;
  place: Place;
  connect: (url: string, apiKey: string) => OctopusClient;
}

async function check(space: OctopusSpace, { tenant, place, connect }: Check): Promise<CheckedTenant> {
  const url = toServerUrl(tenant.url);
  for (const tag of tenant.tags) {
    if (place.tags.some((one) => isSameName(one, tag))) continue;
    throw new NotFoundError(`there is no tag "${tag}" in the space "${space.name}".${findNearNames(tag, place.tags)}`);
  }
  const present = place.tenants.find((one) => isSameName(textOf(one, "Name"), tenant.name));
  const values = present === undefined ? [] : (await openTenantValues(space, present.Id, ["sets"])).values;
  const given = (name: string): TenantValue | undefined => findValue(values, place, name);
  const known = given(addressVariable)?.value;
  if (typeof known === "string" && known !== "" && toServerUrl(known) !== url)
    throw new ParameterError(
      `it stands for a space at ${known} already. Give the tenant for ${url} another name, or change ${addressVariable} in Octopus.`,
    );
  const hasKey = [managedTenantSignIn.apiKey, managedTenantSignIn.serviceAccountId].some(
    (name) => given(name) !== undefined,
  );
  const spaceId = await findSpaceId(space, { ...tenant, url }, connect);
  const recorded = given(spaceVariable)?.value;
  if (spaceId !== undefined && typeof recorded === "string" && /^Spaces-\d+$/.test(recorded) && recorded !== spaceId)
    throw new ParameterError(
      `it stands for the space ${recorded} already. Give the tenant for ${spaceId} another name, or change ${spaceVariable} in Octopus.`,
    );
  return { ...tenant, url, spaceId, hasKey, present, values };
}

function findValue(values: readonly TenantValue[], { set }: Place, name: string): TenantValue | undefined {
  return values.find(({ ownerId, template }) => ownerId === set.Id && template === name);
}

const addressVariable = "ManagedTenant.Octopus.Url";
const spaceVariable = "ManagedTenant.Octopus.SpaceId";

/** Asks the instance, by the tenant's own key, so that a wrong one is not stored. */
async function findSpaceId(
  management: OctopusSpace,
  { url, apiKey, space }: NewTenant,
  connect: Check["connect"],
): Promise<string | undefined> {
  if (apiKey !== undefined) await connect(url, apiKey).get("/users/me");
  if (space === undefined) return undefined;
  const octopus = apiKey === undefined ? management.server : connect(url, apiKey);
  if (octopus.url !== url) {
    if (/^Spaces-\d+$/.test(space)) return space;
    throw new ParameterError(
      `its key is needed to find the space "${space}" at ${url}. Give the key, or the space's id, such as Spaces-42.`,
    );
  }
  return (await openSpace(octopus, space)).id;
}

async function ensureTenant(installer: Installer, tenant: CheckedTenant, place: Place): Promise<OctopusDocument> {
  const wanted = Object.fromEntries(place.projects.map((project) => [project.Id, [place.environment.Id]]));
  const spelled = tenant.tags.map((tag) => place.tags.find((one) => isSameName(one, tag)) ?? tag);
  return installer.ensure({
    label: "tenant",
    collection: "tenants",
    name: tenant.name,
    among: tenant.present === undefined ? [] : [tenant.present],
    create: { Description: "", TenantTags: spelled, ProjectEnvironments: wanted },
    update(current): JsonObject {
      const tags = textsOf(current, "TenantTags");
      const places = isJsonObject(current["ProjectEnvironments"]) ? current["ProjectEnvironments"] : {};
      const connected = Object.keys(wanted).map((id): [string, string[]] => {
        const environments = textsOf(places, id);
        return [
          id,
          environments.includes(place.environment.Id) ? environments : [...environments, place.environment.Id],
        ];
      });
      return {
        TenantTags: [...tags, ...spelled.filter((tag) => !tags.some((one) => isSameName(one, tag)))],
        ProjectEnvironments: { ...places, ...Object.fromEntries(connected) },
      };
    },
  });
}

interface Filling {
  tenant: CheckedTenant;
  document: OctopusDocument;
  place: Place;
  replaceKeys: boolean;
}

async function ensureValues(installer: Installer, { tenant, document, place, replaceKeys }: Filling): Promise<void> {
  const known = (name: string): TenantValue | undefined => findValue(tenant.values, place, name);
  const toValue = (template: string, value: TenantValue["value"]): TenantValue => ({
    ...known(template),
    ownerId: place.set.Id,
    template,
    environmentIds: known(template)?.environmentIds ?? [],
    value,
    controlType: known(template)?.controlType ?? "",
  });
  const plain = [
    [addressVariable, tenant.url],
    [spaceVariable, tenant.spaceId],
    [managedTenantSignIn.serviceAccountId, tenant.serviceAccountId],
  ] as const;
  const isKeyKept = known(managedTenantSignIn.apiKey) !== undefined && !replaceKeys;
  const set = [
    ...plain.flatMap(([template, value]) =>
      value === undefined || isSameAddress(known(template)?.value, value) ? [] : [toValue(template, value)],
    ),
    ...(tenant.apiKey === undefined || isKeyKept
      ? []
      : [toValue(managedTenantSignIn.apiKey, { HasValue: true, NewValue: tenant.apiKey })]),
  ];
  if (set.length === 0) return;
  const names = set.map(({ template }) => template).join(", ");
  await installer.change(
    {
      verb: document.Id === idToBe || tenant.values.length === 0 ? "create" : "update",
      what: `the values ${names} of the tenant "${tenant.name}"`,
    },
    () => changeTenantValues(installer.space, document.Id, { set, removed: [] }, ["sets"]),
  );
}

/** A slash at the end is nobody's change. */
function isSameAddress(known: TenantValue["value"] | undefined, wanted: string): boolean {
  return typeof known === "string" && known.replace(/\/+$/, "") === wanted;
}
