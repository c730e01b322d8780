import { expect, test } from "vitest";
import { objectsOf, textOf, type JsonObject } from "../../lib/model/json.ts";
import { script, startDeployments, type DeploymentStage } from "./deployment-stage.ts";
import { changeSteps, namesOf, processPath, readSteps, warningsOf } from "./project-edits.ts";

test.each(["False", "True"])(
  "a step of the template stays away when people have an action of its name in a step of theirs, and the rest arrives: overwriting is %s",
  async (overwriteDownstreamChanges) => {
    const stage = await startDeployments();
    const { upstream, downstream, project } = stage;
    const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
    await changeSteps(downstream, processPath(id), (steps) => [...steps, roll("Ours", ["Look", "Check"])]);
    await changeSteps(upstream, processPath(project.Id), (steps) => [...steps, script("check"), script("Wait")]);
    const newer = await stage.serialize("1.1.0");

    const run = await stage.deploy(newer, { parameters: { overwriteDownstreamChanges } });
    stage.takeWrites();
    await stage.deploy(newer, { parameters: { overwriteDownstreamChanges } });

    expect(stage.takeWrites()).toEqual([]);
    expect(warningsOf(run)).toEqual([
      '"check" in the deployment process of "Hello World" stays away, since this space has its own "Check", which is left as it is. Rename that one to let the template\'s arrive.',
    ]);
    expect(await readNames(stage, id)).toEqual([...names, ["Look", "Check"], ["Wait"]]);
    await changeSteps(downstream, processPath(id), (steps) =>
      JSON.parse(JSON.stringify(steps).replace('"Name":"Check"', '"Name":"Our check"')),
    );
    await stage.deploy(newer);
    expect((await readNames(stage, id)).flat()).toContain("check");
  },
);

test("an action keeps its name when the template gives it one that people have in another step", async () => {
  const stage = await startDeployments();
  const { upstream, downstream, project } = stage;
  await changeSteps(upstream, processPath(project.Id), (steps) => [...steps, roll("Group", ["First", "Second"])]);
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  await changeSteps(downstream, processPath(id), (steps) => [...steps, script("Check")]);
  await changeSteps(upstream, processPath(project.Id), (steps) =>
    JSON.parse(JSON.stringify(steps).replace('"Name":"Second"', '"Name":"Check"').replace("echo Ship", "echo ship")),
  );

  const run = await stage.deploy(await stage.serialize("1.1.0"));

  expect(warningsOf(run)).toEqual([
    '"Group › Second" in the deployment process of "Hello World" keeps its name, since this space has its own "Check". Rename that one to let the template\'s name arrive.',
  ]);
  expect(await readNames(stage, id)).toEqual([...names, ["First", "Second"], ["Check"]]);
});

test("an action that people moved to another step is theirs, and overwriting does not bring a second one", async () => {
  const stage = await startDeployments();
  const { upstream, downstream, project } = stage;
  const groups = [roll("Group", ["First", "Second"]), roll("Others", ["Third", "Fourth"])];
  await changeSteps(upstream, processPath(project.Id), (steps) => [...steps, ...groups]);
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  await changeSteps(downstream, processPath(id), moveSecond);

  const run = await stage.deploy(await stage.serialize("1.1.0"));
  const overwritten = await stage.deploy(await stage.serialize("1.2.0"), {
    parameters: { overwriteDownstreamChanges: "True" },
  });

  expect(run.outputs).toMatchObject({ KeptChanges: "2", Conflicts: "0" });
  expect(warningsOf(overwritten)).toHaveLength(1);
  expect(await readNames(stage, id)).toEqual([...names, ["First"], ["Third", "Fourth", "Second"]]);
});

const names = [["Say hello"], ["Run image"], ["Approve"], ["Ship"], ["Notify"]];

function roll(name: string, actions: readonly string[]): JsonObject {
  const all = actions.flatMap((one) => objectsOf(JSON.parse(JSON.stringify(script(one))), "Actions"));
  return { Name: name, Properties: { "Octopus.Action.TargetRoles": "web" }, Actions: all };
}

function moveSecond(steps: readonly JsonObject[]): JsonObject[] {
  const isSecond = (action: JsonObject): boolean => textOf(action, "Name") === "Second";
  const moved = steps.flatMap((step) => objectsOf(step, "Actions")).filter(isSecond);
  return steps.map((step) => {
    const own = objectsOf(step, "Actions").filter((action) => !isSecond(action));
    return { ...step, Actions: textOf(step, "Name") === "Others" ? [...own, ...moved] : own };
  });
}

async function readNames({ downstream }: DeploymentStage, id: string): Promise<string[][]> {
  return (await readSteps(downstream, processPath(id))).map((step) => namesOf(objectsOf(step, "Actions")));
}
