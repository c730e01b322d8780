import { expect, test } from "vitest";
import { readPackage } from "../../lib/graph/package-archive.ts";
import { createOctopusClient } from "../../lib/octopus/octopus-client.ts";
import { listReceipts, openReceipts } from "../../lib/receipts/receipts.ts";
import type { Receipt } from "../../lib/receipts/receipt.ts";
import { writeTerraformModule } from "../../lib/terraform/write-terraform-module.ts";
import { step as findUpdates } from "../../steps/find-updates/step.ts";
import { step as mergeUpdates } from "../../steps/merge-updates/step.ts";
import { step as recordTerraformCopy } from "../../steps/record-terraform-copy/step.ts";
import { createTerraformFolder, hasProvider } from "../lib/terraform/terraform.ts";
import { createVariableDictionary } from "../octopus-server/worker/octostache.ts";
import { createStepContext, type StepRecording } from "../step/create-step-context.ts";
import type { DeployedPackage } from "./deployment-stage.ts";
import { copyName, deploy, fork, runGitStep, serialize, toGitParameters } from "./git-copies.ts";
import { startGitTemplate, type GitTemplate } from "./git-template.ts";

test("a copy in Git gets the receipt that a deployment would have written: its repository and the commit it began with", async () => {
  const template = await startGitTemplate();
  const brought = await serialize(template);
  const details = {
    Type: "UsernamePassword",
    Username: "x-access-token",
    Password: { HasValue: true, NewValue: template.token },
  };
  await template.downstream.post("/git-credentials", { Name: "America's", Details: details });
  await deploy(template, brought, { gitUrl: await fork(template), gitCredential: "America's" });
  const began = template.head("acme/hello_world_cac");
  const receipt = await readReceipt(template);
  await loseReceipt(template);
  template.edit({ message: "Say more", files: { "README.md": "# More\n" } });

  const { outputs } = await record(template, brought);

  expect(outputs).toMatchObject({ Missing: "", Different: "" });
  expect(receipt).toMatchObject({ upstream: { commit: began }, repository: { basePath: ".octopus/hello" } });
  expect(await readReceipt(template)).toEqual({ ...receipt, installed: {} });
  expect((await look(template)).outputs).toMatchObject({ Status: "Can be merged", Behind: "1" });
});

test("a copy whose repository cannot be read gets a receipt without the commit, and a later run adds it", async () => {
  const template = await startGitTemplate();
  const brought = await serialize(template);
  await deploy(template, brought, { gitUrl: await fork(template) });
  await loseReceipt(template);

  const { log } = await record(template, brought, { gitToken: "hunter22" });
  const first = await readReceipt(template);
  await record(template, brought);

  expect(log.filter(({ level }) => level === "warning").map(({ message }) => message)).toEqual([
    expect.stringMatching(/^The commit that the copy began with is not known, and noted when a later run finds it: /),
  ]);
  expect(JSON.stringify(log)).not.toContain("hunter22");
  expect(first?.upstream).not.toHaveProperty("commit");
  expect(first?.repository?.url).toContain(copyName);
  expect((await readReceipt(template))?.upstream).toMatchObject({ commit: template.head("acme/hello_world_cac") });
});

test("what was merged since counts when Terraform is run again", async () => {
  const template = await startGitTemplate();
  const brought = await serialize(template);
  await deploy(template, brought, { gitUrl: await fork(template) });
  await loseReceipt(template);
  await record(template, brought);
  template.edit({ message: "Say more", files: { "README.md": "# More\n" } });
  const [owner = "", name = ""] = copyName.split("/");
  await runGitStep(template, mergeUpdates);
  const repository = template.host.find(owner, name);
  if (repository !== undefined) template.host.merge(repository, 1, "squash");
  await runGitStep(template, mergeUpdates);

  await record(template, brought);

  expect((await readReceipt(template))?.upstream).toMatchObject({ commit: template.head("acme/hello_world_cac") });
  expect((await look(template)).outputs).toMatchObject({ Status: "Up to date", Behind: "0" });
});

