import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { NotFoundError } from "../step/errors.ts";
import type { ResourceKind } from "./resource-kind.ts";

/** All of a space's own kind; undefined where its server is older than the kind, and so does not have the route. */
export async function listIfKnown(kind: ResourceKind, space: OctopusSpace): Promise<OctopusDocument[] | undefined> {
  try {
    return await kind.list(space);
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}
