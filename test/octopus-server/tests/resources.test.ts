import { expect, test } from "vitest";
import { startLocalOctopus } from "./local-octopus.ts";

test("a new resource gets an id, a slug and links", async () => {
  const octopus = await startLocalOctopus();
  const answer = await octopus.post("environments", { Name: "Pre Production!" });
  expect(answer.status).toBe(201);
  expect(answer.body).toMatchObject({
    Id: "Environments-1",
    Slug: "pre-production",
    SpaceId: "Spaces-1",
    Links: { Self: "/api/Spaces-1/environments/Environments-1" },
  });
});

test("names differ in more than case, and slugs stay unique", async () => {
  const octopus = await startLocalOctopus();
  await octopus.made("environments", { Name: "Test" });
  const again = await octopus.post("environments", { Name: "tEST" });
  expect(again.status).toBe(400);
  expect(again.body).toMatchObject({
    ErrorMessage: "There was a problem with your request.",
    Errors: ["An environment with this name already exists. Please choose a different name."],
  });
  expect(await octopus.made("environments", { Name: "Test!" })).toMatchObject({ Slug: "test-1" });
});

test("the same name is free in another space", async () => {
  const octopus = await startLocalOctopus();
  const space = await octopus.made("/api/spaces", { Name: "Second", SpaceManagersTeamMembers: ["Users-1"] });
  await octopus.made("environments", { Name: "Test" });
  expect(await octopus.made(`/api/${space.Id}/environments`, { Name: "Test" })).toMatchObject({ SpaceId: space.Id });
});

test.each([
  ["no name", {}],
  ["a blank name", { Name: "  " }],
  ["a name that is too long", { Name: "x".repeat(201) }],
  ["a value of another type", { Name: "Test", EnvironmentTags: "no list" }],
  ["a slug with a space in it", { Name: "Test", Slug: "a b" }],
])("a resource with %s is refused", async (_case, body) => {
  const octopus = await startLocalOctopus();
  const answer = await octopus.post("environments", body);
  expect(answer.status).toBe(400);
  expect(answer.body.Errors).toHaveLength(1);
});

test("property names are bound whatever their case, and unknown ones are not echoed", async () => {
  const octopus = await startLocalOctopus();
  const made = await octopus.made("environments", { name: "Test", useguidedfailure: true, Surprise: 1 });
  expect(made).toMatchObject({ Name: "Test", UseGuidedFailure: true });
  expect(made).not.toHaveProperty("Surprise");
});

test("a PUT replaces in full and keeps the slug", async () => {
  const octopus = await startLocalOctopus();
  const made = await octopus.made("environments", { Name: "Test", Description: "old", UseGuidedFailure: true });
  const answer = await octopus.put(`environments/${made.Id}`, { Name: "Renamed" });
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({ Name: "Renamed", Description: "", UseGuidedFailure: false, Slug: "test" });
});

test("a list is paged, and only pages before the last have a next one", async () => {
  const octopus = await startLocalOctopus();
  for (const name of ["C", "B", "A"]) await octopus.made("tenants", { Name: name });
  const first = await octopus.get("tenants?skip=0&take=2");
  expect(first.body).toMatchObject({
    ItemType: "Tenant",
    TotalResults: 3,
    ItemsPerPage: 2,
    NumberOfPages: 2,
    LastPageNumber: 1,
  });
  expect(first.body.Items.map((item) => item.Name)).toEqual(["A", "B"]);
  const next = await octopus.get(first.body.Links["Page.Next"] ?? "");
  expect(next.body.Items.map((item) => item.Name)).toEqual(["C"]);
  expect(next.body.Links).not.toHaveProperty("Page.Next");
});

test("lists are narrowed down by ids, name and part of the name", async () => {
  const octopus = await startLocalOctopus();
  for (const name of ["Fire Project", "Water Project", "Fire"]) await octopus.made("projectgroups", { Name: name });
  const names = async (query: string): Promise<unknown[]> =>
    (await octopus.get(`projectgroups?${query}`)).body.Items.map((item) => item.Name);
  expect(await names("partialName=fire+PROJ")).toEqual(["Fire Project"]);
  expect(await names("name=fire")).toEqual(["Fire"]);
  expect(await names("ids=ProjectGroups-2&ids=ProjectGroups-4")).toEqual(["Fire", "Fire Project"]);
  expect(await names("ids=ProjectGroups-2%2CProjectGroups-3")).toEqual(["Fire Project", "Water Project"]);
  expect(await names("take=2147483647&unknown=1")).toHaveLength(4);
  expect((await octopus.get("projectgroups?take=-1")).status).toBe(400);
});

