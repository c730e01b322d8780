import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { parseBaseline } from "../../../lib/baseline/parse-baseline.ts";
import { sections } from "../../../lib/baseline/sections/index.ts";
import { isJsonObject, objectOf, objectsOf, type JsonObject } from "../../../lib/model/json.ts";
import { getKind } from "../../../lib/resources/index.ts";
import type { ResourceKind } from "../../../lib/resources/resource-kind.ts";
import { step } from "../../../steps/populate-space/step.ts";
import { createApi, type Api, type Document } from "../../api.ts";
import { runCommand, type Outcome } from "../../run-command.ts";
import { createStepContext } from "../../step/create-step-context.ts";
import { startOctopus } from "../../steps/managed-tenants.ts";

const whole = readFileSync(join(import.meta.dirname, "../baseline/whole-space.yaml"), "utf8");

test("a space that a baseline filled gives a baseline that fills another space to the same", async () => {
  const stage = await startStage();
  await stage.makeSpace("America");
  await stage.makeSpace("Europe");

  await stage.populate("America", whole);
  stage.takeWrites();
  await stage.populate("America", whole);
  const second = stage.takeWrites();
  const first = await stage.readSpace("America");
  await stage.populate("Europe", first.stdout);
  stage.takeWrites();
  await stage.populate("Europe", first.stdout);
  const third = stage.takeWrites();
  const other = await stage.readSpace("Europe");
  const named = await stage.readSpace("Europe", ["--kind", "user", "--kind", "user role"]);

  expect(sections.filter(({ key }) => objectsOf(parseBaseline(whole, "whole"), key).length === 0)).toEqual([]);
  expect(second).toEqual([]);
  expect(third).toEqual([]);
  expect(first.stderr).toBe("");
  expect(parse(other.stdout)).toEqual(parse(first.stdout));
  expect(listNames(first.stdout)).toEqual(
    expect.arrayContaining(listNames(whole, ({ isServerWide }) => isServerWide !== true)),
  );
  expect(listNames(named.stdout)).toEqual(listNames(whole, ({ isServerWide }) => isServerWide === true));
  expect(first.stdout).not.toContain("the secret ");
});

test("writes one kind or one name to a file, and over another only when told to", async () => {
  const stage = await startStage();
  await stage.makeSpace("America");
  await stage.populate("America", "environments: [{ name: Test }]\nprojectGroups: [{ name: Test }, { name: Apps }]\n");
  const file = join(mkdtempSync(join(tmpdir(), "baseline-")), "space.yaml");
  writeFileSync(file, "mine");

  const refused = await stage.readSpace("America", ["--name", "Test", "--out", file]);
  const kept = readFileSync(file, "utf8");
  const done = await stage.readSpace("America", ["--name", "Test", "--out", file, "--replace"]);
  const groups = await stage.readSpace("America", ["--kind", "project group", "--name", "A.*"]);

  expect(refused).toEqual({
    code: 1,
    stdout: "",
    stderr: `The baseline cannot be written to "${file}". It is there already: use --replace to write over it.\n`,
  });
  expect(kept).toBe("mine");
  expect(done).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(parse(readFileSync(file, "utf8"))).toEqual({
    environments: [{ name: "Test" }],
    projectGroups: [{ name: "Test" }],
  });
  expect(groups.stdout).toBe(`# What the space "America" has.

projectGroups:
  - name: Apps
`);
});

