import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { renderPublishedScript, toSha512 } from "../../build/launchers.ts";
import { FIXTURE_VERSION, fixture, fixturePackage, renderFixtureProgram } from "./fixture-bodies.ts";
import { findNode, nodeVersions } from "./node-versions.ts";
import { startNpmRegistry } from "./npm-registry.ts";
import type { NpmRegistry } from "./npm-registry.ts";
import { runScript } from "./worker.ts";
import type { ScriptResult, ScriptRun } from "./worker.ts";
import { findProgram, readEcho, resultMessage } from "./told-by-script.ts";

/** What published scripts use besides Bash, Node.js and npm. */
const coreutils = ["openssl", "bash", "mkdir", "cp", "mv", "mktemp", "mkfifo"];
/** Nobody listens there. */
const nowhere = "http://127.0.0.1:1/";

let registry: NpmRegistry | undefined;
let program: string;
let folder: string;

beforeAll(async () => {
  program = await renderFixtureProgram();
  registry = await startNpmRegistry();
  folder = mkdtempSync(join(tmpdir(), "npm package "));
  mkdirSync(join(folder, "dist"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "managed-spaces", version: FIXTURE_VERSION }));
  writeFileSync(join(folder, "dist/step.cjs"), program);
  registry?.publish(folder);
});

afterAll(async () => {
  await registry?.stop();
  rmSync(folder, { recursive: true });
});

test("a worker fetches the package once, and hands every value to it exactly as Octopus has it", async ({ skip }) => {
  const worker = createWorker(skip);
  const awkward = `"double" 'single' \`backtick\` $HOME $(id) \\n \\ %s * ~ Zürich 🐙 日本`;
  const variables = {
    "Fixture.Title": awkward,
    "Fixture.Certificate": "-----BEGIN-----\nMIIB\n-----END-----\n\n",
    "Fixture.ApiKey": "API-0123456789",
    "Fixture.Questions": "Database[Development].Password\nEmpty\nAbsent\nSchlüssel 🔑\nLarge",
    "Database[Development].Password": "line\n\n\n",
    Empty: "",
    "Schlüssel 🔑": "ja",
    Large: "0123456789abcde\n".repeat(12_800),
  };

  const first = await worker.run({ variables });
  const second = await worker.run({ variables: { ...variables, "ManagedSpaces.Registry": nowhere } });

  for (const result of [first, second]) {
    expect(result).toMatchObject({ exitCode: 0 });
    expect(readEcho(result)).toMatchObject({
      title: awkward,
      certificate: variables["Fixture.Certificate"],
      apiKey: "API-0123456789",
      answers: [
        ["Database[Development].Password", "line\n\n\n"],
        ["Empty", ""],
        ["Absent", null],
        ["Schlüssel 🔑", "ja"],
        ["Large", variables.Large],
      ],
    });
  }
  expect(readdirSync(worker.cache)).toEqual([`managed-spaces@${FIXTURE_VERSION}.cjs`]);
});

test("what the registry has instead is refused, and not kept", async ({ skip }) => {
  const worker = createWorker(skip);

  const result = await worker.run({ body: renderBody({ sha512: toSha512("what was published") }) });

  expect(result.exitCode).toBe(1);
  expect(resultMessage(result)).toBe(
    `Refused to run managed-spaces@1.2.3 from ${worker.url}: by its SHA-512 it is not what this step template was made for. Find out who changed it.`,
  );
  expect(existsSync(join(result.directory, "echo.json"))).toBe(false);
  expect(existsSync(worker.cache)).toBe(false);
});

test("a registry that cannot be reached is told, with what npm said of it in the log", async ({ skip }) => {
  const result = await createWorker(skip).run({ variables: { "ManagedSpaces.Registry": nowhere } });

  expect(result.exitCode).toBe(1);
  expect(resultMessage(result)).toBe(
    `Failed to fetch managed-spaces@1.2.3 from ${nowhere}: see the log. The variable ManagedSpaces.Registry may name another.`,
  );
  expect(result.stdout).toContain("ECONNREFUSED");
});

test("without the variable, the registry is the one of npm on that worker", async ({ skip }) => {
  const worker = createWorker(skip);

  const found = await worker.run({ variables: { "ManagedSpaces.Registry": "" } });
  const gone = await createWorker(skip).run({
    variables: { "ManagedSpaces.Registry": "" },
    body: renderBody({ version: "9.9.9" }),
  });

  expect(found).toMatchObject({ exitCode: 0 });
  expect(resultMessage(gone)).toBe(
    "Failed to fetch managed-spaces@9.9.9 from the registry of npm: see the log. The variable ManagedSpaces.Registry may name another.",
  );
});

