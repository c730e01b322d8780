import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { expect, test } from "vitest";
import { step } from "../../steps/move-copies-to-git/step.ts";
import { step as findUpdates } from "../../steps/find-updates/step.ts";
import { step as serializeProject } from "../../steps/serialize-project/step.ts";
import { step as mergeUpdates } from "../../steps/merge-updates/step.ts";
import { createOctopusClient } from "../../lib/octopus/octopus-client.ts";
import type { StepDefinition } from "../../lib/step/define-step.ts";
import type { StepRecording } from "../step/create-step-context.ts";
import type { FaultPlan } from "../octopus-server/faults/fault-plan.ts";
import { createApi, type Api } from "../api.ts";
import { script, type DeployedPackage } from "./deployment-stage.ts";
import { copyName, deploy, fork, openGitStep, serialize } from "./git-copies.ts";
import { createLimitedKey } from "./limited-key.ts";
import { startGitTemplate, type GitTemplate } from "./git-template.ts";

const processFile = ".octopus/hello/deployment_process.ocl";

/** A template that was deployed from the database, a copy in which a person changed a script, and the template in Git by now. */
async function startMove({ isBehind = false } = {}): Promise<GitTemplate & { copyId: string }> {
  const template = await startGitTemplate({ isInDatabase: true });
  const deployed = await deploy(template, await serialize(template));
  const copyId = deployed.outputs["ProjectId"] ?? "";
  await sayInCopy(template, copyId, "echo Howdy");
  if (isBehind) await publish(template, await serialize(template, "1.0.1"));
  await template.convert();
  template.takeWrites();
  return { ...template, copyId };
}

test("a copy follows its template to Git: the template's history, and what people changed on top", async () => {
  const template = await startMove();
  const base = template.head("acme/hello_world_cac");

  const first = await run(template, step);
  template.takeWrites();
  const second = await run(template, step);

  const copy = await template.downstream.get(`/projects/${template.copyId}`);
  expect(copy).toMatchObject({
    IsVersionControlled: true,
    PersistenceSettings: { DefaultBranch: "main", BasePath: ".octopus/hello", Credentials: { Type: "Reference" } },
  });
  expect(logOf(template)).toEqual(['What "Hello World CaC" has of its own', "Move to Git", expect.any(String)]);
  expect(
    execFileSync("git", ["-C", template.pathOf(copyName), "rev-parse", "main~1"])
      .toString()
      .trim(),
  ).toBe(base);
  expect(template.read(copyName, processFile)).toContain("echo Howdy");
  expect(template.head(copyName, "managed-spaces/converted")).toBe("");
  expect(JSON.parse(first.outputs["Copies"] ?? "")).toMatchObject([{ outcome: "moved" }]);
  expect(first.outputs["Changed"]).toBe("True");
  expect(JSON.parse(second.outputs["Copies"] ?? "")).toMatchObject([{ outcome: "up-to-date" }]);
  expect(second.outputs["Changed"]).toBe("False");
  expect(template.takeWrites()).toEqual([]);
});

test("what people changed is a commit of who changed the project last, as far as the audit trail tells", async () => {
  const template = await startGitTemplate({ isInDatabase: true });
  const deployed = await deploy(template, await serialize(template));
  const permissions = ["ProjectView", "ProcessView", "ProcessEdit", "EnvironmentView", "FeedView", "TeamView"];
  const key = await createLimitedKey(template, permissions);
  const api = createApi({ url: template.url, apiKey: key }, `/api/${template.downstreamId}`);
  await sayInCopy({ downstream: api }, deployed.outputs["ProjectId"] ?? "", "echo Howdy");
  await template.convert();

  await run(template, step);

  expect(logOf(template, "%an, by %cn")[0]).toBe("limited, by Managed Spaces");
});

test("until then the other steps say what to do", async () => {
  const template = await startMove();

  const merged = await run(template, mergeUpdates);
  const deployed = deploy(template, await serialize(template, "2.0.0"), {
    gitUrl: `${template.host.server.url}/contoso/america.git`,
  });

  expect(JSON.parse(merged.outputs["Copies"] ?? "")).toMatchObject([
    { outcome: "database", text: expect.stringContaining('Run the step "Move Copies to Git" for this space') },
  ]);
  await expect(deployed).rejects.toThrow(/Run the step "Move Copies to Git" for this space first/);
});