test("a project in the template's own repository is no copy", async () => {
  const template = await startGitTemplate();
  const brought = await serialize(template);
  await deploy(template, brought, { gitUrl: await fork(template) });
  await loseReceipt(template);
  const [project] = await template.downstream.list("/projects");
  const settings = {
    ...Object(project?.["PersistenceSettings"]),
    Url: template.upstreamUrl,
    BasePath: ".octopus/america",
  };
  await template.downstream.put(`/projects/${project?.Id ?? ""}`, { ...project, PersistenceSettings: settings });

  await expect(record(template, brought)).rejects.toThrow(
    `the project "Hello World CaC" has its files in the template's own repository "${template.upstreamUrl}", so that it is no copy: a change in one is a change in the other. Give it a fork in its version control settings.`,
  );
  expect(await readReceipt(template)).toBeUndefined();
});

test.skipIf(!hasProvider)("a copy in Git that Terraform made is found, and told when it is behind", async () => {
  const template = await startGitTemplate();
  const [notify] = await template.upstream.list("/actiontemplates");
  await template.downstream.post("/actiontemplates", { ...notify, Id: undefined });
  const brought = await serialize(template);
  const projectId = await applyModule(template, brought, await fork(template));

  const { outputs } = await record(template, brought, { projectId });
  const born = await look(template);
  template.edit({ message: "Say more", files: { "README.md": "# More\n" } });
  const behind = await look(template);

  expect(outputs).toMatchObject({ ProjectId: projectId, Missing: "" });
  expect((await readReceipt(template))?.repository?.url).toContain(copyName);
  expect(born.outputs).toMatchObject({ Status: "Up to date", Behind: "0" });
  expect(behind.outputs).toMatchObject({ Status: "Can be merged", Behind: "1" });
});

async function applyModule(
  { url, apiKey, downstreamId }: GitTemplate,
  { path }: DeployedPackage,
  gitUrl: string,
): Promise<string> {
  const { files } = writeTerraformModule(readPackage(path, "hello_world_cac").graph);
  const variables = createVariableDictionary(Object.entries({ "Api.Token": "battery staple" }));
  const substituted = [...files].map(([name, text]): [string, string] => [
    name,
    name.includes("sensitive") ? variables.evaluate(text, { lenient: true }).text : text,
  ]);
  const folder = createTerraformFolder(new Map(substituted), {
    TF_VAR_octopus_server: url,
    TF_VAR_octopus_apikey: apiKey,
    TF_VAR_octopus_space_id: downstreamId,
    TF_VAR_project_hello_world_cac_git_url: gitUrl,
  });
  await folder.run("-chdir=space_population", "init", "-input=false");
  await folder.run("-chdir=space_population", "apply", "-auto-approve", "-input=false", "-no-color");
  return folder.run("-chdir=space_population", "output", "-raw", "octopus_project_id");
}

async function record(
  template: GitTemplate,
  brought: DeployedPackage,
  parameters: Record<string, string> = {},
): Promise<StepRecording> {
  const { url, apiKey, downstreamId } = template;
  const recording = createStepContext({
    step: recordTerraformCopy,
    parameters: {
      serverUrl: url,
      apiKey,
      spaceId: downstreamId,
      receiptKey: "a key for receipts",
      ...toGitParameters(template),
      ...parameters,
    },
    packages: { package: brought },
    variables: { "Api.Token": "battery staple" },
  });
  await recording.run();
  return recording;
}

function look(template: GitTemplate): Promise<StepRecording> {
  return runGitStep(template, findUpdates);
}

async function readReceipt({ url, apiKey, downstreamId }: GitTemplate): Promise<Receipt | undefined> {
  const space = createOctopusClient({ url, apiKey }).inSpace({ Id: downstreamId, Name: "America" });
  return listReceipts(await openReceipts(space))[0]?.receipt;
}

async function loseReceipt({ downstream }: GitTemplate): Promise<void> {
  for (const { Id, ContentType } of await downstream.list("/libraryvariablesets"))
    if (ContentType === "ScriptModule") await downstream.remove(`/libraryvariablesets/${Id}`);
}
