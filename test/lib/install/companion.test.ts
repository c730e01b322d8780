import { expect, test } from "vitest";
import * as z from "zod";
import { examine } from "../../../lib/doctor/doctor.ts";
import type { InstallOptions, InstallOutcome } from "../../../lib/install/install.ts";
import { createOctopusClient } from "../../../lib/octopus/octopus-client.ts";
import { setVariables } from "../../steps/deployment-stage.ts";
import { startGitTemplate } from "../../steps/git-template.ts";
import { startOctopus, type TestServer } from "../../steps/managed-tenants.ts";
import { getNamed, runInstall } from "./run-install.ts";

const nothing = { host: undefined, url: undefined, owner: undefined, token: undefined };

function run(octopus: TestServer, options: Partial<InstallOptions> = {}): Promise<InstallOutcome> {
  return runInstall(octopus, { projects: ["Hello World CaC"], gitHost: nothing, ...options });
}

async function runbooksOf(octopus: TestServer, project: string): Promise<unknown[]> {
  const { Id } = await getNamed(octopus.api, "/projects", project);
  return (await octopus.api.list(`/projects/${Id}/runbooks`)).map(({ Name }) => Name);
}

const Process = z.object({
  Steps: z.array(
    z.object({ Name: z.string(), Actions: z.array(z.object({ Properties: z.record(z.string(), z.unknown()) })) }),
  ),
});

async function readSteps(octopus: TestServer, runbook: string): Promise<Record<string, Record<string, unknown>>> {
  const { Id } = await getNamed(octopus.api, "/runbooks", runbook);
  const { Steps } = Process.parse(await octopus.api.get(`/runbookProcesses/RunbookProcess-${Id}`));
  return Object.fromEntries(Steps.map((step) => [step.Name, step.Actions[0]?.Properties ?? {}]));
}

const Variables = z.object({
  Variables: z.array(
    z.looseObject({
      Name: z.string(),
      Value: z.string().nullable(),
      IsSensitive: z.boolean(),
      Scope: z.record(z.string(), z.array(z.string())),
    }),
  ),
});

test("a companion in the database carries the runbooks of a project in Git", async () => {
  const octopus = await startGitTemplate();
  const head = octopus.head("acme/hello_world_cac");

  await run(octopus);

  expect(await runbooksOf(octopus, "__ Hello World CaC")).toEqual([
    "__ 1. Serialize Project",
    "__ 2. Fork and Deploy Project",
    "__ 3. List Downstream Projects",
    "__ 4. Find Updates",
    "__ 5. Merge Updates",
    "__ Keep Packages",
  ]);
  expect(octopus.head("acme/hello_world_cac")).toBe(head);
  const deploy = await readSteps(octopus, "__ 2. Fork and Deploy Project");
  expect(Object.keys(deploy)).toEqual(["Look Up Space", "Fork Repository", "Deploy Project"]);
  expect(deploy["Fork Repository"]).toMatchObject({
    "ForkRepository.Project": "Hello World CaC",
    "ForkRepository.Owner": "#{GitHost.Owner}",
    "ForkRepository.GitToken": "#{GitHost.Token}",
  });
  expect(deploy["Deploy Project"]).toMatchObject({
    "DeployProject.GitUrl": "#{Octopus.Action[Fork Repository].Output.CloneUrl}",
  });
  expect((await readSteps(octopus, "__ 1. Serialize Project"))["Serialize Project"]).toMatchObject({
    "SerializeProject.Project": "Hello World CaC",
  });
  expect(Object.keys(await readSteps(octopus, "__ 4. Find Updates"))).toEqual(["Find Updates", "Preview Updates"]);
});

test("it proposes the template's name for the copies, not its own", async () => {
  const octopus = await startGitTemplate();

  await run(octopus);

  const { Id } = await getNamed(octopus.api, "/projects", "__ Hello World CaC");
  const { Variables: variables } = Variables.parse(await octopus.api.get(`/variables/variableset-${Id}`));
  expect(variables).toMatchObject([
    { Name: "Exported.Project.Name", Value: "Hello World CaC", Prompt: { Required: false } },
  ]);
});

test("the secrets that it lacks are told by install and by doctor, and none is made", async () => {
  const octopus = await startGitTemplate();
  const sentence =
    'Give the project "__ Hello World CaC" the values of the secrets of "Hello World CaC" under the same names: Api.Token.';

  const first = await run(octopus);
  const findings = await doctor(octopus);
  const { Id } = await getNamed(octopus.api, "/projects", "__ Hello World CaC");
  await setVariables(octopus.api, Id, [
    { Name: "Api.Token", Value: "x", IsSensitive: true, Type: "Sensitive", Scope: {} },
  ]);

  expect(first.remaining).toContain(sentence);
  expect(findings).toContainEqual({ about: "Secrets", state: "bad", text: sentence });
  expect((await run(octopus)).remaining).not.toContain(sentence);
  expect(await doctor(octopus)).toContainEqual(expect.objectContaining({ about: "Secrets", state: "good" }));
});