test("what the template gets after that is merged with what people changed, and deployed as for any copy in Git", async () => {
  const template = await startMove();
  await run(template, step);
  const before = await run(template, findUpdates);
  const text = template.read("acme/hello_world_cac", processFile);
  template.edit({ files: { [processFile]: text.replace("Look", "Look twice") } });

  const behind = await run(template, findUpdates);
  await run(template, mergeUpdates, { method: "push" });
  const deployed = await deploy(template, await serialize(template, "2.0.0"), {});

  expect(before.outputs["Status"]).toBe("Up to date");
  expect(behind.outputs["Status"]).toBe("Can be merged");
  expect(template.read(copyName, processFile)).toMatch(/Look twice[^]*echo Howdy/);
  expect(template.read(copyName, processFile)).not.toContain("<<<<<<<");
  expect(deployed.outputs["ProjectId"]).toBe(template.copyId);
  expect((await run(template, findUpdates)).outputs["Status"]).toBe("Up to date");
});

test("moves a copy when the template is ahead by commits: those are offered, and not taken for the copy's", async () => {
  const template = await startMove();
  const text = template.read("acme/hello_world_cac", processFile);
  template.edit({ files: { [processFile]: text.replace("Look", "Look twice") } });

  await run(template, step);

  expect(template.read(copyName, processFile)).not.toContain("Look twice");
  expect(await run(template, findUpdates)).toMatchObject({ outputs: { Status: "Can be merged" } });
});

test("a run that is cut off from Octopus at any request ends the same way when it is run again", async () => {
  const template = await startMove();
  const cuts: string[] = ["start"];

  for (let at = 1; cuts.at(-1) !== ""; at += 1) {
    setFaults(template, { drop: { at, when: at % 2 === 0 ? "after" : "before", andAllLater: true } });
    cuts.push(await runAnyway(template, step));
    setFaults(template, {});
  }

  expect(cuts.length).toBeGreaterThan(5);
  expect(logOf(template)).toHaveLength(3);
  expect(template.read(copyName, processFile)).toContain("echo Howdy");
  expect(template.head(copyName, "managed-spaces/converted")).toBe("");
  template.takeWrites();
  await run(template, step);
  expect(template.takeWrites()).toEqual([]);
  expect((await run(template, findUpdates)).outputs["Status"]).toBe("Up to date");
});

test("plans without writing", async () => {
  const template = await startMove();

  const { outputs } = await run(template, step, { onlyPlan: "True" });

  expect(JSON.parse(outputs["Copies"] ?? "")).toMatchObject([
    { outcome: "moved", text: expect.stringContaining(`Would be moved to the repository "${copyName}"`) },
  ]);
  expect(template.takeWrites()).toEqual([]);
  expect(template.host.find("contoso", "america_hello_world_cac")).toBeUndefined();
});

test.each<[what: string, prepare: (template: GitTemplate) => Promise<unknown>, sentence: RegExp]>([
  [
    "has no credential of the template's name",
    async ({ downstream }) => {
      const [credential] = await downstream.list("/git-credentials");
      await downstream.remove(`/git-credentials/${credential?.Id}`);
    },
    /the space "America" has no Git credential "Git"\. Add it there/,
  ],
  [
    "is to go where there is something else",
    async ({ host, pathOf }) => {
      host.add("contoso", "america_hello_world_cac");
      execFileSync("git", ["-C", pathOf(copyName), "fast-import", "--quiet"], {
        input: "commit refs/heads/main\ncommitter A <a@b> 1700000000 +0000\ndata 1\nx\nM 100644 inline f\ndata 1\nx\n",
      });
    },
    /has no commit in common with the template's: it is left as it is/,
  ],
  [
    "is to go to a repository in which others work",
    async (template) => {
      const repository = template.host.add("contoso", "america_hello_world_cac");
      execFileSync("git", ["-C", template.pathOf(copyName), "fetch", "-q", template.upstreamPath, "main:main"]);
      const input =
        "commit refs/heads/main\ncommitter A <a@b> 1700000000 +0000\ndata 1\nx\nfrom refs/heads/main^0\nM 100644 inline f\ndata 1\nx\n";
      execFileSync("git", ["-C", template.host.pathOf(repository), "fast-import", "--quiet"], { input });
    },
    /has commits that are not the template's, and is left as it is/,
  ],
])(
  "says in one sentence why a copy does not move that %s, and leaves it in the database",
  async (_, prepare, sentence) => {
    const template = await startMove();
    await prepare(template);

    const refusal = await runAnyway(template, step);

    expect(refusal).toMatch(sentence);
    expect(await template.downstream.get(`/projects/${template.copyId}`)).toMatchObject({ IsVersionControlled: false });
  },
);

