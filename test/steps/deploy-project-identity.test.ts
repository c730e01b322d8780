import { expect, test } from "vitest";
import { renderManifest } from "../../lib/graph/manifest.ts";
import { readPackage } from "../../lib/graph/package-archive.ts";
import type { JsonObject } from "../../lib/model/json.ts";
import { script, startDeployments, type DeploymentStage } from "./deployment-stage.ts";
import {
  changeSteps,
  changeVariables,
  edit,
  messagesOf,
  namesOf,
  processPath,
  readSteps,
  readVariables,
  renameSteps,
  warningsOf,
} from "./project-edits.ts";

test("brings a rename in case alone of a project, channel, runbook, step and variable", async () => {
  const stage = await startDeployments();
  const { upstream, downstream, project } = stage;
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  const before = (await readVariables(downstream, id)).map(({ Id }) => Id);
  await edit(upstream, "/projects", { name: "Hello World", changes: { Name: "Hello world" } });
  await edit(upstream, "/channels", { name: "Hotfix", changes: { Name: "HotFix" } });
  await edit(upstream, "/runbooks", { name: "Restart", changes: { Name: "restart" } });
  await renameSteps(upstream, processPath(project.Id), { "Say hello": "Say Hello" });
  await changeVariables(upstream, project.Id, (variables) => renameVariables(variables, "Title", "title"));
  const renamed = await stage.serialize("1.1.0", "Hello world");

  const run = await stage.deploy(renamed);
  stage.takeWrites();
  const again = await stage.deploy(renamed);

  expect(stage.takeWrites()).toEqual([]);
  expect(run.outputs["KeptChanges"]).toBe("0");
  expect(again.outputs["KeptChanges"]).toBe("0");
  expect((await downstream.get(`/projects/${id}`))["Name"]).toBe("Hello world");
  expect(namesOf(await downstream.list(`/projects/${id}/channels`))).toContain("HotFix");
  expect(namesOf(await downstream.list("/runbooks"))).toEqual(["restart"]);
  expect(namesOf(await readSteps(downstream, processPath(id)))[0]).toBe("Say Hello");
  const variables = await readVariables(downstream, id);
  expect(namesOf(variables).filter((name) => /^title$/i.test(name))).toEqual([
    "title",
    "title",
    "title",
    "title",
    "title",
  ]);
  expect(variables.map(({ Id }) => Id).toSorted()).toEqual(before.toSorted());
});

test("keeps the token that people rotated when the scope of a secret widens in the template", async () => {
  const stage = await startDeployments();
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  await changeVariables(stage.downstream, id, (variables) =>
    variables.map((one) => (one["Name"] === "Api.Token" ? { ...one, Value: "a person's" } : one)),
  );
  await widenToken(stage);
  const widened = await stage.serialize("1.1.0");

  const run = await stage.deploy(widened);
  stage.takeWrites();
  await stage.deploy(widened);

  expect(stage.takeWrites()).toEqual([]);
  const tokens = (await readVariables(stage.downstream, id)).filter(({ Name }) => Name === "Api.Token");
  expect(tokens).toHaveLength(1);
  expect(scopeNames(stage, tokens[0])).toHaveLength(2);
  expect(secretsOf(stage, id, "Api.Token")).toEqual(["a person's"]);
  expect(messagesOf(run).filter((text) => text.includes("secret"))).toEqual([]);
});

test("does not double a value that people changed when its scope changes in the template", async () => {
  const stage = await startDeployments();
  const { upstream, downstream, project, environments } = stage;
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  await changeVariables(downstream, id, (variables) =>
    variables.map((one) => (one["Value"] === "Hello, production" ? { ...one, Value: "Ours" } : one)),
  );
  await changeVariables(upstream, project.Id, (variables) =>
    variables.map((one) =>
      one["Value"] === "Hello, production"
        ? { ...one, Scope: { Environment: [environments["Production"], environments["Test"]], Role: ["web"] } }
        : one,
    ),
  );

  const run = await stage.deploy(await stage.serialize("1.1.0"));

  const titles = (await readVariables(downstream, id)).filter(({ Name }) => Name === "Title");
  const theirs = titles.filter(({ Value }) => Value === "Ours");
  expect(titles).toHaveLength(5);
  expect(theirs).toHaveLength(1);
  expect(scopeNames(stage, theirs[0])).toHaveLength(2);
  expect(titles.filter(({ Value }) => Value === "Hello, production")).toEqual([]);
  expect(run.outputs).toMatchObject({ KeptChanges: "1", Conflicts: "0" });
});

