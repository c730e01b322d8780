import { describeTarget, type Remark, type Target } from "../model/graph.ts";
import type { Mapping } from "./mapping-schema.ts";

/** What a mapping asks of the run and of the space. */
export interface MappingContext {
  /** One Octopus variable of the run; undefined when it has none of that name. */
  readVariable(name: string): string | undefined;
  /** Whether the space has, or will have, what is called so there. Left out: whatever is missing is told when it is compared. */
  has?(target: Target): boolean;
  /** What files in Git name; absent where that is not known. */
  named?: readonly Target[];
}

/** One application of a mapping, and what it found so far. */
export interface MappingRun extends MappingContext {
  mapping: Mapping;
  /** What was left out, and why. */
  remarks: Remark[];
  /** Why the mapping cannot be applied: a sentence each. */
  problems: string[];
  /** Places of which several are told in one sentence, by what is told. */
  places: Record<PlaceProblem, string[]>;
  /** Rules that are about nothing in the package. */
  warnings: string[];
}

export type PlaceProblem = "widened" | "mismatched" | "needed" | "unknown" | "sensitive";

/** One that has found nothing yet. */
export function createRun(mapping: Mapping, context: MappingContext): MappingRun {
  const places: MappingRun["places"] = { widened: [], mismatched: [], needed: [], unknown: [], sensitive: [] };
  return { ...context, mapping, remarks: [], problems: [], warnings: [], places };
}

/** How sentences name an item: `the variable "Greeting" of "Hello World"`. */
export function describeItem({ kind, key }: Target): string {
  return describeTarget({ kind, key }, kind);
}
