import { expect, test } from "vitest";
import { textOf } from "../../lib/model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { runsToKeep } from "../../lib/resources/runbook.ts";
import { step as deployRunbook } from "../../steps/deploy-runbook/step.ts";
import { step as serializeRunbook } from "../../steps/serialize-runbook/step.ts";
import type { FaultPlan } from "../octopus-server/faults/fault-plan.ts";
import type { StepRecording } from "../step/create-step-context.ts";
import { forEachNumber } from "./for-each-number.ts";
import { startGoldenSpaces, type GoldenSpaces } from "./golden-space.ts";

const packageId = "operations_restart";

test("a runbook comes into a project of another name, and is there what it was", async () => {
  const stage = await startRunbooks();

  const packed = await stage.serialize({ project: "Operations", runbook: "Restart" }, serializeRunbook);
  expect(packed.outputs).toMatchObject({ PackageId: packageId, Changed: "True" });
  const { outputs, log } = await stage.deploy(packageId, { project: "Shop" }, { step: deployRunbook });

  const runbook = await findRunbook(stage.managed);
  expect(outputs).toMatchObject({ RunbookId: runbook.Id, Changed: "True", Conflicts: "0" });
  expect(log.at(-1)?.message).toMatch(/^Deployed operations_restart \S+ as \[Restart\].* to the project "Shop"/);
  expect(runbook).toMatchObject({ Description: "Off and on." });
  expect(await readScript(stage.managed, runbook)).toBe("echo off; echo on");
  stage.takeWrites();
  await stage.deploy(packageId, { project: "Shop" }, { step: deployRunbook });
  expect(stage.takeWrites()).toEqual([]);
});

test("what people changed in the runbook is kept and told, and a new version reaches the rest", async () => {
  const stage = await startRunbooks();
  await stage.serialize({ project: "Operations", runbook: "Restart" }, serializeRunbook);
  await stage.deploy(packageId, { project: "Shop" }, { step: deployRunbook });
  const copy = await findRunbook(stage.managed);
  await stage.managed.put(`/runbooks/${copy.Id}`, { ...copy, Description: "Ours." });
  await writeScript(stage.golden, await findRunbook(stage.golden), "echo gently");
  await stage.serialize({ project: "Operations", runbook: "Restart" }, serializeRunbook);

  const { outputs } = await stage.deploy(packageId, { project: "Shop" }, { step: deployRunbook });

  expect(outputs).toMatchObject({ KeptChanges: "1", Conflicts: "0" });
  expect(await findRunbook(stage.managed)).toMatchObject({ Description: "Ours." });
  expect(await readScript(stage.managed, copy)).toBe("echo gently");
});

test("a runbook of that name that people made is theirs until somebody says otherwise", async () => {
  const stage = await startRunbooks();
  const [shop] = await stage.managed.list("/projects");
  await stage.managed.post("/runbooks", {
    Name: "Restart",
    ProjectId: shop?.Id ?? "",
    Description: "Ours.",
    RunRetentionPolicy: runsToKeep,
  });
  await stage.serialize({ project: "Operations", runbook: "Restart" }, serializeRunbook);

  const first = await stage.deploy(packageId, { project: "Shop" }, { step: deployRunbook });
  expect(first.outputs).toMatchObject({ Changed: "False", Conflicts: "1" });
  expect(await findRunbook(stage.managed)).toMatchObject({ Description: "Ours." });

  const adopting = { project: "Shop", adoptExistingRunbook: "True", overwriteDownstreamChanges: "True" };
  await stage.deploy(packageId, adopting, { step: deployRunbook });
  expect(await findRunbook(stage.managed)).toMatchObject({ Description: "Off and on." });
});

test("a project that the space does not have is named before anything is written", async () => {
  const stage = await startRunbooks();
  await stage.serialize({ project: "Operations", runbook: "Restart" }, serializeRunbook);
  stage.takeWrites();

  await expect(stage.deploy(packageId, {}, { step: deployRunbook })).rejects.toThrow(
    'the space "Managed" has no project "Operations"',
  );
  expect(stage.takeWrites()).toEqual([]);
});

