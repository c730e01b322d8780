import { expect, test } from "vitest";
import { isJsonObject, objectsOf, type JsonObject } from "../../lib/model/json.ts";
import type { Document } from "../api.ts";
import { startDeployments, type DeploymentStage } from "./deployment-stage.ts";
import { editProperties, editScript, readProperties, readScript, toJson, warningsOf } from "./edit-project.ts";

const scriptBody = "Octopus.Action.Script.ScriptBody";

test("a step template with a sensitive default makes no new version in every run, and its step is not left behind", async () => {
  const stage = await startDeployments();
  const secret = {
    Name: "Notify.Token",
    DefaultValue: { HasValue: true, NewValue: "hush" },
    DisplaySettings: { "Octopus.ControlType": "Sensitive" },
  };
  await editTemplate(stage, "upstream", (template) => ({
    ...template,
    Parameters: [...objectsOf(template, "Parameters"), secret],
  }));
  const brought = await stage.serialize("1.0.0");
  const id = (await stage.deploy(brought)).outputs["ProjectId"] ?? "";
  stage.takeWrites();

  const { outputs } = await stage.deploy(brought);

  expect(stage.takeWrites()).toEqual([]);
  expect(outputs).toMatchObject({ KeptChanges: "0", Conflicts: "0" });
  const own = await readTemplate(stage);
  expect(own["Version"]).toBe(0);
  expect(await readUse(stage, id)).toEqual([own.Id, "0"]);
});

test("a content that the space has at version 0 is used from there", async () => {
  const stage = await startDeployments();
  const { Id: _id, ...upstream } = await readTemplate(stage, "upstream");
  await stage.downstream.post("/actiontemplates", upstream);
  await editTemplate(stage, "downstream", (template) => ({ ...template, Description: "Edited." }));
  stage.takeWrites();

  const { outputs } = await stage.deploy(await stage.serialize("1.0.0"));

  expect(stage.takeWrites().filter((write) => write.includes("actiontemplates"))).toEqual([]);
  expect(await readUse(stage, outputs["ProjectId"] ?? "")).toEqual([(await readTemplate(stage)).Id, "0"]);
});

test("a step template of people is left alone and told, its step goes without, and the rest is deployed", async () => {
  const stage = await startDeployments();
  const theirs = await makeTheirs(stage);
  const brought = await stage.serialize("1.0.0");

  const planned = await stage.deploy(brought, { parameters: { onlyPlan: "True" } });
  const first = await stage.deploy(brought);
  const id = first.outputs["ProjectId"] ?? "";
  stage.takeWrites();
  const second = await stage.deploy(brought);
  const writes = stage.takeWrites();
  await editScript(stage.upstream, stage.project.Id, "Say hello", "echo Good morning");
  await stage.deploy(await stage.serialize("1.0.1"));

  expect(writes).toEqual([]);
  for (const run of [planned, first, second]) {
    expect(run.outputs).toMatchObject({ KeptChanges: "1", Conflicts: "1" });
    expect(warningsOf(run)).toEqual([
      `The step template "Notify" stays away, since this space has its own "Notify" (${theirs.Id}), which is left as it is. Rename that one to let the template's arrive.`,
    ]);
  }
  expect(await readTemplate(stage)).toEqual(theirs);
  expect(await readUse(stage, id)).toEqual([undefined, undefined]);
  expect(await readProperties(stage.downstream, id, "Notify")).toMatchObject({ "Notify.Channel": "#hello" });
  expect(await readScript(stage.downstream, id, "Say hello")).toBe("echo Good morning");
});

test("the template's arrives when people rename theirs", async () => {
  const stage = await startDeployments();
  await makeTheirs(stage);
  const brought = await stage.serialize("1.0.0");
  const id = (await stage.deploy(brought)).outputs["ProjectId"] ?? "";
  await editTemplate(stage, "downstream", (template) => ({ ...template, Name: "Our Notify" }));

  const { outputs } = await stage.deploy(brought);
  stage.takeWrites();
  await stage.deploy(brought);

  expect(outputs).toMatchObject({ KeptChanges: "0", Conflicts: "0" });
  expect(await readUse(stage, id)).toEqual([(await readTemplate(stage)).Id, "0"]);
  expect(stage.takeWrites()).toEqual([]);
});

