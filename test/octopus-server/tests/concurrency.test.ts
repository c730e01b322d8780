import { existsSync } from "node:fs";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { fieldsOf, listOf, textOf, type Fields } from "../model/fields.ts";
import { createApiStage, scriptAction, type ApiStage } from "./api-stage.ts";

/** The statuses of many requests, with how often each came. */
async function countStatuses(requests: Promise<{ status: number }>[]): Promise<Record<number, number>> {
  const counts: Record<number, number> = {};
  for (const { status } of await Promise.all(requests)) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** Queues a run of a Bash script. @returns the id of its task */
async function runScript(stage: ApiStage, script: string): Promise<string> {
  await stage.environment("Development");
  const runbook = await stage.runbook(await stage.project("Web"), "Run");
  const properties = { ...fieldsOf(scriptAction("Run"), "Properties"), "Octopus.Action.Script.ScriptBody": script };
  await stage.setSteps(`/api/Spaces-1/runbookProcesses/${textOf(runbook, "RunbookProcessId")}`, [
    scriptAction("Run", { Properties: properties }),
  ]);
  const started = await stage.post("/api/Spaces-1/runbook-runs/create/v1", {
    ProjectName: "Web",
    RunbookName: runbook["Name"],
    EnvironmentNames: ["Development"],
  });
  return textOf(listOf(started, "RunbookRunServerTasks")[0] ?? {}, "ServerTaskId");
}

test("of twenty who change the same version of a process at once, one succeeds", async () => {
  const stage = await createApiStage();
  const project = await stage.project("Web");
  const path = `/api/Spaces-1/projects/${textOf(project, "Id")}/deploymentprocesses`;
  const process = await stage.get(path);
  const change = (_: unknown, index: number): ReturnType<ApiStage["call"]> =>
    stage.call("PUT", path, { ...process, Steps: [{ Name: `S${index}`, Actions: [scriptAction(`S${index}`)] }] });

  expect(await countStatuses(Array.from({ length: 20 }, change))).toEqual({ 200: 1, 409: 19 });
  expect(await stage.get(path)).toMatchObject({ Version: 1, Steps: [expect.anything()] });
});

test("of twenty who change the same version of a variable set at once, one succeeds", async () => {
  const stage = await createApiStage();
  const project = await stage.project("Web");
  const path = `/api/Spaces-1/variables/${textOf(project, "VariableSetId")}`;
  const set = await stage.get(path);
  const change = (_: unknown, index: number): ReturnType<ApiStage["call"]> =>
    stage.call("PUT", path, { ...set, Variables: [{ Name: `V${index}`, Value: "1" }] });

  expect(await countStatuses(Array.from({ length: 20 }, change))).toEqual({ 200: 1, 409: 19 });
  expect(await stage.get(path)).toMatchObject({ Variables: [expect.anything()] });
});

test("of twenty who create the same name at once, one succeeds", async () => {
  const stage = await createApiStage();
  const create = (): ReturnType<ApiStage["call"]> => stage.call("POST", "/api/Spaces-1/environments", { Name: "One" });
  expect(await countStatuses(Array.from({ length: 20 }, create))).toEqual({ 201: 1, 400: 19 });
});

test("two hundred requests at once are all answered", async () => {
  const stage = await createApiStage();
  const request = (_: unknown, index: number): ReturnType<ApiStage["call"]> =>
    index % 2 === 0
      ? stage.call("POST", "/api/Spaces-1/environments", { Name: `E${index}` })
      : stage.call("GET", "/api/Spaces-1/environments/all");
  expect(await countStatuses(Array.from({ length: 200 }, request))).toEqual({ 200: 100, 201: 100 });
  expect(stage.server.requests).toHaveLength(200);
});

test("two servers of one process share nothing", async () => {
  const [one, other] = [await createApiStage(), await createApiStage()];
  await one.environment("Development");
  expect((await other.call("GET", "/api/Spaces-1/environments/all")).list).toEqual([]);
  expect(other.server.requests).toHaveLength(1);
});

test.each([
  ["/api/Spaces-1/environments", "application/json", '{"Name":"Cut"}'],
  ["/api/Spaces-1/packages/raw", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name="],
])("a request to %s that breaks off in the middle takes no effect", async (path, type, beginning) => {
  const stage = await createApiStage();
  const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nX-Octopus-ApiKey: ${stage.server.apiKey}\r\nContent-Type: ${type}`;
  const socket = connect(Number(new URL(stage.url).port), "127.0.0.1");
  socket.write(`${head}\r\nContent-Length: 100000\r\n\r\n${beginning}`, () => socket.destroy());

  await expect.poll(() => stage.server.requests).toMatchObject([{ method: "POST", path, status: 400 }]);
  expect(await stage.get("/api/Spaces-1/environments")).toMatchObject({ TotalResults: 0 });
  expect(await stage.get("/api/Spaces-1/packages")).toMatchObject({ TotalResults: 0 });
});

test("closing a server cancels the task that runs, and leaves no files of it", async () => {
  const stage = await createApiStage({ worker: true });
  const id = await runScript(stage, "echo here=$PWD; sleep 600");
  const lines = (): Fields[] => linesOf(stage, id);
  await expect.poll(lines).toContainEqual(expect.objectContaining({ MessageText: expect.stringMatching(/^here=/) }));

  await stage.server.close();

  expect(stage.server.model.collection("tasks").find(id)).toMatchObject({ State: "Canceled" });
  const directory = lines().flatMap((line) => /^here=(.+)/.exec(textOf(line, "MessageText"))?.slice(1) ?? []);
  expect(directory.map((one) => existsSync(one))).toEqual([false]);
});

function linesOf(stage: ApiStage, taskId: string): Fields[] {
  const log = stage.server.model.taskLogs.get(taskId);
  return (log?.Children ?? []).flatMap((step) => step.LogElements.map((line) => ({ ...line })));
}
