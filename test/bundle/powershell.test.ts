import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Language, Parser } from "@vscode/tree-sitter-wasm";
import type { Node } from "@vscode/tree-sitter-wasm";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { renderPackageLoader, renderPackagedScript, renderPublishedScript, toSha512 } from "../../build/launchers.ts";
import { renderTemplate } from "../../build/render-project.ts";
import { renderStepTemplate } from "../../build/step-template.ts";
import { steps } from "../../steps/index.ts";
import { FIXTURE_VERSION, fixture, fixturePackage, renderFixtureProgram } from "./fixture-bodies.ts";
import { findNode, nodeVersions } from "./node-versions.ts";
import { parseServiceMessages } from "./worker.ts";
import type { ServiceMessage } from "./worker.ts";

const flavors = ["packaged", "published"] as const;
type Flavor = (typeof flavors)[number];

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

let folder: string;
let bodies: Record<Flavor, string>;
let programs: Record<Flavor, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "runtime package "));
  const program = await renderFixtureProgram();
  const { bundle, powerShell } = await renderTemplate(fixture, FIXTURE_VERSION);
  programs = { packaged: join(folder, "launch.cjs"), published: join(folder, "step.cjs") };
  writeFileSync(join(folder, "fixture-step.cjs"), bundle);
  writeFileSync(programs.packaged, await renderPackageLoader(FIXTURE_VERSION));
  writeFileSync(programs.published, program);
  const options = { slug: fixture.slug, version: FIXTURE_VERSION, sha512: toSha512(program) };
  bodies = {
    packaged: powerShell,
    published: renderPublishedScript(fixture.step, { ...options, syntax: "PowerShell" }),
  };
  return () => rmSync(folder, { recursive: true });
});

test("every script is PowerShell", async () => {
  const require = createRequire(import.meta.url);
  const findFile = (name: string): string => require.resolve(`@vscode/tree-sitter-wasm/wasm/${name}`);
  await Parser.init({ locateFile: findFile });
  const parser = new Parser().setLanguage(await Language.load(findFile("tree-sitter-powershell.wasm")));
  const parse = (script: string): string[] => listMistakes(parser.parse(script)?.rootNode);
  const scripts = Object.entries(steps).flatMap(([slug, step]) => [
    renderPackagedScript(step, { slug, version: "1.2.3", syntax: "PowerShell" }),
    renderPublishedScript(step, { slug, version: "1.2.3", sha512: toSha512(""), syntax: "PowerShell" }),
  ]);

  expect(scripts.flatMap(parse)).toEqual([]);
  expect(parse("if ($a { 1 }")).not.toEqual([]);
});