test("what is asked to overwrite becomes the newest version of people's, and is followed from then on", async () => {
  const stage = await startDeployments();
  const theirs = await makeTheirs(stage);
  const brought = await stage.serialize("1.0.0");

  const { outputs } = await stage.deploy(brought, { parameters: { overwriteDownstreamChanges: "True" } });
  const id = outputs["ProjectId"] ?? "";
  stage.takeWrites();
  const again = await stage.deploy(brought);
  const writes = stage.takeWrites();
  await changeUpstream(stage, "echo notify everybody");
  const newer = await stage.deploy(await stage.serialize("1.0.1"));

  expect(writes).toEqual([]);
  expect(again.outputs["Conflicts"]).toBe("0");
  expect(newer.outputs).toMatchObject({ KeptChanges: "0", Conflicts: "0" });
  expect(await readUse(stage, id)).toEqual([theirs.Id, "2"]);
});

test("what upstream changes becomes a new version of the one that was installed", async () => {
  const stage = await startDeployments();
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  await changeUpstream(stage, "echo notify everybody");
  const newer = await stage.serialize("1.0.1");

  const { outputs } = await stage.deploy(newer);
  stage.takeWrites();
  await stage.deploy(newer);

  expect(stage.takeWrites()).toEqual([]);
  expect(outputs).toMatchObject({ KeptChanges: "0", Conflicts: "0" });
  expect(scriptOf(await readTemplate(stage))).toBe("echo notify everybody");
  expect(await readUse(stage, id)).toEqual([(await readTemplate(stage)).Id, "1"]);
});

test("what people changed in an installed one stays beside what upstream changes, in one new version", async () => {
  const stage = await startDeployments();
  await editTemplate(stage, "upstream", (template) => ({ ...template, Description: "Notifies." }));
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  await editTemplate(stage, "downstream", (template) => ({ ...template, Description: "Ours." }));
  await changeUpstream(stage, "echo notify everybody");
  const newer = await stage.serialize("1.0.1");

  const merged = await stage.deploy(newer);
  stage.takeWrites();
  const again = await stage.deploy(newer);
  const writes = stage.takeWrites();
  await changeUpstream(stage, "echo notify the world");
  const newest = await stage.deploy(await stage.serialize("1.0.2"));

  expect(writes).toEqual([]);
  for (const { outputs } of [merged, again, newest])
    expect(outputs).toMatchObject({ KeptChanges: "1", Conflicts: "0" });
  const own = await readTemplate(stage);
  expect(own).toMatchObject({ Description: "Ours.", Version: 3 });
  expect(scriptOf(own)).toBe("echo notify the world");
  expect(await readUse(stage, id)).toEqual([own.Id, "3"]);
});

test("what both sides changed is told until it is solved, and theirs stays", async () => {
  const stage = await startDeployments();
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  await editTemplate(stage, "downstream", (template) => withScript(template, "echo ours"));
  await changeUpstream(stage, "echo notify everybody");
  const newer = await stage.serialize("1.0.1");

  const first = await stage.deploy(newer);
  const kept = await readTemplate(stage);
  stage.takeWrites();
  const second = await stage.deploy(newer);
  const writes = stage.takeWrites();
  await editTemplate(stage, "downstream", (template) => withScript(template, "echo notify"));
  const undone = await stage.deploy(newer);

  for (const run of [first, second])
    expect(warningsOf(run)).toEqual([
      `"${scriptBody}" in the step template "Notify" was changed in this space and stays so. The package has something else there.`,
    ]);
  expect(writes).toEqual([]);
  expect([scriptOf(kept), kept["Version"]]).toEqual(["echo ours", 1]);
  expect(undone.outputs).toMatchObject({ KeptChanges: "0", Conflicts: "0" });
  expect(scriptOf(await readTemplate(stage))).toBe("echo notify everybody");
  expect(await readUse(stage, id)).toEqual([kept.Id, "3"]);
});

