import type { Resource } from "../model/collection.ts";
import { textOf } from "../model/fields.ts";
import { isAdministrator, isAllowed, scopeOf, sightOf } from "../model/permissions.ts";
import { forbidden, type Call } from "./route.ts";

/** @throws a 403 that names the permission, unless the caller has it for this document */
export function requirePermission(
  call: Call,
  permission: string | undefined,
  options: { kind: string; resource: Resource },
): void {
  if (permission === undefined || mayFor(call, permission, options)) return;
  throw forbidden(permission);
}

/** The documents that the caller may see; what scoped roles leave out is missing from lists (docs: user roles, scoping). */
export function visible(
  call: Call,
  resources: Resource[],
  options: { kind: string; permission: string | undefined },
): Resource[] {
  const { kind, permission } = options;
  if (permission === undefined || isAdministrator(call.model, call.user)) return resources;
  if (resources.length === 0) return resources;
  const sees = sightOf(call.model, call.user, permission);
  return resources.filter((resource) =>
    sees(textOf(resource, "SpaceId") || null, () => scopeOf(kind, resource, call.model)),
  );
}

function mayFor(call: Call, permission: string, { kind, resource }: { kind: string; resource: Resource }): boolean {
  return isAllowed(call.model, call.user, { permission, scope: scopeOf(kind, resource, call.model) });
}
