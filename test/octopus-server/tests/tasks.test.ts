import { Client, ServerTaskWaiter, SpaceServerTaskRepository } from "@octopusdeploy/api-client";
import { expect, test } from "vitest";
import { listOf, textOf, type Fields } from "../model/fields.ts";
import { addLogChild, appendLog, finishTask, setPendingInterruption, startTask, taskLog } from "../model/tasks.ts";
import { createApiStage, scriptAction, type ApiStage } from "./api-stage.ts";

/** A server with one queued run. */
async function taskStage(): Promise<ApiStage> {
  const stage = await createApiStage();
  await stage.environment("Development");
  const project = await stage.project("Hello World");
  await stage.runbook(project, "Say Hello");
  await stage.setSteps("/api/Spaces-1/runbookProcesses/RunbookProcess-Runbooks-1", [scriptAction("Say")]);
  await runAgain(stage);
  return stage;
}

function runAgain(stage: ApiStage): Promise<Fields> {
  return stage.post("/api/Spaces-1/runbook-runs/create/v1", {
    projectName: "Hello World",
    runbookName: "Say Hello",
    environmentNames: ["Development"],
  });
}

test("details and raw show the log as it grows", async () => {
  const stage = await taskStage();
  const { model } = stage.server;
  startTask(model, "ServerTasks-1");
  const step = addLogChild(model, taskLog(model, "ServerTasks-1"), "Step 1: Say");
  appendLog(model, step, { category: "Info", text: "hello" });

  const running = await stage.get("/api/tasks/ServerTasks-1/details");
  finishTask(model, "ServerTasks-1", { state: "Success" });
  const done = await stage.get("/api/Spaces-1/tasks/ServerTasks-1/details");
  const raw = await stage.call("GET", "/api/tasks/ServerTasks-1/raw");

  expect(running).toMatchObject({
    Task: { State: "Executing", Completed: "Executing..." },
    ActivityLogs: [
      { Status: "Running", Children: [{ LogElements: [{ Category: "Info", MessageText: "hello", Number: 1 }] }] },
    ],
  });
  expect(done).toMatchObject({
    Task: { State: "Success", IsCompleted: true, FinishedSuccessfully: true },
    Progress: { ProgressPercentage: 100 },
    ActivityLogs: [{ Status: "Success", Children: [{ Status: "Success" }] }],
  });
  expect(raw.text).toContain("== Success: Step 1: Say ==");
  expect(raw.text).toMatch(/Info +\| +hello/);
});

test("tasks are listed newest first, filtered by what they are about", async () => {
  const stage = await taskStage();
  await runAgain(stage);
  startTask(stage.server.model, "ServerTasks-1");
  const ids = async (query: string): Promise<unknown[]> =>
    listOf(await stage.get(`/api/tasks?${query}`), "Items").map((task) => task["Id"]);

  expect(await ids("")).toEqual(["ServerTasks-2", "ServerTasks-1"]);
  expect(await ids("states=Executing,Failed")).toEqual(["ServerTasks-1"]);
  expect(await ids("running=false&active=true")).toEqual(["ServerTasks-2"]);
  expect(await ids("ids=ServerTasks-2&ids=ServerTasks-9")).toEqual(["ServerTasks-2"]);
  expect(await ids("ids=ServerTasks-9")).toEqual([]);
  expect(await ids("project=Projects-1&environment=Environments-1&runbook=Runbooks-1&name=RunbookRun&take=1")).toEqual([
    "ServerTasks-2",
  ]);
  expect(await ids("project=Projects-2")).toEqual([]);
  expect(await ids("spaces=Spaces-2&includeSystem=false")).toEqual([]);
});

test("a queued task is canceled at once, a running one when the worker lets go", async () => {
  const stage = await taskStage();
  await runAgain(stage);
  startTask(stage.server.model, "ServerTasks-2");

  const queued = await stage.post("/api/Spaces-1/tasks/ServerTasks-1/cancel", {});
  const running = await stage.call("POST", "/api/spaces/Spaces-1/tasks/ServerTasks-2/cancel", null);

  expect(queued).toMatchObject({ State: "Canceled", IsCompleted: true });
  expect(running.body).toMatchObject({ State: "Cancelling", IsCompleted: false });
  expect(await stage.refusal("POST", "/api/tasks/ServerTasks-1/cancel", {})).toContain("already finished");
});

