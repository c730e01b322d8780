import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readArchive } from "../../lib/graph/package-archive.ts";
import { createOctopusClient } from "../../lib/octopus/octopus-client.ts";
import { downloadPackage, findNewestPackage } from "../../lib/octopus/packages.ts";
import { writeZip } from "../../lib/zip.ts";
import { step as deployProject } from "../../steps/deploy-project/step.ts";
import { step as populateSpace } from "../../steps/populate-space/step.ts";
import { Rehearsal } from "../../lib/fleet/rehearsal.ts";
import { step as rehearse } from "../../steps/rehearse/step.ts";
import { step as serializeProject } from "../../steps/serialize-project/step.ts";
import { createApi, type Api, type Document } from "../api.ts";
import { serverLines } from "../server-lines.ts";
import type { OctopusServerOptions } from "../octopus-server/octopus-server.ts";
import { createStepContext, type StepRecording } from "../step/create-step-context.ts";
import { startManagementSpace, type ManagementSpace } from "./managed-tenants.ts";

// A template brings what only it needs in a space: Serialize Project packs it, Populate Space brings it, Deploy Project finds it.

const usual = "name: managed-spaces\nenvironments:\n  - name: Production\n";
const own = `# What only Hello World needs.
environments:
  - name: Load Test
lifecycles:
  - name: By Load
    phases:
      - { name: Load, optional: [Load Test] }
      - { name: Live, optional: [Production] }
feeds:
  - name: Its Images
    type: docker
    url: https://images.example.com
    username: robot
    password: { variable: Images.Password }
`;
const secrets = { "Images.Password": "correct horse" };

interface Stage extends ManagementSpace {
  /** A new space that has what every space has. */
  space: Document;
  downstream: Api;
  serialize(parameters?: Record<string, string>): Promise<StepRecording>;
  bring(): Promise<{ id: string; version: string; path: string }>;
  populate(parameters?: Record<string, string>, variables?: Record<string, string>): Promise<StepRecording>;
  deploy(): Promise<StepRecording>;
  takeWrites(): string[];
}