test.each(flavors)("the %s script is the same in every code page, and no part of it was forgotten", (flavor) => {
  expect(bodies[flavor]).toMatch(/^[\n\x20-\x7e]+$/);
  expect(bodies[flavor]).not.toMatch(/@@|#\{/);
  // "$name:" would be a drive of that name.
  expect(bodies[flavor]).not.toMatch(/"[^"]*\$(?!env:)\w+:[^"]*"/);
});

test.each(flavors)("Node.js as the %s script starts it gets every value as Octopus has it", async (flavor) => {
  const awkward = `"double" 'single' \`backtick\` $HOME $(id) \\n \\ %s * ~ Zürich 🐙 日本`;
  const large = "0123456789abcde\n".repeat(12_800);

  const result = await run(flavor, {
    "Fixture.Title": awkward,
    "Fixture.Certificate": "-----BEGIN-----\r\nMIIB\n-----END-----\n\n",
    "Fixture.ApiKey": "API-0123456789",
    "Fixture.Questions": "Database[Development].Password\nEmpty\nAbsent\nSchlüssel 🔑\nLarge",
    "Database[Development].Password": "line\n\n\n",
    Empty: "",
    "Schlüssel 🔑": "ja",
    Large: large,
  });

  expect(result.exitCode).toBe(0);
  expect(readEcho(result)).toMatchObject({
    title: awkward,
    certificate: "-----BEGIN-----\r\nMIIB\n-----END-----\n\n",
    apiKey: "API-0123456789",
    answers: [
      ["Database[Development].Password", "line\n\n\n"],
      ["Empty", ""],
      ["Absent", null],
      ["Schlüssel 🔑", "ja"],
      ["Large", large],
    ],
  });
});

test.each(flavors)(
  "what a step tells reaches the log of the %s script in its order, and no question does",
  async (flavor) => {
    const result = await run(flavor, { "Fixture.Title": "Hello", "Fixture.ApiKey": "API-0123456789" });

    expect(result.messages.filter(({ name }) => name !== "mask")).toEqual([
      { name: "progress", attributes: { percentage: "50", message: "half" } },
      { name: "setVariable", attributes: { name: "Title", value: "Hello" } },
      {
        name: "createArtifact",
        attributes: {
          path: join(result.directory, "echo.json"),
          name: "echo.json",
          length: expect.stringMatching(/^\d+$/),
        },
      },
      { name: "stdout-highlight", attributes: {} },
      { name: "stdout-default", attributes: {} },
    ]);
    expect(result.log.indexOf("##octopus[mask")).toBeLessThan(result.log.indexOf("key *****"));
    expect(result.log).not.toContain(result.mark);
    expect(parseServiceMessages(result.stderr).map(({ name }) => name)).toEqual(["mask", "mask"]);
  },
);

test.each(flavors)("the %s program ends when the script has ended before it answered", async (flavor) => {
  const result = await run(flavor, { "Fixture.Title": "Hello" }, { answers: 2 });

  expect(result.exitCode).toBe(1);
  expect(result.messages.find(({ name }) => name === "resultMessage")?.attributes["message"]).toBe(
    "Failed to read the Octopus variables: the script that started this step has ended.",
  );
});

test.each(flavors)("the %s program says of an old Node.js what it needs", async (flavor) => {
  const preload = join(folder, "old.cjs");
  writeFileSync(preload, 'Object.defineProperty(process.versions, "node", { value: "18.20.8" });');

  const result = await run(flavor, {}, { options: ["--require", preload] });

  expect(result.exitCode).toBe(1);
  expect(result.messages[0]?.attributes["message"]).toMatch(
    /needs Node\.js 20\.19 or newer, and the worker has 18\.20\.8/,
  );
});

test.for(nodeVersions.flatMap((name) => flavors.map((flavor) => [name, flavor] as const)))(
  "%s runs the %s program",
  async ([name, flavor], { skip }) => {
    const node = findNode(name);
    if (node === undefined) return skip(`there is no ${name} for this platform, or "npm test" has not installed it`);

    const result = await run(flavor, { "Fixture.Questions": "X", X: "y" }, { node });

    expect(result).toMatchObject({ exitCode: 0, stderr: "" });
    expect(readEcho(result)).toMatchObject({ answers: [["X", "y"]] });
  },
);

test("a template for PowerShell has a name, an id and a syntax of its own, and the form of the other", () => {
  const exportedAt = "2026-01-02T00:00:00.000Z";
  const bash = renderStepTemplate(fixture.step, { body: "", exportedAt });
  const powerShell = renderStepTemplate(fixture.step, { body: bodies.packaged, exportedAt, syntax: "PowerShell" });

  expect(powerShell).toEqual({
    ...bash,
    Id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    Name: "Fixture - Echo Parameters (PowerShell)",
    Properties: {
      ...bash.Properties,
      "Octopus.Action.Script.Syntax": "PowerShell",
      "Octopus.Action.Script.ScriptBody": bodies.packaged,
    },
  });
  expect(powerShell.Id).not.toBe(bash.Id);
});

interface DriverOptions {
  node?: string;
  /** Of Node.js, before the program. */
  options?: readonly string[];
  /** After how many answers the script ends. */
  answers?: number;
}

interface DriverResult {
  exitCode: number | null;
  log: string;
  stderr: string;
  messages: ServiceMessage[];
  mark: string;
  directory: string;
}

/**
 * Speaks with Node.js as powershell-run.ps1 does, since there is no PowerShell on most machines that run this: the same arguments, which it
 * takes from the script, the same fields, and the byte order mark that Windows PowerShell may begin with.
 */
async function run(
  flavor: Flavor,
  variables: Readonly<Record<string, string>>,
  { node = process.execPath, options = [], answers = Infinity }: DriverOptions = {},
): Promise<DriverResult> {
  const directory = mkdtempSync(join(tmpdir(), "work directory "));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const mark = "f".repeat(32);
  const all = new Map(Object.entries({ ...fixturePackage, ...variables }));
  const worker = spawn(node, [...options, ...listArguments(flavor, mark)], {
    cwd: directory,
    stdio: ["pipe", "pipe", "pipe"],
  });
  let stderr = "";
  worker.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  // Whoever ended early reads no more.
  worker.stdin.on("error", () => undefined);
  worker.stdin.write(Buffer.concat([byteOrderMark, Buffer.from("\0")]));
  const closed = once(worker, "close");
  const lines: string[] = [];
  let left = answers;
  for await (const line of createInterface({ input: worker.stdout })) {
    if (!line.startsWith(mark)) lines.push(line);
    else if (left-- > 0) worker.stdin.write(`${all.get(line.slice(mark.length)) ?? "\n"}\0`);
    else worker.stdin.end();
  }
  await closed;
  const log = lines.join("\n");
  return { exitCode: worker.exitCode, log, stderr, messages: parseServiceMessages(log), mark, directory };
}

/** The arguments of Node.js as the script has them. */
function listArguments(flavor: Flavor, mark: string): string[] {
  const [, quoted = ""] = /ProcessStartInfo\]::new\(\$node\.Path, "(.*)"\)$/m.exec(bodies[flavor]) ?? [];
  const [, wrong = ""] = /^\$wrong = '(.*)'$/m.exec(bodies[flavor]) ?? [];
  const values = new Map([
    ["$program", programs[flavor]],
    ["$mark", mark],
    ["$wrong", wrong],
  ]);
  const words = quoted.replaceAll('`"', '"').match(/"[^"]*"|\S+/g) ?? [];
  return words.map((word) => word.replace(/^"|"$/g, "")).map((word) => values.get(word) ?? word);
}

const echo = z.looseObject({ answers: z.array(z.tuple([z.string(), z.string().nullable()])) });

function readEcho({ directory }: DriverResult): z.output<typeof echo> {
  expect(existsSync(join(directory, "echo.json"))).toBe(true);
  return echo.parse(JSON.parse(readFileSync(join(directory, "echo.json"), "utf8")));
}

/** What the grammar could not make anything of. */
function listMistakes(node: Node | undefined): string[] {
  if (node === undefined) return ["nothing was read"];
  if (node.isError || node.isMissing) return [`${node.startPosition.row + 1}: ${node.text.slice(0, 80)}`];
  return node.children.flatMap((child) => (child === null ? [] : listMistakes(child)));
}
