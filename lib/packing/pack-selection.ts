import type { Manifest } from "../graph/manifest.ts";
import { describeEmpty, describeUnfit } from "../graph/list-unfit.ts";
import { readGraph, type GraphReading, type ReadOptions } from "../graph/read-graph.ts";
import type { Target } from "../model/graph.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import { isPackageId, packageIdOf } from "../octopus/package-id.ts";
import type { StepLog } from "../step/define-step.ts";
import { ConflictError, ParameterError } from "../step/errors.ts";
import { pushReading, type PackageContent, type PushOptions, type PushResult } from "./push-package.ts";
import { readLogos } from "./read-logos.ts";

export interface PackSelectionOptions extends Omit<ReadOptions, "projects" | "onProgress">, PushOptions {
  /** Whose built-in feed gets the package. */
  home: OctopusSpace;
  /** What the graph begins with. */
  wanted: Target;
  packageId: string | undefined;
  /** Whether images come along; they do when nothing is said. */
  logos?: boolean;
  /** What the package is called after when no id is said. */
  name: string;
  log: StepLog;
}

/** Reads what is wanted of a space and pushes it as a package to its home, unless the newest one holds the same. */
export async function packSelection(space: OctopusSpace, options: PackSelectionOptions): Promise<PushResult> {
  const { wanted, home, log } = options;
  const packageId = options.packageId ?? packageIdOf(options.name);
  refuseUnusable(packageId);
  // What others need is read after them, and counted from the beginning: the bar never goes back.
  let reached = 0;
  const read = await readGraph(space, wanted, {
    ...options,
    onProgress(percent, doing) {
      reached = Math.max(reached, percent);
      log.progress(reached, doing);
    },
  });
  refuseEmpty(read);
  for (const line of read.unfit) log.warn(describeUnfit(line));
  const { reading, ...logos } = options.logos === false ? { reading: read } : await withLogos(space, read);
  log.progress(80, "comparing with the newest package");
  const refuseForeign = (made: Manifest | undefined): void => refuseOther(made, { packageId, reading });
  return pushReading(home, { packageId, reading, ...logos, refuseForeign }, options);
}

/** Images are no resources: they go beside the graph, which says which of them stay behind. */
async function withLogos(
  space: OctopusSpace,
  reading: GraphReading,
): Promise<Pick<PackageContent, "reading" | "extras" | "extraFiles">> {
  const { extras, files, remarks } = await readLogos(space, reading.mayHaveLogos);
  const { graph } = reading;
  return {
    reading: { ...reading, graph: { ...graph, remarks: [...graph.remarks, ...remarks] } },
    ...(extras.logos !== undefined && { extras }),
    extraFiles: files,
  };
}

function refuseUnusable(packageId: string): void {
  if (isPackageId(packageId)) return;
  throw new ParameterError(
    `Failed to name the package "${packageId}": the id of a package has letters, digits, dots, hyphens and underscores, and begins with a letter or a digit. Fill in another "Package Id".`,
  );
}

function refuseEmpty(reading: GraphReading): void {
  if (reading.graph.nodes.length > 0) return;
  throw new ParameterError(
    `${describeEmpty(reading)} Nothing was pushed. Check what is selected and what is left out.`,
  );
}

function refuseOther(
  made: Manifest | undefined,
  { packageId, reading }: { packageId: string; reading: GraphReading },
): void {
  if (made === undefined) return;
  const isSameRoot = made.root.kind === reading.root.kind && made.source.project?.id === reading.source.project?.id;
  if (isSameRoot && made.source.space.id === reading.source.space.id) return;
  const { project, space } = made.source;
  const origin = project === undefined ? `the space "${space.name}"` : `"${project.name}" of the space "${space.name}"`;
  throw new ConflictError(
    `The newest package "${packageId}" in the built-in feed was made from ${origin}. Fill in another "Package Id", or delete that package if it is no longer needed.`,
  );
}
