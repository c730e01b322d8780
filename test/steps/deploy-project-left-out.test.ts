import { expect, onTestFinished, test } from "vitest";
import { isJsonObject, textOf, type JsonObject } from "../../lib/model/json.ts";
import { observeExchanges } from "../octopus-server/exchanges.ts";
import { product } from "../published-contract.ts";
import type { Document } from "../api.ts";
import { startDeployments, type DeploymentStage } from "./deployment-stage.ts";

// What a PUT leaves out means something else from collection to collection (Octopus's API reference): a channel keeps its lists, the
// deployment settings lose their release notes, a runbook is reset, a lifecycle loses its phases (populate-space.test.ts).

/** What the product writes at addresses that hold `part`, from now on. */
function watchWrites(part: string): { method: string; body: JsonObject }[] {
  const writes: { method: string; body: JsonObject }[] = [];
  const stop = observeExchanges(({ userAgent, method, url, body }) => {
    if (userAgent === product && url.pathname.includes(part) && isJsonObject(body)) writes.push({ method, body });
  });
  onTestFinished(stop);
  return writes;
}

async function changeHotfix(stage: DeploymentStage, change: JsonObject): Promise<Document> {
  const hotfix = await findHotfix(stage.upstream);
  return stage.upstream.put(`/channels/${hotfix.Id}`, { ...hotfix, ...change });
}

async function findHotfix(api: DeploymentStage["upstream"]): Promise<Document> {
  const hotfix = (await api.list("/channels")).find(({ Name }) => Name === "Hotfix");
  if (hotfix === undefined) throw new Error('There is no channel "Hotfix".');
  return hotfix;
}

async function findRunbook(api: DeploymentStage["upstream"], name: string): Promise<Document> {
  const runbook = (await api.list("/runbooks")).find(({ Name }) => Name === name);
  if (runbook === undefined) throw new Error(`There is no runbook "${name}".`);
  return runbook;
}

test("a channel whose rules and tags are taken out of the template has none in the copy", async () => {
  const stage = await startDeployments();
  await changeHotfix(stage, { TenantTags: ["Tier/Gold"] });
  await stage.deploy(await stage.serialize("1.0.0"));
  const before = await findHotfix(stage.downstream);
  await changeHotfix(stage, { TenantTags: [], Rules: [] });
  const sent = watchWrites("/channels/");

  await stage.deploy(await stage.serialize("1.0.1"));

  expect(before).toMatchObject({ TenantTags: ["Tier/Gold"], Rules: [{ VersionRange: "[1.0,2.0)" }] });
  expect(sent.at(-1)?.body).toMatchObject({ TenantTags: [], Rules: [] });
  expect(await findHotfix(stage.downstream)).toMatchObject({ TenantTags: [], Rules: [] });
});

test("a channel whose description alone changes keeps the people's rules, which are sent with it", async () => {
  const stage = await startDeployments();
  await stage.deploy(await stage.serialize("1.0.0"));
  const own = await findHotfix(stage.downstream);
  await stage.downstream.put(`/channels/${own.Id}`, { ...own, GitReferenceRules: [], TenantTags: ["Tier/Gold"] });
  await changeHotfix(stage, { Description: "For emergencies" });
  const sent = watchWrites("/channels/");

  await stage.deploy(await stage.serialize("1.0.1"));

  expect(sent.map(({ method }) => method)).toEqual(["PUT"]);
  expect(sent[0]?.body).toMatchObject({
    Description: "For emergencies",
    TenantTags: ["Tier/Gold"],
    Rules: [{ VersionRange: "[1.0,2.0)" }],
  });
});

test("deployment settings go with their release notes when something else of them changes", async () => {
  const stage = await startDeployments();
  const path = `/projects/${stage.project.Id}/deploymentsettings`;
  await stage.upstream.put(path, { ...(await stage.upstream.get(path)), ReleaseNotesTemplate: "See the wiki." });
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  await stage.upstream.put(path, { ...(await stage.upstream.get(path)), DefaultGuidedFailureMode: "On" });
  const sent = watchWrites("/deploymentsettings");

  await stage.deploy(await stage.serialize("1.0.1"));

  expect(sent).toMatchObject([
    { method: "PUT", body: { DefaultGuidedFailureMode: "On", ReleaseNotesTemplate: "See the wiki." } },
  ]);
  expect(await stage.downstream.get(`/projects/${id}/deploymentsettings`)).toMatchObject({
    DefaultGuidedFailureMode: "On",
    ReleaseNotesTemplate: "See the wiki.",
  });
});

