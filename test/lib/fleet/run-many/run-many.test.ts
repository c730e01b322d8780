import { expect, test } from "vitest";
import { finishTask, startTask } from "../../../octopus-server/model/tasks.ts";
import { endQueued, ownTenant, startStage, type Stage } from "./stage.ts";

const all = ["deploy", "--tenants", ".*"];

/** Without a worker: what is in the queue ends while the command waits. */
function ending(stage: Stage, failing: readonly string[] = []): { pause: () => Promise<void> } {
  return {
    pause: () => {
      endQueued(
        stage,
        failing.map((name) => stage.tenants[name] ?? ""),
      );
      return Promise.resolve();
    },
  };
}

async function startedFor(stage: Stage): Promise<string[]> {
  const names = new Map(Object.entries(stage.tenants).map(([name, id]) => [id, name]));
  return (await stage.runs()).map((run) => names.get(String(run["TenantId"])) ?? "gone").toSorted();
}

test("starts a runbook for many tenants on Octopus's queue, and ends with who failed and why", async () => {
  const stage = await startStage({
    script: `${ownTenant}; if [ "$tenant" = Asia ]; then fail_step "There is no room in $tenant."; fi`,
  });

  const { code, stdout, stderr } = await stage.manage(all);

  expect(stderr).toBe("");
  expect(stdout).toMatch(/^Africa started, ServerTasks-\d+$/m);
  expect(stdout).toMatch(/^Africa succeeded after .*, ServerTasks-\d+ \(\d of 3\)$/m);
  expect(stdout).toContain("\n2 of 3 succeeded, 1 did not.\n\n1 failed: ");
  expect(stdout).toContain("There is no room in Asia.");
  expect(stdout).toMatch(/^ {2}Asia {2}http:\S+\/app#\/Spaces-1\/tasks\/ServerTasks-\d+$/m);
  expect(code).toBe(1);
});

test("what a failure lists is told with it, once for all that differ by the names of their spaces alone", async () => {
  const stage = await startStage({
    script: `${ownTenant}; fail_step "Failed to deploy: 2 things are in the way:
- the space \\"$tenant\\" has no lifecycle \\"Simple\\"
- the space \\"$tenant\\" has no feed \\"Docker\\"
Nothing was written."`,
  });

  const { stdout } = await stage.manage(all);

  expect(stdout).toMatch(
    /^Asia failed .*: 2 things are in the way: the space "Asia" has no lifecycle "Simple"; the space "Asia" has no feed "Docker" \(\d of 3\)$/m,
  );
  expect(stdout).toMatch(
    /^3 failed: .*2 things are in the way:\n- the space has no lifecycle "Simple"\n- the space has no feed "Docker"\n {2}Africa {2}http/m,
  );
});

test("started again it starts what did not succeed alone, and with --again all", async () => {
  const stage = await startStage({ worker: false });
  await stage.manage(all, ending(stage, ["Asia"]));
  expect(await startedFor(stage)).toEqual(["Africa", "America", "Asia"]);

  const second = await stage.manage(all, ending(stage));

  expect(second).toMatchObject({ code: 0, stdout: expect.stringContaining("3 of 3 succeeded (2 of them before).") });
  expect(second.stdout).toContain("for 3 tenants, 2 of which succeeded before.");
  expect(await startedFor(stage)).toEqual(["Africa", "America", "Asia", "Asia"]);
  const third = await stage.manage(all, ending(stage));
  expect(third).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("Nothing was started: all succeeded before"),
  });
  expect(await startedFor(stage)).toHaveLength(4);
  await stage.manage([...all, "--again"], ending(stage));
  expect(await startedFor(stage)).toHaveLength(7);
});

test("what is another process, another package or another run since counts as nothing done", async () => {
  const stage = await startStage({ worker: false, names: ["Africa", "Asia"] });
  await stage.manage(all, ending(stage));

  await stage.setScript(stage.runbook, "echo other");
  await stage.manage(all, ending(stage));

  expect(await startedFor(stage)).toHaveLength(4);
  const [first] = (await stage.api.list("/runbookSnapshots")).toReversed();
  await stage.runByHand("Asia", String(first?.["Name"]));
  endQueued(stage);
  await stage.manage(all, ending(stage));
  expect((await startedFor(stage)).filter((name) => name === "Asia")).toHaveLength(4);
  expect((await startedFor(stage)).filter((name) => name === "Africa")).toHaveLength(2);
});

