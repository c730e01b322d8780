import fc from "fast-check";
import { expect, test } from "vitest";
import { isSame } from "../../../lib/compare/is-same.ts";
import { mergeBody } from "../../../lib/compare/merge.ts";
import { textOf, type JsonObject } from "../../../lib/model/json.ts";
import type { ResourceKind } from "../../../lib/resources/resource-kind.ts";

const kind: ResourceKind = {
  id: "process",
  label: "process",
  list: async () => [],
  nameOf: () => "",
  createOnly: ["Slug"],
  items: [
    { path: ["Steps"], identify: (step) => textOf(step, "Name") },
    { path: ["Steps", "Actions"], identify: (action) => textOf(action, "Name") },
  ],
};

const property = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.constantFrom("", "1", "2"), { maxKeys: 3 });
const action = fc.record({ Name: fc.constantFrom("x", "y"), IsDisabled: fc.boolean(), Properties: property });
const step = fc.record({
  Name: fc.constantFrom("one", "two", "three", "four"),
  Condition: fc.constantFrom("Success", "Always"),
  Actions: fc.uniqueArray(action, { selector: (item) => item.Name, maxLength: 2 }),
});
const body: fc.Arbitrary<JsonObject> = fc.record({
  Description: fc.constantFrom("", "first", "second"),
  Environments: fc.uniqueArray(fc.constantFrom("dev", "prod")),
  Filter: fc.constantFrom<JsonObject>(
    { FilterType: "Daily", At: "1" },
    { FilterType: "Daily", At: "2" },
    { FilterType: "Monthly", Day: "3" },
  ),
  Steps: fc.uniqueArray(step, { selector: (item) => item.Name, maxLength: 4 }),
});

function names(value: JsonObject): string[] {
  return Array.isArray(value["Steps"]) ? value["Steps"].map((item) => textOf(Object(item), "Name")) : [];
}

test("writes nothing when the space has what is desired", () => {
  fc.assert(
    fc.property(body, fc.option(body, { nil: undefined }), fc.boolean(), (desired, base, overwrite) => {
      const { changes, kept } = mergeBody({ kind, desired, current: desired, base, overwrite });

      expect({ changes, kept }).toEqual({ changes: [], kept: [] });
    }),
  );
});

test("takes all that is desired when nobody touched the space since the base", () => {
  fc.assert(
    fc.property(body, body, (desired, base) => {
      const merged = mergeBody({ kind, desired, current: base, base, overwrite: false });

      expect(merged.kept).toEqual([]);
      expect(isSame(merged.body, desired)).toBe(true);
    }),
  );
});

test("takes all that is desired when the space has some of what an unfinished run was writing", () => {
  fc.assert(
    fc.property(body, body, fc.boolean(), (desired, base, isWritten) => {
      const current = isWritten ? desired : base;
      const merged = mergeBody({ kind, desired, current, base, pending: [desired], overwrite: false });

      expect(merged.kept).toEqual([]);
      expect(isSame(merged.body, desired)).toBe(true);
    }),
  );
});

test("changes nothing when only people changed something", () => {
  fc.assert(
    fc.property(body, body, (base, current) => {
      const merged = mergeBody({ kind, desired: base, current, base, overwrite: false });

      expect(merged.changes).toEqual([]);
      expect(isSame(merged.body, current)).toBe(true);
    }),
  );
});

test("is settled after one merge: what it made merges into itself", () => {
  fc.assert(
    fc.property(body, body, body, fc.boolean(), (desired, base, current, overwrite) => {
      const once = mergeBody({ kind, desired, current, base, overwrite });
      const again = mergeBody({ kind, desired, current: once.body, base: desired, overwrite });

      expect(again.changes).toEqual([]);
    }),
  );
});

test("keeps every step, in one place, that either side added", () => {
  fc.assert(
    fc.property(body, body, body, (desired, base, current) => {
      const merged = names(mergeBody({ kind, desired, current, base, overwrite: false }).body);

      const added = [...names(desired), ...names(current)].filter((name) => !names(base).includes(name));
      expect(merged).toEqual([...new Set(merged)]);
      expect(merged).toEqual(expect.arrayContaining(added));
    }),
  );
});

