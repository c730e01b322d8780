import { expect, test } from "vitest";
import { startLocalOctopus, type Caller, type LocalOctopus } from "./local-octopus.ts";

/** A user with one role in the default space (or the one named), made as an administrator does it. */
async function createUserWith(
  octopus: LocalOctopus,
  role: string,
  scope: Record<string, unknown> = {},
): Promise<Caller & { userId: string }> {
  const user = await octopus.made("/api/users", { Username: `user of ${role}`, DisplayName: role });
  const team = await octopus.made("/api/teams", {
    Name: `team of ${role}`,
    MemberUserIds: [user.Id],
    SpaceId: "Spaces-1",
  });
  await octopus.made("/api/scopeduserroles", { TeamId: team.Id, UserRoleId: role, SpaceId: "Spaces-1", ...scope });
  const key = await octopus.made(`/api/users/${user.Id}/apikeys`, { Purpose: "tests" });
  return { ...octopus.as(String(key["ApiKey"])), userId: user.Id };
}

test("a missing permission is named", async () => {
  const octopus = await startLocalOctopus();
  const viewer = await createUserWith(octopus, "userroles-environmentviewer");
  expect((await viewer.get("environments")).status).toBe(200);
  const answer = await viewer.post("environments", { Name: "Test" });
  expect(answer.status).toBe(403);
  expect(answer.body.ErrorMessage).toBe(
    "You do not have permission to perform this action. Please contact your Octopus administrator. Missing permission: EnvironmentCreate",
  );
});

test("a space without a role in it looks as if it were not there", async () => {
  const octopus = await startLocalOctopus();
  const space = await octopus.made("/api/spaces", { Name: "Hidden", SpaceManagersTeamMembers: ["Users-1"] });
  const user = await createUserWith(octopus, "userroles-projectviewer");
  expect((await user.get("/api/spaces/all")).body.Items.map((item) => item.Name)).toEqual(["Default"]);
  expect((await user.get(`/api/spaces/${space.Id}`)).status).toBe(404);
  expect((await user.get(`/api/${space.Id}/environments`)).status).toBe(404);
  expect((await user.post("/api/spaces", { Name: "New", SpaceManagersTeamMembers: [user.userId] })).status).toBe(403);
});

test("a role for some environments hides the others", async () => {
  const octopus = await startLocalOctopus();
  const allowed = await octopus.made("environments", { Name: "Test" });
  const production = await octopus.made("environments", { Name: "Production" });
  const user = await createUserWith(octopus, "userroles-environmentviewer", { EnvironmentIds: [allowed.Id] });
  expect((await user.get("environments/all")).body.Items.map((item) => item.Name)).toEqual(["Test"]);
  expect((await user.get(`environments/${production.Id}`)).status).toBe(403);
});

test("a manager of a space may do everything in it, and nothing outside", async () => {
  const octopus = await startLocalOctopus();
  const user = await octopus.made("/api/users", { Username: "larry" });
  const key = await octopus.made(`/api/users/${user.Id}/apikeys`, { Purpose: "tests" });
  const space = await octopus.made("/api/spaces", { Name: "Larry's", SpaceManagersTeamMembers: [user.Id] });
  const larry = octopus.as(String(key["ApiKey"]));
  await larry.made(`/api/${space.Id}/environments`, { Name: "Test" });
  expect((await larry.get("environments")).status).toBe(404);
  expect((await larry.put(`/api/spaces/${space.Id}`, { ...space, Description: "mine" })).status).toBe(200);
});

test("a key is shown once, and is of no use after it expired", async () => {
  let now = Date.parse("2026-05-01T12:00:00Z");
  const octopus = await startLocalOctopus({ now: () => new Date(now) });
  const key = await octopus.made("/api/users/Users-1/apikeys", { Purpose: "short", Expires: "2026-05-01T13:00:00Z" });
  const secret = String(key["ApiKey"]);
  expect(secret).toMatch(/^API-[A-Z\d]+$/);
  expect(JSON.stringify((await octopus.get("/api/users/Users-1/apikeys")).body)).not.toContain(secret);
  expect((await octopus.as(secret).get("/api/users/me")).status).toBe(200);
  now += 3_600_000;
  expect((await octopus.as(secret).get("/api/users/me")).status).toBe(401);
  expect(
    (await octopus.post("/api/users/Users-1/apikeys", { Purpose: "late", Expires: "2026-05-01T13:00:00Z" })).status,
  ).toBe(400);
});

test("a user who is not active does not get in", async () => {
  const octopus = await startLocalOctopus();
  const user = await createUserWith(octopus, "userroles-projectviewer");
  await octopus.put(`/api/users/${user.userId}`, { Username: "gone", DisplayName: "Gone", IsActive: false });
  expect((await user.get("/api/users/me")).status).toBe(401);
});

test("what a user may do is told by permission", async () => {
  const octopus = await startLocalOctopus();
  const user = await createUserWith(octopus, "userroles-tenantmanager");
  const { body } = await user.get("/api/users/me/permissions");
  expect(body["SpacePermissions"]).toMatchObject({ TenantEdit: [{ SpaceId: "Spaces-1", RestrictedToProjectIds: [] }] });
  expect(body["SystemPermissions"]).toEqual([]);
  expect((await octopus.get("/api/permissions/all")).body).toHaveProperty("TenantEdit");
});

test("a role with permissions of spaces needs a space", async () => {
  const octopus = await startLocalOctopus();
  const team = await octopus.made("/api/teams", { Name: "Team" });
  const answer = await octopus.post("/api/scopeduserroles", { TeamId: team.Id, UserRoleId: "userroles-buildserver" });
  expect(answer.body.Errors?.[0]).toMatch(
    /^You cannot use a role with Space level permissions at the System level\. Space level permissions: /,
  );
});

test("what is built in stays", async () => {
  const octopus = await startLocalOctopus();
  expect((await octopus.remove("/api/teams/teams-everyone")).status).toBe(400);
  expect((await octopus.remove("/api/userroles/userroles-projectlead")).status).toBe(400);
  expect((await octopus.remove("/api/users/Users-1")).status).toBe(400);
});

test("teams answer under a space too, with those of the system", async () => {
  const octopus = await startLocalOctopus();
  await octopus.made("/api/spaces", { Name: "Second", SpaceManagersTeamMembers: ["Users-1"] });
  const names = async (path: string): Promise<unknown[]> => (await octopus.get(path)).body.Items.map((item) => item.Id);
  expect(await names("/api/Spaces-2/teams")).toContain("teams-administrators");
  expect(await names("/api/Spaces-2/teams")).not.toContain("teams-spacemanagers-Spaces-1");
  expect(await names("/api/teams?spaces=Spaces-2&includeSystem=false")).toEqual(["teams-spacemanagers-Spaces-2"]);
});
