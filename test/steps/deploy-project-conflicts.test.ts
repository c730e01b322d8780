import { expect, test } from "vitest";
import { objectsOf, textOf } from "../../lib/model/json.ts";
import { step as findUpdates } from "../../steps/find-updates/step.ts";
import { step as previewUpdates } from "../../steps/preview-updates/step.ts";
import type { Api } from "../api.ts";
import type { StepRecording } from "../step/create-step-context.ts";
import { textOfPage } from "../text-of-page.ts";
import { script, startDeployments, type DeployedPackage, type DeploymentStage } from "./deployment-stage.ts";
import { editProject, editScript, editSteps, namesOf, readScript, readSteps, warningsOf } from "./edit-project.ts";
import { publish, runManagementStep } from "./management-side.ts";

const scriptConflict =
  '"Say hello › Octopus.Action.Script.ScriptBody" in the deployment process of "Hello World" was changed in this space and stays so. The package has something else there.';

test("a conflict is told in every run, until people take the template's value", async () => {
  const { stage, id, newer } = await startConflict();

  const first = await stage.deploy(newer);
  stage.takeWrites();
  const second = await stage.deploy(newer);
  const third = await stage.deploy(newer);

  expect(stage.takeWrites()).toEqual([]);
  for (const run of [first, second, third]) {
    expect(run.outputs).toMatchObject({ KeptChanges: "1", Conflicts: "1" });
    expect(warningsOf(run)).toEqual([scriptConflict]);
    expect(summaryOf(run)).not.toMatch(/is as hello_world/);
  }
  await editScript(stage.downstream, id, "Say hello", "echo Good morning");
  const solved = await stage.deploy(newer);
  expect(solved.outputs).toMatchObject({ KeptChanges: "0", Conflicts: "0" });
  expect(summaryOf(solved)).toMatch(/is as hello_world 1\.0\.1 has it: nothing was written/);
});

test("a conflict ends when the template takes what people made", async () => {
  const { stage, newer } = await startConflict();
  await stage.deploy(newer);
  await stage.deploy(newer);
  await editScript(stage.upstream, stage.project.Id, "Say hello", "echo Howdy");

  const { outputs } = await stage.deploy(await stage.serialize("1.0.2"));

  expect(outputs).toMatchObject({ KeptChanges: "0", Conflicts: "0" });
});

test("the template's value arrives when people undo their edit, though the package is the same", async () => {
  const { stage, id, newer } = await startConflict();
  await stage.deploy(newer);
  await stage.deploy(newer);
  await editScript(stage.downstream, id, "Say hello", "echo Say hello");

  const { outputs } = await stage.deploy(newer);

  expect(await readScript(stage.downstream, id, "Say hello")).toBe("echo Good morning");
  expect(outputs).toMatchObject({ Changed: "True", KeptChanges: "0" });
});

test("Find Updates and Preview Updates tell a conflict after it was deployed, until it is solved", async () => {
  const { stage, id, newer } = await startConflict();
  await publish(stage, newer);
  await stage.deploy(newer);
  await stage.deploy(newer);

  const found = await runManagementStep(stage, findUpdates);
  const preview = await runManagementStep(stage, previewUpdates);

  expect(found.outputs).toMatchObject({ Status: "Conflicts", Behind: "0" });
  expect(JSON.parse(found.outputs["Conflicts"] ?? "")).toEqual([{ copy: "Hello World", changes: [scriptConflict] }]);
  for (const page of [found.pages[0], preview.pages[0]])
    expect(textOfPage(page)).toContain(
      "The template had echo Say hello The template has echo Good morning This space has echo Howdy",
    );
  await editScript(stage.downstream, id, "Say hello", "echo Good morning");
  expect((await runManagementStep(stage, findUpdates)).outputs).toMatchObject({
    Status: "Up to date",
    Conflicts: "[]",
  });
});