test("overwrites everything but what people added", () => {
  fc.assert(
    fc.property(body, body, body, (desired, base, current) => {
      const merged = mergeBody({ kind, desired, current, base, overwrite: true });

      const theirs = names(current).filter((name) => !names(base).includes(name) && !names(desired).includes(name));
      expect(new Set(names(merged.body))).toEqual(new Set([...names(desired), ...theirs]));
      expect(merged.body["Description"] ?? "").toEqual(desired["Description"]);
    }),
  );
});

test("keeps a person's value and says whether upstream changed it too", () => {
  const base = { Description: "first", Environments: ["dev"] };
  const desired = { Description: "first", Environments: ["dev", "prod"] };
  const current = { Description: "mine", Environments: ["test"] };

  const merged = mergeBody({ kind, desired, current, base, overwrite: false });

  expect(merged.body).toEqual(current);
  expect(merged.kept).toEqual([
    { path: ["Description"], what: "changed", isConflict: false },
    { path: ["Environments"], what: "changed", isConflict: true },
  ]);
});

test("treats every difference as a person's when there is no base", () => {
  const merged = mergeBody({
    kind,
    desired: { Description: "ours", Notes: "new" },
    current: { Description: "theirs", Notes: null },
    overwrite: false,
  });

  expect(merged.body).toEqual({ Description: "theirs", Notes: "new" });
  expect(merged.kept).toEqual([{ path: ["Description"], what: "changed", isConflict: true }]);
});

test("removes what upstream removed unless a person changed it", () => {
  const base: JsonObject = { Steps: [{ Name: "one" }, { Name: "two", Condition: "Success" }] };
  const current: JsonObject = { Steps: [{ Name: "one" }, { Name: "two", Condition: "Always" }] };

  const merged = mergeBody({ kind, desired: { Steps: [] }, current, base, overwrite: false });

  expect(merged.body).toEqual({ Steps: [{ Name: "two", Condition: "Always" }] });
  expect(merged.kept).toEqual([{ path: ["Steps", "two"], what: "changed", isConflict: true }]);
});

test("does not bring back what a person removed", () => {
  const base = { Steps: [{ Name: "one" }, { Name: "two" }] };

  const merged = mergeBody({ kind, desired: base, current: { Steps: [{ Name: "one" }] }, base, overwrite: false });

  expect(names(merged.body)).toEqual(["one"]);
  expect(merged.kept).toEqual([{ path: ["Steps", "two"], what: "removed", isConflict: false }]);
});

test("puts a person's step behind its neighbor in the space and takes upstream's order", () => {
  const base = { Steps: [{ Name: "one" }, { Name: "two" }] };
  const current = { Steps: [{ Name: "one" }, { Name: "mine" }, { Name: "two" }] };
  const desired = { Steps: [{ Name: "two" }, { Name: "new" }, { Name: "one" }] };

  const merged = mergeBody({ kind, desired, current, base, overwrite: false });

  expect(names(merged.body)).toEqual(["two", "new", "one", "mine"]);
  expect(merged.changes).toContainEqual({ path: ["Steps"], what: "reordered" });
});

test("keeps the order that a person gave the steps", () => {
  const base = { Steps: [{ Name: "one" }, { Name: "two" }] };

  const merged = mergeBody({
    kind,
    desired: base,
    current: { Steps: [{ Name: "two" }, { Name: "one" }] },
    base,
    overwrite: false,
  });

  expect(names(merged.body)).toEqual(["two", "one"]);
  expect(merged.kept).toEqual([{ path: ["Steps"], what: "reordered", isConflict: false }]);
});

test("never mixes the fields of two types", () => {
  const base = { Filter: { FilterType: "Daily", At: "1" } };

  const merged = mergeBody({
    kind,
    desired: { Filter: { FilterType: "Monthly", Day: "3" } },
    current: base,
    base,
    overwrite: false,
  });

  expect(merged.body).toEqual({ Filter: { FilterType: "Monthly", Day: "3" } });
});

test("leaves fields alone that belong to people once they exist", () => {
  const merged = mergeBody({
    kind,
    desired: { Slug: "new" },
    current: { Slug: "old" },
    base: { Slug: "older" },
    overwrite: true,
  });

  expect(merged).toEqual({ body: { Slug: "old" }, changes: [], kept: [] });
});
