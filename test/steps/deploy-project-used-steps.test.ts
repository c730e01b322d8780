import { expect, test } from "vitest";
import { objectsOf, textOf, type JsonObject } from "../../lib/model/json.ts";
import { startDeployments, type DeployedPackage, type DeploymentStage } from "./deployment-stage.ts";
import {
  editProject,
  editScript,
  editSteps,
  namesOf,
  readScript,
  readSteps,
  toJson,
  warningsOf,
} from "./edit-project.ts";

// "Ship" is used by versioning, by the creation of releases and by a channel's rule; the template replaces it by "Release".

test("a step that versioning, release creation and a channel rule use is replaced by another in one run", async () => {
  const { stage, id, newer } = await startReplacing();
  stage.takeWrites();

  const { outputs } = await stage.deploy(newer);
  const writes = stage.takeWrites();
  await stage.deploy(newer);

  expect(await readUses(stage, id)).toEqual(replaced);
  expect(writes.filter((write) => write.endsWith("deploymentprocesses"))).toHaveLength(2);
  expect(stage.takeWrites()).toEqual([]);
  expect(outputs).toMatchObject({ KeptChanges: "0", Conflicts: "0" });
});

test("a run that was killed after any write of it ends in the same state when it is run again", async () => {
  const undisturbed = await startReplacing();
  undisturbed.stage.takeWrites();
  await undisturbed.stage.deploy(undisturbed.newer);
  const count = undisturbed.stage.takeWrites().length;

  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const work = async (at: number): Promise<void> => {
    const { stage, id, newer } = await startReplacing();
    stage.server.setFaults({ drop: { at, when: "after", counting: "writes", andAllLater: true } });
    await stage.deploy(newer).catch(() => undefined);
    stage.server.setFaults({});
    const { outputs } = await stage.deploy(newer);
    stage.takeWrites();
    await stage.deploy(newer);

    expect(await readUses(stage, id), `killed after write ${at}`).toEqual(replaced);
    expect(outputs, `killed after write ${at}`).toMatchObject({ KeptChanges: "0", Conflicts: "0" });
    expect(stage.takeWrites(), `killed after write ${at}`).toEqual([]);
  };
  // A client that loses its connections tries again for a while: the runs wait at the same time.
  await Promise.all(numbers.map(work));
});

test("a step that a channel rule of people uses stays, told, and the rest is deployed", async () => {
  const { stage, id, newer } = await startReplacing();
  await stage.downstream.post("/channels", { Name: "Ours", ProjectId: id, Rules: [rule("Ship", "[5.0,6.0)")] });
  await editScript(stage.upstream, stage.project.Id, "Say hello", "echo Good morning");
  const newest = await stage.serialize("1.0.2");

  const runs = [await stage.deploy(newer), await stage.deploy(newest)];
  stage.takeWrites();
  runs.push(await stage.deploy(newest));

  expect(stage.takeWrites()).toEqual([]);
  for (const run of runs)
    expect(warningsOf(run)).toEqual([
      '"Ship" in the deployment process of "Hello World" stays: the package no longer has it, and something of this space uses it.',
    ]);
  expect(await readUses(stage, id)).toEqual({ ...replaced, steps: expect.arrayContaining(["Ship", "Release"]) });
  expect(await readScript(stage.downstream, id, "Say hello")).toBe("echo Good morning");
});

test("such a step goes when people take their rule away", async () => {
  const { stage, id, newer } = await startReplacing();
  const ours = await stage.downstream.post("/channels", {
    Name: "Ours",
    ProjectId: id,
    Rules: [rule("Ship", "[5.0,6.0)")],
  });
  await stage.deploy(newer);
  await stage.downstream.put(`/channels/${ours.Id}`, { ...ours, Rules: [] });

  const { outputs } = await stage.deploy(newer);

  expect(await readUses(stage, id)).toEqual(replaced);
  expect(outputs).toMatchObject({ KeptChanges: "0", Conflicts: "0" });
});

test("a rule that people add to the template's own channel holds the step, too", async () => {
  const { stage, id, newer } = await startReplacing();
  const hotfix = (await stage.downstream.list(`/projects/${id}/channels`)).find(({ Name }) => Name === "Hotfix");
  const rules = [...objectsOf(toJson(hotfix), "Rules"), rule("Ship", "[5.0,6.0)")];
  await stage.downstream.put(`/channels/${hotfix?.Id ?? ""}`, { ...hotfix, Rules: rules });

  const run = await stage.deploy(newer);

  expect(namesOf(await readSteps(stage.downstream, id))).toEqual(expect.arrayContaining(["Ship", "Release"]));
  expect(warningsOf(run)).toContainEqual(expect.stringContaining('"Ship" in the deployment process'));
});

