import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createExpressionCheck, isExpressible } from "../../../lib/octopus/expressible-names.ts";
import { createVariableDictionary } from "../../octopus-server/worker/octostache.ts";

test.each([
  "Database[Development].Password",
  "Password[Production, Test]",
  'A.B[the "C"].D'.replaceAll('"', "'"),
  "My Var",
  "Acme.Key",
  "ключ",
  "日本",
  "(old)",
  ")x",
  "-x",
  "~x",
  "@x",
  ":x",
  "if",
  "ifx",
  "Inn",
  "a IN",
  "in a",
])('"%s" may stand in an expression', (name) => {
  expect(isExpressible(name)).toBe(true);
});

test.each([
  "",
  " ",
  " a",
  "a ",
  "a|b",
  "a}",
  "if x",
  "If x",
  "UNLESS x",
  "each x",
  "calc x",
  "a in b",
  "Checked in",
  "a.b in",
  "#{x}",
  'q"',
  'a[q"]',
  "a[",
  "a[*]",
  "a.",
  "a..b",
  "/a",
  "𠮷野",
  "a𐐀",
  "a\nb",
  "Password, old",
  "Password – old",
  "Token #2",
])('"%s" may not', (name) => {
  expect(isExpressible(name)).toBe(false);
});

test.each([
  ["Password", ["Password, old"]],
  ["Password", ["Password – old"]],
  ["Token", ["Token #2"]],
  ["Password", ["password"]],
  ["A.B", ["A .B"]],
  ["A[x]", ["A[ x]"]],
  ["A[x]", ["A[X]"]],
  ["A", ["A in B"]],
  ["A", ["A."]],
  ["A", ["A[", "A"]],
  ["A[x]", ["A[x].B"]],
  ["Password", ["Password@old"]],
])("the value of %s may be another's where a run has %j as well", (name, others) => {
  expect(isExpressible(name)).toBe(true);
  expect(createExpressionCheck([name, ...others])(name)).toBe(`cannot be told from "${others[0]}" in an expression`);
});

test.each([
  ["Password", ["Password old", "Password.old", "Password[old]", "Password/old", "Old, Password", "Password"]],
  ["Checked", ["Checked in"]],
  ["A", ["A[x]", "A.B"]],
])("%s is told from %j", (name, others) => {
  expect(createExpressionCheck([name, ...others])(name)).toBeUndefined();
});

test("a name that cannot stand in an expression is refused whatever else there is", () => {
  expect(createExpressionCheck([])("Password, old")).toBe("cannot stand in an expression");
});

const awkward = fc
  .array(
    fc.constantFrom(
      ...'aAbBi9_- .[]é(,|}#"/ßıİſK𠮷日*:~)@\t\u00a0\u0085'.split(""),
      "in",
      " in ",
      "if ",
      "==",
      "𠮷",
      "A",
      "A",
    ),
    { minLength: 1, maxLength: 7 },
  )
  .map((parts) => parts.join(""));

test("an expression that is declared good brings the variable's own value, whatever other names the run has", () => {
  fc.assert(
    fc.property(fc.uniqueArray(awkward, { minLength: 1, maxLength: 12 }), (names) => {
      const explain = createExpressionCheck(names);
      const variables = createVariableDictionary(names.map((name, index) => [name, `value ${index}`]));
      for (const [index, name] of names.entries()) {
        if (explain(name) !== undefined) continue;
        expect([name, variables.evaluate(`#{${name}}`).text]).toEqual([name, `value ${index}`]);
        expect([name, variables.evaluate(`x #{${name} | Append ""} y`).text]).toEqual([name, `x value ${index} y`]);
      }
    }),
    { numRuns: 3000 },
  );
});

test("a variable that the run does not have is not given another's value", () => {
  fc.assert(
    fc.property(fc.uniqueArray(awkward, { minLength: 2, maxLength: 12 }), ([name = "", ...others]) => {
      if (createExpressionCheck([name, ...others])(name) !== undefined) return;
      const variables = createVariableDictionary(others.map((other, index) => [other, `value ${index}`]));
      expect([name, variables.evaluate(`#{${name} | ToBase64}`).text]).toEqual([name, expect.stringContaining("#{")]);
    }),
    { numRuns: 3000 },
  );
});
