import { expect, test } from "vitest";
import { createApiStage } from "./api-stage.ts";
import { startLocalOctopus, type Caller, type LocalOctopus } from "./local-octopus.ts";

const space = (name: string): Record<string, unknown> => ({ Name: name, SpaceManagersTeamMembers: ["Users-1"] });

/** Somebody who manages one space and is nobody elsewhere. */
async function managerOf(octopus: LocalOctopus, spaceId: string): Promise<Caller & { userId: string }> {
  const user = await octopus.made("/api/users", { Username: "manager", DisplayName: "Manager" });
  const managed = (await octopus.get(`/api/spaces/${spaceId}`)).body;
  await octopus.put(`/api/spaces/${spaceId}`, { ...managed, SpaceManagersTeamMembers: [user.Id] });
  const key = await octopus.made(`/api/users/${user.Id}/apikeys`, {
    Purpose: "tests",
    Expires: "2099-06-01T00:00:00.000Z",
  });
  return { ...octopus.as(String(key["ApiKey"])), userId: user.Id };
}

test("a server that is well says so", async () => {
  const octopus = await startLocalOctopus();

  expect((await octopus.get("/api/serverstatus")).body).toMatchObject({
    IsUpgradeAvailable: false,
    IsInMaintenanceMode: false,
    MaximumAvailableVersion: null,
  });
  expect(await octopus.as("").get("/api/serverstatus/health")).toMatchObject({
    status: 200,
    body: { IsOperatingNormally: true, IsCompliantWithLicense: true },
  });
  expect((await octopus.get("/api/octopusservernodes/summary")).body["Nodes"]).toMatchObject([
    { Name: "local", IsOffline: false, IsInMaintenanceMode: false, RunningTaskCount: 0 },
  ]);
  expect((await octopus.get("/api/licenses/licenses-current-status")).body).toMatchObject({
    IsCompliant: true,
    EffectiveExpiryDate: null,
    DaysToEffectiveExpiryDate: null,
  });
});

test("all that a server tells about itself can be set", async () => {
  const octopus = await startLocalOctopus({
    version: "2026.3.1000",
    now: () => new Date("2026-05-01T12:00:00Z"),
    instance: {
      upgrade: { version: "2026.4.500", isCoveredByLicense: false },
      health: { isDraining: true, description: "Two nodes drain." },
      license: {
        isCompliant: false,
        summary: "Too many targets.",
        expires: "2026-05-11",
        limits: { machines: 0, tenants: 10 },
      },
      nodes: [
        { name: "A" },
        { name: "B", isOffline: true, lastSeen: "2026-04-30T10:00:00.000Z", maxConcurrentTasks: 10 },
      ],
    },
  });

  expect((await octopus.get("/api/serverstatus")).body).toMatchObject({
    IsUpgradeAvailable: true,
    IsMajorMinorUpgrade: true,
    MaximumAvailableVersion: "2026.4.500",
    MaximumAvailableVersionCoveredByLicense: null,
  });
  expect(await octopus.get("/api/serverstatus/health")).toMatchObject({
    status: 418,
    body: { IsOperatingNormally: false, IsEntireClusterDrainingTasks: true, IsCompliantWithLicense: false },
  });
  expect((await octopus.get("/api/octopusservernodes/summary")).body["Nodes"]).toMatchObject([
    { Id: "OctopusServerNodes-A", IsOffline: false, LastSeen: "2026-05-01T12:00:00.000Z" },
    { Id: "OctopusServerNodes-B", IsOffline: true, LastSeen: "2026-04-30T10:00:00.000Z", MaxConcurrentTasks: 10 },
  ]);
  expect((await octopus.get("/api/licenses/licenses-current-status")).body).toMatchObject({
    IsCompliant: false,
    EffectiveExpiryDate: "2026-05-11",
    DaysToEffectiveExpiryDate: 9,
    Messages: [{ Disposition: "Error", Message: "Too many targets." }],
    Limits: [
      { Name: "Projects", IsUnlimited: true, LimitStatus: "UnderLimit" },
      { Name: "Tenants", IsUnlimited: false, EffectiveLimit: 10, LimitStatus: "UnderLimit" },
      { Name: "Targets", EffectiveLimit: 0, LimitStatus: "AtLimit", Disposition: "Warning" },
      { Name: "Workers", IsUnlimited: true, LicensedLimit: 2_147_483_647 },
      { Name: "Users", CurrentUsage: 1 },
    ],
  });
  octopus.server.model.instance.health.isDraining = false;
  expect((await octopus.get("/api/serverstatus/health")).status).toBe(200);
});

