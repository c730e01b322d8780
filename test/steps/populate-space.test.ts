import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { objectsOf, type JsonObject } from "../../lib/model/json.ts";
import { writeZip } from "../../lib/zip.ts";
import { step } from "../../steps/populate-space/step.ts";
import { createApi, type Api } from "../api.ts";
import { serverLines } from "../server-lines.ts";
import type { OctopusServer, OctopusServerOptions } from "../octopus-server/octopus-server.ts";
import { createStepContext, type StepRecording } from "../step/create-step-context.ts";
import { forEachNumber } from "./for-each-number.ts";
import { startOctopus } from "./managed-tenants.ts";

const example = readFileSync(join(import.meta.dirname, "../../examples/baseline/baseline.yaml"), "utf8");
const secrets = { "Git.Password": "a git token", "Docker.Password": "a docker token" };

test.each(serverLines)("gives a new space on %s all that the example says", async (version) => {
  const stage = await startSpace({ version });

  const { outputs, log } = await stage.populate(example);

  expect(await names(stage.space, "/environments")).toEqual(["Development", "Test", "Production"]);
  expect(await names(stage.space, "/lifecycles")).toEqual(["Default Lifecycle", "Simple"]);
  expect(await names(stage.space, "/git-credentials")).toEqual(["Git"]);
  expect(await names(stage.space, "/feeds")).toContain("Docker Hub");
  expect(await names(stage.space, "/projectgroups")).toEqual(["Default Project Group", "Hello World"]);
  expect(await names(stage.space, "/libraryvariablesets")).toEqual([
    "Managed Spaces Baseline[managed-spaces]",
    "This Space",
  ]);
  const lifecycle = await find(stage.space, "/lifecycles", "Simple");
  const production = await find(stage.space, "/environments", "Production");
  expect(objectsOf(lifecycle, "Phases")[2]).toMatchObject({
    Name: "Production",
    OptionalDeploymentTargets: [production["Id"]],
  });
  expect(lifecycle).toMatchObject({
    ReleaseRetentionPolicy: {
      QuantityToKeep: 30,
      Unit: "Days",
      ShouldKeepForever: false,
      ...(version === "2024.4" ? {} : { Strategy: "Count" }),
    },
  });
  expect(outputs["Changed"]).toBe("True");
  expect(log.at(-1)?.message).toMatch(/^Populated the space \[America\]\(.*\): 9 made\.$/);
});

test.each(serverLines)("writes nothing the second time on %s", async (version) => {
  const stage = await startSpace({ version });
  await stage.populate(example);
  stage.takeWrites();

  const { outputs } = await stage.populate(example);

  expect(stage.takeWrites()).toEqual([]);
  expect(outputs).toMatchObject({ Changed: "False", Report: "" });
});

test("takes what people call the same in another case, and makes nothing beside it", async () => {
  const stage = await startSpace();
  for (const [path, body] of [
    ["/environments", { Name: "production" }],
    ["/projectgroups", { Name: "hello world" }],
    ["/libraryvariablesets", { Name: "this space", ContentType: "Variables", Templates: [] }],
  ] as const)
    await stage.space.post(path, body);

  await stage.populate(example);
  stage.takeWrites();
  await stage.populate(example);

  expect(stage.takeWrites()).toEqual([]);
  expect(await names(stage.space, "/environments")).toEqual(["production", "Development", "Test"]);
  expect(await names(stage.space, "/projectgroups")).toEqual(["Default Project Group", "hello world"]);
  expect(await names(stage.space, "/libraryvariablesets")).toContain("this space");
  const lifecycle = await find(stage.space, "/lifecycles", "Simple");
  const production = await find(stage.space, "/environments", "production");
  expect(objectsOf(lifecycle, "Phases")[2]).toMatchObject({ OptionalDeploymentTargets: [production["Id"]] });
});

test("finds what the document has itself in whatever case it is named, and tags of free text, which no list has", async () => {
  const stage = await startSpace();
  const baseline = `
tagSets:
  - { name: Owner, type: freeText, scopes: [environment] }
  - { name: Region, scopes: [environment], tags: [{ name: Asia, color: "#333333" }] }
environments: [{ name: Production, tags: [owner/whoever has time, REGION/asia] }]
lifecycles: [{ name: Slow, phases: [{ name: Live, optional: [production] }] }]
projectGroups: [{ name: Web }]
projects: [{ name: Shop, group: WEB, lifecycle: slow, variables: [{ name: Color, value: red, environments: [PRODUCTION] }] }]
`;

  await stage.populate(baseline);
  stage.takeWrites();
  await stage.populate(baseline);

  expect(stage.takeWrites()).toEqual([]);
  const production = await find(stage.space, "/environments", "Production");
  expect(production["EnvironmentTags"]).toEqual(["Owner/whoever has time", "Region/Asia"]);
  expect(objectsOf(await find(stage.space, "/lifecycles", "Slow"), "Phases")[0]).toMatchObject({
    OptionalDeploymentTargets: [production["Id"]],
  });
});

