import fc from "fast-check";
import { expect, test } from "vitest";
import { isSame } from "../../../lib/compare/is-same.ts";
import { canBeTaken } from "../../../lib/compare/decision.ts";
import type { KeptDifference } from "../../../lib/compare/difference.ts";
import { mergeBody, type Base } from "../../../lib/compare/merge.ts";
import { settleBody } from "../../../lib/compare/settle.ts";
import { reference } from "../../../lib/model/graph.ts";
import { textOf, type JsonObject } from "../../../lib/model/json.ts";
import { deploymentProcess } from "../../../lib/resources/deployment-process.ts";
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
  Environments: fc.uniqueArray(fc.constantFrom("dev", "prod")).map((list) => list.toSorted()),
  Filter: fc.constantFrom<JsonObject>(
    { FilterType: "Daily", At: "1" },
    { FilterType: "Daily", At: "2" },
    { FilterType: "Monthly", Day: "3" },
  ),
  Steps: fc.uniqueArray(step, { selector: (item) => item.Name, maxLength: 4 }),
});

const [fast, slow] = [reference("workerPool", ["Fast"]), reference("workerPool", ["Slow"])];

/** A process of one step with these fields of its action. */
function processWith(more: JsonObject): JsonObject {
  return { Steps: [{ Name: "One", Actions: [{ Name: "One", ...more }] }] };
}

/** What the template said, and the server answered the same. */
function settledAs(value: JsonObject): Base {
  return { template: value, space: value };
}

function toLine({ place, isConflict }: KeptDifference): string {
  return `${isConflict ? "conflict" : "kept"} ${place}`;
}

function names(value: JsonObject): string[] {
  return Array.isArray(value["Steps"]) ? value["Steps"].map((item) => textOf(Object(item), "Name")) : [];
}

test("writes nothing when the space has what is desired", () => {
  fc.assert(
    fc.property(body, fc.option(body, { nil: undefined }), fc.boolean(), (desired, base, overwrite) => {
      const { changes, kept } = mergeBody({
        kind,
        desired,
        current: desired,
        base: base && settledAs(base),
        overwrite,
      });

      expect({ changes, kept }).toEqual({ changes: [], kept: [] });
    }),
  );
});

test("takes all that is desired when nobody touched the space since the base", () => {
  fc.assert(
    fc.property(body, body, (desired, base) => {
      const merged = mergeBody({ kind, desired, current: base, base: settledAs(base), overwrite: false });

      expect(merged.kept).toEqual([]);
      expect(isSame(merged.body, desired)).toBe(true);
    }),
  );
});

test.each<[string, JsonObject, string[]]>([
  ["a pool that people chose", { WorkerPoolId: fast }, ["added in WorkerPoolId"]],
  ["an image that people chose", { Container: { Image: "alpine", Engine: "auto" } }, ["added in Container"]],
  ["what a newer server has of its own", { RunsWith: "auto", Container: { Engine: "auto", Description: "Auto." } }, []],
])("where the template and the space had nothing, %s is kept; only people's is told", (_, filledIn, told) => {
  const base = settledAs(processWith({}));

  const merged = mergeBody({
    kind: deploymentProcess,
    desired: processWith({}),
    current: processWith(filledIn),
    base,
    overwrite: false,
  });

  expect(merged.body).toEqual(processWith(filledIn));
  expect(merged.changes).toEqual([]);
  expect(merged.kept.map(({ what, path }) => `${what} in ${path.at(-1) ?? ""}`)).toEqual(told);
});

test("a pool that the server put there by itself is nobody's, and another one is a person's", () => {
  const base = { template: processWith({}), space: processWith({ WorkerPoolId: slow }) };
  const merge = (pool: JsonObject): KeptDifference[] =>
    mergeBody({
      kind: deploymentProcess,
      desired: processWith({}),
      current: processWith({ WorkerPoolId: pool }),
      base,
      overwrite: false,
    }).kept;

  expect(merge(slow)).toEqual([]);
  expect(merge(fast)).toMatchObject([{ what: "added", isConflict: false }]);
});