test("of several values of one secret, each is told by the name that it can be given by", async () => {
  const octopus = await startGitTemplate();
  const template = await getNamed(octopus.api, "/projects", "Hello World CaC");
  const idOf = async (name: string): Promise<string> => (await getNamed(octopus.api, "/environments", name)).Id;
  const secret = (Name: string, ...Environment: string[]) => ({
    Name,
    Value: "x",
    IsSensitive: true,
    Type: "Sensitive",
    Scope: { Environment },
  });
  await octopus.api.post("/environments", { Name: "Staging" });
  await run(octopus);
  await setVariables(octopus.api, template.Id, [
    secret("Password", await idOf("Test")),
    secret("Password", await idOf("Staging"), await idOf("Sync")),
    secret("Single", await idOf("Test")),
  ]);

  const first = await run(octopus);
  const { Id } = await getNamed(octopus.api, "/projects", "__ Hello World CaC");
  await setVariables(
    octopus.api,
    Id,
    ["Password[Test]", "Single[Test]"].map((name) => secret(name)),
  );

  expect(first.remaining.join("\n")).toContain("names: Password[Staging], Password[Test], Single.");
  expect((await run(octopus)).remaining.join("\n")).toContain("names: Password[Staging].");
});

function doctor({ url, apiKey }: TestServer): ReturnType<typeof examine> {
  const octopus = createOctopusClient({ url, apiKey });
  return examine({ octopus, space: "Default", oldestNode: "20.19", askWorkers: false, patience: 1000 });
}

test("the Git host is kept in a variable set that Sync alone sees, and changes when told to", async () => {
  const octopus = await startGitTemplate();
  const first = await run(octopus);
  expect(first.remaining).toContain(
    'Give the variable set "Git Host" the value of GitHost.Owner, who gets the copies\' repositories and a sensitive variable GitHost.Token, a token that may make repositories there, scoped to Sync.',
  );

  const second = await run(octopus, { gitHost: { host: "github", url: undefined, owner: "acme", token: "ghp_1" } });

  expect(second.remaining.join(" ")).not.toContain("GitHost");
  const set = await getNamed(octopus.api, "/libraryvariablesets", "Git Host");
  const sync = await getNamed(octopus.api, "/environments", "Sync");
  const { Variables: variables } = Variables.parse(await octopus.api.get(`/variables/variableset-${set.Id}`));
  expect(Object.fromEntries(variables.map(({ Name, Value }) => [Name, Value]))).toEqual({
    "GitHost.Type": "github",
    "GitHost.Url": "",
    "GitHost.Owner": "acme",
    "GitHost.Token": null,
  });
  expect(variables.every(({ Scope }) => Scope["Environment"]?.join() === sync.Id)).toBe(true);
  expect(
    (await run(octopus, { gitHost: { ...nothing, host: "github", owner: "acme", token: "ghp_1" } })).changes,
  ).toEqual([]);
});

test("a second run changes nothing, and a plan is what is done", async () => {
  const octopus = await startGitTemplate();
  const planned = await run(octopus, { onlyPlan: true });

  const done = await run(octopus);

  expect(done.changes).toEqual(planned.changes);
  expect((await run(octopus)).changes).toEqual([]);
});

test("a project in the database has a companion when that is asked for, with the template's variable sets", async () => {
  const octopus = await startOctopus();
  const [lifecycle] = await octopus.api.list("/lifecycles");
  const [group] = await octopus.api.list("/projectgroups");
  const common = await octopus.api.post("/libraryvariablesets", {
    Name: "Common",
    ContentType: "Variables",
    Templates: [],
  });
  await octopus.api.post("/projects", {
    Name: "Hello World",
    LifecycleId: lifecycle?.Id,
    ProjectGroupId: group?.Id,
    IncludedLibraryVariableSetIds: [common.Id],
  });

  await run(octopus, { projects: ["Hello World"], companion: true });

  expect(await runbooksOf(octopus, "Hello World")).toEqual([]);
  expect(await runbooksOf(octopus, "__ Hello World")).toEqual([
    "__ 1. Serialize Project",
    "__ 2. Deploy Project",
    "__ 3. List Downstream Projects",
    "__ 4. Find Updates",
    "__ Keep Packages",
  ]);
  expect((await getNamed(octopus.api, "/projects", "__ Hello World"))["IncludedLibraryVariableSetIds"]).toContain(
    common.Id,
  );
  expect((await octopus.api.list("/libraryvariablesets")).map(({ Name }) => Name)).not.toContain("Git Host");
});
