import { expect, test } from "vitest";
import { nameSecretValues, nameValue } from "../../../lib/graph/name-secret-values.ts";
import { reference } from "../../../lib/model/graph.ts";
import { isJsonObject, objectsOf, textOf, type JsonObject } from "../../../lib/model/json.ts";

const production = reference("environment", ["Production"]);
const testing = reference("environment", ["Test"]);

function secret(Scope: JsonObject, { Name = "Password", ...reason }: { Name?: string; unresolvable?: string } = {}) {
  const variable: JsonObject = { Name, IsSensitive: true, Value: { $secret: { variable: Name, ...reason } }, Scope };
  return variable;
}

function plain(Name: string): JsonObject {
  return { Name, Value: "x", Scope: {} };
}

function marksOf(...Variables: JsonObject[]): JsonObject[] {
  return objectsOf(nameSecretValues({ Variables }), "Variables").flatMap(({ Value: value = null }) =>
    isJsonObject(value) && isJsonObject(value["$secret"]) ? [value["$secret"]] : [],
  );
}

function namesOf(...variables: JsonObject[]): string[] {
  return marksOf(...variables).map((mark) => textOf(mark, "named"));
}

test("a value is called by its variable and by what it is scoped to", () => {
  expect(namesOf(secret({ Environment: [production] }), secret({ Environment: [testing] }))).toEqual([
    "Password[Production]",
    "Password[Test]",
  ]);
});

test("several names stand in alphabetical order, wherever in the scope they are from", () => {
  const scope = {
    Environment: [testing, production],
    Role: ["web"],
    Machine: [reference("machine", ["server 7"])],
    Channel: [reference("channel", ["Hello World", "Hotfix"])],
    Action: [reference("action", ["Hello World", "Restart", "Deploy [it]"])],
    ProcessOwner: [reference("runbook", ["Hello World", "Restart"])],
    TenantTag: [reference("tag", ["Region", "EU"])],
  };
  expect(namesOf(secret(scope))).toEqual([
    "Password[Deploy [it], Hotfix, Production, Region/EU, Restart, server 7, Test, web]",
  ]);
});

test("a name with brackets of its own gets further ones", () => {
  expect(nameValue("Database[Main].Password", ["Test"])).toBe("Database[Main].Password[Test]");
});

test("what is no secret, applies everywhere or is not the only one of its scope has no such name", () => {
  expect(namesOf(plain("Greeting"), secret({}))).toEqual([""]);
  const twins = [secret({ Environment: [testing] }), secret({ Environment: [testing] }, { Name: "password" })];
  expect(namesOf(...twins)).toEqual(["", ""]);
});

test("a variable of the template that has the name already keeps it", () => {
  const variables = [secret({ Environment: [testing] }, { unresolvable: "it is hidden" }), plain("password[TEST]")];

  expect(marksOf(...variables)).toEqual([
    {
      variable: "Password",
      unresolvable: expect.stringMatching(/^it is hidden, or scope the variable "Password\[Test\]" to/),
    },
  ]);
});

test("why a value cannot be known ends with the name that it can be given by", () => {
  expect(marksOf(secret({ Role: ["web"] }, { unresolvable: "it is hidden" }))).toEqual([
    {
      variable: "Password",
      named: "Password[web]",
      unresolvable: 'it is hidden, or give the run the value as the variable "Password[web]"',
    },
  ]);
});

test("variables without secrets are passed through", () => {
  const body = { Variables: [plain("Greeting")] };
  expect(nameSecretValues(body)).toBe(body);
});
