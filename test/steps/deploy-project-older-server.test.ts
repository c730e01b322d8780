import { expect, test } from "vitest";
import { objectsOf, type JsonObject } from "../../lib/model/json.ts";
import { startDeployments, type DeployedPackage, type DeploymentStage } from "./deployment-stage.ts";
import { editProject, editScript, editSteps, editVariables, readSteps, readVariables, toJson } from "./edit-project.ts";

// The template's server knows three fields that the one of the copy does not: of a project, of a step and of a variable.
const unknown = {
  projects: ["CombineHealthAndSyncStatusInDashboardLiveStatus"],
  deploymentprocesses: ["Steps.Actions.IsRequired"],
  variables: ["Variables.Description"],
};

test("a field that the server does not know is no edit of people, and is not sent again and again", async () => {
  const { stage, deploy, serialize } = await startOlder();
  const first = await serialize("1.0.0", "first");
  const made = await deploy(first);
  stage.takeWrites();

  const again = await deploy(first);
  const writes = stage.takeWrites();
  await editScript(stage.upstream, stage.project.Id, "Say hello", "echo Good morning");
  const newer = await deploy(await serialize("1.0.1", "first"));

  expect(writes).toEqual([]);
  for (const { outputs } of [made, again, newer]) expect(outputs).toMatchObject({ KeptChanges: "0", Conflicts: "0" });
});

test("what the template changes in such a field is no conflict either", async () => {
  const { stage, deploy, serialize } = await startOlder();
  await deploy(await serialize("1.0.0", "first"));
  const second = await serialize("1.0.1", "second");
  const { outputs } = await deploy(second);
  stage.takeWrites();

  const again = await deploy(second);

  expect(outputs).toMatchObject({ KeptChanges: "0", Conflicts: "0" });
  expect(again.outputs).toMatchObject({ KeptChanges: "0", Conflicts: "0" });
  expect(stage.takeWrites()).toEqual([]);
});

test("the template's value arrives when the server has learned the field and the template changes it", async () => {
  const { stage, deploy, serialize, upgrade } = await startOlder();
  const id = (await deploy(await serialize("1.0.0", "first"))).outputs["ProjectId"] ?? "";
  upgrade();
  const second = await serialize("1.0.1", "second");

  const { outputs } = await deploy(second);
  stage.takeWrites();
  await deploy(second);

  expect(outputs).toMatchObject({ KeptChanges: "0", Conflicts: "0" });
  expect(await readFields(stage, id)).toEqual({ project: true, step: true, variable: "second" });
  expect(stage.takeWrites()).toEqual([]);
});

test("what people enter in a field that the server has learned stays", async () => {
  const { stage, deploy, serialize, upgrade } = await startOlder();
  const id = (await deploy(await serialize("1.0.0", "first"))).outputs["ProjectId"] ?? "";
  upgrade();
  await editVariables(stage.downstream, id, (variables) => describeFeed(variables, "ours"));

  const { outputs } = await deploy(await serialize("1.0.1", "second"));

  expect(outputs).toMatchObject({ KeptChanges: "1", Conflicts: "1" });
  expect((await readFields(stage, id))["variable"]).toBe("ours");
});

interface Older {
  stage: DeploymentStage;
  /** The template knows the fields whatever the copy's server does. */
  serialize(version: string, description: string): Promise<DeployedPackage>;
  deploy: DeploymentStage["deploy"];
  /** The copy's server knows the fields from now on. */
  upgrade(): void;
}

async function startOlder(): Promise<Older> {
  const ignoresFields: Record<string, string[]> = {};
  const stage = await startDeployments({ ignoresFields });
  let isOld = true;
  return {
    stage,
    async serialize(version, description) {
      const { upstream, project } = stage;
      await editProject(upstream, project.Id, { CombineHealthAndSyncStatusInDashboardLiveStatus: true });
      await editSteps(upstream, project.Id, (steps) => steps.map(requireActions));
      await editVariables(upstream, project.Id, (variables) => describeFeed(variables, description));
      return stage.serialize(version);
    },
    async deploy(brought, options) {
      if (isOld) Object.assign(ignoresFields, unknown);
      try {
        return await stage.deploy(brought, options);
      } finally {
        for (const group of Object.keys(unknown)) delete ignoresFields[group];
      }
    },
    upgrade: () => void (isOld = false),
  };
}

function requireActions(step: JsonObject): JsonObject {
  return { ...step, Actions: objectsOf(step, "Actions").map((action) => ({ ...action, IsRequired: true })) };
}

function describeFeed(variables: readonly JsonObject[], text: string): JsonObject[] {
  return variables.map((variable) => (variable["Name"] === "Feed" ? { ...variable, Description: text } : variable));
}

async function readFields({ downstream }: DeploymentStage, id: string): Promise<Record<string, unknown>> {
  const [step = {}] = await readSteps(downstream, id);
  const feed = (await readVariables(downstream, id)).find(({ Name }) => Name === "Feed");
  return {
    project: toJson(await downstream.get(`/projects/${id}`))["CombineHealthAndSyncStatusInDashboardLiveStatus"],
    step: objectsOf(step, "Actions")[0]?.["IsRequired"],
    variable: feed?.["Description"],
  };
}
