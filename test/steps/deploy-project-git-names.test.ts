import { expect, test } from "vitest";
import { createOctopusClient } from "../../lib/octopus/octopus-client.ts";
import { listReceipts, openReceipts } from "../../lib/receipts/receipts.ts";
import type { Receipt } from "../../lib/receipts/receipt.ts";
import type { StepDefinition } from "../../lib/step/define-step.ts";
import { step as findUpdates } from "../../steps/find-updates/step.ts";
import { step as mergeUpdates } from "../../steps/merge-updates/step.ts";
import { createStepContext, type StepRecording } from "../step/create-step-context.ts";
import { copyName, deploy, fork, serialize, toGitParameters } from "./git-copies.ts";
import { startGitTemplate, type GitTemplate } from "./git-template.ts";

const folder = ".octopus/hello";
const processFile = `${folder}/deployment_process.ocl`;
const variablesFile = `${folder}/variables.ocl`;
const upstreamName = "acme/hello_world_cac";

const mapping = `
environments:
  Production: Prod
feeds:
  Docker Hub: Mirror
`;

/** The managed space calls the template's environment and feed otherwise. */
async function startOtherwise(): Promise<GitTemplate> {
  const template = await startGitTemplate();
  const { downstream } = template;
  await downstream.post("/environments", { Name: "Prod" });
  await downstream.post("/feeds", { Name: "Mirror", FeedType: "Docker", FeedUri: "https://mirror.example.com" });
  for (const path of ["/environments", "/feeds"])
    for (const document of await downstream.list(path))
      if (["Production", "Docker Hub"].includes(String(document["Name"])))
        await downstream.remove(`${path}/${document.Id}`);
  return template;
}

/** Of one name and two ids: in the template's space, and in the managed one. */
async function addCredential({ upstream, downstream }: GitTemplate): Promise<[string, string]> {
  const details = { Type: "UsernamePassword", Username: "x", Password: { HasValue: true, NewValue: "a password" } };
  const ids: string[] = [];
  await downstream.post("/git-credentials", { Name: "Another", Details: details });
  for (const api of [upstream, downstream])
    ids.push((await api.post("/git-credentials", { Name: "Scripts", Details: details })).Id);
  const [theirs = "", ours = ""] = ids;
  return [theirs, ours];
}

async function readReceipt({ url, apiKey, downstreamId }: GitTemplate): Promise<Receipt | undefined> {
  const space = createOctopusClient({ url, apiKey }).inSpace({ Id: downstreamId, Name: "America" });
  return listReceipts(await openReceipts(space))[0]?.receipt;
}

async function run(template: GitTemplate, step: StepDefinition): Promise<StepRecording> {
  const { url, apiKey, downstreamId } = template;
  const recording = createStepContext({
    step,
    parameters: {
      managementServerUrl: url,
      managementApiKey: apiKey,
      managementSpaceId: "Spaces-1",
      project: "Hello World CaC",
      serverUrl: url,
      apiKey,
      spaceId: downstreamId,
      ...toGitParameters(template),
    },
  });
  await recording.run();
  return recording;
}

/** Lines of a file that the copy has otherwise than the template, but for those of its step template. */
function listOwnLines(template: GitTemplate, path: string): string[] {
  const theirs = template.read(upstreamName, path).split("\n");
  return template
    .read(copyName, path)
    .split("\n")
    .filter((line, index) => line !== theirs[index])
    .map((line) => line.trim())
    .filter((line) => !line.startsWith("Octopus.Action.Template."));
}

function editProcess(template: GitTemplate, from: string, to: string): void {
  const text = template.read(upstreamName, processFile);
  template.edit({ message: "More", files: { [processFile]: text.replace(from, to) } });
}

test("a copy's files say what the space has by the mapping, in these lines alone, and a second run changes nothing", async () => {
  const template = await startOtherwise();
  const brought = await serialize(template);
  const gitUrl = await fork(template);

  const { log } = await deploy(template, brought, { gitUrl, mapping });

  expect(listOwnLines(template, processFile)).toEqual(['environments = ["prod"]', 'feed = "mirror"']);
  expect(listOwnLines(template, variablesFile)).toEqual(['environment = ["prod"]']);
  expect((await readReceipt(template))?.names).toEqual({
    environment: { production: "prod" },
    feed: { "docker-hub": "mirror" },
  });
  expect(log.map(({ message }) => message).join("\n")).not.toContain("Nothing in the package");
  template.takeWrites();
  const head = template.head(copyName);
  const again = await deploy(template, brought, { mapping });
  expect(again.outputs["Changed"]).toBe("False");
  expect([template.takeWrites(), template.head(copyName)]).toEqual([[], head]);
});