test("runs the published snapshot where there is one", async () => {
  const stage = await startStage({ worker: false });
  const snapshot = await stage.api.post("/runbookSnapshots?publish=true", {
    Name: "Tried",
    ProjectId: stage.projectId,
    RunbookId: stage.runbook.Id,
  });
  await stage.setScript(stage.runbook, "echo not yet");

  const { stdout } = await stage.manage(all, ending(stage));

  expect(stdout).toContain('Runs the published snapshot "Tried"');
  expect((await stage.runs()).map((run) => run["RunbookSnapshotId"])).toEqual(Array(3).fill(snapshot.Id));
});

test("what only looks is done for a working day, since what it looks at changes", async () => {
  let hours = 0;
  const stage = await startStage({ worker: false, now: () => new Date(Date.now() - hours * 3_600_000) });
  await stage.addRunbook("__ 4. Find Updates", "echo looked");
  const find = ["find", "--tenants", ".*"];
  hours = 9;
  await stage.manage(find, ending(stage));
  hours = 0;

  await stage.manage(find, ending(stage));
  await stage.manage(find, ending(stage));

  expect(await startedFor(stage)).toHaveLength(6);
});

test("the first Ctrl-C starts no more and watches what runs; the same command goes on later", async () => {
  const stage = await startStage({ worker: false });
  let interrupt = (): void => undefined;
  const { code, stdout, stderr } = await stage.manage([...all, "--at-once", "1"], {
    takeFirstInterrupt: (stop) => void (interrupt = stop),
    pause: () => {
      interrupt();
      endQueued(stage);
      return Promise.resolve();
    },
  });

  expect(code).toBe(3);
  expect(stdout).toContain("Starts no more. What runs goes on, and is watched to its end");
  expect(stdout).toContain("1 of 3 succeeded, 2 were not started.");
  expect(stderr).toContain("Stopped before all were started. Run the same command again to go on");
  expect(await startedFor(stage)).toEqual(["Africa"]);
  const anew = await stage.manage([...all, "--again"], {
    takeFirstInterrupt: (stop) => stop(),
    ...ending(stage),
  });
  expect(anew.stderr).toContain("by --again what succeeded is started anew, that of this time, too.");
  expect(await stage.manage(all, ending(stage))).toMatchObject({ code: 0 });
  expect(await startedFor(stage)).toEqual(["Africa", "America", "Asia"]);
});

test("the second Ctrl-C ends at once, what runs goes on, and the same command joins it", async () => {
  const stage = await startStage({ worker: false });
  const stop = new AbortController();
  const first = await stage.manage(all, {
    signal: stop.signal,
    pause: () => {
      stop.abort();
      return Promise.reject(new Error("ended"));
    },
  });

  expect(first).toMatchObject({ code: 130, stdout: expect.stringContaining("0 of 3 succeeded, 3 are not over.") });
  expect(first.stderr).toContain("Ended at once: what was started goes on in Octopus.");
  const planned = await stage.manage([...all, "--plan"]);
  expect(planned.stdout).toContain("for 0 of 3 tenants");
  expect(planned.stdout).toContain("runs already, would be watched: http");
  expect(await stage.manage(all, ending(stage))).toMatchObject({ code: 0 });
  expect(await startedFor(stage)).toEqual(["Africa", "America", "Asia"]);
});

test("what somebody else starts meanwhile is joined, not started twice", async () => {
  const stage = await startStage({ worker: false });
  const remove = stage.server.beforeRequest(async ({ method, path }) => {
    if (method !== "GET" || !path.includes("/runbookRuns?") || !path.includes("take=30")) return;
    remove();
    const [snapshot] = await stage.api.list("/runbookSnapshots");
    await stage.runByHand("Asia", String(snapshot?.["Name"]));
  });

  const { code, stdout } = await stage.manage(all, ending(stage));

  expect(code).toBe(0);
  expect(stdout).toMatch(/^Asia was started elsewhere, ServerTasks-1$/m);
  expect(await startedFor(stage)).toEqual(["Africa", "America", "Asia"]);
});

