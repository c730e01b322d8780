import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { projectRoot, readProjectVersion } from "../../../build/project.ts";
import type { CommandContext } from "../../../lib/cli/command-context.ts";
import { describeOutput } from "../../../lib/cli/describe-output.ts";
import { withPlainLinks } from "../../../lib/cli/plain-links.ts";
import { createOutFolder } from "../../../lib/cli/out-folder.ts";
import { createTerminalJournal } from "../../../lib/cli/terminal-journal.ts";
import { createApi } from "../../api.ts";
import { startStage } from "../fleet/run-many/stage.ts";
import { runCommand } from "../../run-command.ts";
import { startOctopus, type TestServer } from "../../steps/managed-tenants.ts";

const built: Partial<CommandContext> = {
  dist: join(projectRoot, "dist"),
  version: readProjectVersion(),
  defaultBaseline: "environments:\n  - name: Development\n",
};

function environmentOf({ url, apiKey }: TestServer): Record<string, string> {
  return { OCTOPUS_URL: url, OCTOPUS_API_KEY: apiKey, OCTOPUS_SPACE: "Default" };
}

test.each([
  ["a terminal", {}, true, [true, true]],
  ["a pipe", {}, false, [false, false]],
  ["a terminal, without colors", { NO_COLOR: "1" }, true, [true, false]],
  ["an empty NO_COLOR, which says nothing", { NO_COLOR: "" }, true, [true, true]],
  ["a pipe that is to have colors, and never progress", { FORCE_COLOR: "1" }, false, [false, true]],
  ["a terminal, with FORCE_COLOR=0", { FORCE_COLOR: "0" }, true, [true, false]],
  ["NO_COLOR before FORCE_COLOR", { NO_COLOR: "1", FORCE_COLOR: "1" }, true, [true, false]],
  ["a terminal that cannot move its cursor", { TERM: "dumb" }, true, [false, false]],
] as const)("knows what may be printed: %s", (_, environment, isTTY, [isDrawn, hasColors]) => {
  const output = describeOutput(environment, { isTTY, columns: 100, rows: 30 });

  expect([output.terminal !== undefined, output.hasColors]).toEqual([isDrawn, hasColors]);
  expect(output.terminal?.hasColors ?? hasColors).toBe(hasColors);
});

test("doctor and help have colors where they may, and none elsewhere", async () => {
  const octopus = await startOctopus();
  const color = "\u001b[";

  const doctor = await runCommand(["doctor"], environmentOf(octopus), { hasColors: true });
  const json = await runCommand(["doctor", "--json"], environmentOf(octopus), { hasColors: true });
  const help = await runCommand(["doctor", "--help"], {}, { hasColors: true });

  expect(doctor.stdout).toContain(`${color}32mok  ${color}39m`);
  expect(help.stdout).toContain(`${color}1mUsage:${color}22m`);
  expect(json.stdout).not.toContain(color);
  expect((await runCommand(["doctor", "--help"])).stdout).not.toContain(color);
  expect((await runCommand(["doctor"], environmentOf(octopus))).stdout).not.toContain(color);
});

test.each([
  [
    "See [Shop](https://o.example/app#/Spaces-1/projects/shop).",
    "See Shop (https://o.example/app#/Spaces-1/projects/shop).",
  ],
  ["[Shop [old] 🐙](http://o/a) and [#7](http://g/7)", "Shop [old] 🐙 (http://o/a) and #7 (http://g/7)"],
  ["[A\\_B\\[1\\]](https://o/x)", "A_B[1] (https://o/x)"],
  ["[https://o/x](https://o/x)", "https://o/x"],
  ["[page](https://o/wiki/A_(b))", "page (https://o/wiki/A_(b))"],
  ["Variables[Production](not an address) stays", "Variables[Production](not an address) stays"],
])("a link of a log is its text and its address: %s", (line, shown) => {
  expect(withPlainLinks(line)).toBe(shown);
});

test("a line without a link stays as it is", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme" }).filter((line) => !line.includes("](")),
      (line) => {
        expect(withPlainLinks(line)).toBe(line);
      },
    ),
  );
});

test("a terminal shows no masked value, the longest first, and links as addresses", () => {
  const printed = { stdout: "", stderr: "" };
  const write = (stream: "stdout" | "stderr", text: string): void => void (printed[stream] += text);
  const out = createOutFolder(mkdtempSync(join(tmpdir(), "out-")));
  const journal = createTerminalJournal({ write }, { isVerbose: false, out });
  journal.mask("secret");
  journal.mask("secret-and-more");

  journal.log("info", "secret-and-more, secret");
  journal.log("verbose", "not shown");
  journal.log("warning", "Look at [Shop](https://o/shop)");
  journal.setOutput("Url", "https://secret.example", false);
  journal.fail("Failed: secret");

  expect(printed).toEqual({
    stdout: "*****, *****\nWarning: Look at Shop (https://o/shop)\nUrl = https://*****.example\n",
    stderr: "Failed: *****\n",
  });
  expect(journal.describe("step", false)).toEqual({
    step: "step",
    isWell: false,
    failure: "Failed: *****",
    outputs: { Url: "https://*****.example" },
    artifacts: [],
    highlights: [],
    warnings: ["Look at Shop (https://o/shop)"],
  });
});

