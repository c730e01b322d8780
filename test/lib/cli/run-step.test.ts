import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import AdmZip from "adm-zip";
import { beforeEach, expect, test } from "vitest";
import type { CommandContext } from "../../../lib/cli/command-context.ts";
import { listStepOptions } from "../../../lib/cli/step-options.ts";
import { toStepCommand } from "../../../lib/cli/step-command.ts";
import type { StepDefinition } from "../../../lib/step/define-step.ts";
import { steps } from "../../../steps/index.ts";
import { step as createSpace } from "../../../steps/create-space/step.ts";
import { step as serializeProject } from "../../../steps/serialize-project/step.ts";
import { step as serializeSpace } from "../../../steps/serialize-space/step.ts";
import { step } from "../../bundle/fixture-step/step.ts";
import { runCommand, type Outcome } from "../../run-command.ts";
import { startManagementSpace } from "../../steps/managed-tenants.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "command line "));
  mkdirSync(join(directory, "hello_world.1.0.0"));
  return () => rmSync(directory, { recursive: true });
});

test("options and environment give the parameters", async () => {
  const result = await run(["--title", "Hello", "--only-plan", "--bundle", join(directory, "hello_world.1.0.0")], {
    MANAGED_SPACES_FIXTURE_API_KEY: "the-secret",
    MANAGED_SPACES_FIXTURE_NAMES: "one\ntwo",
  });

  expect(result).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(readFileSync(join(directory, "echo.json"), "utf8"))).toMatchObject({
    title: "Hello",
    onlyPlan: true,
    names: ["one", "two"],
    apiKey: "the-secret",
    ending: "succeed",
    bundle: { id: "hello_world", version: "1.0.0", path: join(directory, "hello_world.1.0.0") },
  });
});

test("a person reads lines, and no secret in them", async () => {
  const result = await run(["--bundle", directory, "--title", "Hello"], {
    MANAGED_SPACES_FIXTURE_API_KEY: "the-secret",
  });

  expect(result.stdout).toBe(`key *****\nTitle = Hello\nWritten: ${join(directory, "echo.json")}\nEchoed.\n`);
});

test("a secret among the options is refused without being shown", async () => {
  const result = await run(["--api-key=the-secret"], {});

  expect(result.code).toBe(64);
  expect(result.stderr).toMatch(/^--api-key is a secret, and other users .* Set MANAGED_SPACES_FIXTURE_API_KEY in the/);
  expect(result.stderr).not.toContain("the-secret");
});

test("an unknown option is refused", async () => {
  expect(await run(["--titel", "Hello"], {})).toMatchObject({
    code: 64,
    stderr: `Unknown option '--titel'. Did you mean "--title"? See managed-spaces run fixture-step --help.\n`,
  });
});

test("an unknown step is refused, with the names that are near", async () => {
  expect(await runCommand(["run", "fixture-stp"], {}, context())).toEqual({
    code: 64,
    stdout: "",
    stderr:
      'There is no step "fixture-stp". Did you mean "fixture-step"? A runbook is run for tenants: say for whom by --tenants, --tag or --ring. See managed-spaces run --help.\n',
  });
});

test("a file gives the Octopus variables that a step asks for", async () => {
  const file = join(directory, "variables.json");
  writeFileSync(file, JSON.stringify({ "Database.Password": "x" }));

  await run(["--bundle", directory, "--variables", file, "--questions", "Database.Password"], {});

  expect(JSON.parse(readFileSync(join(directory, "echo.json"), "utf8")).answers).toEqual([["Database.Password", "x"]]);
});

test("a zip file is a package too", async () => {
  const zip = new AdmZip();
  zip.addFile("manifest.json", Buffer.from("{}"));
  zip.writeZip(join(directory, "hello_world.2.0.1.zip"));

  await run(["--bundle", join(directory, "hello_world.2.0.1.zip")], {});

  const { bundle } = JSON.parse(readFileSync(join(directory, "echo.json"), "utf8"));
  const path = join(directory, "hello_world.2.0.1.zip");
  expect(bundle).toEqual({ id: "hello_world", version: "2.0.1", path });
});

test.each([
  ["truncated", Buffer.from("PK\u0003\u0004 and no more"), "it is no zip file, or only a part of one."],
  ["hostile", createHostileZip(), 'its entry "../evil" would land outside of it.'],
])("a %s zip file is refused", async (name, content, reason) => {
  const file = join(directory, `${name}.1.0.0.zip`);
  writeFileSync(file, content);

  const result = await run(["--bundle", file], {});

  expect(result).toMatchObject({ code: 1, stderr: expect.stringContaining(reason) });
});

