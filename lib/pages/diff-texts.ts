import type { DiffHunk, DiffLine } from "../git/parse-diff.ts";

/** So many lines that are the same stand around those that differ. */
const around = 3;
/** More pairs of lines than this are not compared one by one: what differs is then shown as a whole. */
const mostPairs = 1_000_000;

/** What differs between two texts, line by line, where there is no Git to ask. */
export function diffTexts(old: string, now: string): DiffHunk[] {
  const [left, right] = [toLines(old), toLines(now)];
  const start = countSame(left, right);
  const end = Math.min(countSame(left.toReversed(), right.toReversed()), left.length - start, right.length - start);
  const [oldMiddle, newMiddle] = [left.slice(start, left.length - end), right.slice(start, right.length - end)];
  const same = (lines: string[]): Step[] => lines.map((text) => ({ kind: "context", text }));
  return toHunks(
    number([
      ...same(left.slice(0, start)),
      ...diffLines(oldMiddle, newMiddle),
      ...same(end === 0 ? [] : left.slice(-end)),
    ]),
  );
}

type Step = Pick<DiffLine, "kind" | "text">;

function toLines(text: string): string[] {
  return text === "" ? [] : text.split(/\r?\n/);
}

function countSame(left: readonly string[], right: readonly string[]): number {
  const end = left.findIndex((line, index) => line !== right[index]);
  return end === -1 ? left.length : end;
}

function diffLines(old: readonly string[], now: readonly string[]): Step[] {
  const isTooMuch = old.length * now.length > mostPairs;
  const common = isTooMuch ? [] : measureCommon(old, now);
  const steps: Step[] = [];
  let [left, right] = [0, 0];
  while (left < old.length || right < now.length) {
    const [oldLine, newLine] = [old[left], now[right]];
    const below = common[left + 1]?.[right] ?? 0;
    const beside = common[left]?.[right + 1] ?? 0;
    if (!isTooMuch && oldLine !== undefined && oldLine === newLine) {
      steps.push({ kind: "context", text: oldLine });
      left += 1;
      right += 1;
    } else if (oldLine !== undefined && (newLine === undefined || below >= beside)) {
      steps.push({ kind: "removed", text: oldLine });
      left += 1;
    } else {
      steps.push({ kind: "added", text: newLine ?? "" });
      right += 1;
    }
  }
  return steps;
}

/** How many lines the rest of both has in common, from each pair of lines on. */
function measureCommon(old: readonly string[], now: readonly string[]): Uint32Array[] {
  const rows = Array.from({ length: old.length + 1 }, () => new Uint32Array(now.length + 1));
  for (let left = old.length - 1; left >= 0; left -= 1)
    for (let right = now.length - 1; right >= 0; right -= 1) {
      const row = rows[left] ?? new Uint32Array();
      const next = rows[left + 1] ?? row;
      row[right] =
        old[left] === now[right] ? (next[right + 1] ?? 0) + 1 : Math.max(next[right] ?? 0, row[right + 1] ?? 0);
    }
  return rows;
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
