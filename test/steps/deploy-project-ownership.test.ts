import { expect, test } from "vitest";
import { objectsOf } from "../../lib/model/json.ts";
import { script, startDeployments, type DeployedPackage, type DeploymentStage } from "./deployment-stage.ts";
import {
  changeSteps,
  changeVariables,
  edit,
  getNamed,
  messagesOf,
  namesOf,
  processPath,
  readSteps,
  readVariables,
  takeWritesBesideReceipt,
  warningsOf,
} from "./project-edits.ts";

test("leaves a runbook that people made alone when the template brings one of its name, and deploys the rest", async () => {
  const stage = await startDeployments();
  const { id, theirs, newer } = await bringBackup(stage, { Name: "backup" });

  const run = await stage.deploy(newer);
  const written = takeWritesBesideReceipt(stage);
  const again = await stage.deploy(newer);

  expect(warningsOf(run)).toContain(
    `The runbook "Backup" of "Hello World" stays away, since this space has its own "backup" (${theirs.Id}), which is left as it is. Rename that one to let the template's arrive.`,
  );
  expect(messagesOf(run)).toContain(
    'The trigger "Every night" of "Hello World" stays away or as it is, since the copy does not have what it refers to.',
  );
  expect(messagesOf(run)).toContain('Made the runbook "Report" of "Hello World".');
  expect(written.filter((write) => write.includes(theirs.Id))).toEqual([]);
  expect(stage.takeWrites()).toEqual([]);
  expect(again.outputs["Conflicts"]).toBe(run.outputs["Conflicts"]);
  expect(await stepNamesOf(stage, theirs.Id)).toEqual(["Theirs"]);
  const retention = (await readVariables(stage.downstream, id)).filter(({ Name }) => Name === "Retention");
  expect(retention.map(({ Value }) => Value)).toEqual(["7 days"]);
});

test("brings the template's runbook, and what refers to it, when people renamed theirs", async () => {
  const stage = await startDeployments();
  const { id, theirs, newer } = await bringBackup(stage, { Name: "backup" });
  await stage.deploy(newer);
  await edit(stage.downstream, "/runbooks", { name: "backup", changes: { Name: "Our backup", Slug: "our-backup" } });

  const run = await stage.deploy(newer);

  const arrived = await getNamed(stage.downstream, "/runbooks", "Backup");
  const trigger = await getNamed(stage.downstream, "/projecttriggers", "Every night");
  expect(await stepNamesOf(stage, arrived.Id)).toEqual(["Dump"]);
  expect(await stepNamesOf(stage, theirs.Id)).toEqual(["Theirs"]);
  expect(trigger["Action"]).toMatchObject({ RunbookId: arrived.Id });
  const retention = (await readVariables(stage.downstream, id)).filter(({ Name }) => Name === "Retention");
  expect(retention).toHaveLength(2);
  expect(run.outputs["Conflicts"]).toBe("0");
});

test("leaves a runbook of people alone that has nothing but the slug in common, and when overwriting too", async () => {
  const stage = await startDeployments();
  const { theirs, newer } = await bringBackup(stage, { Name: "Our own", Slug: "backup" });

  const run = await stage.deploy(newer, { parameters: { overwriteDownstreamChanges: "True" } });

  expect(warningsOf(run).join("\n")).toContain(`"Our own" (${theirs.Id}), which is left as it is`);
  expect(await stepNamesOf(stage, theirs.Id)).toEqual(["Theirs"]);
  expect(namesOf(await stage.downstream.list("/runbooks"))).not.toContain("Backup");
});

