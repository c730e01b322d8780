import { expect, test } from "vitest";
import * as z from "zod";
import type { InstallOptions, InstallOutcome } from "../../../lib/install/install.ts";
import type { Document } from "../../api.ts";
import type { TestServer } from "../../steps/managed-tenants.ts";
import { createBuiltSteps } from "./built-steps.ts";
import { getNamed, runInstall, startWithProjects } from "./run-install.ts";

function run(octopus: TestServer, options: Partial<InstallOptions> = {}): Promise<InstallOutcome> {
  return runInstall(octopus, { projects: ["Hello World"], ...options });
}

const Process = z.object({
  Steps: z.array(
    z.object({
      Name: z.string(),
      Actions: z.array(
        z.looseObject({
          Name: z.string(),
          Properties: z.record(z.string(), z.unknown()),
          Packages: z.array(z.looseObject({ Name: z.string() })),
        }),
      ),
    }),
  ),
});

async function processOf(
  { api }: TestServer,
  runbook: string,
): Promise<{ document: Document; process: z.infer<typeof Process> }> {
  const document = await api.get(`/runbookProcesses/RunbookProcess-${(await getNamed(api, "/runbooks", runbook)).Id}`);
  return { document, process: Process.parse(document) };
}

function writesOf({ server }: TestServer): string[] {
  return server.requests.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);
}

test("sets up a management space: templates, package, variable sets, runbooks", async () => {
  const octopus = await startWithProjects("Hello World");

  await run(octopus);

  const names = async (path: string): Promise<unknown[]> =>
    (await octopus.api.list(path)).map((document) => document["Name"]);
  expect(await names("/libraryvariablesets")).toEqual([
    "Export Options",
    "Managed Spaces Installation",
    "Octopus Server",
    "This Instance",
  ]);
  expect(await names("/actiontemplates")).toHaveLength(16);
  expect(await names("/runbooks")).toEqual([
    "__ 1. Serialize Project",
    "__ 2. Deploy Project",
    "__ 3. List Downstream Projects",
    "__ 4. Find Updates",
    "__ Create Client Space",
    "__ Keep Packages",
    "__ Keep Packages",
  ]);
  expect(
    (await octopus.api.list("/packages")).map((entry) => `${String(entry["PackageId"])} ${String(entry["Version"])}`),
  ).toEqual(["managed-spaces 1.0.0"]);
  const { process } = await processOf(octopus, "__ 2. Deploy Project");
  expect(process.Steps.map((step) => step.Name)).toEqual(["Look Up Space", "Deploy Project"]);
  expect(process.Steps[1]?.Actions[0]?.Packages).toMatchObject([
    { Name: "managed-spaces", PackageId: "managed-spaces", Version: "1.0.0" },
    { Name: "DeployProject.Package", PackageId: "hello_world" },
  ]);
});

test("writes nothing when it runs again", async () => {
  const octopus = await startWithProjects("Hello World");
  await run(octopus);
  octopus.server.requests.length = 0;

  const again = await run(octopus);

  expect(writesOf(octopus)).toEqual([]);
  expect(again.changes).toEqual([]);
});

test("only says what it would do when told to plan", async () => {
  const octopus = await startWithProjects("Hello World");

  const planned = await run(octopus, { onlyPlan: true });

  expect(writesOf(octopus)).toEqual([]);
  expect(planned.changes).toContainEqual({
    verb: "create",
    what: 'the runbook "__ 2. Deploy Project" of "Hello World"',
  });
});

test("plans exactly what it then does", async () => {
  const octopus = await startWithProjects("Hello World");
  const planned = await run(octopus, { onlyPlan: true });

  const done = await run(octopus);

  expect(done.changes).toEqual(planned.changes);
});

test("an upgrade brings the steps to the new version and keeps what people set in their forms", async () => {
  const octopus = await startWithProjects("Hello World");
  await run(octopus);
  const { document, process } = await processOf(octopus, "__ 1. Serialize Project");
  const [step] = process.Steps;
  const [action] = step?.Actions ?? [];
  await octopus.api.put(`/runbookProcesses/${document.Id}`, {
    ...document,
    Steps: [
      {
        ...step,
        Actions: [
          { ...action, Properties: { ...action?.Properties, "SerializeProject.ServerUrl": "https://mine.example" } },
        ],
      },
    ],
  });

  const upgraded = await run(octopus, { readBuilt: () => createBuiltSteps("1.1.0", "echo second") });

  const after = (await processOf(octopus, "__ 1. Serialize Project")).process.Steps[0]?.Actions[0];
  expect(after?.Properties).toMatchObject({
    "SerializeProject.ServerUrl": "https://mine.example",
    "Octopus.Action.Script.ScriptBody": "echo second serialize-project",
    "Octopus.Action.Template.Version": "1",
  });
  expect(after?.Packages).toMatchObject([{ PackageId: "managed-spaces", Version: "1.1.0" }]);
  expect(upgraded.changes.map(({ verb }) => verb)).not.toContain("create");
  expect((await run(octopus, { readBuilt: () => createBuiltSteps("1.1.0", "echo second") })).changes).toEqual([]);
});

