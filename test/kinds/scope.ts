import type { OctopusDocument, OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { awkward } from "./kind-story.ts";

/** An environment, a tenant and a tag of a space, under names that are the same in every space. */
export interface Scope {
  environment: string;
  tenant: string;
  tag: string;
}

/** Makes what {@link findScope} finds. */
export async function makeTenants(space: OctopusSpace): Promise<void> {
  await space.post("/tagsets", { Name: "Region", Tags: [{ Name: "Europe", Color: "#333333" }] });
  await space.post("/tenants", { Name: awkward("Tenant"), TenantTags: ["Region/Europe"], ProjectEnvironments: {} });
}

/** The tenant and the tag that were made, with a new environment. */
export async function makeScope(space: OctopusSpace): Promise<Scope> {
  const environment = await ensureEnvironment(space);
  const [tenant] = await space.list("/tenants");
  return { environment: environment.Id, tenant: tenant?.Id ?? "", tag: "Region/Europe" };
}

/** Another story of the same space may have made it. */
export async function ensureEnvironment(space: OctopusSpace): Promise<OctopusDocument> {
  const name = awkward("Production");
  const found = (await space.list("/environments")).find((environment) => environment["Name"] === name);
  return found ?? space.post("/environments", { Name: name });
}

/** As accounts, certificates and targets have it. */
export function scoped({ environment, tenant, tag }: Scope): {
  EnvironmentIds: string[];
  TenantedDeploymentParticipation: string;
  TenantIds: string[];
  TenantTags: string[];
} {
  return {
    EnvironmentIds: [environment],
    TenantedDeploymentParticipation: "TenantedOrUntenanted",
    TenantIds: [tenant],
    TenantTags: [tag],
  };
}
