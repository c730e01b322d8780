import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeArchive } from "../../lib/graph/package-archive.ts";
import { textOf } from "../../lib/model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { pushPackage } from "../../lib/octopus/packages.ts";
import { runsToKeep } from "../../lib/resources/runbook.ts";
import type { StepDefinition } from "../../lib/step/define-step.ts";
import { step as deployRunbook } from "../../steps/deploy-runbook/step.ts";
import { step as findUpdates } from "../../steps/find-updates/step.ts";
import { step as populateSpace } from "../../steps/populate-space/step.ts";
import { step as previewUpdates } from "../../steps/preview-updates/step.ts";
import { step as serializeRunbook } from "../../steps/serialize-runbook/step.ts";
import { step as serializeStepTemplates } from "../../steps/serialize-step-templates/step.ts";
import { createStepContext, type StepRecording } from "../step/create-step-context.ts";
import { textOfPage } from "../text-of-page.ts";
import { messages } from "./copies-stage.ts";
import { startGoldenSpaces, type GoldenSpaces } from "./golden-space.ts";

const inShop = { project: "Shop" };
const restart = { project: "Operations", runbook: "Restart" };

test("all that was deployed to a space is up to date, and nothing is written", async () => {
  const stage = await startStage();
  stage.takeWrites();

  const { outputs, log, pages } = await look(stage, findUpdates);

  expect(outputs).toMatchObject({ Status: "Up to date", Behind: "0", Conflicts: "[]" });
  expect(JSON.parse(outputs["Copies"] ?? "")).toMatchObject([
    { name: "Shop/Restart", root: "runbook", madeOf: 'runbook package "operations_restart"', status: "Up to date" },
    { name: "golden", root: "space", madeOf: 'space package "golden"', status: "Up to date" },
    { name: "platform", root: "space", madeOf: 'baseline "platform"', status: "Up to date" },
    { name: "step_templates", root: "space", madeOf: 'space package "step_templates"', status: "Up to date" },
  ]);
  expect(log.at(-1)?.message).toBe('4 copies in the space "Managed": 4 up to date.');
  expect(pages[0]).toContain("made of the runbook package");
  expect(stage.takeWrites()).toEqual([]);
});

test("tells of each copy how far it is behind and what people changed there, with a page of what an update would do", async () => {
  const stage = await startStage();
  await edit(stage.golden, "environments", "Production", { UseGuidedFailure: true });
  await stage.serialize();
  await edit(stage.golden, "actiontemplates", "Notify", { Description: "Notifies." });
  await stage.serialize({}, serializeStepTemplates);
  await edit(stage.golden, "runbooks", "Restart", { Description: "Gently." });
  await stage.serialize(restart, serializeRunbook);
  await edit(stage.managed, "environments", "Production", { Description: "Ours." });
  await edit(stage.managed, "runbooks", "Restart", { Description: "Ours, too." });
  await edit(stage.managed, "environments", "Platform", { Description: "Also ours." });

  const { outputs, log, pages } = await look(stage, findUpdates);
  const preview = await look(stage, previewUpdates);

  const rows = Object.fromEntries(
    messages(log).map((line) => [line.split("  ")[0] ?? "", line.replaceAll(/ {2,}/g, "|")]),
  );
  expect(rows["golden"]).toBe('golden|space package "golden"|Can be deployed|1 version|1 change');
  expect(rows["step_templates"]).toMatch(/^step_templates\|.*\|Can be deployed\|1 version/);
  expect(rows["Shop/Restart"]).toMatch(/\|Conflicts\|1 version\|1 change$/);
  expect(rows["platform"]).toBe('platform|baseline "platform"|Up to date|1 change');
  expect(outputs).toMatchObject({ Status: "Conflicts", Behind: "1" });
  expect(JSON.parse(outputs["Conflicts"] ?? "")).toEqual([
    { copy: "Shop/Restart", changes: [expect.stringContaining('the runbook "Restart" of "Shop" was changed')] },
  ]);
  expect(textOfPage(pages[0])).toContain(
    'The last deployment overwrote what people had changed, and the next one does so again with the same parameters. What people changed 1 "Description" in the environment "Platform" was changed in this space.',
  );
  expect(textOfPage(pages[0])).not.toContain("The newer version changes nothing");
  expect(preview.outputs).toEqual({ Previews: "3" });
  expect(preview.attachments.map(({ name }) => name)).toEqual([
    "Preview of Shop-Restart in Managed.html",
    "Preview of golden in Managed.html",
    "Preview of step_templates in Managed.html",
  ]);
  expect(preview.pages.map((page) => textOfPage(page)).join("\n")).toMatch(
    /changed the environment "Production" 1 field Use guided failure (?:no )?yes/,
  );
});