test("sends a rotated secret and no other", async () => {
  const stage = await startSpace();
  await stage.populate(example);
  stage.takeWrites();

  const { log } = await stage.populate(example, { variables: { ...secrets, "Git.Password": "a newer git token" } });

  const receipt = expect.stringMatching(/^PUT .*variables/);
  expect(stage.takeWrites()).toEqual([receipt, expect.stringMatching(/^PUT .*git-credentials/), receipt]);
  expect(log.map(({ message }) => message)).toContain('Updated the Git credential "Git": one secret.');
});

test("another receipt key, or none, is told before secrets are sent again, unless all are to be sent", async () => {
  const stage = await startSpace();
  await stage.populate(example);
  stage.takeWrites();
  const rotated = { ...secrets, "Git.Password": "a newer git token" };

  for (const receiptKey of ["", "another key"])
    await expect(stage.populate(example, { parameters: { receiptKey } })).rejects.toThrow(
      /"Receipt Key" is .*at the last deployment of the baseline "managed-spaces": all of its secrets would be sent/,
    );
  const refused = stage.takeWrites();
  await stage.populate(example, { parameters: { receiptKey: "", sendAllSecrets: "True" }, variables: rotated });
  stage.takeWrites();
  const { log } = await stage.populate(example);
  stage.takeWrites();
  await stage.populate(example);

  expect(refused).toEqual([]);
  expect(log.map(({ message }) => message)).toContain('Updated the Git credential "Git": one secret.');
  expect(stage.takeWrites()).toEqual([]);
});

test("an environment gets what the baseline says anew, and keeps what people set in it", async () => {
  const stage = await startSpace();
  const baseline = (description: string): string => `environments:\n  - name: Test\n    description: ${description}\n`;
  await stage.populate(baseline("For testers"));
  const environment = await find(stage.space, "/environments", "Test");
  await stage.space.put(`/environments/${String(environment["Id"])}`, { ...environment, UseGuidedFailure: true });
  stage.takeWrites();

  await stage.populate(baseline("For all who test"));

  expect(await find(stage.space, "/environments", "Test")).toMatchObject({
    Description: "For all who test",
    UseGuidedFailure: true,
  });
  expect(stage.takeWrites().filter((write) => write.includes("/environments/"))).toHaveLength(1);
});

test("updates what the baseline names and leaves the rest as people have it", async () => {
  const stage = await startSpace();
  await stage.populate(example);
  const lifecycle = await find(stage.space, "/lifecycles", "Simple");
  const phases = [...objectsOf(lifecycle, "Phases"), { Name: "Audit", OptionalDeploymentTargets: [] }];
  await stage.space.put(`/lifecycles/${String(lifecycle["Id"])}`, {
    ...lifecycle,
    Description: "Mine",
    Phases: phases,
  });
  const environment = await find(stage.space, "/environments", "Test");
  await stage.space.put(`/environments/${String(environment["Id"])}`, {
    ...environment,
    Description: "Ours",
    UseGuidedFailure: true,
  });
  await stage.space.post("/environments", { Name: "Staging" });

  await stage.populate(example);

  expect(await find(stage.space, "/lifecycles", "Simple")).toMatchObject({
    Description: "Development, then test, then production.",
  });
  expect(objectsOf(await find(stage.space, "/lifecycles", "Simple"), "Phases").map(({ Name }) => Name)).toEqual([
    "Development",
    "Test",
    "Production",
    "Audit",
  ]);
  expect(await find(stage.space, "/environments", "Test")).toMatchObject({
    Description: "Ours",
    UseGuidedFailure: true,
  });
  expect(await names(stage.space, "/environments")).toEqual(["Development", "Test", "Production", "Staging"]);
});

test("changes what every new space has, by its name", async () => {
  const stage = await startSpace();

  await stage.populate(
    "environments:\n  - name: Production\nlifecycles:\n  - name: Default Lifecycle\n    phases:\n      - { name: Live, automatic: [Production] }\n",
  );

  const production = await find(stage.space, "/environments", "Production");
  expect(objectsOf(await find(stage.space, "/lifecycles", "Default Lifecycle"), "Phases")).toMatchObject([
    { Name: "Live", AutomaticDeploymentTargets: [production["Id"]] },
  ]);
});

const web = "projects:\n  - name: Web\n    group: Default Project Group\n    lifecycle: Default Lifecycle\n";
const movedPool = (more: string): string =>
  `workerPools:\n  - { name: Default Worker Pool, type: static${more} }\n  - { name: Ours, type: static, isDefault: true }\n`;
