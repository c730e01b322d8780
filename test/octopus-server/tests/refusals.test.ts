import { expect, test } from "vitest";
import { routes } from "../routes/index.ts";
import { withoutSecrets } from "../model/sensitive.ts";
import type { OctopusModel } from "../model/model.ts";
import { startLocalOctopus, type LocalOctopus } from "./local-octopus.ts";
import { openFilled, openInProcess } from "./random-requests.ts";

/** Kinds with names that are unique in their space, and what a document of each needs. */
const named: readonly [string, Record<string, unknown>][] = [
  ["environments", {}],
  ["projectgroups", {}],
  ["lifecycles", {}],
  ["libraryvariablesets", {}],
  ["tagsets", {}],
  ["tenants", {}],
  ["feeds", { FeedType: "NuGet", FeedUri: "https://nuget.example.com/index.json" }],
  ["accounts", { AccountType: "Token", Token: { HasValue: true, NewValue: "secret" } }],
  [
    "git-credentials",
    { Details: { Type: "UsernamePassword", Username: "u", Password: { HasValue: true, NewValue: "p" } } },
  ],
  ["actiontemplates", { ActionType: "Octopus.Script" }],
  ["machinepolicies", {}],
  ["workerpools", { WorkerPoolType: "StaticWorkerPool" }],
  ["proxies", { Host: "proxy.example.com", Port: 80 }],
];

/** Kinds with names that are unique in their project. */
const namedInProject: readonly [string, Record<string, unknown>][] = [
  ["runbooks", {}],
  ["channels", {}],
  [
    "projecttriggers",
    {
      Filter: { FilterType: "OnceDailySchedule", StartTime: "09:00" },
      Action: { ActionType: "RunRunbook", RunbookTags: ["All/All"], EnvironmentIds: [] },
    },
  ],
];

async function addProject(octopus: LocalOctopus, name: string): Promise<string> {
  return (
    await octopus.made("projects", { Name: name, ProjectGroupId: "ProjectGroups-1", LifecycleId: "Lifecycles-1" })
  ).Id;
}

async function addSecondSpace(octopus: LocalOctopus): Promise<void> {
  await octopus.made("/api/spaces", { Name: "Second", SpaceManagersTeamMembers: ["Users-1"] });
}

test.each(named)("%s: one name, one document, and only in its space", async (kind, fields) => {
  const octopus = await startLocalOctopus();
  await addSecondSpace(octopus);
  const made = await octopus.made(kind, { ...fields, Name: "Web Service" });
  const other = await octopus.made(kind, { ...fields, Name: "Other" });
  const refusals = [
    await octopus.post(kind, { ...fields, Name: "Web Service" }),
    await octopus.post(kind, { ...fields, Name: "WEB SERVICE" }),
    await octopus.put(`${kind}/${other.Id}`, { ...other, Name: "Web Service" }),
  ];
  for (const refusal of refusals)
    expect([refusal.status, refusal.body.Errors?.[0]]).toEqual([400, expect.stringContaining("already exists")]);
  expect((await octopus.post(`/api/Spaces-2/${kind}`, { ...fields, Name: "Web Service" })).status).toBe(201);
  const elsewhere = `/api/Spaces-2/${kind}/${made.Id}`;
  const answers = [await octopus.get(elsewhere), await octopus.put(elsewhere, made), await octopus.remove(elsewhere)];
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
  expect((await octopus.remove(`${kind}/${made.Id}`)).status).toBe(200);
  expect((await octopus.remove(`${kind}/${made.Id}`)).status).toBe(404);
});

test.each(namedInProject)("%s: one name, one document, and only in its project", async (kind, fields) => {
  const octopus = await startLocalOctopus();
  const [first, second] = [await addProject(octopus, "First"), await addProject(octopus, "Second")];
  await octopus.made(kind, { ...fields, ProjectId: first, Name: "Nightly" });
  const refusal = await octopus.post(kind, { ...fields, ProjectId: first, Name: "nightly" });
  expect([refusal.status, refusal.body.Errors?.[0]]).toEqual([400, expect.stringContaining("already exists")]);
  await octopus.made(kind, { ...fields, ProjectId: second, Name: "Nightly" });
});

