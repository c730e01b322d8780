import type { OctopusSpace } from "../../octopus/octopus-client.ts";
import { chooseRunbook, type ChosenRunbook, type RunbookWish } from "./choose-runbook.ts";
import type { TenantSelection } from "../list-tenants.ts";
import { chooseTenants } from "./choose-tenants.ts";
import { findFormerRuns } from "./find-former-runs.ts";
import { chooseSnapshot, type SnapshotChoice } from "../../octopus/pin-snapshot.ts";
import { readPromptedValues, type GivenValues, type PromptedValues } from "./prompted-values.ts";
import type { TenantRun } from "./tenant-run.ts";

/** What people ask for. */
export interface ManyWish {
  runbook: RunbookWish;
  tenants: TenantSelection;
  given: GivenValues;
  /** What succeeded is started again. */
  again: boolean;
  /** Whether a success lasts: it does where the snapshot says all that the runbook brings. */
  isLasting: boolean;
  /** Milliseconds. */
  now: number;
}

/** All that is known before anything is started. */
export interface PreparedWork {
  chosen: ChosenRunbook;
  snapshot: SnapshotChoice;
  values: PromptedValues;
  runs: TenantRun[];
  /** What people are to know before anything is started, one sentence each. */
  remarks: string[];
  /** Ids of the newest runs that there are, by tenant. */
  newest: ReadonlyMap<string, string>;
}

/** Reads what is to be known, and writes nothing. @throws for what is wrong in the wish, in one sentence */
export async function prepareWork(space: OctopusSpace, wish: ManyWish): Promise<PreparedWork> {
  const chosen = await chooseRunbook(space, wish.runbook);
  const [{ runs, remarks }, snapshot] = await Promise.all([
    chooseTenants(space, wish.tenants, chosen),
    chooseSnapshot(space, chosen.runbook),
  ]);
  const values = await readPromptedValues(space, chosen, { snapshot: snapshot.known, given: wish.given });
  const former = await findFormerRuns(space, { runs, chosen }, { ...wish, snapshotId: snapshot.known?.id, values });
  return { chosen, snapshot, values, remarks, ...former };
}