test("leaves a channel, a trigger and a step of people alone whose names the template brings, and says so of each", async () => {
  const stage = await startDeployments();
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  const [channel, trigger] = [await addChannel(stage.downstream, id), await addTrigger(stage.downstream, id)];
  await changeSteps(stage.downstream, processPath(id), (steps) => [...steps, script("clean up", { Notes: "ours" })]);
  await addChannel(stage.upstream, stage.project.Id, { Name: "Nightly builds", Description: "Template's" });
  await addTrigger(stage.upstream, stage.project.Id, { Name: "On Sundays", Description: "Template's" });
  await changeSteps(stage.upstream, processPath(stage.project.Id), (steps) => [
    ...steps,
    script("Clean up"),
    script("Say goodbye"),
  ]);
  const newer = await stage.serialize("1.0.1");
  stage.takeWrites();

  for (const overwriteDownstreamChanges of ["False", "True"]) {
    const run = await stage.deploy(newer, { parameters: { overwriteDownstreamChanges } });

    expect(warningsOf(run)).toEqual([
      `The channel "Nightly builds" of "Hello World" stays away, since this space has its own "nightly builds" (${channel.Id}), which is left as it is. Rename that one to let the template's arrive.`,
      `"Clean up" in the deployment process of "Hello World" stays away, since this space has its own "clean up", which is left as it is. Rename that one to let the template's arrive.`,
      `The trigger "On Sundays" of "Hello World" stays away, since this space has its own "on sundays" (${trigger.Id}), which is left as it is. Rename that one to let the template's arrive.`,
    ]);
  }
  stage.takeWrites();
  await stage.deploy(newer);

  expect(stage.takeWrites()).toEqual([]);
  expect(namesOf(await readSteps(stage.downstream, processPath(id)))).toEqual([
    "Say hello",
    "Run image",
    "Approve",
    "Ship",
    "Notify",
    "clean up",
    "Say goodbye",
  ]);
  expect((await getNamed(stage.downstream, "/channels", "nightly builds"))["Description"]).toBe("Ours");
});

test("scopes nothing of the template to a step and a channel of people that have the names of its own", async () => {
  const stage = await startDeployments();
  const { upstream, downstream, project } = stage;
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  await addChannel(downstream, id);
  await changeSteps(downstream, processPath(id), (steps) => [...steps, script("clean up")]);
  const channel = await addChannel(upstream, project.Id, { Name: "Nightly builds" });
  await changeSteps(upstream, processPath(project.Id), (steps) => [...steps, script("Clean up")]);
  const step = (await readSteps(upstream, processPath(project.Id))).find(({ Name }) => Name === "Clean up");
  await changeVariables(upstream, project.Id, (variables) => [
    ...variables,
    { Name: "Depth", Value: "everywhere" },
    { Name: "Depth", Value: "step", Scope: { Action: [objectsOf(step ?? {}, "Actions")[0]?.["Id"]] } },
    { Name: "Depth", Value: "channel", Scope: { Channel: [channel.Id] } },
  ]);
  const newer = await stage.serialize("1.0.1");

  const run = await stage.deploy(newer);
  stage.takeWrites();
  await stage.deploy(newer);

  expect(stage.takeWrites()).toEqual([]);
  const depths = (await readVariables(downstream, id)).filter(({ Name }) => Name === "Depth");
  expect(depths.map(({ Value }) => Value)).toEqual(["everywhere"]);
  expect(messagesOf(run).filter((text) => text.includes("does not have what it refers to"))).toHaveLength(2);
});

