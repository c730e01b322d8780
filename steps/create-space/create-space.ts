import { setTimeout as sleep } from "node:timers/promises";
import { textOf, textsOf, type JsonObject } from "../../lib/model/json.ts";
import type { OctopusClient, OctopusDocument, OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { findSpaceByName, isSpaceId, openSpace } from "../../lib/octopus/spaces.ts";
import { warnOfOldServers } from "../../lib/octopus/supported-servers.ts";
import { getCommonTemplate, type CommonTemplate } from "../../lib/octopus/common-template.ts";
import { readCommonValue, recordCommonValue } from "../../lib/octopus/tenant-variables.ts";
import type { StepLog } from "../../lib/step/define-step.ts";
import { ConflictError, NotAllowedError, NotFoundError, StepError, UnavailableError } from "../../lib/step/errors.ts";
import { findTenantThatRecorded } from "./find-tenant-that-recorded.ts";
import { resolveManagers } from "./resolve-managers.ts";

export const spaceIdVariable = "ManagedTenant.Octopus.SpaceId";
export const urlVariable = "ManagedTenant.Octopus.Url";

export interface CreateSpaceInput {
  spaceName: string;
  spaceDescription: string | undefined;
  managerTeams: string[];
  managerUsers: string[];
  adoptExisting: boolean;
  managementSpaceId: string;
  tenantId: string;
  onlyPlan: boolean;
}

export interface CreateSpaceOptions {
  input: CreateSpaceInput;
  /** The instance with the tenant. */
  management: OctopusClient;
  /** The instance with the space. */
  instance: OctopusClient;
  log: StepLog;
  signal: AbortSignal;
}

export interface CreateSpaceOutcome {
  spaceId: string;
  isCreated: boolean;
  summary: string;
}

interface Work extends CreateSpaceOptions {
  upstream: OctopusSpace;
  tenant: OctopusDocument;
  template: CommonTemplate;
  /** Stands in the description of spaces that we make, so that a run that was killed before it recorded the id knows its space. */
  mark: string;
}

/**
 * The space that the tenant stands for: found by the recorded id, taken up, adopted or made; then its id is recorded.
 * @throws {@link ConflictError} when the name belongs to a space that is not the tenant's
 */
export async function createSpace(options: CreateSpaceOptions): Promise<CreateSpaceOutcome> {
  const { input, management, log } = options;
  const upstream = await openSpace(management, input.managementSpaceId);
  await warnOfOldServers([management, options.instance], log);
  const tenant = await getTenant(upstream, input.tenantId);
  const template = await getCommonTemplate(upstream, spaceIdVariable);
  const mark = `Managed space of the tenant ${tenant.Id} in ${upstream.id} at ${management.url}.`;
  const work: Work = { ...options, upstream, tenant, template, mark };

  const recorded = await readCommonValue(upstream, tenant.Id, template);
  const existing = isSpaceId(recorded) ? await getRecorded(work, recorded) : await findOurs(work);
  if (existing === undefined && input.onlyPlan) return plan(input);

  const space = existing ?? (await make(work));
  const hasNewManagers = existing !== undefined && (await addManagers(work, existing));
  if (!input.onlyPlan) await waitUntilUsable(work, space);
  const isRecording = input.onlyPlan
    ? recorded !== space.Id
    : await recordCommonValue(upstream, tenant.Id, template, space.Id);
  if (isRecording)
    log.info(
      `${input.onlyPlan ? "Would record" : "Recorded"} ${space.Id} in ${spaceIdVariable} of the tenant "${textOf(tenant, "Name")}".`,
    );
  const isCreated = existing === undefined;
  return { spaceId: space.Id, isCreated, summary: summarize(work, space, { isCreated, isRecording, hasNewManagers }) };
}

async function getTenant(space: OctopusSpace, id: string): Promise<OctopusDocument> {
  const tenant = await space.find(`/tenants/${encodeURIComponent(id)}`);
  if (tenant !== undefined) return tenant;
  throw new NotFoundError(
    `There is no tenant "${id}" in the space "${space.name}". Run the runbook for a tenant; an untenanted run has none.`,
  );
}

async function getRecorded({ instance, tenant, log, input }: Work, id: string): Promise<OctopusDocument> {
  const space = await instance.find(`/spaces/${id}`);
  if (space === undefined) {
    const user = await instance.find("/users/me");
    throw new NotFoundError(
      `The tenant "${textOf(tenant, "Name")}" has ${id} recorded, but ${instance.url} shows no such space to the user "${textOf(user ?? {}, "Username")}": it was deleted, or the user lacks the permission SpaceView in it. Give the user that permission, or clear ${spaceIdVariable} of the tenant to have a new space made.`,
    );
  }
  const name = textOf(space, "Name");
  if (name !== input.spaceName)
    log.info(`${id} is named "${name}" by now, not "${input.spaceName}"; it keeps that name.`);
  return space;
}

/** A space of the wanted name that may become this tenant's; undefined when the name is free. */
async function findOurs({ instance, input, upstream, tenant, mark, log }: Work): Promise<OctopusDocument | undefined> {
  const found = await findSpaceByName(instance, input.spaceName);
  if (found === undefined) return undefined;
  const owner = await findTenantThatRecorded(upstream, {
    spaceId: found.Id,
    serverUrl: instance.url,
    except: tenant.Id,
    spaceIdVariable,
    urlVariable,
  });
  const described = `The space "${textOf(found, "Name")}" (${found.Id}) exists at ${instance.url} already`;
  if (owner !== undefined) {
    throw new ConflictError(
      `${described}, and the tenant "${owner}" has it recorded as its own. Give one of the two tenants another "Space Name".`,
    );
  }
  if (textOf(found, "Description").includes(mark)) {
    log.info(`${found.Id} was made for this tenant by a run that did not finish; it is taken up again.`);
    return found;
  }
  if (input.adoptExisting) return found;
  throw new ConflictError(
    `${described}, and nothing says that it is this tenant's: no tenant has its id in ${spaceIdVariable}, and its description does not name this tenant. Set "Adopt an Existing Space", or choose another "Space Name".`,
  );
}

async function make(work: Work): Promise<OctopusDocument> {
  const { instance, input, mark, log } = work;
  const managers = await resolveManagers(instance, input);
  const body = {
    Name: input.spaceName,
    Description: [input.spaceDescription, mark].filter((part) => part !== undefined).join("\n\n"),
    SpaceManagersTeams: managers.teams,
    SpaceManagersTeamMembers: managers.users,
    IsDefault: false,
    TaskQueueStopped: false,
  };
  try {
    const space = await instance.post("/spaces", body);
    log.info(`Created the space "${input.spaceName}" (${space.Id}) at ${instance.url}.`);
    return space;
  } catch (error) {
    // An overlapping run for the same tenant was first: its space bears our mark.
    const found =
      error instanceof StepError && /already|exists|unique/i.test(error.message) ? await findOurs(work) : undefined;
    if (found === undefined) throw error;
    return found;
  }
}

/** Managers that people added stay; only those that are missing are added. */
async function addManagers({ instance, input, log }: Work, space: OctopusDocument): Promise<boolean> {
  const managers = await resolveManagers(instance, input);
  const teams = missing(managers.teams, textsOf(space, "SpaceManagersTeams"));
  const users = missing(managers.users, textsOf(space, "SpaceManagersTeamMembers"));
  if (teams.length === 0 && users.length === 0) return false;
  const verb = input.onlyPlan ? "Would add" : "Added";
  if (!input.onlyPlan) {
    const changed: JsonObject = {
      ...space,
      SpaceManagersTeams: [...textsOf(space, "SpaceManagersTeams"), ...teams],
      SpaceManagersTeamMembers: [...textsOf(space, "SpaceManagersTeamMembers"), ...users],
    };
    await instance.put(`/spaces/${space.Id}`, changed);
  }
  log.info(`${verb} the space managers ${[...teams, ...users].join(", ")}.`);
  return true;
}

function missing(wanted: string[], present: string[]): string[] {
  return wanted.filter((id) => !present.includes(id));
}

const seeded = ["lifecycles", "projectgroups", "feeds", "workerpools", "machinepolicies"];

/** A server fills a new space by itself, a little later; and a user who made a space does not always see into it. */
async function waitUntilUsable({ instance, log, signal }: Work, space: OctopusDocument): Promise<void> {
  const name = textOf(space, "Name");
  const inside = instance.inSpace({ Id: space.Id, Name: name });
  const attempts = 60;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const absent: string[] = [];
    for (const collection of seeded) {
      if (await isEmpty(inside, collection)) absent.push(collection);
    }
    if (absent.length === 0) return;
    if (attempt === attempts) {
      throw new UnavailableError(
        `The space "${name}" (${space.Id}) exists, but the server has not filled in its ${absent.join(", ")} after two minutes. Run the step again later.`,
      );
    }
    log.progress(
      Math.round((100 * attempt) / attempts),
      `Waiting for the server to fill in the ${absent.join(", ")} of "${name}"`,
    );
    await sleep(Math.min(2000, 100 * attempt), undefined, { signal });
  }
}

