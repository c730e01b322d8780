import fc from "fast-check";
import { expect, test } from "vitest";
import { createCollection, type Resource } from "../model/collection.ts";
import { columnPlans } from "../model/column-plans.ts";
import { chooseOneByOne, createColumns, type ColumnPlan, type DocumentFilter } from "../model/columns.ts";

const plan: ColumnPlan = {
  texts: { State: ({ State }) => String(State) },
  numbers: { Time: ({ Time }) => (typeof Time === "number" ? Time : Number.NaN) },
  isSettled: ({ IsDone }) => IsDone === true,
};

const state = fc.constantFrom("Queued", "Success", "Failed");
const fields = fc.record({
  State: state,
  Time: fc.option(fc.integer({ min: 0, max: 20 }), { nil: null }),
  IsDone: fc.boolean(),
});
const bound = fc.option(fc.integer({ min: -1, max: 21 }), { nil: undefined });
const filter: fc.Arbitrary<DocumentFilter> = fc.oneof(
  fc.array(state).map((states) => ({
    by: "text" as const,
    name: "State",
    accepts: (text: string) => new Set<string>(states).has(text),
  })),
  fc.tuple(bound, bound).map(([from, to]) => ({ by: "number" as const, name: "Time", from, to })),
  fc.boolean().map((isDone) => ({ by: "document" as const, accepts: ({ IsDone }: Resource) => IsDone === isDone })),
);

/** What becomes of documents between two questions. */
const step = fc.oneof(
  fc.record({ type: fc.constant("add" as const), fields: fc.array(fields, { maxLength: 4 }) }),
  fc.record({ type: fc.constant("change" as const), at: fc.nat(), fields }),
  fc.record({ type: fc.constant("remove" as const), at: fc.nat() }),
);

test("columns choose what looking at each document chooses, whatever happened in between", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(step, fc.array(filter, { maxLength: 3 })), { maxLength: 20 }), (steps) => {
      const collection = createCollection("things", "Things");
      const columns = createColumns(plan);
      for (const [change, filters] of steps) {
        const documents = collection.inOrder();
        const document = change.type === "add" ? undefined : documents[change.at % Math.max(1, documents.length)];
        if (change.type === "add") for (const one of change.fields) collection.add(one);
        else if (change.type === "remove") collection.remove(document?.Id ?? "");
        // In its place as long as it is not settled, as a task that runs.
        else if (document?.["IsDone"] === false) Object.assign(document, change.fields);
        else if (document !== undefined) collection.replace(document.Id, change.fields);
        const chosen = columns.choose(collection.inOrder(), filters);
        expect(chosen.slice()).toEqual(chooseOneByOne(collection.inOrder(), filters, plan));
        expect(chosen.length).toBe(chosen.slice().length);
        expect(chosen.slice(1, 3)).toEqual(chosen.slice().slice(1, 3));
      }
    }),
  );
});

test("numbers that ascend are found at once, until one does not", () => {
  const collection = createCollection("things", "Things");
  const columns = createColumns(plan);
  const between = (from: number, to: number): string[] =>
    columns
      .choose(collection.inOrder(), [{ by: "number", name: "Time", from, to }])
      .slice()
      .map(({ Id }) => Id);
  for (const Time of [0, 0, 2, 2, 5]) collection.add({ State: "Success", Time, IsDone: Time !== 5 });

  expect(between(1, 2)).toEqual(["Things-4", "Things-3"]);
  expect(between(-1, 0)).toEqual(["Things-2", "Things-1"]);
  expect(between(3, 4)).toEqual([]);
  Object.assign(collection.find("Things-5") ?? {}, { Time: 1 });
  expect(between(1, 2)).toEqual(["Things-5", "Things-4", "Things-3"]);
  collection.add({ State: "Success", Time: 0, IsDone: true });
  expect(between(0, 1)).toEqual(["Things-6", "Things-5", "Things-2", "Things-1"]);
});

test("a page of very many documents is that of a few, in a space and in all", () => {
  const collection = createCollection("events", "Events", columnPlans["events"]);
  for (let number = 1; number <= 18_000; number++)
    collection.add({
      SpaceId: `Spaces-${number % 3}`,
      Category: number % 2 === 0 ? "Created" : "Deleted",
      Occurred: new Date(number * 1000).toISOString(),
      RelatedDocumentIds: number % 5 === 0 ? ["variableset-Projects-1", "Projects-1"] : ["Environments-1"],
    });
  const filters: DocumentFilter[] = [
    { by: "text", name: "Category", accepts: (text) => text === "Created" },
    { by: "text", name: "DocumentTypes", accepts: (text) => text.includes(" variablesets ") },
    { by: "number", name: "Occurred", from: 100_000, to: undefined },
    { by: "number", name: "Number", from: undefined, to: 17_990 },
  ];
  const plain = (spaceId?: string): Resource[] =>
    chooseOneByOne(collection.inOrder(spaceId), filters, columnPlans["events"] ?? plan);

  expect(collection.choose(filters).slice()).toEqual(plain());
  expect(collection.choose(filters, "Spaces-1").slice()).toEqual(plain("Spaces-1"));
  expect(
    collection
      .choose(filters)
      .slice(0, 2)
      .map(({ Id }) => Id),
  ).toEqual(["Events-17990", "Events-17980"]);
  expect(() => collection.choose([{ by: "text", name: "Nothing", accepts: () => true }])).toThrow("column");
});