test("what people changed in a step template that a package brought is told, and is a conflict when the package changes it, too", async () => {
  const stage = await startStage();
  await edit(stage.managed, "actiontemplates", "Notify", { Description: "Ours." });

  const first = await look(stage, findUpdates, { copy: "step_templates" });
  await edit(stage.golden, "actiontemplates", "Notify", { Description: "Theirs." });
  await stage.serialize({}, serializeStepTemplates);
  const second = await look(stage, findUpdates, { copy: "step_templates" });

  expect(JSON.parse(first.outputs["Copies"] ?? "")).toMatchObject([
    {
      status: "Up to date",
      edits: ['"Description" in the step template "Notify" was added in this space and stays so.'],
    },
  ]);
  expect(second.outputs["Status"]).toBe("Conflicts");
});

test("targets that the last deployment left behind are not missed, and names are those that it mapped to", async () => {
  const stage = await startStage();
  await stage.golden.post("/machines", {
    Name: "Shop floor",
    EnvironmentIds: [(await find(stage.golden, "environments", "Production")).Id],
    Roles: ["web"],
    Endpoint: { CommunicationStyle: "None" },
  });
  await stage.serialize();
  await stage.deploy("golden", { mapping: "environments: { Production: Live }\n", machines: "leaveOut" });

  const { outputs } = await look(stage, findUpdates, { copy: "golden" });

  expect(JSON.parse(outputs["Copies"] ?? "")).toMatchObject([{ name: "golden", status: "Up to date", edits: [] }]);
  expect(await stage.managed.list("/machines")).toEqual([]);
});

test("a runbook that people deleted is gone, with its project too", async () => {
  const stage = await startStage();
  const { Id } = await find(stage.managed, "runbooks", "Restart");
  await stage.managed.remove(`/runbooks/${Id}`);

  const first = await look(stage, findUpdates, { copy: "Shop/Restart" });
  await stage.managed.remove(`/projects/${(await find(stage.managed, "projects", "Shop")).Id}`);
  const second = await look(stage, findUpdates, { copy: "Shop/Restart" });

  for (const { outputs, log } of [first, second]) {
    expect(outputs["Status"]).toBe("Gone");
    expect(messages(log, "warning")).toEqual(['Shop/Restart: It was deleted in the space "Managed".']);
  }
});

test("a baseline in a package is behind when the feed has a newer one", async () => {
  const stage = await startStage();
  await pushBaseline(stage, "1.0.1");

  const { outputs, log } = await look(stage, findUpdates, { copy: "platform" });

  expect(JSON.parse(outputs["Copies"] ?? "")).toMatchObject([
    { status: "Can be deployed", behind: 1, deployed: "1.0.0", newest: "1.0.1" },
  ]);
  expect(messages(log, "warning").join("")).toContain(
    'What version 1.0.1 of "baselines" changes is told by Populate Space',
  );
});

test("a copy whose package is gone from the feed takes no other with it", async () => {
  const stage = await startStage();
  for (const item of await stage.golden.list("/packages"))
    if (textOf(item, "PackageId") === "golden") await stage.golden.remove(`/packages/${encodeURIComponent(item.Id)}`);

  const run = prepare(stage, findUpdates);
  await expect(run.run()).rejects.toThrow(/find updates of "golden": the built-in feed .* has no package "golden"/);

  expect(run.outputs["Status"]).toBe("Failed");
  expect(JSON.parse(run.outputs["Copies"] ?? "")).toMatchObject([
    { name: "Shop/Restart", status: "Up to date" },
    { name: "golden", status: "Failed" },
    { name: "platform", status: "Up to date" },
    { name: "step_templates", status: "Up to date" },
  ]);
});

