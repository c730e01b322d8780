import AdmZip from "adm-zip";
import { Client } from "@octopusdeploy/api-client";
import { expect, onTestFinished, test } from "vitest";
import { isFields, listOf, textOf, type Fields } from "../model/fields.ts";
import { createOctopusServer, type OctopusServer } from "../octopus-server.ts";

/** What a user does, over HTTP with Octopus's own client: nothing reaches into the server's memory. */
interface Story {
  server: OctopusServer;
  get(path: string): Promise<Fields>;
  post(path: string, body: unknown): Promise<Fields>;
  put(path: string, body: unknown): Promise<Fields>;
  raw(path: string): Promise<string>;
}

async function beginStory(): Promise<Story> {
  const server = createOctopusServer({ worker: true });
  onTestFinished(() => server.close());
  const instanceURL = await server.listen();
  const client = await Client.create({ instanceURL, apiKey: server.apiKey, userAgentApp: "tests" });
  return {
    server,
    get: async (path) => toFields(await client.get<unknown>(path)),
    post: async (path, body) => toFields(await client.post<unknown>(path, body)),
    put: async (path, body) => toFields(await client.doUpdate<unknown>(path, body)),
    raw: (path) => client.getRaw(path),
  };
}

function toFields(value: unknown): Fields {
  return isFields(value) ? value : {};
}

const space = "/api/Spaces-1";

async function createProject(story: Story, more: Fields = {}): Promise<Fields> {
  const project = { Name: "Hello World", LifecycleId: "Lifecycles-1", ProjectGroupId: "ProjectGroups-1", ...more };
  return story.post(`${space}/projects`, project);
}

async function createRunbook(story: Story, project: Fields, steps: Fields[], more: Fields = {}): Promise<Fields> {
  const runbook = await story.post(`${space}/runbooks`, { Name: "Say Hello", ProjectId: project["Id"], ...more });
  const process = await story.get(`${space}/runbookProcesses/${textOf(runbook, "RunbookProcessId")}`);
  await story.put(`${space}/runbookProcesses/${textOf(process, "Id")}`, { ...process, Steps: steps });
  return runbook;
}

function bashStep(name: string, body: string, action: Fields = {}): Fields {
  const Properties = {
    "Octopus.Action.RunOnServer": "true",
    "Octopus.Action.Script.ScriptSource": "Inline",
    "Octopus.Action.Script.Syntax": "Bash",
    "Octopus.Action.Script.ScriptBody": body,
  };
  return { Name: name, Properties: {}, Actions: [{ Name: name, ActionType: "Octopus.Script", Properties, ...action }] };
}

async function setVariables(story: Story, ownerId: unknown, variables: Fields[]): Promise<void> {
  const path = `${space}/variables/variableset-${String(ownerId)}`;
  const set = await story.get(path);
  await story.put(path, { ...set, Variables: [...listOf(set, "Variables"), ...variables] });
}

async function run(story: Story, body: Fields): Promise<Fields> {
  const answer = await story.post(`${space}/runbook-runs/create/v1`, {
    spaceIdOrName: "Default",
    projectName: "Hello World",
    runbookName: "Say Hello",
    ...body,
  });
  const [started] = listOf(answer, "RunbookRunServerTasks");
  return waitForTask(story, textOf(started ?? {}, "ServerTaskId"));
}

async function waitForTask(story: Story, id: string): Promise<Fields> {
  await expect.poll(async () => (await story.get(`/api/tasks/${id}`))["IsCompleted"]).toBe(true);
  return story.get(`/api/tasks/${id}`);
}

async function pushPackage(story: Story, name: string, files: Record<string, string>): Promise<void> {
  const archive = new AdmZip();
  for (const [path, content] of Object.entries(files)) archive.addFile(path, Buffer.from(content));
  const form = new FormData();
  form.append("file", new Blob([new Uint8Array(archive.toBuffer())]), name);
  const headers = { "X-Octopus-ApiKey": story.server.apiKey };
  const response = await fetch(`${story.server.model.url}${space}/packages/raw`, {
    method: "POST",
    headers,
    body: form,
  });
  expect(response.status).toBe(201);
}

