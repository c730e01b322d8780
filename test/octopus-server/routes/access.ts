import type { Resource } from "../model/collection.ts";
import type { DocumentFilter } from "../model/columns.ts";
import { textOf } from "../model/fields.ts";
import { isAdministrator, isAllowed, scopeOf, sightOf, type PermissionScope } from "../model/permissions.ts";
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
  const { seesSpace, sees } = sightOf(call.model, call.user, permission);
  return resources.filter((resource) => {
    const spaceId = textOf(resource, "SpaceId");
    return seesSpace(spaceId) && (sees?.(spaceId, () => scopeOf(kind, resource, call.model)) ?? true);
  });
}

/** The same for kinds of which there are very many. @param scope - what restricts access to a document */
export function visibleFilters(
  call: Call,
  permission: string,
  scope: (resource: Resource) => PermissionScope,
): DocumentFilter[] {
  const { seesSpace, sees } = sightOf(call.model, call.user, permission);
  return [
    { by: "text", name: "SpaceId", accepts: seesSpace },
    ...(sees === undefined
      ? []
      : [
          {
            by: "document" as const,
            accepts: (resource: Resource) => sees(textOf(resource, "SpaceId"), () => scope(resource)),
          },
        ]),
  ];
}

function mayFor(call: Call, permission: string, { kind, resource }: { kind: string; resource: Resource }): boolean {
  return isAllowed(call.model, call.user, { permission, scope: scopeOf(kind, resource, call.model) });
}