const everything = { resources: "environment\ndeployment target" };

/** A managed space with a copy of each: of a selection of a golden space, of its step templates, of a runbook, and of a baseline. */
async function startStage(): Promise<GoldenSpaces> {
  const stage = await startGoldenSpaces();
  const { golden, managed } = stage;
  await golden.post("/environments", { Name: "Production" });
  await golden.post("/actiontemplates", {
    Name: "Notify",
    ActionType: "Octopus.Script",
    Properties: { "Octopus.Action.Script.ScriptBody": "echo notify" },
    Parameters: [],
  });
  const project = await makeProject(golden, "Operations");
  await golden.post("/runbooks", { Name: "Restart", ProjectId: project.Id, RunRetentionPolicy: runsToKeep });
  await makeProject(managed, "Shop");
  const { serialize } = stage;
  const selecting: GoldenSpaces = {
    ...stage,
    serialize: (parameters = {}, step) =>
      serialize(step === undefined ? { ...everything, ...parameters } : parameters, step),
  };
  await selecting.serialize();
  await selecting.serialize({}, serializeStepTemplates);
  await selecting.serialize(restart, serializeRunbook);
  await stage.deploy("golden");
  await stage.deploy("step_templates");
  await stage.deploy("operations_restart", inShop, { step: deployRunbook });
  await populate(selecting, await pushBaseline(selecting, "1.0.0"));
  return selecting;
}

/** @returns it as Octopus extracts it on the worker */
async function pushBaseline(
  { golden }: GoldenSpaces,
  version: string,
): Promise<{ id: string; version: string; path: string }> {
  const files = new Map([
    ["baseline.yaml", "name: platform\nenvironments:\n  - name: Platform\n    description: Everybody's.\n"],
  ]);
  await pushPackage(golden, { packageId: "baselines", version, content: writeArchive(files) });
  const path = mkdtempSync(join(tmpdir(), "baseline-"));
  for (const [name, text] of files) writeFileSync(join(path, name), text);
  return { id: "baselines", version, path };
}

async function populate(
  { managed, url, apiKey }: GoldenSpaces,
  brought: { id: string; version: string; path: string },
): Promise<void> {
  const parameters = { serverUrl: url, apiKey, spaceId: managed.id, receiptKey: "a key for receipts" };
  await createStepContext({ step: populateSpace, parameters, packages: { package: brought } }).run();
}

function prepare(stage: GoldenSpaces, step: StepDefinition, parameters: Record<string, string> = {}): StepRecording {
  const { url, apiKey, golden, managed } = stage;
  return createStepContext({
    step,
    parameters: {
      managementServerUrl: url,
      managementApiKey: apiKey,
      managementSpaceId: golden.id,
      serverUrl: url,
      apiKey,
      spaceId: managed.id,
      copies: "all",
      ...parameters,
    },
    workingDirectory: mkdtempSync(join(tmpdir(), "updates-")),
  });
}

async function look(
  stage: GoldenSpaces,
  step: StepDefinition,
  parameters: Record<string, string> = {},
): Promise<StepRecording & { pages: string[] }> {
  const recording = prepare(stage, step, parameters);
  await recording.run();
  return { ...recording, pages: recording.attachments.map(({ path }) => readFileSync(path, "utf8")) };
}

async function makeProject(space: OctopusSpace, name: string): Promise<OctopusDocument> {
  const [lifecycle] = await space.list("/lifecycles");
  const [group] = await space.list("/projectgroups");
  return space.post("/projects", { Name: name, LifecycleId: lifecycle?.Id ?? "", ProjectGroupId: group?.Id ?? "" });
}

async function find(space: OctopusSpace, collection: string, name: string): Promise<OctopusDocument> {
  const found = (await space.list(`/${collection}`)).find((document) => textOf(document, "Name") === name);
  if (found === undefined) throw new Error(`There is no "${name}".`);
  return found;
}

async function edit(space: OctopusSpace, collection: string, name: string, changes: object): Promise<void> {
  const document = await find(space, collection, name);
  await space.put(`/${collection}/${document.Id}`, { ...document, ...changes });
}