async function isEmpty(space: OctopusSpace, collection: string): Promise<boolean> {
  try {
    const page = await space.getJson(`/${collection}`, { skip: 0, take: 1 });
    return typeof page !== "object" || page === null || !("TotalResults" in page) || page["TotalResults"] === 0;
  } catch (error) {
    if (!(error instanceof NotAllowedError || error instanceof NotFoundError)) throw error;
    const user = textOf((await space.server.find("/users/me")) ?? {}, "Username");
    throw new NotAllowedError(
      `The space "${space.name}" (${space.id}) exists, but the user "${user}" of the API key cannot work in it. Add the user to "Space Manager Users", or one of the user's teams to "Space Manager Teams".`,
      { cause: error },
    );
  }
}

function plan(input: CreateSpaceInput): CreateSpaceOutcome {
  return { spaceId: "", isCreated: false, summary: `Would create the space "${input.spaceName}".` };
}

function summarize(
  { instance, input }: Work,
  space: OctopusDocument,
  { isCreated, isRecording, hasNewManagers }: { isCreated: boolean; isRecording: boolean; hasNewManagers: boolean },
): string {
  const link = `[${textOf(space, "Name")}](${instance.url}/app#/${space.Id}) (${space.Id})`;
  if (isCreated) return `Created the space ${link}.`;
  if (!isRecording && !hasNewManagers) return `The space ${link} is there; nothing to do.`;
  if (input.onlyPlan) return `Would bring the space ${link} up to date.`;
  return isRecording
    ? `The space ${link} was there and is recorded now.`
    : `The space ${link} is there and has its managers now.`;
}
