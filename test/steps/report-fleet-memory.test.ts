import { expect, test } from "vitest";
import { openFleetStore } from "../../lib/fleet/fleet-store.ts";
import { readHistory, type HistoryEntry } from "../../lib/fleet/history.ts";
import { createOctopusClient } from "../../lib/octopus/octopus-client.ts";
import { createApi } from "../api.ts";
import { createTask, finishTask, startTask } from "../octopus-server/model/tasks.ts";
import type { FleetStage, Look, StagedSpace } from "./fleet-stage.ts";
import { removeFirstStep, startFleet } from "./fleet-stage.ts";

// What one look leaves to the next: nothing that happened in between may be lost or counted twice, whatever the looks were about.

/** Two spaces beside each other on an instance, each with a copy, and all of it looked at twice. */
async function startTwo(): Promise<{ fleet: FleetStage; america: StagedSpace; asia: StagedSpace }> {
  const fleet = await startFleet();
  const far = await fleet.addInstance();
  const [america, asia] = [await fleet.addSpace("America", far), await fleet.addSpace("Asia", far)];
  await fleet.publish("2026.1.1");
  await fleet.deploy(america, "2026.1.1");
  await fleet.deploy(asia, "2026.1.1");
  await fleet.look();
  await fleet.look();
  return { fleet, america, asia };
}

function inStepOf({ report }: Look, space: StagedSpace): string | undefined {
  return report.spaces.find(({ name }) => name === space.name)?.inStep;
}

function succeededIn({ report }: Look, space: StagedSpace): number | undefined {
  return report.spaces.find(({ name }) => name === space.name)?.days.succeeded.at(-1);
}

function ran({ on, id }: StagedSpace, text: string): void {
  const { model } = on.server;
  const task = createTask(model, { Name: "Deploy", Description: text, SpaceId: id, Arguments: {} });
  startTask(model, task.Id);
  finishTask(model, task.Id, { state: "Success" });
}

test("what happened in spaces that a look was not about is told by the next look at all", async () => {
  const { fleet, america, asia } = await startTwo();
  await removeFirstStep(asia);
  ran(asia, "Deploy Web release 1.0.0 to Test");

  await fleet.look({ parameters: { tenants: "America" } });
  const all = await fleet.look();

  expect(inStepOf(all, asia)).toBe("changedHere");
  expect(succeededIn(all, asia)).toBe(1);
  expect(inStepOf(all, america)).toBe("upToDate");
  expect(succeededIn(await fleet.look(), asia)).toBe(1);
});

test("what people changed is told by the next look that compares, though one that does not was there first", async () => {
  const { fleet, asia } = await startTwo();
  await removeFirstStep(asia);

  await fleet.look({ parameters: { compares: "False" } });
  const comparing = await fleet.look();

  expect(inStepOf(comparing, asia)).toBe("changedHere");
});

test("what people changed while an instance fell silent in the middle is told when it answers", async () => {
  const { fleet, asia } = await startTwo();
  await removeFirstStep(asia);
  asia.on.server.setFaults({ drop: { at: 3, when: "before", andAllLater: true } });
  const silent = await fleet.look();
  asia.on.server.setFaults({});

  const answering = await fleet.look();

  expect(silent.requests[1]?.join(" ")).toContain("/api/events");
  expect(silent.report.attention.map(({ state }) => state)).toEqual(["offline"]);
  expect(inStepOf(answering, asia)).toBe("changedHere");
  expect(answering.report.attention).toEqual([]);
});

test("a server that fails at everything of a space for once is asked again by the next look", async () => {
  const { fleet, asia } = await startTwo();
  await removeFirstStep(asia);
  asia.on.server.setFaults({ fail: { status: 500, times: 1000, path: `/api/${asia.id}/` } });
  await fleet.look();
  asia.on.server.setFaults({});

  const answering = await fleet.look();

  expect(inStepOf(answering, asia)).toBe("changedHere");
  expect(answering.report.attention).toEqual([]);
});

test("a space that a tenant stands for only now has the deployments of the days before", async () => {
  const { fleet, america, asia } = await startTwo();
  ran(asia, "Deploy Web release 1.0.0 to Test");
  ran(america, "Deploy Web release 1.0.0 to Test");
  await fleet.look();
  const tenant = await fleet.api.get(`/tenants/${asia.tenant}`);
  await fleet.api.put(`/tenants/${asia.tenant}`, { ...tenant, IsDisabled: true });
  await fleet.look();
  await fleet.api.put(`/tenants/${asia.tenant}`, { ...tenant, IsDisabled: false });
  ran(asia, "Deploy Web release 1.0.1 to Test");

  const look = await fleet.look();

  expect(succeededIn(look, asia)).toBe(2);
  expect(succeededIn(look, america)).toBe(1);
  expect(succeededIn(await fleet.look(), asia)).toBe(2);
});

