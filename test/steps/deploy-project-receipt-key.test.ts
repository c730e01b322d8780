import { createHmac } from "node:crypto";
import { brotliCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { readPackage } from "../../lib/graph/package-archive.ts";
import { canonicalJson, type JsonObject } from "../../lib/model/json.ts";
import { withoutIdentity } from "../../lib/model/identity.ts";
import { targetId } from "../../lib/model/graph.ts";
import { isSensitive } from "../octopus-server/model/sensitive.ts";
import { secrets, startDeployments, type DeployedPackage, type DeploymentStage } from "./deployment-stage.ts";
import { editScript, editVariables, namesOf, readScript, readVariables } from "./edit-project.ts";

const formerKey = "a key for receipts";

test.each([
  [
    "missing",
    "",
    /^Failed to deploy the project "Hello World": no "Receipt Key" is set, unlike at the last deployment/,
  ],
  [
    "another one",
    "another key",
    /: the "Receipt Key" is not the one that it was at the last deployment of "Hello World"/,
  ],
])("a receipt key that is %s is told before anything is written", async (_what, receiptKey, sentence) => {
  const { stage, id, brought } = await startRotated();

  const message = await messageOf(stage.deploy(brought, { parameters: { receiptKey } }));

  expect(message).toMatch(sentence);
  expect(message).not.toContain("\n");
  expect(stage.takeWrites()).toEqual([]);
  expect(readSecrets(stage, id)["Api.Token"]).toBe("a person's");
});

test("a run that may send all secrets sends them, and from then on its key is the one", async () => {
  const { stage, id, brought } = await startRotated();
  const newKey = { receiptKey: "another key" };

  const sent = await stage.deploy(brought, { parameters: { ...newKey, sendAllSecrets: "True" } });
  stage.takeWrites();
  await stage.deploy(brought, { parameters: newKey });

  expect(stage.takeWrites()).toEqual([]);
  expect(sent.outputs["Report"]).toContain('Updated the variables of "Hello World": 2 secrets.');
  expect(readSecrets(stage, id)).toEqual(secrets);
  expect(await messageOf(stage.deploy(brought))).toMatch(/is not the one that it was/);
});

test("the first key of a copy that had none is no error", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  await stage.deploy(brought, { parameters: { receiptKey: "" } });

  await stage.deploy(brought);
  stage.takeWrites();
  await stage.deploy(brought);

  expect(stage.takeWrites()).toEqual([]);
  expect(await messageOf(stage.deploy(brought, { parameters: { receiptKey: "" } }))).toMatch(/no "Receipt Key" is set/);
});

test("the receipt of an earlier version goes on: nothing is sent again, and what people changed is kept", async () => {
  const { stage, id, brought } = await startRotated();
  await editScript(stage.downstream, id, "Say hello", "echo Howdy");
  await editVariables(stage.downstream, id, (all) => [...all, { Name: "Ours", Value: "1" }]);
  await leaveLegacyReceipt(stage, brought, id);
  stage.takeWrites();

  const { outputs } = await stage.deploy(brought);
  const writes = stage.takeWrites();
  const again = await stage.deploy(brought);

  expect(writes.filter((write) => !/libraryvariablesets/i.test(write))).toEqual([]);
  expect(stage.takeWrites()).toEqual([]);
  for (const one of [outputs, again.outputs]) expect(one).toMatchObject({ Changed: "False", KeptChanges: "2" });
  expect(readSecrets(stage, id)["Api.Token"]).toBe("a person's");
  expect(namesOf(await readVariables(stage.downstream, id))).toContain("Ours");
  expect(await readReceipts(stage)).toEqual({
    modules: ["Managed Spaces Receipt[hello_world][Hello World]"],
    variables: ["Receipt[other][Other]"],
  });
});

test("a newer package reaches a copy whose receipt an earlier version left", async () => {
  const { stage, id, brought } = await startRotated();
  await editScript(stage.downstream, id, "Say hello", "echo Howdy");
  await leaveLegacyReceipt(stage, brought, id);
  await editScript(stage.upstream, stage.project.Id, "Run image", "echo Run another image");
  await editScript(stage.upstream, stage.project.Id, "Say hello", "echo Good morning");

  const { outputs } = await stage.deploy(await stage.serialize("1.0.1"));

  expect(outputs).toMatchObject({ Changed: "True", KeptChanges: "1", Conflicts: "1" });
  expect(await readScript(stage.downstream, id, "Run image")).toBe("echo Run another image");
  expect(await readScript(stage.downstream, id, "Say hello")).toBe("echo Howdy");
  expect(readSecrets(stage, id)["Api.Token"]).toBe("a person's");
});

test.each(["", "another key"])("the key of such a receipt counts, too: %j is refused", async (receiptKey) => {
  const { stage, id, brought } = await startRotated();
  await leaveLegacyReceipt(stage, brought, id);
  stage.takeWrites();

  expect(await messageOf(stage.deploy(brought, { parameters: { receiptKey } }))).toMatch(/"Receipt Key" is/);
  expect(stage.takeWrites()).toEqual([]);
  await stage.deploy(brought, { parameters: { receiptKey, sendAllSecrets: "True" } });
  expect(readSecrets(stage, id)).toEqual(secrets);
});