test("a runbook runs with variables of the project, and its log has no secret", async () => {
  const story = await beginStory();
  const project = await createProject(story);
  const environment = await story.post(`${space}/environments`, { Name: "Development" });
  await setVariables(story, project["Id"], [
    { Name: "Greeting", Value: "Hello", Type: "String" },
    { Name: "Greeting", Value: "Hello Development", Type: "String", Scope: { Environment: [environment["Id"]] } },
    { Name: "Password", Value: "correct horse battery", Type: "Sensitive", IsSensitive: true },
  ]);
  const body =
    'echo "$(get_octopusvariable Greeting) $(get_octopusvariable Password)"\nset_octopusvariable Length "$(get_octopusvariable Password | wc -c)"';
  await createRunbook(story, project, [
    bashStep("First", body),
    bashStep("Second", 'echo "length: #{Octopus.Action[First].Output.Length}"'),
  ]);

  const task = await run(story, { environmentNames: ["Development"] });
  const log = await story.raw(`/api/tasks/${textOf(task, "Id")}/raw`);

  expect(task).toMatchObject({ State: "Success", FinishedSuccessfully: true });
  expect(log).toContain("Hello Development ********");
  expect(log).toContain("length: 21");
  expect(log).not.toContain("correct horse");
});

test("a tenanted run takes the tenant's values, the package that was pushed, and leaves an artifact", async () => {
  const story = await beginStory();
  const environment = await story.post(`${space}/environments`, { Name: "Sync" });
  const library = await story.post(`${space}/libraryvariablesets`, {
    Name: "Octopus Server",
    Templates: [
      { Name: "ManagedTenant.Octopus.Url", DisplaySettings: { "Octopus.ControlType": "SingleLineText" } },
      { Name: "ManagedTenant.Octopus.ApiKey", DisplaySettings: { "Octopus.ControlType": "Sensitive" } },
      {
        Name: "ManagedTenant.Octopus.SpaceId",
        DefaultValue: "Unknown",
        DisplaySettings: { "Octopus.ControlType": "SingleLineText" },
      },
    ],
  });
  const project = await createProject(story, {
    TenantedDeploymentMode: "TenantedOrUntenanted",
    IncludedLibraryVariableSetIds: [library["Id"]],
  });
  const connections = { [textOf(project, "Id")]: [environment["Id"]] };
  const tenant = await story.post(`${space}/tenants`, { Name: "Europe", ProjectEnvironments: connections });
  const values = await story.get(`${space}/tenants/${textOf(tenant, "Id")}/variables`);
  const [url, key] = listOf(library, "Templates");
  const Variables = {
    [textOf(url ?? {}, "Id")]: "https://europe.example",
    [textOf(key ?? {}, "Id")]: { HasValue: true, NewValue: "API-EUROPEKEY" },
  };
  await story.post(`${space}/tenants/${textOf(tenant, "Id")}/variables`, {
    ...values,
    LibraryVariables: { [textOf(library, "Id")]: { LibraryVariableSetId: library["Id"], Variables } },
  });
  await pushPackage(story, "hello_world.1.0.0.zip", { "manifest.json": '{"project":"Hello World"}' });
  const body = `cat Module/manifest.json; echo
    echo "#{ManagedTenant.Octopus.Url} #{ManagedTenant.Octopus.ApiKey} #{ManagedTenant.Octopus.SpaceId} #{Octopus.Deployment.Tenant.Name}"
    echo report >report.txt; new_octopusartifact report.txt`;
  const Packages = [
    {
      Name: "Module",
      PackageId: "hello_world",
      FeedId: "feeds-builtin",
      AcquisitionLocation: "Server",
      Properties: { Extract: "True" },
    },
  ];
  await createRunbook(story, project, [bashStep("Deploy", body, { Packages })], {
    MultiTenancyMode: "TenantedOrUntenanted",
  });

  const task = await run(story, { environmentNames: ["Sync"], tenants: ["Europe"] });
  const log = await story.raw(`/api/tasks/${textOf(task, "Id")}/raw`);
  const [artifact] = listOf(await story.get(`${space}/artifacts?regarding=${textOf(task, "Id")}`), "Items");

  expect(log).toContain('{"project":"Hello World"}');
  expect(log).toContain("https://europe.example ******** Unknown Europe");
  expect(task["State"]).toBe("Success");
  expect(artifact).toMatchObject({ Filename: "report.txt" });
  expect(await story.raw(`${space}/artifacts/${textOf(artifact ?? {}, "Id")}/content`)).toBe("report\n");
});