test.each([...named, ...namedInProject])("%s: names are there, not blank, and not endless", async (kind, fields) => {
  const octopus = await startLocalOctopus();
  const ProjectId = await addProject(octopus, "Web");
  for (const Name of [undefined, null, "", "   ", "x".repeat(2000), { a: 1 }, ["a"]]) {
    const refusal = await octopus.post(kind, { ...fields, ProjectId, Name });
    expect([Name, refusal.status]).toEqual([Name, 400]);
    expect(refusal.body).toMatchObject({
      ErrorMessage: "There was a problem with your request.",
      Errors: [expect.any(String)],
    });
  }
});

/** A document, what names its id, and the kind that is then in use. */
const uses: readonly [string, string, (octopus: LocalOctopus) => Promise<unknown>][] = [
  ["a lifecycle of a project", "lifecycles/Lifecycles-1", (octopus) => addProject(octopus, "Web")],
  ["a project group with projects", "projectgroups/ProjectGroups-1", (octopus) => addProject(octopus, "Web")],
  [
    "an environment of a lifecycle",
    "environments/Environments-1",
    async (octopus) => {
      await octopus.made("environments", { Name: "Test" });
      await octopus.made("lifecycles", {
        Name: "L",
        Phases: [{ Name: "One", AutomaticDeploymentTargets: ["Environments-1"] }],
      });
    },
  ],
  [
    "a library variable set of a project",
    "libraryvariablesets/LibraryVariableSets-1",
    async (octopus) => {
      await octopus.made("libraryvariablesets", { Name: "Set" });
      const shared = { ProjectGroupId: "ProjectGroups-1", LifecycleId: "Lifecycles-1" };
      await octopus.made("projects", {
        Name: "Web",
        ...shared,
        IncludedLibraryVariableSetIds: ["LibraryVariableSets-1"],
      });
    },
  ],
  [
    "a tag set of a tenant",
    "tagsets/TagSets-1",
    async (octopus) => {
      await octopus.made("tagsets", { Name: "Region", Tags: [{ Name: "South", Color: "#333333" }] });
      await octopus.made("tenants", { Name: "Customer", TenantTags: ["Region/South"] });
    },
  ],
  [
    "a feed of a step",
    "feeds/Feeds-1",
    async (octopus) => {
      const feed = await octopus.made("feeds", { Name: "F", FeedType: "NuGet", FeedUri: "https://nuget.example.com" });
      await addStep(octopus, {
        Packages: [{ Name: "", PackageId: "Web", FeedId: feed.Id, AcquisitionLocation: "Server" }],
      });
    },
  ],
  [
    "a worker pool of a step",
    "workerpools/WorkerPools-2",
    async (octopus) => {
      const pool = await octopus.made("workerpools", { Name: "Pool", WorkerPoolType: "StaticWorkerPool" });
      await addStep(octopus, { WorkerPoolId: pool.Id });
    },
  ],
  [
    "a release that is being deployed",
    "releases/Releases-1",
    async (octopus) => {
      await octopus.made("environments", { Name: "Test" });
      const ProjectId = await addProject(octopus, "Web");
      await octopus.made("releases", { ProjectId, Version: "1.0.0" });
      await octopus.made("deployments", { ReleaseId: "Releases-1", EnvironmentId: "Environments-1" });
    },
  ],
  [
    "a channel with releases",
    "channels/Channels-2",
    async (octopus) => {
      const ProjectId = await addProject(octopus, "Web");
      const channel = await octopus.made("channels", { ProjectId, Name: "Beta" });
      await octopus.made("releases", { ProjectId, Version: "1.0.0", ChannelId: channel.Id });
    },
  ],
];

async function addStep(octopus: LocalOctopus, fields: Record<string, unknown>): Promise<void> {
  const projectId = await addProject(octopus, "Web");
  const path = `projects/${projectId}/deploymentprocesses`;
  const { body } = await octopus.get(path);
  const action = { Name: "Say", ActionType: "Octopus.Script", Properties: {}, ...fields };
  const answer = await octopus.put(path, { ...body, Steps: [{ Name: "Say", Actions: [action] }] });
  expect(answer.body.Errors ?? []).toEqual([]);
}

