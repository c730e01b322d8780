import { expect, onTestFinished, test, vi } from "vitest";
import { startLocalOctopus } from "./local-octopus.ts";

test("a new space comes with what a server puts into each", async () => {
  const octopus = await startLocalOctopus();
  const space = await octopus.made("/api/spaces", { Name: "Europe", SpaceManagersTeamMembers: ["Users-1"] });
  expect(space).toMatchObject({
    Id: "Spaces-2",
    Slug: "europe",
    TaskQueueStopped: false,
    SpaceManagersTeams: ["teams-spacemanagers-Spaces-2"],
  });
  const names = async (group: string): Promise<unknown[]> =>
    (await octopus.get(`/api/Spaces-2/${group}`)).body.Items.map((item) => item.Name);
  expect(await names("lifecycles")).toEqual(["Default Lifecycle"]);
  expect(await names("projectgroups")).toEqual(["Default Project Group"]);
  expect(await names("workerpools")).toEqual(["Default Worker Pool"]);
  expect(await names("machinepolicies")).toEqual(["Default Machine Policy"]);
  expect(await names("feeds")).toEqual(["Octopus Server (built-in)", "Octopus Server Releases (built-in)"]);
});

test("a space can be seeded later, as on a real server", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const octopus = await startLocalOctopus({ seedDelayMilliseconds: 500 });
  await octopus.made("/api/spaces", { Name: "Europe", SpaceManagersTeamMembers: ["Users-1"] });
  const lifecycles = async (): Promise<number> => (await octopus.get("/api/Spaces-2/lifecycles")).body.Items.length;
  expect(octopus.server.model.collection("lifecycles").listInSpace("Spaces-2")).toEqual([]);
  vi.advanceTimersByTime(500);
  expect(await lifecycles()).toBe(1);
});

test.each([
  ["no managers", { Name: "Europe" }],
  ["a manager who is nobody", { Name: "Europe", SpaceManagersTeamMembers: ["Users-99"] }],
  ["a team that does not exist", { Name: "Europe", SpaceManagersTeams: ["Teams-99"] }],
  ["a name that is taken", { Name: "default", SpaceManagersTeamMembers: ["Users-1"] }],
  ["a name of 51 characters", { Name: "x".repeat(51), SpaceManagersTeamMembers: ["Users-1"] }],
])("a space with %s is refused", async (_case, body) => {
  const octopus = await startLocalOctopus();
  expect((await octopus.post("/api/spaces", body)).status).toBe(400);
});

test("a slug that is sent is kept", async () => {
  const octopus = await startLocalOctopus();
  expect(
    await octopus.made("/api/spaces", { Name: "Europe", Slug: "q8x-1", SpaceManagersTeamMembers: ["Users-1"] }),
  ).toMatchObject({ Slug: "q8x-1" });
});

test("a space is deleted with all it holds once its task queue is stopped", async () => {
  const octopus = await startLocalOctopus();
  const { Links, ...space } = await octopus.made("/api/spaces", {
    Name: "Europe",
    SpaceManagersTeamMembers: ["Users-1"],
  });
  await octopus.made("/api/Spaces-2/environments", { Name: "Test" });
  expect((await octopus.remove("/api/spaces/Spaces-2")).status).toBe(400);
  expect((await octopus.put(Links["Self"] ?? "", { ...space, TaskQueueStopped: true })).body).toMatchObject({
    TaskQueueStopped: true,
  });
  expect((await octopus.remove("/api/spaces/Spaces-2")).status).toBe(200);
  expect((await octopus.get("/api/spaces/Spaces-2")).status).toBe(404);
  expect((await octopus.get("/api/Spaces-2/environments")).status).toBe(404);
  expect(octopus.server.model.collection("environments").size).toBe(0);
});

test("managers of a space change with its team", async () => {
  const octopus = await startLocalOctopus();
  await octopus.made("/api/spaces", { Name: "Europe", SpaceManagersTeamMembers: ["Users-1"] });
  const user = await octopus.made("/api/users", { Username: "larry", IsService: true });
  const team = (await octopus.get("/api/teams/teams-spacemanagers-Spaces-2")).body;
  await octopus.put("/api/teams/teams-spacemanagers-Spaces-2", { ...team, MemberUserIds: [user.Id] });
  expect((await octopus.get("/api/spaces/Spaces-2")).body).toMatchObject({ SpaceManagersTeamMembers: [user.Id] });
});
