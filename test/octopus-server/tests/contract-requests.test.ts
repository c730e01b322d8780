import { onTestFinished, expect, test } from "vitest";
import { contract as published } from "../../published-contract.ts";
import { observeRequests } from "../contract/observe-requests.ts";
import { toContract, type Contract } from "../contract/read-contract.ts";
import { startLocalOctopus } from "./local-octopus.ts";

const small = toContract({
  areas: {
    environments: {
      endpoints: [
        {
          method: "GET",
          path: "/api/{spaceId}/environments",
          query: {
            skip: { type: "integer" },
            take: { type: "integer" },
            ids: { type: "array", items: { type: "string" } },
          },
          status: [200],
          answer: "page @Environment",
        },
        {
          method: "POST",
          path: "/api/{spaceId}/environments",
          body: {
            Name: { type: "string", required: true },
            SpaceId: { type: "string", required: true },
            SortOrder: { type: "integer" },
          },
          status: [201],
          answer: "@Environment",
        },
      ],
      types: { Environment: { Name: { type: "string" } } },
    },
  },
});

/** A program of this name, and what is found of its requests. */
async function startStage(contract: Contract, name: string) {
  const octopus = await startLocalOctopus();
  const { observed, stop } = observeRequests(contract, name);
  onTestFinished(stop);
  const headers = { "X-Octopus-ApiKey": octopus.server.apiKey, "Content-Type": "application/json" };
  return {
    observed,
    octopus,
    ask: (method: string, path: string, body?: unknown) =>
      fetch(`${octopus.url}/api/Spaces-1${path}`, {
        method,
        headers: { ...headers, "User-Agent": name },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  };
}

test("a request that is as the contract has it is counted and nothing else", async () => {
  const { ask, observed } = await startStage(small, "careful");

  await ask("POST", "/environments", { Name: "Test", SpaceId: "Spaces-1", SortOrder: 1 });
  await ask("GET", "/environments?skip=0&take=10&ids=Environments-1,Environments-2");

  expect(observed.count).toBe(2);
  expect([...observed.endpoints]).toEqual(["POST /api/{spaceId}/environments", "GET /api/{spaceId}/environments"]);
  expect([...observed.breaches]).toEqual([]);
});

test("whatever else a request has is told, each thing once", async () => {
  const { ask, observed } = await startStage(small, "careless");

  await ask("POST", "/environments", { Name: "Test", Colour: "red", SortOrder: "first" });
  await ask("POST", "/environments", { Name: "Production", Colour: "blue" });
  await ask("POST", "/environments");
  await ask("GET", "/environments?order=desc&take=all");
  await ask("GET", "/projects/Projects-1?take=1");

  expect([...observed.breaches]).toEqual([
    "POST /api/{spaceId}/environments: body SpaceId is missing",
    "POST /api/{spaceId}/environments: body Colour is not documented",
    "POST /api/{spaceId}/environments: body SortOrder is no integer",
    "POST /api/{spaceId}/environments: body is missing",
    "GET /api/{spaceId}/environments: query skip is missing",
    "GET /api/{spaceId}/environments: query order is not documented",
    "GET /api/{spaceId}/environments: query take is no integer",
    "GET /api/{spaceId}/projects/{id}: route is not documented",
  ]);
});

test("a program of another name is not looked at", async () => {
  const { observed, octopus } = await startStage(small, "careful");

  await octopus.post("environments", { Colour: "red" });

  expect(observed.count).toBe(0);
});

test("what is known from elsewhere is an exception and no breach", async () => {
  const { ask, observed } = await startStage(
    toContract({
      areas: {
        teams: {
          endpoints: [
            { method: "GET", path: "/api/{spaceId}/teams", aliases: ["/api/teams"], status: [200], answer: "none" },
          ],
          types: {},
        },
      },
    }),
    "careful",
  );

  await ask("GET", "/teams?includeSystem=true&colour=red");

  expect([...observed.breaches]).toEqual(["GET /api/{spaceId}/teams: query colour is not documented"]);
  expect([...observed.exceptions]).toMatchObject([{ at: "query includeSystem" }]);
});

test.skipIf(published === undefined)(
  "all that the product asks in any test is held against Octopus's own API reference (set OCTOPUS_API_CONTRACT to check)",
  async () => {
    if (published === undefined) return;
    const { ask, observed } = await startStage(published, "careless");

    await ask("POST", "/environments", { Name: "Test", Colour: "red" });

    expect([...observed.breaches]).toEqual([
      "POST /api/{spaceId}/environments: body SpaceId is missing",
      "POST /api/{spaceId}/environments: body Colour is not documented",
    ]);
  },
);
