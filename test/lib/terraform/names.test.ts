import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createNameRegistry, toLabel } from "../../../lib/terraform/names.ts";

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
