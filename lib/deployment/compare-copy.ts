import { compareGraph, type Compared, type GivenDecisions } from "../compare/compare-graph.ts";
import type { CompareOptions } from "../compare/comparison.ts";
import type { Manifest } from "../graph/manifest.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import type { Memory } from "../receipts/memory.ts";

export interface CompareCopyOptions
  extends
    Pick<
      CompareOptions,
      | "overwrite"
      | "isPartial"
      | "isUnfinished"
      | "isAdopting"
      | "missingStepTemplates"
      | "problems"
      | "installed"
      | "claimsUsed"
      | "madeTemplates"
    >,
    GivenDecisions {
  space: OctopusSpace;
  /** Of the package that is, or would be, deployed. */
  manifest: Manifest;
  /** What the copy was, as its receipt tells. */
  memory: Memory;
  /** What the copy of a project is to be called. */
  projectName?: string | undefined;
  /** By kind, documents that were read already: the copy, and others that may have its name. */
  known?: ReadonlyMap<string, OctopusDocument[]> | undefined;
  secrets: Omit<CompareOptions["secrets"], "sent"> & { sendsAll?: boolean };
}

/** What deploying a package to a copy would do, and what carries it out. Writes nothing. */
export function compareCopy({ manifest, memory, secrets, ...options }: CompareCopyOptions): Promise<Compared> {
  const { sendsAll = false, ...source } = secrets;
  return compareGraph({
    ...options,
    graph: manifest.graph,
    canDetach: manifest.git === undefined,
    history: memory,
    decisions: memory.decisions,
    secrets: { ...source, sent: sendsAll ? {} : memory.secrets },
  });
}