test("a runbook goes with all its settings when its description changes", async () => {
  const stage = await startDeployments();
  const restart = await findRunbook(stage.upstream, "Restart");
  const settings = { DefaultGuidedFailureMode: "On", MultiTenancyMode: "Tenanted", ForcePackageDownload: true };
  await stage.upstream.put(`/runbooks/${restart.Id}`, { ...restart, ...settings });
  await stage.deploy(await stage.serialize("1.0.0"));
  await stage.upstream.put(`/runbooks/${restart.Id}`, { ...restart, ...settings, Description: "Stops and starts" });
  const sent = watchWrites("/runbooks/");

  await stage.deploy(await stage.serialize("1.0.1"));

  const whole = {
    ...settings,
    Description: "Stops and starts",
    EnvironmentScope: "Specified",
    Environments: [expect.stringContaining("Environments-")],
    RunRetentionPolicy: { Strategy: "Default" },
  };
  expect(sent).toMatchObject([{ method: "PUT", body: whole }]);
  expect(await findRunbook(stage.downstream, "Restart")).toMatchObject(whole);
});

test("what no creation takes is written right after it, and costs nothing where the server has the same", async () => {
  const stage = await startDeployments();
  const restart = await findRunbook(stage.upstream, "Restart");
  await stage.upstream.put(`/runbooks/${restart.Id}`, { ...restart, FailTargetDiscovery: true });
  await stage.upstream.post("/runbooks", { Name: "Look", ProjectId: stage.project.Id });
  const sent = watchWrites("/runbooks");

  await stage.deploy(await stage.serialize("1.0.0"));

  expect(sent.map(({ method, body }) => `${method} ${textOf(body, "Name")}`).toSorted()).toEqual([
    "POST Look",
    "POST Restart",
    "PUT Restart",
  ]);
  for (const { method, body } of sent) expect(body["FailTargetDiscovery"]).toBe(method === "PUT" ? true : undefined);
  expect(await findRunbook(stage.downstream, "Restart")).toMatchObject({ FailTargetDiscovery: true });
});

/** Where "Restart" and its triggers run: taken from the triggers first, since the server wants it so. */
async function runIn({ upstream, project }: DeploymentStage, names: string[]): Promise<void> {
  const environments = (await upstream.list("/environments")).filter(({ Name }) => names.includes(String(Name)));
  const ids = environments.map(({ Id }) => Id);
  const runbook = await findRunbook(upstream, "Restart");
  await upstream.put(`/runbooks/${runbook.Id}`, { ...runbook, EnvironmentScope: "All" });
  for (const trigger of await upstream.list(`/projects/${project.Id}/triggers`)) {
    const action = isJsonObject(trigger["Action"]) ? trigger["Action"] : {};
    if (action["RunbookId"] !== runbook.Id) continue;
    await upstream.put(`/projecttriggers/${trigger.Id}`, { ...trigger, Action: { ...action, EnvironmentIds: ids } });
  }
  await upstream.put(`/runbooks/${runbook.Id}`, { ...runbook, EnvironmentScope: "Specified", Environments: ids });
}

test("an environment that a runbook and its triggers leave in one release is left in the copy", async () => {
  const stage = await startDeployments();
  await runIn(stage, ["Development", "Test"]);
  await stage.deploy(await stage.serialize("1.0.0"));
  const before = await findRunbook(stage.downstream, "Restart");
  await runIn(stage, ["Test"]);

  await stage.deploy(await stage.serialize("1.0.1"));

  const after = await findRunbook(stage.downstream, "Restart");
  expect(before["Environments"]).toHaveLength(2);
  expect(after["Environments"]).toHaveLength(1);
});
