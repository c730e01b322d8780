import { expect, test } from "vitest";
import { objectsOf, textOf, type JsonObject } from "../../lib/model/json.ts";
import type { Document } from "../api.ts";
import { startDeployments, type DeploymentStage } from "./deployment-stage.ts";
import {
  editProject,
  editScript,
  editSteps,
  editVariables,
  namesOf,
  readScript,
  readVariables,
  toJson,
} from "./edit-project.ts";
import { script } from "./deployment-stage.ts";

// Somebody edits in the portal while a deployment is between its reading and its writing.

test("what somebody edits in documents without a version while a deployment runs is merged", async () => {
  const stage = await startDeployments();
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  await editAll(stage, "upstream", stage.project.Id, { Description: "From upstream." });
  const newer = await stage.serialize("1.0.1");

  const stop = onceBeforeFirstWrite(stage, () => editAll(stage, "downstream", id, theirs));
  await stage.deploy(newer);
  stop();
  const all = await readAll(stage, id);
  stage.takeWrites();
  const again = await stage.deploy(newer);

  expect(all["project"]).toMatchObject({ Description: "From upstream.", IsDisabled: true });
  expect(all["runbook"]).toMatchObject({ Description: "From upstream.", DefaultGuidedFailureMode: "On" });
  expect(all["channel"]).toMatchObject({ Description: "From upstream.", TenantTags: ["Tier/Gold"] });
  expect(all["trigger"]).toMatchObject({ Description: "From upstream.", Filter: { Timezone: "Europe/Berlin" } });
  expect(stage.takeWrites()).toEqual([]);
  expect(again.outputs).toMatchObject({ KeptChanges: "4", Conflicts: "0" });
});

test("the same field that somebody edits meanwhile is a conflict, and theirs stays", async () => {
  const stage = await startDeployments();
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  await editProject(stage.upstream, stage.project.Id, { Description: "From upstream." });
  const newer = await stage.serialize("1.0.1");

  onceBeforeFirstWrite(stage, () => editProject(stage.downstream, id, { Description: "From a person." }));
  const { outputs } = await stage.deploy(newer);

  expect(outputs).toMatchObject({ KeptChanges: "1", Conflicts: "1" });
  expect((await stage.downstream.get(`/projects/${id}`))["Description"]).toBe("From a person.");
});

test("what somebody edits in the process and the variables meanwhile is merged", async () => {
  const stage = await startDeployments();
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  await editScript(stage.upstream, stage.project.Id, "Say hello", "echo Good morning");
  await editVariables(stage.upstream, stage.project.Id, (all) => [...all, { Name: "Upstream", Value: "1" }]);
  const newer = await stage.serialize("1.0.1");

  onceBeforeFirstWrite(stage, async () => {
    await editSteps(stage.downstream, id, (steps) => [...steps, script("Ours")]);
    await editVariables(stage.downstream, id, (all) => [...all, { Name: "Ours", Value: "2" }]);
  });
  const { outputs } = await stage.deploy(newer);

  expect(await readScript(stage.downstream, id, "Say hello")).toBe("echo Good morning");
  expect(await readScript(stage.downstream, id, "Ours")).toBe("echo Ours");
  expect(namesOf(await readVariables(stage.downstream, id))).toEqual(expect.arrayContaining(["Upstream", "Ours"]));
  expect(outputs).toMatchObject({ KeptChanges: "2", Conflicts: "0" });
});

