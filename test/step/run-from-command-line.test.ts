import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import AdmZip from "adm-zip";
import { beforeEach, expect, test } from "vitest";
import { runFromCommandLine } from "../../lib/step/run-from-command-line.ts";
import { renderUsage } from "../../lib/step/command-line-usage.ts";
import { step as serializeSpace } from "../../steps/serialize-space/step.ts";
import { step } from "../bundle/fixture-step/step.ts";

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

  expect(result).toMatchObject({ exitCode: 0, stderr: "" });
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

  expect(result.stdout).toBe(
    `key *****\n 50% half\nTitle = Hello\nWritten: ${join(directory, "echo.json")}\nEchoed.\n`,
  );
});

test("a secret among the options is refused without being shown", async () => {
  const result = await run(["--api-key=the-secret"], {});

  expect(result.exitCode).toBe(1);
  expect(result.stderr).toMatch(/^Failed to read the options: "--api-key" is a secret/);
  expect(result.stderr).not.toContain("the-secret");
});

test("an unknown option is refused", async () => {
  expect(await run(["--titel", "Hello"], {})).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("--titel"),
  });
});

test("an unknown step is refused, with the names of all", async () => {
  const result = await runFixture(["fixture"], {});

  expect(result.stderr).toBe(
    'Failed to run the step "fixture": there is none of that name. Choose one of fixture-step. A runbook is run for tenants: say for whom by --tenants, --tag or --ring.\n',
  );
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

  expect(result).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(reason) });
});

test("help tells what there is to choose, and what is so when nothing is said", () => {
  const usage = renderUsage("serialize-space", serializeSpace);

  expect(usage).toContain("--needs include|lookUp|refuse\n      Needed Resources. ");
  expect(usage).toContain("\n      include: They come along (when nothing is said)\n      lookUp: They have to be");
  expect(usage).toMatch(/--no-logos\n {6}Logos\. .*\n {6}Yes, unless this is given\.\n/);
  expect(usage).toMatch(/--left-out <value>\n.*\n {6}When nothing is said: project: __ \.\*\n/);
});

test("help names every parameter", async () => {
  const { exitCode, stdout } = await run(["--help"], {});

  expect(exitCode).toBe(0);
  expect(stdout).toContain("--title <value>");
  expect(stdout).toContain("MANAGED_SPACES_FIXTURE_API_KEY");
});

function run(argv: readonly string[], environment: Readonly<Record<string, string>>): ReturnType<typeof runFixture> {
  return runFixture(["fixture-step", ...argv], environment);
}

async function runFixture(
  argv: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const output = { stdout: "", stderr: "" };
  const exitCode = await runFromCommandLine({ "fixture-step": async () => step }, argv, {
    environment,
    workingDirectory: directory,
    write: (stream, text) => void (output[stream] += text),
    signal: new AbortController().signal,
  });
  return { exitCode, ...output };
}

/** A zip file whose entry climbs out; the library would tidy up the name when adding it. */
function createHostileZip(): Buffer {
  const zip = new AdmZip();
  zip.addFile("xx/evil", Buffer.from("x"));
  return Buffer.from(zip.toBuffer().toString("latin1").replaceAll("xx/evil", "../evil"), "latin1");
}