test("does not take what a copy lacks of the template for people's changes", async () => {
  const template = await startMove({ isBehind: true });

  const refusal = await runAnyway(template, step);

  expect(refusal).toMatch(/It has version 1\.0\.0, and 1\.0\.1 was made before the template moved to Git/i);
});

test("says that a template in the database has to move first", async () => {
  const template = await startGitTemplate({ isInDatabase: true });
  await deploy(template, await serialize(template));

  expect(await runAnyway(template, step)).toMatch(/keeps its process in Octopus\. Move it to Git first/);
});

test("moves variables and runbooks that are still in the database, of template and copy, when asked, and leaves secrets", async () => {
  const template = await startMove();
  await run(template, step);
  const ids = [
    [template.upstream, String(template.project.Id)],
    [template.downstream, template.copyId],
  ] as const;
  for (const [api, id] of ids) await leaveInDatabase(template, api, id);
  const asked = { migrateVariables: "True", migrateRunbooks: "True" };
  const refused = await runAnyway(template, serializeProject);
  template.takeWrites();

  const planned = await run(template, step, { ...asked, onlyPlan: "True" });
  const written = template.takeWrites();
  const moved = await run(template, step, asked);
  template.takeWrites();
  await run(template, step, asked);

  expect(refused).toMatch(/its variables and runbooks are still in the database[^]*Migrate Variables/);
  expect(told(planned)).toContain(
    'Would move 1 variable of "Hello World CaC" in the space "Default" to the branch "main"; 2 secrets stay in the database.',
  );
  expect(written).toEqual([]);
  expect(told(moved)).toContain('Moved 1 runbook of "Hello World CaC" in the space "America" to the branch "main".');
  expect(template.read(copyName, ".octopus/hello/variables.ocl")).toMatch(/"Greeting"[^]*"Late"/);
  expect(template.read(copyName, ".octopus/hello/runbooks/restart.ocl")).toContain("echo again");
  expect(template.read(copyName, ".octopus/hello/variables.ocl")).not.toContain("hunter2");
  for (const [api, id] of ids)
    expect(await api.get(`/projects/${id}`)).toMatchObject({
      PersistenceSettings: { ConversionState: { VariablesAreInGit: true, RunbooksAreInGit: true } },
    });
  expect(template.takeWrites()).toEqual([]);
  expect(await runAnyway(template, serializeProject)).toBe("");
});

/** A template and its copy in Git, both with variables and runbooks that are in the database. */
async function startHalfInGit(): Promise<GitTemplate & { copyId: string }> {
  const template = await startMove();
  await run(template, step);
  await leaveInDatabase(template, template.upstream, String(template.project.Id));
  await leaveInDatabase(template, template.downstream, template.copyId);
  return template;
}

