import { expect, test } from "vitest";
import { addTenants, type AddTenantsOptions, type AddTenantsOutcome } from "../../../lib/install/add-tenants.ts";
import { createOctopusClient } from "../../../lib/octopus/octopus-client.ts";
import { openTenantValues } from "../../../lib/octopus/tenant-value-list.ts";
import { createApi } from "../../api.ts";
import { startOctopus, type TestServer } from "../../steps/managed-tenants.ts";
import { getNamed, runInstall, startWithProjects } from "./run-install.ts";

// Fifty tenants are one command: made, tagged, connected and filled, and nothing of it twice.

async function startInstalled(): Promise<TestServer> {
  const octopus = await startWithProjects("Hello World", "Other");
  await octopus.api.post("/tagsets", {
    Name: "Region",
    Tags: [
      { Name: "Europe", Color: "#333333" },
      { Name: "A/B 🇪🇺", Color: "#333333" },
    ],
  });
  await runInstall(octopus, { projects: ["Hello World", "Other"] });
  return octopus;
}

function add(
  { url, apiKey }: TestServer,
  tenants: AddTenantsOptions["tenants"],
  options: Partial<AddTenantsOptions> = {},
): Promise<AddTenantsOutcome> {
  const space = createOctopusClient({ url, apiKey }).inSpace({ Id: "Spaces-1", Name: "Default" });
  return addTenants(space, { tenants, templates: [], replaceKeys: false, onlyPlan: false, ...options });
}

async function valuesOf({ api, url, apiKey }: TestServer, tenant: string): Promise<Record<string, unknown>> {
  const { Id } = await getNamed(api, "/tenants", tenant);
  const space = createOctopusClient({ url, apiKey }).inSpace({ Id: "Spaces-1", Name: "Default" });
  const { values } = await openTenantValues(space, Id, ["sets"]);
  return Object.fromEntries(values.map(({ template, value }) => [template, value]));
}

function writesOf({ server }: TestServer): string[] {
  return server.requests.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);
}

test("a tenant is made, tagged, connected to every template, and filled with what says where its space is", async () => {
  const octopus = await startInstalled();
  const other = await startOctopus();
  await createApi(other, "/api").post("/spaces", { Name: "Europe", SpaceManagersTeamMembers: ["Users-1"] });
  const europe = {
    name: "Europe / Zürich 🇨🇭",
    url: `${other.url}/`,
    space: "europe",
    tags: ["region/europe", "Region/A/B 🇪🇺"],
    apiKey: other.apiKey,
  };

  const planned = await add(octopus, [europe], { onlyPlan: true });
  const done = await add(octopus, [europe]);
  octopus.server.requests.length = 0;
  const again = await add(octopus, [europe]);

  expect(done).toEqual(planned);
  expect(done.changes.map(({ verb, what }) => `${verb} ${what}`)).toEqual([
    'create the tenant "Europe / Zürich 🇨🇭"',
    'create the values ManagedTenant.Octopus.Url, ManagedTenant.Octopus.SpaceId, ManagedTenant.Octopus.ApiKey of the tenant "Europe / Zürich 🇨🇭"',
  ]);
  expect(done.remaining).toEqual([]);
  expect(again).toEqual({ changes: [], remaining: [] });
  expect(writesOf(octopus)).toEqual([]);
  const tenant = await getNamed(octopus.api, "/tenants", europe.name);
  const sync = await getNamed(octopus.api, "/environments", "Sync");
  const projects = ["__ Client Space", "Hello World", "Other"].map((name) => getNamed(octopus.api, "/projects", name));
  expect(tenant).toMatchObject({
    TenantTags: expect.arrayContaining(["Region/Europe", "Region/A/B 🇪🇺"]),
    ProjectEnvironments: Object.fromEntries((await Promise.all(projects)).map(({ Id }) => [Id, [sync.Id]])),
  });
  const values = await valuesOf(octopus, europe.name);
  expect(values).toMatchObject({
    "ManagedTenant.Octopus.Url": other.url,
    "ManagedTenant.Octopus.ApiKey": { HasValue: true, NewValue: null },
  });
  expect(values["ManagedTenant.Octopus.SpaceId"]).toMatch(/^Spaces-\d+$/);
});

