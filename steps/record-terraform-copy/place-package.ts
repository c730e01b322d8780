import { placeRunbook } from "../../lib/deployment/place-runbook.ts";
import type { Manifest } from "../../lib/graph/manifest.ts";

/** The package as the module had it: a runbook in the project that it came into. */
export function placePackage(manifest: Manifest, place: Parameters<typeof placeRunbook>[1]): Manifest {
  return manifest.root.kind === "runbook" ? placeRunbook(manifest, place) : manifest;
}