test("what somebody edits in the process between adding and removing is merged", async () => {
  const { stage, id, newer } = await startReplacing();
  let written = 0;
  const stop = stage.server.beforeRequest(async ({ method, path }) => {
    if (method !== "PUT" || !path.endsWith("deploymentprocesses")) return;
    written += 1;
    // The second is the first once more, since it was refused.
    if (written === 1) await editScript(stage.downstream, id, "Say hello", "echo Ours");
    if (written === 3) await editScript(stage.downstream, id, "Run image", "echo Ours");
  });

  const { outputs } = await stage.deploy(newer);
  stop();

  expect(await readUses(stage, id)).toEqual(replaced);
  expect(await readScript(stage.downstream, id, "Say hello")).toBe("echo Ours");
  expect(await readScript(stage.downstream, id, "Run image")).toBe("echo Ours");
  expect(outputs).toMatchObject({ KeptChanges: "2", Conflicts: "0" });
});

const replaced = {
  steps: ["Say hello", "Run image", "Approve", "Release", "Notify"],
  versioning: "Release",
  creation: "Release",
  rules: ["Release"],
};

async function startReplacing(): Promise<{ stage: DeploymentStage; id: string; newer: DeployedPackage }> {
  const stage = await startDeployments();
  await useEverywhere(stage, "Ship");
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  await editSteps(stage.upstream, stage.project.Id, (steps) =>
    steps.flatMap((step) => (isShip(step) ? [step, another(step)] : [step])),
  );
  await useEverywhere(stage, "Release");
  await editSteps(stage.upstream, stage.project.Id, (steps) => steps.filter((step) => !isShip(step)));
  return { stage, id, newer: await stage.serialize("1.0.1") };
}

function isShip(step: JsonObject): boolean {
  return textOf(step, "Name") === "Ship";
}

function another(step: JsonObject): JsonObject {
  const rename = ({ Id: _id, Slug: _slug, ...rest }: JsonObject): JsonObject => ({ ...rest, Name: "Release" });
  return { ...rename(step), Actions: objectsOf(step, "Actions").map(rename) };
}

async function useEverywhere({ upstream, project }: DeploymentStage, step: string): Promise<void> {
  const used = { DeploymentAction: step, PackageReference: "" };
  const channels = await upstream.list(`/projects/${project.Id}/channels`);
  const hotfix = channels.find(({ Name }) => Name === "Hotfix");
  await upstream.put(`/channels/${hotfix?.Id ?? ""}`, { ...hotfix, Rules: [rule(step, "[1.0,2.0)")] });
  const settings = await upstream.get(`/projects/${project.Id}/deploymentsettings`);
  await upstream.put(`/projects/${project.Id}/deploymentsettings`, {
    ...settings,
    VersioningStrategy: { DonorPackage: used, Template: null },
  });
  await editProject(upstream, project.Id, {
    AutoCreateRelease: true,
    ReleaseCreationStrategy: { ChannelId: channels[0]?.Id ?? "", ReleaseCreationPackage: used },
  });
}

function rule(step: string, VersionRange: string): JsonObject {
  return { VersionRange, ActionPackages: [{ DeploymentAction: step, PackageReference: "" }] };
}

async function readUses({ downstream }: DeploymentStage, id: string): Promise<unknown> {
  const project = toJson(await downstream.get(`/projects/${id}`));
  const settings = toJson(await downstream.get(`/projects/${id}/deploymentsettings`));
  const hotfix = (await downstream.list(`/projects/${id}/channels`)).find(({ Name }) => Name === "Hotfix");
  const inside = (value: unknown, field: string): string =>
    JSON.parse(JSON.stringify(value))?.[field]?.DeploymentAction;
  return {
    steps: namesOf(await readSteps(downstream, id)),
    versioning: inside(settings["VersioningStrategy"], "DonorPackage"),
    creation: inside(project["ReleaseCreationStrategy"], "ReleaseCreationPackage"),
    rules: objectsOf(toJson(hotfix), "Rules").flatMap((one) =>
      objectsOf(one, "ActionPackages").map((used) => textOf(used, "DeploymentAction")),
    ),
  };
}