test("a tenant that is there gets what it lacks, and keeps what it has", async () => {
  const octopus = await startInstalled();
  const other = await getNamed(octopus.api, "/projects", "Other");
  const testing = await octopus.api.post("/environments", { Name: "Test" });
  await octopus.api.post("/tenants", {
    Name: "America",
    Description: "Ours.",
    TenantTags: ["Region/Europe"],
    ProjectEnvironments: { [other.Id]: [testing.Id] },
  });

  const { remaining } = await add(octopus, [{ name: "america", url: octopus.url, tags: [] }], {
    templates: ["hello world"],
  });

  const sync = await getNamed(octopus.api, "/environments", "Sync");
  const hello = await getNamed(octopus.api, "/projects", "Hello World");
  expect(await getNamed(octopus.api, "/tenants", "America")).toMatchObject({
    Description: "Ours.",
    TenantTags: ["Region/Europe"],
    ProjectEnvironments: { [other.Id]: [testing.Id], [hello.Id]: [sync.Id] },
  });
  expect(remaining).toEqual([
    'Run "__ Create Client Space" for the tenant "america": it makes the space.',
    'Give the tenant "america" its ManagedTenant.Octopus.ApiKey (Tenant, Variables, Common Variables).',
  ]);
});

test("what remains for many is said once", async () => {
  const octopus = await startInstalled();
  const tenants = Array.from({ length: 12 }, (_, index) => ({ name: `T${10 + index}`, url: octopus.url, tags: [] }));

  const { remaining } = await add(octopus, tenants);

  const names = tenants.slice(0, 10).map(({ name }) => `"${name}"`);
  expect(remaining).toEqual([
    `Run "__ Create Client Space" for the tenants ${names.join(", ")} and 2 more: it makes the spaces.`,
    `Give the tenants ${names.join(", ")} and 2 more their ManagedTenant.Octopus.ApiKey (Tenant, Variables, Common Variables).`,
  ]);
});

test("a key that a tenant has is replaced when that is asked for", async () => {
  const octopus = await startInstalled();
  const tenant = { name: "America", url: octopus.url, tags: [], apiKey: octopus.apiKey };
  await add(octopus, [tenant]);

  const kept = await add(octopus, [tenant]);
  const replaced = await add(octopus, [tenant], { replaceKeys: true });

  expect(kept.changes).toEqual([]);
  expect(replaced.changes.map(({ what }) => what)).toEqual([
    'the values ManagedTenant.Octopus.ApiKey of the tenant "America"',
  ]);
});

test("all that is wrong with any of them is told at once, and nothing is written", async () => {
  const octopus = await startInstalled();
  await add(octopus, [{ name: "America", url: octopus.url, tags: [] }]);
  octopus.server.requests.length = 0;

  const refused = await add(octopus, [
    { name: "America", url: "https://elsewhere.example.com", tags: [] },
    { name: "Asia", url: "asia", tags: [] },
    { name: "Africa", url: octopus.url, tags: ["Region/Euorpe"] },
    { name: "AFRICA", url: octopus.url, tags: [] },
    { name: "Oceania", url: octopus.url, tags: [], space: "Nowhere" },
    { name: "Antarctica", url: octopus.url, tags: [], apiKey: "API-WRONG00000000000000000000000" },
    { name: "Atlantis", url: "https://elsewhere.example.com", tags: [], space: "Deep" },
    { name: " ", url: octopus.url, tags: [] },
  ]).catch(String);

  expect(refused).toContain(`- the tenant "America": it stands for a space at ${octopus.url} already.`);
  expect(refused).toContain('- the tenant "Asia": The Octopus Server URL "asia" is no address.');
  expect(refused).toContain(
    '- the tenant "Africa": there is no tag "Region/Euorpe" in the space "Default". Did you mean "Region/Europe"?',
  );
  expect(refused).toContain('- the tenant "AFRICA": it is there twice');
  expect(refused).toContain(`- the tenant "Oceania": There is no space "Nowhere" at ${octopus.url}`);
  expect(refused).toContain('- the tenant "Antarctica": ');
  expect(refused).toContain(
    '- the tenant "Atlantis": its key is needed to find the space "Deep" at https://elsewhere.example.com.',
  );
  expect(refused).toContain("a tenant needs a name");
  expect(refused).not.toContain("API-WRONG");
  expect(writesOf(octopus)).toEqual([]);
});

test("templates and spaces that are none are told with what to do", async () => {
  const octopus = await startInstalled();
  const empty = await startOctopus();
  const tenant = { name: "America", url: octopus.url, tags: [] };

  await expect(add(octopus, [tenant], { templates: ["Helo World"] })).rejects.toThrow(
    'There is no template "Helo World": no project of that name has the management runbooks. Did you mean "Hello World"?',
  );
  await expect(add(empty, [tenant])).rejects.toThrow(
    'The space "Default" is no management space yet: it lacks what tenants are connected to. Run managed-spaces install first.',
  );
});
