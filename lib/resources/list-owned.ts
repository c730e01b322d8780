import { textOf } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { limitConcurrency } from "../http/limit-concurrency.ts";
import { during, ServerFailureError, StepError, UnavailableError } from "../step/errors.ts";
import type { ResourceKind } from "./resource-kind.ts";

/** Fewer than the requests that may be under way at once, so that what others ask for meanwhile does not wait for all of these. */
const mostSingles = 16;

/**
 * What of the kind belongs to each of the owners, by the owner's id: for many of them at once where the server lists that, else for one
 * by one, side by side. What it refused once is not asked again in the same space.
 */
export async function listOwned(
  space: OctopusSpace,
  kind: ResourceKind,
  owners: readonly OctopusDocument[],
): Promise<Map<string, OctopusDocument[]>> {
  const listed = await listTogether(space, kind, owners);
  const left = owners.filter(({ Id }) => listed === undefined || isMissing(kind, listed.get(Id)));
  const limit = limitConcurrency(mostSingles);
  const read = async (owner: OctopusDocument): Promise<readonly [string, OctopusDocument[]]> => [
    owner.Id,
    await listNaming(space, kind, { owner, isOneOfMany: owners.length > 1 }),
  ];
  const single = await Promise.all(left.map((owner) => limit(() => read(owner))));
  return new Map([...(listed ?? []), ...single]);
}

/** Which one could not be read is what people have to know. */
async function listNaming(
  space: OctopusSpace,
  kind: ResourceKind,
  { owner, isOneOfMany }: { owner: OctopusDocument; isOneOfMany: boolean },
): Promise<OctopusDocument[]> {
  const name = textOf(owner, "Name") || owner.Id;
  try {
    return await during(`read the ${kind.label} of "${name}"`, () => kind.list(space, owner));
  } catch (error) {
    if (error instanceof StepError && isOneOfMany) error.message += ` Correct that, or leave "${name}" out.`;
    throw error;
  }
}

async function listTogether(
  space: OctopusSpace,
  kind: ResourceKind,
  owners: readonly OctopusDocument[],
): Promise<Map<string, OctopusDocument[]> | undefined> {
  const { listBelow, ownerIdOf } = kind;
  if (listBelow === undefined || ownerIdOf === undefined) return undefined;
  if (owners.length <= (kind.fewOwners ?? 1) || space.refusedLists.has(kind.id)) return undefined;
  try {
    return group(await listBelow(space, owners), { owners, ownerIdOf });
  } catch (error) {
    if (!(error instanceof StepError) || (error instanceof UnavailableError && !isOfOne(error))) throw error;
    space.refusedLists.add(kind.id);
    return undefined;
  }
}

/** One document that the server cannot read fails a list of all: alone, it is known by its owner's name. */
function isOfOne(error: StepError): boolean {
  return error instanceof ServerFailureError;
}

function group(
  documents: readonly OctopusDocument[],
  { owners, ownerIdOf }: { owners: readonly OctopusDocument[]; ownerIdOf: (document: OctopusDocument) => string },
): Map<string, OctopusDocument[]> {
  const byOwner = new Map<string, OctopusDocument[]>(owners.map(({ Id }) => [Id, []]));
  for (const document of documents) byOwner.get(ownerIdOf(document))?.push(document);
  return byOwner;
}

/** There is always one: whoever may not see it is told so when it is asked for alone. */
function isMissing(kind: ResourceKind, listed: OctopusDocument[] | undefined): boolean {
  return kind.isSingleton === true && (listed ?? []).length === 0;
}
