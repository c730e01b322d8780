import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import type { InstallOptions, InstallOutcome } from "../../../lib/install/install.ts";
import { objectsOf, type JsonObject } from "../../../lib/model/json.ts";
import type { Document } from "../../api.ts";
import { startOctopus, type TestServer } from "../../steps/managed-tenants.ts";
import { createBuiltSteps } from "./built-steps.ts";
import { getNamed, runInstall } from "./run-install.ts";

const worse =
  'set_octopusvariable Worse True; set_octopusvariable WorseText "$(printf \'A "bad" \\\\ day\\n* one\\ttwo\')"; echo';

function run(octopus: TestServer, options: Partial<InstallOptions> = {}): Promise<InstallOutcome> {
  return runInstall(octopus, { fleet: true, ...options });
}

function writesOf({ server }: TestServer): string[] {
  return server.requests.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);
}

async function readProcess({
  api,
}: TestServer): Promise<{ process: Document; runbook: Document; steps: JsonObject[] }> {
  const runbook = await getNamed(api, "/runbooks", "__ Report Fleet");
  const process = await api.get(`/runbookProcesses/${String(runbook["RunbookProcessId"])}`);
  return { process, runbook, steps: objectsOf(JSON.parse(JSON.stringify(process)), "Steps") };
}

/** As a person does in the portal. */
async function changeSteps(octopus: TestServer, change: (steps: JsonObject[]) => JsonObject[]): Promise<void> {
  const { process, steps } = await readProcess(octopus);
  await octopus.api.put(`/runbookProcesses/${process.Id}`, { ...process, Steps: change(steps) });
}

function enable(step: JsonObject): JsonObject {
  return { ...step, Actions: objectsOf(step, "Actions").map((action) => ({ ...action, IsDisabled: false })) };
}

async function publish({ api }: TestServer, name: string): Promise<void> {
  const runbook = await getNamed(api, "/runbooks", "__ Report Fleet");
  await api.post("/runbookSnapshots?publish=true", {
    Name: name,
    ProjectId: runbook["ProjectId"],
    RunbookId: runbook.Id,
  });
}

async function publishedName({ api }: TestServer): Promise<unknown> {
  const runbook = await getNamed(api, "/runbooks", "__ Report Fleet");
  return (await api.get(`/runbookSnapshots/${String(runbook["PublishedRunbookSnapshotId"])}`))["Name"];
}

async function setVariables({ api }: TestServer, values: Record<string, string>): Promise<void> {
  const project = await getNamed(api, "/projects", "__ Fleet");
  const set = await api.get(`/variables/${String(project["VariableSetId"])}`);
  const present = objectsOf(JSON.parse(JSON.stringify(set)), "Variables");
  await api.put(`/variables/${set.Id}`, {
    ...set,
    Variables: present.map((one) => ({ ...one, Value: values[String(one["Name"])] ?? one["Value"] ?? null })),
  });
}

test("makes a project that looks at the fleet every hour, and two examples of alerts that wait for a person", async () => {
  const octopus = await startOctopus();

  const { remaining } = await run(octopus);

  const { runbook, steps } = await readProcess(octopus);
  const project = await getNamed(octopus.api, "/projects", "__ Fleet");
  const environment = await getNamed(octopus.api, "/environments", "Sync");
  expect(runbook).toMatchObject({ MultiTenancyMode: "Untenanted", Environments: [environment.Id] });
  expect(steps.map((step) => [step["Name"], step["Condition"], objectsOf(step, "Actions")[0]?.["IsDisabled"]])).toEqual(
    [
      ["Report Fleet", "Success", false],
      ["Mail What Became Worse", "Variable", true],
      ["Post What Became Worse", "Variable", true],
    ],
  );
  expect(objectsOf(steps[0] ?? {}, "Actions")[0]?.["Properties"]).toMatchObject({
    "ReportFleet.ManagementApiKey": "#{ThisInstance.Api.Key}",
  });
  expect(steps[1]?.["Properties"]).toEqual({
    "Octopus.Step.ConditionVariableExpression": '#{if Octopus.Action[Report Fleet].Output.Worse == "True"}True#{/if}',
  });
  expect(await octopus.api.list(`/projects/${project.Id}/triggers`)).toMatchObject([
    {
      Name: "Report Fleet Every Hour",
      IsDisabled: false,
      Filter: { FilterType: "CronExpressionSchedule", CronExpression: "0 7 * * * *" },
      Action: { ActionType: "RunRunbook", RunbookId: runbook.Id, EnvironmentIds: [environment.Id] },
    },
  ]);
  const instances = await getNamed(octopus.api, "/libraryvariablesets", "Managed Instances");
  expect(instances["Description"]).toContain("ManagedInstance.<host>.ApiKey");
  expect(project["IncludedLibraryVariableSetIds"]).toContain(instances.Id);
  expect(runbook["PublishedRunbookSnapshotId"]).not.toBeNull();
  expect(remaining.join("\n")).toContain('fill in and enable the step "Mail What Became Worse"');
});

