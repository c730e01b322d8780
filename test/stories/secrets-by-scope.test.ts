import { expect, test } from "vitest";
import type { JsonObject } from "../../lib/model/json.ts";
import { startWorkerRoad } from "./worker-road.ts";

function secret(Name: string, Value: string, environments: (string | undefined)[], Role: string[] = []): JsonObject {
  const Environment = environments.filter((id) => id !== undefined);
  return { Name, Value, Type: "Sensitive", IsSensitive: true, Scope: { Environment, Role } };
}

test("a secret with a value for each environment reaches the copy by the names of its values", async () => {
  const road = await startWorkerRoad(["Password", "Conn[main]", "Api.Token"]);
  const { Test, Production, Sync } = road.environments;
  const template = [
    secret("Password", "test: p@ss", [Test]),
    secret("Password", "prod: p@ss", [Production]),
    secret("Conn[main]", "both: conn", [Production, Test]),
    secret("Api.Token", "token for all", [Production, Sync, Test]),
  ];
  await road.setVariables(template);

  const before = await road.serialize();
  await expect(road.deploy()).rejects.toThrow(/give the run the value as the variable "Password\[Production\]"/);

  await road.setVariables([
    ...template,
    secret("Password[Test]", "test: p@ss", [Sync]),
    secret("Password[Production]", "prod: p@ss", [Sync]),
    secret("Conn[main][Production, Test]", "both: conn", [Sync]),
  ]);
  await road.deploy();

  const after = await road.serialize({
    "Password[Test]": "test: p@ss",
    "Password[Production]": "prod: p@ss",
    "Conn[main][Production, Test]": "both: conn",
  });

  expect(after.outputs["UnresolvedSecrets"]).toBe("");
  expect(after.log.filter(({ level }) => level === "warning")).toEqual([]);
  expect(before.outputs["UnresolvedSecrets"]?.split("\n")).toEqual([
    'the variable "Conn[main]"',
    'the variable "Password"',
    'the variable "Password"',
  ]);
  expect(await road.readValues(road.lisa, "Test")).toEqual({
    Password: "test: p@ss",
    "Conn[main]": "both: conn",
    "Api.Token": "token for all",
  });
  expect(await road.readValues(road.lisa, "Production")).toMatchObject({ Password: "prod: p@ss" });
  expect(await road.deploy()).toContain("nothing was written");
});

test("the value that is named comes before the one of the variable's own name", async () => {
  const road = await startWorkerRoad(["Password"]);
  const { Test, Sync } = road.environments;
  const template = secret("Password", "by the variable", [Test, Sync]);
  await road.setVariables([template]);
  await road.serialize();
  await road.deploy();
  const plain = await road.readValues(road.lisa, "Test");
  await road.setVariables([template, secret("Password[Test]", "by the value", [Sync])]);

  await road.deploy();

  expect(plain).toEqual({ Password: "by the variable" });
  expect(await road.readValues(road.lisa, "Test")).toEqual({ Password: "by the value" });
});
