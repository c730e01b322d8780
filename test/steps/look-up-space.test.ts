import { expect, test } from "vitest";
import { finishTask, startTask } from "../octopus-server/model/tasks.ts";
import { serverLines } from "../server-lines.ts";
import type { StepRecording } from "../step/create-step-context.ts";
import { hideUntilAnother, startMissingSpace } from "./missing-space-stage.ts";

/** What the run says when it fails. */
const failureOf = (run: StepRecording): Promise<string> => run.run().then(() => "it succeeded", String);

const told = (run: StepRecording): string =>
  run.log
    .filter(({ level }) => level !== "verbose")
    .map(({ message }) => message)
    .join("\n");

test.each(serverLines)("has a missing space made by the other runbook on %s, once", async (version) => {
  const stage = await startMissingSpace({ version });
  const first = stage.lookUp();

  const running = first.run();
  const task = await stage.begin();
  const spaceId = await stage.record();
  stage.end(task);
  await running;
  const second = stage.lookUp();
  await second.run();

  expect(first.outputs).toEqual({ SpaceId: spaceId, SpaceName: "Europe" });
  expect(told(first)).toContain(
    `The runbook "__ Create Client Space" for the tenant "Europe / 🌍" was started, which makes and fills the space: waits for [${task.Id}](${stage.url}/app#/Spaces-1/tasks/${task.Id}).`,
  );
  expect(second.outputs).toEqual(first.outputs);
  expect(stage.runs()).toHaveLength(1);
  expect(task).toMatchObject({ TenantId: stage.tenantId, EnvironmentId: stage.environmentId });
});

test("runs what is published of it", async () => {
  const stage = await startMissingSpace();
  const [runbook] = await stage.api.list("/runbooks");
  const snapshot = await stage.api.post("/runbookSnapshots?publish=true", {
    RunbookId: runbook?.Id,
    ProjectId: stage.projectId,
    Name: "Published",
  });

  const running = stage.lookUp().run();
  const task = await stage.begin();
  await stage.record();
  stage.end(task);
  await running;

  const [run] = await stage.api.list("/runbookRuns");
  expect(run).toMatchObject({ RunbookSnapshotId: snapshot.Id });
});

test("joins a run that somebody started before", async () => {
  const stage = await startMissingSpace();
  await stage.startByHand();
  const run = stage.lookUp();

  const running = run.run();
  await expect.poll(() => told(run)).toContain("is under way already: waits for [ServerTasks-");
  const task = await stage.begin();
  const spaceId = await stage.record();
  stage.end(task);
  await running;

  expect(run.outputs["SpaceId"]).toBe(spaceId);
  expect(stage.runs()).toHaveLength(1);
});

test("two that overlap wait for the same run", async () => {
  const stage = await startMissingSpace();
  stage.server.setFaults({ delayMilliseconds: 30 });
  const both = [stage.lookUp(), stage.lookUp()];

  const running = Promise.all(both.map((one) => one.run()));
  const waited = (): number => both.filter((one) => told(one).includes("waits for [")).length;
  await expect.poll(waited).toBe(2);
  const [task, ...others] = stage.runs();
  expect(others.every((other) => other["State"] === "Canceled")).toBe(true);
  if (task === undefined) throw new Error("Nothing was started.");
  startTask(stage.server.model, task.Id);
  const spaceId = await stage.record();
  stage.end(task);
  await running;

  expect(both.map(({ outputs }) => outputs["SpaceId"])).toEqual([spaceId, spaceId]);
});

test("whoever was slower cancels the own run and waits for the one that was first", async () => {
  const stage = await startMissingSpace();
  await stage.startByHand();
  hideUntilAnother(stage);
  const run = stage.lookUp();

  const running = run.run();
  await expect.poll(() => stage.runs().map((task) => task["State"])).toEqual(["Queued", "Canceled"]);
  const [first] = stage.runs();
  if (first === undefined) throw new Error("It is gone.");
  startTask(stage.server.model, first.Id);
  const spaceId = await stage.record();
  stage.end(first);
  await running;

  expect(run.outputs["SpaceId"]).toBe(spaceId);
  expect(told(run)).toMatch(/Canceled \[ServerTasks-\d+\]\(.*\), since another run was faster\./);
});

test("a space that is recorded and is still being filled is waited for", async () => {
  const stage = await startMissingSpace();
  await stage.startByHand();
  const task = await stage.begin();
  const spaceId = await stage.record();
  const run = stage.lookUp();

  const running = run.run();
  await expect.poll(() => told(run)).toContain(`is under way already: waits for [${task.Id}]`);
  expect(run.outputs).toEqual({});
  stage.end(task);
  await running;

  expect(run.outputs["SpaceId"]).toBe(spaceId);
});

test("what else runs for the tenant is not waited for", async () => {
  const stage = await startMissingSpace();
  const spaceId = await stage.record();
  await stage.startByHand();
  const run = stage.lookUp();

  await run.run();

  expect(run.outputs["SpaceId"]).toBe(spaceId);
});