test.for<[string, (text: string) => string]>([
  ["tampered with", (text: string) => text.replace("const STEPS", "const  STEPS")],
  ["half written", (text: string) => text.slice(0, 10_000)],
  ["emptied", () => ""],
])("a cache that was %s is not run, and made good", async ([, spoil], { skip }) => {
  const worker = createWorker(skip);
  mkdirSync(worker.cache, { recursive: true });
  writeFileSync(worker.cached, spoil(program));

  const offline = await worker.run({ variables: { "ManagedSpaces.Registry": nowhere } });
  const online = await worker.run({});

  expect(offline.exitCode).toBe(1);
  expect(existsSync(join(offline.directory, "echo.json"))).toBe(false);
  expect(online.exitCode).toBe(0);
  expect(readFileSync(worker.cached, "utf8")).toBe(program);
});

test("many can start at once on a worker that has nothing yet", async ({ skip }) => {
  const worker = createWorker(skip);

  const results = await Promise.all(
    [1, 2, 3, 4].map((title) => worker.run({ variables: { "Fixture.Title": `${title}` } })),
  );

  expect(results.map((result) => [result.exitCode, readEcho(result).title])).toEqual([
    [0, "1"],
    [0, "2"],
    [0, "3"],
    [0, "4"],
  ]);
  expect(readdirSync(worker.cache)).toEqual([`managed-spaces@${FIXTURE_VERSION}.cjs`]);
});

test("a worker whose cache cannot be written runs the step all the same", async ({ skip }) => {
  const worker = createWorker(skip);
  writeFileSync(dirname(worker.cache), "a file, where a folder should be");

  const result = await worker.run({});

  expect(result.exitCode).toBe(0);
});

test("npm goes by the proxy that the worker's environment names, and past it where it says so", async ({ skip }) => {
  const worker = createWorker(skip);
  const proxy = await startProxy(worker.url);
  const variables = { "ManagedSpaces.Registry": "http://npm.example.com/" };
  const env = { HTTP_PROXY: proxy.url, http_proxy: proxy.url, NO_PROXY: "localhost", no_proxy: "localhost" };

  const through = await worker.run({ variables, env });
  rmSync(worker.cached);
  const excluded = { NO_PROXY: "127.0.0.1", no_proxy: "127.0.0.1" };
  const past = await worker.run({ env: { ...env, ...excluded, HTTP_PROXY: nowhere, http_proxy: nowhere } });

  expect(through).toMatchObject({ exitCode: 0 });
  expect(proxy.seen).toContain("http://npm.example.com/managed-spaces");
  expect(past).toMatchObject({ exitCode: 0 });
});

test("a worker without Node.js, without npm or without openssl is told so", async ({ skip }) => {
  const worker = createWorker(skip);
  const withoutNode = await worker.run({ env: { PATH: createPath(coreutils) } });
  const withoutNpm = await worker.run({ env: { PATH: createPath([...coreutils, "node"]) } });
  const withoutOpenssl = await worker.run({ env: { PATH: createPath(["bash", "node"]) } });

  expect(resultMessage(withoutNode)).toBe(
    "Failed to start this step: it needs Node.js 20.19 or newer, and the worker has none.",
  );
  expect(resultMessage(withoutNpm)).toBe(
    "Failed to start this step: it needs npm, which comes with Node.js, and the worker has none.",
  );
  expect(withoutOpenssl.stderr).toContain("Failed to start this step: the worker has no openssl");
  expect([withoutNode, withoutNpm, withoutOpenssl].map(({ exitCode }) => exitCode)).toEqual([1, 1, 1]);
});

test("a worker whose Node.js is too old is told so", async () => {
  const worker = createOfflineWorker();
  const path = createPath(coreutils);
  const preload = join(path, "old.cjs");
  writeFileSync(preload, 'Object.defineProperty(process.versions, "node", { value: "18.20.8" });');
  writeFileSync(join(path, "node"), `#!/bin/bash\nexec "${process.execPath}" --require "${preload}" "$@"\n`);
  chmodSync(join(path, "node"), 0o755);

  const result = await worker.run({ env: { PATH: path } });

  expect(result.exitCode).toBe(1);
  expect(resultMessage(result)).toMatch(/needs Node\.js 20\.19 or newer, and the worker has 18\.20\.8\. Run it in /);
});

