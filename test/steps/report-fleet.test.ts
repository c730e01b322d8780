import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { cleanAudit } from "../octopus-server/model/events.ts";
import { createTask, finishTask, startTask } from "../octopus-server/model/tasks.ts";
import { createApi } from "../api.ts";
import { step as populateSpace } from "../../steps/populate-space/step.ts";
import { createOctopusClient } from "../../lib/octopus/octopus-client.ts";
import { pushPackage } from "../../lib/octopus/packages.ts";
import { createStepContext } from "../step/create-step-context.ts";
import { script } from "./deployment-stage.ts";
import type { FleetStage, Look, StagedSpace } from "./fleet-stage.ts";
import { removeFirstStep, startFleet } from "./fleet-stage.ts";

/** The fleet of most stories: one space beside the management space, one on an instance of its own, both with a copy. */
async function startTwo(): Promise<{ fleet: FleetStage; america: StagedSpace; asia: StagedSpace }> {
  const fleet = await startFleet();
  const far = await fleet.addInstance();
  const [america, asia] = [await fleet.addSpace("America"), await fleet.addSpace("Asia", far)];
  await fleet.publish("2026.1.1");
  await fleet.deploy(america, "2026.1.1");
  await fleet.deploy(asia, "2026.1.1");
  return { fleet, america, asia };
}

function statesOf({ report }: Look): Record<string, string> {
  return Object.fromEntries(report.spaces.map(({ name, inStep, well }) => [name, `${inStep}, ${well}`]));
}

/** What needs a person, as `state: text`. */
function attentionOf({ report }: Look): string[] {
  return report.attention.map(({ state, text }) => `${state}: ${text}`);
}

/** Requests that compare copies: only these read processes. */
function comparisonsIn({ requests }: Look): string[] {
  return requests.flat().filter((request) => request.endsWith("/deploymentprocesses"));
}

