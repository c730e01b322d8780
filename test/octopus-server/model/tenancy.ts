import type { Resource } from "./collection.ts";
import { fieldsOf, textsOf } from "./fields.ts";

/** Ids of the environments in which a tenant is connected to a project; none when it is not connected. */
export function tenantEnvironments(tenant: Resource, projectId: string): string[] {
  return textsOf(fieldsOf(tenant, "ProjectEnvironments"), projectId);
}

export function isConnected(tenant: Resource, projectId: string): boolean {
  return Object.hasOwn(fieldsOf(tenant, "ProjectEnvironments"), projectId);
}

/** Within one tag set any tag does, of several sets each must match (docs, tenant tags: tag filters). */
export function hasTags(tenant: Resource, tags: readonly string[]): boolean {
  const own = new Set(textsOf(tenant, "TenantTags").map((tag) => tag.toLowerCase()));
  const bySet = new Map<string, string[]>();
  for (const tag of tags.map((text) => text.toLowerCase())) {
    const set = tag.split("/")[0] ?? "";
    bySet.set(set, [...(bySet.get(set) ?? []), tag]);
  }
  return [...bySet.values()].every((alternatives) => alternatives.some((tag) => own.has(tag)));
}
