import type { Change } from "../install/installer.ts";
import type { CommandContext } from "./command-context.ts";

const past = {
  create: "created",
  update: "updated",
  upload: "uploaded",
  publish: "published",
  delete: "deleted",
} as const;

/** A line for each change, as it is made or would be. */
export function tellChange({ write }: CommandContext, onlyPlan: boolean): (change: Change) => void {
  return ({ verb, what }) => write("stdout", `${onlyPlan ? `would ${verb}` : past[verb]} ${what}\n`);
}

interface Outcome {
  changes: readonly Change[];
  /** What a person has to do now, one sentence each. */
  remaining: readonly string[];
}

/** How many there were, and what is left to do. */
export function describeOutcome({ changes, remaining }: Outcome, onlyPlan: boolean): string {
  const done =
    changes.length === 0 ? "Everything is in place; nothing to do.\n" : describeCount(changes.length, onlyPlan);
  return remaining.length === 0 ? done : `${done}\nWhat remains for you:\n${describeList(remaining)}`;
}

/** `3 changes to make.` */
export function describeCount(count: number, onlyPlan: boolean): string {
  return `${count} ${count === 1 ? "change" : "changes"}${onlyPlan ? " to make" : " made"}.\n`;
}

/** Below a heading. */
export function describeList(sentences: readonly string[]): string {
  return sentences.map((sentence) => `  - ${sentence}\n`).join("");
}