test("adopts a project item by item, and says before which would become the template's", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  const own = await stage.downstream.post("/projects", {
    Name: "Hello World",
    ProjectGroupId: (await stage.downstream.list("/projectgroups"))[0]?.Id,
    LifecycleId: (await stage.downstream.list("/lifecycles"))[0]?.Id,
  });
  const restart = await stage.downstream.post("/runbooks", { Name: "restart", ProjectId: own.Id });
  const backup = await stage.downstream.post("/runbooks", { Name: "Backup", ProjectId: own.Id });
  await changeSteps(stage.downstream, processPath(own.Id), () => [script("Ours"), script("say hello")]);
  const adoptExistingProject = "True";
  stage.takeWrites();

  const plan = await stage.deploy(brought, { parameters: { adoptExistingProject, onlyPlan: "True" } });
  const planned = stage.takeWrites();
  const run = await stage.deploy(brought, { parameters: { adoptExistingProject } });
  stage.takeWrites();
  await stage.deploy(brought);

  expect(planned).toEqual([]);
  expect(stage.takeWrites()).toEqual([]);
  expect(messagesOf(plan)).toContain(
    `Would adopt the runbook "restart" of "Hello World" (${restart.Id}), which people made: from now on it follows the template.`,
  );
  expect(messagesOf(plan)).toContain(
    'Would adopt "Say hello" in the deployment process of "Hello World", which people made: from now on the template\'s changes arrive there.',
  );
  expect(messagesOf(run).join("\n")).toContain('Adopted "Say hello" in the deployment process');
  expect(messagesOf(run).join("\n")).not.toContain(backup.Id);
  const steps = await readSteps(stage.downstream, processPath(own.Id));
  expect(namesOf(steps).filter((name) => /say hello/i.test(name))).toHaveLength(1);
  expect(namesOf(steps)).toContain("Ours");
  expect(namesOf(await stage.downstream.list("/runbooks")).toSorted()).toEqual(["Backup", "restart"]);
});

interface Backup {
  id: string;
  /** What people made in the copy. */
  theirs: { Id: string };
  newer: DeployedPackage;
}

/** People made a runbook of their own in the copy, and a new version of the template brings one, with all that refers to it. */
async function bringBackup(
  { serialize, deploy, downstream, upstream, project, environments, takeWrites }: DeploymentStage,
  own: Record<string, unknown>,
): Promise<Backup> {
  const id = (await deploy(await serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  const theirs = await downstream.post("/runbooks", { ...own, ProjectId: id });
  await changeSteps(downstream, `/runbookProcesses/RunbookProcess-${theirs.Id}`, () => [script("Theirs")]);
  const backup = await upstream.post("/runbooks", { Name: "Backup", ProjectId: project.Id });
  await changeSteps(upstream, `/runbookProcesses/RunbookProcess-${backup.Id}`, () => [script("Dump")]);
  await upstream.post("/runbooks", { Name: "Report", ProjectId: project.Id });
  await upstream.post("/projecttriggers", {
    Name: "Every night",
    ProjectId: project.Id,
    Filter: {
      FilterType: "OnceDailySchedule",
      StartTime: "2026-01-01T02:00:00.000Z",
      DaysOfWeek: ["Monday"],
      Timezone: "UTC",
    },
    Action: { ActionType: "RunRunbook", RunbookId: backup.Id, EnvironmentIds: [environments["Test"]] },
  });
  await changeVariables(upstream, project.Id, (variables) => [
    ...variables,
    { Name: "Retention", Value: "7 days" },
    { Name: "Retention", Value: "30 days", Scope: { ProcessOwner: [backup.Id] } },
  ]);
  const newer = await serialize("1.0.1");
  takeWrites();
  return { id, theirs, newer };
}

async function stepNamesOf({ downstream }: DeploymentStage, runbookId: string): Promise<string[]> {
  return namesOf(await readSteps(downstream, `/runbookProcesses/RunbookProcess-${runbookId}`));
}

function addChannel(
  api: DeploymentStage["upstream"],
  projectId: string,
  own: Record<string, unknown> = { Name: "nightly builds", Description: "Ours" },
): Promise<{ Id: string }> {
  return api.post("/channels", { ...own, ProjectId: projectId });
}

function addTrigger(
  api: DeploymentStage["upstream"],
  projectId: string,
  own: Record<string, unknown> = { Name: "on sundays", Description: "Ours" },
): Promise<{ Id: string }> {
  return api.post("/projecttriggers", {
    ...own,
    ProjectId: projectId,
    IsDisabled: true,
    Filter: {
      FilterType: "OnceDailySchedule",
      StartTime: "2026-01-01T03:00:00.000Z",
      DaysOfWeek: ["Sunday"],
      Timezone: "UTC",
    },
    Action: { ActionType: "AutoDeploy", ShouldRedeployWhenMachineHasBeenDeployedTo: false, EnvironmentIds: [] },
  });
}
