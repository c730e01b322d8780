import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withoutIdentity } from "../../lib/model/identity.ts";
import type { ResourceGraph } from "../../lib/model/graph.ts";
import { renderManifest } from "../../lib/graph/manifest.ts";
import { readPackage } from "../../lib/graph/package-archive.ts";
import { createOctopusClient } from "../../lib/octopus/octopus-client.ts";
import { listReceipts, openReceipts, recallCopy } from "../../lib/receipts/receipts.ts";
import { isJsonObject, objectsOf, textOf, type JsonObject } from "../../lib/model/json.ts";
import { step } from "../../steps/deploy-project/step.ts";
import type { Api, Document } from "../api.ts";
import { isSensitive } from "../octopus-server/model/sensitive.ts";
import type { StepRecording } from "../step/create-step-context.ts";
import { serverLines } from "../server-lines.ts";
import { createLimitedKey } from "./limited-key.ts";
import { script, setVariables, startDeployments, type DeploymentStage } from "./deployment-stage.ts";

test.each(serverLines)(
  "on %s it makes the project with all that belongs to it, equal to the original",
  async (version) => {
    const stage = await startDeployments({ version });
    const brought = await stage.serialize("1.0.0");

    const { outputs } = await stage.deploy(brought);

    expect(comparable(await stage.readDownstream())).toEqual(comparable(readPackage(brought.path, "package").graph));
    expect(outputs).toMatchObject({ Created: "True", Changed: "True", KeptChanges: "0", Conflicts: "0" });
  },
);

test.each(serverLines)("on %s it writes nothing the second time", async (version) => {
  const stage = await startDeployments({ version });
  const brought = await stage.serialize("1.0.0");
  await stage.deploy(brought);
  stage.takeWrites();

  const { outputs, log } = await stage.deploy(brought);

  expect(stage.takeWrites()).toEqual([]);
  expect(outputs).toMatchObject({ Created: "False", Changed: "False" });
  expect(log.at(-1)?.message).toContain("nothing was written");
});

test("brings copied schedules disabled and leaves them to the people of the space from then on", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  await stage.deploy(brought);
  const [arrived] = await stage.downstream.list("/projecttriggers");
  await stage.downstream.put(`/projecttriggers/${arrived?.Id ?? ""}`, { ...arrived, IsDisabled: false });

  const { outputs } = await stage.deploy(brought);

  expect(arrived?.["IsDisabled"]).toBe(true);
  expect((await stage.downstream.list("/projecttriggers"))[0]?.["IsDisabled"]).toBe(false);
  expect(outputs["KeptChanges"]).toBe("0");
});

test("tells what the package has to say by the names that people know, and whose each is", async () => {
  const stage = await startDeployments();
  const environments = await stage.upstream.list("/environments");
  const sync =
    environments.find(({ Name }) => Name === "Sync") ?? (await stage.upstream.post("/environments", { Name: "Sync" }));
  await stage.upstream.post("/runbooks", {
    Name: "Check",
    ProjectId: stage.project.Id,
    EnvironmentScope: "Specified",
    Environments: [sync.Id],
  });

  const { log } = await stage.deploy(await stage.serialize("1.0.0"));

  expect(log.map(({ message }) => message).join("\n")).toContain(
    'The package says of the runbook "Check" of "Hello World": left out: ',
  );
});

test("gives the copy another name", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");

  await stage.deploy(brought, { parameters: { projectName: "Web App" } });
  stage.takeWrites();
  await stage.deploy(brought, { parameters: { projectName: "Web App" } });

  expect(stage.takeWrites()).toEqual([]);
  expect((await stage.downstream.list("/projects")).map(({ Name }) => Name)).toEqual(["Web App"]);
});

