import { objectsOf, textOf } from "../model/json.ts";
import { NotFoundError } from "../step/errors.ts";
import type { OctopusSpace } from "./octopus-client.ts";
import { isSameName } from "./same-name.ts";
import type { TenantValue } from "./tenant-value.ts";

/** The ids of templates, as far as some value tells them. */
export type TemplateIds = readonly { ownerId: string; template: string; id: string }[];

/**
 * What finds the id of each value's template; what no value tells so far is read from the projects and sets.
 * @throws {@link NotFoundError} for a template that its owner does not have
 */
export async function findTemplateIds(
  space: OctopusSpace,
  known: TemplateIds,
  values: readonly TenantValue[],
): Promise<(value: TenantValue) => string> {
  const open = values.filter((value) => find(known, value) === undefined).map(({ ownerId }) => ownerId);
  const all = [...known, ...(await Promise.all([...new Set(open)].map((ownerId) => readIds(space, ownerId)))).flat()];
  return (value) => {
    const id = find(all, value);
    if (id === undefined)
      throw new NotFoundError(
        `The space "${space.name}" has no variable template "${value.template}" in ${value.ownerId}, for which a tenant is to have a value. Add it there, or serialize the tenant again.`,
      );
    return id;
  };
}

function find(ids: TemplateIds, { ownerId, template }: TenantValue): string | undefined {
  return ids.find((one) => one.ownerId === ownerId && isSameName(one.template, template))?.id;
}

async function readIds(space: OctopusSpace, ownerId: string): Promise<TemplateIds> {
  const collection = ownerId.startsWith("Projects-") ? "projects" : "libraryvariablesets";
  const owner = await space.get(`/${collection}/${ownerId}`);
  return objectsOf(owner, "Templates").map((template) => ({
    ownerId,
    template: textOf(template, "Name"),
    id: textOf(template, "Id"),
  }));
}