test("an installation that knows a Git host has the report look at files there, whatever is installed afterwards", async () => {
  const octopus = await startOctopus();
  const gitHost = { host: "gitea", url: "https://git.example.com", owner: "acme", token: "a-token" };
  await runInstall(octopus, { gitHost });

  await run(octopus);
  const again = await run(octopus);

  const { steps } = await readProcess(octopus);
  const [action] = objectsOf(steps[0] ?? {}, "Actions");
  expect(action?.["Properties"]).toMatchObject({
    "ReportFleet.GitHost": "#{GitHost.Type}",
    "ReportFleet.GitHostUrl": "#{GitHost.Url}",
    "ReportFleet.GitToken": "#{GitHost.Token}",
  });
  const [set, project] = [
    await getNamed(octopus.api, "/libraryvariablesets", "Git Host"),
    await getNamed(octopus.api, "/projects", "__ Fleet"),
  ];
  expect(project["IncludedLibraryVariableSetIds"]).toContain(set.Id);
  expect(again.changes).toEqual([]);
});

test("nothing of it is made unless somebody asks, and a plan says what would be", async () => {
  const octopus = await startOctopus();

  await run(octopus, { fleet: false });
  expect((await octopus.api.list("/projects")).map((project) => project["Name"])).toEqual(["__ Client Space"]);
  const planned = await run(octopus, { onlyPlan: true });
  const done = await run(octopus);

  expect(done.changes).toEqual(planned.changes);
  expect(done.changes.map(({ verb, what }) => `${verb} ${what}`)).toEqual([
    'create the library variable set "Managed Instances"',
    'create the project "__ Fleet"',
    'create the runbook "__ Report Fleet" of "__ Fleet"',
    'create the process of the runbook "__ Report Fleet" of "__ Fleet"',
    'create the variables Fleet.Mail.To, Fleet.Webhook.Url of "__ Fleet"',
    'create the trigger "Report Fleet Every Hour" of "__ Fleet"',
    'publish the runbook "__ Report Fleet"',
    'update the record of what is installed in "Managed Spaces Installation"',
  ]);
});

test.each([true, false])("writes nothing when it runs again (asked again: %s)", async (fleet) => {
  const octopus = await startOctopus();
  await run(octopus);
  octopus.server.requests.length = 0;

  const again = await run(octopus, { fleet });

  expect(writesOf(octopus)).toEqual([]);
  expect(again.changes).toEqual([]);
  expect(again.remaining.join()).not.toContain("Fleet");
});

test("what people changed and took out stays so, and an upgrade is published with it", async () => {
  const octopus = await startOctopus();
  const { api } = octopus;
  await run(octopus);
  await changeSteps(octopus, ([report = {}, mail = {}]) => [report, enable(mail)]);
  await publish(octopus, "With mail");
  const [trigger] = await api.list("/projecttriggers");
  await api.remove(`/projecttriggers/${trigger?.Id}`);

  const again = await run(octopus);
  const upgraded = await run(octopus, { fleet: false, readBuilt: () => createBuiltSteps("1.1.0", "echo second") });

  const { steps } = await readProcess(octopus);
  expect(again.changes).toEqual([]);
  expect(upgraded.changes).toContainEqual({ verb: "publish", what: 'the runbook "__ Report Fleet"' });
  expect(steps.map((step) => [step["Name"], objectsOf(step, "Actions")[0]?.["IsDisabled"]])).toEqual([
    ["Report Fleet", false],
    ["Mail What Became Worse", false],
  ]);
  expect(objectsOf(steps[0] ?? {}, "Actions")[0]?.["Properties"]).toMatchObject({
    "Octopus.Action.Script.ScriptBody": "echo second report-fleet",
  });
  expect(await api.list("/projecttriggers")).toEqual([]);
  expect(await publishedName(octopus)).not.toBe("With mail");
});

test("what people have not published yet is not published for them", async () => {
  const octopus = await startOctopus();
  await run(octopus);
  await publish(octopus, "Good");
  await changeSteps(octopus, (steps) => steps.map(enable));

  const { remaining } = await run(octopus, { readBuilt: () => createBuiltSteps("1.1.0", "echo second") });

  expect(await publishedName(octopus)).toBe("Good");
  expect(remaining.join("\n")).toContain('The runbook "__ Report Fleet" has changes that are not published');
});

test("a key that somebody gave to another instance is published with the next installation", async () => {
  const octopus = await startOctopus();
  const { api } = octopus;
  await run(octopus);
  const instances = await getNamed(api, "/libraryvariablesets", "Managed Instances");
  const set = await api.get(`/variables/${String(instances["VariableSetId"])}`);
  const key = { Name: "ManagedInstance.b.example.com.ApiKey", Value: "API-B", Type: "Sensitive", IsSensitive: true };
  await api.put(`/variables/${set.Id}`, { ...set, Variables: [key] });

  const { changes } = await run(octopus, { fleet: false });
  const again = await run(octopus, { fleet: false });

  expect(changes).toEqual([{ verb: "publish", what: 'the runbook "__ Report Fleet"' }]);
  expect(again.changes).toEqual([]);
});