test("takes a step that people edited and the template renamed for one step", async () => {
  const stage = await startDeployments();
  const { upstream, downstream, project } = stage;
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  await changeSteps(downstream, processPath(id), (steps) =>
    JSON.parse(JSON.stringify(steps).replace("echo Say hello", "echo Howdy")),
  );
  await renameSteps(upstream, processPath(project.Id), { "Say hello": "Greet" });

  await stage.deploy(await stage.serialize("1.1.0"));

  const steps = await readSteps(downstream, processPath(id));
  expect(namesOf(steps)).toEqual(["Greet", "Run image", "Approve", "Ship", "Notify"]);
  expect(JSON.stringify(steps[0])).toContain("echo Howdy");
});

test.each([
  ["a value", []],
  ["a secret", [{ Value: "theirs", IsSensitive: true, Type: "Sensitive" }]],
])(
  "never has two spellings of a variable side by side, though people have one of that name: %s",
  async (_what, own) => {
    const stage = await startDeployments();
    const { upstream, downstream, project, environments } = stage;
    const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
    await changeVariables(downstream, id, (variables) => [...variables, { Name: "Region", Value: "eu", ...own[0] }]);
    await changeVariables(upstream, project.Id, (variables) => [
      ...variables,
      { Name: "region", Value: "us" },
      { Name: "region", Value: "us-test", Scope: { Environment: [environments["Test"]] } },
    ]);
    const newer = await stage.serialize("1.1.0");

    const run = await stage.deploy(newer);
    const arrived = await readVariables(downstream, id);
    stage.takeWrites();
    const again = await stage.deploy(newer);
    const unchanged = stage.takeWrites();
    await changeVariables(downstream, id, (variables) => renameVariables(variables, "Region", "Our.Region", "eu"));
    await changeVariables(downstream, id, (variables) =>
      variables.map((one) =>
        one["IsSensitive"] === true && one["Name"] === "Region" ? { ...one, Name: "Our.Region" } : one,
      ),
    );
    await stage.deploy(newer);

    expect(unchanged).toEqual([]);
    expect(warningsOf(run)).toEqual([
      '"region" in the variables of "Hello World" stays away, since this space has its own "Region", which is left as it is. Rename that one to let the template\'s arrive.',
    ]);
    expect(warningsOf(again)).toEqual(warningsOf(run));
    expect(namesOf(arrived).filter((name) => /^region$/i.test(name))).toEqual(["Region", "Region"]);
    const later = (await readVariables(downstream, id)).filter(({ Name }) => /region$/i.test(String(Name)));
    expect(new Set(namesOf(later).filter((name) => /^region$/i.test(name))).size).toBe(1);
    expect(later).toHaveLength(3);
  },
);

test("spells a variable as people do when the template renames another to their name", async () => {
  const stage = await startDeployments();
  const { upstream, downstream, project, environments } = stage;
  await changeVariables(upstream, project.Id, (variables) => [
    ...variables,
    { Name: "Zone", Value: "us-test", Scope: { Environment: [environments["Test"]] } },
  ]);
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  await changeVariables(downstream, id, (variables) => [...variables, { Name: "Region", Value: "eu" }]);
  await changeVariables(upstream, project.Id, (variables) => renameVariables(variables, "Zone", "region"));
  const newer = await stage.serialize("1.1.0");

  await stage.deploy(newer);
  stage.takeWrites();
  await stage.deploy(newer);

  expect(stage.takeWrites()).toEqual([]);
  const names = namesOf(await readVariables(downstream, id)).filter((name) => /^(region|zone)$/i.test(name));
  expect(names).toEqual(["Region", "Region"]);
});

