import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { manifestFileName, parseManifest, type Manifest } from "../../lib/graph/manifest.ts";
import { readArchive, writeArchive } from "../../lib/graph/package-archive.ts";
import { textsOf } from "../../lib/model/json.ts";
import { createOctopusClient, type OctopusDocument, type OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { downloadPackage, findNewestPackage } from "../../lib/octopus/packages.ts";
import { runsToKeep } from "../../lib/resources/runbook.ts";
import { step } from "../../steps/serialize-project/step.ts";
import { createApi } from "../api.ts";
import { createFixtureProject, createSurroundings, type Surroundings } from "../lib/graph/create-fixture-project.ts";
import { createStepContext, type StepRecording } from "../step/create-step-context.ts";
import { startOctopus, type TestServer } from "./managed-tenants.ts";

interface Stage extends TestServer {
  space: OctopusSpace;
  around: Surroundings;
  project: OctopusDocument;
  prepare(parameters?: Record<string, string>, now?: Date): StepRecording;
}

async function startStage(): Promise<Stage> {
  const octopus = await startOctopus();
  const space = createOctopusClient(octopus).inSpace({ Id: "Spaces-1", Name: "Default" });
  const around = await createSurroundings(space);
  const project = await createFixtureProject(space, around);
  const prepare: Stage["prepare"] = (parameters = {}, now = new Date("2026-11-05T09:30:07Z")) =>
    createStepContext({
      step,
      parameters: {
        serverUrl: octopus.url,
        apiKey: octopus.apiKey,
        space: "Spaces-1",
        project: "Hello World",
        ...parameters,
      },
      now: () => now,
    });
  return { ...octopus, space, around, project, prepare };
}

async function readNewest(
  space: OctopusSpace,
  id = "hello_world",
): Promise<{ version: string; manifest: Manifest; paths: string[] }> {
  const newest = await findNewestPackage(space, id);
  if (newest === undefined) throw new Error(`There is no package ${id}.`);
  const files = readArchive(await downloadPackage(space, newest), id);
  return {
    version: newest.version,
    manifest: parseManifest(new TextEncoder().encode(files.get(manifestFileName)), id),
    paths: [...files.keys()],
  };
}

function writesOf({ server }: TestServer): string[] {
  return server.requests
    .filter(({ method }) => method !== "GET")
    .map(({ method, path }) => `${method} ${path.split("?")[0] ?? ""}`);
}

test("pushes a package with the module and the manifest, under a version made of the time", async () => {
  const stage = await startStage();
  const run = stage.prepare();

  await run.run();

  const { version, manifest, paths } = await readNewest(stage.space);
  expect(version).toBe("2026.11.5.93007");
  expect(run.outputs).toMatchObject({ PackageId: "hello_world", PackageVersion: version, Changed: "True" });
  expect(manifest.source.project).toEqual({ id: stage.project.Id, name: "Hello World" });
  expect(paths).toEqual(expect.arrayContaining(["manifest.json", "space_population/project_project_hello_world.tf"]));
  expect(run.log.filter(({ level }) => level === "highlight")).toHaveLength(1);
});

test("pushes nothing when nothing has changed, and says so", async () => {
  const stage = await startStage();
  await stage.prepare().run();
  stage.server.requests.length = 0;
  const again = stage.prepare({}, new Date("2026-11-06T10:00:00Z"));

  await again.run();

  expect(writesOf(stage)).toEqual([]);
  expect(again.outputs).toMatchObject({ PackageVersion: "2026.11.5.93007", Changed: "False" });
  expect(again.log.at(-1)?.message).toMatch(/^Nothing has changed since \[hello_world 2026\.11\.5\.93007\]/);
});

test("pushes nothing because the space was renamed, or because another version of this tool made the package", async () => {
  const stage = await startStage();
  await stage.prepare().run();
  const { version } = await readNewest(stage.space);
  await renameSpace(stage, "Hub");
  const renamed = stage.prepare({ space: "Hub" }, new Date("2026-11-06T10:00:00Z"));
  await renamed.run();
  await stage.space.upload("/packages/raw", {
    name: "hello_world.2026.11.7.1.zip",
    content: await repack(stage.space, { generator: "managed-spaces 0.0.9" }),
  });
  stage.server.requests.length = 0;
  const upgraded = stage.prepare({}, new Date("2026-11-08T10:00:00Z"));

  await upgraded.run();

  expect(renamed.outputs).toMatchObject({ PackageVersion: version, Changed: "False" });
  expect(upgraded.outputs).toMatchObject({ PackageVersion: "2026.11.7.1", Changed: "False" });
  expect(writesOf(stage)).toEqual([]);
});

test("a project that was renamed is another template, since its copies are called after it", async () => {
  const stage = await startStage();
  await stage.prepare().run();
  await stage.space.put(`/projects/${stage.project.Id}`, { ...stage.project, Name: "hello world" });
  const renamed = stage.prepare({ project: "hello world" }, new Date("2026-11-06T10:00:00Z"));

  await renamed.run();

  expect(renamed.outputs).toMatchObject({ PackageId: "hello_world", Changed: "True" });
});

async function renameSpace(stage: Stage, name: string): Promise<void> {
  const system = createApi(stage, "/api");
  await system.put("/spaces/Spaces-1", { ...(await system.get("/spaces/Spaces-1")), Name: name });
}

/** The newest package with other words at the top of its manifest. */
async function repack(space: OctopusSpace, words: Record<string, string>): Promise<Uint8Array> {
  const newest = await findNewestPackage(space, "hello_world");
  if (newest === undefined) throw new Error("There is no package hello_world.");
  const files = new Map(readArchive(await downloadPackage(space, newest), "hello_world"));
  const manifest: object = JSON.parse(files.get(manifestFileName) ?? "");
  return writeArchive(files.set(manifestFileName, JSON.stringify({ ...manifest, ...words })));
}

test("pushes a version above the newest even when the clock is behind", async () => {
  const stage = await startStage();
  await stage.prepare().run();
  await stage.space.put(`/projects/${stage.project.Id}`, { ...stage.project, Description: "Changed" });

  await stage.prepare({}, new Date("2025-01-01T00:00:00Z")).run();

  expect((await readNewest(stage.space)).version).toBe("2026.11.5.93008");
});

test("pushes nothing when it only plans", async () => {
  const stage = await startStage();
  const run = stage.prepare({ onlyPlan: "True" });
  stage.server.requests.length = 0;

  await run.run();

  expect(writesOf(stage)).toEqual([]);
  expect(run.outputs["Changed"]).toBe("False");
  expect(run.log.at(-1)?.message).toBe("Would push a new version of hello_world.");
});

test("two runs at once end with one package", async () => {
  const stage = await startStage();

  await Promise.all([stage.prepare().run(), stage.prepare().run()]);

  const page = await stage.space.list("/packages", { nuGetPackageId: "hello_world" });
  expect(page).toHaveLength(1);
});

test("of two runs that overlap in different seconds, the later one takes its package back", async () => {
  const stage = await startStage();
  const first = stage.prepare({}, new Date("2026-11-05T09:30:07Z"));
  const url = await forwardTo(stage, { beforeUpload: () => first.run() });
  const second = stage.prepare({ serverUrl: url }, new Date("2026-11-05T09:30:08Z"));

  await second.run();

  const packages = await stage.space.list("/packages", { nuGetPackageId: "hello_world" });
  expect(packages.map(({ Version }) => Version)).toEqual(["2026.11.5.93007"]);
  expect(first.outputs).toMatchObject({ PackageVersion: "2026.11.5.93007", Changed: "True" });
  expect(second.outputs).toMatchObject({ PackageVersion: "2026.11.5.93007", Changed: "False" });
});

/** The address of the server by a way on which something happens right before each package is pushed. */
async function forwardTo({ url }: Stage, { beforeUpload }: { beforeUpload: () => Promise<void> }): Promise<string> {
  const server = createServer((request, response) => {
    void (async () => {
      const body = await buffer(request);
      if (request.method === "POST" && request.url?.includes("/packages/raw") === true) await beforeUpload();
      const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
        ["host", "connection", "content-length", "transfer-encoding"].includes(name) ? [] : [[name, String(value)]],
      );
      const hasBody = body.length > 0;
      const answer = await fetch(`${url}${request.url ?? ""}`, {
        method: request.method ?? "GET",
        headers,
        ...(hasBody && { body }),
      });
      response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
      response.end(Buffer.from(await answer.arrayBuffer()));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}

test("names the secrets that a deployment cannot send", async () => {
  const stage = await startStage();
  const run = stage.prepare();

  await run.run();

  expect(run.outputs["UnresolvedSecrets"]?.split("\n")).toEqual([
    'the variable "ByRole"',
    'the variable "NotInSync"',
    'the variable "Twice"',
    'the variable "Twice"',
  ]);
  expect(run.log.filter(({ level }) => level === "warning").map(({ message }) => message)).toEqual(
    expect.arrayContaining([
      expect.stringContaining('the secret of the variable "ByRole": it is scoped by target tag'),
    ]),
  );
});

test("tells what was left out and what it did not understand", async () => {
  const stage = await startStage();
  const run = stage.prepare();

  await run.run();

  const messages = run.log.map(({ message }) => message).join("\n");
  expect(messages).toContain(
    'the action "Only in Sync" of "Hello World": left out: it is only for environments that stay behind, and without them it would be for all.',
  );
  expect(messages).toContain('holds "Feeds-99999", which looks like an id');
});

test("offers near names for a project that is not there", async () => {
  const stage = await startStage();

  await expect(stage.prepare({ project: "Helo World" }).run()).rejects.toThrow(
    'Failed to serialize the project "Helo World": the space "Default" has no project "Helo World" that the user of this API key may see. Did you mean "Hello World"?',
  );
});

test("refuses two projects that would share a package", async () => {
  const stage = await startStage();
  await stage.space.post("/projects", {
    Name: "Hello-World",
    LifecycleId: stage.around.lifecycle.Id,
    ProjectGroupId: stage.around.group.Id,
  });

  await expect(stage.prepare().run()).rejects.toThrow(
    'the projects "Hello World" and "Hello-World" would share the package id "hello_world". Rename one of them.',
  );
});

test("refuses a package id whose newest package was made from another project", async () => {
  const stage = await startStage();
  await stage.prepare().run();
  await stage.space.put(`/projects/${stage.project.Id}`, { ...stage.project, Name: "Farewell" });
  await stage.space.post("/projects", {
    Name: "Hello-World",
    LifecycleId: stage.around.lifecycle.Id,
    ProjectGroupId: stage.around.group.Id,
  });

  await expect(stage.prepare({ project: "Hello-World" }).run()).rejects.toThrow(
    'the newest package "hello_world" in the built-in feed was made from the project "Farewell".',
  );
});

test("follows a package that another tool made", async () => {
  const stage = await startStage();
  const content = writeArchive(new Map([["space_population/config.tf", "terraform {}\n"]]));
  await stage.space.upload("/packages/raw", { name: "hello_world.2024.06.01.120000.zip", content });

  await stage.prepare().run();

  expect((await readNewest(stage.space)).version).toBe("2026.11.5.93007");
});

test("does not read a package of a newer format as if it knew it", async () => {
  const stage = await startStage();
  const content = writeArchive(
    new Map([[manifestFileName, JSON.stringify({ format: 99, generator: "managed-spaces 9.0.0" })]]),
  );
  await stage.space.upload("/packages/raw", { name: "hello_world.2026.1.1.1.zip", content });

  await expect(stage.prepare().run()).rejects.toThrow(
    "it was made by a newer version (managed-spaces 9.0.0) than this one. Update the step that reads it.",
  );
});

test("gives the same graph and the same bytes from run to run", async () => {
  const stage = await startStage();
  await stage.prepare().run();
  const first = await stage.space.download(
    `/packages/${(await findNewestPackage(stage.space, "hello_world"))?.id ?? ""}/raw`,
  );
  const variables = await stage.space.get(`/variables/${String(stage.project["VariableSetId"])}`);
  const list = Array.isArray(variables["Variables"]) ? variables["Variables"] : [];
  await stage.space.put(`/variables/${variables.Id}`, { ...variables, Variables: list.toReversed() });

  await stage.prepare().run();

  const second = await stage.space.download(
    `/packages/${(await findNewestPackage(stage.space, "hello_world"))?.id ?? ""}/raw`,
  );
  expect(Buffer.from(second).equals(Buffer.from(first))).toBe(true);
});

test("refuses a space id that is still a placeholder", async () => {
  const stage = await startStage();

  await expect(stage.prepare({ space: "Placeholder" }).run()).rejects.toThrow("the space id is still the placeholder");
});

test("names every place that refers to what the space does not have", async () => {
  const stage = await startStage();
  const path = `/projects/${stage.project.Id}/deploymentprocesses`;
  const process = await stage.space.get(path);
  const action = {
    Name: "Lost",
    ActionType: "Acme.Novelty",
    Properties: { "Acme.CertificateId": "Certificates-999", "Acme.TeamIds": "teams-everyone,Teams-998" },
    Packages: [],
  };
  await stage.space.put(path, {
    ...process,
    Steps: [
      { Name: "Lost", Condition: "Success", StartTrigger: "StartAfterPrevious", Properties: {}, Actions: [action] },
    ],
  });

  const failure = await stage
    .prepare()
    .run()
    .catch((error: unknown) => String(error));

  expect(failure).toContain('refers in Steps[Lost].Actions[Lost].Properties.Acme.CertificateId to "Certificates-999"');
  expect(failure).toContain('refers in Steps[Lost].Actions[Lost].Properties.Acme.TeamIds to "Teams-998"');
});

test("publishes a runbook with the new package, once, and again with the next one", async () => {
  const stage = await startStage();
  await addDeployingRunbook(stage);
  const parameters = { publishedRunbook: "__ 2. Deploy Project" };
  const first = stage.prepare(parameters);
  await first.run();
  const published = await readPublished(stage);
  stage.server.requests.length = 0;

  await stage.prepare(parameters).run();

  expect(writesOf(stage)).toEqual([]);
  expect(published["SelectedPackages"]).toMatchObject([
    { ActionName: "Deploy", Version: first.outputs["PackageVersion"] },
  ]);
  await stage.space.put(`/projects/${stage.project.Id}`, { ...stage.project, Description: "Changed" });
  const third = stage.prepare(parameters);
  await third.run();
  expect(third.outputs["PackageVersion"]).not.toBe(first.outputs["PackageVersion"]);
  expect(await readPublished(stage)).toMatchObject({
    SelectedPackages: [{ ActionName: "Deploy", Version: third.outputs["PackageVersion"] }],
  });
});

test("two runs at once publish one version", async () => {
  const stage = await startStage();
  await addDeployingRunbook(stage);
  const parameters = { publishedRunbook: "__ 2. Deploy Project" };

  await Promise.all([stage.prepare(parameters).run(), stage.prepare(parameters).run()]);

  expect(await readPublished(stage)).toMatchObject({ SelectedPackages: [{ Version: "2026.11.5.93007" }] });
});

test("does not publish a runbook that has no use for the package", async () => {
  const stage = await startStage();

  await expect(stage.prepare({ publishedRunbook: "__ 1. Serialize Project" }).run()).rejects.toThrow(
    'Failed to serialize the project "Hello World": the runbook "__ 1. Serialize Project" does not use the package "hello_world"',
  );
});

async function addDeployingRunbook({ space, project, around }: Stage): Promise<void> {
  const runbook = await space.post("/runbooks", {
    Name: "__ 2. Deploy Project",
    ProjectId: project.Id,
    RunRetentionPolicy: runsToKeep,
  });
  const process = await space.get(`/runbookProcesses/${String(runbook["RunbookProcessId"])}`);
  const action = {
    Name: "Deploy",
    ActionType: "Octopus.TerraformApply",
    Properties: {
      "Octopus.Action.Script.ScriptSource": "Package",
      "Octopus.Action.Package.PackageId": "hello_world",
      "Octopus.Action.Package.FeedId": around.builtInFeed.Id,
    },
    Packages: [
      {
        Name: "",
        PackageId: "hello_world",
        FeedId: around.builtInFeed.Id,
        AcquisitionLocation: "Server",
        Properties: {},
      },
    ],
  };
  await space.put(`/runbookProcesses/${process.Id}`, { ...process, Steps: [{ Name: "Deploy", Actions: [action] }] });
}

async function readPublished({ space, project }: Stage): Promise<OctopusDocument> {
  const runbooks = await space.list(`/projects/${project.Id}/runbooks`);
  const runbook = runbooks.find(({ Name }) => Name === "__ 2. Deploy Project");
  return space.get(`/runbookSnapshots/${String(runbook?.["PublishedRunbookSnapshotId"])}`);
}

test("names the permission that the user of the key lacks", async () => {
  const stage = await startStage();
  const apiKey = await createKey(stage, ["userroles-projectviewer", "userroles-environmentviewer"]);

  await expect(stage.prepare({ apiKey }).run()).rejects.toThrow(
    /Missing permission: (\w+)\.? Give the user of "Octopus API Key" the permission \1\./,
  );
});

async function createKey(stage: Stage, roles: string[]): Promise<string> {
  const system = createApi(stage, "/api");
  const user = await system.post("/users", {
    Username: "reader",
    DisplayName: "Reader",
    Password: "Passw0rd!Passw0rd",
  });
  const team = await system.post("/teams", { Name: "Readers", MemberUserIds: [user.Id], SpaceId: "Spaces-1" });
  for (const role of roles)
    await system.post("/scopeduserroles", { TeamId: team.Id, UserRoleId: role, SpaceId: "Spaces-1" });
  return String((await system.post(`/users/${user.Id}/apikeys`, { Purpose: "tests" }))["ApiKey"]);
}

test("a secret for which a variable that stays behind may be taken is named, and not asked for in an expression", async () => {
  const stage = await startStage();
  const set = await stage.space.post("/libraryvariablesets", { Name: "Private", ContentType: "Variables" });
  const variables = await stage.space.get(`/variables/${String(set["VariableSetId"])}`);
  const name = "Database[Development].Password";
  await stage.space.put(`/variables/${variables.Id}`, {
    ...variables,
    Variables: [{ Name: `${name}, old`, Value: "x", Type: "String", Scope: {} }],
  });
  const included = [...textsOf(stage.project, "IncludedLibraryVariableSetIds"), set.Id];
  await stage.space.put(`/projects/${stage.project.Id}`, {
    ...stage.project,
    IncludedLibraryVariableSetIds: included,
  });
  const run = stage.prepare({ excludedLibraryVariableSets: "Private" });

  await run.run();

  const told = run.log.map(({ message }) => message).filter((message) => message.includes(`"${name}, old"`));
  expect(told).toEqual([
    expect.stringContaining(
      `has to be given to the module as hello_world_database_development__password_development: "${name}" cannot be told from "${name}, old" in an expression.`,
    ),
  ]);
});

test("asks for few requests", async () => {
  const stage = await startStage();
  stage.server.requests.length = 0;

  await stage.prepare().run();

  // One each for the server, the logo and the tenants, two for the names of variables: none is a resource of the graph.
  expect(stage.server.requests.length).toBeLessThanOrEqual(24 + 5);
});