test("keeps steps that people added to a management runbook", async () => {
  const octopus = await startWithProjects("Hello World");
  await run(octopus);
  const { document, process } = await processOf(octopus, "__ 2. Deploy Project");
  const own = {
    Name: "Tell the team",
    Actions: [
      {
        Name: "Tell the team",
        ActionType: "Octopus.Script",
        Properties: {
          "Octopus.Action.Script.ScriptBody": "echo done",
          "Octopus.Action.Script.Syntax": "Bash",
          "Octopus.Action.Script.ScriptSource": "Inline",
        },
        Packages: [],
      },
    ],
  };
  await octopus.api.put(`/runbookProcesses/${document.Id}`, { ...document, Steps: [...process.Steps, own] });

  await run(octopus, { readBuilt: () => createBuiltSteps("1.1.0", "echo second") });

  expect((await processOf(octopus, "__ 2. Deploy Project")).process.Steps.map((step) => step.Name)).toEqual([
    "Look Up Space",
    "Deploy Project",
    "Tell the team",
  ]);
});

test("gives this server's key to the Sync environment alone, and never shows it", async () => {
  const octopus = await startWithProjects("Hello World");

  await run(octopus);

  const set = await getNamed(octopus.api, "/libraryvariablesets", "This Instance");
  const variables = z
    .object({
      Variables: z.array(
        z.looseObject({
          Name: z.string(),
          Value: z.string().nullable(),
          Scope: z.record(z.string(), z.array(z.string())),
        }),
      ),
    })
    .parse(await octopus.api.get(`/variables/variableset-${set.Id}`));
  const sync = await getNamed(octopus.api, "/environments", "Sync");
  const key = variables.Variables.find((variable) => variable.Name === "ThisInstance.Api.Key");
  expect(key).toMatchObject({ Value: null, Scope: { Environment: [sync.Id] } });
});

test("offers the names nearest to a project that does not exist, before it writes anything", async () => {
  const octopus = await startWithProjects("Hello World");

  await expect(run(octopus, { projects: ["Hello World", "Helo Wrold"] })).rejects.toThrow(
    'There is no project "Helo Wrold" in the space "Default". Did you mean "Hello World"?',
  );

  expect(octopus.server.requests.filter(({ method }) => method !== "GET")).toEqual([]);
});

test("what is there under the same name in other letters is what is meant", async () => {
  const octopus = await startWithProjects("Hello World");
  const environment = await octopus.api.post("/environments", { Name: "SYNC" });
  const set = await octopus.api.post("/libraryvariablesets", { Name: "this instance", ContentType: "Variables" });
  const pool = await octopus.api.post("/workerpools", { Name: "Linux", WorkerPoolType: "StaticWorkerPool" });

  await run(octopus, { projects: ["hello WORLD"], workerPool: "LINUX" });

  expect((await octopus.api.list("/environments")).map(({ Name }) => Name)).toEqual(["SYNC"]);
  const project = await getNamed(octopus.api, "/projects", "Hello World");
  expect(project["IncludedLibraryVariableSetIds"]).toContain(set.Id);
  const { process } = await processOf(octopus, "__ 2. Deploy Project");
  expect(process.Steps[1]?.Actions[0]).toMatchObject({ WorkerPoolId: pool.Id });
  expect(await getNamed(octopus.api, "/runbooks", "__ 2. Deploy Project")).toMatchObject({
    Description: 'Deploys the newest package of the project "Hello World" into the tenant\'s space.',
    Environments: [environment.Id],
  });
  expect((await run(octopus, { projects: ["Hello World"], workerPool: "Linux" })).changes).toEqual([]);
});

test("tells each change as it is made, and goes on from there when it was stopped", async () => {
  const octopus = await startWithProjects("Hello World");
  const told: string[] = [];
  octopus.server.setFaults({ fail: { method: "POST", path: "/runbooks", status: 500 } });

  const stopped = run(octopus, { onChange: ({ what }) => told.push(what) });
  await expect(stopped).rejects.toThrow(/\(500\)/);
  const { changes } = await run(octopus);

  expect(told).toContain('the environment "Sync"');
  expect(changes.map(({ what }) => what)).toContain('the runbook "__ 2. Deploy Project" of "Hello World"');
  expect(changes.filter(({ what }) => told.includes(what))).toEqual([]);
});

test("sets worker pool and execution container on each of its steps", async () => {
  const octopus = await startWithProjects("Hello World");
  const feed = await octopus.api.post("/feeds", {
    Name: "Docker Hub",
    FeedType: "Docker",
    FeedUri: "https://index.docker.io",
  });
  const pool = await octopus.api.post("/workerpools", { Name: "Linux", WorkerPoolType: "StaticWorkerPool" });

  await run(octopus, { workerPool: "Linux", containerImage: "octopusdeploy/worker-tools:6.6.4-ubuntu.24.04" });

  for (const name of ["__ 1. Serialize Project", "__ 2. Deploy Project", "__ Create Client Space"]) {
    for (const step of (await processOf(octopus, name)).process.Steps) {
      expect(step.Actions[0]).toMatchObject({
        WorkerPoolId: pool.Id,
        Container: { FeedId: feed.Id, Image: "octopusdeploy/worker-tools:6.6.4-ubuntu.24.04" },
      });
    }
  }
});

