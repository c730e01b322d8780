import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createNameRegistry, toLabel } from "../../../lib/terraform/names.ts";
import { isExpressible } from "../../../lib/terraform/octostache.ts";
import { createVariableDictionary } from "../../octopus-server/worker/octostache.ts";

test.each([
  ["Hello World", "hello_world"],
  ["Database[Development].Password", "database_development__password"],
  ["0 my project", "_0_my_project"],
  ["Déjà vu", "d_j__vu"],
  ["  x ", "__x_"],
  ["", "_"],
  ["😀", "_"],
])('"%s" becomes the label %s', (name, label) => {
  expect(toLabel(name)).toBe(label);
});

test("any name becomes an identifier, and a label stays as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (name) => {
      expect(toLabel(name)).toMatch(/^[a-z_][a-z0-9_]*$/);
      expect(toLabel(toLabel(name))).toBe(toLabel(name));
    }),
  );
});

test("two names that sanitize alike stay two, and one that is asked for again stays one", () => {
  const names = createNameRegistry();
  const first = names.claim("variable", "a_b_1", "A.B");
  const second = names.claim("variable", "a_b_1", "A_B");
  expect(first).toBe("a_b_1");
  expect(second).toMatch(/^a_b_1_[0-9a-f]{6}$/);
  expect(names.claim("variable", "a_b_1", "A.B")).toBe(first);
  expect(names.claim("variable", "a_b_1", "A_B")).toBe(second);
  expect(names.claim("resource", "a_b_1", "A_B")).toBe("a_b_1");
});

test("any number of names are told apart", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ unit: "grapheme" }), { maxLength: 40 }), (all) => {
      const names = createNameRegistry();
      expect(new Set(all.map((name) => names.claim("x", toLabel(name), name))).size).toBe(all.length);
    }),
  );
});

test("a name that may stand in an expression gives its value there", () => {
  const part = fc
    .array(fc.constantFrom("a", "B", "9", "_", "-", " ", ".", "[", "]", "é", "(", "|", "}", "#", '"', "/"), {
      minLength: 1,
      maxLength: 10,
    })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(
      fc.oneof(part, fc.constantFrom("Database[Development].Password", "if x", "a in b", "My Var", "A.B[C D].E")),
      (name) => {
        if (!isExpressible(name)) return;
        const variables = createVariableDictionary([[name, "the value"]]);
        expect(variables.evaluate(`#{${name}}`).text).toBe("the value");
      },
    ),
    { numRuns: 2000 },
  );
});

test.each(["Database[Development].Password", "My Var", "Acme.Key", "ключ"])(
  '"%s" may stand in an expression',
  (name) => {
    expect(isExpressible(name)).toBe(true);
  },
);

test.each(["a|b", "a}", "if x", "a in b", "#{x}", 'q"', "", " a", "a[", "a[*]"])('"%s" may not', (name) => {
  expect(isExpressible(name)).toBe(false);
});
