import { diffArrays } from "diff";
import type { DiffHunk, DiffLine } from "../git/parse-diff.ts";

/** So many lines that are the same stand around those that differ. */
const around = 3;
/** Of texts with more lines that differ, what differs is shown as a whole: to compare them takes longer than to read them. */
const mostEdits = 1000;

/** What differs between two texts, line by line, where there is no Git to ask. */
export function diffTexts(old: string, now: string): DiffHunk[] {
  const [left, right] = [toLines(old), toLines(now)];
  const changes = diffArrays(left, right, { maxEditLength: mostEdits });
  const steps = changes?.flatMap(({ value, added, removed }) =>
    toSteps(value, added ? "added" : removed ? "removed" : "context"),
  );
  return toHunks(number(steps ?? [...toSteps(left, "removed"), ...toSteps(right, "added")]));
}

type Step = Pick<DiffLine, "kind" | "text">;

function toSteps(lines: readonly string[], kind: Step["kind"]): Step[] {
  return lines.map((text) => ({ kind, text }));
}

function toLines(text: string): string[] {
  return text === "" ? [] : text.split(/\r?\n/);
}

function number(steps: readonly Step[]): DiffLine[] {
  let [oldLine, newLine] = [1, 1];
  return steps.map(({ kind, text }) => ({
    kind,
    text,
    ...(kind !== "added" && { oldLine: oldLine++ }),
    ...(kind !== "removed" && { newLine: newLine++ }),
  }));
}

function toHunks(lines: readonly DiffLine[]): DiffHunk[] {
  const isNear = (index: number): boolean =>
    lines.slice(Math.max(0, index - around), index + around + 1).some(({ kind }) => kind !== "context");
  const hunks: DiffHunk[] = [];
  let wasNear = false;
  lines.forEach((line, index) => {
    const near = isNear(index);
    if (near && !wasNear) hunks.push({ heading: "", lines: [] });
    if (near) hunks.at(-1)?.lines.push(line);
    wasNear = near;
  });
  return hunks;
}
