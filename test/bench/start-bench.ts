import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import AdmZip from "adm-zip";
import { projectRoot, readProjectVersion } from "../../build/project.ts";
import { toPackageVariables } from "../../lib/step/parse-input.ts";
import { getParameterForm, type ParameterForm } from "../../lib/step/parameters.ts";
import { toVariableName } from "../../lib/step/variable-names.ts";
import { steps } from "../../steps/index.ts";
import { renderTimings, summarize } from "./timings.ts";

const rounds = 15;

/** What a step costs until its first request has arrived: Node.js, the program, the parameters, the connection; against a Node.js that does nothing. */
export async function benchStepStart(): Promise<void> {
  const version = readProjectVersion();
  const runtime = mkdtempSync(join(tmpdir(), "start-bench-"));
  try {
    new AdmZip(join(projectRoot, "dist/package", `managed-spaces.${version}.zip`)).extractAllTo(runtime, true);
    console.log("Start of a step, up to its first request (packaged, without Bash), against node -e 0; target 1.30");
    const runs: Record<string, () => Promise<number>> = {
      "node -e 0": () => timeNode(),
      ...Object.fromEntries(Object.keys(steps).map((slug) => [slug, () => timeStep(slug, { runtime, version })])),
    };
    const times = new Map(Object.keys(runs).map((name): [string, number[]] => [name, []]));
    // In turn, so that a machine that slows down slows all of them; one round before the first does not count.
    for (let round = 0; round <= rounds; round += 1)
      for (const [name, run] of Object.entries(runs)) {
        const milliseconds = await run();
        if (round > 0) times.get(name)?.push(milliseconds);
      }
    console.log(`${renderTimings([...times].map(([name, all]) => ({ name, ...summarize(all) })))}\n`);
  } finally {
    rmSync(runtime, { recursive: true, force: true });
  }
}

function timeNode(): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, ["-e", "0"], { stdio: "ignore" });
  return new Promise((resolve) => child.on("close", () => resolve(performance.now() - started)));
}

interface Stage {
  runtime: string;
  version: string;
}

/** @throws with what the step said, when it ends without a request */
async function timeStep(slug: string, { runtime, version }: Stage): Promise<number> {
  // One of its own: what an ended step had sent would be taken for the next one's.
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  const answers = listAnswers(slug, url);
  const started = performance.now();
  const child = spawn(process.execPath, ["--no-warnings", join(runtime, "launch.cjs"), `${slug}.cjs`, version], {
    cwd: runtime,
    stdio: ["pipe", "pipe", "ignore", "pipe"],
  });
  const [stdin, stdout, , questions] = child.stdio;
  if (stdin === null || stdout === null || !(questions instanceof Readable)) throw new Error("Node.js gave no pipes.");
  createInterface({ input: questions }).on("line", (line) => {
    stdin.write(`${answers.get(line.slice(line.indexOf(" ") + 1)) ?? "\n"}\0`);
  });
  const said = text(stdout);
  const milliseconds = await new Promise<number | undefined>((resolve) => {
    server.once("request", () => resolve(performance.now() - started));
    child.once("close", () => resolve(undefined));
  });
  child.kill("SIGKILL");
  server.close();
  server.closeAllConnections();
  if (milliseconds === undefined) throw new Error(`${slug} sent no request:\n${await said}`);
  return milliseconds;
}

/** What a person would have entered, as far as a first request goes: the values of the step's Octopus variables. */
function listAnswers(slug: string, url: string): Map<string, string> {
  const step = steps[slug];
  if (step === undefined) throw new Error(`There is no step "${slug}".`);
  const entries = Object.entries(step.parameters).flatMap(([key, parameter]): [string, string][] => {
    const form = getParameterForm(parameter);
    const name = toVariableName(step.prefix, key, form);
    if (form.control !== "Package") return [[name, answer(key, form, url)]];
    if (form.optional) return [];
    const { id, version, path } = toPackageVariables(name);
    return [
      [id, "hello_world"],
      [version, "1.0.0"],
      [path, "/nowhere"],
    ];
  });
  return new Map(entries);
}

function answer(key: string, form: ParameterForm, url: string): string {
  if (/serverUrl$/i.test(key)) return url;
  if (/apiKey$/i.test(key)) return "API-BENCH";
  if (form.mayBeUnresolved || (form.optional && form.default === "")) return "";
  return form.default === "" || form.default.includes("#{") ? "Spaces-1" : form.default;
}
