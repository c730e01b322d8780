import { createHash } from "node:crypto";
import { createManifest, type Manifest } from "../graph/manifest.ts";
import { ownSpace } from "../model/graph.ts";
import { canonicalJson, textOf } from "../model/json.ts";
import type { Baseline } from "./baseline-schema.ts";
import { toGraph } from "./baseline-to-graph.ts";

/** What a baseline is known by in a space. */
export function nameBaseline(baseline: Baseline): string {
  return textOf(baseline, "name") || "baseline";
}

/** A baseline comes from no space: it is a package that a person wrote. */
export function toBaselineManifest(baseline: Baseline): Manifest {
  return createManifest({
    root: ownSpace,
    package: { id: nameBaseline(baseline) },
    source: { space: { id: "", name: "" } },
    graph: toGraph(baseline),
  });
}

/** Tells which content a space was given. */
export function digestBaseline({ graph }: Manifest): string {
  return createHash("sha256").update(canonicalJson(graph.nodes)).digest("hex").slice(0, 12);
}
