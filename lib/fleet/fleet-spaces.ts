import type { OctopusClient, OctopusSpace } from "../octopus/octopus-client.ts";
import { rememberReads, type RememberingSpace } from "../octopus/remember-reads.ts";
import { textOf } from "../model/json.ts";
import { NotAllowedError, NotFoundError, ParameterError } from "../step/errors.ts";
import type { InstanceAccess } from "./instance-access.ts";
import { placeOf, type FleetTenant } from "./list-tenants.ts";

/** The spaces of many tenants: each instance is asked once which it has. */
export interface FleetSpaces {
  /**
   * The space that the tenant stands for; what is asked of it is asked once.
   * @throws {@link ParameterError} for a tenant that has none yet or that is wrongly described, {@link NotAllowedError} without a key for its instance, {@link NotFoundError} for a space that is
   * not there, and as a client does for an instance that does not answer
   */
  open(tenant: FleetTenant): Promise<RememberingSpace>;
}

export function createFleetSpaces(access: InstanceAccess): FleetSpaces {
  const names = new Map<string, Promise<Map<string, string>>>();
  const open = new Map<string, Promise<RememberingSpace>>();

  /** So that an instance that does not answer is waited for once. */
  function listSpaces(url: string): Promise<Map<string, string>> {
    const listed = names.get(url) ?? listNames(access, url);
    names.set(url, listed);
    return listed;
  }

  async function openNow({ name, url, spaceId, problem }: FleetTenant): Promise<RememberingSpace> {
    if (problem !== undefined) throw new ParameterError(problem);
    if (spaceId === "") throw new TenantWithoutSpaceError(`The tenant "${name}" has no space yet.`);
    const client = openInstance(access, url);
    const space = (await listSpaces(url)).get(spaceId);
    if (space === undefined) throw new NotFoundError(`The space ${spaceId} is not there, or the key may not see it.`);
    return rememberReads(client.inSpace({ Id: spaceId, Name: space }));
  }

  return {
    open(tenant) {
      const key = placeOf(tenant);
      const opening = open.get(key) ?? openNow(tenant);
      open.set(key, opening);
      return opening;
    },
  };
}

/** Nothing was made for the tenant so far. */
export class TenantWithoutSpaceError extends ParameterError {}

/** Without a key nobody may look: what a deployment would do is not known then. */
function openInstance(access: InstanceAccess, url: string): OctopusClient {
  try {
    return access.open(url);
  } catch (error) {
    if (error instanceof ParameterError) throw new NotAllowedError(error.message, { cause: error });
    throw error;
  }
}

async function listNames(access: InstanceAccess, url: string): Promise<Map<string, string>> {
  const spaces = await openInstance(access, url).list("/spaces");
  return new Map(spaces.map((space) => [space.Id, textOf(space, "Name")]));
}

/** Where people find it. */
export function spaceUrl({ server, id }: Pick<OctopusSpace, "server" | "id">): string {
  return `${server.url}/app#/${id}`;
}
