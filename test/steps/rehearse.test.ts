import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Rehearsal } from "../../lib/fleet/rehearsal.ts";
import type { StepRecording } from "../step/create-step-context.ts";
import { textOfPage } from "../text-of-page.ts";
import { messages } from "./copies-stage.ts";
import { editScript, editSteps, makeProject } from "./edit-project.ts";
import { script, setVariables } from "./deployment-stage.ts";
import { startRehearsals } from "./rehearsal-stage.ts";

test("tells what a package would do in every space, and writes nothing there", async () => {
  const stage = await startRehearsals();
  const [africa, asia] = [await stage.addSpace("Africa"), await stage.addSpace("Asia")];
  await stage.addSpace("Europe");
  const first = await stage.serialize("1.0.0");
  await stage.deployTo(africa, first);
  await stage.deployTo(asia, first);
  const [project] = await asia.api.list("/projects");
  await asia.api.put(`/projects/${project?.Id ?? ""}`, { ...project, Description: "Asia's." });
  const next = await stage.serialize("1.0.1");
  stage.takeWrites();

  const same = await stage.rehearse(next);
  await stage.upstream.put(`/projects/${stage.project.Id}`, { ...(await readTemplate(stage)), Description: "Ours." });
  const changed = await stage.rehearse(await stage.serialize("1.0.2"), { parameters: { onlyPlan: "True" } });

  expect(stage.takeWrites()).toEqual([
    expect.stringMatching(/^POST \/api\/Spaces-1\/LibraryVariableSets$/i),
    expect.stringMatching(/^PUT \/api\/Spaces-1\/projects\//),
  ]);
  expect(same.outputs).toMatchObject({ Changed: "1", Unchanged: "2", Refused: "0", Kept: "1", Conflicts: "0" });
  expect(rowsOf(same)).toEqual(["Europe changed", "Africa unchanged", "Asia unchanged"]);
  expect(messages(same.log)).toContainEqual(
    'Asia, Hello World: "Description" in the project "Hello World" was changed in this space and stays so.',
  );
  expect(changed.outputs).toMatchObject({ Changed: "2", Unchanged: "1", Conflicts: "1" });
  expect(rowsOf(changed)).toEqual(["Africa changed", "Europe changed", "Asia unchanged"]);
  expect(messages(changed.log, "highlight")).toEqual([
    'The package "hello_world" 1.0.2 in 3 copies: 2 would be changed, 1 would stay as it is. People\'s changes would be kept in 1, with 1 conflict.',
  ]);
  expect(textOfPage(pageOf(changed))).toMatch(/Changed 2 .*Africa .*Unchanged 1 .*Asia .*Conflicts/);
});

test("tells each space what a deployment does then", async () => {
  const stage = await startRehearsals();
  const space = await stage.addSpace("Africa");
  await stage.deployTo(space, await stage.serialize("1.0.0"));
  await editScript(stage.upstream, stage.project.Id, "Say hello", "echo Good morning");
  const next = await stage.serialize("1.0.1");

  const [told] = read(await stage.rehearse(next)).copies;
  const { outputs } = await stage.deployTo(space, next);

  expect(told?.changes).toEqual([
    'Would update the deployment process of "Hello World": "Say hello › Octopus.Action.Script.ScriptBody".',
  ]);
  expect(outputs["Report"]).toContain(told?.changes[0]?.replace("Would update", "Updated"));
});

test("groups why spaces would refuse it, with what mends it for all of them", async () => {
  const stage = await startRehearsals();
  for (const name of ["Apac", "Emea"]) await stage.addSpace(name, { environments: ["Production", "Development"] });
  const taken = await stage.addSpace("Latam");
  await makeProject(taken.api, "Hello World");
  await stage.addSpace("Sound");
  await stage.addTenant("Newcomer", {
    "ManagedTenant.Octopus.Url": stage.url,
    "ManagedTenant.Octopus.SpaceId": "Unknown",
  });
  await stage.addTenant("Lost", {
    "ManagedTenant.Octopus.Url": stage.url,
    "ManagedTenant.Octopus.SpaceId": "Spaces-99",
  });

  const found = await stage.rehearse(await stage.serialize("1.0.0"));

  expect(found.outputs).toMatchObject({ Changed: "1", Refused: "5", Unknown: "0" });
  expect(JSON.parse(found.outputs["Causes"] ?? "")).toEqual([
    {
      kind: "missing",
      text: 'lack the environment "Test"',
      mend: expect.stringContaining('`environments: [{ name: "Test" }]`'),
      spaces: ["Apac", "Emea"],
      tenants: ["Apac", "Emea"],
    },
    expect.objectContaining({ text: "The space Spaces-99 is not there, or the key may not see it.", spaces: ["Lost"] }),
    expect.objectContaining({ text: expect.stringContaining('has a project "Hello World"'), spaces: ["Latam"] }),
    expect.objectContaining({ text: "The tenant has no space yet.", spaces: ["Newcomer"] }),
  ]);
  expect(messages(found.log, "warning")).toContainEqual(
    expect.stringMatching(/^2 spaces lack the environment "Test": Apac, Emea\. Add it to the baseline/),
  );
  await expect(
    stage.rehearse(await stage.serialize("1.0.0"), { parameters: { failWhenRefused: "True" } }),
  ).rejects.toThrow(/^The rehearsal of "hello_world" 1\.0\.0 found 5 copies that would refuse it\. 2 spaces lack/);
});

test("an instance that does not answer, or has no key, is one cause and takes nothing else with it", async () => {
  const stage = await startRehearsals();
  const down = "http://127.0.0.1:1";
  await stage.addSpace("Africa");
  for (const name of ["Down 1", "Down 2"]) await stage.addSpace(name, { url: down });
  await stage.addSpace("Elsewhere", { url: "http://octopus.invalid" });

  const found = await stage.rehearse(await stage.serialize("1.0.0"), {
    variables: { "ManagedInstance.127.0.0.1:1.ApiKey": "API-NOTHING" },
  });

  expect(found.outputs).toMatchObject({ Changed: "1", Refused: "0", Unknown: "3" });
  expect(read(found).causes).toMatchObject([
    { kind: "unreachable", spaces: ["Down 1", "Down 2"], mend: `Look whether ${down} is up, and rehearse again.` },
    { kind: "unreachable", spaces: ["Elsewhere"], text: expect.stringContaining("There is no key") },
  ]);
});

test("knows which secrets nobody could give: a tenant's own are told from those of all", async () => {
  const stage = await startRehearsals();
  await stage.addSpace("Africa");
  await stage.addSpace("Asia", { values: { "Database.Password": { NewValue: "swordfish" } } });
  const brought = await stage.serialize("1.0.0");

  const own = await stage.rehearse(brought);
  const none = await stage.rehearse(brought, { parameters: { deployingProject: "" } });

  expect(own.outputs).toMatchObject({ Changed: "2", Refused: "0" });
  expect(none.outputs).toMatchObject({ Changed: "0", Refused: "2" });
  expect(messages(none.log, "warning")).toContainEqual(
    expect.stringMatching(/^1 space has no value for the secret `Database\.Password`: Africa\. Give the variable/),
  );
  expect(messages(none.log, "warning")).toContainEqual(
    expect.stringMatching(/^2 spaces have no value for the secret `Api\.Token`[^:]*: Africa, Asia\. Give the variable/),
  );
  expect(messages(none.log).join("\n")).toContain("a secret that only it has counts as missing");
  for (const page of [pageOf(own), pageOf(none)]) expect(page).not.toMatch(/swordfish|correct horse|battery staple/);
});

test("takes a baseline as Populate Space takes it", async () => {
  const stage = await startRehearsals();
  await stage.addSpace("Africa");
  await stage.addSpace("Asia", { environments: ["Production", "Test", "Development", "Staging"] });

  const found = await stage.rehearse(undefined, {
    parameters: { baseline: "environments:\n  - name: Staging\n", template: "Hello World" },
  });

  expect(found.outputs).toMatchObject({ Changed: "1", Unchanged: "1" });
  expect(read(found)).toMatchObject({ selection: "tenants of the project Hello World", package: { kind: "baseline" } });
  expect(rowsOf(found)).toEqual(["Africa changed", "Asia unchanged"]);
});

test("asks a dozen requests for the copy of an ordinary project, and nothing twice", async () => {
  const stage = await startRehearsals();
  const { upstream } = stage;
  const project = await makeProject(upstream, "Plain");
  await editSteps(upstream, project.Id, () => [script("Greet"), script("Wave")]);
  for (const name of ["Start", "Stop", "Look"]) await upstream.post("/runbooks", { Name: name, ProjectId: project.Id });
  await upstream.post("/channels", { Name: "Hotfix", ProjectId: project.Id });
  await upstream.post(
    "/projecttriggers",
    nightly(project.Id, await upstream.list("/runbooks"), stage.environments["Production"]),
  );
  const scope = { Environment: [stage.environments["Production"]] };
  await setVariables(upstream, project.Id, [
    { Name: "Title", Value: "Hello" },
    { Name: "Title", Value: "Hi", Scope: scope },
  ]);
  const spaces = [await stage.addSpace("Africa"), await stage.addSpace("Asia")];
  const brought = await stage.serialize("1.0.0", "Plain");
  for (const space of spaces) await stage.deployTo(space, brought);
  const before = stage.server.requests.length;

  const found = await stage.rehearse(brought, { parameters: { onlyPlan: "True" } });

  const asked = stage.server.requests.slice(before).map(({ method, path }) => `${method} ${path}`);
  expect(found.outputs).toMatchObject({ Unchanged: "2" });
  expect(new Set(asked).size).toBe(asked.length);
  for (const { id } of spaces)
    expect(asked.filter((request) => request.includes(`/${id}/`)).length).toBeLessThanOrEqual(12);
});

test("a deployment can demand a rehearsal of its version without a refusal", async () => {
  const stage = await startRehearsals();
  const space = await stage.addSpace("Africa");
  const demanding = {
    demandRehearsal: "day",
    managementServerUrl: stage.url,
    managementApiKey: stage.apiKey,
    managementSpaceId: "Spaces-1",
  };
  const first = await stage.serialize("1.0.0");
  const deploy = (brought = first): Promise<StepRecording> => stage.deployTo(space, brought, demanding);

  await expect(deploy()).rejects.toThrow(
    'The package "hello_world" may not be deployed in version 1.0.0: it was never rehearsed. Rehearse that version and solve what it tells, or set "Demand a Rehearsal" to no.',
  );
  await stage.rehearse(first, { now: new Date(Date.now() - 25 * 3_600_000) });
  await expect(deploy()).rejects.toThrow(/which is more than 24 hours ago\. Rehearse that version/);
  await stage.addSpace("Apac", { environments: [] });
  await stage.rehearse(first);
  await expect(deploy()).rejects.toThrow(/: its newest rehearsal says that the space of "Apac" would refuse it\./);
  await stage.rehearse(first, { parameters: { tenants: "Africa" } });
  expect((await deploy()).outputs).toMatchObject({ Created: "True" });
  await expect(deploy(await stage.serialize("1.0.1"))).rejects.toThrow(
    /: its newest rehearsal is of version 1\.0\.0\./,
  );
  await expect(stage.deployTo(space, first, { ...demanding, managementServerUrl: "" })).rejects.toThrow(
    '"Management Server URL" does not tell where it was.',
  );
});

async function readTemplate({ upstream, project }: Awaited<ReturnType<typeof startRehearsals>>): Promise<object> {
  return upstream.get(`/projects/${project.Id}`);
}

function rowsOf(recording: StepRecording): string[] {
  return read(recording).copies.map(({ space, outcome }) => `${space} ${outcome}`);
}

function pageOf({ attachments }: StepRecording): string {
  return readFileSync(attachments.find(({ path }) => path.endsWith(".html"))?.path ?? "", "utf8");
}

function read({ attachments }: StepRecording): Rehearsal {
  const file = attachments.find(({ path }) => path.endsWith(".json"))?.path ?? "";
  return Rehearsal.parse(JSON.parse(readFileSync(file, "utf8")));
}

/** A trigger that runs the last of the runbooks. */
function nightly(
  ProjectId: string,
  runbooks: readonly { Id: string }[],
  environment: string | undefined,
): Record<string, unknown> {
  return {
    Name: "Nightly",
    ProjectId,
    Filter: {
      FilterType: "OnceDailySchedule",
      StartTime: "2026-01-01T02:00:00.000Z",
      DaysOfWeek: ["Monday"],
      Timezone: "UTC",
    },
    Action: { ActionType: "RunRunbook", RunbookId: runbooks.at(-1)?.Id, EnvironmentIds: [environment] },
  };
}