test("help tells what there is to choose, what is so when nothing is said, the variables and an example", async () => {
  const { code, stdout } = await runCommand(["run", "serialize-space", "--help"], {}, context(serializeSpace));

  expect(code).toBe(0);
  const text = stdout.replaceAll(/\s+/g, " ");
  expect(text).toContain("--needs include|lookUp|refuse Needed Resources. ");
  expect(text).toMatch(/\(include: They come along; lookUp: They have to be .*; default: include; or MANAGED_SPACES_/);
  expect(text).toMatch(/--no-logos Logos\. /);
  expect(text).toMatch(/--left-out <value> Left Out Resources\. .*\(may be repeated; default: project: __ \.\*;/);
  expect(text).toMatch(/--server <value> .*\(or OCTOPUS_URL, MANAGED_SPACES_SERIALIZE_SPACE_SERVER_URL\)/);
  expect(text).toContain("OCTOPUS_API_KEY");
  expect(text).toContain("managed-spaces run serialize-space ");
  expect(text).toMatch(/64 the command line makes no sense/);
});

test.each(Object.entries(steps))("%s has one option for each parameter, and none that every step has", (slug, one) => {
  const options = listStepOptions(one);
  const names = options.map(({ name }) => name);
  const common = ["out", "json", "verbose", "variables", "api-key-file"];

  expect(new Set([...names, ...common]).size).toBe(names.length + common.length);
  expect(Object.keys(toStepCommand(slug, one).options).length).toBe(
    options.filter(({ form }) => form.control !== "Sensitive").length + common.length,
  );
});

test("one thing has one name in all steps", () => {
  const spellings = new Map<string, Set<string>>();
  for (const one of Object.values(steps))
    for (const { name, form } of listStepOptions(one)) {
      const label = `${form.label} ${form.control}`;
      spellings.set(label, (spellings.get(label) ?? new Set()).add(name));
    }

  const several = [...spellings].filter(([, names]) => names.size > 1).map(([label, names]) => [label, [...names]]);
  expect(Object.fromEntries(several)).toEqual({
    // Of a step that has one server alone, it is the one that all commands know.
    "Octopus Server URL SingleLineText": ["managed-server", "server"],
    "Octopus Service Account SingleLineText": ["managed-service-account", "service-account"],
    "Space SingleLineText": ["managed-space", "space"],
    // Whose runbook it is, and into which project it comes.
    "Project SingleLineText": ["project", "into-project"],
    // What is a template, and what tenants are connected to.
    "Template Project SingleLineText": ["project", "template"],
    // By id, and by name.
    "Tenant SingleLineText": ["tenant-id", "tenant"],
  });
});

test("names that options had are taken, and nobody is told of them", async () => {
  const help = await runCommand(["run", "serialize-project", "--help"], {}, context(serializeProject));
  const { server, url, apiKey } = await startManagementSpace();
  const before = server.requests.length;
  const outcome = await runCommand(
    ["run", "serialize-project", "--server-url", url, "--space", "Default", "--project", "Nothing", "--only-plan"],
    { MANAGED_SPACES_SERIALIZE_PROJECT_API_KEY: apiKey },
    context(serializeProject),
  );

  expect(help.stdout).not.toMatch(/--server-url|--only-plan/);
  expect(outcome).toMatchObject({ code: 1, stderr: expect.stringContaining('has no project "Nothing"') });
  expect(server.requests.slice(before).filter(({ method }) => method !== "GET")).toEqual([]);
});

test("server, space and key come from the variables that all commands know; the managed space is on the same server", async () => {
  const { url, apiKey, addTenant } = await startManagementSpace();
  const tenant = await addTenant("America", {});
  const environment = { OCTOPUS_URL: url, OCTOPUS_API_KEY: apiKey, OCTOPUS_SPACE: "Default" };

  const argv = ["run", "create-space", "--space-name", "America", "--tenant-id", tenant, "--plan", "--json"];
  const outcome = await runCommand(argv, environment, context(createSpace));

  expect(outcome.stderr).toContain("America");
  expect(JSON.parse(outcome.stdout)).toMatchObject({ step: "create-space", isWell: true });
  expect(outcome.stdout + outcome.stderr).not.toContain(apiKey);
});

test("a key of a file is the one of the server", async () => {
  const { url, apiKey } = await startManagementSpace();
  const file = join(directory, "key");
  writeFileSync(file, `${apiKey}\n`);

  const argv = ["run", "serialize-project", "--server", url, "--space", "Default", "--project", "Nothing"];
  const outcome = await runCommand([...argv, "--api-key-file", file], {}, context(serializeProject));

  expect(outcome.stderr).toContain('has no project "Nothing"');
});

test.each([[["--server", "octopus.example.com"], "--server"] as const, [[], "OCTOPUS_URL"] as const])(
  "an address that is none is refused before anything is asked: %j",
  async (argv, what) => {
    const outcome = await runCommand(
      ["run", "serialize-project", "--project", "Shop", ...argv],
      { OCTOPUS_URL: "octopus.example.com", OCTOPUS_API_KEY: "API-1", OCTOPUS_SPACE: "Default" },
      context(serializeProject),
    );

    expect(outcome).toEqual({
      code: 64,
      stdout: "",
      stderr: `${what} is "octopus.example.com", and that is no address. Use one that begins with https://, such as https://octopus.example.com.\n`,
    });
  },
);

test("for a script there is JSON alone, with outputs, files and how it ended", async () => {
  const environment = { MANAGED_SPACES_FIXTURE_API_KEY: "the-secret" };
  const well = await run(["--bundle", directory, "--title", "the-secret", "--json"], environment);
  const failed = await run(["--bundle", directory, "--ending", "fail", "--json"], environment);

  expect(JSON.parse(well.stdout)).toEqual({
    step: "fixture-step",
    isWell: true,
    outputs: { Title: "*****" },
    artifacts: [{ name: "echo.json", path: join(directory, "echo.json") }],
    highlights: ["Echoed."],
    warnings: [],
  });
  expect(well.stderr).toContain("Title = *****");
  expect(failed.code).toBe(1);
  expect(JSON.parse(failed.stdout)).toMatchObject({
    isWell: false,
    failure: 'Failed to echo "title": it was asked to fail. Ask for something else.',
    artifacts: [{ name: "echo.json", path: join(directory, "echo (2).json") }],
  });
});

test("files go to the folder that is named, which is made, and never over older ones", async () => {
  const out = join(directory, "there", "deep");
  const argv = ["--bundle", directory, "--out", out];

  const first = await run([...argv, "--title", "First"], {});
  const second = await run([...argv, "--title", "Second"], {});

  expect(first.stdout).toContain(`Written: ${join(out, "echo.json")}\n`);
  expect(second.stdout).toContain(`Written: ${join(out, "echo (2).json")} (there is a file "echo.json" already)\n`);
  expect(JSON.parse(readFileSync(join(out, "echo.json"), "utf8"))).toMatchObject({ title: "First" });
  expect(JSON.parse(readFileSync(join(out, "echo (2).json"), "utf8"))).toMatchObject({ title: "Second" });
});

test("a folder that cannot be made is told before the step runs", async () => {
  writeFileSync(join(directory, "file"), "");

  const outcome = await run(["--bundle", directory, "--out", join(directory, "file", "below")], {});

  expect(outcome).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining("Name another folder with --out."),
  });
});