test("brings names with every awkward character", async () => {
  const stage = await startDeployments();
  const awkward = `"Quotes" 'n' \\ / › #2 \${x} %{y} <ä🐙> & ?=+`;
  const runbook = await stage.upstream.post("/runbooks", { Name: awkward, ProjectId: stage.project.Id });
  await changeSteps(stage.upstream, stage.project.Id, (present) => [
    ...present,
    JSON.parse(JSON.stringify(script(awkward))),
    JSON.parse(JSON.stringify(script(`${awkward} #2`))),
  ]);
  await changeVariables(stage.upstream, stage.project.Id, (variables) => [
    ...variables,
    { Name: awkward, Value: awkward, Scope: { ProcessOwner: [runbook.Id], Role: [awkward] } },
    { Name: awkward, Value: "first" },
    { Name: awkward, Value: "second" },
    { Name: `${awkward} #2`, Value: "third" },
  ]);
  const brought = await stage.serialize("1.0.0");

  await stage.deploy(brought, { parameters: { projectName: awkward } });
  stage.takeWrites();
  const { outputs } = await stage.deploy(brought, { parameters: { projectName: awkward } });

  expect(stage.takeWrites()).toEqual([]);
  expect(outputs["KeptChanges"]).toBe("0");
  expect(JSON.stringify(comparable(await stage.readDownstream(awkward))).length).toBeGreaterThan(1000);
});

test("takes an unresolved name for the project's own", async () => {
  const stage = await startDeployments();

  await stage.deploy(await stage.serialize("1.0.0"), { parameters: { projectName: "#{Exported.Project.Name}" } });

  expect((await stage.downstream.list("/projects")).map(({ Name }) => Name)).toEqual(["Hello World"]);
});

test("changes what upstream changed and nothing else", async () => {
  const stage = await startDeployments();
  await stage.deploy(await stage.serialize("1.0.0"));
  await editScript(stage.upstream, stage.project.Id, "Say hello", "echo Good morning");
  stage.takeWrites();

  const { outputs, log } = await stage.deploy(await stage.serialize("1.0.1"));

  expect(stage.takeWrites().filter((write) => !write.includes("LibraryVariableSets"))).toEqual([
    expect.stringMatching(/^PUT .*deploymentprocesses$/),
  ]);
  expect(messages(log)).toContain(
    'Updated the deployment process of "Hello World": "Say hello › Octopus.Action.Script.ScriptBody".',
  );
  expect(outputs).toMatchObject({ Created: "False", Changed: "True" });
});

test("keeps what people changed and added, and says so", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  const id = (await stage.deploy(brought)).outputs["ProjectId"] ?? "";
  await editScript(stage.downstream, id, "Say hello", "echo Howdy");
  await addStep(stage.downstream, id, "Ours", 1);

  const again = await stage.deploy(brought);
  await editScript(stage.upstream, stage.project.Id, "Say hello", "echo Good morning");
  await addStep(stage.upstream, stage.project.Id, "Theirs", 5);
  const newer = await stage.deploy(await stage.serialize("1.0.1"));

  expect(again.outputs).toMatchObject({ Changed: "False", KeptChanges: "2", Conflicts: "0" });
  expect(newer.outputs).toMatchObject({ Changed: "True", KeptChanges: "2", Conflicts: "1" });
  expect(newer.log.filter(({ level }) => level === "warning").map(({ message }) => message)).toEqual([
    '"Say hello › Octopus.Action.Script.ScriptBody" in the deployment process of "Hello World" was changed in this space and stays so. The package has something else there.',
  ]);
  const process = await stage.downstream.get(`/projects/${id}/deploymentprocesses`);
  expect(steps(process).map(({ Name }) => Name)).toEqual([
    "Say hello",
    "Ours",
    "Run image",
    "Approve",
    "Ship",
    "Notify",
    "Theirs",
  ]);
  expect(scriptOf(process, "Say hello")).toBe("echo Howdy");
});

test("overwrites what people changed when told to, and leaves what they added", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  const id = (await stage.deploy(brought)).outputs["ProjectId"] ?? "";
  await editScript(stage.downstream, id, "Say hello", "echo Howdy");
  await addStep(stage.downstream, id, "Ours", 1);

  await stage.deploy(brought, { parameters: { overwriteDownstreamChanges: "True" } });

  const process = await stage.downstream.get(`/projects/${id}/deploymentprocesses`);
  expect(scriptOf(process, "Say hello")).toBe("echo Say hello");
  expect(steps(process).map(({ Name }) => Name)).toContain("Ours");
});

