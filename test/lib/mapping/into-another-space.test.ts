import { expect, test } from "vitest";
import { findDatabaseUpdate, type DatabaseUpdate } from "../../../lib/copies/find-database-update.ts";
import { openCopies } from "../../../lib/copies/find-copies.ts";
import { requireProject } from "../../../lib/graph/manifest.ts";
import { readPackage } from "../../../lib/graph/package-archive.ts";
import { createOctopusClient } from "../../../lib/octopus/octopus-client.ts";
import { objectsOf, type JsonObject } from "../../../lib/model/json.ts";
import type { Api } from "../../api.ts";
import { setVariables, startDeployments, type DeploymentStage } from "../../steps/deployment-stage.ts";
import { isSensitive } from "../../octopus-server/model/sensitive.ts";
import { actionOf, bodyOf, namesIn, valuesOf } from "./fixture-graph.ts";

const mapping = `environments: { Production: Live, Test: Staging }
feeds: { Docker (.*): Mirror of $1 }
tags: { Tier/Gold: Ring/First }
targetTags: { web: frontend }
onlyIn:
  steps: { Approve: [Production] }
variables:
  - { name: Title, scope: { environments: [], steps: [], channels: [], runbooks: [], projects: [], tags: [] }, keep: true }
  - { name: Feed, value: { variable: Tenant.Feed } }
  - { name: Database.Password, secret: { variable: Live.Password }, keep: true }
`;

interface Stage extends DeploymentStage {
  lines: string[];
  /** Deploys the project as it is upstream by now. */
  promote(version: string, yaml?: string, variables?: Record<string, string>): Promise<string[]>;
}

/** A space whose things are called otherwise than those of the template. */
async function startStage(): Promise<Stage> {
  const stage = await startDeployments();
  const { downstream } = stage;
  for (const name of ["Live", "Staging"]) await downstream.post("/environments", { Name: name });
  await downstream.post("/feeds", { Name: "Mirror of Hub", FeedType: "Docker", FeedUri: "https://mirror.example.com" });
  await downstream.post("/tagsets", { Name: "Ring", Tags: [{ Name: "First", Color: "#333333" }] });
  const lines: string[] = [];
  const known = { "Tenant.Feed": "by the tenant", "Live.Password": "live, and long" };
  return {
    ...stage,
    lines,
    async promote(version, yaml = mapping, variables = known) {
      const brought = await stage.serialize(version);
      stage.takeWrites();
      const { log } = await stage.deploy(brought, { parameters: { mapping: yaml }, variables });
      lines.push(...log.filter(({ message }) => message.includes("mapping")).map(({ message }) => message));
      return stage.takeWrites();
    },
  };
}

/** The value without a scope, or the first that is called so. */
async function changeVariable(api: Api, name: string, change: JsonObject): Promise<void> {
  const [project] = await api.list("/projects");
  const path = `/variables/variableset-${project?.Id ?? ""}`;
  const set = await api.get(path);
  const all = objectsOf(JSON.parse(JSON.stringify(set)), "Variables");
  const named = all.filter(({ Name }) => Name === name);
  const meant = named.find(({ Scope }) => Object.keys(Object(Scope)).length === 0) ?? named[0];
  await api.put(path, { ...set, Variables: all.map((one) => (one === meant ? { ...one, ...change } : one)) });
}

test("a project arrives under the names and with the values of the space", async () => {
  const stage = await startStage();

  await stage.promote("1.0.0");

  const copy = await stage.readDownstream();
  expect(valuesOf(copy, "Title")).toEqual([
    "A step's (Action Hello World/Say hello)",
    "A channel's (Channel Hello World/Hotfix; ProcessOwner Hello World)",
    "Hello, production (Environment Live; Role frontend)",
    "A runbook's (TenantTag Ring/First; ProcessOwner Hello World/Restart)",
    "Hello",
  ]);
  expect(valuesOf(copy, "Feed")).toEqual(["by the tenant"]);
  expect(valuesOf(copy, "Api.Token")).toEqual(["secret Api.Token (Environment Staging)"]);
  expect(namesIn(actionOf(copy, "Approve")?.["Environments"])).toEqual(["Live"]);
  expect(actionOf(copy, "Run image")).toMatchObject({ Container: { FeedId: { $ref: { key: ["Mirror of Hub"] } } } });
  expect(namesIn(bodyOf(copy, "runbook", "Restart")["Environments"])).toEqual(["Staging"]);
});

test("a project that is called otherwise there is one copy, whatever its name becomes", async () => {
  const stage = await startStage();
  const named = (name: string): string => `${mapping}projects: { Hello World: ${name} }\n`;

  await stage.promote("1.0.0", named("Good morning"));
  expect((await stage.promote("1.0.1", named("Good morning"))).filter((write) => !isReceipt(write))).toEqual([]);
  await stage.promote("1.0.2", named("Good evening"));

  expect(await stage.downstream.list("/projects")).toMatchObject([{ Name: "Good evening" }]);
});

