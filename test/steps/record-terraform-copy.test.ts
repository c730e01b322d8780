import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { readPackage } from "../../lib/graph/package-archive.ts";
import type { StepDefinition } from "../../lib/step/define-step.ts";
import { writeTerraformModule } from "../../lib/terraform/write-terraform-module.ts";
import { step as findUpdates } from "../../steps/find-updates/step.ts";
import { step as recordTerraformCopy } from "../../steps/record-terraform-copy/step.ts";
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

test("a space without the project is told so, and gets no receipt", async () => {
  const stage = await startDeployments();
  const brought = await publish(stage, "1.0.0");
  stage.takeWrites();

  await expect(record(stage, brought)).rejects.toThrow(
    'the space "America" has no project "Hello World", so there is no copy to record. Make the copy first, or enter the name or id that it has.',
  );
  expect(stage.takeWrites()).toEqual([]);
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

async function listReceiptModules({ downstream }: DeploymentStage) {
  const sets = await downstream.list("/libraryvariablesets");
  return sets.filter(({ ContentType }) => ContentType === "ScriptModule");
}

/** Without the step templates that a deployment installed, which nobody can tell from those of people. */
async function readReceipt(stage: DeploymentStage): Promise<string[]> {
  const modules = await listReceiptModules(stage);
  return modules.map(({ Description }) => String(Description).replace(/,"installed":\{[^}]*\}/, ""));
}

async function loseReceipts(stage: DeploymentStage): Promise<void> {
  for (const { Id } of await listReceiptModules(stage)) await stage.downstream.remove(`/libraryvariablesets/${Id}`);
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
