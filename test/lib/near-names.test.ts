import { expect, test } from "vitest";
import { findNearNames } from "../../lib/near-names.ts";

test("the nearest names are offered, the nearest first, and none where none is near", () => {
  expect(findNearNames("Prodction", ["Test", "Production", "Productions"])).toBe(
    ' Did you mean "Production" or "Productions"?',
  );
  expect(findNearNames("Web", ["API", "Database"])).toBe("");
});

test("a name with an emoji is near where its letters are, and nowhere else", () => {
  expect(findNearNames("Web", ["API/v1 🐙", "Shop 🛒🛒"])).toBe("");
  expect(findNearNames("Shop 🛒", ["API/v1 🐙", "Shops 🛒"])).toBe(' Did you mean "Shops 🛒"?');
});
