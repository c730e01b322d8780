import { Client, RunbookRunRepository, ServerTaskWaiter } from "@octopusdeploy/api-client";
import { expect, test } from "vitest";
import { examine, type Finding } from "../../../lib/doctor/doctor.ts";
import type { InstallOptions, InstallOutcome } from "../../../lib/install/install.ts";
import { createOctopusClient } from "../../../lib/octopus/octopus-client.ts";
import { step } from "../../../steps/serialize-project/step.ts";
import { createApi } from "../../api.ts";
import type { OctopusServerOptions } from "../../octopus-server/octopus-server.ts";
import { startOctopus, type TestServer } from "../../steps/managed-tenants.ts";
import { createStepContext, type StepRecording } from "../../step/create-step-context.ts";
import { createBuiltSteps } from "./built-steps.ts";
import { getNamed, runInstall } from "./run-install.ts";

/** A management space with the projects Hello World and Web Shop. */
async function startManagement(options: OctopusServerOptions = {}): Promise<TestServer> {
  const octopus = await startOctopus(options);
  const [lifecycle] = await octopus.api.list("/lifecycles");
  const [group] = await octopus.api.list("/projectgroups");
  for (const Name of ["Hello World", "Web Shop"])
    await octopus.api.post("/projects", {
      Name,
      LifecycleId: lifecycle?.Id,
      ProjectGroupId: group?.Id,
      TenantedDeploymentMode: "TenantedOrUntenanted",
    });
  return octopus;
}

/** `built` in the version 1.1.0 is an upgrade. */
function install(
  octopus: TestServer,
  project: string,
  { version = "1.0.0", ...options }: Partial<InstallOptions> & { version?: string } = {},
): Promise<InstallOutcome> {
  return runInstall(octopus, { projects: [project], readBuilt: () => createBuiltSteps(version), ...options });
}

/** What "__ 1. Serialize Project" does, as installing set it up. */
async function serialize({ url, apiKey }: TestServer, project: string, parameters = {}): Promise<StepRecording> {
  const run = createStepContext({
    step,
    parameters: {
      serverUrl: url,
      apiKey,
      space: "Spaces-1",
      project,
      keepingRunbook: "__ Keep Packages",
      keepingRunbookProject: project,
      ...parameters,
    },
  });
  await run.run();
  return run;
}

/** Deletes every package that nothing holds. */
async function runRetention(octopus: TestServer): Promise<void> {
  await createApi(octopus, "/__local").act("/retention", { days: 0 });
}

async function listPackages({ api }: TestServer, id: string): Promise<unknown[]> {
  return (await api.list(`/packages?nuGetPackageId=${id}`)).map(({ Version }) => Version);
}

async function connectTenant({ api }: TestServer, projects: string[]): Promise<void> {
  const sync = await getNamed(api, "/environments", "Sync");
  const connected = await Promise.all(projects.map(async (name) => (await getNamed(api, "/projects", name)).Id));
  await api.post("/tenants", {
    Name: "America",
    ProjectEnvironments: Object.fromEntries(connected.map((id) => [id, [sync.Id]])),
  });
}

/** As somebody starts it who may only run: the published snapshot where there is one. @returns state and log of the task */
async function runRunbook({ url, apiKey }: TestServer, project: string, runbook: string): Promise<string> {
  const client = await Client.create({ instanceURL: url, apiKey, userAgentApp: "test" });
  const { RunbookRunServerTasks } = await new RunbookRunRepository(client, "Default").create({
    spaceName: "Default",
    ProjectName: project,
    RunbookName: runbook,
    EnvironmentNames: ["Sync"],
    Tenants: ["America"],
    ForcePackageDownload: false,
  });
  const ids = RunbookRunServerTasks.map(({ ServerTaskId }) => ServerTaskId);
  const [task] = await new ServerTaskWaiter(client, "Default").waitForServerTasksToComplete(ids, 50, 60_000);
  return `${task?.State}: ${await client.getRaw(`~/api/tasks/${task?.Id}/raw`)}`;
}

async function findPackages({ url, apiKey }: TestServer): Promise<Finding | undefined> {
  const octopus = createOctopusClient({ url, apiKey });
  const findings = await examine({ octopus, space: "Default", oldestNode: "20.19", askWorkers: false, patience: 1000 });
  return findings.find(({ about }) => about === "Packages");
}

