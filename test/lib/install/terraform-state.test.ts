import { expect, test } from "vitest";
import * as z from "zod";
import type { InstallOptions, InstallOutcome } from "../../../lib/install/install.ts";
import type { TestServer } from "../../steps/managed-tenants.ts";
import { getNamed, runInstall, startWithProjects } from "./run-install.ts";

const projects = ["Hello World"];

function installTerraform(octopus: TestServer, options: Partial<InstallOptions> = {}): Promise<InstallOutcome> {
  return runInstall(octopus, { projects, engine: "terraform", ...options });
}

async function refuse(octopus: TestServer, options: Partial<InstallOptions>): Promise<string> {
  const said = await installTerraform(octopus, options).then(
    () => "it was installed",
    (error: unknown) => (error instanceof Error ? error.message : ""),
  );
  expect(octopus.server.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  return said;
}

const Steps = z.array(
  z.looseObject({
    Name: z.string(),
    Actions: z.array(z.looseObject({ Properties: z.record(z.string(), z.string()) })),
  }),
);

/** The forms of the steps of both runbooks, as one. */
async function readForms({ api }: TestServer): Promise<Record<string, string>> {
  const forms: Record<string, string>[] = [];
  for (const name of ["__ 1. Serialize Project", "__ 2. Deploy Project"]) {
    const process = await api.get(`/runbookProcesses/RunbookProcess-${(await getNamed(api, "/runbooks", name)).Id}`);
    const actions = Steps.parse(process["Steps"]).flatMap((step) => step.Actions);
    forms.push(...actions.map(({ Properties }) => Properties));
  }
  return Object.assign({}, ...forms);
}

async function readState({ api }: TestServer): Promise<{ Name: string; IsSensitive: boolean; Scope: unknown }[]> {
  const set = await getNamed(api, "/libraryvariablesets", "Terraform State");
  const { Variables } = await api.get(`/variables/variableset-${set.Id}`);
  return z.array(z.object({ Name: z.string(), IsSensitive: z.boolean(), Scope: z.unknown() })).parse(Variables);
}

const choices = "s3, azurerm, gcs, pg, consul, kubernetes, http, remote";

test.each([
  ["", "With --engine terraform something has to keep Terraform's states, which are gone with each run otherwise."],
  ["local", 'The backend "local" keeps Terraform\'s states in the folder of the run, which Octopus takes away.'],
  ["azure", 'There is no backend "azure" to keep Terraform\'s states in. Did you mean "azurerm"?'],
  ["Postgres", 'There is no backend "Postgres" to keep Terraform\'s states in. Did you mean "pg"?'],
])(
  'the backend "%s" is refused before anything is written, with the choices and their page',
  async (terraformBackend, said) => {
    expect(await refuse(await startWithProjects("Hello World"), { terraformBackend })).toBe(
      `${said} Choose one that lasts with --terraform-backend: ${choices}. Which settings and secrets each needs, docs/terraform.md says: docs/terraform.md#s3, say.`,
    );
  },
);

test("a backend that keeps one state at one address has to be told where each copy's is", async () => {
  const octopus = await startWithProjects("Hello World");
  const address = "https://states.example.com";
  const one = { terraformBackend: "http", terraformInitParameters: `-backend-config="address=${address}"` };

  expect(await refuse(octopus, one)).toBe(
    'The backend "http" keeps one state at one address, and each copy needs its own: put {state} into --terraform-init-parameters where that is to be, as docs/terraform.md#http shows.',
  );
  await installTerraform(octopus, { ...one, terraformInitParameters: `-backend-config="address=${address}/{state}"` });

  const form = await readForms(octopus);
  expect(form["Octopus.Action.Terraform.AdditionalInitParams"]).toMatch(
    /^-backend-config="address=https:\/\/states\.example\.com\/#\{.*Octopus\.Deployment\.Tenant\.Id.*\}"$/,
  );
  expect(form["PrepareTerraformState.InitParameters"]).toBe(form["Octopus.Action.Terraform.AdditionalInitParams"]);
  expect(form["Octopus.Action.Terraform.Workspace"]).toBe("");
});

test("secrets of the backend are sensitive variables in Sync, and come to Terraform by its environment alone", async () => {
  const octopus = await startWithProjects("Hello World");
  const terraformSecrets = {
    PG_CONN_STR: "postgres://me:secret@db/states",
    AWS_SECRET_ACCESS_KEY: "of something else",
  };

  const { remaining } = await installTerraform(octopus, { terraformBackend: "pg", terraformSecrets });

  const sync = await getNamed(octopus.api, "/environments", "Sync");
  const inSync = { Environment: [sync.Id] };
  expect(await readState(octopus)).toEqual([
    { Name: "TerraformState.Import", IsSensitive: false, Scope: inSync },
    { Name: "TerraformState.PG_CONN_STR", IsSensitive: true, Scope: inSync },
  ]);
  expect(remaining.join("\n")).not.toContain("TerraformState");
  const form = await readForms(octopus);
  const reference = "#{if TerraformState.PG_CONN_STR}#{TerraformState.PG_CONN_STR | JsonEscape}#{/if}";
  expect(JSON.parse(form["Octopus.Action.Terraform.EnvVariables"] ?? "")).toMatchObject({ PG_CONN_STR: reference });
  expect(JSON.parse(form["PrepareTerraformState.Environment"] ?? "")).toEqual({ PG_CONN_STR: reference });
  expect(form["SerializeProject.ExcludedLibraryVariableSets"]).toContain("Terraform State");
  expect((await installTerraform(octopus, { terraformBackend: "pg", terraformSecrets })).changes).toEqual([]);
  expect((await runInstall(octopus, { projects })).changes).toEqual([]);
});

test.each(["pg", "gcs"])(
  "%s: what remains names the variables with secrets, and the page",
  async (terraformBackend) => {
    const octopus = await startWithProjects("Hello World");

    const { remaining } = await installTerraform(octopus, { terraformBackend });

    const about = remaining.filter((sentence) => sentence.includes("Terraform State"));
    expect(about).toHaveLength(1);
    expect(about[0]).toMatch(
      new RegExp(`TerraformState\\.[A-Za-z0-9_]+ .*scoped to Sync \\(docs/terraform\\.md#${terraformBackend}\\)\\.$`),
    );
  },
);

test("another backend for what is installed takes all that belongs to it, says that states stay behind, and keeps what people set", async () => {
  const octopus = await startWithProjects("Hello World");
  await installTerraform(octopus, {
    terraformBackend: "pg",
    terraformInitParameters: '-backend-config="schema_name=a"',
  });
  const before = await readForms(octopus);

  const planned = await installTerraform(octopus, { terraformBackend: "s3", onlyPlan: true });
  const { remaining } = await installTerraform(octopus, {
    terraformBackend: "s3",
    terraformInitParameters: '-backend-config="bucket=b"',
  });

  expect(planned.changes.map(({ what }) => what)).toEqual(
    expect.arrayContaining([
      'the process of the runbook "__ 1. Serialize Project" of "Hello World"',
      'the process of the runbook "__ 2. Deploy Project" of "Hello World"',
    ]),
  );
  const after = await readForms(octopus);
  expect(after).toMatchObject({
    "SerializeProject.TerraformBackend": "s3",
    "PrepareTerraformState.TerraformBackend": "s3",
    "PrepareTerraformState.InitParameters": '-backend-config="bucket=b"',
    "Octopus.Action.Terraform.AdditionalInitParams": '-backend-config="bucket=b"',
    "Octopus.Action.Terraform.Workspace": before["Octopus.Action.Terraform.Workspace"],
  });
  expect(after["Octopus.Action.Terraform.EnvVariables"]).toContain("AWS_SECRET_ACCESS_KEY");
  expect(after["Octopus.Action.Terraform.EnvVariables"]).not.toContain("PG_CONN_STR");
  expect(remaining).toEqual(
    expect.arrayContaining([
      'The states of "Hello World" are still in the backend pg: move them (docs/terraform.md#another-backend), or let the next run of each tenant import its copy. Before that, run "__ 1. Serialize Project", which makes a package for s3.',
    ]),
  );
  expect((await installTerraform(octopus, { terraformBackend: "s3" })).changes).toEqual([]);
});

test("modules for people who apply them themselves may be for any backend, but not for one that is mistyped", async () => {
  const octopus = await startWithProjects("Hello World");

  await expect(runInstall(octopus, { projects, terraformBackend: "gsc" })).rejects.toThrow(
    'There is no Terraform backend "gsc". Did you mean "s3" or "gcs"?',
  );
  await runInstall(octopus, { projects, terraformBackend: "local" });

  expect(await readForms(octopus)).toMatchObject({ "SerializeProject.TerraformBackend": "local" });
});
