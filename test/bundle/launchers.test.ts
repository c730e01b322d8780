import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { renderTemplate } from "../../build/render-project.ts";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { fixture, fixturePackage, renderFixtureBodies } from "./fixture-bodies.ts";
import type { Body } from "./fixture-bodies.ts";
import { findNode, nodeVersions } from "./node-versions.ts";
import { parseServiceMessages, runScript } from "./worker.ts";
import type { ScriptResult, ScriptRun } from "./worker.ts";
import { findProgram, readEcho, resultMessage } from "./told-by-script.ts";

const flavors = ["inline", "packaged"] as const;
const PEM = "-----BEGIN CERTIFICATE-----\nMIIB+zCCAWSg\n-----END CERTIFICATE-----\n\n";

let bodies: Record<"inline" | "packaged", Body>;

beforeAll(async () => {
  const directory = mkdtempSync(join(tmpdir(), "runtime package "));
  bodies = await renderFixtureBodies(directory);
  return () => rmSync(directory, { recursive: true });
});

test.each(flavors)("the %s body holds nothing that Octopus would substitute", (flavor) => {
  expect(bodies[flavor].body).not.toContain("#{");
});

test("the bodies stay small", () => {
  expect(bodies.inline.body.length).toBeLessThanOrEqual(60_000);
  expect(bodies.packaged.body.length).toBeLessThanOrEqual(4_000);
});

test.each(flavors)("the %s body hands every value to Node exactly as Octopus has it", async (flavor) => {
  const awkward = `"double" 'single' \`backtick\` $HOME $(id) \\n \\ %s * ~ Zürich 🐙 日本 \u{1F1E8}\u{1F1ED}`;
  const variables = {
    "Fixture.Title": awkward,
    "Fixture.Certificate": PEM,
    "Fixture.Names": "America\r\n\r\n  Europe  \n",
    "Fixture.OnlyPlan": "True",
    "Fixture.ApiKey": "API-0123456789",
  };

  const result = await run(flavor, { variables });

  expect(result).toMatchObject({ exitCode: 0 });
  expect(readEcho(result)).toMatchObject({
    title: awkward,
    certificate: PEM,
    names: ["America", "Europe"],
    onlyPlan: true,
    apiKey: "API-0123456789",
    bundle: { id: "hello_world", version: "1.0.0", path: "/packages/hello world" },
  });
});

test.each(["C", "C.UTF-8", "no_SUCH.locale"])(
  "a program of ideographs arrives whole in the locale %s",
  async (locale) => {
    const result = await run("inline", { variables: { "Fixture.Title": "Zürich 🐙" }, env: { LC_ALL: locale } });

    expect(result).toMatchObject({ exitCode: 0 });
    expect(readEcho(result)).toMatchObject({ title: "Zürich 🐙" });
  },
);

test.each(flavors)(
  "the %s body answers questions by name, and tells an empty variable from an absent one",
  async (flavor) => {
    const variables = {
      "Fixture.Questions": "Database[Development].Password\nEmpty\nAbsent\nSchlüssel 🔑",
      "Database[Development].Password": "line\n\n\n",
      Empty: "",
      "Schlüssel 🔑": "ja",
    };

    const result = await run(flavor, { variables });

    expect(readEcho(result).answers).toEqual([
      ["Database[Development].Password", "line\n\n\n"],
      ["Empty", ""],
      ["Absent", null],
      ["Schlüssel 🔑", "ja"],
    ]);
  },
);

test("a value of 200 KB arrives whole, first or when asked for", async () => {
  const large = "0123456789abcde\n".repeat(12_800);
  const variables = { "Fixture.Certificate": large, "Fixture.Questions": "Large", Large: `${large}end` };

  const result = await run("inline", { variables });

  expect(readEcho(result)).toMatchObject({ certificate: large, answers: [["Large", `${large}end`]] });
});

test("secrets and their other forms are masked on both streams before anything else is printed", async () => {
  const variables = { "Fixture.ApiKey": 'first "line" &\nsecond line' };

  const { stdout, stderr } = await run("inline", { variables });

  const masks = parseServiceMessages(stdout).filter(({ name }) => name === "mask");
  expect(masks.map(({ attributes }) => attributes["value"])).toEqual([
    'first "line" &\nsecond line',
    Buffer.from('first "line" &\nsecond line').toString("base64"),
    "first%20%22line%22%20%26%0Asecond%20line",
    'first \\"line\\" &\\nsecond line',
    'first "line" &',
    "second line",
  ]);
  expect(stdout.lastIndexOf("##octopus[mask")).toBeLessThan(stdout.indexOf("key *****"));
  expect(stdout).not.toContain("first");
  expect(parseServiceMessages(stderr)).toEqual(masks);
});

