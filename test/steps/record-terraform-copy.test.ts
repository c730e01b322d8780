import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { readPackage } from "../../lib/graph/package-archive.ts";
import { objectOf, objectsOf, textOf, type JsonObject } from "../../lib/model/json.ts";
import type { StepDefinition } from "../../lib/step/define-step.ts";
import type { OctopusDocument, OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { runsToKeep } from "../../lib/resources/runbook.ts";
import { writeTerraformModule } from "../../lib/terraform/write-terraform-module.ts";
import { step as deployRunbook } from "../../steps/deploy-runbook/step.ts";
import { step as findUpdates } from "../../steps/find-updates/step.ts";
import { step as recordTerraformCopy } from "../../steps/record-terraform-copy/step.ts";
import { step as serializeRunbook } from "../../steps/serialize-runbook/step.ts";
import { giveStep, makeProject } from "../kinds/make-project.ts";
import { createTerraformFolder, hasProvider } from "../lib/terraform/terraform.ts";
import { createVariableDictionary } from "../octopus-server/worker/octostache.ts";
import { createStepContext, type StepRecording } from "../step/create-step-context.ts";
import {
  notify,
  secrets,
  publish,
  startDeployments,
  type DeployedPackage,
  type DeploymentStage,
} from "./deployment-stage.ts";
import { changeSteps, processPath } from "./project-edits.ts";
import { bringNewest, startGoldenSpaces, type GoldenSpaces } from "./golden-space.ts";

test("a copy without a receipt gets the one that a deployment would have written, and nothing else is written", async () => {
  const stage = await startDeployments();
  const brought = await publish(stage, "1.0.0");
  await stage.deploy(brought);
  const receipt = await readReceipt(stage);
  await loseReceipts(stage);
  stage.takeWrites();

  const { outputs } = await record(stage, brought);

  expect(outputs).toMatchObject({ Missing: "", Different: "" });
  expect(stage.takeWrites().filter((write) => !/libraryvariablesets|variables/.test(write))).toEqual([]);
  expect(await readReceipt(stage)).toEqual(receipt);
  expect((await runFinding(stage)).outputs).toMatchObject({ Status: "Up to date", Behind: "0" });
});

test("a deployment goes on from what was recorded: what people changed since is kept", async () => {
  const stage = await startDeployments();
  const first = await publish(stage, "1.0.0");
  await stage.deploy(first);
  await loseReceipts(stage);
  const { outputs } = await record(stage, first);
  await describe(stage, "downstream", outputs["ProjectId"] ?? "", "Greets Americans.");
  await describe(stage, "upstream", stage.project.Id, "Greets people.");

  const deployed = await stage.deploy(await publish(stage, "1.0.1"));

  expect(deployed.outputs).toMatchObject({ Conflicts: "1" });
});

test("what Terraform wrote where the package says nothing is told once, and is no person's change later", async () => {
  const stage = await startDeployments();
  const brought = await publish(stage, "1.0.0");
  const { outputs: made } = await stage.deploy(brought);
  await loseReceipts(stage);
  const process = processPath(made["ProjectId"] ?? "");
  await changeSteps(stage.downstream, process, (steps) => withProperty(steps, "Octopus.Action.Package.FeedId"));

  const { outputs } = await record(stage, brought);
  stage.takeWrites();
  const again = await stage.deploy(brought);

  expect(outputs["Different"]).toMatch(/^the deployment process of "Hello World": .*Octopus\.Action\.Package\.FeedId$/);
  expect(again.outputs).toMatchObject({ Changed: "False", KeptChanges: "0" });
  expect(stage.takeWrites()).toEqual([]);
  await changeSteps(stage.downstream, process, (steps) => withProperty(steps, "Acme.Own"));
  expect((await stage.deploy(brought)).outputs).toMatchObject({ Changed: "False", KeptChanges: "1" });
});

function withProperty(steps: JsonObject[], name: string): JsonObject[] {
  return steps.map((step, index) => ({
    ...step,
    Actions: objectsOf(step, "Actions").map((action) =>
      index > 0 ? action : { ...action, Properties: { ...objectOf(action, "Properties"), [name]: "feeds-other" } },
    ),
  }));
}

test("a space without the project is told so, and gets no receipt", async () => {
  const stage = await startDeployments();
  const brought = await publish(stage, "1.0.0");
  stage.takeWrites();

  await expect(record(stage, brought)).rejects.toThrow(
    'the space "America" has no project "Hello World", so there is no copy to record. Make the copy first, or enter the name or id that it has.',
  );
  expect(stage.takeWrites()).toEqual([]);
});

test("a project that is a copy of another template is told so, and keeps its receipt", async () => {
  const stage = await startDeployments();
  const first = await publish(stage, "1.0.0");
  await stage.deploy(first);
  const receipt = await readReceipt(stage);
  await stage.upstream.post("/projects", {
    Name: "Other",
    ProjectGroupId: "ProjectGroups-1",
    LifecycleId: "Lifecycles-1",
  });
  const other = await stage.serialize("1.0.0", "Other");
  stage.takeWrites();

  await expect(record(stage, other, { projectName: "Hello World" })).rejects.toThrow(
    'the project "Hello World" of the space "America" is a copy of another template: the receipt "Receipt[hello_world][Hello World]" says that it came from the package "hello_world", and this is "other". Choose a package of that template, or delete that receipt to let go of the copy.',
  );
  expect(stage.takeWrites()).toEqual([]);
  expect(await readReceipt(stage)).toEqual(receipt);
});

/** A module has targets, workers and projects in Git as the package has them. */
const asTerraformDoes = { machines: "asTheyAre", pollingMachines: "True", gitProjects: "sameRepository" };

test("a copy of a space's package gets the receipt that Deploy Space would have written", async () => {
  const stage = await startGoldenSpaces();
  await stage.golden.post("/environments", { Name: "Production", Description: "For people." });
  await stage.golden.post("/projectgroups", { Name: "Shops" });
  const { outputs: packed } = await stage.serialize();
  const packageId = packed["PackageId"] ?? "";
  await stage.deploy(packageId, asTerraformDoes);
  const receipt = await readReceipt({ downstream: stage.managed });
  await loseReceipts({ downstream: stage.managed });
  const brought = await bringNewest(stage.golden, packageId);

  const { outputs } = await recordInto(stage, stage.managed, brought);

  expect(outputs).toMatchObject({ ProjectId: "", RunbookId: "", Missing: "", Different: "" });
  expect(await readReceipt({ downstream: stage.managed })).toEqual(receipt);
  stage.takeWrites();
  await stage.deploy(packageId, asTerraformDoes);
  expect(stage.takeWrites()).toEqual([]);
});

test.each([
  {
    needs: "include",
    told: "Updated",
    conflicts: "0",
    what: "that the module made is the copy's: a newer one arrives",
  },
  { needs: "lookUp", told: "stays away", conflicts: "1", what: "that the module found in the space is people's" },
  {
    needs: "lookUp",
    told: "stays away",
    conflicts: "1",
    own: "Ours.",
    what: "that is otherwise than the package's is people's",
  },
])("a step template $what", async ({ needs, told, conflicts, own = "" }) => {
  const stage = await startGoldenSpaces();
  const selected = { resources: needs === "include" ? "step template" : "project", needs };
  for (const space of [stage.golden, stage.managed]) {
    const Description = space === stage.managed ? own : "";
    const template = await space.post("/actiontemplates", { ...notify, Name: 'Say "hi" #{x}', Description });
    const project = await makeProject(space, { Name: "Web" });
    await giveStep(space, project, useOf(template));
  }
  const { outputs } = await stage.serialize({ packageId: "golden", ...selected });
  await recordInto(stage, stage.managed, await bringNewest(stage.golden, outputs["PackageId"] ?? ""));
  const [template] = await stage.golden.list("/actiontemplates");
  const newer = await stage.golden.put(`/actiontemplates/${template?.Id ?? ""}`, {
    ...template,
    Description: "Newer.",
  });
  const [project] = await stage.golden.list("/projects");
  if (project !== undefined) await giveStep(stage.golden, project, useOf(newer));
  await stage.serialize({ packageId: "golden", ...selected });

  const deployed = await stage.deploy("golden", { adoptExistingProjects: "True" });

  expect(deployed.outputs["Report"]).toContain(told);
  expect(deployed.outputs).toMatchObject({ Conflicts: conflicts });
});

function useOf(template: OctopusDocument): JsonObject {
  const use = {
    "Octopus.Action.Template.Id": template.Id,
    "Octopus.Action.Template.Version": String(template["Version"]),
  };
  return {
    Name: "Say",
    ActionType: textOf(template, "ActionType"),
    Properties: { ...objectOf(template, "Properties"), ...use },
  };
}

test("a space that has nothing of a space's package is told so", async () => {
  const stage = await startGoldenSpaces();
  await stage.golden.post("/environments", { Name: "Production" });
  const { outputs } = await stage.serialize({ resources: "environment" });
  const brought = await bringNewest(stage.golden, outputs["PackageId"] ?? "");

  await expect(recordInto(stage, stage.managed, brought)).rejects.toThrow(
    'the space "Managed" has nothing of what the package "golden" has, so there is no copy to record.',
  );
});

test("a space that has of a space's package only what every space has is told so", async () => {
  const stage = await startGoldenSpaces();
  await stage.golden.post("/environments", { Name: "Production" });
  const { outputs } = await stage.serialize();
  const brought = await bringNewest(stage.golden, outputs["PackageId"] ?? "");
  stage.takeWrites();

  await expect(recordInto(stage, stage.managed, brought)).rejects.toThrow(
    'the space "Managed" has nothing of what the package "golden" has, so there is no copy to record.',
  );
  expect(stage.takeWrites()).toEqual([]);
});

test("a runbook that Terraform made in a project of another name gets a receipt, by which Deploy Runbook goes on", async () => {
  const stage = await startGoldenSpaces();
  for (const [space, name] of [
    [stage.golden, "Operations"],
    [stage.managed, "Shop"],
  ] as const) {
    const [lifecycle] = await space.list("/lifecycles");
    const [group] = await space.list("/projectgroups");
    const project = { Name: name, LifecycleId: lifecycle?.Id ?? "", ProjectGroupId: group?.Id ?? "" };
    const { Id: ProjectId } = await space.post("/projects", project);
    const runbook = { Name: "Restart", ProjectId, Description: "Off and on.", RunRetentionPolicy: runsToKeep };
    await space.post("/runbooks", runbook);
  }
  await stage.serialize({ project: "Operations", runbook: "Restart" }, serializeRunbook);
  const brought = await bringNewest(stage.golden, "operations_restart");

  await expect(recordInto(stage, stage.managed, brought)).rejects.toThrow(
    'the space "Managed" has no runbook "Restart" of "Operations", so there is no copy to record.',
  );
  const { outputs } = await recordInto(stage, stage.managed, brought, { project: "Shop" });
  const [runbook] = await stage.managed.list("/runbooks");
  expect(outputs).toMatchObject({ RunbookId: runbook?.Id, ProjectId: "", Missing: "" });

  const [source] = await stage.golden.list("/runbooks");
  await stage.golden.put(`/runbooks/${source?.Id ?? ""}`, { ...source, Description: "Gently." });
  await stage.serialize({ project: "Operations", runbook: "Restart" }, serializeRunbook);
  const deployed = await stage.deploy("operations_restart", { project: "Shop" }, { step: deployRunbook });
  expect(deployed.outputs).toMatchObject({ Changed: "True", Conflicts: "0" });
  expect((await stage.managed.list("/runbooks"))[0]).toMatchObject({ Description: "Gently." });
});

test.skipIf(!hasProvider)("a copy that Terraform made is found, and is up to date", async () => {
  const stage = await startDeployments();
  await stage.downstream.post("/actiontemplates", notify);
  const brought = await publish(stage, "1.0.0");
  const projectId = await applyModule(stage, brought);

  const { outputs } = await record(stage, brought, { projectId });

  expect(outputs).toMatchObject({ ProjectId: projectId, Missing: "" });
  expect((await runFinding(stage)).outputs).toMatchObject({ Status: "Up to date", Behind: "0" });
  await describe(stage, "upstream", stage.project.Id, "Greets people.");
  await publish(stage, "1.0.1");
  expect((await runFinding(stage)).outputs).toMatchObject({ Status: "Can be deployed", Behind: "1" });
});

async function applyModule({ url, apiKey, downstreamId }: DeploymentStage, { path }: DeployedPackage): Promise<string> {
  const { files } = writeTerraformModule(readPackage(path, "hello_world").graph);
  const variables = createVariableDictionary(Object.entries(secrets));
  const substituted = [...files].map(([name, text]): [string, string] => [
    name,
    name.includes("sensitive") ? variables.evaluate(text, { lenient: true }).text : text,
  ]);
  const folder = createTerraformFolder(new Map(substituted), {
    TF_VAR_octopus_server: url,
    TF_VAR_octopus_apikey: apiKey,
    TF_VAR_octopus_space_id: downstreamId,
  });
  await folder.run("-chdir=space_population", "init", "-input=false");
  await folder.run("-chdir=space_population", "apply", "-auto-approve", "-input=false", "-no-color");
  return folder.run("-chdir=space_population", "output", "-raw", "octopus_project_id");
}

async function recordInto(
  { url, apiKey }: GoldenSpaces,
  { id }: OctopusSpace,
  brought: DeployedPackage,
  parameters: Record<string, string> = {},
): Promise<StepRecording> {
  return run(recordTerraformCopy, {
    parameters: { serverUrl: url, apiKey, spaceId: id, receiptKey: "a key for receipts", ...parameters },
    packages: { package: brought },
  });
}

function record(
  stage: DeploymentStage,
  brought: DeployedPackage,
  parameters: Record<string, string> = {},
): Promise<StepRecording> {
  const { url, apiKey, downstreamId } = stage;
  return run(recordTerraformCopy, {
    parameters: { serverUrl: url, apiKey, spaceId: downstreamId, receiptKey: "a key for receipts", ...parameters },
    packages: { package: brought },
    variables: secrets,
  });
}

function runFinding({ url, apiKey, downstreamId }: DeploymentStage): Promise<StepRecording> {
  return run(findUpdates, {
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
}

async function run(
  step: StepDefinition,
  options: Omit<Parameters<typeof createStepContext>[0], "step">,
): Promise<StepRecording> {
  const recording = createStepContext({ ...options, step });
  await recording.run();
  return recording;
}

interface Downstream {
  downstream: { list(path: string): Promise<Record<string, unknown>[]>; remove(path: string): Promise<void> };
}

async function listReceiptModules({ downstream }: Downstream) {
  const sets = await downstream.list("/libraryvariablesets");
  return sets.filter(({ ContentType }) => ContentType === "ScriptModule");
}

/** Without the step templates that a deployment installed, which nobody can tell from those of people. */
async function readReceipt(stage: Downstream): Promise<string[]> {
  const modules = await listReceiptModules(stage);
  return modules.map(({ Description }) => String(Description).replace(/,"installed":\{[^}]*\}/, ""));
}

async function loseReceipts(stage: Downstream): Promise<void> {
  for (const { Id } of await listReceiptModules(stage))
    await stage.downstream.remove(`/libraryvariablesets/${String(Id)}`);
}

async function describe(
  stage: DeploymentStage,
  side: "upstream" | "downstream",
  id: string,
  description: string,
): Promise<void> {
  const project = await stage[side].get(`/projects/${id}`);
  await stage[side].put(`/projects/${id}`, { ...project, Description: description });
}
