import type { OctopusSpace } from "../../octopus/octopus-client.ts";
import type { ChosenRunbook } from "./choose-runbook.ts";
import type { SameRun } from "./find-former-runs.ts";
import type { PinnedSnapshot } from "../../octopus/pin-snapshot.ts";
import type { Round } from "./tenant-run.ts";

/** What the work goes by, besides the server. */
export interface RunHost {
  /** @throws when the command is ended meanwhile */
  pause(milliseconds: number): Promise<void>;
  /** Milliseconds. */
  now(): number;
  /** Whether nothing more is to be started. */
  isStopping(): boolean;
  /** Whether the command is to end at once. */
  isEnded(): boolean;
  /** A sentence that people are to read at once. */
  tell(sentence: string): void;
  /** Shows how far all are. */
  show(round: Round): void;
}

/** What is to be done for many tenants. */
export interface Work {
  space: OctopusSpace;
  chosen: ChosenRunbook;
  snapshot: PinnedSnapshot;
  same: SameRun;
  /** As asked; undefined for what is usual. */
  atOnce: number | undefined;
  /** Whether the others are started, too, where all that are over failed alike. */
  keepsGoing: boolean;
  round: Round;
  /** Ids of the runs that were there before anything was started, by tenant. */
  newest: ReadonlyMap<string, string>;
}
