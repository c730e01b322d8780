import fc from "fast-check";
import { expect, test } from "vitest";
import { clusterEdits, type EditedCopy } from "../../../lib/fleet/cluster-edits.ts";
import { CopyEdit, readEdits } from "../../../lib/fleet/copy-edits.ts";
import { findDesirePaths } from "../../../lib/fleet/desire-paths.ts";
import { listEditedCopies } from "../../../lib/fleet/edited-copies.ts";
import { unknownSpace } from "../../../lib/fleet/known.ts";
import { readQuantity } from "../../../lib/fleet/read-quantity.ts";
import type { JsonValue } from "../../../lib/model/json.ts";

const sentinel = "s3cr3t-sentinel";

const process = { kind: "deploymentProcess", key: ["Hello World"] };
const limit = "Octopus.Action.ExecutionTimeout.Minutes";

interface Kept {
  path: string[];
  what: "changed" | "added" | "removed";
  base?: JsonValue;
  space?: JsonValue;
}

function edit({ path, what, base, space }: Kept): CopyEdit[] {
  const difference = { path, place: JSON.stringify(path), what, isConflict: false, template: base, base, space };
  return readEdits([{ target: process, kept: [difference] }]);
}

const secret: JsonValue = { $secret: { variable: "Database.Password" } };
const pool: JsonValue = { $ref: { kind: "workerPool", key: ["Fast"] } };

const value = fc.oneof(
  fc.integer({ min: 1, max: 90 }).map(String),
  fc.constantFrom("00:30:00", "2 GB", "512 MB", "", "Fast", "https://a.example.com", "https://b.example.com"),
  fc.string(),
  fc
    .array(fc.constantFrom("set -e", "curl a", "curl b", "echo done"), { minLength: 2, maxLength: 5 })
    .map((lines) => lines.join("\n")),
  fc.constantFrom<JsonValue>(secret, pool, sentinel),
);

const paths: string[][] = [
  ["Steps", "Greet", "Actions", "Greet", "Properties", limit],
  ["Steps", "Greet", "Condition"],
  ["Description"],
  ["Steps", "Greet", "Name"],
];
const deeds: Kept["what"][] = ["changed", "added", "removed"];

const kept = fc.oneof(
  fc
    .tuple(fc.constantFrom(...paths), fc.constantFrom(...deeds), value, value)
    .map(([path, what, base, space]): Kept => ({ path, what, base, space })),
  fc.tuple(fc.constantFrom("Notify", "Tell", "notify"), value).map(([name, body]): Kept => ({
    path: ["Steps", name],
    what: "added",
    space: { Name: name, Actions: [{ Name: name, ActionType: "Octopus.Script", Properties: { Body: body } }] },
  })),
  fc
    .constantFrom("Approve", "Ship")
    .map((name): Kept => ({ path: ["Steps", name], what: "removed", base: { Name: name } })),
);

const fleet = fc
  .array(fc.uniqueArray(kept, { maxLength: 4, selector: ({ path }) => path.join() }), { maxLength: 12 })
  .map((all) =>
    all.map((own, index): EditedCopy => ({
      tenant: { id: `Tenants-${index}`, name: `Tenant ${index}` },
      template: index % 5 === 4 ? "other" : "hello_world",
      edits: own.flatMap(edit),
    })),
  );

test("what one of two tenants of a space accepted is accepted for the space, whichever remembers it", () => {
  const compared = { at: "", newest: "1", receiptVersion: "1", deployed: "1", inStep: "changedHere" as const };
  const lists = { changedHere: [], conflicts: [], pending: [], variables: [], stepTemplates: [] };
  const edits = edit({
    path: ["Steps", "Greet", "Actions", "Greet", "Properties", limit],
    what: "changed",
    base: "5",
    space: "9",
  });
  const receipt = { receipt: "R", template: "t", name: "t", templateName: "t", isAdopted: false, isInGit: false };
  const known = {
    ...unknownSpace({ url: "https://x.example", id: "Spaces-1" }),
    receipts: [receipt],
    compared: { R: { ...compared, ...lists, edits } },
  };
  const tenant = { tags: [], url: "https://x.example", spaceId: "Spaces-1", projects: [], environments: {} };
  const tenants = [
    { ...tenant, id: "Tenants-1", name: "One" },
    { ...tenant, id: "Tenants-2", name: "Two", accepted: ["Greet › time limit"] },
  ];

  const copies = listEditedCopies(tenants, { spaces: { "Tenants-1": known } });

  expect(copies).toMatchObject([{ tenant: { id: "Tenants-1" }, accepted: ["Greet › time limit"] }]);
});

test("every edit is in one cluster or in none, and a cluster is of two tenants at least", () => {
  fc.assert(
    fc.property(fleet, (copies) => {
      const members = clusterEdits(copies).flatMap((cluster) => cluster.members.map((member) => member.edit));
      expect(new Set(members).size).toBe(members.length);
      expect(copies.flatMap(({ edits }) => edits)).toEqual(expect.arrayContaining(members));
      for (const path of findDesirePaths(copies)) {
        expect(path.spaces.length).toBeGreaterThan(1);
        expect(path.of).toBeGreaterThanOrEqual(path.spaces.length);
        expect(path.text).not.toMatch(/undefined|\bnull\b|NaN|\[object/);
      }
    }),
  );
});

test("the order of the copies does not matter", () => {
  const shuffled = fleet.chain((copies) =>
    fc.tuple(fc.constant(copies), fc.shuffledSubarray(copies, { minLength: copies.length })),
  );
  fc.assert(
    fc.property(shuffled, ([copies, other]) => {
      expect(findDesirePaths(other)).toEqual(findDesirePaths(copies));
    }),
  );
});

test("a value that is a secret somewhere is shown nowhere, and edits survive being written down", () => {
  fc.assert(
    fc.property(fleet, fc.nat(), (copies, at) => {
      const hidden = copies.map((copy, index) => ({
        ...copy,
        template: "hello_world",
        edits: [
          ...copy.edits.filter(({ path }) => path[0] !== "Variables"),
          ...edit({
            path: ["Variables", "Code", "Value"],
            what: "changed",
            base: index === at % 3 ? { $secret: { variable: "Code" } } : "open",
            space: sentinel,
          }).map((own) => ({ ...own, kind: "variableSet" })),
        ],
      }));
      const isSecret = copies.length > 0 && at % 3 < copies.length;
      const own = findDesirePaths(hidden).filter(({ text }) => text.includes('"Code"'));
      expect(isSecret && JSON.stringify(own).includes(sentinel)).toBe(false);
      const edits = hidden.flatMap((copy) => copy.edits);
      expect(edits.map((one) => CopyEdit.parse(JSON.parse(JSON.stringify(one))))).toEqual(edits);
    }),
  );
});

test.each([
  ["20", { size: 20, family: "number" }],
  ["00:30:00", { size: 1800, family: "time" }],
  ["1.00:00:00", { size: 86_400, family: "time" }],
  ["30 minutes", { size: 1800, family: "time" }],
  ["1.5 GB", { size: 1.5e9, family: "bytes" }],
  ["80%", { size: 80, family: "percent" }],
  ["20 apples", undefined],
  ["v1.2.3", undefined],
  ["", undefined],
])("reads %s", (text, quantity) => expect(readQuantity(text)).toEqual(quantity));