test("two of these commands at once do the work once", async () => {
  const names = ["A", "B", "C", "D", "E", "F", "G", "H"];
  const stage = await startStage({ names, worker: { taskCap: 5 } });
  let second: ReturnType<Stage["manage"]> | undefined;
  const remove = stage.server.beforeRequest(({ path }) => {
    if (!path.includes("/tasks?ids=")) return;
    remove();
    second = stage.manage(all);
  });

  const outcomes = [await stage.manage(all), await second];

  expect(outcomes.map((outcome) => outcome?.code)).toEqual([0, 0]);
  expect(new Set(await startedFor(stage))).toEqual(new Set(names));
});

test("never more at once than asked, or than leaves slots for others", async () => {
  const stage = await startStage({ worker: false, names: ["A", "B", "C", "D", "E", "F", "G"] });
  const active = (): number =>
    stage.server.model.collection("tasks").list((task) => task["IsCompleted"] !== true).length;
  async function most(atOnce: string): Promise<number> {
    let seen = 0;
    await stage.manage([...all, "--again", "--at-once", atOnce], {
      pause: () => {
        seen = Math.max(seen, active());
        endQueued(stage);
        return Promise.resolve();
      },
    });
    return seen;
  }

  expect(await most("2")).toBe(2);
  // Five at a time, of which two are left for others.
  expect(await most("7")).toBe(3);
});

test("how many run at once is told where it is less than there are tenants", async () => {
  const stage = await startStage({ worker: false });
  const told = "No more than 3 at once";

  expect((await stage.manage(all, ending(stage))).stdout).not.toContain(told);
  await stage.addTenant("Europe", {
    "ManagedTenant.Octopus.Url": "https://octopus.example.com",
    "ManagedTenant.Octopus.ApiKey": { HasValue: true, NewValue: "API-NOBODYKNOWSIT" },
    "ManagedTenant.Octopus.SpaceId": "Spaces-9",
  });
  expect((await stage.manage([...all, "--again"], ending(stage))).stdout).toContain(told);
});

test("a key that may not ask how many tasks run is told, and few are started at once", async () => {
  const stage = await startStage({ worker: false, names: ["A", "B", "C", "D", "E"] });
  stage.server.setFaults({ fail: { path: "octopusservernodes", status: 403, times: 9 } });

  const usual = await stage.manage(all, ending(stage));
  const asked = await stage.manage([...all, "--again", "--at-once", "4"], ending(stage));

  expect(usual.stdout).toContain(
    "The user of the API key may not ask how many tasks Octopus runs at a time, so 3 at once are started. Ask for another number by --at-once.",
  );
  expect(asked.stdout).toContain("so 4 at once are started.");
});

test("three hundred tenants take few requests", async () => {
  const names = Array.from({ length: 300 }, (_, index) => `Tenant ${String(index).padStart(3, "0")}`);
  const stage = await startStage({ worker: false, names });
  stage.server.setFaults({ fail: { path: "octopusservernodes", status: 403, times: 9 } });

  const { code, stdout } = await stage.manage([...all, "--at-once", "20"], ending(stage));
  const begun = stage.server.requests.length;
  await stage.manage(all, ending(stage));

  expect(code).toBe(0);
  expect(stdout).toContain("300 of 300 succeeded.");
  // Fifteen times twenty: a look, a start, whose runs they are, and how they do; and what is read before.
  expect(begun).toBeLessThanOrEqual(15 * 5 + 20);
  expect(stage.server.requests.length - begun).toBeLessThanOrEqual(20);
});

test("a limit of requests is waited for", async () => {
  const stage = await startStage({ worker: false });
  stage.server.setFaults({ rateLimit: { burst: 3, perMinute: 3000 } });

  expect(await stage.manage(all, ending(stage))).toMatchObject({ code: 0 });
});

test("a task that somebody cancels is told as that", async () => {
  const stage = await startStage({ worker: false });
  const { code, stdout } = await stage.manage(all, {
    pause: async () => {
      const [task] = await stage.api.list(`/tasks?tenant=${stage.tenants["Asia"]}`);
      if (task?.["IsCompleted"] === false) await stage.api.act(`/tasks/${task.Id}/cancel`, {});
      endQueued(stage);
    },
  });

  expect(code).toBe(1);
  expect(stdout).toMatch(/\n1 canceled: Somebody canceled the task in Octopus\.\n {2}Asia {2}http/);
});