test("does not bring back a runbook that people removed, nor what runs it", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  await stage.deploy(brought);
  const [trigger] = await stage.downstream.list("/projecttriggers");
  await stage.downstream.remove(`/projecttriggers/${trigger?.Id ?? ""}`);
  const [runbook] = await stage.downstream.list("/runbooks");
  await stage.downstream.remove(`/runbooks/${runbook?.Id ?? ""}`);
  stage.takeWrites();

  const { outputs, log } = await stage.deploy(brought);

  expect(await stage.downstream.list("/runbooks")).toEqual([]);
  expect(messages(log)).toContain('The runbook "Restart" of "Hello World" was removed in this space and stays so.');
  expect(outputs["Changed"]).toBe("False");
});

test("follows a runbook that people renamed", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  await stage.deploy(brought);
  const [runbook] = await stage.downstream.list("/runbooks");
  await stage.downstream.put(`/runbooks/${runbook?.Id ?? ""}`, { ...runbook, Name: "Turn off and on" });
  stage.takeWrites();

  const { outputs } = await stage.deploy(brought);

  expect(stage.takeWrites()).toEqual([]);
  expect((await stage.downstream.list("/runbooks")).map(({ Name }) => Name)).toEqual(["Turn off and on"]);
  expect(outputs).toMatchObject({ KeptChanges: "1", Conflicts: "0" });
});

test("leaves out what is scoped to a runbook that people removed, and brings the rest", async () => {
  const stage = await startDeployments();
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  const [trigger] = await stage.downstream.list("/projecttriggers");
  await stage.downstream.remove(`/projecttriggers/${trigger?.Id ?? ""}`);
  const [runbook] = await stage.downstream.list("/runbooks");
  await stage.downstream.remove(`/runbooks/${runbook?.Id ?? ""}`);
  const [upstreamRunbook] = await stage.upstream.list("/runbooks?partialName=Restart");
  await changeVariables(stage.upstream, stage.project.Id, (variables) => [
    ...variables,
    { Name: "Fresh", Value: "1" },
    { Name: "Fresh", Value: "2", Scope: { ProcessOwner: [upstreamRunbook?.Id ?? ""] } },
  ]);

  await stage.deploy(await stage.serialize("1.0.1"));

  const set = await stage.downstream.get(`/variables/variableset-${id}`);
  const fresh = objectsOf(JSON.parse(JSON.stringify(set)), "Variables").filter(({ Name }) => Name === "Fresh");
  expect(fresh.map(({ Value }) => Value)).toEqual(["1"]);
});

test("gives the channel that comes with a project the name that it has upstream", async () => {
  const stage = await startDeployments();
  const channel = (await stage.upstream.list(`/projects/${stage.project.Id}/channels`)).find(
    ({ Name }) => Name === "Default",
  );
  await stage.upstream.put(`/channels/${channel?.Id ?? ""}`, { ...channel, Name: "Main" });
  const brought = await stage.serialize("1.0.0");

  const id = (await stage.deploy(brought)).outputs["ProjectId"] ?? "";

  const channels = await stage.downstream.list(`/projects/${id}/channels`);
  expect(channels.map(({ Name }) => Name).toSorted()).toEqual(["Hotfix", "Main"]);
});

test("tells what the package no longer has and leaves it", async () => {
  const stage = await startDeployments();
  await stage.deploy(await stage.serialize("1.0.0"));
  const [trigger] = await stage.upstream.list("/projecttriggers");
  await stage.upstream.remove(`/projecttriggers/${trigger?.Id ?? ""}`);

  const { log } = await stage.deploy(await stage.serialize("1.0.1"));

  expect(messages(log)).toContain(
    'The package no longer has the trigger "Nightly" of "Hello World", which stays in this space.',
  );
});

