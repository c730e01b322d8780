import type { LookUp } from "../model/graph.ts";

/** Why nothing of a plan can be done; what it is about is told so that the same in other spaces is known to be the same. */
export interface Obstacle {
  /** A phrase about this space. */
  text: string;
  /** What the space has not. */
  lookUp?: LookUp;
  /** The names of variables of which the run has none: any of them would do. */
  variables?: string[];
}