test("tells in one sentence why no space was made", async () => {
  const stage = await startMissingSpace();

  const failure = failureOf(stage.lookUp());
  const task = await stage.begin();
  stage.end(task, 'There is no team "Admins".');

  expect(await failure).toBe(
    `StepError: Failed to look up the space of the tenant "${stage.tenantId}": the runbook "__ Create Client Space" for the tenant "Europe / 🌍" failed (${stage.url}/app#/Spaces-1/tasks/${task.Id}): There is no team "Admins".`,
  );
});

test("a run that succeeds and records nothing is told", async () => {
  const stage = await startMissingSpace();

  const failure = failureOf(stage.lookUp());
  stage.end(await stage.begin());

  expect(await failure).toMatch(/succeeded and recorded no space in ManagedTenant\.Octopus\.SpaceId/);
});

test("a run that somebody cancels is told", async () => {
  const stage = await startMissingSpace();

  const failure = failureOf(stage.lookUp());
  finishTask(stage.server.model, (await stage.begin()).Id, { state: "Canceled" });

  expect(await failure).toMatch(/was canceled in Octopus \(.*\)\. Run this again to have the space made\./);
});

test("where a run is canceled and another one does the same, that one counts", async () => {
  const stage = await startMissingSpace();
  await stage.startByHand();
  const run = stage.lookUp();

  const running = run.run();
  const canceled = await stage.begin();
  await expect.poll(() => told(run)).toContain(`waits for [${canceled.Id}]`);
  await stage.startByHand();
  finishTask(stage.server.model, canceled.Id, { state: "Canceled" });
  const other = await stage.begin(2);
  const spaceId = await stage.record();
  stage.end(other);
  await running;

  expect(run.outputs["SpaceId"]).toBe(spaceId);
});

test("who is canceled waits no longer, and the other run goes on", async () => {
  const stage = await startMissingSpace();
  const controller = new AbortController();

  const failure = failureOf(stage.lookUp({}, { signal: controller.signal }));
  const task = await stage.begin();
  controller.abort();

  expect(await failure).toMatch(/abort|canceled/i);
  expect(task["State"]).toBe("Executing");
});

test("a queue that does not move is not waited for as long as it takes", async () => {
  const stage = await startMissingSpace();
  let minutes = 0;
  const now = (): Date => new Date(Date.UTC(2026, 0, 1, 0, (minutes += 4)));

  await expect(stage.lookUp({}, { now }).run()).rejects.toThrow(
    /has been in the queue for more than 10 minutes \(.*\), and this run would go on to hold one of the tasks that Octopus runs at a time, which it may need\. It stays in the queue\. Run this again, which is safe/,
  );

  expect(stage.runs()).toMatchObject([{ State: "Queued" }]);
});

test("a space that was recorded and is gone is not made again", async () => {
  const stage = await startMissingSpace();
  await stage.giveValues(stage.tenantId, {
    "ManagedTenant.Octopus.Url": stage.url,
    "ManagedTenant.Octopus.SpaceId": "Spaces-404",
  });

  await expect(stage.lookUp().run()).rejects.toThrow(
    /there is no space "Spaces-404" at .* A space that is recorded and gone is not made again by itself: clear the tenant's ManagedTenant\.Octopus\.SpaceId/,
  );

  expect(stage.runs()).toEqual([]);
});

test("only planning, it says what it would run", async () => {
  const stage = await startMissingSpace();
  const run = stage.lookUp({ onlyPlan: "True" });

  await run.run();

  expect(run.outputs).toEqual({ SpaceId: "", SpaceName: "" });
  expect(told(run)).toBe(
    'The tenant "Europe / 🌍" has no space yet. Would run "__ Create Client Space" of "__ Client Space" for it first, which makes one.',
  );
  expect(stage.runs()).toEqual([]);
});

test("without the option a missing space is refused as ever", async () => {
  const stage = await startMissingSpace();

  await expect(stage.lookUp({ makeMissing: "False" }).run()).rejects.toThrow(/still the placeholder "Unknown"/);

  expect(stage.runs()).toEqual([]);
});

test.each([
  [{ spaceRunbook: "__ Make Client Space" }, /has no runbook "__ Make Client Space" that would make the space\./],
  [{ spaceRunbookProject: "Spaces" }, /There is no project "Spaces" in the space "Default"/i],
  [{ spaceRunbookEnvironment: "" }, /nothing says in which environment to run the runbook/],
  [
    { spaceRunbookEnvironment: "Moon" },
    /could not be started in "Moon": .*Moon.* Look whether the tenant is connected/,
  ],
])("what is wrong in %j is told before anything is started", async (parameters, sentence) => {
  const stage = await startMissingSpace();

  await expect(stage.lookUp(parameters).run()).rejects.toThrow(sentence);

  expect(stage.runs()).toEqual([]);
});