async function startStage(options: OctopusServerOptions = {}): Promise<Stage> {
  const octopus = await startManagementSpace(options);
  const { url, apiKey, api, server } = octopus;
  const ids: Record<string, string> = {};
  for (const Name of ["Production", "Load Test"]) ids[Name] = (await api.post("/environments", { Name })).Id;
  const lifecycle = await api.post("/lifecycles", {
    Name: "By Load",
    Phases: ["Load Test", "Production"].map((name) => ({
      Name: name === "Production" ? "Live" : "Load",
      OptionalDeploymentTargets: [ids[name]],
      AutomaticDeploymentTargets: [],
    })),
  });
  const feed = await api.post("/feeds", {
    Name: "Its Images",
    FeedType: "Docker",
    FeedUri: "https://images.example.com",
    Username: "robot",
    Password: { HasValue: true, NewValue: "upstream's" },
  });
  const [group] = await api.list("/projectgroups");
  const project = await api.post("/projects", {
    Name: "Hello World",
    LifecycleId: lifecycle.Id,
    ProjectGroupId: group?.Id,
  });
  const process = await api.get(`/projects/${project.Id}/deploymentprocesses`);
  const action = {
    Name: "Say hello",
    ActionType: "Octopus.Script",
    Container: { Image: "acme/hello:1", FeedId: feed.Id },
    Properties: {
      "Octopus.Action.RunOnServer": "true",
      "Octopus.Action.Script.ScriptSource": "Inline",
      "Octopus.Action.Script.Syntax": "Bash",
      "Octopus.Action.Script.ScriptBody": "echo hello",
    },
  };
  await api.put(`/projects/${project.Id}/deploymentprocesses`, {
    ...process,
    Steps: [{ Name: "Say hello", Actions: [action] }],
  });
  const system = createApi(octopus, "/api");
  const me = await system.get("/users/me");
  const space = await system.post("/spaces", { Name: "America", SpaceManagersTeamMembers: [me.Id] });
  const place = { serverUrl: url, apiKey, spaceId: space.Id, receiptKey: "a key for receipts" };
  const run = async (recording: StepRecording): Promise<StepRecording> => {
    await recording.run();
    return recording;
  };
  await run(createStepContext({ step: populateSpace, parameters: { ...place, baseline: usual } }));
  const source = createOctopusClient({ url, apiKey }).inSpace({ Id: "Spaces-1", Name: "Default" });
  let seen = server.requests.length;
  const stage: Stage = {
    ...octopus,
    space,
    downstream: createApi(octopus, `/api/${space.Id}`),
    serialize: (parameters = {}) =>
      run(
        createStepContext({
          step: serializeProject,
          parameters: { serverUrl: url, apiKey, space: "Spaces-1", project: "Hello World", ...parameters },
        }),
      ),
    async bring() {
      const newest = await findNewestPackage(source, "hello_world");
      if (newest === undefined) throw new Error("There is no package.");
      const path = join(mkdtempSync(join(tmpdir(), "package-")), "hello_world.zip");
      writeFileSync(path, await downloadPackage(source, newest));
      return { id: "hello_world", version: newest.version, path };
    },
    populate: async (parameters = {}, variables = secrets) =>
      run(
        createStepContext({
          step: populateSpace,
          parameters: { ...place, packageWithoutBaseline: "doNothing", ...parameters },
          packages: { package: await stage.bring() },
          variables,
        }),
      ),
    deploy: async () =>
      run(createStepContext({ step: deployProject, parameters: place, packages: { package: await stage.bring() } })),
    takeWrites() {
      const writes = server.requests.slice(seen).filter(({ method }) => method !== "GET");
      seen = server.requests.length;
      return writes.map(({ method, path }) => `${method} ${path}`);
    },
  };
  return stage;
}

const lastOf = ({ log }: StepRecording): string => log.at(-1)?.message ?? "";

async function named(api: Api, path: string, name: string): Promise<Document | undefined> {
  return (await api.list(path)).find(({ Name }) => Name === name);
}

test.each(serverLines)(
  "what only this template needs is in a new space before it is deployed there, on %s",
  async (version) => {
    const stage = await startStage({ version });
    await stage.serialize({ ownBaseline: own });
    const missing = await stage.deploy().catch(String);

    const populated = await stage.populate();
    const deployed = await stage.deploy();

    expect(missing).toMatch(/By Load/);
    expect(lastOf(populated)).toMatch(/^Populated the space \[America\]\(.*\): \d+ made\.$/);
    expect(deployed.outputs).toMatchObject({ Created: "True" });
    const lifecycle = await named(stage.downstream, "/lifecycles", "By Load");
    expect(await named(stage.downstream, "/projects", "Hello World")).toMatchObject({ LifecycleId: lifecycle?.Id });
    expect(await named(stage.downstream, "/feeds", "Its Images")).toMatchObject({ Username: "robot" });
    const names = (await stage.downstream.list("/libraryvariablesets?contentType=ScriptModule")).map(
      ({ Name }) => Name,
    );
    expect(names).toEqual(
      expect.arrayContaining([
        expect.stringContaining("Baseline[managed-spaces]"),
        expect.stringContaining("Baseline[hello_world]"),
      ]),
    );
  },
);

test("a second run writes nothing, and neither does a package without a baseline", async () => {
  const stage = await startStage();
  await stage.serialize({ ownBaseline: own });
  await stage.populate();
  await stage.deploy();
  stage.takeWrites();

  const again = await stage.populate();
  await stage.deploy();
  const writes = stage.takeWrites();
  await stage.serialize();
  stage.takeWrites();
  const without = await stage.populate({}, {});

  expect([writes, stage.takeWrites()]).toEqual([[], []]);
  expect(lastOf(again)).toContain("has all that the baseline says: nothing was written.");
  expect(without.outputs).toEqual({ Changed: "False", KeptChanges: "0", Conflicts: "0", Report: "" });
  expect(lastOf(without)).toMatch(/^The package hello_world [\d.]+ brings no baseline of its own: nothing to do\.$/);
});