test("a look tells how copies stand and how spaces are, and writes to no managed space", async () => {
  const { fleet } = await startTwo();

  const look = await fleet.look();

  expect(look.error).toBe("");
  expect(statesOf(look)).toEqual({ America: "upToDate, well", Asia: "upToDate, well" });
  const writes = look.requests.flat().filter((request) => !request.startsWith("GET "));
  expect(writes).toEqual([
    "POST /api/Spaces-1/libraryvariablesets",
    expect.stringMatching(/^PUT \/api\/Spaces-1\/variables\//),
  ]);
  expect(look.outputs).toMatchObject({ NeedsAttention: "0", Behind: "0", Worse: "False" });
  expect(look.log.at(-1)?.message).toBe("2 spaces on 2 instances: nothing needs a person.");
});

test("the first look takes at most 7 requests an instance and 3 a space, and 12 a copy for comparing", async () => {
  const { fleet } = await startTwo();

  const plain = await fleet.look({ parameters: { compares: "False" } });
  const [, far = []] = plain.requests;

  expect(far.filter((request) => !request.includes("/Spaces-")).length).toBeLessThanOrEqual(7);
  expect(far.filter((request) => request.includes("/Spaces-")).length).toBeLessThanOrEqual(3);

  const compared = await fleet.look({ parameters: { anew: "True" } });
  expect((compared.requests[1] ?? []).length).toBeLessThanOrEqual(7 + 3 + 12);
});

test("later looks ask for what is new alone, and compare the copies that somebody touched", async () => {
  const { fleet, america } = await startTwo();
  await fleet.look();
  await fleet.look();

  const quiet = await fleet.look();
  expect(comparisonsIn(quiet)).toEqual([]);
  expect(quiet.requests[1]?.length).toBeLessThanOrEqual(4);

  await removeFirstStep(america);
  const touched = await fleet.look();

  expect(comparisonsIn(touched)).toEqual([expect.stringContaining(`/api/${america.id}/`)]);
  expect(statesOf(touched)).toEqual({ America: "changedHere, well", Asia: "upToDate, well" });
  const [copy] = touched.report.spaces[0]?.copies ?? [];
  expect(copy?.changedHere).toEqual([expect.stringContaining('"Greet"')]);
  expect(touched.report.spaces[0]?.people).toContainEqual({
    name: "admin",
    does: expect.stringMatching(/^Space manager\. .*\(\d{4}-\d\d-\d\d\)$/),
  });
});

test("a new version of the template says how far copies are behind, since when, and how to deploy it", async () => {
  const { fleet, america } = await startTwo();
  await fleet.look();
  await fleet.publish("2026.1.2");
  await fleet.publish("2026.1.10");
  await fleet.deploy(america, "2026.1.10");

  const look = await fleet.look();

  expect(attentionOf(look)).toEqual([
    'behind: 1 of 2 copies of "Hello World" is behind 2026.1.10 by 2 versions: "Asia".',
  ]);
  expect(look.report.attention[0]).toMatchObject({
    isNew: true,
    mend: { command: "managed-spaces deploy --project 'Hello World' --tenants Asia" },
  });
  expect(look.outputs).toMatchObject({ NeedsAttention: "1", Behind: "1", Worse: "True" });
  expect(look.outputs["WorseText"]).toContain("**Behind**");

  const again = await fleet.look();
  expect(again.outputs).toMatchObject({ NeedsAttention: "1", Worse: "False", WorseText: "" });
  expect(again.report.attention[0]?.since).toBe(look.report.attention[0]?.since);
});

test("people and the template changed the same: a conflict, until they agree", async () => {
  const { fleet, america, asia } = await startTwo();
  await removeFirstStep(america);
  const process = await fleet.api.get(`/projects/${fleet.template.Id}/deploymentprocesses`);
  const text = JSON.stringify(process["Steps"]).replaceAll("Greet'", "Greet twice'").replaceAll("echo", "echo -n");
  await fleet.api.put(`/projects/${fleet.template.Id}/deploymentprocesses`, { ...process, Steps: JSON.parse(text) });
  await fleet.publish("2026.1.2");

  const look = await fleet.look();

  expect(statesOf(look)["America"]).toBe("conflict, well");
  expect(statesOf(look)["Asia"]).toBe("behind, well");
  expect(look.outputs).toMatchObject({ Conflicts: "1", Behind: "1" });
  expect(asia.name).toBe("Asia");
});

test("a project that people deleted is gone, and the link to it with it", async () => {
  const { fleet, asia } = await startTwo();
  const project = (await asia.api.list("/projects")).find((one) => one["Name"] === "Hello World");
  await asia.api.remove(`/projects/${project?.Id ?? ""}`);

  const look = await fleet.look();

  expect(attentionOf(look)).toEqual(['gone: "Hello World" was deleted in "Asia".']);
});

test("an instance that is down takes nothing else with it: of its spaces the last known values stay", async () => {
  const { fleet, asia, america } = await startTwo();
  const first = await fleet.look();
  await asia.on.server.close();
  await removeFirstStep(america);

  const look = await fleet.look();

  expect(statesOf(look)).toEqual({ America: "changedHere, well", Asia: "upToDate, offline" });
  const stale = look.report.spaces.find(({ name }) => name === "Asia");
  expect(stale).toMatchObject({ isStale: true, readAt: first.report.readAt, copies: [{ version: "2026.1.1" }] });
  expect(look.error).toBe("");
  expect(look.outputs).toMatchObject({ Offline: "1", Worse: "True" });
  expect(look.report.attention.map(({ state }) => state)).toEqual(["offline"]);

  const failing = await fleet.look({ parameters: { fails: "attention" } });
  expect(failing.error).toMatch(
    /^One thing needs a person; the worst: Octopus at .* cannot be reached: .* The report is made\.$/,
  );
});

test("a key that is wrong, or is not there, is told with the variable that has it", async () => {
  const { fleet, asia } = await startTwo();
  const name = `ManagedInstance.${asia.on.url.replace("http://", "")}.ApiKey`;

  const wrong = await fleet.look({ variables: { [name]: "API-WRONG0123456789" } });
  expect(attentionOf(wrong)).toEqual([
    expect.stringMatching(/^keyRefused: .*Check that key, .*: it may be wrong, expired or revoked\.$/),
  ]);

  const none = await fleet.look({ variables: { [name]: "" } });
  expect(attentionOf(none)).toEqual([
    `keyRefused: There is no key for the instance ${asia.on.url}. Add the secret variable ${name} to the library variable set "Managed Instances", with the key of a user who may view its spaces; at a terminal, add its address and key to the file of --instance-keys.`,
  ]);
  expect(JSON.stringify([wrong.files, wrong.log, wrong.outputs])).not.toContain("API-WRONG0123456789");
});

test("a key that expires soon, a license, an upgrade, maintenance and a stopped queue are told of the instance", async () => {
  const { fleet, asia } = await startTwo();
  const system = createApi(asia.on, "/api");
  const me = await system.get("/users/me");
  const soon = new Date(Date.now() + 5 * 86_400_000 + 3_600_000).toISOString();
  const key = await system.post(`/users/${me.Id}/apikeys`, { Purpose: "fleet", Expires: soon });
  asia.on.server.model.instance.upgrade = { version: "2027.1.1", isCoveredByLicense: true };
  asia.on.server.model.instance.license = {
    isCompliant: false,
    summary: "Too many targets.",
    expires: null,
    doesExpiryBlock: false,
    limits: { projects: null, tenants: null, machines: null },
  };
  const space = await system.get(`/spaces/${asia.id}`);
  await system.put(`/spaces/${asia.id}`, { ...space, TaskQueueStopped: true });
  const name = `ManagedInstance.${asia.on.url.replace("http://", "")}.ApiKey`;

  const look = await fleet.look({ variables: { [name]: String(key["ApiKey"]) } });

  const instance = look.report.instances.find(({ url }) => url === asia.on.url);
  expect(instance?.findings.map(({ state }) => state)).toEqual(["licenseBroken", "keyExpiring", "upgradeAtHand"]);
  expect(instance?.findings[1]?.text).toContain("expires in 5 days");
  expect(attentionOf(look)).toContain('queueStopped: "Asia": Its task queue is stopped: nothing is deployed or run.');
  expect(instance?.well).toBe("licenseBroken");
});

test("a key without system permissions asks by space, and the report says what it may not see", async () => {
  const { fleet, asia } = await startTwo();
  const system = createApi(asia.on, "/api");
  const user = await system.post("/users", { Username: "fleet", DisplayName: "Fleet", Password: "Password01!" });
  const key = await system.post(`/users/${user.Id}/apikeys`, { Purpose: "fleet" });
  const team = (await system.list(`/teams?spaces=${asia.id}`)).find((one) => one["Name"] === "Space Managers");
  await asia.api.put(`/teams/${team?.Id ?? ""}`, {
    ...team,
    MemberUserIds: [user.Id],
  });
  const name = `ManagedInstance.${asia.on.url.replace("http://", "")}.ApiKey`;

  const look = await fleet.look({ variables: { [name]: String(key["ApiKey"]) } });

  const instance = look.report.instances.find(({ url }) => url === asia.on.url);
  expect(statesOf(look)["Asia"]).toBe("upToDate, well");
  expect(instance?.limits).toContainEqual(expect.stringMatching(/^The user "fleet" may not see the license\. /));
});

test("placeholders, tenants of one space, and a space that was deleted are told with what to do", async () => {
  const { fleet, asia, america } = await startTwo();
  await fleet.look();
  await fleet.addTenant("New", { "ManagedTenant.Octopus.Url": fleet.url });
  await fleet.addTenant("America again", {
    "ManagedTenant.Octopus.Url": fleet.url,
    "ManagedTenant.Octopus.SpaceId": america.id,
  });
  await fleet.addTenant("Nowhere", {
    "ManagedTenant.Octopus.Url": "octopus",
    "ManagedTenant.Octopus.SpaceId": "Spaces-9",
  });
  const system = createApi(asia.on, "/api");
  const space = await system.get(`/spaces/${asia.id}`);
  await system.put(`/spaces/${asia.id}`, { ...space, TaskQueueStopped: true });
  await system.remove(`/spaces/${asia.id}`);

  const look = await fleet.look();

  expect(attentionOf(look)).toEqual(
    expect.arrayContaining([
      `notThere: "Asia": There is no space ${asia.id} at ${asia.on.url} any more, or it is hidden from the user "admin".`,
      'notThere: "New": The tenant has no space yet: ManagedTenant.Octopus.SpaceId is a placeholder.',
      'notThere: "Nowhere": ManagedTenant.Octopus.Url is "octopus", which is no address.',
      expect.stringMatching(/^doubled: /),
    ]),
  );
  expect(look.report.spaces.find(({ tenant }) => tenant.name === "America again")?.copies).toHaveLength(1);
  expect(look.report.spaces.find(({ name }) => name === "Asia")).toMatchObject({ isStale: true });
});

test("an instance is one, however its tenants write its address", async () => {
  const fleet = await startFleet();
  const far = await fleet.addInstance();
  const [own, other] = [fleet.url, far.url].map((url) => url.replace("http://127.0.0.1", "http://LocalHost"));
  const [america, asia] = [await fleet.addSpace("America"), await fleet.addSpace("Asia", far)];
  const key = fleet.variables[`ManagedInstance.${far.url.replace("http://", "")}.ApiKey`] ?? "";
  const addAgain = (name: string, url: string | undefined, space: string): Promise<string> =>
    fleet.addTenant(name, { "ManagedTenant.Octopus.Url": url, "ManagedTenant.Octopus.SpaceId": space });
  await addAgain("America again", "#{ThisInstance.Server.Url}", america.id);
  await addAgain("America as well", `${fleet.url.toUpperCase()}/`, america.id);
  await addAgain("Asia again", ` ${other?.toUpperCase()}//`, asia.id);
  await addAgain("Asia as well", `${other}/app#/${asia.id}`, asia.id);

  const look = await fleet.look({
    variables: {
      "ThisInstance.Server.Url": `${own}/`,
      [`ManagedInstance.${other?.toLowerCase().replace("http://", "") ?? ""}.ApiKey`]: key,
    },
  });

  expect(look.report.instances.map(({ url }) => url)).toEqual(
    [fleet.url, far.url, other?.toLowerCase() ?? ""].toSorted(),
  );
  expect(look.report.spaces.filter(({ instance }) => instance === fleet.url)).toHaveLength(3);
  expect(look.report.spaces.filter(({ instance }) => instance === other?.toLowerCase())).toHaveLength(2);
  expect(new Set(look.report.attention.map(({ state }) => state))).toEqual(new Set(["doubled"]));
});

test("an audit trail that was cleaned means comparing again, and the report says so", async () => {
  const { fleet, asia } = await startTwo();
  await fleet.look();
  await removeFirstStep(asia);
  await fleet.look();
  cleanAudit(asia.on.server.model, new Date(Date.now() + 1000));

  const look = await fleet.look();

  expect(comparisonsIn(look)).toHaveLength(1);
  expect(look.report.notes).toEqual([expect.stringMatching(/^The audit trail of .* does not have the last entry/)]);
});

test("what the report keeps is put aside when it is damaged, and refused when a newer version wrote it", async () => {
  const { fleet } = await startTwo();
  await fleet.look();
  const [module] = (await fleet.api.list("/libraryvariablesets")).filter(({ Name }) => String(Name).includes("Fleet["));
  const set = await fleet.api.get(`/variables/${String(module?.["VariableSetId"])}`);
  const variables: unknown = set["Variables"];
  const [first, ...others] = Array.isArray(variables) ? variables : [];
  await fleet.api.put(`/variables/${set.Id}`, {
    ...set,
    Variables: [{ ...first, Value: "# somebody's note\n# abc" }, ...others],
  });

  const look = await fleet.look();

  expect(look.report.notes).toEqual([
    expect.stringMatching(/^What the fleet report had kept as "memory" is damaged\. It is put aside/),
  ]);
  const names = (await fleet.api.list("/libraryvariablesets")).map(({ Name }) => String(Name));
  const aside = names.find((name) => name.includes("damaged"));
  expect(aside).toBeDefined();
  expect((await fleet.look()).report.notes).toEqual([]);

  const newer = brotliCompressSync(JSON.stringify({ format: 99 })).toString("base64");
  const now = await fleet.api.get(`/variables/${set.Id}`);
  await fleet.api.put(`/variables/${set.Id}`, {
    ...now,
    Variables: [{ ...first, Value: `# \n# ${newer}` }, ...others],
  });
  await expect(fleet.look()).rejects.toThrow(
    'the document "memory" that the fleet report keeps was written by a newer version of Managed Spaces (format 99; this one knows 1)',
  );
});

test("the time between looks is told of clocks that differ", async () => {
  const { fleet } = await startTwo();
  fleet.clock.now = () => new Date(Date.now() + 20 * 60_000);

  const look = await fleet.look();

  expect(attentionOf(look)).toEqual([
    expect.stringMatching(
      /^clockDiffers: .* Its clock is about 20 minutes behind the one that this report was made by/,
    ),
    expect.stringMatching(/^clockDiffers: /),
  ]);
});

test("a selection that picks nobody is one sentence with a near name", async () => {
  const { fleet } = await startTwo();

  await expect(fleet.look({ parameters: { tenants: "Amerika" } })).rejects.toThrow(
    'no tenant of the space "Default" has the name "Amerika". Did you mean "America"?',
  );
  const look = await fleet.look({ parameters: { tenants: "Am.*" } });
  expect(look.report.spaces.map(({ name }) => name)).toEqual(["America"]);
});

test("a tag set of rings that there is not is one sentence with a near name, unless nobody asked for it", async () => {
  const { fleet, america } = await startTwo();
  expect((await fleet.look()).report.rings).toEqual([]);
  await fleet.api.post("/tagsets", { Name: "Waves", Tags: [{ Name: "First" }, { Name: "Second" }] });
  const before = america.on.server.requests.length;

  await expect(fleet.look({ parameters: { ringSet: "Wave" } })).rejects.toThrow(
    'there is no tag set "Wave" in the space "Default", so its tags cannot be rings. Check the name of the ring tag set. Did you mean "Waves"?',
  );

  const asked = america.on.server.requests.slice(before).map(({ path }) => path);
  expect(asked.filter((path) => path.includes(america.id))).toEqual([]);
  expect((await fleet.look({ parameters: { ringSet: "waves" } })).report.rings).toEqual(["First", "Second"]);
});

interface Clock {
  time: Date;
}

/** A fleet whose servers and looks go by one clock. */
async function startOnClock(clock: Clock): Promise<{ fleet: FleetStage; america: StagedSpace }> {
  const fleet = await startFleet({ now: () => clock.time });
  fleet.clock.now = () => clock.time;
  return { fleet, america: await fleet.addSpace("America") };
}

function ran({ on, id }: StagedSpace, state: "Success" | "Failed", text: string): void {
  const { model } = on.server;
  const task = createTask(model, { Name: "Deploy", Description: text, SpaceId: id, Arguments: {} });
  startTask(model, task.Id);
  finishTask(model, task.Id, { state });
}

test("a management runbook that failed for a tenant is told of its space, until it was run again", async () => {
  const fleet = await startFleet();
  const spaces = [await fleet.addSpace("America"), await fleet.addSpace("Asia")];
  const { api, projectId, environmentId } = fleet;
  const runbook = await api.post("/runbooks", {
    Name: "__ 2. Deploy Project",
    ProjectId: projectId,
    MultiTenancyMode: "Tenanted",
  });
  const process = `/runbookProcesses/RunbookProcess-${runbook.Id}`;
  await api.put(process, { ...(await api.get(process)), Steps: [script("Greet")] });
  const snapshot = await api.post("/runbookSnapshots", {
    Name: "One",
    ProjectId: projectId,
    RunbookId: runbook.Id,
    SelectedPackages: [],
  });
  async function run(tenant: string, state: "Success" | "Failed"): Promise<void> {
    const { TaskId: task } = await api.post("/runbookRuns", {
      RunbookId: runbook.Id,
      RunbookSnapshotId: snapshot.Id,
      EnvironmentId: environmentId,
      TenantId: tenant,
    });
    startTask(fleet.server.model, String(task));
    finishTask(fleet.server.model, String(task), { state });
  }
  for (const { tenant } of spaces) await run(tenant, "Failed");

  const failed = await fleet.look();
  for (const { tenant } of spaces.slice(1)) await run(tenant, "Success");
  const mended = await fleet.look();

  const text = 'The runbook "__ 2. Deploy Project" of the management space failed, and was not run again.';
  expect(failed.outputs).toMatchObject({ Failing: "2" });
  expect(attentionOf(failed)).toEqual([`failing: "America" and "Asia": ${text}`]);
  expect(attentionOf(mended)).toEqual([`failing: "America": ${text}`]);
  expect(mended.report.attention[0]?.mend?.url).toBe(`${fleet.url}/app#/Spaces-1/tasks/ServerTasks-1`);
});

test("what was deployed is counted once, and each day leaves a line that outlives the server's tasks and a lost memory", async () => {
  const clock = { time: new Date("2026-10-30T10:00:00Z") };
  const { fleet, america } = await startOnClock(clock);
  ran(america, "Success", "Deploy Web release 1.0.0 to Test");
  await fleet.look();
  clock.time = new Date("2026-10-30T11:00:00Z");
  ran(america, "Failed", "Deploy Web release 1.0.1 to Test");
  const failing = await fleet.look();
  expect(attentionOf(failing)).toEqual([
    'failing: "America": "Deploy Web release 1.0.1 to Test" failed, and nothing like it has succeeded since.',
  ]);
  clock.time = new Date("2026-10-30T12:00:00Z");
  ran(america, "Success", "Deploy Web release 1.0.2 to Test");
  expect(attentionOf(await fleet.look())).toEqual([]);
  for (const task of america.on.server.model.collection("tasks").list())
    america.on.server.model.collection("tasks").remove(task.Id);
  clock.time = new Date("2026-11-01T09:00:00Z");

  const [space] = (await fleet.look()).report.spaces;

  expect(space?.days.succeeded.slice(-3)).toEqual([2, 0, 0]);
  expect(space?.days.failed.slice(-3)).toEqual([1, 0, 0]);
  const modules = (await fleet.api.list("/libraryvariablesets")).filter(({ Name }) => String(Name).includes("Fleet["));
  expect(modules.map(({ Name }) => Name)).toEqual([
    "Managed Spaces Fleet[history 2026-10]",
    "Managed Spaces Fleet[memory]",
  ]);
  const memory = modules.find(({ Name }) => String(Name).includes("memory"));
  await fleet.api.remove(`/libraryvariablesets/${memory?.Id ?? ""}`);
  const [rebuilt] = (await fleet.look()).report.spaces;
  expect(rebuilt?.days.succeeded.slice(-3)).toEqual([2, 0, 0]);

  clock.time = new Date("2028-02-01T09:00:00Z");
  await fleet.look();
  const names = (await fleet.api.list("/libraryvariablesets")).map(({ Name }) => String(Name));
  expect(names).not.toContain("Managed Spaces Fleet[history 2026-10]");
});

test("a limit of requests only slows a look down", async () => {
  const { fleet, asia } = await startTwo();
  asia.on.server.setFaults({ rateLimit: { burst: 3, perMinute: 6000 } });

  const look = await fleet.look();

  expect(statesOf(look)["Asia"]).toBe("upToDate, well");
});

test("a look that fails in the middle of an instance keeps what was known of the rest, and the next one reads it", async () => {
  const { fleet, asia } = await startTwo();
  await fleet.look();
  await removeFirstStep(asia);
  asia.on.server.setFaults({ fail: { status: 500, times: 100, path: `/api/${asia.id}/` } });

  const broken = await fleet.look();
  asia.on.server.setFaults({});
  const mended = await fleet.look({ parameters: { anew: "True" } });

  expect(broken.error).toBe("");
  expect(broken.report.spaces.map(({ name }) => name)).toEqual(["America", "Asia"]);
  expect(attentionOf(broken)[0]).toMatch(/^(unknown|notAllowed): /);
  expect(statesOf(mended)["Asia"]).toBe("changedHere, well");
});

test("names that are markup, formulas or metrics stay names in everything that a look hands out", async () => {
  const { fleet } = await startTwo();
  await fleet.addSpace('=1+1 <b>"x"</b> | [a](b)');

  const { files, outputs } = await fleet.look();

  expect(files["fleet-inventory.csv"]).toContain(`,"'=1+1 <b>""x""</b> | [a](b)",`);
  expect(files["fleet.prom"]).toContain(String.raw`space="=1+1 <b>\"x\"</b> | [a](b)"`);
  expect(files["fleet.html"]).not.toContain('<b>"x"');
  expect(outputs["Markdown"]).not.toContain("<b>");
});

test("what people of several spaces changed alike is one line, with what helps", async () => {
  const { fleet, america, asia } = await startTwo();
  await removeFirstStep(america);
  await removeFirstStep(asia);

  const { report, files } = await fleet.look();

  expect(report.desirePaths).toMatchObject([
    { template: "hello_world", of: 2, spaces: [america.tenant, asia.tenant].toSorted() },
  ]);
  expect(report.desirePaths[0]?.text).toMatch(/^2 of 2 removed .*Greet/);
  expect(report.desirePaths[0]?.helps.length).toBeGreaterThan(0);
  expect(files["fleet.html"]).toContain("Fleet of Default");
});

test("an instance that falls silent in the middle is not asked for each of its spaces", async () => {
  const fleet = await startFleet();
  const far = await fleet.addInstance();
  for (let number = 1; number <= 12; number += 1) await fleet.addSpace(`Space ${number}`, far);
  far.server.setFaults({ drop: { at: 10, when: "before", andAllLater: true } });

  const look = await fleet.look();

  expect(attentionOf(look)).toEqual([expect.stringMatching(/^offline: /)]);
  expect(look.report.spaces.every(({ isStale }) => isStale)).toBe(true);
});

test("instances of other versions, one in maintenance and one that is slow are read beside each other", async () => {
  const fleet = await startFleet();
  const [old, tired, slow] = [
    await fleet.addInstance({ version: "2024.4" }),
    await fleet.addInstance({ instance: { isInMaintenance: true } }),
    await fleet.addInstance(),
  ];
  const spaces = [
    await fleet.addSpace("Old", old),
    await fleet.addSpace("Tired", tired),
    await fleet.addSpace("Slow", slow),
  ];
  await fleet.publish("2026.1.1");
  for (const space of spaces) await fleet.deploy(space, "2026.1.1");
  slow.server.setFaults({ delayMilliseconds: 200 });

  const look = await fleet.look();

  expect(statesOf(look)).toEqual({ Old: "upToDate, well", Slow: "upToDate, well", Tired: "upToDate, well" });
  expect(attentionOf(look)).toEqual([
    `maintenance: ${tired.url}: It is in maintenance mode, so that only administrators can change anything.`,
  ]);
  expect(look.report.instances.find(({ url }) => url === old.url)?.version).toMatch(/^2024\.4/);
});

interface Populated {
  baseline: string;
  /** The package that has the baseline. */
  version?: string;
}

async function populate(fleet: FleetStage, space: StagedSpace, { baseline, version }: Populated): Promise<void> {
  const path = mkdtempSync(join(tmpdir(), "baseline-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  writeFileSync(join(path, "baseline.yaml"), baseline);
  const recording = createStepContext({
    step: populateSpace,
    parameters: {
      serverUrl: fleet.url,
      apiKey: fleet.apiKey,
      spaceId: space.id,
      receiptKey: "a key",
      ...(version === undefined && { baseline }),
    },
    packages: version === undefined ? {} : { package: { id: "standards", version, path } },
  });
  await recording.run();
}

async function push(fleet: FleetStage, packageId: string, version: string): Promise<void> {
  const management = createOctopusClient({ url: fleet.url, apiKey: fleet.apiKey });
  const content = Buffer.from(`${packageId} ${version}`);
  await pushPackage(management.inSpace({ Id: "Spaces-1", Name: "Default" }), { packageId, version, content });
}

test("a baseline is behind no package that has its name", async () => {
  const fleet = await startFleet();
  const space = await fleet.addSpace("America");
  await populate(fleet, space, { baseline: "name: managed-spaces\nenvironments:\n  - name: Staging\n" });
  await push(fleet, "managed-spaces", "0.1.0");

  await fleet.look();
  const { report } = await fleet.look();

  expect(report.attention).toEqual([]);
  expect(report.spaces[0]?.copies).toMatchObject([{ name: "managed-spaces", inStep: "upToDate", behind: 0 }]);
  expect(report.templates).toMatchObject([{ kind: "Baseline", versions: [] }]);
});

test("a baseline out of a package is behind that package, whatever it is called itself, until it is populated again", async () => {
  const fleet = await startFleet();
  const space = await fleet.addSpace("America");
  const baseline = "name: Ground-rules\nenvironments:\n  - name: Staging\n";
  await push(fleet, "standards", "1.0.0");
  await populate(fleet, space, { baseline, version: "1.0.0" });
  const current = await fleet.look();
  await push(fleet, "standards", "1.1.0");
  await push(fleet, "Ground-rules", "9.0.0");

  const late = await fleet.look();
  const uncompared = await fleet.look({ parameters: { compares: "False" } });
  await populate(fleet, space, { baseline, version: "1.1.0" });

  const version = { name: "Ground-rules", version: "1.0.0" };
  expect(current.report.spaces[0]?.copies).toMatchObject([{ ...version, inStep: "upToDate", behind: 0 }]);
  expect(attentionOf(current)).toEqual([]);
  for (const look of [late, uncompared])
    expect(attentionOf(look)).toEqual([
      'behind: 1 of 1 copies of "Ground-rules" is behind 1.1.0 by 1 version: "America".',
    ]);
  expect(late.report.attention[0]?.mend?.command).toBe("managed-spaces populate --tenants America");
  expect(attentionOf(await fleet.look())).toEqual([]);
  expect((await fleet.look()).report.spaces[0]?.copies).toMatchObject([{ version: "1.1.0", inStep: "upToDate" }]);
});