test.each([{ publish: false }, { publish: true }])(
  "installing for one more project leaves the others running, after retention, too (published: $publish)",
  async ({ publish }) => {
    const octopus = await startManagement({ worker: true });
    const published = publish ? { publishedRunbook: "__ 2. Deploy Project" } : {};
    await install(octopus, "Hello World", { publish });
    await serialize(octopus, "Hello World", published);
    await install(octopus, "Web Shop", { publish, version: "1.1.0" });
    await serialize(octopus, "Web Shop", published);
    await connectTenant(octopus, ["Hello World", "Web Shop"]);

    await runRetention(octopus);

    expect(await listPackages(octopus, "managed-spaces")).toEqual(["1.1.0", "1.0.0"]);
    for (const project of ["Hello World", "Web Shop"]) {
      expect(await runRunbook(octopus, project, "__ 2. Deploy Project")).toMatch(/^Success: [^]* deploy-project/);
      expect(await runRunbook(octopus, project, "__ 4. Find Updates")).toMatch(/^Success: /);
    }
    expect(await findPackages(octopus)).toMatchObject({ state: "good" });
  },
);

test("the newest package of a template is kept, and the one before it is not", async () => {
  const octopus = await startManagement();
  await install(octopus, "Hello World");
  await serialize(octopus, "Hello World");
  const project = await getNamed(octopus.api, "/projects", "Hello World");
  await octopus.api.put(`/projects/${project.Id}`, { ...project, Description: "Changed" });
  const { outputs } = await serialize(octopus, "Hello World");

  await runRetention(octopus);

  expect(await listPackages(octopus, "hello_world")).toEqual([outputs["PackageVersion"]]);
});

test("installing into a space whose packages nothing keeps makes what keeps them, and doctor says so", async () => {
  const octopus = await startManagement();
  await install(octopus, "Hello World");
  const { outputs } = await serialize(octopus, "Hello World", { keepingRunbook: "" });
  await removeKeepers(octopus);
  const before = await findPackages(octopus);

  await install(octopus, "Hello World", { version: "1.1.0" });
  const after = await findPackages(octopus);
  await runRetention(octopus);

  expect(before).toEqual({
    about: "Packages",
    state: "bad",
    text: `Nothing keeps the package managed-spaces 1.0.0 in the built-in feed, where retention deletes what is old. Run managed-spaces install. Nothing keeps the package hello_world ${outputs["PackageVersion"]} in the built-in feed, where retention deletes what is old. Run managed-spaces install --project "Hello World".`,
  });
  expect(after).toMatchObject({ state: "good" });
  expect(await listPackages(octopus, "managed-spaces")).toEqual(["1.1.0", "1.0.0"]);
  expect(await listPackages(octopus, "hello_world")).toEqual([outputs["PackageVersion"]]);
});

/** A space that was installed before anything kept its packages. */
async function removeKeepers({ api }: TestServer): Promise<void> {
  for (const { Id, Name } of await api.list("/runbooks"))
    if (Name === "__ Keep Packages") await api.remove(`/runbooks/${Id}`);
}

test("doctor names what mends a space whose packages are gone, and it does", async () => {
  const octopus = await startManagement();
  await install(octopus, "Hello World");
  await serialize(octopus, "Hello World");
  for (const { Id } of await octopus.api.list("/packages")) await octopus.api.remove(`/packages/${Id}`);

  const found = await findPackages(octopus);
  await install(octopus, "Hello World");
  await serialize(octopus, "Hello World");

  expect(found?.state).toBe("bad");
  expect(found?.text).toContain(
    'The package managed-spaces 1.0.0, from which runbooks of "Hello World" run, is gone from the built-in feed. Run managed-spaces install --project "Hello World".',
  );
  expect(found?.text).toContain(
    'The package hello_world, which runbooks of "Hello World" deploy, is gone from the built-in feed. Run "__ 1. Serialize Project" there.',
  );
  expect(await findPackages(octopus)).toMatchObject({ state: "good" });
});

test("a package that nothing keeps is pushed all the same, and that is told", async () => {
  const octopus = await startManagement();
  await install(octopus, "Hello World");
  await removeKeepers(octopus);

  const { outputs, log } = await serialize(octopus, "Hello World");

  expect(outputs["Changed"]).toBe("True");
  expect(log.find(({ level }) => level === "warning")?.message).toBe(
    `Failed to keep the package "hello_world" ${outputs["PackageVersion"]} in the built-in feed, where retention deletes what is old: the project has no runbook "__ Keep Packages" to publish. Run managed-spaces install --project "Hello World".`,
  );
});

test("what keeps the packages is made once, and a plan tells of it", async () => {
  const octopus = await startManagement();
  await install(octopus, "Hello World");
  await serialize(octopus, "Hello World");
  const planned = await install(octopus, "Web Shop", { version: "1.1.0", onlyPlan: true });

  const done = await install(octopus, "Web Shop", { version: "1.1.0" });

  expect(done.changes).toEqual(planned.changes);
  expect(done.changes).toContainEqual({ verb: "publish", what: 'the runbook "__ Keep Packages" of "__ Client Space"' });
  expect((await install(octopus, "Web Shop", { version: "1.1.0" })).changes).toEqual([]);
});