test("the package is a new version when the baseline changed, and none when it did not", async () => {
  const stage = await startStage();

  const first = await stage.serialize({ ownBaseline: own });
  const same = await stage.serialize({ ownBaseline: own });
  const other = await stage.serialize({ ownBaseline: own.replace("# What only Hello World needs.\n", "") });
  const none = await stage.serialize({ ownBaseline: " \n" });

  expect([first, same, other, none].map(({ outputs }) => outputs["Changed"])).toEqual([
    "True",
    "False",
    "True",
    "True",
  ]);
  const versions = [first, other, none].map(({ outputs }) => outputs["PackageVersion"]);
  expect(new Set(versions).size).toBe(3);
});

test("the package holds the document as it was entered, and no secret", async () => {
  const stage = await startStage();
  await stage.serialize({ ownBaseline: own });

  const { path } = await stage.bring();
  const client = createOctopusClient(stage).inSpace({ Id: "Spaces-1", Name: "Default" });
  const newest = await findNewestPackage(client, "hello_world");
  const files = newest && readArchive(await downloadPackage(client, newest), path);

  expect(files?.get("baseline.yaml")).toBe(own);
  expect([...(files?.values() ?? [])].join("\n")).not.toContain("correct horse");
});

test.each([
  ["environments:\n  - nam: Load Test\n", /Own Baseline.*line 2, column 5.*nam/s],
  ["environments: [", /Own Baseline.*line/s],
  ["enviroments: []", /Own Baseline.*enviroments/s],
])("a mistake in %j is told with its place, and nothing is packed", async (ownBaseline, sentence) => {
  const stage = await startStage();
  stage.takeWrites();

  await expect(stage.serialize({ ownBaseline })).rejects.toThrow(sentence);

  expect(stage.takeWrites()).toEqual([]);
});

test("what people changed in it is kept or taken back as of any baseline", async () => {
  const stage = await startStage();
  await stage.serialize({ ownBaseline: own });
  await stage.populate();
  const describe = async (Description: string): Promise<void> => {
    const environment = await named(stage.downstream, "/environments", "Load Test");
    await stage.downstream.put(`/environments/${environment?.Id}`, { ...environment, Description });
  };
  const rename = async (UserName: string): Promise<void> => {
    const feed = await named(stage.downstream, "/feeds", "Its Images");
    await stage.downstream.put(`/feeds/${feed?.Id}`, { ...feed, Username: UserName });
  };

  await describe("Ours.");
  await rename("people");
  await stage.populate({ overwriteDownstreamChanges: "False" });
  const kept = await named(stage.downstream, "/feeds", "Its Images");
  await stage.populate();
  const takenBack = await named(stage.downstream, "/feeds", "Its Images");

  expect(kept).toMatchObject({ Username: "people" });
  expect(takenBack).toMatchObject({ Username: "robot" });
  // What the document does not say is people's in any case.
  expect(await named(stage.downstream, "/environments", "Load Test")).toMatchObject({ Description: "Ours." });
});

test("a secret that the run does not know is told by its name", async () => {
  const stage = await startStage();
  await stage.serialize({ ownBaseline: own });

  await expect(stage.populate({}, {})).rejects.toThrow(/Images\.Password/);
});

test("a name of another baseline of the space is refused, since each would take the other for what it was before", async () => {
  const stage = await startStage();
  await stage.serialize({ ownBaseline: `name: managed-spaces\n${own}` });
  stage.takeWrites();

  await expect(stage.populate()).rejects.toThrow(
    /the space "America" has a baseline "managed-spaces" already, which no package brought\. Give the "Own Baseline" of the project in "hello_world" another "name", or none/,
  );

  expect(stage.takeWrites()).toEqual([]);
});