test("one task whose end is in the time to come hides none of those that end after it", async () => {
  const { fleet, america } = await startTwo();
  const { model } = america.on.server;
  ran(america, "Deploy Web release 1.0.0 to Test");
  const [task] = model.collection("tasks").list();
  const later = new Date(Date.now() + 3 * 3_600_000).toISOString();
  if (task !== undefined) model.collection("tasks").replace(task.Id, { ...task, CompletedTime: later });
  await fleet.look();
  ran(america, "Deploy Shop release 1.0.0 to Test");

  const [space] = (await fleet.look()).report.spaces;
  const again = (await fleet.look()).report.spaces[0];

  expect(space?.recent.map(({ text }) => text)).toContain("Deploy Shop release 1.0.0 to Test");
  expect(again?.recent).toHaveLength(2);
  expect(again?.days.succeeded.reduce((sum, number) => sum + number, 0)).toBeLessThanOrEqual(2);
});

test("two first looks at once both tell what they found", async () => {
  const fleet = await startFleet();
  await fleet.addSpace("America");

  const looks = await Promise.all([fleet.look(), fleet.look(), fleet.look()]);

  expect(looks.map(({ error }) => error)).toEqual(["", "", ""]);
  expect((await fleet.look()).report.notes).toEqual([]);
});

test("what became less bad is not told as new", async () => {
  const { fleet, asia } = await startTwo();
  await removeFirstStep(asia);
  const process = await fleet.api.get(`/projects/${fleet.template.Id}/deploymentprocesses`);
  const text = JSON.stringify(process["Steps"]).replaceAll("echo", "echo -n");
  await fleet.api.put(`/projects/${fleet.template.Id}/deploymentprocesses`, { ...process, Steps: JSON.parse(text) });
  await fleet.publish("2026.1.2");
  const conflict = await fleet.look();
  expect(inStepOf(conflict, asia)).toBe("conflict");
  const project = (await asia.api.list("/projects")).find((one) => one["Name"] === "Hello World");
  const own = await asia.api.get(`/projects/${project?.Id ?? ""}/deploymentprocesses`);
  await asia.api.put(`/projects/${project?.Id ?? ""}/deploymentprocesses`, { ...own, Steps: process["Steps"] });

  const look = await fleet.look();

  expect(inStepOf(look, asia)).toBe("behind");
  expect(look.outputs["Worse"]).toBe("False");
});

async function historyOf(fleet: FleetStage): Promise<HistoryEntry[]> {
  const management = createOctopusClient({ url: fleet.url, apiKey: fleet.apiKey }).inSpace({
    Id: "Spaces-1",
    Name: "Default",
  });
  return readHistory(await openFleetStore(management, fleet.clock.now()));
}

test("the history has copies that were behind, though nobody compared them with what is newer", async () => {
  const clock = { time: new Date() };
  const fleet = await startFleet({ now: () => clock.time });
  fleet.clock.now = () => clock.time;
  const america = await fleet.addSpace("America");
  await fleet.publish("2026.1.1");
  await fleet.deploy(america, "2026.1.1");
  await fleet.look();
  await fleet.publish("2026.1.2");
  const behind = await fleet.look({ parameters: { compares: "False" } });
  clock.time = new Date(clock.time.getTime() + 86_400_000);
  await fleet.look();

  const lines = (await historyOf(fleet)).map(({ line }) => line);

  expect(inStepOf(behind, america)).toBe("behind");
  expect(lines).toEqual([expect.objectContaining({ inStep: "behind", behind: 1, conflicts: 0 })]);
});

test("a space that two tenants stand for has its edits and its days counted once, whoever was looked at before", async () => {
  const clock = { time: new Date() };
  const fleet = await startFleet({ now: () => clock.time });
  fleet.clock.now = () => clock.time;
  const [america, asia] = [await fleet.addSpace("America"), await fleet.addSpace("Asia")];
  await fleet.addTenant("America again", {
    "ManagedTenant.Octopus.Url": fleet.url,
    "ManagedTenant.Octopus.SpaceId": america.id,
  });
  await fleet.publish("2026.1.1");
  for (const space of [america, asia]) {
    await fleet.deploy(space, "2026.1.1");
    await removeFirstStep(space);
  }
  await fleet.look({ parameters: { tenants: "America again" } });
  await fleet.look({ parameters: { tenants: "America" } });

  const { report } = await fleet.look();
  clock.time = new Date(clock.time.getTime() + 86_400_000);
  await fleet.look();

  expect(report.spaces.map(({ copies }) => copies.length)).toEqual([1, 1, 1]);
  expect(report.desirePaths).toMatchObject([{ of: 2, spaces: [america.tenant, asia.tenant].toSorted() }]);
  expect((await historyOf(fleet)).map(({ tenant }) => tenant)).toEqual([america.tenant, asia.tenant]);
});

test("a space that does not answer is told of both tenants that stand for it", async () => {
  const { fleet, america, asia } = await startTwo();
  await fleet.addTenant("Asia again", {
    "ManagedTenant.Octopus.Url": asia.on.url,
    "ManagedTenant.Octopus.SpaceId": asia.id,
  });
  await removeFirstStep(asia);
  asia.on.server.setFaults({
    fail: { status: 503, times: 1000, path: `/api/${asia.id}/`, headers: { "retry-after": "0" } },
  });

  const { report } = await fleet.look();

  expect(report.spaces.map(({ tenant, isStale }) => [tenant.name, isStale])).toEqual([
    [america.name, false],
    ["Asia", true],
    ["Asia again", true],
  ]);
});