test("what people changed in an installed one is told while upstream stays as it was, and the step goes on as it is", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  const id = (await stage.deploy(brought)).outputs["ProjectId"] ?? "";
  await editTemplate(stage, "downstream", (template) => withScript(template, "echo ours"));
  stage.takeWrites();

  const first = await stage.deploy(brought);
  const writes = stage.takeWrites().filter((write) => !write.includes("libraryvariablesets"));
  const second = await stage.deploy(brought);

  for (const { outputs } of [first, second]) {
    expect(outputs).toMatchObject({ KeptChanges: "1", Conflicts: "0" });
    expect(outputs["Report"]).toBe(
      `"${scriptBody}" in the step template "Notify" was changed in this space and stays so.`,
    );
  }
  expect(writes).toEqual([]);
  expect(stage.takeWrites()).toEqual([]);
  expect(await readUse(stage, id)).toEqual([(await readTemplate(stage)).Id, "0"]);
});

test("what people changed in an installed one is put back when it is asked for, in a new version", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  const id = (await stage.deploy(brought)).outputs["ProjectId"] ?? "";
  await editTemplate(stage, "downstream", (template) => withScript(template, "echo ours"));
  const overwriting = { parameters: { overwriteDownstreamChanges: "True" } };

  const { outputs } = await stage.deploy(brought, overwriting);
  stage.takeWrites();
  const again = await stage.deploy(brought, overwriting);
  const later = await stage.deploy(brought);

  expect(outputs).toMatchObject({ Changed: "True", KeptChanges: "0" });
  const own = await readTemplate(stage);
  expect([scriptOf(own), own["Version"]]).toEqual(["echo notify", 2]);
  expect(await readUse(stage, id)).toEqual([own.Id, "2"]);
  expect(stage.takeWrites()).toEqual([]);
  for (const run of [again, later]) expect(run.outputs).toMatchObject({ KeptChanges: "0", Conflicts: "0" });
});

test("what people changed in one stays in use when upstream goes back to what it was before", async () => {
  const stage = await startDeployments();
  const first = await stage.serialize("1.0.0");
  const id = (await stage.deploy(first)).outputs["ProjectId"] ?? "";
  await editTemplate(stage, "downstream", (template) => ({ ...template, Description: "Ours." }));
  await changeUpstream(stage, "echo notify everybody");
  await stage.deploy(await stage.serialize("1.0.1"));

  const { outputs } = await stage.deploy(first);
  stage.takeWrites();
  await stage.deploy(first);

  expect(stage.takeWrites()).toEqual([]);
  expect(outputs).toMatchObject({ KeptChanges: "1", Conflicts: "0" });
  const own = await readTemplate(stage);
  expect(own).toMatchObject({ Description: "Ours." });
  expect(scriptOf(own)).toBe("echo notify");
  expect(await readUse(stage, id)).toEqual([own.Id, String(own["Version"])]);
});

test("steps that use two versions of a step template find both", async () => {
  const stage = await startDeployments();
  const { Id } = await readTemplate(stage, "upstream");
  const former = { "Octopus.Action.Template.Id": Id, "Octopus.Action.Template.Version": "0" };
  await editProperties(stage.upstream, stage.project.Id, "Say hello", former);
  await changeUpstream(stage, "echo notify everybody");
  const brought = await stage.serialize("1.0.0");

  const id = (await stage.deploy(brought)).outputs["ProjectId"] ?? "";
  stage.takeWrites();
  const { outputs } = await stage.deploy(brought);
  const writes = stage.takeWrites();
  const uses = ["Say hello", "Notify"].map(async (step) => {
    const version = (await readProperties(stage.downstream, id, step))["Octopus.Action.Template.Version"];
    return scriptOf(
      await stage.downstream.get(`/actiontemplates/${(await readTemplate(stage)).Id}/versions/${version}`),
    );
  });

  expect(writes).toEqual([]);
  expect(outputs).toMatchObject({ KeptChanges: "0", Conflicts: "0" });
  expect(await Promise.all(uses)).toEqual(["echo notify", "echo notify everybody"]);
  await changeUpstream(stage, "echo notify the world");
  const newer = await stage.deploy(await stage.serialize("1.0.1"));
  expect(newer.outputs).toMatchObject({ KeptChanges: "0", Conflicts: "0" });
  expect(scriptOf(await readTemplate(stage))).toBe("echo notify the world");
});

