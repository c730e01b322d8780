import { expect, test } from "vitest";
import { findUnresolvableSecrets } from "../../../lib/graph/find-unresolvable-secrets.ts";
import type { JsonObject } from "../../../lib/model/json.ts";

const sync = "Environments-9";

function secret(Scope: JsonObject, Id = "1", Name = "Password"): JsonObject {
  return { Id, Name, IsSensitive: true, Value: null, Scope };
}

function idsOf(...variables: JsonObject[]): string[] {
  return findUnresolvableSecrets(variables, { name: "Sync", id: sync }).map(({ id }) => id);
}

test("one value that applies in the sync environment can be sent", () => {
  expect(idsOf(secret({ Environment: ["Environments-1", sync] }))).toEqual([]);
  expect(idsOf(secret({}))).toEqual([]);
});

test("a value that does not apply in the sync environment cannot", () => {
  expect(idsOf(secret({ Environment: ["Environments-1"] }))).toEqual(["1"]);
});

test.each(["Role", "Machine", "Channel", "Action", "ProcessOwner", "TenantTag"])(
  "a value scoped by %s cannot",
  (field) => {
    expect(idsOf(secret({ [field]: ["x"] }))).toEqual(["1"]);
  },
);

test("of two values that apply alike, neither can", () => {
  expect(idsOf(secret({ Environment: [sync] }, "1"), secret({ Environment: [sync, "Environments-1"] }, "2"))).toEqual([
    "1",
    "2",
  ]);
});

test("a value for the environment hides one that applies everywhere", () => {
  expect(idsOf(secret({ Environment: [sync] }, "1"), secret({}, "2"))).toEqual(["2"]);
});

test("a plain value under the same name is a rival too", () => {
  expect(idsOf(secret({}, "1"), { Id: "2", Name: "Password", Value: "x", Scope: { Environment: [sync] } })).toEqual([
    "1",
  ]);
});

test("names that differ by upper and lower case only are one name", () => {
  expect(idsOf(secret({}, "1", "password"), secret({}, "2", "Password"))).toEqual(["1", "2"]);
});

test("values of other environments are no rivals", () => {
  expect(
    idsOf(secret({ Environment: [sync] }, "1"), {
      Id: "2",
      Name: "Password",
      Value: "x",
      Scope: { Environment: ["Environments-1"] },
    }),
  ).toEqual([]);
});

test("without a sync environment only what applies everywhere can be sent", () => {
  expect(
    findUnresolvableSecrets([secret({ Environment: ["Environments-1"] }, "1"), secret({}, "2", "Other")], {
      name: "Sync",
      id: undefined,
    }).map(({ id }) => id),
  ).toEqual(["1"]);
});