test("what a step tells becomes service messages", async () => {
  const { messages, stderr, directory } = await run("inline", { variables: { "Fixture.Title": "Hello" } });

  expect(messages).toEqual([
    { name: "progress", attributes: { percentage: "50", message: "half" } },
    { name: "setVariable", attributes: { name: "Title", value: "Hello" } },
    {
      name: "createArtifact",
      attributes: { path: join(directory, "echo.json"), name: "echo.json", length: expect.stringMatching(/^\d+$/) },
    },
    { name: "stdout-highlight", attributes: {} },
    { name: "stdout-default", attributes: {} },
  ]);
  expect(stderr).toBe("");
});

test("an empty output variable has a value all the same", async () => {
  const { messages } = await run("inline", { variables: { "Fixture.Title": "" } });

  expect(messages).toContainEqual({ name: "setVariable", attributes: { name: "Title", value: "" } });
});

test.each(flavors)("a failing step ends the %s body with 1 and its sentence", async (flavor) => {
  const result = await run(flavor, { variables: { "Fixture.Ending": "fail" } });

  expect(result.exitCode).toBe(1);
  expect(resultMessage(result)).toBe('Failed to echo "title": it was asked to fail. Ask for something else.');
});

test("a mistake of ours is told as one, with its stack at verbose level only", async () => {
  const result = await run("inline", { variables: { "Fixture.Ending": "crash" } });

  expect(result.exitCode).toBe(1);
  expect(resultMessage(result)).toBe("Unexpected error, please report it. The details are in the verbose log.");
  expect(result.stdout).toMatch(
    /##octopus\[stdout-verbose\]\nTypeError: a mistake\n {4}at [^]*##octopus\[stdout-default\]/,
  );
  expect(result.stderr).toBe("");
});

test("a step that waits for nothing fails", async () => {
  const result = await run("inline", { variables: { "Fixture.Ending": "stall" } });

  expect(result.exitCode).toBe(1);
  expect(resultMessage(result)).toContain("Unexpected error");
});

test("all wrong parameters are told at once, by label", async () => {
  const variables = {
    "Fixture.Title": "#{Octopus.Deployment.Tenant.Name}",
    "Fixture.Ending": "maybe",
    "Fixture.OnlyPlan": "perhaps",
  };

  const result = await run("inline", { variables });

  expect(resultMessage(result)?.split("\n")).toEqual([
    "Failed to read the parameters of the step:",
    'Title: the variable in "#{Octopus.Deployment.Tenant.Name}" has no value in this run, which is for no tenant. Set it, or check its scopes.',
    "Only Plan: enter True or False.",
    "Ending: choose one of succeed, fail, crash, wait, stall.",
  ]);
});

test.each(["SIGTERM", "SIGINT"] as const)("%s reaches the step, which can end in order", async (signal) => {
  const result = await run("inline", {
    variables: { "Fixture.Ending": "wait" },
    onOutput: (text, worker) => text.includes("waiting") && worker.kill(signal),
  });

  expect(result.exitCode).toBe(1);
  expect(resultMessage(result)).toBe("The step was canceled. It is safe to run it again.");
});

test.each(flavors)("the %s body works in a shell that others have made strict", async (flavor) => {
  const before = "set -euo pipefail; IFS=/; trap 'true' EXIT; node=x name=y code=z; exec 3>/dev/null 4>/dev/null";

  const result = await run(flavor, { variables: { "Fixture.Title": "a/b" }, before });

  expect(result).toMatchObject({ exitCode: 0, stderr: "" });
  expect(readEcho(result).title).toBe("a/b");
});

test("no value is in the environment or on the command line of any process", async () => {
  const seen: string[] = [];
  await run("inline", {
    variables: { "Fixture.Ending": "wait", "Fixture.ApiKey": "the-sentinel", "Fixture.Title": "the-sentinel" },
    onOutput: (text, worker) => {
      if (!text.includes("waiting")) return;
      seen.push(...listProcesses(worker.pid ?? 0));
      worker.kill("SIGTERM");
    },
  });

  expect(seen.some((process) => process.includes("--no-warnings"))).toBe(true);
  expect(seen.join("\n")).not.toContain("the-sentinel");
});

