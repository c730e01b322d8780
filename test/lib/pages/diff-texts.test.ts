import { expect, test } from "vitest";
import type { DiffHunk } from "../../../lib/git/parse-diff.ts";
import { diffTexts } from "../../../lib/pages/diff-texts.ts";
import { shortenAlike } from "../../../lib/pages/shorten-alike.ts";

test("shows lines that differ with three of those around them, however far apart they are", () => {
  const old = Array.from({ length: 40 }, (_, index) => `line ${index + 1}`);
  const now = old.with(4, "five").toSpliced(30, 1).concat("end");

  expect(diffTexts(old.join("\n"), now.join("\r\n")).map(toText)).toEqual([
    " line 2| line 3| line 4|-line 5|+five| line 6| line 7| line 8",
    " line 28| line 29| line 30|-line 31| line 32| line 33| line 34",
    " line 38| line 39| line 40|+end",
  ]);
});

test("has both texts in it, whatever they are", () => {
  const words = ["a", "b", "b", "", "c"];
  const texts = Array.from({ length: 60 }, (_, seed) =>
    Array.from({ length: (seed * 7) % 9 }, (_line, index) => words[(seed * 3 + index * seed) % 5] ?? "").join("\n"),
  );
  const wrong = texts.flatMap((old) => texts.filter((now) => !isTold(old, now)).map((now) => [old, now]));

  expect(wrong).toEqual([]);
});

function isTold(old: string, now: string): boolean {
  const lines = diffTexts(old, now).flatMap((hunk) => hunk.lines);
  const without = (left: string): string => lines.flatMap(({ kind, text }) => (kind === left ? [] : [text])).join("\n");
  return lines.length === 0 ? old === now : old.includes(without("added")) && now.includes(without("removed"));
}

test("texts that are too long to be compared line by line are shown as one change", () => {
  const [old, now] = ["old", "now"].map((word) => `same\n${`${word}\n`.repeat(2000)}same`);

  const lines = diffTexts(old ?? "", now ?? "").flatMap((hunk) => hunk.lines);

  expect(lines.filter(({ kind }) => kind === "removed")).toHaveLength(2000);
  expect(lines.filter(({ kind }) => kind === "added")).toHaveLength(2000);
});

test("long values are cut so that what differs is in what is left", () => {
  const long = "x".repeat(1000);

  const [one = "", two = "", none] = shortenAlike([`${long}one${long}`, `${long}two${long}`, ""]);

  expect(one).toMatch(/^…x{40}onex{157}… \(843 more characters\)$/);
  expect(two).toMatch(/^…x{40}twox{157}…/);
  expect(none).toBe("");
  expect(shortenAlike(["short", "👩‍👩‍👧 short, too"])).toEqual(["short", "👩‍👩‍👧 short, too"]);
  expect(shortenAlike([`${"👍".repeat(300)}`])[0]).toMatch(/^(👍){200}… \(100 more characters\)$/u);
});

function toText({ lines }: DiffHunk): string {
  const signs = { added: "+", removed: "-", context: " " } as const;
  return lines.map(({ kind, text }) => `${signs[kind]}${text}`).join("|");
}
