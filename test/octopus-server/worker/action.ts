import type { Resource } from "../model/collection.ts";
import type { Fields } from "../model/fields.ts";
import type { OctopusModel } from "../model/model.ts";
import type { ActionLog, ProcessReport } from "./action-log.ts";
import type { Masker } from "./masking.ts";
import type { VariableDictionary } from "./octostache.ts";

/** One action about to run: everything that the code for its type needs. */
export interface ActionRun {
  model: OctopusModel;
  task: Resource;
  action: Fields;
  /** What the action sees; changes last as long as the action. */
  variables: VariableDictionary;
  log: ActionLog;
  masker: Masker;
  /** An empty directory of its own, removed afterwards. */
  directory: string;
  /** The whole environment of the processes that it starts. */
  environment: Record<string, string>;
  /** Aborted when the task is canceled or the time is up. */
  signal: AbortSignal;
  report: ProcessReport;
  /** Waits for a person without taking one of the worker's places. */
  pause<T>(wait: () => Promise<T>): Promise<T>;
}

/** A step failed for a reason that the task log tells. */
export class ActionFailure extends Error {
  override readonly name = "ActionFailure";
}
