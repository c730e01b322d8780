import { expect, test } from "vitest";
import { seedFleet } from "../fleet/seed-fleet.ts";
import { listOf, textOf, type Fields } from "../model/fields.ts";
import { createApiStage } from "./api-stage.ts";
import { startLocalOctopus } from "./local-octopus.ts";

const now = (): Date => new Date("2026-05-01T12:00:00Z");

test("each space of a fleet has documents of its own, alike but for ids and names", async () => {
  const octopus = await startLocalOctopus({ now });
  const fleet = await seedFleet(octopus.server, { spaces: 3, contents: { projects: 2, tenants: 2, targets: 3 } });
  const read = async (id: string, path: string): Promise<string> =>
    JSON.stringify((await octopus.get(`/api/${id}/${path}`)).body);

  expect(fleet.spaces).toMatchObject([
    { id: "Spaces-2", name: "Space 001" },
    { id: "Spaces-3", name: "Space 002" },
    { id: "Spaces-4", name: "Space 003" },
  ]);
  expect(fleet.spaces.map(({ idFor }) => idFor("Projects-2"))).toEqual(["Projects-2", "Projects-4", "Projects-6"]);
  expect(octopus.server.requests).toEqual([]);
  expect(octopus.server.model.collection("events").size).toBe(0);
  for (const path of [
    "projects",
    "deploymentprocesses",
    "tenants",
    "machines",
    "variables/all?ids=variableset-Projects-3",
    "dashboard?showAll=true",
  ]) {
    const third = await read("Spaces-4", path);
    for (const other of ["Spaces-2", "Spaces-3", 'Projects-1"', 'Projects-3"', 'Environments-1"'])
      expect(third).not.toContain(other);
  }
  const numbersAway = (text: string): string => text.replaceAll(/(?<=[A-Za-z]-)\d+/g, "N");
  for (const path of ["projects", "tenants", "machines", "workers", "runbooks", "workerpools/summary"])
    expect(numbersAway(await read("Spaces-4", path))).toBe(numbersAway(await read("Spaces-2", path)));
  const people = (await octopus.get("/api/users/all")).body.Items.map((user) => user["Username"]);
  expect(people).toEqual(
    ["admin", ...["2", "3", "4"].flatMap((id) => ["1", "2"].map((n) => `person-${n}-of-Spaces-${id}`))].toSorted(),
  );
});

test("a copied space is one to work in: what is made there has ids of its own", async () => {
  const stage = await createApiStage({ worker: true });
  await seedFleet(stage.server, { spaces: 2, contents: { tenants: 0 } });
  const [release] = listOf(await stage.get("/api/Spaces-3/releases"), "Items");
  const [environment] = listOf(await stage.get("/api/Spaces-3/environments"), "Items");
  const project = await stage.get(`/api/Spaces-3/projects/${textOf(release ?? {}, "ProjectId")}`);

  const deployment = await stage.post("/api/Spaces-3/deployments", {
    ReleaseId: release?.["Id"],
    EnvironmentId: environment?.["Id"],
  });
  const next = await stage.post("/api/Spaces-3/projects", { ...project, Name: "New", Slug: "new" });
  await stage.server.worker?.idle();

  const task = await stage.get(`/api/tasks/${textOf(deployment, "TaskId")}`);
  expect(task).toMatchObject({ State: "Success", SpaceId: "Spaces-3" });
  expect(next["Id"]).toBe(`Projects-${stage.server.model.collection("projects").size}`);
});

test("a history lies in the past, and the dashboard, tasks and lines of the audit trail agree about it", async () => {
  const octopus = await startLocalOctopus({ now });
  await seedFleet(octopus.server, {
    spaces: 2,
    healthOf: ({ space, number }) => (space === 2 && number === 1 ? "Unavailable" : "Healthy"),
    history: { tasks: 300, days: 30, failing: (space) => (space === 2 ? 0.5 : 0), queued: 3, executing: 2 },
  });
  const total = async (path: string): Promise<number> => Number((await octopus.get(path)).body["TotalResults"]);
  const page = await octopus.get("/api/events?take=1000");
  const times = page.body.Items.map((event) => String(event["Occurred"]));
  const dashboard = (await octopus.get("/api/Spaces-3/dashboard?showAll=true")).body;

  expect(await total("/api/tasks?name=Deploy,RunbookRun&states=Success,Failed,TimedOut")).toBe(300);
  expect(await total("/api/tasks?active=true")).toBe(5);
  expect(await total("/api/tasks?states=Queued&spaces=Spaces-2,Spaces-3&includeSystem=false")).toBe(3);
  expect(await total("/api/Spaces-2/tasks?states=Failed,TimedOut")).toBe(0);
  const failed = await total("/api/Spaces-3/tasks?states=Failed,TimedOut");
  expect(failed).toBeGreaterThan(30);
  expect(await total("/api/events?eventCategories=DeploymentFailed,RunbookRunFailed")).toBe(failed);
  expect(page.body["TotalResults"]).toBe(900);
  expect(times).toEqual(times.toSorted().toReversed());
  expect(
    await total("/api/tasks?fromCompletedDate=2026-04-16T12:00:00Z&states=Success,Failed,TimedOut"),
  ).toBeGreaterThan(100);
  expect(await total("/api/tasks?fromQueueDate=2026-05-01T11:30:00Z")).toBe(5);
  expect(dashboard).toMatchObject({
    Projects: { length: 4 },
    ProjectGroups: { length: 1 },
    Environments: { length: 3 },
    Tenants: { length: 3 },
    Items: { length: 12 },
  });
  const summaries = async (id: string, path: string): Promise<unknown> =>
    (await octopus.get(`/api/${id}/${path}`)).body["MachineHealthStatusSummaries"];
  expect(await summaries("Spaces-2", "machines/summary")).toEqual({ Healthy: 5 });
  expect(await summaries("Spaces-3", "machines/summary")).toEqual({ Unavailable: 1, Healthy: 4 });
  expect(await summaries("Spaces-3", "workerpools/summary")).toEqual({ Unavailable: 1, Healthy: 1 });
});

test("the same plan gives the same history", async () => {
  const states = async (): Promise<Fields[]> => {
    const octopus = await startLocalOctopus({ now });
    await seedFleet(octopus.server, { spaces: 3, seed: 7, history: { tasks: 50 } });
    return (await octopus.get("/api/tasks?take=100")).body.Items;
  };
  expect(await states()).toEqual(await states());
});