test("sends a rotated secret and no other", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  const id = (await stage.deploy(brought)).outputs["ProjectId"] ?? "";
  const set = await stage.downstream.get(`/variables/variableset-${id}`);
  const theirs = objectsOf(JSON.parse(JSON.stringify(set)), "Variables").map((variable) =>
    variable["Name"] === "Api.Token" ? { ...variable, Value: "a person's" } : variable,
  );
  await setVariables(stage.downstream, id, theirs);

  const { log } = await stage.deploy(brought, { variables: { "Database.Password": "a new one" } });

  expect(readSecrets(stage, id)).toEqual({ "Api.Token": "a person's", "Database.Password": "a new one" });
  expect(messages(log)).toContain('Updated the variables of "Hello World": one secret.');
});

test("keeps no trace of a secret in the receipt and in the log", async () => {
  const stage = await startDeployments();

  const { log, outputs } = await stage.deploy(await stage.serialize("1.0.0"));

  const receipts = await readReceipts(stage);
  const told = JSON.stringify([receipts, log, outputs]);
  for (const secret of ["correct horse", "battery staple", "a key for receipts"]) expect(told).not.toContain(secret);
});

test("sends every secret every time without a receipt key, and warns", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  await stage.deploy(brought, { parameters: { receiptKey: "" } });
  stage.takeWrites();

  const { log } = await stage.deploy(brought, { parameters: { receiptKey: "" } });

  expect(stage.takeWrites().filter((write) => write.includes("variableset-Projects"))).toHaveLength(1);
  expect(log.find(({ level }) => level === "warning")?.message).toContain("every secret is sent");
});

test("lists everything that is missing before it writes anything", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  const feed = (await stage.downstream.list("/feeds")).find(({ Name }) => Name === "Docker Hub");
  const production = (await stage.downstream.list("/environments")).find(({ Name }) => Name === "Production");
  await stage.downstream.remove(`/feeds/${feed?.Id ?? ""}`);
  await stage.downstream.remove(`/environments/${production?.Id ?? ""}`);
  stage.takeWrites();

  const run = stage.deploy(brought, {
    parameters: { missingStepTemplates: "fail" },
    variables: { "Api.Token": undefined },
  });
  const message = await run.then(
    () => "",
    (error: Error) => error.message,
  );

  expect(message).toMatch(
    /feed "Docker Hub" \(Docker\), needed by the deployment process of "Hello World" and the variables of "Hello World"/,
  );
  expect(message).toMatch(/environment "Production", needed by the variables of "Hello World"/);
  expect(message).toMatch(/no step template "Notify" with the content/);
  expect(stage.takeWrites()).toEqual([]);
});

test("fails for a secret that the run does not have, or leaves it without a value", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  const without = { "Database.Password": undefined };

  await expect(stage.deploy(brought, { variables: without })).rejects.toThrow(
    /this run has no variable "Database.Password", the secret of the variables of "Hello World"/,
  );
  await stage.deploy(brought, { variables: without, parameters: { missingSecrets: "leave" } });
  stage.takeWrites();
  await stage.deploy(brought, { variables: without, parameters: { missingSecrets: "leave" } });
  const unchanged = stage.takeWrites();
  await stage.deploy(brought);

  expect(unchanged).toEqual([]);
  expect(stage.takeWrites().some((write) => write.includes("variableset-Projects"))).toBe(true);
});