test("tells which tenants are to be connected and which values they lack", async () => {
  const octopus = await startWithProjects("Hello World");
  await octopus.api.post("/tenants", { Name: "America" });

  const { remaining } = await run(octopus);

  expect(remaining.slice(0, 2)).toEqual([
    'Connect the tenant "America" to "__ Client Space" and "Hello World" in the environment Sync, if it stands for a managed space.',
    'Give the tenant "America" its ManagedTenant.Octopus.Url and ManagedTenant.Octopus.ApiKey (Tenant, Variables, Common Variables).',
  ]);
});

test("what remains for many tenants is said once", async () => {
  const octopus = await startWithProjects("Hello World");
  for (let number = 1; number <= 12; number += 1)
    await octopus.api.post("/tenants", { Name: `Tenant ${String(number).padStart(2, "0")}` });

  const { remaining } = await run(octopus);

  const names = Array.from({ length: 10 }, (_, index) => `"Tenant ${String(index + 1).padStart(2, "0")}"`).join(", ");
  expect(remaining.slice(0, 2)).toEqual([
    `Connect the tenants ${names} and 2 more to "__ Client Space" and "Hello World" in the environment Sync, if they stand for managed spaces.`,
    `Give the tenants ${names} and 2 more their ManagedTenant.Octopus.Url and ManagedTenant.Octopus.ApiKey (Tenant, Variables, Common Variables).`,
  ]);
});

test("with the Terraform engine, the connection values stay off the command line", async () => {
  const octopus = await startWithProjects("Hello World");

  await run(octopus, {
    engine: "terraform",
    terraformBackend: "s3",
    terraformInitParameters: '-backend-config="bucket=b"',
  });

  const deploy = (await processOf(octopus, "__ 2. Deploy Project")).process.Steps[2]?.Actions[0];
  expect(deploy).toMatchObject({ ActionType: "Octopus.TerraformApply", Packages: [{ PackageId: "hello_world" }] });
  expect(deploy?.Properties["Octopus.Action.Terraform.AdditionalActionParams"]).not.toContain("ApiKey");
  expect(deploy?.Properties["Octopus.Action.Terraform.EnvVariables"]).toContain("TF_VAR_octopus_apikey");
  expect(
    (
      await run(octopus, {
        engine: "terraform",
        terraformBackend: "s3",
        terraformInitParameters: '-backend-config="bucket=b"',
      })
    ).changes,
  ).toEqual([]);
});

test("publishes the runbooks when told to, once", async () => {
  const octopus = await startWithProjects("Hello World");

  const first = await run(octopus, { publish: true });

  expect(first.changes.filter(({ verb }) => verb === "publish").map(({ what }) => what)).toEqual([
    'the runbook "__ Keep Packages" of "__ Client Space"',
    'the runbook "__ Create Client Space"',
    'the runbook "__ 1. Serialize Project"',
    'the runbook "__ 3. List Downstream Projects"',
    'the runbook "__ 4. Find Updates"',
  ]);
  expect(first.remaining.at(-2)).toContain('it publishes "__ 2. Deploy Project" then');
  const second = await run(octopus, { publish: true });
  expect(second.changes).toEqual([]);
});

test("another engine takes the place of the deploying step, stays while nobody asks for one, and goes again", async () => {
  const octopus = await startWithProjects("Hello World");
  await run(octopus);

  await run(octopus, { engine: "terraform", terraformBackend: "s3" });
  await run(octopus);
  const steps = (await processOf(octopus, "__ 2. Deploy Project")).process.Steps;
  const terraform = steps[2]?.Actions[0];
  await run(octopus, { engine: "apply" });
  const after = (await processOf(octopus, "__ 2. Deploy Project")).process.Steps;
  const apply = after[1]?.Actions[0];

  expect(terraform).toMatchObject({ ActionType: "Octopus.TerraformApply", Packages: [{ PackageId: "hello_world" }] });
  expect(Object.keys(terraform?.Properties ?? {}).filter((name) => name.startsWith("DeployProject."))).toEqual([]);
  expect(apply).toMatchObject({
    ActionType: "Octopus.Script",
    Packages: [{ PackageId: "managed-spaces" }, { PackageId: "hello_world" }],
  });
  expect(Object.keys(apply?.Properties ?? {}).filter((name) => name.includes("Terraform"))).toEqual([]);
  expect(after.map((step) => step.Name)).toEqual(["Look Up Space", "Deploy Project"]);
  await run(octopus, { engine: "terraform", terraformBackend: "s3" });
  const again = (await processOf(octopus, "__ 2. Deploy Project")).process.Steps;
  expect(again.map((step) => step.Name)).toEqual(steps.map((step) => step.Name));
});
