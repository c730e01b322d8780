import { expect, test } from "vitest";
import { startLocalOctopus } from "./local-octopus.ts";

test("the root document is there without a key, with and without a slash", async () => {
  const octopus = await startLocalOctopus();
  for (const path of ["/api", "/api/"]) {
    const { status, body } = await octopus.as("").get(path);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      Application: "Octopus Deploy",
      Version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      InstallationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(Object.keys(body.Links).length).toBeGreaterThan(130);
    expect(body.Links["Environments"]).toBe("/api/Spaces-1/environments{/id}{?name,skip,ids,take,partialName}");
  }
});

test("the root of a space has the same links for that space", async () => {
  const octopus = await startLocalOctopus();
  const space = await octopus.made("/api/spaces", { Name: "Second", SpaceManagersTeamMembers: ["Users-1"] });
  const [root, ofSpace] = [await octopus.get("/api"), await octopus.get(`/api/${space.Id}`)];
  expect(Object.keys(ofSpace.body.Links).toSorted()).toEqual(Object.keys(root.body.Links).toSorted());
  expect(ofSpace.body.Links["Projects"]).toContain(`/api/${space.Id}/projects`);
  expect((await octopus.get("/api/Spaces-99")).status).toBe(404);
});

test("everything else wants a key that is known", async () => {
  const octopus = await startLocalOctopus();
  for (const key of ["", "API-WRONG"]) {
    const answer = await octopus.as(key).get("environments");
    expect(answer.status).toBe(401);
    expect(answer.body.ErrorMessage).toBe(
      "You must be logged in to request this resource. Please provide a valid API key or log in again.",
    );
  }
});

test("one capability is listed once, and feature toggles are found by name", async () => {
  const octopus = await startLocalOctopus();
  const { body } = await octopus.get("/api/capabilities");
  expect(body["Capabilities"]).toContain("GetAllSpacesRequest");
  const toggles = await octopus.get("/api/configuration/feature-toggles?Name=CommonVariableScopingFeatureToggle");
  expect(toggles.body["FeatureToggles"]).toEqual([{ Name: "CommonVariableScopingFeatureToggle", IsEnabled: true }]);
});

test("the space has one retention policy of each kind", async () => {
  const octopus = await startLocalOctopus();
  const policy = (await octopus.get("retentionpolicies?RetentionType=RunbookRetention")).body;
  expect(policy).toMatchObject({ Strategy: "Count", QuantityToKeep: 100, Unit: "Items" });
  expect((await octopus.put(`retentionpolicies/${policy.Id ?? ""}`, { Strategy: "Forever" })).body).toMatchObject({
    Strategy: "Forever",
    QuantityToKeep: 0,
  });
  expect((await octopus.get("retentionpolicies?RetentionType=Nothing")).status).toBe(400);
});
