import type { Manifest } from "../graph/manifest.ts";
import { parseKeptMapping } from "../mapping/kept-mapping.ts";
import { mapManifest } from "../mapping/map-manifest.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import type { Receipt } from "../receipts/receipt.ts";
import { findThere } from "./find-there.ts";

/** A package as the run that deployed the copy last would bring it: with that run's mapping, and the values that it read. */
export async function mapAgain<T extends Manifest>(
  manifest: T,
  { mapping: text }: Pick<Receipt, "mapping">,
  space: OctopusSpace,
): Promise<T> {
  const kept = text === undefined ? undefined : parseKeptMapping(text);
  if (kept === undefined) return manifest;
  const there = await findThere(manifest.graph, kept.mapping, space);
  return mapManifest(manifest, kept.mapping, { readVariable: (name) => kept.values[name], ...there }).manifest;
}