test("asks for a secret that only a step holds, and keeps the one that people gave it", async () => {
  const stage = await startDeployments();
  const withSecret = {
    "Octopus.Action.Script.ScriptBody": "echo",
    "Smtp.Password": { HasValue: true, NewValue: "hush" },
  };
  await changeSteps(stage.upstream, stage.project.Id, (present) => [
    ...present,
    { Name: "Mail", Actions: [{ Name: "Mail", ActionType: "Octopus.Script", Properties: withSecret }] },
  ]);
  const brought = await stage.serialize("1.0.0");

  await expect(stage.deploy(brought)).rejects.toThrow(
    /the secret in the deployment process of "Hello World" \(Steps › Mail › Actions › Mail › Properties › Smtp\.Password\) cannot be known: no variable holds it: give the run the value as the variable "DeploymentProcess\[Hello World\]\.Mail\.Smtp\.Password", or move/,
  );
  const id = (await stage.deploy(brought, { parameters: { missingSecrets: "leave" } })).outputs["ProjectId"] ?? "";
  const lacking = propertiesOf(await stage.downstream.get(`/projects/${id}/deploymentprocesses`), "Mail");
  await changeSteps(stage.downstream, id, (present) =>
    JSON.parse(
      JSON.stringify(present).replace(
        '"Octopus.Action.Script.ScriptBody":"echo"',
        '$&,"Smtp.Password":{"HasValue":true,"NewValue":"ours"}',
      ),
    ),
  );
  stage.takeWrites();
  const { outputs } = await stage.deploy(brought);
  const noted = stage.takeWrites();
  await stage.deploy(brought);

  expect(lacking).not.toHaveProperty(["Smtp.Password"]);
  expect(noted.filter((write) => !write.includes("LibraryVariableSets"))).toEqual([]);
  expect(stage.takeWrites()).toEqual([]);
  expect(outputs).toMatchObject({ Changed: "False", KeptChanges: "0" });
});

test("sends the secret of a step by the name that it has, once, and again when it is another", async () => {
  const stage = await startDeployments();
  const withSecret = { "Octopus.Action.Script.ScriptBody": "echo", Password: { HasValue: true, NewValue: "hush" } };
  const actions = ["Mail", "Call"].map((Name) => ({ Name, ActionType: "Octopus.Script", Properties: withSecret }));
  await changeSteps(stage.upstream, stage.project.Id, (present) => [...present, { Name: "Tell", Actions: actions }]);
  const brought = await stage.serialize("1.0.0");
  const own = "DeploymentProcess[Hello World]";
  const give = (mail: string): Record<string, string> => ({
    [`${own}.Mail.Password`]: mail,
    [`${own}.Call.Password`]: "ring#{",
  });

  const { outputs, log } = await stage.deploy(brought, { variables: give("hush") });
  stage.takeWrites();
  await stage.deploy(brought, { variables: give("hush") });
  const again = stage.takeWrites();
  await stage.deploy(brought, { variables: give("new") });

  expect(again).toEqual([]);
  expect(JSON.stringify(log)).not.toContain("hush");
  const process = stage.server.model
    .collection("deploymentprocesses")
    .list((one) => one["ProjectId"] === outputs["ProjectId"]);
  const kept = JSON.stringify(process).match(/"Password":\{[^}]*\}/g);
  expect(kept).toEqual([expect.stringContaining('"new"'), expect.stringContaining('"ring##{"')]);
});

test("refuses a project of the same name that is not its own", async () => {
  const stage = await startDeployments();
  await stage.downstream.post("/projects", {
    Name: "Hello World",
    ProjectGroupId: await firstId(stage.downstream, "/projectgroups"),
    LifecycleId: await firstId(stage.downstream, "/lifecycles"),
  });
  const brought = await stage.serialize("1.0.0");
  stage.takeWrites();

  await expect(stage.deploy(brought, { parameters: { projectName: "hello world" } })).rejects.toThrow(
    /has a project "Hello World" .* that this step did not make/,
  );
  await expect(stage.deploy(brought)).rejects.toThrow(
    /has a project "Hello World" \(Projects-2\) that this step did not make: no receipt of Managed Spaces in the space names it/,
  );

  expect(stage.takeWrites()).toEqual([]);
});