const movedChannel = (more: string): string =>
  `${web}    channels: [{ name: Default${more} }, { name: Ours, isDefault: true }]\n`;

test.each([
  { what: "worker pool", before: "projectGroups: []\n", moved: movedPool("") },
  {
    what: "worker pool that is written as well",
    before: "projectGroups: []\n",
    moved: movedPool(", description: Theirs"),
  },
  { what: "channel", before: web, moved: movedChannel("") },
  { what: "channel that is written as well", before: web, moved: movedChannel(", description: Theirs") },
])(
  "a baseline that takes the default from another $what writes nothing in the second run",
  async ({ before, moved }) => {
    const stage = await startSpace();
    await stage.populate(before);
    await stage.populate(moved);
    stage.takeWrites();

    const { outputs } = await stage.populate(moved);

    expect(stage.takeWrites()).toEqual([]);
    expect(outputs["Changed"]).toBe("False");
  },
);

test("gives a library variable set its variables, scoped and secret ones too, and keeps others", async () => {
  const stage = await startSpace();
  const set = await stage.space.post("/libraryvariablesets", { Name: "Common", ContentType: "Variables" });
  const variables = await stage.space.get(`/variables/variableset-${set.Id}`);
  await stage.space.put(`/variables/variableset-${set.Id}`, {
    ...variables,
    Variables: [
      { Name: "Theirs", Value: "1" },
      { Name: "Title", Value: "old" },
    ],
  });
  const baseline = `environments: [{ name: Test }]
libraryVariableSets:
  - name: Common
    variables:
      - { name: Title, value: new }
      - { name: Title, value: test, environments: [Test] }
      - { name: Token, secret: { variable: Git.Password } }
    templates:
      - { name: Size, type: Select, options: { s: Small, l: Large }, default: s }
      - { name: Key, type: Sensitive, default: { variable: Docker.Password } }
`;

  await stage.populate(baseline);
  stage.takeWrites();
  await stage.populate(baseline);

  expect(stage.takeWrites()).toEqual([]);
  const written: JsonObject[] = objectsOf(
    JSON.parse(JSON.stringify(await stage.space.get(`/variables/variableset-${set.Id}`))),
    "Variables",
  );
  expect(written.map(({ Name, Value }) => [Name, Value])).toEqual(
    expect.arrayContaining([
      ["Theirs", "1"],
      ["Title", "new"],
      ["Title", "test"],
      ["Token", null],
    ]),
  );
  expect(written).toHaveLength(4);
  expect(objectsOf(await find(stage.space, "/libraryvariablesets", "Common"), "Templates")).toMatchObject([
    {
      Name: "Size",
      DefaultValue: "s",
      DisplaySettings: { "Octopus.ControlType": "Select", "Octopus.SelectOptions": "s|Small\nl|Large" },
    },
    { Name: "Key", DefaultValue: { HasValue: true } },
  ]);
});

test("lists every missing variable and environment before it writes anything", async () => {
  const stage = await startSpace();
  const baseline = `${example}      - name: More\n`.replace("optional: [Test]", "optional: [Staging]");
  stage.takeWrites();

  const message = await stage.populate(baseline, { variables: {} }).then(
    () => "",
    (error: Error) => error.message,
  );

  expect(message).toContain('- the space "America" has no environment "Staging", needed by the lifecycle "Simple"');
  expect(message).toContain('- this run has no variable "Git.Password", the secret of the Git credential "Git"');
  expect(message).toContain('- this run has no variable "Docker.Password", the secret of the feed "Docker Hub"');
  expect(stage.takeWrites()).toEqual([]);
});

test("does not make a Docker feed of another feed", async () => {
  const stage = await startSpace();
  await stage.space.post("/feeds", { Name: "Docker Hub", FeedType: "NuGet", FeedUri: "https://nuget.example.com" });

  await expect(stage.populate(example)).rejects.toThrow(
    /^Failed to populate the space "Spaces-2": .*: Docker is wanted, and NuGet is there. Nothing was written/,
  );

  expect(await find(stage.space, "/feeds", "Docker Hub")).toMatchObject({ FeedType: "NuGet" });
});

test("plans without writing", async () => {
  const stage = await startSpace();
  stage.takeWrites();

  const { outputs } = await stage.populate(example, { parameters: { onlyPlan: "True" } });

  expect(stage.takeWrites()).toEqual([]);
  expect(outputs["Report"]?.split("\n")).toContain('Would make the environment "Test".');
  expect(outputs["Changed"]).toBe("False");
});

test.each(step.examples)("runs the example: $title", async ({ parameters }) => {
  const stage = await startSpace();

  const { outputs } = await stage.populate(parameters.baseline ?? "", { parameters });

  expect(outputs["Report"]).toMatch(/^(Made|Would make) the /);
});