test("a failing step ends with 1 and its sentence", async () => {
  const result = await createOfflineWorker().run({ variables: { "Fixture.Ending": "fail" } });

  expect(result.exitCode).toBe(1);
  expect(resultMessage(result)).toBe('Failed to echo "title": it was asked to fail. Ask for something else.');
});

test.each(["SIGTERM", "SIGINT"] as const)("%s reaches the step, which can end in order", async (signal) => {
  const result = await createOfflineWorker().run({
    variables: { "Fixture.Ending": "wait" },
    onOutput: (text, worker) => text.includes("waiting") && worker.kill(signal),
  });

  expect(result.exitCode).toBe(1);
  expect(resultMessage(result)).toBe("The step was canceled. It is safe to run it again.");
});

test("a shell that others have made strict changes nothing", async () => {
  const before = "set -euo pipefail; IFS=/; trap 'true' EXIT; package=x cache=y mark=z; exec 3>/dev/null 5>/dev/null";

  const result = await createOfflineWorker().run({ variables: { "Fixture.Title": "a/b" }, before });

  expect(result).toMatchObject({ exitCode: 0, stderr: "" });
  expect(readEcho(result).title).toBe("a/b");
});

test("no value is in the environment or on the command line of any process", async () => {
  const seen: string[] = [];
  await createOfflineWorker().run({
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

test.for(nodeVersions)("the program runs on %s", async (name, { skip }) => {
  const binary = findNode(name);
  if (binary === undefined) return skip(`there is no ${name} for this platform, or "npm test" has not installed it`);
  const path = createPath(coreutils);
  symlinkSync(binary, join(path, "node"));

  const result = await createOfflineWorker().run({
    variables: { "Fixture.Questions": "X", X: "y" },
    env: { PATH: path },
  });

  expect(result).toMatchObject({ exitCode: 0, stderr: "" });
  expect(readEcho(result)).toMatchObject({ answers: [["X", "y"]] });
});

interface Worker {
  url: string;
  /** Where published scripts keep what they have fetched. */
  cache: string;
  cached: string;
  run(options: Partial<ScriptRun>): Promise<ScriptResult>;
}

function createWorker(skip: (note: string) => never): Worker {
  if (registry === undefined) return skip('"npm test" has not installed the npm registry');
  return toWorker(registry.url, registry.env);
}

/** One that has the package already, so that it needs no registry. */
function createOfflineWorker(): Worker {
  const worker = toWorker(nowhere, {});
  mkdirSync(worker.cache, { recursive: true });
  writeFileSync(worker.cached, program);
  return worker;
}

function toWorker(url: string, env: Readonly<Record<string, string>>): Worker {
  const home = mkdtempSync(join(tmpdir(), "home of a worker "));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const cache = join(home, "cache/managed-spaces");
  const own = { HOME: home, XDG_CACHE_HOME: join(home, "cache"), npm_config_cache: join(home, "npm") };
  return {
    url,
    cache,
    cached: join(cache, `managed-spaces@${FIXTURE_VERSION}.cjs`),
    run: (options) =>
      runScript({
        body: renderBody({}),
        ...options,
        variables: { ...fixturePackage, "ManagedSpaces.Registry": url, ...options.variables },
        env: { ...env, ...own, ...options.env },
      }),
  };
}

function renderBody({ version = FIXTURE_VERSION, sha512 = toSha512(program) }): string {
  return renderPublishedScript(fixture.step, { slug: fixture.slug, version, sha512, syntax: "Bash" });
}

/** A proxy that takes any host for the registry, and notes what it was asked for. */
async function startProxy(target: string): Promise<{ url: string; seen: string[] }> {
  const seen: string[] = [];
  const proxy = createServer((incoming, response) => {
    seen.push(incoming.url ?? "");
    const { pathname } = new URL(incoming.url ?? "");
    const forwarded = request(new URL(pathname, target), { headers: incoming.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    forwarded.end();
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void proxy.close());
  const address = proxy.address();
  return { url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`, seen };
}

/** A directory that holds these programs and no others. */
function createPath(programs: readonly string[]): string {
  const directory = mkdtempSync(join(tmpdir(), "path-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  for (const name of programs) {
    const found = name === "node" ? process.execPath : findProgram(name);
    symlinkSync(found, join(directory, name));
  }
  return directory;
}

/** Command lines and environments of a process and of those that it started. */
function listProcesses(pid: number): string[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean);
  const own = [readFileSync(`/proc/${pid}/cmdline`, "utf8"), readFileSync(`/proc/${pid}/environ`, "utf8")];
  return [...own, ...children.flatMap((child) => listProcesses(Number(child)))];
}
