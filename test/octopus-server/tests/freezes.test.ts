import { expect, test } from "vitest";
import type { Fields } from "../model/fields.ts";
import { activeFreezes } from "../model/freezes.ts";
import { createModel } from "../model/model.ts";
import { createApiStage, scriptAction, type ApiStage } from "./api-stage.ts";

const space = "/api/Spaces-1";

/** A release that could go to Development, which is frozen for all of 2026. */
async function createFrozen(now: () => Date, worker = false): Promise<ApiStage> {
  const stage = await createApiStage({ now, worker });
  for (const name of ["Development", "Test"]) await stage.environment(name);
  await stage.project("Web");
  await stage.setSteps(`${space}/projects/Projects-1/deploymentprocesses`, [scriptAction("Say")]);
  await stage.post(`${space}/releases`, { ProjectId: "Projects-1", Version: "1.0.0" });
  await stage.post("/api/deploymentfreezes", {
    Name: "Holidays",
    Start: "2026-01-01T00:00:00Z",
    End: "2027-01-01T00:00:00Z",
    ProjectEnvironmentScope: { "Projects-1": ["Environments-1"] },
  });
  return stage;
}

const deployment = { ReleaseId: "Releases-1", EnvironmentId: "Environments-1" };
const during = new Date("2026-05-01T12:00:00Z");

test("no deployment is created during a freeze", async () => {
  const stage = await createFrozen(() => during);
  expect(await stage.refusal("POST", `${space}/deployments`, deployment)).toContain("deployment freeze 'Holidays'");
});

test.each([
  ["before", "2025-12-31T23:59:59Z"],
  ["after", "2027-01-01T00:00:00Z"],
])("a freeze does not hold %s its time", async (_when, time) => {
  const stage = await createFrozen(() => new Date(time));
  expect(await stage.post(`${space}/deployments`, deployment)).toMatchObject({ EnvironmentId: "Environments-1" });
});

test("a freeze is overridden by its name and a reason", async () => {
  const stage = await createFrozen(() => during);
  const command = {
    ProjectName: "Web",
    ReleaseVersion: "1.0.0",
    EnvironmentNames: ["Development"],
    DeploymentFreezeNames: ["Holidays"],
  };
  const path = `${space}/deployments/create/untenanted/v1`;
  expect(await stage.refusal("POST", path, command)).toContain("reason");
  await stage.post(path, { ...command, DeploymentFreezeOverrideReason: "It burns." });
});

test("a deployment that starts during a freeze fails, one whose freeze was overridden does not", async () => {
  let now = new Date("2025-12-31T12:00:00Z");
  const stage = await createFrozen(() => now, true);
  const QueueTime = "2025-12-31T23:00:00Z";
  await stage.post(`${space}/deployments`, { ...deployment, QueueTime });
  await stage.post(`${space}/deployments`, {
    ...deployment,
    DeploymentFreezeNames: ["Holidays"],
    DeploymentFreezeOverrideReason: "It burns.",
    QueueTime,
  });
  now = during;
  const states = (): unknown[] =>
    stage.server.model
      .collection("tasks")
      .list()
      .map((task) => task["State"]);
  await expect.poll(states).toEqual(["Failed", "Success"]);
});

/** Days of June and July 2026 (the 1st of June is a Monday) on which a freeze from 8 to 9 on that day, which recurs, holds at 8:30. */
function frozenDays(RecurringSchedule: Fields): string[] {
  const model = createModel();
  model.collection("deploymentfreezes").add({
    Start: "2026-06-01T08:00:00Z",
    End: "2026-06-01T09:00:00Z",
    ProjectEnvironmentScope: { "Projects-1": ["Environments-1"] },
    RecurringSchedule,
  });
  const scope = { project: { Id: "Projects-1" }, environment: { Id: "Environments-1" }, tenant: undefined };
  const isFrozen = (time: number): boolean => activeFreezes(model, { ...scope, time: new Date(time) }).length > 0;
  const first = Date.parse("2026-06-01T08:30:00Z");
  const days = Array.from({ length: 61 }, (_, index) => first + index * 86_400_000);
  expect(days.some((time) => isFrozen(time + 1_800_000))).toBe(false);
  return days.filter(isFrozen).map((time) => new Date(time).toISOString().slice(5, 10));
}

test.each<[string, Fields, string[]]>([
  ["every tenth day", { Type: "Daily", Unit: 10 }, ["06-01", "06-11", "06-21", "07-01", "07-11", "07-21", "07-31"]],
  [
    "three times",
    { Type: "Daily", Unit: 1, EndType: "AfterOccurrences", EndAfterOccurrences: 3 },
    ["06-01", "06-02", "06-03"],
  ],
  [
    "until a date",
    { Type: "Daily", Unit: 1, EndType: "OnDate", EndOnDate: "2026-06-02T12:00:00Z" },
    ["06-01", "06-02"],
  ],
  [
    "on some days of every fourth week",
    { Type: "Weekly", Unit: 4, DaysOfWeek: ["Monday", "Friday"] },
    ["06-01", "06-05", "06-29", "07-03", "07-27", "07-31"],
  ],
  [
    "on a date of each month",
    { Type: "Monthly", Unit: 1, MonthlyScheduleType: "DateOfMonth", DateOfMonth: "L" },
    ["06-01", "06-30", "07-31"],
  ],
  [
    "on the second Tuesday of each month",
    { Type: "Monthly", Unit: 1, MonthlyScheduleType: "DayOfMonth", DayNumberOfMonth: "2", DayOfWeek: "Tuesday" },
    ["06-01", "06-09", "07-14"],
  ],
  ["once a year", { Type: "Annually", Unit: 1 }, ["06-01"]],
])("a freeze recurs %s", (_when, schedule, days) => {
  expect(frozenDays(schedule)).toEqual(days);
});