test("two copies in a space share a step template, whichever comes first", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  const other = { projectName: "Other", anotherCopy: "True" };
  await stage.deploy(brought);
  await stage.deploy(brought, { parameters: other });
  await changeUpstream(stage, "echo notify everybody");
  const newer = await stage.serialize("1.0.1");

  const ahead = await stage.deploy(newer, { parameters: other });
  const behind = await stage.deploy(newer);

  for (const { outputs } of [ahead, behind]) expect(outputs).toMatchObject({ KeptChanges: "0", Conflicts: "0" });
  expect((await readTemplate(stage))["Version"]).toBe(1);
});

test("what a run that was killed has installed is no person's work", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  const stop = stage.server.beforeRequest(({ method, path }) => {
    if (method !== "POST" || !path.endsWith("/actiontemplates")) return;
    stop();
    stage.server.setFaults({ drop: { at: 1, when: "after", counting: "writes", andAllLater: true } });
  });
  await stage.deploy(brought).catch(() => undefined);
  stage.server.setFaults({});
  await changeUpstream(stage, "echo notify everybody");

  const { outputs } = await stage.deploy(await stage.serialize("1.0.1"));

  expect(outputs).toMatchObject({ KeptChanges: "0", Conflicts: "0" });
  expect(scriptOf(await readTemplate(stage))).toBe("echo notify everybody");
});

/** Another of that name, which no deployment made. */
function makeTheirs({ downstream }: DeploymentStage): Promise<Document> {
  return downstream.post("/actiontemplates", {
    Name: "Notify",
    ActionType: "Octopus.Script",
    Properties: { [scriptBody]: "echo other" },
    Parameters: [],
  });
}

async function changeUpstream(stage: DeploymentStage, text: string): Promise<void> {
  await editTemplate(stage, "upstream", (template) => withScript(template, text));
}

/** A new version of it; upstream the step uses that. */
async function editTemplate(
  stage: DeploymentStage,
  side: "upstream" | "downstream",
  change: (template: JsonObject) => JsonObject,
): Promise<void> {
  const template = await readTemplate(stage, side);
  await stage[side].put(`/actiontemplates/${template.Id}`, change(toJson(template)));
  if (side === "downstream") return;
  const { Version } = await readTemplate(stage, side);
  const use = { "Octopus.Action.Template.Version": String(Version) };
  await editProperties(stage.upstream, stage.project.Id, "Notify", use);
}

async function readTemplate(stage: DeploymentStage, side: "upstream" | "downstream" = "downstream"): Promise<Document> {
  const found = (await stage[side].list("/actiontemplates")).find(({ Name }) => Name === "Notify");
  return stage[side].get(`/actiontemplates/${found?.Id ?? ""}`);
}

async function readUse({ downstream }: DeploymentStage, id: string): Promise<unknown[]> {
  const properties = await readProperties(downstream, id, "Notify");
  return [properties["Octopus.Action.Template.Id"], properties["Octopus.Action.Template.Version"]];
}

function withScript(template: JsonObject, text: string): JsonObject {
  return { ...template, Properties: { ...propertiesIn(template), [scriptBody]: text } };
}

function scriptOf(template: Document): unknown {
  return propertiesIn(toJson(template))[scriptBody];
}

function propertiesIn(template: JsonObject): JsonObject {
  return isJsonObject(template["Properties"]) ? template["Properties"] : {};
}