test("Find Updates tells that the template's value is on its way when people have undone their edit", async () => {
  const { stage, id, newer } = await startConflict();
  await publish(stage, newer);
  await stage.deploy(newer);
  await editScript(stage.downstream, id, "Say hello", "echo Say hello");

  const { outputs } = await runManagementStep(stage, findUpdates);

  expect(outputs).toMatchObject({ Status: "Can be deployed", Conflicts: "[]" });
});

test("an order of steps that both sides changed is told until both agree", async () => {
  const stage = await startDeployments();
  const id = await deployFirst(stage);
  await editSteps(stage.downstream, id, (steps) => swap(steps, 0, 1));
  await editSteps(stage.upstream, stage.project.Id, (steps) => swap(steps, 1, 2));
  const newer = await stage.serialize("1.0.1");

  const runs = [await stage.deploy(newer), await stage.deploy(newer), await stage.deploy(newer)];

  for (const one of runs)
    expect(warningsOf(one)).toEqual([expect.stringContaining('The order of "Steps" in the deployment process')]);
  await publish(stage, newer);
  const text = textOfPage((await runManagementStep(stage, findUpdates)).pages[0]);
  expect(text).toContain("Order of Steps of the deployment process");
  expect(text).toMatch(/What the template changed .* − Run image .* What was changed here .* [−+] Say hello/);
  await editSteps(stage.downstream, id, (steps) => swap(steps, 0, 1));
  await stage.deploy(newer);
  expect(namesOf(await readSteps(stage.downstream, id)).slice(0, 3)).toEqual(["Say hello", "Approve", "Run image"]);
  stage.takeWrites();
  expect((await stage.deploy(newer)).outputs["KeptChanges"]).toBe("0");
  expect(stage.takeWrites()).toEqual([]);
});

test("a step that upstream removed and people changed stays and is told, and goes when they undo their edit", async () => {
  const stage = await startDeployments();
  const id = await deployFirst(stage);
  await editScript(stage.downstream, id, "Say hello", "echo Howdy");
  await removeStep(stage, "upstream", stage.project.Id, "Say hello");
  const newer = await stage.serialize("1.0.1");

  const runs = [await stage.deploy(newer), await stage.deploy(newer), await stage.deploy(newer)];
  const kept = namesOf(await readSteps(stage.downstream, id));
  await editScript(stage.downstream, id, "Say hello", "echo Say hello");
  const solved = await stage.deploy(newer);

  for (const one of runs) expect(warningsOf(one)).toEqual([expect.stringContaining('"Say hello" in the deployment')]);
  expect(kept).toContain("Say hello");
  expect(namesOf(await readSteps(stage.downstream, id))).not.toContain("Say hello");
  expect(solved.outputs).toMatchObject({ KeptChanges: "0", Conflicts: "0" });
});

test("a step that people removed and upstream changed stays away and is told, until they put it back", async () => {
  const stage = await startDeployments();
  const id = await deployFirst(stage);
  const removed = await removeStep(stage, "downstream", id, "Run image");
  await editScript(stage.upstream, stage.project.Id, "Run image", "echo Run another image");
  const newer = await stage.serialize("1.0.1");

  const runs = [await stage.deploy(newer), await stage.deploy(newer), await stage.deploy(newer)];
  await editSteps(stage.downstream, id, (steps) => steps.toSpliced(1, 0, ...removed));
  const solved = await stage.deploy(newer);

  for (const one of runs)
    expect(warningsOf(one)).toEqual([
      '"Run image" in the deployment process of "Hello World" was removed in this space and stays so. The package has something else there.',
    ]);
  expect(await readScript(stage.downstream, id, "Run image")).toBe("echo Run another image");
  expect(solved.outputs).toMatchObject({ KeptChanges: "0", Conflicts: "0" });
});

test("a description that people write where the template has none is kept and told", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  await stage.deploy(brought);
  const [runbook] = await stage.downstream.list("/runbooks");
  await stage.downstream.put(`/runbooks/${runbook?.Id ?? ""}`, { ...runbook, Description: "Call us first." });

  const runs = [await stage.deploy(brought), await stage.deploy(brought)];

  for (const { outputs } of runs)
    expect(outputs["Report"]).toContain(
      '"Description" in the runbook "Restart" of "Hello World" was added in this space and stays so.',
    );
});

