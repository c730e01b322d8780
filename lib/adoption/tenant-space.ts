import { textOf } from "../model/json.ts";
import { getCommonTemplate } from "../octopus/common-template.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import { isSameName } from "../octopus/same-name.ts";
import { readCommonValue } from "../octopus/tenant-variables.ts";
import { NotFoundError } from "../step/errors.ts";

/** Where the space is that a tenant stands for. */
export interface TenantSpace {
  tenant: string;
  url: string;
  /** Or a name; a placeholder until the space was made. */
  spaceId: string;
}

/** @throws {@link NotFoundError} when the management space has no such tenant, or does not know where its space is */
export async function findTenantSpace(management: OctopusSpace, name: string): Promise<TenantSpace> {
  const tenants = await management.list("/tenants", { partialName: name });
  const tenant = tenants.find((one) => isSameName(textOf(one, "Name"), name));
  if (tenant === undefined)
    throw new NotFoundError(
      `The space "${management.name}" has no tenant "${name}", or the user of the API key may not see it. Check --tenant.`,
    );
  const read = async (variable: string): Promise<string> =>
    readCommonValue(management, tenant.Id, await getCommonTemplate(management, variable));
  const url = await read("ManagedTenant.Octopus.Url");
  if (url.trim() === "")
    throw new NotFoundError(
      `The tenant "${textOf(tenant, "Name")}" has no value for ManagedTenant.Octopus.Url, so nobody knows where its space is. Give it the address of the server.`,
    );
  return { tenant: textOf(tenant, "Name"), url, spaceId: await read("ManagedTenant.Octopus.SpaceId") };
}
