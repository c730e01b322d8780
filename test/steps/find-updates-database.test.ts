import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import type { StepDefinition } from "../../lib/step/define-step.ts";
import { step as findUpdates } from "../../steps/find-updates/step.ts";
import { step as mergeUpdates } from "../../steps/merge-updates/step.ts";
import { step as previewUpdates } from "../../steps/preview-updates/step.ts";
import type { Api } from "../api.ts";
import { createStepContext, type StepRecording } from "../step/create-step-context.ts";
import { messages } from "./copies-stage.ts";
import { setVariables, publish, startDeployments, type DeploymentStage } from "./deployment-stage.ts";

test("a copy with the newest package is up to date, and nothing is written", async () => {
  const stage = await startDeployments();
  await stage.deploy(await publish(stage, "1.0.0"));
  stage.takeWrites();

  const { outputs } = await run(stage, findUpdates);

  expect(outputs).toMatchObject({ Status: "Up to date", Behind: "0", Conflicts: "[]" });
  expect(stage.takeWrites()).toEqual([]);
});

test("tells how many versions a copy is behind, what an update would change, and what people changed there", async () => {
  const stage = await startDeployments();
  const { outputs: deployed } = await stage.deploy(await publish(stage, "1.0.0"));
  await addVariable(stage.downstream, deployed["ProjectId"] ?? "", { Name: "Region", Value: "us" });
  await describeProject(stage.upstream, stage.project.Id, "Greets people.");
  await publish(stage, "1.0.1");
  await publish(stage, "1.0.2");

  const { outputs, log } = await run(stage, findUpdates);
  const preview = await run(stage, previewUpdates);

  expect(outputs).toMatchObject({ Status: "Can be deployed", Behind: "2" });
  expect(messages(log)).toContainEqual(expect.stringMatching(/^Hello World +Can be deployed +2 versions +1 change$/));
  expect(JSON.parse(outputs["Copies"] ?? "")).toMatchObject([
    { deployed: "1.0.0", newest: "1.0.2", edits: [expect.stringContaining('"Region')] },
  ]);
  expect(preview.pages[0]).toContain("Would update the project");
  expect(preview.pages[0]).toContain("1.0.0 → 1.0.2");
});

test("names what people changed and the package has something else for", async () => {
  const stage = await startDeployments();
  const { outputs: deployed } = await stage.deploy(await publish(stage, "1.0.0"));
  await describeProject(stage.downstream, deployed["ProjectId"] ?? "", "Greets Americans.");
  await describeProject(stage.upstream, stage.project.Id, "Greets people.");
  await publish(stage, "1.0.1");

  const { outputs } = await run(stage, findUpdates);

  expect(outputs["Status"]).toBe("Conflicts");
  expect(JSON.parse(outputs["Conflicts"] ?? "")).toEqual([
    { copy: "Hello World", changes: [expect.stringContaining("The package has something else there.")] },
  ]);
});

test("a template without a package says which runbook makes one", async () => {
  const stage = await startDeployments();
  await stage.deploy(await stage.serialize("1.0.0"));

  await expect(run(stage, findUpdates)).rejects.toThrow(
    /has no package "hello_world"\. Run "__ 1\. Serialize Project" first/,
  );
});

test("merging a copy that is not in Git is what Deploy Project does", async () => {
  const stage = await startDeployments();
  await stage.deploy(await publish(stage, "1.0.0"));
  await describeProject(stage.upstream, stage.project.Id, "Greets people.");
  await publish(stage, "1.0.1");
  stage.takeWrites();

  const { log } = await run(stage, mergeUpdates);

  expect(log.at(-1)?.message).toContain('1 version behind. Run "__ 2. Deploy Project" for this tenant.');
  expect(stage.takeWrites()).toEqual([]);
});

async function run(stage: DeploymentStage, step: StepDefinition): Promise<StepRecording & { pages: string[] }> {
  const { url, apiKey, downstreamId } = stage;
  const recording = createStepContext({
    step,
    parameters: {
      managementServerUrl: url,
      managementApiKey: apiKey,
      managementSpaceId: "Spaces-1",
      project: "Hello World",
      serverUrl: url,
      apiKey,
      spaceId: downstreamId,
    },
    workingDirectory: tmpdir(),
  });
  await recording.run();
  return { ...recording, pages: recording.attachments.map(({ path }) => readFileSync(path, "utf8")) };
}

async function describeProject(api: Api, id: string, description: string): Promise<void> {
  const project = await api.get(`/projects/${id}`);
  await api.put(`/projects/${id}`, { ...project, Description: description });
}

async function addVariable(api: Api, projectId: string, variable: object): Promise<void> {
  const set = await api.get(`/variables/variableset-${projectId}`);
  await setVariables(api, projectId, [...(Array.isArray(set["Variables"]) ? set["Variables"] : []), variable]);
}
