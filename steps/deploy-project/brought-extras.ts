import type { Bringing } from "../../lib/deployment/deploy-package.ts";
import type { BroughtAlong } from "../../lib/deployment/report-deployment.ts";
import type { Extras } from "../../lib/graph/extras.ts";
import type { Target } from "../../lib/model/graph.ts";
import type { OctopusSpace } from "../../lib/octopus/octopus-client.ts";

export interface AppliedResource {
  target: Target;
  action: "create" | "update" | "none" | "skip";
  /** What people changed in it and have kept. */
  kept: readonly unknown[];
  /** Undefined when it is not in the space. */
  id?: string | undefined;
}

export interface ExtrasOptions {
  space: OctopusSpace;
  extras: Extras;
  /** What was done with the resources of the copy. */
  resources: readonly AppliedResource[];
  /** "" when there is no copy yet. */
  projectId: string;
  projectName: string;
  /** The copy's, as the receipt's upstream has it. */
  recorded: Readonly<Record<string, string>>;
  /** Whether a run before was cut off, of whose writes nothing is known. */
  isResumed: boolean;
  overwrite: boolean;
  /** Whether runbooks that are published in the template are published in the copy. */
  publish: boolean;
  onlyPlan: boolean;
  readFile: (path: string) => string | undefined;
}

export interface BroughtExtras extends BroughtAlong, Bringing {}

/** Brought nothing, and found nothing of people's. */
export const nothing: BroughtExtras = { written: [], kept: [], failed: [], record: {} };
