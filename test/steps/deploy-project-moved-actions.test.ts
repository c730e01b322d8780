import { expect, test } from "vitest";
import { objectsOf, textOf, type JsonObject } from "../../lib/model/json.ts";
import { script, startDeployments, type DeploymentStage } from "./deployment-stage.ts";
import { changeSteps, changeVariables, namesOf, processPath, readSteps, readVariables } from "./project-edits.ts";

test.each<[string, string[][], string[][]]>([
  ["to another step", [["A", "B"], ["C"]], [["A"], ["C", "B"]]],
  ["into a new step", [["A", "B"], ["C"]], [["A"], ["C"], ["B", "D"]]],
  ["out of a step that goes", [["A"], ["B"]], [["A", "B"]]],
])("follows an action that the template moves %s, with what people have in it", async (_where, before, after) => {
  const stage = await startDeployments();
  const { upstream, downstream, project } = stage;
  await changeSteps(upstream, processPath(project.Id), (steps) => [...steps.slice(3, 4), ...before.map(roll)]);
  const scope = { Action: [await idOf(stage, "upstream", project.Id)] };
  await changeVariables(upstream, project.Id, () => [{ Name: "Region", Value: "eu", Scope: scope }]);
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  const own = await idOf(stage, "downstream", id);
  await changeSteps(downstream, processPath(id), (steps) =>
    JSON.parse(JSON.stringify(steps).replace("echo B", "echo ours")),
  );
  await changeSteps(upstream, processPath(project.Id), ([ship, ...steps]) => [ship, ...regroup(steps, after)]);
  const moved = await stage.serialize("1.1.0");

  const run = await stage.deploy(moved);
  stage.takeWrites();
  await stage.deploy(moved);

  expect(stage.takeWrites()).toEqual([]);
  expect(run.outputs).toMatchObject({ KeptChanges: "1", Conflicts: "0" });
  const steps = await readSteps(downstream, processPath(id));
  expect(steps.map((step) => namesOf(actionsOf(step)))).toEqual([["Ship"], ...after]);
  expect(await idOf(stage, "downstream", id)).toBe(own);
  expect(JSON.stringify(steps)).toContain("echo ours");
  expect((await readVariables(downstream, id))[0]?.["Scope"]).toEqual({ Action: [own] });
});

function roll(actions: readonly string[]): JsonObject {
  const all = actions.flatMap((name) => actionsOf(JSON.parse(JSON.stringify(script(name)))));
  const rolling = { "Octopus.Action.TargetRoles": "web", "Octopus.Action.MaxParallelism": "1" };
  return {
    Name: actions.length === 1 ? (actions[0] ?? "") : `With ${actions.join()}`,
    Properties: rolling,
    Actions: all,
  };
}

/** The actions that there are keep their ids, as in the portal, and so do the steps whose first action stays. */
function regroup(steps: readonly JsonObject[], groups: readonly string[][]): JsonObject[] {
  const known = new Map(steps.flatMap(actionsOf).map((action) => [textOf(action, "Name"), action]));
  return groups.map((names) => {
    const made = roll(names);
    const step = steps.find((one) => textOf(actionsOf(one)[0] ?? {}, "Name") === names[0]) ?? made;
    return { ...step, Actions: actionsOf(made).map((action) => known.get(textOf(action, "Name")) ?? action) };
  });
}

function actionsOf(step: JsonObject): JsonObject[] {
  return objectsOf(step, "Actions");
}

async function idOf(stage: DeploymentStage, space: "upstream" | "downstream", projectId: string): Promise<string> {
  const steps = await readSteps(stage[space], processPath(projectId));
  return textOf(steps.flatMap(actionsOf).find((action) => textOf(action, "Name") === "B") ?? {}, "Id");
}