test("the use of the license is told by the names of the spaces", async () => {
  const stage = await createApiStage();
  await stage.project("One");
  await stage.post("/api/spaces", space("Second"));
  await stage.post("/api/Spaces-2/tenants", { Name: "Customer" });

  expect(await stage.get("/api/licenses/licenses-current-usage")).toMatchObject({
    SpacesUsage: [
      { SpaceName: "Default", ProjectsCount: 1, TenantsCount: 0, MachinesCount: 0 },
      { SpaceName: "Second", ProjectsCount: 0, TenantsCount: 1, MachinesCount: 0 },
    ],
    Limits: [
      { Name: "Projects", CurrentUsage: 1 },
      { Name: "Tenants", CurrentUsage: 1 },
      { Name: "Targets" },
      { Name: "Workers" },
      { Name: "Users" },
    ],
  });
});

test("who manages one space learns nothing of the system, and of spaces, tasks and lines only what is there", async () => {
  const octopus = await startLocalOctopus({ now: () => new Date("2026-05-01T12:00:00Z") });
  await octopus.made("/api/spaces", space("Second"));
  const manager = await managerOf(octopus, "Spaces-2");
  await octopus.made("/api/tasks", { Name: "Health", Description: "Check", SpaceId: "Spaces-1" });
  await octopus.made("/api/tasks", { Name: "Health", Description: "Check", SpaceId: "Spaces-2" });
  await octopus.made("/api/tasks", { Name: "Retention", Description: "Retain" });
  for (const id of ["Spaces-1", "Spaces-2"]) await octopus.made(`/api/${id}/environments`, { Name: "Test" });

  for (const path of [
    "licenses/licenses-current-usage",
    "licenses/licenses-current-status",
    "octopusservernodes/summary",
  ]) {
    const { status, body } = await manager.get(`/api/${path}`);
    expect(status).toBe(403);
    expect(body.ErrorMessage).toContain("Missing permission: ConfigureServer");
  }
  const ids = async (path: string): Promise<unknown[]> =>
    (await manager.get(path)).body.Items.map((item) => item["SpaceId"] ?? item.Id);
  expect(await ids("/api/spaces/all")).toEqual(["Spaces-2"]);
  expect(await ids("/api/tasks")).toEqual(["Spaces-2"]);
  expect(new Set(await ids("/api/events"))).toEqual(new Set(["Spaces-2"]));
  expect((await manager.get(`/api/users/${manager.userId}/apikeys`)).body.Items).toMatchObject([
    { Purpose: "tests", Expires: "2099-06-01T00:00:00.000Z", UserId: manager.userId },
  ]);
  expect((await manager.get("/api/users/Users-1/apikeys")).status).toBe(403);
});

test("during maintenance only administrators change anything, and everybody reads", async () => {
  const octopus = await startLocalOctopus();
  const manager = await managerOf(octopus, "Spaces-1");
  octopus.server.model.instance.isInMaintenance = true;

  const refused = await manager.post("environments", { Name: "Test" });

  expect(refused).toMatchObject({ status: 503, body: { ErrorMessage: expect.stringContaining("maintenance mode") } });
  expect((await manager.get("environments")).status).toBe(200);
  expect((await octopus.post("environments", { Name: "Test" })).status).toBe(201);
  expect((await octopus.get("/api/serverstatus")).body["IsInMaintenanceMode"]).toBe(true);
  octopus.server.model.instance.isInMaintenance = false;
  expect((await manager.post("environments", { Name: "Other" })).status).toBe(201);
});

test("nodes answer one by one, and one that is offline does not ping", async () => {
  const octopus = await startLocalOctopus({
    instance: { nodes: [{ name: "A" }, { name: "B", maxConcurrentTasks: 7 }] },
  });

  expect((await octopus.get("/api/octopusservernodes?partialName=b")).body).toMatchObject({
    TotalResults: 1,
    Items: [{ Id: "OctopusServerNodes-B", MaxConcurrentTasks: 7 }],
  });
  expect((await octopus.get("/api/octopusservernodes/OctopusServerNodes-b/details")).body).toMatchObject({
    Id: "OctopusServerNodes-B",
    RunningTasks: 0,
  });
  expect((await octopus.get("/api/octopusservernodes/OctopusServerNodes-C")).status).toBe(404);
  expect((await octopus.as("").get("/api/octopusservernodes/ping")).status).toBe(200);
  for (const node of octopus.server.model.instance.nodes) node.isOffline = true;
  expect(await octopus.as("").get("/api/octopusservernodes/ping")).toMatchObject({ status: 418, body: { Name: "A" } });
});