/** A copy in which people have rotated a secret. */
async function startRotated(): Promise<{ stage: DeploymentStage; id: string; brought: DeployedPackage }> {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  const id = (await stage.deploy(brought)).outputs["ProjectId"] ?? "";
  await editVariables(stage.downstream, id, (variables) =>
    variables.map((one) => (one["Name"] === "Api.Token" ? { ...one, Value: "a person's" } : one)),
  );
  stage.takeWrites();
  return { stage, id, brought };
}

/** Puts a receipt in place of the copy's own as earlier versions wrote it: manifest without identities, ids and secrets by names. */
async function leaveLegacyReceipt(stage: DeploymentStage, brought: DeployedPackage, project: string): Promise<void> {
  const { downstream, downstreamId } = stage;
  const receipt = {
    format: 1,
    package: brought.id,
    version: brought.version,
    project,
    upstream: { spaceId: "Spaces-1", space: "Default", projectId: stage.project.Id, project: "Hello World" },
    manifest: packLegacyManifest(brought),
    ids: await listIds(stage, brought, project),
    secrets: digestSecrets(downstreamId),
  };
  const [module] = await downstream.list("/libraryvariablesets?contentType=ScriptModule");
  await downstream.remove(`/libraryvariablesets/${module?.Id ?? ""}`);
  const set = await downstream.post("/libraryvariablesets", {
    Name: "Managed Spaces Receipts",
    ContentType: "Variables",
  });
  const variables = await downstream.get(`/variables/variableset-${set.Id}`);
  const other = { format: 1, package: "other", version: "3.0.0", project: "Projects-9" };
  await downstream.put(`/variables/variableset-${set.Id}`, {
    ...variables,
    Variables: [
      { Name: "Receipt[hello_world][Hello World]", Value: JSON.stringify(receipt) },
      { Name: "Receipt[other][Other]", Value: JSON.stringify(other) },
    ],
  });
}

function packLegacyManifest({ path }: DeployedPackage): string {
  const { root: _root, graph, ...manifest } = readPackage(path, "package");
  const legacy = { ...manifest, format: 1, kind: "project", graph: withoutIdentity(graph) };
  return brotliCompressSync(canonicalJson(JSON.parse(JSON.stringify(legacy)))).toString("base64");
}

async function listIds(
  { downstream }: DeploymentStage,
  { path }: DeployedPackage,
  project: string,
): Promise<Record<string, string>> {
  const documents = [
    ...(await downstream.list("/runbooks")),
    ...(await downstream.list(`/projects/${project}/channels`)),
    ...(await downstream.list("/projecttriggers")),
  ];
  const { nodes } = readPackage(path, "package").graph;
  const known = nodes.flatMap(({ kind, key }) => {
    const found = documents.find(({ Name }) => key.length > 1 && Name === key.at(-1));
    return found === undefined || kind === "runbookProcess" ? [] : [[targetId({ kind, key }), found.Id] as const];
  });
  return { ...Object.fromEntries(known), [targetId({ kind: "project", key: ["Hello World"] })]: project };
}

function digestSecrets(spaceId: string): Record<string, string> {
  const owner = targetId({ kind: "variableSet", key: ["Hello World"] });
  const places = { "Database.Password": "Database.Password", "Api.Token": "Api.Token (Environment: Test)" };
  const entries = Object.entries(places).map(([name, item]) => {
    const place = `${owner} ${JSON.stringify(["Variables", item, "Value"])}`;
    const parts = [spaceId, place, name, name === "Api.Token" ? secrets["Api.Token"] : secrets["Database.Password"]];
    return [place, createHmac("sha256", formerKey).update(JSON.stringify(parts)).digest("hex")];
  });
  return Object.fromEntries(entries);
}

async function readReceipts({ downstream }: DeploymentStage): Promise<unknown> {
  const sets = await downstream.list("/libraryvariablesets");
  const legacy = sets.find(({ Name }) => Name === "Managed Spaces Receipts");
  const variables: JsonObject[] = JSON.parse(
    JSON.stringify((await downstream.get(`/variables/variableset-${legacy?.Id ?? ""}`))["Variables"]),
  );
  const modules = sets.filter(({ ContentType }) => ContentType === "ScriptModule").map(({ Name }) => Name);
  return { modules, variables: namesOf(variables) };
}

/** What the server keeps and never tells. */
function readSecrets({ server }: DeploymentStage, projectId: string): Record<string, unknown> {
  const set = server.model.collection("variablesets").find(`variableset-${projectId}`);
  const variables = Array.isArray(set?.["Variables"]) ? set["Variables"] : [];
  return Object.fromEntries(
    variables.flatMap((variable: Record<string, unknown>) =>
      isSensitive(variable["Value"]) ? [[variable["Name"], variable["Value"].$sensitive]] : [],
    ),
  );
}

async function messageOf(run: Promise<unknown>): Promise<string> {
  return run.then(
    () => "",
    (error: Error) => error.message,
  );
}