test("takes all that is desired when the space has some of what an unfinished run was writing", () => {
  fc.assert(
    fc.property(body, body, fc.boolean(), (desired, base, isWritten) => {
      const current = isWritten ? desired : base;
      const merged = mergeBody({ kind, desired, current, base: settledAs(base), pending: [desired], overwrite: false });

      expect(merged.kept).toEqual([]);
      expect(isSame(merged.body, desired)).toBe(true);
    }),
  );
});

test("changes nothing when only people changed something", () => {
  fc.assert(
    fc.property(body, body, (base, current) => {
      const merged = mergeBody({ kind, desired: base, current, base: settledAs(base), overwrite: false });

      expect(merged.changes).toEqual([]);
      expect(isSame(merged.body, current)).toBe(true);
    }),
  );
});

test("is settled after one merge: what it made merges into itself", () => {
  fc.assert(
    fc.property(body, body, body, fc.boolean(), (desired, base, current, overwrite) => {
      const once = mergeBody({ kind, desired, current, base: settledAs(base), overwrite });
      const again = mergeBody({ kind, desired, current: once.body, base: settledAs(desired), overwrite });

      expect(again.changes).toEqual([]);
    }),
  );
});

test("keeps every step, in one place, that either side added", () => {
  fc.assert(
    fc.property(body, body, body, (desired, base, current) => {
      const merged = names(mergeBody({ kind, desired, current, base: settledAs(base), overwrite: false }).body);

      const added = [...names(desired), ...names(current)].filter((name) => !names(base).includes(name));
      expect(merged).toEqual([...new Set(merged)]);
      expect(merged).toEqual(expect.arrayContaining(added));
    }),
  );
});

test("overwrites everything but what people added", () => {
  fc.assert(
    fc.property(body, body, body, (desired, base, current) => {
      const merged = mergeBody({ kind, desired, current, base: settledAs(base), overwrite: true });

      const theirs = names(current).filter((name) => !names(base).includes(name) && !names(desired).includes(name));
      expect(new Set(names(merged.body))).toEqual(new Set([...names(desired), ...theirs]));
      expect(merged.body["Description"] ?? "").toEqual(desired["Description"]);
    }),
  );
});

test("what is taken is written and settled, and nothing is written beside it that is not written anyway", () => {
  fc.assert(
    fc.property(body, body, body, fc.infiniteStream(fc.boolean()), (desired, base, current, choices) => {
      const input = { kind, desired, current, base: settledAs(base), overwrite: false };
      const without = mergeBody(input);
      const conflicts = without.kept.filter((one) => one.isConflict && canBeTaken(one)).map(({ place }) => place);
      const takes = new Set(conflicts.filter(() => choices.next().value === true));

      const merged = mergeBody({ ...input, takes });

      const writtenAnyway = new Set(without.changes.map(({ place }) => place));
      expect(merged.changes.filter(({ place }) => !takes.has(place) && !writtenAnyway.has(place))).toEqual([]);
      const left = without.kept.filter(({ place }) => !takes.has(place));
      expect(merged.kept.map(toLine).toSorted()).toEqual(left.map(toLine).toSorted());
      const settled = settleBody({ kind, desired, answered: merged.body, base: settledAs(base), kept: merged.kept });
      const again = mergeBody({ ...input, current: merged.body, base: settled });
      expect(again.changes).toEqual([]);
      expect(again.kept.map(toLine).toSorted()).toEqual(merged.kept.map(toLine).toSorted());
    }),
    { numRuns: 500 },
  );
});

