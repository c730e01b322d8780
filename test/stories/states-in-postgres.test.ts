import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { buildHelloWorld, passwords } from "../../examples/demo/hello-world.ts";
import { signIn, type OctopusUser } from "../../examples/demo/octopus-user.ts";
import { runInstall } from "../../examples/demo/run-install.ts";
import { connectTenants } from "../../examples/demo/tenants.ts";
import { postgresPrograms, startPostgres, type Postgres } from "../lib/terraform/postgres.ts";
import { hasProvider } from "../lib/terraform/terraform.ts";
import { createOctopusServer, type OctopusServer } from "../octopus-server/octopus-server.ts";
import { watchProcesses } from "./watch-processes.ts";

const database = "octopus states";
const deploying = "__ 2. Deploy Project";

/** What the project needs in each space. */
const baseline = `
environments:
  - name: Development
  - name: Test
  - name: Production
lifecycles:
  - name: Simple
projectGroups:
  - name: Hello World
`;

interface Stage {
  server: OctopusServer;
  barry: OctopusUser;
  postgres: Postgres;
  /** Runs the runbook. @returns its log, also of a run that fails */
  deploy(tenant: string): Promise<string>;
  /** By workspace, the addresses in the state. */
  readStates(): Promise<Record<string, string[]>>;
}

