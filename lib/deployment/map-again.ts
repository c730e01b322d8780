import type { Manifest } from "../graph/manifest.ts";
import { parseWay } from "../mapping/kept-mapping.ts";
import { mapManifest } from "../mapping/map-manifest.ts";
import { placeInGraph } from "../mapping/place-resources.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import type { Receipt } from "../receipts/receipt.ts";
import { findThere } from "./find-there.ts";

/**
 * A package as the run that deployed the copy last would bring it: with that run's mapping, and the values that it read.
 * @param isPlaced - whether what only one space may have is as a later run has it already
 */
export async function mapAgain<T extends Manifest>(
  manifest: T,
  { mapping: text }: Pick<Receipt, "mapping">,
  space: OctopusSpace,
  { isPlaced = false }: { isPlaced?: boolean } = {},
): Promise<T> {
  let mapped = manifest;
  for (const way of (text === undefined ? undefined : parseWay(text)) ?? []) {
    if ("machines" in way) {
      if (!isPlaced) mapped = { ...mapped, graph: placeInGraph(mapped.graph, way).graph };
      continue;
    }
    const { mapping, values } = way;
    const readVariable = (name: string): string | undefined => values[name];
    const there = await findThere(mapped.graph, mapping, { space, readVariable });
    mapped = mapManifest(mapped, mapping, { readVariable, ...there }).manifest;
  }
  return mapped;
}
