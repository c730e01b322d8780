import { placeRunbook } from "../deployment/place-runbook.ts";
import type { Manifest } from "../graph/manifest.ts";
import type { KeptPlaces } from "../mapping/kept-mapping.ts";
import { placeResources } from "../mapping/place-resources.ts";
import { capitalize, describeByKind } from "../resources/describe-by-kind.ts";

/** Where what is deployed goes, and what of it, as the form of the deploying step says. */
export interface ContentPlace {
  /** Of the package of a space: what becomes of what only one space or server may have. */
  places: KeptPlaces;
  /** Of the package of a runbook: the project that gets it, and its name there. */
  intoProject: string | undefined;
  runbookName: string | undefined;
}

/** Whether the form says where a runbook goes, and not its copies. */
export function isPlaced({ intoProject, runbookName }: Pick<ContentPlace, "intoProject" | "runbookName">): boolean {
  return intoProject !== undefined || runbookName !== undefined;
}

/** What is deployed as the step that deploys it makes it before it looks at a space, and what that leaves out, a sentence each. */
export function placeContent(
  manifest: Manifest,
  { isPartial, places, ...place }: ContentPlace & { isPartial: boolean },
): { manifest: Manifest; remarks: string[] } {
  const { kind } = manifest.root;
  if (kind === "runbook" && isPlaced(place))
    return {
      manifest: placeRunbook(manifest, { project: place.intoProject, runbook: place.runbookName }),
      remarks: [],
    };
  if (kind !== "space" || isPartial) return { manifest, remarks: [] };
  const placed = placeResources(manifest, places);
  return {
    manifest: placed.manifest,
    remarks: placed.remarks.map(({ about, text }) => `${capitalize(describeByKind(about))}: ${text}.`),
  };
}