test("what the template changes beside these names is merged without a conflict, and what it adds has the space's", async () => {
  const template = await startOtherwise();
  await deploy(template, await serialize(template), { gitUrl: await fork(template), mapping });
  const born = await run(template, findUpdates);
  editProcess(template, "echo Say hello", "echo Say more");
  editProcess(template, 'step "notify" {', 'step "notify" {\n    condition = "Always"');
  const variables = template.read(upstreamName, variablesFile);
  template.edit({ files: { [variablesFile]: variables.replace('["production"]', '["production", "test"]') } });

  const behind = await run(template, findUpdates);
  await run(template, mergeUpdates);
  const repository = template.host.find("contoso", "america_hello_world_cac");
  if (repository !== undefined) template.host.merge(repository, 1);
  await run(template, mergeUpdates);
  const after = await run(template, findUpdates);

  expect(born.outputs["Status"]).toBe("Up to date");
  expect(behind.outputs).toMatchObject({ Status: "Can be merged", Conflicts: "[]" });
  expect(after.outputs["Status"]).toBe("Up to date");
  expect(template.read(copyName, processFile)).toContain("echo Say more");
  expect(listOwnLines(template, processFile)).toEqual(['environments = ["prod"]', 'feed = "mirror"']);
  expect(listOwnLines(template, variablesFile)).toEqual(['environment = ["prod", "test"]']);
});

test("what the mapping leads to and the space lacks is refused before anything is written", async () => {
  const template = await startOtherwise();
  const brought = await serialize(template);
  const gitUrl = await fork(template);
  const head = template.head(copyName);
  template.takeWrites();

  await expect(deploy(template, brought, { gitUrl, mapping: mapping.replace("Mirror", "Miror") })).rejects.toThrow(
    /the space "America" has no feed "Miror", which is meant by "docker-hub" that the step "say-hello" in deployment_process.ocl names/,
  );

  expect([template.takeWrites(), template.head(copyName)]).toEqual([[], head]);
});

test("without a mapping the names in the files stay as they are", async () => {
  const template = await startGitTemplate();
  const gitUrl = await fork(template);

  await deploy(template, await serialize(template), { gitUrl });

  expect([...listOwnLines(template, processFile), ...listOwnLines(template, variablesFile)]).toEqual([]);
  expect(await readReceipt(template)).not.toHaveProperty("names");
});

test("ids that stay in files become those of what has the same name in the space", async () => {
  const template = await startGitTemplate();
  const [theirs, ours] = await addCredential(template);
  editProcess(template, '"#hello"', `"#hello"\n            Scripts.Credential = "${theirs}"`);
  const gitUrl = await fork(template);

  await deploy(template, await serialize(template), { gitUrl });

  expect(listOwnLines(template, processFile)).toEqual([`Scripts.Credential = "${ours}"`]);
  expect((await readReceipt(template))?.names).toEqual({ gitCredential: { [theirs]: ours } });
});

test("an id of which the space has nothing is told before anything is written", async () => {
  const template = await startGitTemplate();
  editProcess(template, '"#hello"', '"#hello"\n            Scripts.Credential = "GitCredentials-999"');
  const gitUrl = await fork(template);
  const brought = await serialize(template);
  template.takeWrites();

  await expect(deploy(template, brought, { gitUrl })).rejects.toThrow(
    /the space "America" has no Git credential with the id "GitCredentials-999", which the step "notify" in deployment_process.ocl names/,
  );

  expect(template.takeWrites()).toEqual([]);
});

test("a file that is no UTF-8 and would need another name is refused with what it lacks, and told", async () => {
  const template = await startOtherwise();
  const text = template.read(upstreamName, variablesFile).replace('"Hello"', '"Gr\u00fc\u00dfe"');
  template.edit({ files: { [variablesFile]: Buffer.from(text, "latin1") } });
  const brought = await serialize(template);
  const gitUrl = await fork(template);
  template.takeWrites();

  await expect(deploy(template, brought, { gitUrl, mapping })).rejects.toThrow(
    /"\.octopus\/hello\/variables\.ocl" names something that is called otherwise in this space, .* since it is no UTF-8/,
  );

  expect(template.takeWrites()).toEqual([]);
});
