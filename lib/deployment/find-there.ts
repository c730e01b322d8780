import { listMissing } from "../compare/find-look-ups.ts";
import { createSpaceDirectory } from "../compare/space-directory.ts";
import { listWanted } from "../mapping/apply-mapping.ts";
import type { MappingContext } from "../mapping/mapping-run.ts";
import type { Mapping } from "../mapping/mapping-schema.ts";
import { targetId, type ResourceGraph, type Target } from "../model/graph.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";

/** Whether the space has what the package needs there. It is only asked where the mapping says what to do about what is missing. */
export async function findThere(
  graph: ResourceGraph,
  mapping: Mapping,
  { space, readVariable }: { space: OctopusSpace } & Pick<MappingContext, "readVariable">,
): Promise<{ has?(target: Target): boolean }> {
  if (mapping.scopes === undefined) return {};
  const missing = await listMissing(listWanted(graph, mapping, { readVariable }), {
    space,
    directory: createSpaceDirectory(space),
  });
  const ids = new Set(missing.map(({ kind, key }) => targetId({ kind, key })));
  return { has: ({ kind, key }) => !ids.has(targetId({ kind, key })) };
}