test("a release is deployed, its number known to the step", async () => {
  const story = await beginStory();
  const environment = await story.post(`${space}/environments`, { Name: "Development" });
  const project = await createProject(story);
  const process = await story.get(`${space}/deploymentprocesses/deploymentprocess-${textOf(project, "Id")}`);
  await story.put(`${space}/deploymentprocesses/${textOf(process, "Id")}`, {
    ...process,
    Steps: [bashStep("Hello", "echo 'release #{Octopus.Release.Number} to #{Octopus.Environment.Name}'")],
  });
  await story.post(`${space}/releases/create/v1`, {
    spaceIdOrName: "Default",
    projectName: "Hello World",
    releaseVersion: "1.2.3",
  });

  const answer = await story.post(`${space}/deployments/create/untenanted/v1`, {
    spaceIdOrName: "Default",
    projectName: "Hello World",
    releaseVersion: "1.2.3",
    environmentNames: [textOf(environment, "Name")],
  });
  const task = await waitForTask(story, textOf(listOf(answer, "DeploymentServerTasks")[0] ?? {}, "ServerTaskId"));

  expect(task["State"]).toBe("Success");
  expect(await story.raw(`/api/tasks/${textOf(task, "Id")}/raw`)).toContain("release 1.2.3 to Development");
});

test("a run that fails tells which step and why", async () => {
  const story = await beginStory();
  await story.post(`${space}/environments`, { Name: "Development" });
  await createRunbook(story, await createProject(story), [bashStep("Break", 'fail_step "The disk is full"')]);

  const task = await run(story, { environmentNames: ["Development"] });

  expect(task).toMatchObject({ State: "Failed", ErrorMessage: expect.stringContaining("The disk is full") });
  expect(await story.raw(`/api/tasks/${textOf(task, "Id")}/raw`)).toContain("Failed: Step 1: Break");
});

test("a run is canceled while it waits, and its log is there as it goes", async () => {
  const story = await beginStory();
  await story.post(`${space}/environments`, { Name: "Development" });
  await createRunbook(story, await createProject(story), [bashStep("Wait", "echo begun; sleep 60")]);

  const answer = await story.post(`${space}/runbook-runs/create/v1`, {
    spaceIdOrName: "Default",
    projectName: "Hello World",
    runbookName: "Say Hello",
    environmentNames: ["Development"],
  });
  const id = textOf(listOf(answer, "RunbookRunServerTasks")[0] ?? {}, "ServerTaskId");
  await expect.poll(() => story.raw(`/api/tasks/${id}/raw`)).toContain("begun");
  await story.post(`/api/tasks/${id}/cancel`, {});

  expect(await waitForTask(story, id)).toMatchObject({ State: "Canceled" });
});

test("a person approves a manual intervention", async () => {
  const story = await beginStory();
  await story.post(`${space}/environments`, { Name: "Development" });
  const approve = bashStep("Approve", "", {
    ActionType: "Octopus.Manual",
    Properties: { "Octopus.Action.Manual.Instructions": "Look first" },
  });
  await createRunbook(story, await createProject(story), [
    approve,
    bashStep("Go on", "echo '#{Octopus.Action[Approve].Output.Manual.Notes}'"),
  ]);

  const answer = await story.post(`${space}/runbook-runs/create/v1`, {
    spaceIdOrName: "Default",
    projectName: "Hello World",
    runbookName: "Say Hello",
    environmentNames: ["Development"],
  });
  const id = textOf(listOf(answer, "RunbookRunServerTasks")[0] ?? {}, "ServerTaskId");
  const pending = async () =>
    listOf(await story.get(`${space}/interruptions?regarding=${id}&pendingOnly=true`), "Items")[0];
  await expect.poll(pending).toBeDefined();
  const path = `${space}/interruptions/${textOf((await pending()) ?? {}, "Id")}`;
  await story.put(`${path}/responsible`, {});
  await story.post(`${path}/submit`, { Notes: "Looks fine", Result: "Proceed" });

  expect(await waitForTask(story, id)).toMatchObject({ State: "Success", HasPendingInterruptions: false });
  expect(await story.raw(`/api/tasks/${id}/raw`)).toContain("Looks fine");
});