test("leaves polling Tentacles behind with what is only for them, unless they are asked for", async () => {
  const stage = await startStage();
  const space = await stage.makeSpace("America");
  const { Id: environment } = await space.post("/environments", { Name: "Production" });
  const target = { EnvironmentIds: [environment], Roles: ["web"], IsDisabled: false };
  const polling = { CommunicationStyle: "TentacleActive", Uri: "poll://abcdefghij/", Thumbprint: "AB12" };
  const { Id: machine } = await space.post("/machines", { Name: "Polls", ...target, Endpoint: polling });
  const region = { CommunicationStyle: "None" };
  await space.post("/machines", { Name: "Region", ...target, Endpoint: region });
  const { Id: set } = await space.post("/libraryvariablesets", { Name: "Common", ContentType: "Variables" });
  const path = `/variables/variableset-${set}`;
  const variable = { Name: "Port", Value: "1", Type: "String", IsSensitive: false, Scope: { Machine: [machine] } };
  await space.put(path, { ...(await space.get(path)), Variables: [variable] });

  const { stdout, stderr } = await stage.readSpace("America");
  const all = await stage.readSpace("America", ["--with-polling"]);

  expect(objectsOf(parseBaseline(stdout, "baseline"), "deploymentTargets")).toMatchObject([{ name: "Region" }]);
  expect(objectsOf(parseBaseline(stdout, "baseline"), "libraryVariableSets")).toEqual([{ name: "Common" }]);
  expect(stdout).toMatch(/^# - the deployment target "Polls": left out: it polls its server/m);
  expect(stdout).toMatch(/^# - .*Port.*: left out: it is only for targets that stay behind/m);
  expect(stderr).toBe("3 things cannot be said in a baseline: comments tell them.\n");
  expect(parse(all.stdout)).toMatchObject({ deploymentTargets: [{ name: "Polls", isDisabled: true }, {}] });
});

test("tells in comments what a baseline cannot say, and says nothing for more than it is", async () => {
  const stage = await startStage();
  const space = await stage.makeSpace("America");
  await stage.populate("America", whole);
  const { Id: projectId, Name: project } = await stage.find(space, "/projects", "Shop");
  const { Id: environmentId } = await stage.find(space, "/environments", "Production");
  const { Id: runbookId } = await space.post("/runbooks", { Name: "Restart\nall", ProjectId: projectId });
  const action = { ActionType: "RunRunbook", RunbookId: runbookId, EnvironmentIds: [environmentId] };
  const filter = { FilterType: "CronExpressionSchedule", CronExpression: "0 0 6 * * Mon-Fri", Timezone: "UTC" };
  await space.post("/projecttriggers", { Name: "Nightly", ProjectId: projectId, Action: action, Filter: filter });
  const variables = await space.get(`/variables/variableset-${projectId}`);
  const scope = { ProcessOwner: [runbookId] };
  const scoped = { Name: "Narrow", Value: "for the runbook alone", Scope: scope };
  await space.put(`/variables/variableset-${projectId}`, {
    ...variables,
    Variables: [...objectsOf(toJson(variables), "Variables"), scoped],
  });

  const { Id: targetId, ...target } = await stage.find(space, "/machines", "Region");
  await space.put(`/machines/${targetId}`, { Id: targetId, ...target, IsDisabled: false });

  const { stdout, stderr } = await stage.readSpace("America");

  expect(stdout.split("\n").filter((line) => line.startsWith("#"))).toEqual([
    '# What the space "America" has.',
    "# Not said here:",
    '# - the deployment target "Region": said as disabled, so that it does not work for two spaces by accident',
    `# - the project "${String(project)}": its runbook is made in the UI, and comes in a package`,
    `# - the trigger "Nightly" of "${String(project)}": left out: it needs the runbook "Restart all" of "${String(project)}", which comes in a package`,
    `# - the variables of "${String(project)}": said without Variables.[Narrow].Scope.ProcessOwner, Variables.[Narrow]`,
  ]);
  expect(stdout).not.toContain("Narrow\n");
  expect(stdout).not.toContain("for the runbook alone");
  expect(stderr).toBe("4 things cannot be said in a baseline: comments tell them.\n");
});

test("a name that nothing has is told, and a baseline of nothing is not written", async () => {
  const stage = await startStage();
  await stage.makeSpace("America");
  await stage.populate("America", "environments: [{ name: Test }]\nprojectGroups: [{ name: Test }, { name: Apps }]\n");
  const file = join(mkdtempSync(join(tmpdir(), "baseline-")), "space.yaml");

  const some = await stage.readSpace("America", ["--name", "Test", "--name", "Ap"]);
  const none = await stage.readSpace("America", ["--kind", "environment", "--name", "Tst", "--out", file]);

  expect(parse(some.stdout)).toEqual({ environments: [{ name: "Test" }], projectGroups: [{ name: "Test" }] });
  expect(some.stderr).toBe('The name "Ap" selects nothing in the space "America". Did you mean "Apps"?\n');
  expect(none).toMatchObject({ code: 1, stdout: "" });
  expect(none.stderr).toMatch(
    /the selection has nothing in it: the name "Tst" selects nothing in the space "America"\. Did you mean "Test"\? Nothing was written\.\n$/,
  );
  expect(existsSync(file)).toBe(false);
});

test("says a step template once, as it is now, and only where it was asked for", async () => {
  const stage = await startStage();
  const space = await stage.makeSpace("America");
  await stage.populate("America", whole);
  const template = await stage.find(space, "/actiontemplates", "");
  const project = await stage.find(space, "/projects", "Shop");
  const path = `/projects/${project.Id}/deploymentprocesses`;
  const properties = {
    ...objectOf(toJson(template), "Properties"),
    "Octopus.Action.Template.Id": template.Id,
    "Octopus.Action.Template.Version": String(template["Version"]),
  };
  const action = { Name: "Use it", ActionType: String(template["ActionType"]), Properties: properties };
  await space.put(path, { ...(await space.get(path)), Steps: [{ Name: "Use it", Actions: [action] }] });
  await space.put(`/actiontemplates/${template.Id}`, { ...template, Description: "Newer." });

  const all = parseBaseline((await stage.readSpace("America")).stdout, "all");
  const projects = await stage.readSpace("America", ["--kind", "project"]);

  const own = objectsOf(all, "stepTemplates").filter(({ name }) => name === template["Name"]);
  expect(own).toEqual([expect.objectContaining({ description: "Newer." })]);
  expect(Object.keys(parse(projects.stdout))).toEqual(["projects"]);
  expect(projects.stdout).toMatch(
    /# - the project "Shop.*": its deployment process is made in the UI, and comes in a package\n/,
  );
});

interface Stage {
  makeSpace(name: string): Promise<Api>;
  find(space: Api, path: string, name: string): Promise<Document>;
  populate(space: string, baseline: string): Promise<void>;
  readSpace(space: string, more?: string[]): Promise<Outcome>;
  takeWrites(): string[];
}

async function startStage(): Promise<Stage> {
  const { server, url, apiKey } = await startOctopus({ version: "2026.4" });
  const system = createApi({ url, apiKey }, "/api");
  const spaces = new Map<string, string>();
  let seen = 0;
  return {
    async makeSpace(name) {
      const SpaceManagersTeamMembers = [(await system.get("/users/me")).Id];
      const { Id } = await system.post("/spaces", { Name: name, SpaceManagersTeamMembers });
      spaces.set(name, Id);
      return createApi({ url, apiKey }, `/api/${Id}`);
    },
    async find(space, path, name) {
      const found = (await space.list(path)).find(({ Name }) => String(Name).startsWith(name));
      if (found === undefined) throw new Error(`There is no "${name}" in ${path}.`);
      return found;
    },
    async populate(space, baseline) {
      const variables = Object.fromEntries(listVariables(parse(baseline)).map((name) => [name, `the secret ${name}`]));
      const spaceId = spaces.get(space) ?? "";
      const parameters = { baseline, serverUrl: url, apiKey, spaceId, receiptKey: "a key" };
      await createStepContext({ step, parameters, variables: { ...variables, ...guessed } }).run();
    },
    readSpace: (space, more = []) =>
      runCommand(["baseline", "--from-space", "--space", space, ...more], {
        OCTOPUS_URL: url,
        OCTOPUS_API_KEY: apiKey,
      }),
    takeWrites() {
      const writes = server.requests.slice(seen).filter(({ method }) => method !== "GET");
      seen = server.requests.length;
      return writes.map(({ method, path }) => `${method} ${path}`);
    },
  };
}

function toJson(document: Document): JsonObject {
  return JSON.parse(JSON.stringify(document));
}

/** What the baseline leaves to the rule. */
const guessed = {
  "GitCredential[GitHub 🔑].Password": "a token",
  'Account[Azure / "x" 🔐].Password': "a password",
};

/** The variables that a baseline names for secrets. */
function listVariables(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(listVariables);
  if (!isJsonObject(value)) return [];
  const own = typeof value["variable"] === "string" && Object.keys(value).length === 1 ? [value["variable"]] : [];
  return [...own, ...Object.values(value).flatMap(listVariables)];
}

/** Sections with the names in them. */
function listNames(yaml: string, isWanted: (kind: ResourceKind) => boolean = () => true): string[] {
  const content: JsonObject = parseBaseline(yaml, "baseline");
  return sections.flatMap(({ key, kind }) => {
    if (!isWanted(getKind(kind))) return [];
    const section = key === "dockerFeeds" ? "feeds" : key;
    return objectsOf(content, key).map(({ name }) => `${section}: ${String(name)}`);
  });
}