test.each(["before", "after"] as const)(
  "a connection that is lost %s a start took effect starts nobody twice",
  async (when) => {
    const stage = await startStage({ worker: false });
    const pauses = ending(stage);
    stage.server.setFaults({ drop: { at: 2, when, counting: "writes" } });

    const { code, stdout } = await stage.manage(all, pauses);

    expect(code).toBe(0);
    expect(stdout).toContain("What runs goes on meanwhile, and this tries again for half an hour.");
    expect(stdout).toContain("Octopus answers again.");
    expect(await startedFor(stage)).toEqual(["Africa", "America", "Asia"]);
  },
);

test("a tenant that is deleted meanwhile is refused alone", async () => {
  const stage = await startStage({ worker: false });
  const remove = stage.server.beforeRequest(async ({ method, path }) => {
    if (method !== "POST" || !path.endsWith("/create/v1")) return;
    remove();
    await stage.api.remove(`/tenants/${stage.tenants["America"]}`);
  });

  const { code, stdout } = await stage.manage(all, ending(stage));

  expect(code).toBe(1);
  expect(stdout).toContain("2 of 3 succeeded, 1 did not.");
  expect(stdout).toMatch(/\n1 refused: Octopus at \S+ refused .*America.*\n {2}America\n/);
  expect(await startedFor(stage)).toEqual(["Africa", "Asia"]);
});

test("a server that takes nothing is asked three times, and nothing counts as started", async () => {
  const stage = await startStage({ worker: false });
  stage.server.setFaults({
    fail: { method: "POST", path: "create/v1", status: 403, times: 9, message: "Missing permission: RunbookRunCreate" },
  });

  const { code, stderr } = await stage.manage(all, ending(stage));

  expect(code).toBe(2);
  expect(stderr).toContain("Give the user of the API key the permission RunbookRunCreate.");
  expect(stderr).not.toContain("goes on in Octopus");
});

test("a stopped task queue is told, and what is in it ends when it goes on", async () => {
  const stage = await startStage({ names: ["Asia"] });
  const spaces = stage.server.model.collection("spaces");
  const space = spaces.find("Spaces-1");
  if (space !== undefined) space["TaskQueueStopped"] = true;

  let looks = 0;
  const { code, stdout } = await stage.manage(all, {
    pause: async () => {
      looks += 1;
      if (looks === 2 && space !== undefined) space["TaskQueueStopped"] = false;
      await new Promise((resolve) => setTimeout(resolve, 10));
    },
  });

  expect(stdout).toContain('The task queue of the space "Default" is stopped');
  expect(code).toBe(0);
});

async function answerAll({ api }: Stage): Promise<void> {
  for (const { Id } of await api.list("/interruptions?pendingOnly=true")) {
    await api.put(`/interruptions/${Id}/responsible`, {});
    await api.act(`/interruptions/${Id}/submit`, { Result: "Proceed", Notes: "" });
  }
}

test("a run that waits for a person is told, and takes no slot", async () => {
  const stage = await startStage({ names: ["Africa", "Asia"] });
  await stage.setScript(stage.runbook, "", {
    ActionType: "Octopus.Manual",
    Properties: { "Octopus.Action.Manual.Instructions": "Look at it" },
  });
  let stdout = "";

  const { code } = await stage.manage([...all, "--at-once", "1"], {
    write: (_stream, text) => void (stdout += text),
    pause: async () => {
      if (stdout.includes("Asia waits")) await answerAll(stage);
      await new Promise((resolve) => setTimeout(resolve, 10));
    },
  });

  expect(stdout).toMatch(/^Africa waits for a person \(".+"\): http\S+ServerTasks-1$/m);
  expect(stdout).toMatch(/^Asia waits for a person/m);
  expect(code).toBe(0);
});