test("an installation that was cut off is finished by the next one", async () => {
  const octopus = await startOctopus();
  octopus.server.setFaults({ fail: { method: "POST", path: "projecttriggers", status: 500 } });
  await expect(run(octopus)).rejects.toThrow("500");

  await run(octopus);

  expect(await octopus.api.list("/projecttriggers")).toHaveLength(1);
  expect((await readProcess(octopus)).steps).toHaveLength(3);
});

test("a template that is called Fleet is left in peace", async () => {
  const octopus = await startOctopus();
  const [lifecycle] = await octopus.api.list("/lifecycles");
  const [group] = await octopus.api.list("/projectgroups");
  await octopus.api.post("/projects", { Name: "Fleet", LifecycleId: lifecycle?.Id, ProjectGroupId: group?.Id });
  await run(octopus, { fleet: false, projects: ["Fleet"], companion: true });

  await expect(run(octopus)).rejects.toThrow(
    'The project "__ Fleet" of the space "Default" carries the runbooks of a template that is called "Fleet"',
  );
});

const secretPath = "a-long-secret";

interface Alerts {
  octopus: TestServer;
  posted: string[];
  address: string;
  /** Publishes what is filled in and runs it by hand. @returns the task's log */
  report(): Promise<string>;
}

/** A fleet whose report says what it is told to, and somebody who listens. */
async function startAlerts(script: string): Promise<Alerts> {
  const octopus = await startOctopus({ worker: true });
  const { api, server, url, apiKey } = octopus;
  const posted: string[] = [];
  const listener = createServer((request, response) => {
    void text(request).then((body) => {
      posted.push(body);
      response.end();
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void listener.close());
  const place = listener.address();
  const port = typeof place === "object" && place !== null ? place.port : 0;
  const address = `http://127.0.0.1:${port}/hooks/${secretPath}`;
  await run(octopus, { readBuilt: () => createBuiltSteps("1.0.0", script) });
  await changeSteps(octopus, (steps) => steps.map(enable));
  return {
    octopus,
    posted,
    address,
    async report() {
      const runbook = await getNamed(api, "/runbooks", "__ Report Fleet");
      await api.act("/runbook-runs/create/v1", {
        SpaceId: "Spaces-1",
        SpaceIdOrName: "Spaces-1",
        ProjectName: "__ Fleet",
        RunbookName: runbook.Id,
        EnvironmentNames: ["Sync"],
      });
      await server.worker?.idle();
      const [task] = await api.list("/tasks");
      const raw = await fetch(`${url}/api/tasks/${task?.Id}/raw`, { headers: { "X-Octopus-ApiKey": apiKey } });
      return raw.text();
    },
  };
}

test("a mail and a webhook tell what became worse, and the address of the webhook is nowhere to be seen", async () => {
  const { octopus, posted, address, report } = await startAlerts(worse);
  await setVariables(octopus, { "Fleet.Mail.To": "ops@example.com", "Fleet.Webhook.Url": address });
  await publish(octopus, "Filled in");

  const log = await report();

  expect(log).toContain("Email to ops@example.com: Managed spaces: something became worse");
  expect(posted.map((body): unknown => JSON.parse(body))).toEqual([{ text: 'A "bad" \\ day\n* one\ttwo' }]);
  expect(log).toContain("The webhook was told (200).");
  expect(log).not.toContain(secretPath);
});

test("nobody is told every hour that all is as it was", async () => {
  const { octopus, posted, address, report } = await startAlerts("set_octopusvariable Worse False; echo");
  await setVariables(octopus, { "Fleet.Mail.To": "ops@example.com", "Fleet.Webhook.Url": address });
  await publish(octopus, "Filled in");

  const log = await report();

  expect(posted).toEqual([]);
  expect(log).not.toContain("Email to");
  expect(log).toContain("Task status:    Success");
});

test("a webhook without an address, and one that refuses, say what to do", async () => {
  const { octopus, address, report } = await startAlerts(worse);
  await setVariables(octopus, { "Fleet.Mail.To": "ops@example.com" });
  await publish(octopus, "Without address");
  expect(await report()).toContain("Give the project the secret variable Fleet.Webhook.Url, and publish the runbook.");

  await setVariables(octopus, { "Fleet.Webhook.Url": `${address.slice(0, address.indexOf("/hooks"))}0/${secretPath}` });
  await publish(octopus, "Nobody there");
  const log = await report();

  expect(log).toMatch(/The webhook was not told: curl ended with \d+, and the answer was 000\./);
  expect(log).not.toContain(secretPath);
});