test("follows a channel rule whose range changes, and what people changed in it stays", async () => {
  const stage = await startDeployments();
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  const rulesOf = (channel: JsonObject): JsonObject[] => JSON.parse(JSON.stringify(channel["Rules"]));
  const path = `/projects/${id}/channels`;
  const hotfix = async (api: DeploymentStage["upstream"], list: string): Promise<JsonObject> =>
    JSON.parse(JSON.stringify((await api.list(list)).find(({ Name }) => Name === "Hotfix")));
  const theirs = rulesOf(await hotfix(stage.downstream, path)).map((rule) => ({ ...rule, Tag: "^beta$" }));
  await edit(stage.downstream, "/channels", { name: "Hotfix", changes: { Rules: theirs } });
  const upstreamRules = rulesOf(await hotfix(stage.upstream, "/channels"));
  await edit(stage.upstream, "/channels", {
    name: "Hotfix",
    changes: { Rules: upstreamRules.map((rule) => ({ ...rule, VersionRange: "[2.0,3.0)" })) },
  });

  await stage.deploy(await stage.serialize("1.1.0"));

  expect(rulesOf(await hotfix(stage.downstream, path))).toMatchObject([{ VersionRange: "[2.0,3.0)", Tag: "^beta$" }]);
});

test("says nothing of the source's ids in a package", async () => {
  const stage = await startDeployments();
  await changeVariables(stage.upstream, stage.project.Id, (variables) =>
    variables.filter(({ Name }) => Name !== "Feed"),
  );
  const brought = await stage.serialize("1.0.0");

  const { upstream, project } = stage;
  const text = renderManifest(readPackage(brought.path, "package")).replace(/"source": ?\{[^}]*\}[^}]*\}[^}]*\}/, "");

  const ids = [
    ...(await readVariables(upstream, project.Id)),
    ...(await readSteps(upstream, processPath(project.Id))),
    ...(await upstream.list("/runbooks")),
    ...(await upstream.list("/channels")),
    ...(await upstream.list("/environments")),
  ].map(({ Id }) => String(Id));
  expect(ids.filter((one) => text.includes(`"${one}"`))).toEqual([]);
});

test("brings a step and a variable that were made again under the same name without doubling them", async () => {
  const stage = await startDeployments();
  const { upstream, downstream, project } = stage;
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  await changeSteps(upstream, processPath(project.Id), (steps) => [
    script("Say hello", { Notes: "Again" }),
    ...steps.slice(1),
  ]);
  await changeVariables(upstream, project.Id, (variables) =>
    variables.map(({ Id: _id, ...one }) => (one["Value"] === "Hello" ? { ...one, Value: "Hello again" } : one)),
  );

  const run = await stage.deploy(await stage.serialize("1.1.0"));

  expect(run.outputs["KeptChanges"]).toBe("0");
  expect(namesOf(await readSteps(downstream, processPath(id)))).toEqual([
    "Say hello",
    "Run image",
    "Approve",
    "Ship",
    "Notify",
  ]);
  const greetings = (await readVariables(downstream, id)).filter(({ Value }) => /^Hello( again)?$/.test(String(Value)));
  expect(greetings.map(({ Value }) => Value)).toEqual(["Hello again"]);
});

function renameVariables(variables: JsonObject[], from: string, to: string, value?: string): JsonObject[] {
  return variables.map((one) =>
    one["Name"] === from && (value === undefined || one["Value"] === value) ? { ...one, Name: to } : one,
  );
}

async function widenToken({ upstream, project, environments }: DeploymentStage): Promise<void> {
  const everywhere = [environments["Sync"], environments["Test"], environments["Production"]];
  await changeVariables(upstream, project.Id, (variables) =>
    variables.map((one) => (one["Name"] === "Api.Token" ? { ...one, Scope: { Environment: everywhere } } : one)),
  );
}

function scopeNames(_stage: DeploymentStage, variable: JsonObject | undefined): unknown[] {
  return JSON.parse(JSON.stringify(variable?.["Scope"])).Environment;
}

/** What the server keeps and never tells. */
function secretsOf({ server }: DeploymentStage, projectId: string, name: string): unknown[] {
  const set = JSON.parse(JSON.stringify(server.model.collection("variablesets").find(`variableset-${projectId}`)));
  const variables: { Name: string; Value: { $sensitive?: string } | null }[] = set.Variables;
  return variables.filter((variable) => variable.Name === name).map(({ Value }) => Value?.$sensitive);
}