test("two runs at once end as one does, and one that was killed before any of its requests, or after any of its writes, is taken up", async () => {
  const alone = await startPacked();
  const before = alone.server.requests.length;
  alone.takeWrites();
  await bring(alone);
  const count = alone.server.requests.length - before;
  const writes = alone.takeWrites().length;
  const wanted = await alone.read(alone.managed);

  const together = await startPacked();
  await Promise.all([bring(together), bring(together)]);
  expect(await together.read(together.managed)).toEqual(wanted);
  const expectTakenUp = async (fault: FaultPlan["drop"], when: string): Promise<void> => {
    const stage = await startPacked();
    stage.server.setFaults({ drop: { at: 1, ...fault, andAllLater: true } });
    await expect(bring(stage)).rejects.toThrow(/cannot be reached|closed the connection/);
    stage.server.setFaults({});
    const { outputs } = await bring(stage);
    expect(outputs, `${when}`).toMatchObject({ KeptChanges: "0", Conflicts: "0" });
    expect(await stage.read(stage.managed), `${when}`).toEqual(wanted);
    stage.takeWrites();
    await bring(stage);
    expect(stage.takeWrites(), `${when}`).toEqual([]);
  };
  await forEachNumber(count, (at) => expectTakenUp({ at }, `killed before request ${at}`));
  await forEachNumber(writes, (at) =>
    expectTakenUp({ at, when: "after", counting: "writes" }, `killed after write ${at}`),
  );
});

async function startPacked(): Promise<GoldenSpaces> {
  const stage = await startRunbooks();
  await stage.serialize({ project: "Operations", runbook: "Restart" }, serializeRunbook);
  return stage;
}

function bring(stage: GoldenSpaces): Promise<StepRecording> {
  return stage.deploy(packageId, { project: "Shop" }, { step: deployRunbook });
}

async function startRunbooks(): Promise<GoldenSpaces> {
  const stage = await startGoldenSpaces();
  const project = await makeProject(stage.golden, "Operations");
  const runbook = await stage.golden.post("/runbooks", {
    Name: "Restart",
    ProjectId: project.Id,
    Description: "Off and on.",
    RunRetentionPolicy: runsToKeep,
  });
  await writeScript(stage.golden, runbook, "echo off; echo on");
  await makeProject(stage.managed, "Shop");
  return stage;
}

async function makeProject(space: OctopusSpace, name: string): Promise<OctopusDocument> {
  const [lifecycle] = await space.list("/lifecycles");
  const [group] = await space.list("/projectgroups");
  return space.post("/projects", { Name: name, LifecycleId: lifecycle?.Id ?? "", ProjectGroupId: group?.Id ?? "" });
}

async function findRunbook(space: OctopusSpace): Promise<OctopusDocument> {
  const found = (await space.list("/runbooks")).find((runbook) => textOf(runbook, "Name") === "Restart");
  if (found === undefined) throw new Error("There is no such runbook.");
  return found;
}

async function writeScript(space: OctopusSpace, runbook: OctopusDocument, script: string): Promise<void> {
  const path = `/runbookProcesses/${textOf(runbook, "RunbookProcessId")}`;
  const process = await space.get(path);
  const properties = {
    "Octopus.Action.RunOnServer": "true",
    "Octopus.Action.Script.ScriptSource": "Inline",
    "Octopus.Action.Script.Syntax": "Bash",
    "Octopus.Action.Script.ScriptBody": script,
  };
  const actions = [{ Name: "Say", ActionType: "Octopus.Script", Properties: properties }];
  await space.put(path, { ...process, Steps: [{ Name: "Say", Properties: {}, Actions: actions }] });
}

async function readScript(space: OctopusSpace, runbook: OctopusDocument): Promise<unknown> {
  const process = await space.get(`/runbookProcesses/${textOf(runbook, "RunbookProcessId")}`);
  const found = JSON.stringify(process).match(/"Octopus.Action.Script.ScriptBody":"([^"]*)"/);
  return found?.[1];
}