test("a worker without Node is told which image has it", async () => {
  const result = await run("inline", { env: { PATH: createPath(["openssl", "bash"]) } });

  expect(result.exitCode).toBe(1);
  expect(resultMessage(result)).toMatch(
    /^Failed to start this step: it needs Node\.js 20\.19 or newer, and the worker has none\. Run it in .*octopusdeploy\/worker-tools:6\.6\.4-ubuntu\.24\.04/,
  );
});

test.each(flavors)("a worker whose Node is too old is told so by the %s body", async (flavor) => {
  const path = createPath(["openssl", "bash"]);
  // The real Node, that says it is an old one: no old one can be had from a registry in a few megabytes.
  const preload = join(dirname(path), "old.cjs");
  writeFileSync(preload, 'Object.defineProperty(process.versions, "node", { value: "18.20.8" });');
  writeScript(join(path, "node"), `exec "${process.execPath}" --require "${preload}" "$@"`);

  const result = await run(flavor, { env: { PATH: path } });

  expect(result.exitCode).toBe(1);
  expect(resultMessage(result)).toMatch(
    /^Failed to start this step: it needs Node\.js 20\.19 or newer, and the worker has 18\.20\.8\. Run it in /,
  );
});

test("a worker without openssl is told so, although Octopus's functions cannot", async () => {
  const result = await run("inline", { env: { PATH: createPath(["bash"]) } });

  expect(result.exitCode).toBe(1);
  expect(resultMessage(result)).toMatch(/^Failed to start this step: the worker has no openssl/);
});

test("a packaged body refuses another version of its package", async () => {
  const { packaged } = await renderTemplate(fixture, "1.2.4");

  const result = await runScript({ body: packaged, variables: { ...fixturePackage, ...bodies.packaged.variables } });

  expect(result.exitCode).toBe(1);
  expect(resultMessage(result)).toBe(
    'Failed to start this step: it needs version 1.2.4 of the package "managed-spaces", and Octopus brought 1.2.3. Run "managed-spaces install" again.',
  );
});

test("a packaged body says so when Octopus brought no package", async () => {
  const result = await runScript({ body: bodies.packaged.body, variables: fixturePackage });

  expect(result.exitCode).toBe(1);
  expect(resultMessage(result)).toBe(
    'Failed to start this step: it needs version 1.2.3 of the package "managed-spaces", and Octopus brought none. Run "managed-spaces install" again.',
  );
});

test.for(nodeVersions.flatMap((name) => flavors.map((flavor) => [name, flavor] as const)))(
  "the bundle runs on %s from the %s body",
  async ([name, flavor], { skip }) => {
    const binary = findNode(name);
    if (binary === undefined) return skip(`there is no ${name} for this platform, or "npm test" has not installed it`);
    const path = createPath(["openssl", "bash"]);
    symlinkSync(binary, join(path, "node"));

    const result = await run(flavor, {
      variables: { "Fixture.Title": PEM.trim(), "Fixture.Questions": "X", X: "y" },
      env: { PATH: path },
    });

    expect(result).toMatchObject({ exitCode: 0, stderr: "" });
    expect(readEcho(result)).toMatchObject({ title: PEM.trim(), answers: [["X", "y"]] });
  },
);

function run(flavor: "inline" | "packaged", options: Partial<ScriptRun>): Promise<ScriptResult> {
  const { body, variables } = bodies[flavor];
  return runScript({ ...options, body, variables: { ...fixturePackage, ...variables, ...options.variables } });
}

/** A directory that holds these programs and no others. */
function createPath(programs: readonly string[]): string {
  const parent = mkdtempSync(join(tmpdir(), "path-"));
  onTestFinished(() => rmSync(parent, { recursive: true }));
  const directory = join(parent, "bin");
  const found = programs.map((program) => [program, findProgram(program)] as const);
  mkdirSync(directory);
  for (const [program, file] of found) symlinkSync(file, join(directory, program));
  return directory;
}

function writeScript(file: string, text: string): void {
  writeFileSync(file, `#!/bin/bash\n${text}\n`);
  chmodSync(file, 0o755);
}

/** Command lines and environments of a process and of those that it started. */
function listProcesses(pid: number): string[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean);
  const own = [readFileSync(`/proc/${pid}/cmdline`, "utf8"), readFileSync(`/proc/${pid}/environ`, "utf8")];
  return [...own, ...children.flatMap((child) => listProcesses(Number(child)))];
}
