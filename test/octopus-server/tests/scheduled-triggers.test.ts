import { expect, test } from "vitest";
import { occurrencesOf } from "../model/occurrences.ts";
import type { Fields } from "../model/fields.ts";
import { createApiStage, scriptAction, type ApiStage } from "./api-stage.ts";

const space = "/api/Spaces-1";

/** What is due in the first week of June 2026, which begins on a Monday. */
function due(filter: Fields, to = "2026-06-08T00:00:00Z"): string[] {
  const period = { from: new Date("2026-06-01T00:00:00Z"), to: new Date(to) };
  return occurrencesOf(filter, period).map((time) => time.toISOString().slice(5, 16));
}

function dueByCron(CronExpression: string, to?: string): string[] {
  return due({ FilterType: "CronExpressionSchedule", CronExpression, Timezone: "UTC" }, to);
}

test.each([
  ["0 0 6 * * MON-TUE", ["06-01T06:00", "06-02T06:00"]],
  ["0 30 9 1,3 * ?", ["06-01T09:30", "06-03T09:30"]],
  ["0 0 0/12 ? * WED", ["06-03T00:00", "06-03T12:00"]],
  ["0 0 8 * JUL *", []],
  ["0 0 8 ? * SUN#1", ["06-07T08:00"]],
  ["0 0 8 ? * 0", ["06-07T08:00"]],
  ["0 0 8 2W * ?", ["06-02T08:00"]],
])("the cron expression %s is due", (expression, times) => {
  expect(dueByCron(expression)).toEqual(times);
});

test("the last day of a month is L", () => {
  expect(dueByCron("0 0 8 L * ?", "2026-07-01T00:00:00Z")).toEqual(["06-30T08:00"]);
  expect(dueByCron("0 0 8 ? * 5L", "2026-07-01T00:00:00Z")).toEqual(["06-26T08:00"]);
});

test.each<[string, Fields, string[]]>([
  [
    "once a day",
    { FilterType: "OnceDailySchedule", StartTime: "2020-01-01T07:30:00", DaysOfWeek: ["Friday"] },
    ["06-05T07:30"],
  ],
  [
    "every few hours",
    {
      FilterType: "ContinuousDailySchedule",
      Interval: "OnceHourly",
      HourInterval: 3,
      RunAfter: "2020-01-01T09:00:00",
      RunUntil: "2020-01-01T15:00:00",
      DaysOfWeek: ["Monday"],
    },
    ["06-01T09:00", "06-01T12:00", "06-01T15:00"],
  ],
  [
    "on a date",
    { FilterType: "DaysPerMonthSchedule", MonthlyScheduleType: "DateOfMonth", DateOfMonth: "4", StartTime: "05:00" },
    ["06-04T05:00"],
  ],
  [
    "on the first Tuesday",
    {
      FilterType: "DaysPerMonthSchedule",
      MonthlyScheduleType: "DayOfMonth",
      DayNumberOfMonth: "1",
      DayOfWeek: "Tuesday",
      StartTime: "05:00",
    },
    ["06-02T05:00"],
  ],
  [
    "in another zone",
    { FilterType: "CronExpressionSchedule", CronExpression: "0 0 9 1 * *", Timezone: "America/New_York" },
    ["06-01T13:00"],
  ],
  ["never", { FilterType: "MachineFilter" }, []],
])("a schedule is due %s", (_what, filter, times) => {
  expect(due(filter)).toEqual(times);
});

async function createScheduled(action: Fields): Promise<ApiStage> {
  const stage = await createApiStage({ now: () => new Date("2026-06-01T00:00:00Z") });
  await stage.environment("Development");
  const project = await stage.project("Web");
  await stage.setSteps(`${space}/projects/Projects-1/deploymentprocesses`, [scriptAction("Say")]);
  await stage.runbook(project, "Backup");
  await stage.setSteps(`${space}/runbookProcesses/RunbookProcess-Runbooks-1`, [scriptAction("Say")]);
  const Filter = { FilterType: "CronExpressionSchedule", CronExpression: "0 0 6 * * *", Timezone: "UTC" };
  await stage.post(`${space}/projecttriggers`, { Name: "Nightly", ProjectId: "Projects-1", Filter, Action: action });
  return stage;
}

const runBackup = { ActionType: "RunRunbook", RunbookId: "Runbooks-1", EnvironmentIds: ["Environments-1"] };

test("moving the clock on fires the triggers on the way, at their times", async () => {
  const stage = await createScheduled(runBackup);
  const answer = await stage.post("/__local/clock", { to: "2026-06-03T00:00:00Z" });
  expect(answer).toEqual({
    Time: "2026-06-03T00:00:00.000Z",
    Fired: [
      { TriggerId: "ProjectTriggers-1", Time: "2026-06-01T06:00:00.000Z", Succeeded: true },
      { TriggerId: "ProjectTriggers-1", Time: "2026-06-02T06:00:00.000Z", Succeeded: true },
    ],
  });
  const runs = stage.server.model.collection("runbookruns").list();
  expect(runs.map((run) => [run["Created"], run["DeployedBy"]])).toEqual([
    ["2026-06-01T06:00:00.000Z", "system"],
    ["2026-06-02T06:00:00.000Z", "system"],
  ]);
});

test("a disabled trigger does not fire, and the clock never goes back", async () => {
  const stage = await createScheduled(runBackup);
  const trigger = await stage.get(`${space}/projecttriggers/ProjectTriggers-1`);
  await stage.put(`${space}/projecttriggers/ProjectTriggers-1`, { ...trigger, IsDisabled: true });
  expect((await stage.post("/__local/clock", { advanceSeconds: 86_400 }))["Fired"]).toEqual([]);
  expect(await stage.refusal("POST", "/__local/clock", { to: "2026-06-01T12:00:00Z" })).toContain("forward");
  expect(await stage.refusal("POST", "/__local/clock", { advanceSeconds: -1 })).not.toBe("");
});

test("a trigger makes a release and deploys it", async () => {
  const stage = await createScheduled({ ActionType: "DeployNewRelease", EnvironmentId: "Environments-1" });
  await stage.post("/__local/clock", { advanceSeconds: 86_400 });
  const { model } = stage.server;
  expect(model.collection("releases").list()).toMatchObject([{ Version: "0.0.1" }]);
  expect(model.collection("deployments").list()).toMatchObject([{ EnvironmentId: "Environments-1" }]);
});

test("a trigger deploys the newest release that its source environment has", async () => {
  const stage = await createScheduled({
    ActionType: "DeployLatestRelease",
    SourceEnvironmentIds: ["Environments-1"],
    DestinationEnvironmentId: "Environments-1",
  });
  await stage.post("/__local/clock", { advanceSeconds: 86_400 });
  const { model } = stage.server;
  expect(model.collection("deployments").list()).toEqual([]);
  await stage.post(`${space}/releases`, { ProjectId: "Projects-1", Version: "1.0.0" });
  const deployed = await stage.post(`${space}/deployments`, {
    ReleaseId: "Releases-1",
    EnvironmentId: "Environments-1",
  });
  const task = model.collection("tasks").find(String(deployed["TaskId"]));
  if (task !== undefined) Object.assign(task, { State: "Success", IsCompleted: true });
  await stage.post("/__local/clock", { advanceSeconds: 86_400 });
  expect(model.collection("deployments").list()).toMatchObject([
    { ReleaseId: "Releases-1" },
    { ReleaseId: "Releases-1" },
  ]);
});
