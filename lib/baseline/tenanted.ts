import { names, tags } from "./references.ts";
import { usually, type Fields } from "./value.ts";
import { oneOf } from "./words.ts";

/** For which environments and tenants something may be used. */
export const tenanted: Fields = {
  environments: names("environment", "EnvironmentIds", "For which it may be used. Left out: all."),
  tenantedDeployments: usually(
    oneOf("TenantedDeploymentParticipation", "Whether deployments for tenants may use it.", [
      "Untenanted",
      "Tenanted",
      "TenantedOrUntenanted",
    ]),
    "Untenanted",
  ),
  tenants: names("tenant", "TenantIds", "Tenants that may use it."),
  tenantTags: tags("TenantTags", "Tags of tenants that may use it, as `Set/Tag`."),
};
