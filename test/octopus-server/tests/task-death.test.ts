import { expect, test } from "vitest";
import { startWorker } from "../worker/worker.ts";
import type { TaskDeath } from "../worker/task-death.ts";
import { bash, createStage, linesOf, type Stage } from "./worker-stage.ts";

/** Two tasks, the first of which dies. */
function startDying(stage: Stage, death: TaskDeath): ReturnType<typeof startWorker> {
  const deaths: (TaskDeath | undefined)[] = [death];
  return startWorker(stage.model, { deathOfTask: () => deaths.shift() });
}

test("a worker that dies leaves its task executing until the server notices", async () => {
  const stage = createStage();
  const states: unknown[] = [];
  stage.model.taskChanged.add((task) => states.push(task["State"]));
  const task = stage.queue([bash("Say", "echo one; echo two; sleep 600; echo three")]);
  const worker = startDying(stage, { afterLines: 5, state: "Failed" });
  await worker.idle();
  await worker.stop();
  expect(states).toEqual(["Queued", "Executing", "Failed"]);
  expect(task["ErrorMessage"]).toBe("The server node that ran the task is no longer there.");
});

test("the log breaks off where the worker died", async () => {
  const stage = createStage();
  const task = stage.queue([bash("Say", "for n in $(seq 1 50); do echo line $n; done")]);
  let lines = 0;
  stage.model.lineLogged.add(() => lines++);
  const worker = startDying(stage, { afterLines: 12, state: "Executing" });
  await worker.idle();
  await worker.stop();
  const log = stage.model.taskLogs.get(task.Id);
  if (log === undefined) throw new Error("The task has no log.");
  expect(linesOf(log, { verbose: true })).toHaveLength(12);
  expect([task["State"], log.Status]).toEqual(["Executing", "Running"]);
});

test("a task that is over before its worker dies ends as usual, and the next one runs", async () => {
  const stage = createStage();
  const [first, second] = [stage.queue([bash("Say", "echo one")]), stage.queue([bash("Say", "echo one")])];
  const worker = startDying(stage, { afterLines: 1000 });
  await worker.idle();
  await worker.stop();
  expect([first["State"], second["State"]]).toEqual(["Success", "Success"]);
});

test("a task dies before its first line, and is timed out later", async () => {
  const stage = createStage();
  const task = stage.queue([bash("Say", "touch /nowhere")]);
  const worker = startDying(stage, { noticedAfterMilliseconds: 20 });
  await worker.idle();
  await worker.stop();
  expect([task["State"], task["IsCompleted"]]).toEqual(["TimedOut", true]);
});
