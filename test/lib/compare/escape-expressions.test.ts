import * as fc from "fast-check";
import { expect, test } from "vitest";
import { escapeFor } from "../../../lib/compare/escape-expressions.ts";
import { escapeExpressions } from "../../../lib/octopus/expressions.ts";
import { createVariableDictionary } from "../../octopus-server/worker/octostache.ts";

const dictionary = createVariableDictionary([
  ["Octopus.Space.Id", "Spaces-1"],
  ["a", "known"],
]);

test("whatever a value holds, Octopus makes the same of it again", () => {
  const pieces = fc.constantFrom("#", "##", "{", "}", "#{", "##{", "/if}", "if a}", "a", " ", "|", '"', "each i in a}");
  const values = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(values, (value) => {
      expect(dictionary.evaluate(escapeExpressions(value)).text).toBe(value);
    }),
  );
});

test.each([
  ["a#{b}", "a##{b}"],
  ["###{b}", "####{b}"],
  ["# ## {b}", "# ## {b}"],
])("%s is written as %s", (value, written) => {
  expect(escapeExpressions(value)).toBe(written);
});

test("only what becomes the value of a variable is escaped", () => {
  expect(escapeFor({ path: ["Variables", "Password", "Value"] }, "#{b}")).toBe("##{b}");
  expect(escapeFor({ path: ["Templates", "Password", "DefaultValue"] }, "#{b}")).toBe("##{b}");
  expect(escapeFor({ path: ["Details", "Password"] }, "#{b}")).toBe("#{b}");
});