test("a server that moves runbooks by a task is waited for, and says itself why it did not", async () => {
  const template = await startHalfInGit();
  const { model, requests } = template.server;
  const refused = Promise.reject(new Error("The branch 'main' is locked."));
  let begin = (): void => undefined;
  const gate = new Promise<void>((resolve) => (begin = resolve));
  refused.catch(() => undefined);
  model.runbookMigration = refused;
  const failed = await runAnyway(template, step, { migrateRunbooks: "True" });
  const left = await template.upstream.list("/runbooks");
  model.runbookMigration = gate;
  const { length } = requests;
  let hasEnded = false;

  const running = run(template, step, { migrateRunbooks: "True" }).finally(() => (hasEnded = true));
  await expect.poll(() => requests.slice(length).some(({ path }) => path.includes("/tasks/ServerTasks-"))).toBe(true);
  const hadEnded = hasEnded;
  begin();
  const moved = await running;

  expect(failed).toMatch(
    /^Failed to move copies of the project "Hello World CaC" to Git: failed to move the runbooks of the project "Hello World CaC" to Git: the branch 'main' is locked\.$/i,
  );
  expect(left.map(({ Name }) => Name)).toContain("Restart");
  expect(hadEnded).toBe(false);
  expect(told(moved).filter((line) => line.startsWith("Moved 1 runbook"))).toHaveLength(2);
  expect(template.read(copyName, ".octopus/hello/runbooks/restart.ocl")).toContain("echo again");
});

test("a run that was killed while variables and runbooks moved is gone on with", async () => {
  const template = await startHalfInGit();
  const asked = { migrateVariables: "True", migrateRunbooks: "True" };
  const cuts: string[] = ["start"];

  for (let at = 1; cuts.at(-1) !== ""; at += 1) {
    const when = at % 2 === 0 ? "after" : "before";
    setFaults(template, { drop: { at, when, counting: "writes", andAllLater: true } });
    cuts.push(await runAnyway(template, step, asked));
    setFaults(template, {});
  }

  expect(cuts.length).toBeGreaterThan(3);
  expect(template.read(copyName, ".octopus/hello/variables.ocl")).toMatch(/"Greeting"[^]*"Late"/);
  expect(template.read(copyName, ".octopus/hello/runbooks/restart.ocl")).toContain("echo again");
  template.takeWrites();
  await run(template, step, asked);
  expect(template.takeWrites()).toEqual([]);
});