test("install says as JSON what it would do, did and left to do, and tells its words beside it", async () => {
  const octopus = await startOctopus();

  const planned = await runCommand(["install", "--plan", "--json"], environmentOf(octopus), built);
  const done = await runCommand(["install", "--json"], environmentOf(octopus), built);
  const again = await runCommand(["install", "--json"], environmentOf(octopus), built);

  const [plan, first, second] = [planned, done, again].map(({ stdout }) => JSON.parse(stdout));
  expect(plan).toMatchObject({ isPlan: true, remaining: expect.arrayContaining([]) });
  expect(plan.changes).toContainEqual({ verb: "create", what: expect.stringContaining("Sync") });
  expect(planned.stderr).toContain("would create");
  expect(first).toMatchObject({ isPlan: false });
  expect(first.changes.length).toBeGreaterThanOrEqual(plan.changes.length);
  expect(second.changes).toEqual([]);
});

test("doctor says as JSON what it found, and what it thinks of values", async () => {
  const octopus = await startOctopus();
  const file = join(mkdtempSync(join(tmpdir(), "values-")), "values.json");
  writeFileSync(file, JSON.stringify({ Token: "s3cret#{1}" }));

  const found = await runCommand(["doctor", "--json"], environmentOf(octopus));
  const values = await runCommand(["doctor", "--values", file, "--json"]);

  expect(JSON.parse(found.stdout)).toContainEqual(
    expect.objectContaining({ about: "Space", state: "good", text: '"Default" (Spaces-1)' }),
  );
  expect(values.code).toBe(1);
  expect(JSON.parse(values.stdout)).toEqual([{ about: "Token", state: "bad", text: expect.any(String) }]);
  expect(values.stdout).not.toContain("s3cret");
});

test("runs for many tenants are told as JSON when all is over, and planned so before", async () => {
  const stage = await startStage({ script: `[ "$(get_octopusvariable Octopus.Deployment.Tenant.Name)" != Asia ]` });
  const name = String(stage.runbook["Name"]);

  const planned = await stage.manage(["run", name, "--tenants", ".*", "--plan", "--json"]);
  const done = await stage.manage(["run", name, "--tenants", ".*", "--json"]);
  const wrong = await stage.manage(["run", name, "--tenants", "Nobody", "--json"]);

  expect(planned.code).toBe(0);
  expect(JSON.parse(planned.stdout)).toMatchObject({
    runbook: name,
    tenants: ["Africa", "America", "Asia"].map((tenant) => ({ name: tenant, state: "toStart" })),
  });
  expect(done.code).toBe(1);
  expect(JSON.parse(done.stdout).tenants).toMatchObject([
    { name: "Africa", state: "succeeded", taskUrl: expect.stringMatching(/^http.*\/tasks\/ServerTasks-/) },
    { name: "America", state: "succeeded" },
    { name: "Asia", state: "failed", reason: expect.any(String) },
  ]);
  expect(done.stderr).toContain("2 of 3 succeeded, 1 did not.");
  expect(wrong).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("Nobody") });
});

test.each(["install", "doctor", "baseline", "adopt", "rehearse", "deploy", "fleet"])(
  "%s refuses an address that is none, with --plan too, before anything is asked",
  async (command) => {
    const more: Record<string, string[]> = {
      install: ["--plan"],
      baseline: ["--from-space"],
      adopt: ["--state", "x", "--tenant", "A", "--plan"],
      rehearse: ["--package", "shop"],
      deploy: ["--tenants", "A", "--plan"],
    };
    const argv = [command, ...(more[command] ?? [])];
    const environment = { OCTOPUS_URL: "octopus", OCTOPUS_API_KEY: "API-1", OCTOPUS_SPACE: "Default" };
    const sentence =
      "and that is no address. Use one that begins with https://, such as https://octopus.example.com.\n";

    const byVariable = await runCommand(argv, environment, built);
    const byOption = await runCommand([...argv, "--server", "ftp://octopus"], environment, built);
    const withKey = await runCommand([...argv, "--server", "https://me:s3cret@octopus"], environment, built);

    expect(byVariable.stderr.toLowerCase()).toContain(`octopus_url is "octopus", ${sentence}`.toLowerCase());
    expect(byOption.stderr).toBe(`--server is "ftp://octopus", ${sentence}`);
    expect(withKey.stderr).toBe("--server holds credentials. Give the address without them.\n");
    const usage = command === "deploy" ? 2 : 64;
    expect([byVariable, byOption, withKey].map(({ code }) => code)).toEqual([usage, usage, usage]);
  },
);

test("names that options had are taken: of Git hosts, Polling Tentacles and rehearsals", async () => {
  const octopus = await startOctopus();
  await createApi(octopus, "/api/Spaces-1").list("/projects");
  const environment = environmentOf(octopus);

  const install = ["install", "--plan", "--git-host", "gitea", "--git-url", "no address"];
  expect((await runCommand(install, environment, built)).stderr).toMatch(/^--git-url is "no address"/);
  const baseline = ["baseline", "--from-space", "--with-polling"];
  expect((await runCommand(baseline, environment)).code).toBe(0);
  const rehearse = ["rehearse", "--package", "none", "--project", "Shop", "--leave-secrets"];
  expect((await runCommand(rehearse, environment)).stderr).toContain("there is neither a file");
  for (const [command = ""] of [install, baseline, rehearse])
    expect((await runCommand([command, "--help"])).stdout).not.toMatch(/--git-url|--with-polling|--leave-secrets/);
});