test.each(uses)("%s is not deleted", async (_what, path, use) => {
  const octopus = await startLocalOctopus();
  await use(octopus);
  const found = (await octopus.get(path.split("/")[0] ?? "")).body.Items.map((item) => item.Id);
  const target = path.endsWith("Feeds-1") ? `feeds/${found.find((id) => id?.startsWith("Feeds-"))}` : path;
  expect((await octopus.remove(target)).body).toMatchObject({ Errors: [expect.any(String)] });
  expect((await octopus.get(target)).status).toBe(200);
});

/** Writes that change nothing or only what is everybody's own. */
const openWrites = new Set([
  "POST /api/{space}/channels/rule-test",
  "POST /api/{space}/releases/{release}/deployments/previews",
]);

test("nobody changes what no role of theirs lets them change", async () => {
  const { server, send } = await openFilled(openInProcess);
  const key = addPowerless(server.model);
  const Start = "2026-01-01T00:00:00Z";
  server.model.collection("deploymentfreezes").add({ Name: "Holidays", Start, End: "2027-01-01T00:00:00Z" });
  const before = contentOf(server.model);
  const successes: string[] = [];
  for (const route of routes) {
    if (route.method === "GET" || route.anonymous === true) continue;
    const path = route.path
      .split("/")
      .map((segment, index, all) => filled(server.model, { segment, before: all[index - 1] ?? "" }));
    const request = new Request(server.model.url + path.join("/"), {
      method: route.method,
      headers: { "X-Octopus-ApiKey": key, "Content-Type": "application/json" },
      ...(route.method === "DELETE" ? {} : { body: JSON.stringify(sample(server.model, route.path)) }),
    });
    const { status } = await send(request);
    const name = `${route.method} ${route.path}`;
    if (status < 400 && !openWrites.has(name)) successes.push(name);
  }
  expect(successes).toEqual([]);
  expect(contentOf(server.model)).toEqual(before);
});

/** A user who may submit interruptions in the default space and nothing else. */
function addPowerless(model: OctopusModel): string {
  for (const scoped of model.collection("scopeduserroles").list((one) => one["TeamId"] === "teams-everyone"))
    model.collection("scopeduserroles").remove(scoped.Id);
  const user = model.collection("users").add({ Username: "powerless", IsActive: true });
  const role = model.collection("userroles").add({ Name: "Role", GrantedSpacePermissions: ["InterruptionView"] });
  const team = model.collection("teams").add({ Name: "Powerless", MemberUserIds: [user.Id], SpaceId: "Spaces-1" });
  model.collection("scopeduserroles").add({ TeamId: team.Id, UserRoleId: role.Id, SpaceId: "Spaces-1" });
  model.collection("apikeys").add({ UserId: user.Id, Secret: "API-POWERLESS", Expires: null });
  return "API-POWERLESS";
}

function filled(model: OctopusModel, { segment, before }: { segment: string; before: string }): string {
  if (!segment.startsWith("{")) return segment;
  if (segment === "{space}") return "Spaces-1";
  const kind = model.kinds.find(
    (one) => one === before.toLowerCase() || one.startsWith(segment.slice(1, -1).toLowerCase()),
  );
  return kind === undefined ? "1" : (model.collection(kind).list()[0]?.Id ?? "1");
}

function sample(model: OctopusModel, path: string): unknown {
  const segments = path.toLowerCase().split("/");
  const kind = model.kinds.findLast((one) => segments.includes(one));
  return withoutSecrets((kind === undefined ? undefined : model.collection(kind).list()[0]) ?? { Name: "Name" });
}

function contentOf(model: OctopusModel): unknown {
  const kinds = model.kinds.filter((kind) => kind !== "events");
  return structuredClone(kinds.map((kind) => [kind, model.collection(kind).list()]));
}

