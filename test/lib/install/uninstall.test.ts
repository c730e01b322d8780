import { expect, test } from "vitest";
import * as z from "zod";
import type { InstallOptions } from "../../../lib/install/install.ts";
import { uninstall, type UninstallOutcome } from "../../../lib/install/uninstall.ts";
import { getCommonTemplate } from "../../../lib/octopus/common-template.ts";
import { createOctopusClient } from "../../../lib/octopus/octopus-client.ts";
import { recordCommonValue } from "../../../lib/octopus/tenant-variables.ts";
import type { TestServer } from "../../steps/managed-tenants.ts";
import { createBuiltSteps } from "./built-steps.ts";
import { getNamed, runInstall, startWithProjects } from "./run-install.ts";

// Uninstalling takes away what installing made, and nothing else.

function run({ url, apiKey }: TestServer, onlyPlan = false): Promise<UninstallOutcome> {
  const space = createOctopusClient({ url, apiKey }).inSpace({ Id: "Spaces-1", Name: "Default" });
  const stepTemplates = Object.values(createBuiltSteps().templates).map(({ Name }) => String(Name));
  return uninstall(space, { onlyPlan, stepTemplates });
}

const collections = [
  "actiontemplates",
  "environments",
  "libraryvariablesets",
  "lifecycles",
  "packages",
  "projectgroups",
  "projects",
  "runbooks",
  "tenants",
];

/** All that the space has, but for what a server counts. */
async function photograph({ api }: TestServer): Promise<unknown> {
  const lists = await Promise.all(collections.map((collection) => api.list(`/${collection}`)));
  return lists.map((documents) =>
    documents.map(({ Id, Name, IncludedLibraryVariableSetIds }) => ({ Id, Name, IncludedLibraryVariableSetIds })),
  );
}

const everything: Partial<InstallOptions> = {
  projects: ["Hello World"],
  fleet: true,
  publish: true,
  gitHost: { host: "gitea", url: "https://git.example.com", owner: "acme", token: "a token" },
  engine: "terraform",
  terraformBackend: "pg",
  terraformSecrets: { PG_CONN_STR: "postgres://me:secret@db/states" },
};

test("a space is afterwards as it was before", async () => {
  const octopus = await startWithProjects("Hello World");
  const before = await photograph(octopus);
  await runInstall(octopus, everything);

  const planned = await run(octopus, true);
  const done = await run(octopus);

  expect(await photograph(octopus)).toEqual(before);
  expect(done).toEqual(planned);
  expect(done.left).toEqual([expect.stringContaining('The receipt key goes with "This Instance"')]);
  expect(await run(octopus)).toEqual({ changes: [], left: [] });
  await runInstall(octopus, everything);
  expect((await runInstall(octopus, everything)).changes).toEqual([]);
});

test("a space in which nothing was installed is left alone, whatever things are called in it", async () => {
  const octopus = await startWithProjects("Hello World", "__ Ours");
  const sync = await octopus.api.post("/environments", { Name: "Sync" });
  await octopus.api.post("/tenants", {
    Name: "America",
    ProjectEnvironments: { [(await getNamed(octopus.api, "/projects", "__ Ours")).Id]: [sync.Id] },
  });
  const before = await photograph(octopus);

  const { changes, left } = await run(octopus);

  expect(changes).toEqual([]);
  expect(left).toEqual(['the environment "Sync" stays: 1 tenant is connected in it.']);
  expect(await photograph(octopus)).toEqual(before);
});