test("adopts a project when told to, and keeps what differs in it", async () => {
  const stage = await startDeployments();
  const groupId = await firstId(stage.downstream, "/projectgroups");
  const existing = await stage.downstream.post("/projects", {
    Name: "Hello World",
    Description: "Mine.",
    ProjectGroupId: groupId,
    LifecycleId: await firstId(stage.downstream, "/lifecycles"),
  });
  const brought = await stage.serialize("1.0.0");

  const first = await stage.deploy(brought, { parameters: { adoptExistingProject: "True" } });
  stage.takeWrites();
  const second = await stage.deploy(brought);

  expect(stage.takeWrites()).toEqual([]);
  expect(first.outputs).toMatchObject({ ProjectId: existing.Id, Created: "False" });
  expect(Number(first.outputs["Conflicts"])).toBeGreaterThan(0);
  expect(second.outputs["Conflicts"]).toBe(first.outputs["Conflicts"]);
  expect((await stage.downstream.get(`/projects/${existing.Id}`))["Description"]).toBe("Mine.");
});

test("leaves a project deleted that people deleted, says so, and makes it again when told to", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  const { outputs } = await stage.deploy(brought);
  const id = outputs["ProjectId"] ?? "";
  await stage.downstream.remove(`/projects/${id}`);
  stage.takeWrites();

  await expect(stage.deploy(brought)).rejects.toThrow(
    `the space "America" has no copy of "Hello World" any more: version 1.0.0 was deployed to ${id}, which people deleted since, or hid from the user of "Octopus API Key". Set "When the Copy Was Deleted" to make it again`,
  );
  await expect(stage.deploy(brought, { parameters: { projectName: "Hello" } })).rejects.toThrow("people deleted");
  expect(stage.takeWrites()).toEqual([]);

  const again = await stage.deploy(brought, { parameters: { deletedCopy: "make" } });

  expect(messages(again.log)).toContain(
    `People deleted the copy that version 1.0.0 was deployed to (${id}): it is made again.`,
  );
  expect(again.outputs).toMatchObject({ Created: "True", KeptChanges: "0" });
  expect(comparable(await stage.readDownstream())).toEqual(comparable(readPackage(brought.path, "package").graph));
});

test.each([
  ["2026.10.1.1", "2026.9.1.1", true],
  ["1.0.0", "1.0.0-rc.2", true],
  ["1.2.0", "1.10.0", false],
])("after %s, %s is told to be older: %s", async (first, second, isOlder) => {
  const stage = await startDeployments();
  await stage.deploy(await stage.serialize(first));

  const { log } = await stage.deploy(await stage.serialize(second));

  const remark = `hello_world ${second} is older than ${first}, which was deployed last: what came with the newer version is taken back.`;
  expect(messages(log).includes(remark)).toBe(isOlder);
});

test("plans without writing", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  stage.takeWrites();

  const { log, outputs } = await stage.deploy(brought, { parameters: { onlyPlan: "True" } });

  expect(stage.takeWrites()).toEqual([]);
  expect(messages(log)).toContain('Would make the runbook "Restart" of "Hello World".');
  expect(outputs).toMatchObject({ ProjectId: "", Created: "False", Changed: "False" });
});

test("uses a step template of the same content, whatever its version", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  await stage.deploy(brought);
  const [template] = await stage.downstream.list("/actiontemplates");
  await stage.downstream.put(`/actiontemplates/${template?.Id ?? ""}`, { ...template, Description: "Newer" });
  stage.takeWrites();

  await stage.deploy(brought);

  expect(stage.takeWrites()).toEqual([]);
});

test("deploys a step on its own when told to detach it", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");

  const { outputs } = await stage.deploy(brought, { parameters: { missingStepTemplates: "detach" } });
  stage.takeWrites();
  await stage.deploy(brought, { parameters: { missingStepTemplates: "detach" } });

  expect(stage.takeWrites()).toEqual([]);
  const process = await stage.downstream.get(`/projects/${outputs["ProjectId"] ?? ""}/deploymentprocesses`);
  expect(propertiesOf(process, "Notify")).not.toHaveProperty("Octopus.Action.Template.Id");
  expect(propertiesOf(process, "Notify")).toMatchObject({ "Notify.Channel": "#hello" });
});

