import fc from "fast-check";
import { expect, test } from "vitest";
import { parseDecisions, writeDecision } from "../../../lib/compare/given-decisions.ts";

const digest = fc.stringMatching(/^[0-9a-f]{6}$/);
const seen = fc.tuple(digest, digest, digest).map((parts) => parts.join("-"));
const choice = fc.constantFrom<"template" | "space">("template", "space");
/** Slashes, quotes, colons, arrows, brackets, emoji, and all that nobody thinks of. */
const name = fc
  .oneof(
    fc.string({ unit: "binary", minLength: 1 }),
    fc.constantFrom('"A/B › C: [d]" in "🚀"', "take the template's: it", "[aaaaaa-bbbbbb-cccccc]", "“x” – 日本"),
  )
  .filter((text) => text.trim() !== "");

test("what is written is read as the same, whatever things are called", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ choice, name, seen }), { minLength: 1, maxLength: 5 }), (all) => {
      const lines = parseDecisions(all.map(writeDecision).join("\n\n"));

      expect(lines).toEqual(all.map((one) => ({ ...one, name: one.name.replaceAll(/\s+/g, " ").trim() })));
    }),
  );
});

test("a line that is no decision is refused with its number", () => {
  expect(() => parseDecisions('\nkeep this space\'s: "Region"\ndrop it: "Region"')).toThrow(
    'Line 3 of "Decisions" is no decision: "drop it: "Region"". Begin it with "take the template\'s:" or "keep this space\'s:"',
  );
  expect(() => parseDecisions("take the template's:   ")).toThrow("Line 1");
  expect(parseDecisions("  \n\n")).toEqual([]);
});
