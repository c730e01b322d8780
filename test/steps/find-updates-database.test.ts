import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import type { StepDefinition } from "../../lib/step/define-step.ts";
import { step as findUpdates } from "../../steps/find-updates/step.ts";
import { step as mergeUpdates } from "../../steps/merge-updates/step.ts";
import { step as previewUpdates } from "../../steps/preview-updates/step.ts";
import type { Api } from "../api.ts";
import { createStepContext, type StepRecording } from "../step/create-step-context.ts";
import { textOfPage } from "../text-of-page.ts";
import { messages } from "./copies-stage.ts";
import { editScript, editVariables } from "./edit-project.ts";
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
  const text = textOfPage(preview.pages[0]);
  expect(text).toContain('changed the project "Hello World" 1 field Description Greets. Greets people.');
  expect(text).toContain('kept the variables of "Hello World" 1 field Variable Value Region us');
  expect(preview.pages[0]).toContain("1.0.0 → 1.0.2");
});

test("says so when a newer version changes nothing", async () => {
  const stage = await startDeployments();
  await stage.deploy(await publish(stage, "1.0.0"));
  await publish(stage, "1.0.1");

  const pages = [...(await run(stage, findUpdates)).pages, ...(await run(stage, previewUpdates)).pages];

  expect(pages).toHaveLength(2);
  for (const page of pages)
    expect(textOfPage(page)).toContain("The newer version changes nothing here but which version was deployed.");
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

test("both pages show conflicts first: what the template had and has, and what is here", async () => {
  const stage = await startDeployments();
  const lines = Array.from({ length: 30 }, (_, index) => `echo line ${index + 1}`);
  const writeScript = (api: Api, id: string, change: Record<number, string>): Promise<void> =>
    editScript(api, id, "Say hello", lines.map((line, index) => change[index + 1] ?? line).join("\n"));
  const note = "The address of the greeting page, and what it is for. ".repeat(20);
  await writeScript(stage.upstream, stage.project.Id, {});
  await addVariable(stage.upstream, stage.project.Id, { Name: "Note", Value: `${note}one` });
  await addVariable(stage.upstream, stage.project.Id, { Name: "Code", Value: "open" });
  const { outputs: deployed } = await stage.deploy(await publish(stage, "1.0.0"));
  const copy = deployed["ProjectId"] ?? "";
  await writeScript(stage.upstream, stage.project.Id, { 20: "echo of the template" });
  await writeScript(stage.downstream, copy, { 20: "echo <of America>" });
  await changeVariable(stage.upstream, stage.project.Id, { Name: "Note", Value: `${note}two` });
  await changeVariable(stage.downstream, copy, { Name: "Note", Value: `${note}three` });
  await changeVariable(stage.upstream, stage.project.Id, { Name: "Code", Value: "wide open" });
  await changeVariable(stage.downstream, copy, { Name: "Code", Value: "swordfish", IsSensitive: true });
  await describeProject(stage.upstream, stage.project.Id, "Greets people.");
  await describeProject(stage.downstream, copy, `Greets with ${stage.apiKey}.`);
  await addVariable(stage.upstream, stage.project.Id, { Name: "New", Value: "yes" });
  await addVariable(stage.downstream, copy, { Name: "Region", Value: "us" });
  await publish(stage, "1.0.1");

  const found = await run(stage, findUpdates);
  const preview = await run(stage, previewUpdates);

  for (const page of [found.pages[0], preview.pages[0]]) {
    const text = textOfPage(page);
    expect(text).toMatch(/Conflicts 4 .*What an update changes 1 .*What people changed, and keep 1 /);
    expect(text).toContain(
      'Description of the project "Hello World" The template had Greets. The template has Greets people. This space has Greets with *****.',
    );
    expect(text).toContain("The template had …");
    expect(text).toMatch(
      /what it is for\. one The template has ….*what it is for\. two This space has ….*what it is for\. three/,
    );
    expect(text).toMatch(/Code of the variables .* \+ IsSensitive: true .* \+ Value: a secret, which is not shown/);
    expect(text).toMatch(/What the template changed .* − echo line 20 20 \+ echo of the template/);
    expect(text).toMatch(/What was changed here .* − echo line 20 20 \+ echo <of America>/);
    expect(text).not.toContain("echo line 12");
    expect(page).not.toMatch(/swordfish|wide open|<of America>/);
    expect(page).not.toContain(stage.apiKey);
    expect(text.split("Region")).toHaveLength(2);
  }
  const sectionOf = (page = ""): string =>
    textOfPage(
      page.replaceAll(
        /<(fieldset|noscript)[\s\S]*?<\/\1>|<p class="all">.*|<section class="card decided[\s\S]*?<\/section>/g,
        "",
      ),
    ).replace(/.*Conflicts 4|What an update changes.*/g, "");
  expect(sectionOf(found.pages[0])).toBe(sectionOf(preview.pages[0]));
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

async function changeVariable(
  api: Api,
  projectId: string,
  variable: { Name: string; [field: string]: unknown },
): Promise<void> {
  await editVariables(api, projectId, (all) =>
    all.map((one) =>
      one["Name"] === variable.Name
        ? { ...one, ...variable, Type: variable["IsSensitive"] === true ? "Sensitive" : "String" }
        : one,
    ),
  );
}

async function addVariable(api: Api, projectId: string, variable: object): Promise<void> {
  const set = await api.get(`/variables/variableset-${projectId}`);
  await setVariables(api, projectId, [...(Array.isArray(set["Variables"]) ? set["Variables"] : []), variable]);
}
