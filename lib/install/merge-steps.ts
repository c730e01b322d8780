import { objectsOf, type JsonObject } from "../model/json.ts";
import { findAction, type InstalledStep } from "./installed-steps.ts";
import { createStep, upgradeAction, type StepPlacement, type WantedStep } from "./process-steps.ts";

export interface StepsToMerge {
  /** The process as it is. */
  present: JsonObject[];
  /** In the order in which they belong. */
  wanted: WantedStep[];
  /** What was put into the process before. */
  installed: InstalledStep[];
}

/** The process to be: our steps at this version, those of people as they are, and what people took out stays out. */
export function mergeSteps({ present, wanted, installed }: StepsToMerge, placement: StepPlacement): JsonObject[] {
  const known = new Map(installed.map((step) => [step.name, step]));
  const find = (steps: JsonObject[], step: WantedStep): JsonObject | undefined =>
    findAction(steps, step, known.get(step.name));
  const upgraded = wanted.reduce((steps, step) => {
    const action = find(steps, step);
    const properties = known.get(step.name)?.properties ?? [];
    return action === undefined
      ? steps
      : replaceAction(steps, action, upgradeAction(action, { wanted: step, installed: properties }, placement));
  }, present);
  return wanted.reduce((steps, step, index) => {
    if (known.has(step.name) || find(steps, step) !== undefined) return steps;
    const indexOf = (neighbor: WantedStep): number => indexOfAction(steps, find(steps, neighbor));
    const place = placeBetween(wanted.slice(0, index).map(indexOf), wanted.slice(index + 1).map(indexOf));
    return steps.toSpliced(place ?? steps.length, 0, createStep(step, placement));
  }, upgraded);
}

function replaceAction(steps: JsonObject[], before: JsonObject, after: JsonObject): JsonObject[] {
  return steps.map((step) => {
    const actions = objectsOf(step, "Actions");
    const index = actions.indexOf(before);
    return index === -1 ? step : { ...step, Actions: actions.with(index, after) };
  });
}

function indexOfAction(steps: JsonObject[], action: JsonObject | undefined): number {
  return steps.findIndex((step) => objectsOf(step, "Actions").some((one) => one === action));
}

/** Behind the nearest neighbor that comes before it, else before the nearest that comes after it. */
function placeBetween(before: number[], after: number[]): number | undefined {
  const previous = before.findLast((index) => index !== -1);
  return previous === undefined ? after.find((index) => index !== -1) : previous + 1;
}