test("names the permission that the key lacks, and what was done before", async () => {
  const stage = await startDeployments();
  // Teams of the whole server are hidden from those who may only see teams of a space.
  await removeStep(stage.upstream, stage.project.Id, "Approve");
  const brought = await stage.serialize("1.0.0");
  const apiKey = await createLimitedKey(stage, [
    "ProjectView",
    "LibraryVariableSetView",
    "LibraryVariableSetEdit",
    "LibraryVariableSetCreate",
    "EnvironmentView",
    "FeedView",
    "LifecycleView",
    "ActionTemplateView",
    "ActionTemplateCreate",
    "ProjectGroupView",
    "TeamView",
    "VariableView",
  ]);

  const message = await stage.deploy(brought, { apiKey }).then(
    () => "",
    (error: Error) => error.message,
  );

  expect(message).toMatch(/^Failed to deploy the project "Hello World": /);
  expect(message).toMatch(/Give the user of "Octopus API Key" the permission ProjectCreate/);
  expect(message).toMatch(/Before that it installed the step template "Notify"\. Running the step again is safe/);
});

test.each(step.examples)("runs the example: $title", async ({ parameters }) => {
  const stage = await startDeployments();

  const { outputs } = await stage.deploy(await stage.serialize("1.0.0"), { parameters });

  expect(outputs["Report"]).toMatch(/(Made|Would make) the project "Hello World"\./);
});

test("takes a package that Octopus extracted", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  const directory = mkdtempSync(join(tmpdir(), "extracted-"));
  writeFileSync(join(directory, "manifest.json"), renderManifest(readPackage(brought.path, "package")));
  await stage.deploy(brought);
  stage.takeWrites();

  await stage.deploy({ ...brought, path: directory });

  expect(stage.takeWrites()).toEqual([]);
});

test.each([
  [
    "a newer format",
    '{"format":99,"generator":"managed-spaces 9.0.0"}',
    /made by a newer version \(managed-spaces 9\.0\.0\)/,
  ],
  ["a manifest that is cut off", '{"format":1,"kind', /is cut off or garbled/],
  ["no manifest", undefined, /has no manifest\.json/],
])("refuses a package with %s before it writes anything", async (_what, manifest, reason) => {
  const stage = await startDeployments();
  const path = mkdtempSync(join(tmpdir(), "package-"));
  if (manifest !== undefined) writeFileSync(join(path, "manifest.json"), manifest);
  stage.takeWrites();

  await expect(stage.deploy({ id: "hello_world", version: "1.0.0", path })).rejects.toThrow(reason);

  expect(stage.takeWrites()).toEqual([]);
});

test("brings back what people removed when told to overwrite", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  const id = (await stage.deploy(brought)).outputs["ProjectId"] ?? "";
  const [trigger] = await stage.downstream.list("/projecttriggers");
  await stage.downstream.remove(`/projecttriggers/${trigger?.Id ?? ""}`);
  const [runbook] = await stage.downstream.list("/runbooks");
  await stage.downstream.remove(`/runbooks/${runbook?.Id ?? ""}`);
  await removeStep(stage.downstream, id, "Approve");

  await stage.deploy(brought, { parameters: { overwriteDownstreamChanges: "True" } });

  const names = async (path: string): Promise<unknown[]> => (await stage.downstream.list(path)).map(({ Name }) => Name);
  const process = await stage.downstream.get(`/projects/${id}/deploymentprocesses`);
  expect([await names("/runbooks"), await names("/projecttriggers")]).toEqual([["Restart"], ["Nightly"]]);
  expect(steps(process).map(({ Name }) => Name)).toEqual(["Say hello", "Run image", "Approve", "Ship", "Notify"]);
});

test("says why a package cannot be used", async () => {
  const stage = await startDeployments();

  await expect(stage.deploy({ id: "hello_world", version: "1.0.0", path: import.meta.filename })).rejects.toThrow(
    /^Failed to read the package "hello_world.1.0.0": it is no zip file/,
  );
});

function messages(log: StepRecording["log"]): string[] {
  return log.map(({ message }) => message);
}