test.each([
  ["runbook", /\/runbooks$/, { Name: "Restart" }, "/runbooks"],
  ["channel", /\/channels$/, { Name: "Hotfix" }, "/channels"],
  [
    "trigger",
    /\/projecttriggers$/,
    {
      Name: "Nightly",
      Filter: { FilterType: "OnceDailySchedule", StartTime: "2026-01-01T05:00:00.000Z", DaysOfWeek: ["Friday"] },
      Action: { ActionType: "RunRunbook" },
    },
    "/projecttriggers",
  ],
])("a %s that somebody makes under the same name meanwhile is left as it is", async (kind, path, theirs, list) => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  let made: Document | undefined;
  const stop = onceBefore(stage, "POST", path, async () => {
    const project = (await stage.downstream.list("/projects"))[0]?.Id ?? "";
    const runbook = (await stage.downstream.list("/runbooks"))[0]?.Id ?? "";
    const environment = (await stage.downstream.list("/environments"))[0]?.Id ?? "";
    const action =
      "Action" in theirs ? { Action: { ...theirs.Action, RunbookId: runbook, EnvironmentIds: [environment] } } : {};
    made = await stage.downstream.post(list, { ...theirs, ...action, Description: "Somebody's.", ProjectId: project });
  });

  const message = await messageOf(stage.deploy(brought));
  stop();
  const after = (await stage.downstream.list(list)).filter(({ Id }) => Id === made?.Id);

  expect(message).toContain(`somebody else made a ${kind} of that name (${made?.Id ?? ""}), which is left as it is`);
  expect(after.map(toJson)).toEqual([toJson(made)]);
  expect((await stage.deploy(brought)).outputs["Report"]).toContain(`(${made?.Id ?? ""}), which is left as it is`);
  expect((await stage.downstream.list(list)).filter(({ Id }) => Id === made?.Id).map(toJson)).toEqual([toJson(made)]);
});

test("a project that somebody makes under the same name meanwhile is left as it is, also by the next run", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  const [group] = await stage.downstream.list("/projectgroups");
  const [lifecycle] = await stage.downstream.list("/lifecycles");
  const theirs = { Name: "Hello World", Description: "Mine.", ProjectGroupId: group?.Id, LifecycleId: lifecycle?.Id };
  onceBefore(stage, "POST", /\/projects$/, async () => void (await stage.downstream.post("/projects", theirs)));

  const first = await messageOf(stage.deploy(brought));
  const second = await messageOf(stage.deploy(brought));

  expect(first).toMatch(/somebody else made a project of that name \(Projects-\d+\), which is left as it is/);
  expect(second).toMatch(/that this step did not make/);
  expect((await stage.downstream.list("/projects")).map(({ Description }) => Description)).toEqual(["Mine."]);
});

test("versioning, guided failure and release notes arrive beside automatic releases and provisioning, on creation and on update", async () => {
  const stage = await startDeployments();
  await setUpReleases(stage, { ReleaseNotesTemplate: "First", DefaultGuidedFailureMode: "On" });
  const first = await stage.serialize("1.0.0");
  const id = (await stage.deploy(first)).outputs["ProjectId"] ?? "";
  const created = await readReleases(stage, id);
  stage.takeWrites();
  await stage.deploy(first);
  const unneeded = stage.takeWrites();

  await setUpReleases(
    stage,
    { ReleaseNotesTemplate: "Second", DefaultGuidedFailureMode: "Off" },
    "#{Octopus.Date.Year}.2.i",
  );
  await editProject(stage.upstream, stage.project.Id, { AutoCreateRelease: false, DeprovisioningRunbookId: null });
  const second = await stage.serialize("1.0.1");
  await stage.deploy(second);
  stage.takeWrites();
  const again = await stage.deploy(second);

  expect(created).toMatchObject({ notes: "First", failure: "On", versioning: "#{Octopus.Date.Year}.1.i", auto: true });
  expect(unneeded).toEqual([]);
  expect(await readReleases(stage, id)).toMatchObject({
    notes: "Second",
    failure: "Off",
    versioning: "#{Octopus.Date.Year}.2.i",
    auto: false,
  });
  expect(stage.takeWrites()).toEqual([]);
  expect(again.outputs).toMatchObject({ KeptChanges: "0", Conflicts: "0" });
});

type Edits = Record<"project" | "runbook" | "channel" | "trigger", JsonObject>;

const theirs: Edits = {
  project: { IsDisabled: true },
  runbook: { DefaultGuidedFailureMode: "On" },
  channel: { TenantTags: ["Tier/Gold"] },
  trigger: {},
};