test("keeps a person's value and says whether upstream changed it too", () => {
  const base = { Description: "first", Environments: ["dev"] };
  const desired = { Description: "first", Environments: ["dev", "prod"] };
  const current = { Description: "mine", Environments: ["dev", "test"] };

  const merged = mergeBody({ kind, desired, current, base: settledAs(base), overwrite: false });

  expect(merged.body).toEqual({ Description: "mine", Environments: ["dev", "prod", "test"] });
  expect(merged.kept).toMatchObject([
    { path: ["Description"], what: "changed", isConflict: false },
    { path: ["Environments", "test"], what: "added", isConflict: false },
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
  expect(merged.kept).toMatchObject([{ path: ["Description"], what: "changed", isConflict: true }]);
});

test("removes what upstream removed unless a person changed it", () => {
  const base: JsonObject = { Steps: [{ Name: "one" }, { Name: "two", Condition: "Success" }] };
  const current: JsonObject = { Steps: [{ Name: "one" }, { Name: "two", Condition: "Always" }] };

  const merged = mergeBody({ kind, desired: { Steps: [] }, current, base: settledAs(base), overwrite: false });

  expect(merged.body).toEqual({ Steps: [{ Name: "two", Condition: "Always" }] });
  expect(merged.kept).toMatchObject([{ path: ["Steps", "two"], what: "changed", isConflict: true }]);
});

test("does not bring back what a person removed", () => {
  const base = { Steps: [{ Name: "one" }, { Name: "two" }] };

  const merged = mergeBody({
    kind,
    desired: base,
    current: { Steps: [{ Name: "one" }] },
    base: settledAs(base),
    overwrite: false,
  });

  expect(names(merged.body)).toEqual(["one"]);
  expect(merged.kept).toMatchObject([{ path: ["Steps", "two"], what: "removed", isConflict: false }]);
});

test("puts a person's step behind its neighbor in the space and takes upstream's order", () => {
  const base = { Steps: [{ Name: "one" }, { Name: "two" }] };
  const current = { Steps: [{ Name: "one" }, { Name: "mine" }, { Name: "two" }] };
  const desired = { Steps: [{ Name: "two" }, { Name: "new" }, { Name: "one" }] };

  const merged = mergeBody({ kind, desired, current, base: settledAs(base), overwrite: false });

  expect(names(merged.body)).toEqual(["two", "new", "one", "mine"]);
  expect(merged.changes).toContainEqual(expect.objectContaining({ path: ["Steps"], what: "reordered" }));
});

test("keeps the order that a person gave the steps", () => {
  const base = { Steps: [{ Name: "one" }, { Name: "two" }] };

  const merged = mergeBody({
    kind,
    desired: base,
    current: { Steps: [{ Name: "two" }, { Name: "one" }] },
    base: settledAs(base),
    overwrite: false,
  });

  expect(names(merged.body)).toEqual(["two", "one"]);
  expect(merged.kept).toMatchObject([{ path: ["Steps"], what: "reordered", isConflict: false }]);
});

test("never mixes the fields of two types", () => {
  const base = { Filter: { FilterType: "Daily", At: "1" } };

  const merged = mergeBody({
    kind,
    desired: { Filter: { FilterType: "Monthly", Day: "3" } },
    current: base,
    base: settledAs(base),
    overwrite: false,
  });

  expect(merged.body).toEqual({ Filter: { FilterType: "Monthly", Day: "3" } });
});

test.each(["Unit", "PackageUnit", "Strategy", "FilterType"])(
  "never has a person's number with the template's %s",
  (unit) => {
    const settled = { Policy: { [unit]: "Days", Quantity: 30 } };
    const current = { Policy: { [unit]: "Days", Quantity: 60 } };
    const desired = { Policy: { [unit]: "Items", Quantity: 30 } };

    const merged = mergeBody({ kind, base: settledAs(settled), current, desired, overwrite: false });

    expect(merged.body).toEqual(current);
    expect(merged.kept.map(toLine)).toEqual(['conflict ["Policy"]']);
  },
);

test("leaves fields alone that belong to people once they exist", () => {
  const merged = mergeBody({
    kind,
    desired: { Slug: "new" },
    current: { Slug: "old" },
    base: settledAs({ Slug: "older" }),
    overwrite: true,
  });

  expect(merged).toEqual({ body: { Slug: "old" }, changes: [], kept: [] });
});

test("a set that one side emptied is one value: an empty one may mean everything", () => {
  const base = { Environments: ["dev", "prod"] };

  const widened = mergeBody({
    kind,
    desired: { Environments: ["prod"] },
    current: { Environments: ["dev"] },
    base: settledAs(base),
    overwrite: false,
  });

  expect(widened.body).toEqual({ Environments: ["dev"] });
  expect(widened.kept).toMatchObject([{ path: ["Environments"], isConflict: true }]);
});

test("a conflict stays one until both sides agree, and a value that was taken back gives way", () => {
  fc.assert(
    fc.property(body, body, body, (base, desired, current) => {
      const first = mergeBody({ kind, desired, current, base: settledAs(base), overwrite: false });
      const settled = settleBody({ kind, desired, answered: first.body, base: settledAs(base), kept: first.kept });
      const second = mergeBody({ kind, desired, current: first.body, base: settled, overwrite: false });

      expect(second.changes).toEqual([]);
      expect(second.kept.map(toLine).toSorted()).toEqual(first.kept.map(toLine).toSorted());
      expect(
        isSame(
          settleBody({ kind, desired, answered: second.body, base: settled, kept: second.kept }).space,
          settled.space,
        ),
      ).toBe(true);
    }),
  );
});

test("the template's value arrives when people take back their own", () => {
  const base = settledAs({ Description: "first", Environments: ["dev", "prod"] });
  const desired = { Description: "second", Environments: ["dev", "prod"] };
  const edited = { Description: "mine", Environments: ["dev", "test"] };
  const first = mergeBody({ kind, desired, current: edited, base, overwrite: false });
  const settled = settleBody({ kind, desired, answered: first.body, base, kept: first.kept });

  const undone = mergeBody({ kind, desired, current: base.space, base: settled, overwrite: false });

  expect(undone.body).toEqual(desired);
  expect(undone.kept).toEqual([]);
});

test("a field that the server does not know is no person's edit, and is not written again and again", () => {
  const desired = { Description: "first", FromTheFuture: "yes" };
  const settled = settleBody({ kind, desired, answered: { Description: "first" }, base: undefined, kept: [] });

  const again = mergeBody({ kind, desired, current: { Description: "first" }, base: settled, overwrite: false });
  const changed = mergeBody({
    kind,
    desired: { ...desired, FromTheFuture: "no" },
    current: { Description: "first" },
    base: settled,
    overwrite: false,
  });

  expect(again).toMatchObject({ changes: [], kept: [] });
  expect(changed.changes).toMatchObject([{ path: ["FromTheFuture"] }]);
});

test("an item that was renamed on either side is one item", () => {
  const base = settledAs({ Steps: [{ $id: "a", Name: "one", Condition: "Success" }] });

  const merged = mergeBody({
    kind,
    desired: { Steps: [{ $id: "a", Name: "renamed", Condition: "Success" }] },
    current: { Steps: [{ $id: "a", Name: "one", Condition: "Always" }] },
    base,
    overwrite: false,
  });

  expect(merged.body).toEqual({ Steps: [{ $id: "a", Name: "renamed", Condition: "Always" }] });
});

test("the space's own item of the same name, in whatever case, is not mixed with the template's", () => {
  const mine = { $id: "mine", Name: "Notify", Condition: "Always" };
  const merged = mergeBody({
    kind,
    desired: {
      Steps: [
        { $id: "a", Name: "one" },
        { $id: "b", Name: "notify" },
      ],
    },
    current: { Steps: [{ $id: "a", Name: "one" }, mine] },
    base: settledAs({ Steps: [{ $id: "a", Name: "one" }] }),
    overwrite: true,
  });

  expect(merged.body).toEqual({ Steps: [{ $id: "a", Name: "one" }, mine] });
  expect(merged.kept).toContainEqual(
    expect.objectContaining({ path: ["Steps", "notify"], what: "taken", isConflict: true, space: mine }),
  );
});

test("a rename in case alone is a rename", () => {
  const merged = mergeBody({
    kind,
    desired: { Steps: [{ $id: "a", Name: "Region" }] },
    current: { Steps: [{ $id: "a", Name: "region" }] },
    base: settledAs({ Steps: [{ $id: "a", Name: "region" }] }),
    overwrite: false,
  });

  expect(merged.changes).toMatchObject([{ path: ["Steps", "Region", "Name"], what: "changed" }]);
});

test("what a first run, of which nobody knows a base, tells of people's is told in the next run in the same words", () => {
  fc.assert(
    fc.property(body, body, (desired, current) => {
      const first = mergeBody({ kind, desired, current, overwrite: false });
      const base = settleBody({ kind, desired, answered: first.body, base: undefined, kept: first.kept });
      const second = mergeBody({ kind, desired, current: first.body, base, overwrite: false });

      expect(second.changes).toEqual([]);
      expect(second.kept.map(toLine).toSorted()).toEqual(first.kept.map(toLine).toSorted());
    }),
  );
});