test("reads the baseline from a package", async () => {
  const stage = await startSpace();
  const path = mkdtempSync(join(tmpdir(), "baseline-"));
  writeFileSync(join(path, "space.yaml"), "projectGroups: [{ name: Apps }]\n");
  const brought = { id: "baseline", version: "1.0.0", path };

  await stage.populate("", { brought, parameters: { fileName: "space.yaml" } });

  expect(await names(stage.space, "/projectgroups")).toContain("Apps");
  const archive = join(path, "baseline.1.0.0.zip");
  writeFileSync(archive, writeZip(new Map([["space.yaml", "projectGroups: [{ name: From a zip file }]\n"]])));
  await stage.populate("", { brought: { ...brought, path: archive }, parameters: { fileName: "space.yaml" } });
  expect(await names(stage.space, "/projectgroups")).toContain("From a zip file");
  await expect(stage.populate("", { brought })).rejects.toThrow(
    'Failed to read the baseline "baseline.yaml": the package "baseline.1.0.0" has no such file. Check "Baseline File".',
  );
  writeFileSync(join(path, "manifest.json"), "{}");
  await expect(stage.populate("", { brought })).rejects.toThrow(
    'has no such file. A Serialize step made it: bring what it has by Deploy Space, Deploy Project or Deploy Runbook, or choose another "Baseline Package".',
  );
  await expect(stage.populate("", { brought, parameters: { fileName: "../other.yaml" } })).rejects.toThrow(
    /is outside of the package/,
  );
  await expect(stage.populate("name: a", { brought })).rejects.toThrow(/Leave one of them blank/);
  await expect(stage.populate("")).rejects.toThrow(/there is none/);
  await expect(stage.populate("", { parameters: { fileName: "space.yaml" } })).rejects.toThrow(
    /"Baseline File" is "space.yaml".*there is no "Baseline Package"/,
  );
});

test("ends in the same state when it was killed before any of its requests, and when two runs overlap", async () => {
  const undisturbed = await startSpace();
  const before = undisturbed.server.requests.length;
  await undisturbed.populate(example);
  const count = undisturbed.server.requests.length - before;
  const wanted = await readAll(undisturbed.space);

  await forEachNumber(count, async (at) => {
    const stage = await startSpace();
    stage.server.setFaults({ drop: { at, andAllLater: true } });
    await expect(stage.populate(example)).rejects.toThrow(/cannot be reached|closed the connection/);
    stage.server.setFaults({});
    await stage.populate(example);
    expect(await readAll(stage.space)).toEqual(wanted);
  });
  const overlapped = await startSpace();
  await Promise.all([overlapped.populate(example), overlapped.populate(example)]);
  expect(await readAll(overlapped.space)).toEqual(wanted);
});

interface Stage {
  server: OctopusServer;
  space: Api;
  populate(baseline: string, options?: PopulateOptions): Promise<StepRecording>;
  takeWrites(): string[];
}

interface PopulateOptions {
  parameters?: Record<string, string>;
  variables?: Record<string, string>;
  brought?: { id: string; version: string; path: string };
}

async function startSpace(options: OctopusServerOptions = {}): Promise<Stage> {
  const { server, url, apiKey } = await startOctopus(options);
  const system = createApi({ url, apiKey }, "/api");
  const created = await system.post("/spaces", {
    Name: "America",
    SpaceManagersTeamMembers: [(await system.get("/users/me")).Id],
  });
  let seen = 0;
  return {
    server,
    space: createApi({ url, apiKey }, `/api/${created.Id}`),
    async populate(baseline, { parameters = {}, variables = secrets, brought } = {}) {
      const recording = createStepContext({
        step,
        parameters: { baseline, serverUrl: url, apiKey, spaceId: created.Id, receiptKey: "a key", ...parameters },
        packages: brought === undefined ? {} : { package: brought },
        variables,
      });
      await recording.run();
      return recording;
    },
    takeWrites() {
      const writes = server.requests.slice(seen).filter(({ method }) => method !== "GET");
      seen = server.requests.length;
      return writes.map(({ method, path }) => `${method} ${path}`);
    },
  };
}

async function names(space: Api, path: string): Promise<unknown[]> {
  return (await space.list(path)).map(({ Name }) => Name);
}

async function find(space: Api, path: string, name: string): Promise<JsonObject> {
  return JSON.parse(JSON.stringify((await space.list(path)).find(({ Name }) => Name === name) ?? {}));
}

/** Names, and what the server makes is left out: ids depend on how often it was asked. */
async function readAll(space: Api): Promise<unknown> {
  const paths = [
    "/environments",
    "/lifecycles",
    "/git-credentials",
    "/feeds",
    "/projectgroups",
    "/libraryvariablesets",
  ];
  return Promise.all(
    paths.map(async (path) => [path, (await space.list(path)).map(({ Name, Description }) => ({ Name, Description }))]),
  );
}