test.each([
  ["ProjectIds", ["Projects-1"], "projects/Projects-2"],
  ["EnvironmentIds", ["Environments-1"], "environments/Environments-2"],
  ["TenantIds", ["Tenants-1"], "tenants/Tenants-2"],
  ["ProjectGroupIds", ["ProjectGroups-1"], "projectgroups/ProjectGroups-2"],
])("a role for some %s leaves the others alone", async (field, ids, other) => {
  const octopus = await startLocalOctopus();
  for (const name of ["One", "Two"]) {
    await octopus.made("environments", { Name: name });
    await octopus.made("tenants", { Name: name });
    await addProject(octopus, name);
  }
  await octopus.made("projectgroups", { Name: "Other" });
  const user = await octopus.made("/api/users", { Username: "somebody" });
  const team = await octopus.made("/api/teams", { Name: "Team", MemberUserIds: [user.Id], SpaceId: "Spaces-1" });
  const scope = { TeamId: team.Id, UserRoleId: "userroles-spacemanager", SpaceId: "Spaces-1", [field]: ids };
  await octopus.made("/api/scopeduserroles", scope);
  const key = await octopus.made(`/api/users/${user.Id}/apikeys`, { Purpose: "Test" });
  const somebody = octopus.as(String(key["ApiKey"]));
  const own = `${other.split("/")[0] ?? ""}/${ids[0] ?? ""}`;
  const statuses = async (path: string): Promise<number[]> => {
    const read = await somebody.get(path);
    const document = { ...(await octopus.get(path)).body, Description: "Changed" };
    return [read.status, (await somebody.put(path, document)).status, (await somebody.remove(path)).status];
  };
  expect((await statuses(own)).slice(0, 2)).toEqual([200, 200]);
  expect(await statuses(other)).toEqual([403, 403, 403]);
});

test("a stale version is refused for all that has one", async () => {
  const octopus = await startLocalOctopus();
  const projectId = await addProject(octopus, "Web");
  await octopus.made("runbooks", { Name: "Backup", ProjectId: projectId });
  const template = await octopus.made("actiontemplates", { Name: "T", ActionType: "Octopus.Script" });
  for (const path of [
    `projects/${projectId}/deploymentprocesses`,
    "runbookProcesses/RunbookProcess-Runbooks-1",
    `variables/variableset-${projectId}`,
    `actiontemplates/${template.Id}`,
  ]) {
    const { body } = await octopus.get(path);
    const change = { ...body, Description: "changed", Variables: [{ Name: "A", Value: "b", Type: "String" }] };
    expect([path, (await octopus.put(path, change)).status]).toEqual([path, 200]);
    const stale = await octopus.put(path, { ...body, Version: Number(body["Version"]) - 1 });
    expect([path, stale.status >= 400, stale.status < 500]).toEqual([path, true, true]);
  }
});

test("a reference to another space is as good as one to nothing", async () => {
  const octopus = await startLocalOctopus();
  await addSecondSpace(octopus);
  const elsewhere = async (kind: string, fields: Record<string, unknown>): Promise<string> =>
    (await octopus.made(`/api/Spaces-2/${kind}`, { Name: "Elsewhere", ...fields })).Id;
  const shared = { ProjectGroupId: "ProjectGroups-1", LifecycleId: "Lifecycles-1" };
  const projectId = await addProject(octopus, "Web");
  const environmentId = await elsewhere("environments", {});
  const attempts: [string, Record<string, unknown>][] = [
    ["projects", { Name: "A", ...shared, LifecycleId: await elsewhere("lifecycles", {}) }],
    ["projects", { Name: "A", ...shared, ProjectGroupId: await elsewhere("projectgroups", {}) }],
    ["projects", { Name: "A", ...shared, IncludedLibraryVariableSetIds: [await elsewhere("libraryvariablesets", {})] }],
    ["tenants", { Name: "A", ProjectEnvironments: { [projectId]: [environmentId] } }],
    ["runbooks", { Name: "A", ProjectId: projectId, EnvironmentScope: "Specified", Environments: [environmentId] }],
    ["channels", { Name: "A", ProjectId: projectId, LifecycleId: await elsewhere("lifecycles", { Name: "B" }) }],
    ["accounts", { Name: "A", AccountType: "Token", Token: { NewValue: "x" }, EnvironmentIds: [environmentId] }],
    ["deployments", { ReleaseId: "Releases-1", EnvironmentId: environmentId }],
  ];
  for (const [kind, body] of attempts) {
    const { status } = await octopus.post(kind, body);
    expect([kind, status >= 400 && status < 500]).toEqual([kind, true]);
  }
});