test("a second promotion writes nothing, and what is left to the space stays the space's", async () => {
  const stage = await startStage();
  await stage.promote("1.0.0");
  expect(await passwordsIn(stage)).toContain("live, and long");

  expect((await stage.promote("1.0.1")).filter((write) => !isReceipt(write))).toEqual([]);
  await changeVariable(stage.downstream, "Title", { Value: "Theirs" });
  await setVariables(stage.upstream, stage.project.Id, [
    { Name: "Title", Value: "Changed upstream" },
    { Name: "Feed", Value: "x" },
    { Name: "Database.Password", Value: "rotated", IsSensitive: true, Type: "Sensitive" },
  ]);
  await stage.promote("1.1.0", mapping, { "Tenant.Feed": "another", "Live.Password": "rotated" });

  const copy = await stage.readDownstream();
  expect(valuesOf(copy, "Title")).toEqual(["Theirs"]);
  expect(valuesOf(copy, "Feed")).toEqual(["another"]);
  expect(await passwordsIn(stage)).toContain("live, and long");
});

test("what is left to the space needs no secret of the run once it is there", async () => {
  const stage = await startStage();
  await stage.promote("1.0.0");

  await expect(stage.promote("1.1.0", mapping, { "Tenant.Feed": "by the tenant" })).resolves.toBeDefined();
});

test("ignoreMismatchOnNewLeaveExistingAlone: the scope that people give a value stays", async () => {
  const stage = await startStage();
  const yaml = "scopes: ignoreMismatchOnNewLeaveExistingAlone\nwiden: { variables: [Only there] }\n";
  const here = await stage.upstream.post("/environments", { Name: "Here" });
  await setVariables(stage.upstream, stage.project.Id, [
    { Name: "Only there", Value: "one", Scope: { Environment: [here.Id] } },
  ]);
  await stage.promote("1.0.0", yaml);
  expect(valuesOf(await stage.readDownstream(), "Only there")).toEqual(["one"]);

  const [live] = (await stage.downstream.list("/environments")).filter(({ Name }) => Name === "Live");
  await changeVariable(stage.downstream, "Only there", { Scope: { Environment: [live?.Id ?? ""] } });
  await changeVariable(stage.upstream, "Only there", { Value: "two" });
  await stage.promote("1.1.0", yaml);

  expect(valuesOf(await stage.readDownstream(), "Only there")).toEqual(["two (Environment Live)"]);
});

test("asks the space what it has, and tells what stays behind and which rules are about nothing", async () => {
  const stage = await startStage();

  await stage.promote(
    "1.0.0",
    `${mapping}scopes: skipUnlessPartialMatch\nlifecycles: { Standard: Default Lifecycle }\n`,
  );

  expect(stage.lines).toEqual(['Nothing in the package is what the mapping calls "Standard" (lifecycles).']);
});

test("what a new package would do is asked with the mapping and the values of the last deployment", async () => {
  const stage = await startStage();
  await stage.promote("1.0.0", `${mapping}scopes: skipUnlessPartialMatch\n`);

  expect(await findUpdate(stage)).toMatchObject({ status: "up-to-date", changes: [], edits: [] });
  await changeVariable(stage.upstream, "Feed", { Value: "only upstream's" });
  expect(await findUpdate(stage)).toMatchObject({ changes: [] });
  await changeVariable(stage.upstream, "Title", { Scope: { Environment: [stage.environments["Production"] ?? ""] } });
  expect((await findUpdate(stage))?.changes.join()).toContain("Live");
});

test("a mapping that would widen what has a scope is refused before anything is written", async () => {
  const stage = await startStage();
  const yaml = "environments: { Production: Nowhere }\nscopes: ignoreMismatch\n";

  await expect(stage.promote("1.0.0", yaml)).rejects.toThrow(
    /Nothing of the scope is left of the variable "Title" of "Hello World" \(environments\)/,
  );
  expect(await stage.downstream.list("/projects")).toEqual([]);
});

/** As Find Updates does it, with the project as it is upstream by now. */
async function findUpdate(stage: Stage): Promise<DatabaseUpdate | undefined> {
  const client = createOctopusClient({ url: stage.url, apiKey: stage.apiKey });
  const template = client.inSpace({ Id: "Spaces-1", Name: "Default" });
  const project = await template.get(`/projects/${stage.project.Id}`);
  const space = client.inSpace({ Id: stage.downstreamId, Name: "America" });
  const { copies } = await openCopies(space, { project, space: template });
  const { path, version, id } = await stage.serialize("1.0.0");
  const manifest = requireProject(readPackage(path, id), id);
  const [copy] = copies;
  if (copy === undefined) throw new Error("There is no copy.");
  return findDatabaseUpdate(copy, { manifest, version, versions: [version] });
}

/** Receipts are script modules. */
function isReceipt(write: string): boolean {
  return /libraryvariablesets|variableset-LibraryVariableSets/i.test(write);
}

/** What the server keeps and never tells. */
async function passwordsIn({ server, downstream }: Stage): Promise<unknown[]> {
  const [project] = await downstream.list("/projects");
  const set: unknown = server.model.collection("variablesets").find(`variableset-${project?.Id ?? ""}`);
  const variables = objectsOf(JSON.parse(JSON.stringify(set)), "Variables");
  return variables.map(({ Value: value }) => (isSensitive(value) ? value.$sensitive : null));
}