test("a worker pool that people chose where the template names none is theirs, also when the template names one later", async () => {
  const stage = await startDeployments();
  const first = await stage.serialize("1.0.0");
  const id = (await stage.deploy(first)).outputs["ProjectId"] ?? "";
  const choose = async (api: Api, projectId: string, name: string): Promise<void> => {
    const pool = await api.post("/workerpools", { Name: name, WorkerPoolType: "StaticWorkerPool" });
    await editSteps(api, projectId, (steps) =>
      steps.map((step) => {
        const [action = {}] = objectsOf(step, "Actions");
        return textOf(step, "Name") === "Ship" ? { ...step, Actions: [{ ...action, WorkerPoolId: pool.Id }] } : step;
      }),
    );
  };
  await choose(stage.downstream, id, "Fast");

  const kept = [await stage.deploy(first), await stage.deploy(first)];
  await choose(stage.upstream, stage.project.Id, "Slow");
  await stage.downstream.post("/workerpools", { Name: "Slow", WorkerPoolType: "StaticWorkerPool" });
  const disputed = await stage.deploy(await stage.serialize("1.0.1"));

  for (const { outputs } of kept) {
    expect(outputs).toMatchObject({ Changed: "False", KeptChanges: "1", Conflicts: "0" });
    expect(outputs["Report"]).toBe(
      '"Ship › WorkerPoolId" in the deployment process of "Hello World" was added in this space and stays so.',
    );
  }
  expect(disputed.outputs).toMatchObject({ KeptChanges: "1", Conflicts: "1" });
  const [ship] = (await readSteps(stage.downstream, id)).filter((step) => textOf(step, "Name") === "Ship");
  const pools = await stage.downstream.list("/workerpools");
  const chosen = textOf(objectsOf(ship ?? {}, "Actions")[0] ?? {}, "WorkerPoolId");
  expect(pools.find(({ Id }) => Id === chosen)).toMatchObject({ Name: "Fast" });
});

test("conflicts of several fields are solved one by one", async () => {
  const { stage, id, newer: _newer } = await startConflict();
  await editProject(stage.downstream, id, { Description: "Greets Americans." });
  await editProject(stage.upstream, stage.project.Id, { Description: "Greets people." });
  const newer = await stage.serialize("1.0.2");
  await stage.deploy(newer);
  await editProject(stage.downstream, id, { Description: "Greets." });

  const { outputs } = await stage.deploy(newer);

  expect((await stage.downstream.get(`/projects/${id}`))["Description"]).toBe("Greets people.");
  expect(outputs).toMatchObject({ KeptChanges: "1", Conflicts: "1" });
});

/** A copy in which people changed a script that the template changes, too. */
async function startConflict(): Promise<{ stage: DeploymentStage; id: string; newer: DeployedPackage }> {
  const stage = await startDeployments();
  const id = await deployFirst(stage);
  await editScript(stage.downstream, id, "Say hello", "echo Howdy");
  await editScript(stage.upstream, stage.project.Id, "Say hello", "echo Good morning");
  return { stage, id, newer: await stage.serialize("1.0.1") };
}

async function deployFirst(stage: DeploymentStage): Promise<string> {
  await editSteps(stage.upstream, stage.project.Id, (steps) => [...steps, script("Wave")]);
  return (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
}

async function removeStep(
  stage: DeploymentStage,
  side: "upstream" | "downstream",
  id: string,
  name: string,
): ReturnType<typeof readSteps> {
  const isMeant = (step: Parameters<typeof textOf>[0]): boolean => textOf(step, "Name") === name;
  const removed = (await readSteps(stage[side], id)).filter(isMeant);
  await editSteps(stage[side], id, (steps) => steps.filter((step) => !isMeant(step)));
  return removed;
}

function swap<T>(list: readonly T[], first: number, second: number): T[] {
  return list.map((item, index) => list[index === first ? second : index === second ? first : index] ?? item);
}

function summaryOf({ log }: StepRecording): string {
  return log.at(-1)?.message ?? "";
}
