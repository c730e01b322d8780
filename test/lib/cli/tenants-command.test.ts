import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readProjectVersion } from "../../../build/project.ts";
import { createApi } from "../../api.ts";
import { runCommand, type Outcome } from "../../run-command.ts";
import { startOctopus, type TestServer } from "../../steps/managed-tenants.ts";
import { runInstall, startWithProjects } from "../install/run-install.ts";

const dist = join(import.meta.dirname, "../../../dist");

// The road from an empty management space to its tenants, and back, at a terminal.

async function startInstalled(): Promise<TestServer> {
  const octopus = await startWithProjects("Hello World");
  await octopus.api.post("/tagsets", {
    Name: "Region",
    Tags: [
      { Name: "North", Color: "#333333" },
      { Name: "South", Color: "#333333" },
    ],
  });
  await runInstall(octopus, { projects: ["Hello World"] });
  return octopus;
}

function run(
  { url, apiKey }: TestServer,
  argv: readonly string[],
  environment: Record<string, string> = {},
): Promise<Outcome> {
  return runCommand(
    [...argv],
    { OCTOPUS_URL: url, OCTOPUS_API_KEY: apiKey, OCTOPUS_SPACE: "Default", ...environment },
    { dist, version: readProjectVersion() },
  );
}

function writeTable(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "tenants ")), "tenants.csv");
  writeFileSync(path, text);
  return path;
}

test("one tenant is made by a line, with its key out of a variable", async () => {
  const octopus = await startInstalled();
  const line = ["tenants", "add", "--name", "America", "--url", octopus.url, "--tag", "Region/North"];

  const planned = await run(octopus, [...line, "--plan"], { MANAGED_TENANT_API_KEY: octopus.apiKey });
  const done = await run(octopus, line, { MANAGED_TENANT_API_KEY: octopus.apiKey });
  const again = await run(octopus, [...line, "--json", "--tenant-api-key-env", "AMERICA_KEY"], {
    AMERICA_KEY: octopus.apiKey,
  });

  expect(planned.stdout).toContain('would create the tenant "America"\n');
  expect(done).toMatchObject({ code: 0, stderr: "" });
  expect(done.stdout).toBe(
    'created the tenant "America"\ncreated the values ManagedTenant.Octopus.Url, ManagedTenant.Octopus.ApiKey of the tenant "America"\n2 changes made.\n\nWhat remains for you:\n  - Run "__ Create Client Space" for the tenant "America": it makes the space.\n',
  );
  expect(JSON.parse(again.stdout)).toMatchObject({ isPlan: false, changes: [] });
});

test("a table makes many, as a spreadsheet of any country writes it", async () => {
  const octopus = await startInstalled();
  const table = writeTable(
    `\uFEFFName;URL;Tags;API key variable\r\n"Asia; Pacific";${octopus.url};Region/South;ASIA_KEY\r\n\r\nEurope;${octopus.url};Region/North; ASIA_KEY\r\n`,
  );

  const { code, stdout } = await run(octopus, ["tenants", "add", "--csv", table], { ASIA_KEY: octopus.apiKey });

  expect(code).toBe(0);
  expect(stdout).toContain("4 changes made.");
  const tenants = await octopus.api.list("/tenants");
  expect(tenants.map(({ Name, TenantTags }) => [Name, TenantTags])).toEqual([
    ["Asia; Pacific", ["Region/South"]],
    ["Europe", ["Region/North"]],
  ]);
});

test("many tags of a tenant stand with semicolons between, in a table with commas as in one with tabs", async () => {
  const octopus = await startInstalled();
  for (const delimiter of [",", "\t"]) {
    const name = `Tags by ${JSON.stringify(delimiter)}`;
    const lines = [
      ["name", "url", "tags"],
      [`"${name.replaceAll('"', '""')}"`, octopus.url, "Region/South;Region/North"],
    ];
    const table = writeTable(lines.map((line) => line.join(delimiter)).join("\n"));

    expect(await run(octopus, ["tenants", "add", "--csv", table])).toMatchObject({ code: 0, stderr: "" });

    const tenant = (await octopus.api.list("/tenants")).find(({ Name }) => Name === name);
    expect(tenant?.["TenantTags"]).toEqual(["Region/South", "Region/North"]);
  }
});

test("what is wrong with a table is told by line, and nothing is asked", async () => {
  const octopus = await startInstalled();
  octopus.server.requests.length = 0;
  const table = writeTable("name,ulr,api_key_variable\nAmerica,https://a.example.com,NOBODY\n,,\n");

  const { code, stderr } = await run(octopus, ["tenants", "add", "--csv", table]);

  expect(code).toBe(1);
  expect(stderr).toContain('line 2: there is no column "ulr". Did you mean "url"?');
  expect(stderr).toContain('line 2: "url" is blank');
  expect(stderr).toContain('line 2: the environment has no variable "NOBODY", which is to hold the key');
  expect(octopus.server.requests).toEqual([]);
});

test.each([
  [["tenants", "add"], "Which tenant? Give --name and --url, or --csv with a file of many."],
  [["tenants", "add", "--csv", "a.csv", "--name", "America"], "A CSV file says all of its tenants"],
  [["tenants", "add", "--name", "A", "--url", "america"], "is no address"],
  [
    ["tenants", "add", "--name", "A", "--url", "https://a.example.com", "--tenant-api-key-env", "NOBODY"],
    'The environment has no variable "NOBODY"',
  ],
  [["tenants", "add", "--csv", "/nowhere/tenants.csv"], 'Failed to read the tenants in "/nowhere/tenants.csv"'],
  [["tenants", "ad"], 'Did you mean "add"?'],
])("a line that makes no sense is told: %j", async (argv, sentence) => {
  const octopus = await startOctopus();

  const { code, stderr } = await run(octopus, argv);

  expect(code).not.toBe(0);
  expect(stderr).toContain(sentence);
});

test("uninstall says what it would take away, takes it, and tells what stays", async () => {
  const octopus = await startOctopus();
  const api = createApi(octopus);
  const before = (await api.list("/projects")).length;
  const installed = await run(octopus, ["install"]);
  expect(installed).toMatchObject({ code: 0, stderr: "" });
  await api.post("/projects", {
    Name: "Ours",
    LifecycleId: (await api.list("/lifecycles")).find(({ Name }) => Name === "Sync")?.Id,
    ProjectGroupId: (await api.list("/projectgroups"))[0]?.Id,
  });

  const planned = await run(octopus, ["uninstall", "--plan", "--json"]);
  const done = await run(octopus, ["uninstall"]);

  expect(JSON.parse(planned.stdout)).toMatchObject({ isPlan: true });
  expect(done).toMatchObject({ code: 0, stderr: "" });
  expect(done.stdout).toContain('deleted the project "__ Client Space"');
  expect(done.stdout).toContain('the lifecycle "Sync" stays: "Ours" has it.');
  expect((await api.list("/projects")).length).toBe(before + 1);
});