test.each([
  "/api/spaces-1/Environments/environments-1",
  "/api/Spaces/Spaces-1/environments/Environments-1",
  "/api/spaces/default/environments/Environments-1",
  "/api/environments/Environments-1",
])("an environment of the default space is found at %s", async (path) => {
  const octopus = await startLocalOctopus();
  await octopus.made("environments", { Name: "Test" });
  expect((await octopus.get(path)).body.Name).toBe("Test");
});

test("a resource of another space is not found", async () => {
  const octopus = await startLocalOctopus();
  const space = await octopus.made("/api/spaces", { Name: "Second", SpaceManagersTeamMembers: ["Users-1"] });
  await octopus.made("environments", { Name: "Test" });
  const answer = await octopus.get(`/api/${space.Id}/environments/Environments-1`);
  expect(answer.status).toBe(404);
  expect(answer.body).not.toHaveProperty("Errors");
});

test("references to what is not in the space are refused", async () => {
  const octopus = await startLocalOctopus();
  const space = await octopus.made("/api/spaces", { Name: "Second", SpaceManagersTeamMembers: ["Users-1"] });
  const environment = await octopus.made(`/api/${space.Id}/environments`, { Name: "Test" });
  const lifecycle = { Name: "Ours", Phases: [{ Name: "One", OptionalDeploymentTargets: [environment.Id] }] };
  expect((await octopus.post("lifecycles", lifecycle)).body.Errors?.[0]).toBe(
    "The phase 'One' has an invalid environment ID.",
  );
  expect((await octopus.post(`/api/${space.Id}/lifecycles`, lifecycle)).status).toBe(201);
});

test("what is in use is not deleted", async () => {
  const octopus = await startLocalOctopus();
  const environment = await octopus.made("environments", { Name: "Test" });
  const lifecycle = await octopus.made("lifecycles", {
    Name: "Ours",
    Phases: [{ Name: "One", OptionalDeploymentTargets: [environment.Id] }],
  });
  expect((await octopus.remove(`environments/${environment.Id}`)).body.Errors).toEqual([
    "This environment cannot be deleted because it is being used by the following lifecycles: Ours",
  ]);
  expect((await octopus.remove(`lifecycles/${lifecycle.Id}`)).status).toBe(200);
  expect((await octopus.remove(`environments/${environment.Id}`)).status).toBe(200);
  expect((await octopus.get(`environments/${environment.Id}`)).status).toBe(404);
});

test("secrets go in, are kept, and never come out", async () => {
  const octopus = await startLocalOctopus();
  const made = await octopus.made("git-credentials", {
    Name: "GitHub",
    Details: { Type: "UsernamePassword", Username: "barry", Password: { HasValue: true, NewValue: "hunter2" } },
  });
  const shown = await octopus.get(`git-credentials/${made.Id}`);
  expect(shown.body).toMatchObject({ Details: { Username: "barry", Password: { HasValue: true, NewValue: null } } });
  await octopus.put(`git-credentials/${made.Id}`, {
    Name: "GitHub",
    Details: { Type: "UsernamePassword", Username: "larry", Password: { HasValue: true, NewValue: null } },
  });
  const kept = await octopus.get(`git-credentials/${made.Id}`);
  expect(kept.body).toMatchObject({ Details: { Username: "larry", Password: { HasValue: true } } });
  expect(JSON.stringify([made, shown, kept, (await octopus.get("git-credentials")).body])).not.toContain("hunter2");
  expect(octopus.server.model.collection("gitcredentials").find(made.Id)).toMatchObject({
    Details: { Password: { $sensitive: "hunter2" } },
  });
});

test("environments keep the order that they are given", async () => {
  const octopus = await startLocalOctopus();
  for (const name of ["Development", "Test", "Production"]) await octopus.made("environments", { Name: name });
  await octopus.put("environments/sortorder", ["Environments-3", "Environments-1", "Environments-2"]);
  expect((await octopus.get("environments/all")).body.Items.map((item) => item.Name)).toEqual([
    "Production",
    "Development",
    "Test",
  ]);
  expect((await octopus.put("environments/sortorder", ["Environments-9"])).status).toBe(400);
});

