import { expect, test } from "vitest";
import { matchNames } from "../../../lib/graph/name-patterns.ts";

test("a line is a name or a pattern for the whole name", () => {
  const matches = matchNames(["Export Options", "Private\\..*", "A+B", "Old (copy"]);
  expect(["Export Options", "Private.Key", "A+B", "Old (copy", "AAB"].map(matches)).toEqual([
    true,
    true,
    true,
    true,
    true,
  ]);
  expect(["My Export Options", "NotPrivate.Key", "Privately"].map(matches)).toEqual([false, false, false]);
});

test("nothing matches no lines", () => {
  expect(matchNames([])("")).toBe(false);
});

test("a pattern that is none is refused", () => {
  expect(() => matchNames(["(Private.*"])).toThrow('Failed to read "(Private.*" as a name or a pattern');
});
