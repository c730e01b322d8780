import { anyOf, onlyFor, type Fields } from "./field.ts";

/** For which environments and tenants accounts, certificates and targets may be used: fewer tenants mean less, fewer environments too, but none of them all. */
export const tenantedFields: Fields = {
  EnvironmentIds: onlyFor("id", "environments"),
  TenantIds: anyOf("id", "tenants"),
  TenantTags: anyOf("tag", "tenant tags"),
};