async function editAll(
  stage: DeploymentStage,
  side: "upstream" | "downstream",
  projectId: string,
  edits: Edits | JsonObject,
): Promise<void> {
  const api = stage[side];
  const all = await readAll(stage, projectId, side);
  const editOf = (name: keyof Edits): JsonObject => (isEdits(edits) ? edits[name] : edits);
  await api.put(`/projects/${projectId}`, { ...all["project"], ...editOf("project") });
  await api.put(`/runbooks/${textOf(all["runbook"] ?? {}, "Id")}`, { ...all["runbook"], ...editOf("runbook") });
  await api.put(`/channels/${textOf(all["channel"] ?? {}, "Id")}`, { ...all["channel"], ...editOf("channel") });
  const [filter = {}] = objectsOf({ Filter: [all["trigger"]?.["Filter"] ?? {}] }, "Filter");
  const zone: JsonObject = isEdits(edits) ? { Filter: { ...filter, Timezone: "Europe/Berlin" } } : {};
  const trigger = { ...all["trigger"], ...editOf("trigger"), ...zone };
  await api.put(`/projecttriggers/${textOf(trigger, "Id")}`, trigger);
}

function isEdits(edits: Edits | JsonObject): edits is Edits {
  return "runbook" in edits;
}

async function readAll(
  stage: DeploymentStage,
  projectId: string,
  side: "upstream" | "downstream" = "downstream",
): Promise<Record<string, JsonObject>> {
  const api = stage[side];
  const find = async (path: string, name: string): Promise<JsonObject> =>
    toJson((await api.list(path)).find(({ Name }) => Name === name));
  return {
    project: toJson(await api.get(`/projects/${projectId}`)),
    runbook: await find("/runbooks", "Restart"),
    channel: await find(`/projects/${projectId}/channels`, "Hotfix"),
    trigger: await find("/projecttriggers", "Nightly"),
  };
}

function onceBeforeFirstWrite(stage: DeploymentStage, edit: () => Promise<void>): () => void {
  return onceBefore(stage, /^(POST|PUT|DELETE)$/, /./, edit);
}

function onceBefore(
  { server }: DeploymentStage,
  method: string | RegExp,
  path: RegExp,
  edit: () => Promise<void>,
): () => void {
  const stop = server.beforeRequest(async (request) => {
    if (!new RegExp(method).test(request.method) || !path.test(request.path)) return;
    stop();
    await edit();
  });
  return stop;
}

async function messageOf(run: Promise<unknown>): Promise<string> {
  return run.then(
    () => "",
    (error: Error) => error.message,
  );
}

async function setUpReleases(
  stage: DeploymentStage,
  settings: JsonObject,
  version = "#{Octopus.Date.Year}.1.i",
): Promise<void> {
  const { upstream, project } = stage;
  const path = `/projects/${project.Id}/deploymentsettings`;
  const known = await upstream.get(path);
  await upstream.put(path, { ...known, ...settings, VersioningStrategy: { Template: version } });
  const runbook = (await upstream.list("/runbooks")).find(({ Name }) => Name === "Restart");
  const [channel] = await upstream.list(`/projects/${project.Id}/channels`);
  await editProject(upstream, project.Id, {
    AutoCreateRelease: true,
    ReleaseCreationStrategy: {
      ChannelId: channel?.Id ?? "",
      ReleaseCreationPackage: { DeploymentAction: "Ship", PackageReference: "" },
    },
    ProvisioningRunbookId: runbook?.Id ?? "",
    DeprovisioningRunbookId: runbook?.Id ?? "",
  });
}

async function readReleases({ downstream }: DeploymentStage, id: string): Promise<JsonObject> {
  const settings = toJson(await downstream.get(`/projects/${id}/deploymentsettings`));
  const project = toJson(await downstream.get(`/projects/${id}`));
  const [strategy = {}] = objectsOf({ all: [settings["VersioningStrategy"] ?? {}] }, "all");
  return {
    notes: settings["ReleaseNotesTemplate"] ?? null,
    failure: settings["DefaultGuidedFailureMode"] ?? null,
    versioning: textOf(strategy, "Template"),
    auto: project["AutoCreateRelease"] ?? null,
  };
}