/** Bodies by resource, without what a space decides for itself and what says why a secret cannot be sent. */
function comparable(graph: ResourceGraph): unknown {
  const { nodes, lookUps } = withoutIdentity(graph);
  const text = JSON.stringify(
    nodes.map(({ kind, key, body }) => ({
      kind,
      key,
      body: { ...body, ...(kind === "projectTrigger" && { IsDisabled: true }) },
    })),
  );
  return { nodes: JSON.parse(text.replaceAll(/,"unresolvable":"[^"]*"/g, "")), lookUps };
}

function steps(process: Document): JsonObject[] {
  return objectsOf(JSON.parse(JSON.stringify(process)), "Steps");
}

function propertiesOf(process: Document, name: string): JsonObject {
  const [action] = objectsOf(steps(process).find((candidate) => textOf(candidate, "Name") === name) ?? {}, "Actions");
  return isJsonObject(action?.["Properties"]) ? action["Properties"] : {};
}

function scriptOf(process: Document, name: string): string {
  return textOf(propertiesOf(process, name), "Octopus.Action.Script.ScriptBody");
}

async function editScript(api: Api, projectId: string, name: string, body: string): Promise<void> {
  const process = await api.get(`/projects/${projectId}/deploymentprocesses`);
  const text = JSON.stringify(process).replaceAll(JSON.stringify(scriptOf(process, name)), JSON.stringify(body));
  await api.put(`/projects/${projectId}/deploymentprocesses`, JSON.parse(text));
}

async function changeSteps(api: Api, projectId: string, change: (steps: JsonObject[]) => JsonObject[]): Promise<void> {
  const process = await api.get(`/projects/${projectId}/deploymentprocesses`);
  await api.put(`/projects/${projectId}/deploymentprocesses`, { ...process, Steps: change(steps(process)) });
}

async function addStep(api: Api, projectId: string, name: string, index: number): Promise<void> {
  const process = await api.get(`/projects/${projectId}/deploymentprocesses`);
  await api.put(`/projects/${projectId}/deploymentprocesses`, {
    ...process,
    Steps: steps(process).toSpliced(index, 0, JSON.parse(JSON.stringify(script(name)))),
  });
}

async function changeVariables(
  api: Api,
  projectId: string,
  change: (variables: JsonObject[]) => JsonObject[],
): Promise<void> {
  const set = await api.get(`/variables/variableset-${projectId}`);
  await setVariables(api, projectId, change(objectsOf(JSON.parse(JSON.stringify(set)), "Variables")));
}

async function removeStep(api: Api, projectId: string, name: string): Promise<void> {
  const process = await api.get(`/projects/${projectId}/deploymentprocesses`);
  await api.put(`/projects/${projectId}/deploymentprocesses`, {
    ...process,
    Steps: steps(process).filter((candidate) => candidate["Name"] !== name),
  });
}

async function firstId(api: Api, path: string): Promise<string> {
  return (await api.list(path))[0]?.Id ?? "";
}

/** All that the receipts say, unpacked. */
async function readReceipts({ url, apiKey, downstreamId }: DeploymentStage): Promise<unknown> {
  const space = createOctopusClient({ url, apiKey }).inSpace({ Id: downstreamId, Name: "America" });
  const receipts = await openReceipts(space);
  const all = listReceipts(receipts);
  return Promise.all(all.map(async (one) => ({ ...one, memory: await recallCopy(receipts, one.name) })));
}

/** What the server keeps and never tells. */
function readSecrets({ server }: DeploymentStage, projectId: string): Record<string, unknown> {
  const variables = objectsOf(
    JSON.parse(JSON.stringify(server.model.collection("variablesets").find(`variableset-${projectId}`))),
    "Variables",
  );
  const entries = variables
    .filter((variable) => variable["IsSensitive"] === true)
    .map((variable) => [
      textOf(variable, "Name"),
      isSensitive(variable["Value"]) ? variable["Value"].$sensitive : null,
    ]);
  return Object.fromEntries(entries);
}