test("a finished task can be run again", async () => {
  const stage = await taskStage();
  finishTask(stage.server.model, "ServerTasks-1", { state: "Failed", errorMessage: "It broke." });

  const again = await stage.post("/api/tasks/rerun/ServerTasks-1", {});

  expect(again).toMatchObject({ Id: "ServerTasks-2", State: "Queued", Arguments: { RunbookRunId: "RunbookRuns-2" } });
  expect(await stage.get("/api/Spaces-1/runbookRuns/RunbookRuns-2")).toMatchObject({
    TaskId: "ServerTasks-2",
    RunbookSnapshotId: "RunbookSnapshots-1",
  });
});

test("housekeeping that a client asks for succeeds, and unknown names are refused", async () => {
  const stage = await createApiStage();

  const task = await stage.post("/api/tasks", { Name: "SyncCommunityActionTemplates", Description: "Sync" });

  expect(await stage.get(`/api/tasks/${textOf(task, "Id")}/details`)).toMatchObject({
    Task: { State: "Success", SpaceId: null },
  });
  expect(await stage.refusal("POST", "/api/tasks", { Name: "Dance", Description: "x" })).toContain("'Dance'");
});

test("an interruption is answered by the person who took responsibility", async () => {
  const stage = await taskStage();
  const { model } = stage.server;
  const values = { Instructions: null, Notes: "", Result: null };
  model.collection("interruptions").add({
    SpaceId: "Spaces-1",
    TaskId: "ServerTasks-1",
    Title: "Approve",
    Type: "ManualIntervention",
    IsPending: true,
    Form: { Values: values, Elements: [] },
    RelatedDocumentIds: ["ServerTasks-1"],
    ResponsibleTeamIds: [],
    ResponsibleUserId: null,
  });
  setPendingInterruption(model, "ServerTasks-1", true);
  const answer = { Notes: "fine", Result: "Proceed" };

  expect(await stage.get("/api/tasks/ServerTasks-1")).toMatchObject({
    HasPendingInterruptions: true,
    PendingInterruptionTypes: ["ManualIntervention"],
  });
  expect(
    listOf(await stage.get("/api/Spaces-1/interruptions?regarding=ServerTasks-1&pendingOnly=true"), "Items"),
  ).toMatchObject([{ CanTakeResponsibility: true, HasResponsibility: false }]);
  expect(await stage.refusal("POST", "/api/Spaces-1/interruptions/Interruptions-1/submit", answer)).toContain(
    "responsibility",
  );
  await stage.put("/api/Spaces-1/interruptions/Interruptions-1/responsible", {});
  const submitted = await stage.post("/api/Spaces-1/interruptions/Interruptions-1/submit", answer);

  expect(submitted).toMatchObject({
    IsPending: false,
    HasResponsibility: true,
    Form: { Values: { Notes: "fine", Result: "Proceed" } },
  });
  expect(await stage.get("/api/tasks/ServerTasks-1")).toMatchObject({ HasPendingInterruptions: false });
});

test("artifacts keep their content and are found by what they regard", async () => {
  const stage = await taskStage();
  const created = await stage.post("/api/Spaces-1/artifacts", {
    Filename: "report.txt",
    ServerTaskId: "ServerTasks-1",
  });
  const content = `/api/Spaces-1/artifacts/${textOf(created, "Id")}/content`;

  await stage.put(content, "the report");

  expect((await stage.call("GET", content)).text).toBe('"the report"');
  expect(listOf(await stage.get("/api/Spaces-1/artifacts?regarding=RunbookRuns-1"), "Items")).toMatchObject([
    { Filename: "report.txt" },
  ]);
  expect(listOf(await stage.get("/api/Spaces-1/artifacts?regarding=RunbookRuns-2"), "Items")).toEqual([]);
});

test("api-client's waiter sees a task finish and names unknown ones", async () => {
  const stage = await taskStage();
  const client = await Client.create({ instanceURL: stage.url, apiKey: stage.server.apiKey, userAgentApp: "tests" });
  const waiter = new ServerTaskWaiter(client, "Default");
  finishTask(stage.server.model, "ServerTasks-1", { state: "Success" });

  const task = await waiter.waitForServerTaskToComplete("ServerTasks-1", 10, 5000);
  const details = await new SpaceServerTaskRepository(client, "Default").getDetails("ServerTasks-1");

  expect(task).toMatchObject({ IsCompleted: true, State: "Success" });
  expect(details.ActivityLogs).toHaveLength(1);
  await expect(waiter.waitForServerTaskToComplete("ServerTasks-99", 10, 5000)).rejects.toThrow("Unknown task Id(s)");
});