test("a package without the file fails where nothing else is said", async () => {
  const stage = await startStage();
  await stage.serialize();

  await expect(stage.populate({ packageWithoutBaseline: "fail" })).rejects.toThrow(
    /Failed to read the baseline "baseline\.yaml": the package "hello_world\.[\d.]+" has no such file\./,
  );
});

test("a package that a person made has the name that its document has, or none, as before", async () => {
  const stage = await startStage();
  const path = join(mkdtempSync(join(tmpdir(), "package-")), "common.zip");
  writeFileSync(path, writeZip(new Map([["baseline.yaml", "environments:\n  - name: Test\n"]])));

  await createStepContext({
    step: populateSpace,
    parameters: { serverUrl: stage.url, apiKey: stage.apiKey, spaceId: stage.space.Id },
    packages: { package: { id: "common", version: "1.0.0", path } },
  }).run();

  const sets = await stage.downstream.list("/libraryvariablesets?contentType=ScriptModule");
  expect(sets.map(({ Name }) => Name).join()).toContain("Baseline[baseline]");
});

async function rehearseNewest(stage: Stage, variables: Record<string, string> = secrets): Promise<Rehearsal> {
  const { url, apiKey } = stage;
  const recording = createStepContext({
    step: rehearse,
    parameters: { managementServerUrl: url, managementApiKey: apiKey, managementSpaceId: "Spaces-1" },
    packages: { package: await stage.bring() },
    variables,
    workingDirectory: mkdtempSync(join(tmpdir(), "rehearsal-")),
  });
  await recording.run();
  const file = recording.attachments.find(({ name }) => name.endsWith(".json"));
  return Rehearsal.parse(JSON.parse(readFileSync(file?.path ?? "", "utf8")));
}

test("a rehearsal of the package tells what its baseline would do, and misses nothing that this brings", async () => {
  const stage = await startStage();
  await stage.addTenant("America", {
    "ManagedTenant.Octopus.Url": stage.url,
    "ManagedTenant.Octopus.SpaceId": stage.space.Id,
  });
  await stage.serialize();
  const without = await rehearseNewest(stage);
  await stage.serialize({ ownBaseline: own });
  stage.takeWrites();

  const first = await rehearseNewest(stage);
  const writes = stage.takeWrites().filter((write) => write.includes(stage.space.Id));
  await stage.populate();
  await stage.deploy();
  const later = await rehearseNewest(stage);

  expect(without.copies).toMatchObject([{ outcome: "refused" }]);
  expect(without.copies[0]?.reasons.join("\n")).toContain('lifecycle "By Load"');
  expect(first.copies).toMatchObject([{ outcome: "changed", isFirst: true, reasons: [] }]);
  const changes = first.copies[0]?.changes.join("\n") ?? "";
  expect(changes).toContain('the environment "Load Test"');
  expect(changes).toContain('the project "Hello World"');
  expect(changes.indexOf("Load Test")).toBeLessThan(changes.indexOf("Hello World"));
  expect(first.causes).toEqual([]);
  expect(first.notes.join("\n")).toContain("The package brings a baseline of its own, which counts as brought first");
  expect(writes).toEqual([]);
  expect(later.copies).toMatchObject([{ outcome: "unchanged", changes: [], reasons: [] }]);
});

test("what stands against the baseline of the package stands against the package", async () => {
  const stage = await startStage();
  await stage.addTenant("America", {
    "ManagedTenant.Octopus.Url": stage.url,
    "ManagedTenant.Octopus.SpaceId": stage.space.Id,
  });
  await stage.serialize({ ownBaseline: own });

  const rehearsal = await rehearseNewest(stage, {});

  expect(rehearsal.copies).toMatchObject([{ outcome: "refused" }]);
  expect(rehearsal.copies[0]?.reasons.join("\n")).toMatch(/^Its own baseline: .*Images\.Password/);
});