test("a run whose task is deleted, and a key that expires on the way", async () => {
  const stage = await startStage({ worker: false });
  const deleted = await stage.manage(all, {
    pause: () => {
      const tasks = stage.server.model.collection("tasks");
      for (const task of tasks.list((one) => one["TenantId"] === stage.tenants["Asia"])) tasks.remove(task.Id);
      endQueued(stage);
      return Promise.resolve();
    },
  });
  expect(deleted.stdout).toContain("1 failed: The task is gone");

  const expired = await stage.manage([...all, "--again"], {
    pause: () => {
      stage.server.setFaults({ expireKey: { after: 0 } });
      return Promise.resolve();
    },
  });

  expect(expired.code).toBe(3);
  expect(expired.stderr).toContain("Check that key, which came from OCTOPUS_API_KEY");
  expect(expired.stderr).toContain("What was started goes on in Octopus. Run the same command again");
});

const names = ["Africa", "America", "Asia", "Europe", "Oceania", "Pole", "Zealandia"];

test("what fails for the first three alike, by whatever space, is not run through to the last", async () => {
  const stage = await startStage({
    names,
    script: `${ownTenant}; fail_step "Failed to deploy to the space \\"Spaces-$RANDOM\\": the space \\"$tenant\\" has no lifecycle \\"Simple\\"."`,
  });

  const stopped = await stage.manage([...all, "--at-once", "1"]);
  const begun = await startedFor(stage);
  await stage.setScript(stage.runbook, "echo mended");
  const mended = await stage.manage(all);

  expect(begun).toEqual(["Africa", "America", "Asia"]);
  expect(stopped.code).toBe(3);
  expect(stopped.stdout).toContain("0 of 7 succeeded, 3 did not, 4 were not started.");
  expect(stopped.stdout).toMatch(
    /\n3 failed: .*: Failed to deploy to the space: the space has no lifecycle "Simple"\.\n/,
  );
  expect(stopped.stderr).toBe(
    "Stopped, since the first 3 all failed for the same reason and none succeeded: the others would most likely fail, too. Mend it and run the same command again, or start them all the same by --keep-going.\n",
  );
  expect(mended).toMatchObject({ code: 0, stdout: expect.stringContaining("7 of 7 succeeded.") });
});

test("with --keep-going all are started, whatever becomes of them", async () => {
  const stage = await startStage({ names, worker: false });

  const { code, stdout, stderr } = await stage.manage([...all, "--at-once", "1", "--keep-going"], ending(stage, names));

  expect(await startedFor(stage)).toEqual(names);
  expect(stdout).toContain("0 of 7 succeeded, 7 did not.");
  expect([code, stderr]).toEqual([1, ""]);
});

test.each([
  ["one succeeds, before or after", ["Africa", "America", "Asia", "Europe", "Oceania", "Zealandia"], "It failed."],
  ["each fails for a reason of its own", names, "{tenant}: no."],
])("where %s, the others are started", async (_what, failing, reason) => {
  const stage = await startStage({ names, worker: false });
  const nameOf = new Map(Object.entries(stage.tenants).map(([name, id]) => [id, name]));

  const { stdout } = await stage.manage([...all, "--at-once", "2"], {
    pause: () => {
      const { model } = stage.server;
      const queued = model.collection("tasks").list((task) => task["IsCompleted"] !== true);
      // Of two that run at once the second is over first: so it is one of the first that succeeds.
      for (const { Id, TenantId } of queued.toReversed()) {
        const name = nameOf.get(String(TenantId)) ?? "";
        startTask(model, Id);
        const isFailing = failing.includes(name) && !(reason === "It failed." && name === "America");
        finishTask(
          model,
          Id,
          isFailing ? { state: "Failed", errorMessage: reason.replace("{tenant}", name) } : { state: "Success" },
        );
      }
      return Promise.resolve();
    },
  });

  expect(await startedFor(stage)).toEqual(names);
  expect(stdout).not.toContain("were not started");
});

test("who succeeded by a former command shows that not all fail", async () => {
  const stage = await startStage({ names, worker: false });
  await stage.manage(all, ending(stage, names.slice(1)));

  const { code, stdout } = await stage.manage([...all, "--at-once", "1"], ending(stage, names));

  expect(stdout).toContain("1 of 7 succeeded (1 of them before), 6 did not.");
  expect(code).toBe(1);
});