test("how far a step is, is drawn at a terminal alone", async () => {
  const terminal = { size: () => ({ columns: 80, rows: 24 }), hasColors: false };

  const shown = await runCommand(["run", "fixture-step", "--bundle", directory], {}, { ...context(), terminal });

  expect(shown.stdout).toContain("\r\u001b[2K 50% half\r\u001b[2KTitle = ");
});

test("a value that is forgotten is told, and does not swallow the next option", async () => {
  expect(await run(["--title", "--only-plan"], {})).toMatchObject({
    code: 64,
    stderr:
      "--title takes a value, and behind it comes an option. Use --title <value>; a value that begins with a dash is given as --title=<value>.\n",
  });
  expect((await run(["--bundle"], {})).stderr).toBe(
    "--bundle takes a value, and none comes behind it. Use --bundle <folder or zip>.\n",
  );
  expect((await run(["--ending", "fial"], {})).stderr).toBe(
    '--ending is "fial". Did you mean "fail"? Use succeed, fail, crash, wait or stall.\n',
  );
});

function run(argv: readonly string[], environment: Readonly<Record<string, string>>): Promise<Outcome> {
  return runCommand(["run", "fixture-step", ...argv], environment, context());
}

function context(one: StepDefinition = step): Partial<CommandContext> {
  const slug = Object.entries(steps).find(([, { id }]) => id === one.id)?.[0] ?? "fixture-step";
  return { steps: { [slug]: async () => one }, workingDirectory: directory };
}

/** A zip file whose entry climbs out; the library would tidy up the name when adding it. */
function createHostileZip(): Buffer {
  const zip = new AdmZip();
  zip.addFile("xx/evil", Buffer.from("x"));
  return Buffer.from(zip.toBuffer().toString("latin1").replaceAll("xx/evil", "../evil"), "latin1");
}