test("the history has the last day of a tenant that was taken away before the day was over", async () => {
  const clock = { time: new Date("2026-11-10T10:00:00Z") };
  const fleet = await startFleet({ now: () => clock.time });
  fleet.clock.now = () => clock.time;
  const [america, asia] = [await fleet.addSpace("America"), await fleet.addSpace("Asia")];
  const linesOf = async ({ tenant }: StagedSpace): Promise<string[]> =>
    (await historyOf(fleet))
      .filter((entry) => entry.tenant === tenant)
      .map(({ day, name, line }) => `${day} ${name}: ${line.ran[0]}, ${line.well ?? "not looked at"}`);
  await fleet.look();
  clock.time = new Date("2026-11-11T10:00:00Z");
  await fleet.look();
  ran(asia, "Deploy Web release 1.0.0 to Test");
  await fleet.api.remove(`/tenants/${asia.tenant}`);
  clock.time = new Date("2026-11-11T15:00:00Z");
  await fleet.look();
  await fleet.look();
  await fleet.api.remove(`/tenants/${america.tenant}`);
  await fleet.addSpace("Europe");
  clock.time = new Date("2026-11-12T10:00:00Z");

  await fleet.look();

  expect(await linesOf(asia)).toEqual(["2026-11-10 Asia: 0, well", "2026-11-11 Asia: 1, well"]);
  expect(await linesOf(america)).toEqual(["2026-11-10 America: 0, well", "2026-11-11 America: 0, well"]);
});

test("who may not remove documents gets the report, also when the oldest month is over its time", async () => {
  const clock = { time: new Date("2025-01-10T10:00:00Z") };
  const fleet = await startFleet({ now: () => clock.time });
  fleet.clock.now = () => clock.time;
  await fleet.addSpace("America");
  await fleet.look();
  clock.time = new Date("2025-01-11T10:00:00Z");
  await fleet.look();
  clock.time = new Date("2026-11-10T10:00:00Z");
  fleet.server.setFaults({
    fail: { status: 403, times: 100, path: "/api/Spaces-1/libraryvariablesets/", method: "DELETE" },
  });

  const look = await fleet.look();

  expect(look.error).toBe("");
  expect((await historyOf(fleet)).at(0)?.day).toBe("2025-01-10");
});

test("a key that was replaced by one of another user is told by that user, and when it expires", async () => {
  const { fleet, asia } = await startTwo();
  const system = createApi(asia.on, "/api");
  const user = await system.post("/users", { Username: "fleet", DisplayName: "Fleet", Password: "Password01!" });
  const team = (await system.list("/teams")).find((one) => one["Name"] === "Octopus Administrators");
  const me = await system.get("/users/me");
  await system.put(`/teams/${team?.Id ?? ""}`, { ...team, MemberUserIds: [me.Id, user.Id] });
  const expires = new Date(Date.now() + 6 * 86_400_000).toISOString();
  const key = await system.post(`/users/${user.Id}/apikeys`, { Purpose: "fleet", Expires: expires });
  fleet.variables[`ManagedInstance.${asia.on.url.replace("http://", "")}.ApiKey`] = String(key["ApiKey"]);
  fleet.clock.now = () => new Date(Date.now() + 21 * 3_600_000);

  const { report } = await fleet.look();

  const instance = report.instances.find(({ url }) => url === asia.on.url);
  expect(instance).toMatchObject({ user: "fleet", keyExpires: expires });
  expect(instance?.findings.map(({ state }) => state)).toContain("keyExpiring");
});

test("a month of the history that says what nobody understands is put aside, and not written over", async () => {
  const clock = { time: new Date("2026-11-10T10:00:00Z") };
  const fleet = await startFleet({ now: () => clock.time });
  fleet.clock.now = () => clock.time;
  await fleet.addSpace("America");
  await fleet.look();
  const management = createOctopusClient({ url: fleet.url, apiKey: fleet.apiKey });
  const store = await openFleetStore(management.inSpace({ Id: "Spaces-1", Name: "Default" }), clock.time);
  await store.write("history 2026-11", { format: 1, spaces: "somebody's" });
  clock.time = new Date("2026-11-11T10:00:00Z");

  const look = await fleet.look();

  expect(look.report.notes).toEqual([
    expect.stringMatching(/^What the fleet report had kept as "history 2026-11" is damaged\. It is put aside/),
  ]);
  expect((await historyOf(fleet)).map(({ day }) => day)).toEqual(["2026-11-10"]);
  const names = (await fleet.api.list("/libraryvariablesets")).map(({ Name }) => String(Name));
  expect(names).toContain("Managed Spaces Fleet[history 2026-11, damaged, 2026-11-11T10:00]");
});