/** A management space whose copies Terraform makes, with its states in a PostgreSQL server that has no database for them. */
async function startStage(): Promise<Stage> {
  const postgres = await startPostgres();
  const environment = { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", LANG: "C.UTF-8" };
  const server = createOctopusServer({ worker: { environment } });
  onTestFinished(() => server.close());
  const [url, { apiKey }] = [await server.listen(), server];
  const barry = await signIn({ url, apiKey, spaceName: "Default" });
  await buildHelloWorld(barry);
  const file = join(mkdtempSync(join(tmpdir(), "baseline-")), "baseline.yaml");
  writeFileSync(file, baseline);
  const options = [
    "--project",
    "Hello World",
    "--baseline",
    file,
    "--engine",
    "terraform",
    "--terraform-backend",
    "pg",
  ];
  await runInstall(options, {
    OCTOPUS_URL: url,
    OCTOPUS_API_KEY: apiKey,
    OCTOPUS_SPACE: "Default",
    TERRAFORM_STATE_PG_CONN_STR: postgres.addressOf(database),
  });
  const tenants = ["America", "Europe"];
  await connectTenants(
    barry,
    tenants.map((name) => ({ name, url, apiKey })),
    ["__ Client Space", "Hello World"],
  );
  for (const tenant of tenants) await barry.runRunbook("__ Client Space", "__ Create Client Space", tenant);
  await barry.runRunbook("Hello World", "__ 1. Serialize Project");
  return {
    server,
    barry,
    postgres,
    deploy: (tenant) =>
      barry.runRunbook("Hello World", deploying, tenant).then(
        ({ log }) => log,
        (error: unknown) => `failed: ${String(error)}`,
      ),
    async readStates() {
      const rows = await postgres.query("SELECT name, data FROM terraform_remote_state.states ORDER BY name", database);
      return Object.fromEntries(rows.map(({ name, data }) => [String(name), listAddresses(String(data))]));
    },
  };
}

function listAddresses(state: string): string[] {
  const { resources }: { resources: { mode: string; type: string; name: string }[] } = JSON.parse(state);
  return resources.filter(({ mode }) => mode === "managed").map(({ type, name }) => `${type}.${name}`);
}

/** All that a look at the space shows of the project: what was made again would have another id. */
async function readProject(user: OctopusUser): Promise<{ ids: string[]; writes: unknown }> {
  const projects = await user.list("/projects");
  const [project] = projects;
  const process = await user.get(`/projects/${project?.Id ?? ""}/deploymentprocesses`);
  const variables = await user.get(`/variables/variableset-${project?.Id ?? ""}`);
  const steps: { Id: string }[] = JSON.parse(JSON.stringify(process["Steps"]));
  const values: { Id: string; Name: string }[] = JSON.parse(JSON.stringify(variables["Variables"]));
  return {
    ids: [...projects, ...steps, ...values].map(({ Id }) => Id),
    writes: [process["Version"], variables["Version"]],
  };
}

function summaryOf(log: string): string {
  return /Apply complete! .*/.exec(log)?.[0] ?? log;
}

test("states in PostgreSQL: the database is made, each tenant has a state, and what was lost is told and imported", async ({
  skip,
}) => {
  skip(!hasProvider, "Terraform with the Octopus provider is not on this machine");
  skip(postgresPrograms === undefined, "PostgreSQL's initdb and pg_ctl are not on this machine");
  const stage = await startStage();
  const { barry, server, postgres, deploy, readStates } = stage;
  const processes = watchProcesses();

  const first = await deploy("America");
  const second = await deploy("America");
  const europe = await deploy("Europe");

  expect(first).toContain(`Made the database "${database}" for Terraform's states.`);
  expect(summaryOf(first)).toMatch(/Resources: [1-9]\d* added, 0 changed, 0 destroyed/);
  expect(second).not.toContain("Made the database");
  expect(summaryOf(second)).toContain("Resources: 0 added, 0 changed, 0 destroyed");
  expect(summaryOf(europe)).toBe(summaryOf(first));
  const states = await readStates();
  const [own = "", other = "", ...more] = Object.keys(states);
  expect([own, other, ...more]).toEqual([
    expect.stringMatching(/^Tenants-\d+_hello_world-/),
    expect.stringMatching(/^Tenants-\d+_hello_world-/),
  ]);
  expect(states[own]).toEqual(states[other]);

  const america = await signIn({ url: barry.url, apiKey: server.apiKey, spaceName: "America" });
  const before = await readProject(america);
  await postgres.query(`DROP DATABASE "${database}" WITH (FORCE)`);
  const lost = await deploy("America");

  expect(lost).toContain("failed: ");
  expect(lost).toMatch(
    /the space "America" has the project "Hello World" \(Projects-\d+\), a copy of "Hello World" in version \S+, and the Terraform state "Tenants-\d+_hello_world-\w+" in the backend pg is empty: it was lost/,
  );
  expect(lost).toMatch(/(\d+) of \1 resources of the package are there by their names/);
  expect(lost).not.toContain("Apply complete!");
  expect(await readProject(america)).toEqual(before);
  const [artifact] = server.model
    .collection("artifacts")
    .list()
    .filter(({ Filename }) => Filename === "imports.tf");
  expect(artifact).toBeDefined();

  await setImport(barry, "True");
  const mended = await deploy("America");
  await setImport(barry, "False");
  processes.stop();

  expect(mended).toMatch(/Imported \d+ resources of the project "Hello World" into the Terraform state/);
  // The versioning strategy is a setting of the project's: the provider has no import for it.
  expect(summaryOf(mended)).toMatch(/Resources: 1 added, \d+ changed, 0 destroyed/);
  expect((await readProject(america)).ids).toEqual(before.ids);
  expect((await readStates())[own]?.toSorted()).toEqual(states[own]?.toSorted());
  expect(summaryOf(await deploy("America"))).toContain("Resources: 0 added, 0 changed, 0 destroyed");

  const secrets = [postgres.password, encodeURIComponent(postgres.password), ...Object.values(passwords)];
  const said = [...server.model.taskLogs.values()].map((log) => JSON.stringify(log));
  const seen = [
    ...said,
    ...processes.commandLines,
    ...[...server.model.blobs.values()].map((blob) => new TextDecoder().decode(blob)),
  ];
  expect(seen.filter((text) => secrets.some((secret) => text.includes(secret)))).toEqual([]);
});

async function setImport(user: OctopusUser, value: string): Promise<void> {
  const set = await user.find("/libraryvariablesets", "Terraform State");
  const variables = await user.get(`/variables/variableset-${set?.Id ?? ""}`);
  const present: { Name: string }[] = JSON.parse(JSON.stringify(variables["Variables"]));
  await user.update(`/variables/${variables.Id}`, {
    ...variables,
    Variables: present.map((one) => (one.Name === "TerraformState.Import" ? { ...one, Value: value } : one)),
  });
}