test("what people made of it stays, and is told with the reason", async () => {
  const octopus = await startWithProjects("Hello World");
  const { api } = octopus;
  await runInstall(octopus, { ...everything, companion: true, publish: false });
  await addStep(octopus, "__ Create Client Space");
  const companion = await getNamed(api, "/projects", "__ Hello World");
  await addSecret(octopus, textOf(companion, "VariableSetId"), "Password");
  const own = await api.post("/projects", {
    Name: "Uses our key",
    LifecycleId: companion["LifecycleId"],
    ProjectGroupId: companion["ProjectGroupId"],
    IncludedLibraryVariableSetIds: [(await getNamed(api, "/libraryvariablesets", "This Instance")).Id],
  });
  const sync = await getNamed(api, "/environments", "Sync");
  const clientSpace = await getNamed(api, "/projects", "__ Client Space");
  const tenant = await api.post("/tenants", { Name: "America", ProjectEnvironments: { [clientSpace.Id]: [sync.Id] } });
  await giveAddress(octopus, tenant.Id);

  const planned = await run(octopus, true);
  const done = await run(octopus);

  expect(done).toEqual(planned);
  expect(done.left).toEqual([
    'the runbook "__ Create Client Space" of "__ Client Space" stays: you have put "Tell Us" into it.',
    'the project "__ Client Space" stays: it has the runbooks "__ Create Client Space".',
    'the project "__ Hello World" stays: it has values that you gave: "Password".',
    'the project group "Managed Spaces" stays: it has "__ Client Space", "__ Hello World", "Uses our key".',
    'the step template "Managed Spaces - create-space" stays: steps of "__ Client Space" use it.',
    'the step template "Managed Spaces - populate-space" stays: steps of "__ Client Space" use it.',
    "the package managed-spaces 1.0.0 stays: step templates that stay run from it.",
    'the library variable set "Octopus Server" stays: "__ Client Space", "__ Hello World" include it; 1 tenant has values for it.',
    'the library variable set "Terraform State" stays: "__ Hello World" includes it.',
    'the library variable set "This Instance" stays: "__ Client Space", "__ Hello World", "Uses our key" include it.',
    'the lifecycle "Sync" stays: "__ Client Space", "__ Hello World", "Uses our key" have it.',
    'the environment "Sync" stays: the lifecycles "Sync" have it; 1 tenant is connected in it; variables of "Terraform State", "This Instance" are scoped to it.',
    'the library variable set "Managed Spaces Installation" stays: it says what was put into the runbooks that stay.',
  ]);
  expect(await getNamed(api, "/projects", "Uses our key")).toMatchObject({ Id: own.Id });
  expect((await api.list("/projects")).map(({ Name }) => Name)).not.toContain("__ Fleet");
});

function textOf(document: Record<string, unknown>, field: string): string {
  return String(document[field]);
}

async function addStep({ api }: TestServer, runbook: string): Promise<void> {
  const { Id } = await getNamed(api, "/runbooks", runbook);
  const process = await api.get(`/runbookProcesses/RunbookProcess-${Id}`);
  const Properties = { "Octopus.Action.Script.ScriptBody": "echo", "Octopus.Action.Script.Syntax": "Bash" };
  const step = { Name: "Tell Us", Actions: [{ Name: "Tell Us", ActionType: "Octopus.Script", Properties }] };
  const Steps = [...z.array(z.unknown()).parse(process["Steps"]), step];
  await api.put(`/runbookProcesses/${process.Id}`, { ...process, Steps });
}

async function addSecret({ api }: TestServer, setId: string, Name: string): Promise<void> {
  const set = await api.get(`/variables/${setId}`);
  const variable = { Name, Value: "correct horse", Type: "Sensitive", IsSensitive: true, Scope: {} };
  await api.put(`/variables/${setId}`, {
    ...set,
    Variables: [...z.array(z.unknown()).parse(set["Variables"]), variable],
  });
}

async function giveAddress({ url, apiKey }: TestServer, tenantId: string): Promise<void> {
  const space = createOctopusClient({ url, apiKey }).inSpace({ Id: "Spaces-1", Name: "Default" });
  const template = await getCommonTemplate(space, "ManagedTenant.Octopus.Url");
  await recordCommonValue(space, tenantId, template, "https://america.example.com");
}