test("a fork that was made before is used, and its people's commits are left alone", async () => {
  const template = await startMove();
  await fork(template);
  const forked = await run(template, step);

  const other = await startMove();
  await fork(other);
  const theirs = other.edit({ in: copyName, files: { "docs.md": "ours\n" } });
  const refusal = await runAnyway(other, step);

  expect(JSON.parse(forked.outputs["Copies"] ?? "")).toMatchObject([{ outcome: "moved" }]);
  expect(template.read(copyName, processFile)).toContain("echo Howdy");
  expect((await run(template, findUpdates)).outputs["Status"]).toBe("Up to date");
  expect(refusal).toMatch(/has commits that are not the template's, and is left as it is\. Choose another/);
  expect(other.head(copyName)).toBe(theirs);
  expect(await other.downstream.get(`/projects/${other.copyId}`)).toMatchObject({ IsVersionControlled: false });
});

test("a copy that people converted themselves, into a repository of their own, is told by one sentence in each step", async () => {
  const template = await startMove();
  template.host.add("contoso", "america_hello_world_cac");
  template.edit({ in: copyName, files: { "README.md": "# Ours\n" } });
  await convertByHand(template, copyName);

  const moved = await runAnyway(template, step);
  const found = await run(template, findUpdates);
  const merged = await run(template, mergeUpdates);

  expect(moved).toMatch(/has no commit in common with the template's: it is left as it is/);
  expect(found.outputs["Status"]).toBe("Unrelated");
  expect(JSON.parse(merged.outputs["Copies"] ?? "")).toMatchObject([
    { outcome: "blocked", text: expect.stringContaining("no commit in common") },
  ]);
  expect(template.read(copyName, processFile)).toContain("echo Howdy");
});

test("a token that ends in the middle leaves a state that the next run goes on from", async () => {
  const template = await startMove();
  const refused = { status: 401, body: { message: "token is expired" } };
  const cuts: string[] = ["start"];

  for (let at = 1; cuts.at(-1) !== ""; at += 1) {
    let asked = 0;
    template.host.answerFirst(() => {
      asked += 1;
      if (asked === at) template.host.server.answerWith(401);
      return asked >= at ? refused : undefined;
    });
    cuts.push(await runAnyway(template, step));
    template.host.answerFirst(() => undefined);
    template.host.server.answerWith(undefined);
  }

  expect(cuts.length).toBeGreaterThan(4);
  for (const cut of cuts.slice(1, -1)) expect(cut).toMatch(/token|credentials/);
  expect(cuts.join()).not.toContain(template.token);
  expect(template.read(copyName, processFile)).toContain("echo Howdy");
  expect(logOf(template)).toHaveLength(3);
  expect((await run(template, findUpdates)).outputs["Status"]).toBe("Up to date");
});

/** As a person does in the project's settings. */
async function convertByHand(template: GitTemplate & { copyId: string }, repository: string): Promise<void> {
  const [credential] = await template.downstream.list("/git-credentials");
  await template.downstream.act(`/projects/${template.copyId}/git/convert`, {
    CommitMessage: "Move to Git",
    VersionControlSettings: {
      Type: "VersionControlled",
      Url: template.host.cloneUrlOf(template.find(repository)),
      DefaultBranch: "main",
      BasePath: ".octopus/hello",
      ProtectedDefaultBranch: false,
      ProtectedBranchNamePatterns: [],
      Credentials: { Type: "Reference", Id: credential?.Id },
    },
  });
}

function told({ log }: StepRecording): string[] {
  return log.map(({ message }) => message);
}

/** As projects are that moved to Git before Octopus could take variables and runbooks there. */
async function leaveInDatabase({ server }: GitTemplate, api: Api, id: string): Promise<void> {
  const project = server.model.collection("projects").find(id) ?? { Id: id };
  const state = { VariablesAreInGit: false, RunbooksAreInGit: false };
  Object.assign(project, { IsVersionControlled: false });
  const runbook = await api.post("/runbooks", { Name: "Restart", ProjectId: id });
  const process = await api.get(`/runbookProcesses/${String(runbook["RunbookProcessId"])}`);
  await api.put(`/runbookProcesses/${process.Id}`, { ...process, Steps: [script("again")] });
  const set = await api.get(`/variables/variableset-${id}`);
  const secret = { Name: "Late.Secret", Value: "hunter2", IsSensitive: true, Type: "Sensitive" };
  const variables = [
    ...(Array.isArray(set["Variables"]) ? set["Variables"] : []),
    { Name: "Late", Value: "1" },
    secret,
  ];
  await api.put(`/variables/variableset-${id}`, { ...set, Variables: variables });
  const settings = project["PersistenceSettings"];
  Object.assign(project, { IsVersionControlled: true });
  Object.assign(typeof settings === "object" && settings !== null ? settings : {}, { ConversionState: state });
}

async function publish({ url, apiKey }: GitTemplate, { path }: DeployedPackage): Promise<void> {
  const space = createOctopusClient({ url, apiKey }).inSpace({ Id: "Spaces-1", Name: "Default" });
  await space.upload("/packages/raw", { name: basename(path), content: readFileSync(path) });
}

async function sayInCopy({ downstream }: Pick<GitTemplate, "downstream">, id: string, body: string): Promise<void> {
  const found = await downstream.get(`/projects/${id}/deploymentprocesses`);
  const text = JSON.stringify(found).replace('"echo Say hello"', JSON.stringify(body));
  await downstream.put(`/projects/${id}/deploymentprocesses`, JSON.parse(text));
}

function logOf({ pathOf }: GitTemplate, format = "%s"): string[] {
  return execFileSync("git", ["-C", pathOf(copyName), "log", `--format=${format}`, "main"])
    .toString()
    .trim()
    .split("\n");
}

function setFaults({ server }: GitTemplate, plan: FaultPlan): void {
  server.setFaults(plan);
}

async function run(
  template: GitTemplate,
  of: StepDefinition,
  parameters: Record<string, string> = {},
): Promise<StepRecording> {
  const recording = openGitStep(template, of, parameters);
  await recording.run();
  return recording;
}

/** @returns why it failed; "" when it did not */
async function runAnyway(
  template: GitTemplate,
  of: StepDefinition,
  parameters: Record<string, string> = {},
): Promise<string> {
  return openGitStep(template, of, parameters)
    .run()
    .then(
      () => "",
      (reason: unknown) => (reason instanceof Error ? reason.message : String(reason)),
    );
}