test("a lifecycle without policies keeps what the space keeps, and units come back capitalized", async () => {
  const octopus = await startLocalOctopus();
  const lifecycle = await octopus.made("lifecycles", {
    Name: "Ours",
    TentacleRetentionPolicy: { Strategy: "Count", QuantityToKeep: 3, Unit: "days" },
  });
  expect(lifecycle).toMatchObject({
    ReleaseRetentionPolicy: { Strategy: "Default", QuantityToKeep: 0, ShouldKeepForever: true, Unit: "Items" },
    TentacleRetentionPolicy: { Strategy: "Count", QuantityToKeep: 3, ShouldKeepForever: false, Unit: "Days" },
  });
});

test("only one worker pool is the default one, and it stays", async () => {
  const octopus = await startLocalOctopus();
  const pool = await octopus.made("workerpools", { Name: "Linux", IsDefault: true });
  expect((await octopus.get("workerpools/WorkerPools-1")).body).toMatchObject({ IsDefault: false });
  expect((await octopus.remove(`workerpools/${pool.Id}`)).body.Errors).toEqual([
    "The default worker pool cannot be deleted.",
  ]);
  expect((await octopus.remove("workerpools/WorkerPools-1")).status).toBe(200);
});

test.each(["lifecycles", "projectgroups", "feeds", "workerpools", "machinepolicies"])(
  "the default space has its default in %s first",
  async (group) => {
    const octopus = await startLocalOctopus();
    const { body } = await octopus.get(`${group}?take=1`);
    expect(body.Items[0]?.Name).toMatch(/^Default|^Octopus Server \(built-in\)$/);
  },
);

test("a tag in use stays, and a tenant has no tag that is not there", async () => {
  const octopus = await startLocalOctopus();
  const set = await octopus.made("tagsets", { Name: "Region", Tags: [{ Name: "Europe" }, { Name: "Asia" }] });
  expect(set).toMatchObject({
    Tags: [{ Id: "TagSets-1/Tags-1", CanonicalTagName: "Region/Europe" }, { Id: "TagSets-1/Tags-2" }],
  });
  expect((await octopus.post("tenants", { Name: "A", TenantTags: ["Region/Mars"] })).status).toBe(400);
  await octopus.made("tenants", { Name: "A", TenantTags: ["Region/Europe"] });
  expect((await octopus.put("tagsets/TagSets-1", { Name: "Region", Tags: [{ Name: "Asia" }] })).body.Errors).toEqual([
    "The tag is used by the tenant A.",
  ]);
  expect(
    (await octopus.put("tagsets/TagSets-1", { Name: "Region", Tags: [{ Id: "TagSets-1/Tags-1", Name: "Europe" }] }))
      .status,
  ).toBe(200);
});

test("each write is a line of the audit trail", async () => {
  const octopus = await startLocalOctopus();
  const made = await octopus.made("environments", { Name: "Test" });
  await octopus.remove(`environments/${made.Id}`);
  const { body } = await octopus.get(`/api/events?regarding=${made.Id}`);
  expect(body.Items).toMatchObject([
    { Category: "Deleted", Username: "admin", Message: "Environment Test was deleted" },
    { Category: "Created", SpaceId: "Spaces-1" },
  ]);
});

test.each([
  ["malformed JSON", "{", "application/json"],
  ["a list", "[1]", "application/json"],
  ["nothing", "", "application/json"],
  ["a form", "a=b", "application/x-www-form-urlencoded"],
])("%s in place of a resource is refused", async (_case, body, type) => {
  const { url, server } = await startLocalOctopus();
  const response = await fetch(`${url}/api/Spaces-1/environments`, {
    method: "POST",
    body,
    headers: { "Content-Type": type, "X-Octopus-ApiKey": server.apiKey },
  });
  expect(response.status).toBe(400);
  expect(Number(response.headers.get("content-length"))).toBeGreaterThan(0);
});

test("an unknown route names the file to add it to", async () => {
  const octopus = await startLocalOctopus();
  const answer = await octopus.get("subscriptionz?x=1");
  expect(answer.status).toBe(501);
  expect(answer.body.ErrorMessage).toContain("routes/subscriptionz.ts");
});
