import type { Manifest } from "../graph/manifest.ts";
import { mapManifest } from "../mapping/map-manifest.ts";
import { parseMapping } from "../mapping/parse-mapping.ts";

/** The package as one for this project and of this name, where they are others than its own. */
export function placeRunbook(
  manifest: Manifest,
  { project, runbook }: { project: string | undefined; runbook: string | undefined },
): Manifest {
  const [ownProject = "", ownRunbook = ""] = manifest.root.key;
  const mapping = {
    ...(project !== undefined && project !== ownProject && { projects: { [ownProject]: project } }),
    ...(runbook !== undefined && runbook !== ownRunbook && { runbooks: { [ownRunbook]: runbook } }),
  };
  if (Object.keys(mapping).length === 0) return manifest;
  return mapManifest(manifest, parseMapping(JSON.stringify(mapping), "Mapping"), { readVariable: () => undefined })
    .manifest;
}
