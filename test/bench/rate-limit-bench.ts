import { spawn } from "node:child_process";
import { join } from "node:path";
import { projectRoot } from "../../build/project.ts";
import { createOctopusClient } from "../../lib/octopus/octopus-client.ts";
import { createSimulatedTime, type SimulatedTime } from "../lib/http/simulated-time.ts";
import { createApi } from "../api.ts";
import { createOctopusServer, type OctopusServer } from "../octopus-server/octopus-server.ts";
import { buildLargeProject } from "./large-project.ts";

const perMinute = 200;
const limit = { burst: 200, perMinute };

/** What one run does, and what it waits by. */
type Run = (connection: { url: string; apiKey: string }, time: SimulatedTime) => Promise<void>;

/**
 * Overlapping runs of sixty requests under 200 requests a minute, over HTTP; time goes by only while all of them wait. Against them the
 * same runs by a client that tries each request five times as `Retry-After` says.
 */
export async function benchRateLimit(): Promise<void> {
  console.log(`Overlapping runs of 60 requests under ${perMinute} requests a minute, in simulated time`);
  for (const runs of [1, 12, 20, 100]) {
    await measure(`${runs} runs`, runs, runPaced);
    await measure(`${runs} runs, five attempts a request`, runs, runCounted);
  }
  await measure("100 runs, a server that tells nothing but 429", 100, runPaced, { headers: false, retryAfter: false });
  console.log("");
}

async function measure(
  name: string,
  runs: number,
  run: Run,
  more: { headers?: boolean; retryAfter?: boolean } = {},
): Promise<void> {
  const time = createSimulatedTime();
  const server = createOctopusServer({ now: () => new Date(1_780_000_000_000 + time.now()) });
  const url = await server.listen();
  server.setFaults({ rateLimit: { ...limit, ...more } });
  let failed = 0;
  const work = (): Promise<void> =>
    run({ url, apiKey: server.apiKey }, time).catch(() => {
      failed += 1;
    });
  await time.runAll(Array.from({ length: runs }, () => work));
  console.log(describe(name, { server, failed, runs, milliseconds: time.now() }));
  await server.close();
}

async function runPaced(connection: { url: string; apiKey: string }, time: SimulatedTime): Promise<void> {
  const octopus = createOctopusClient({ ...connection, wait: time.wait, clock: time.now });
  for (let request = 0; request < 60; request += 1) await octopus.get("/users/me");
}

async function runCounted({ url, apiKey }: { url: string; apiKey: string }, time: SimulatedTime): Promise<void> {
  for (let request = 0; request < 60; request += 1) {
    for (let attempt = 1; ; attempt += 1) {
      const response = await fetch(`${url}/api/users/me`, { headers: { "X-Octopus-ApiKey": apiKey } });
      await response.arrayBuffer();
      if (response.ok) break;
      if (attempt === 5) throw new Error("Refused five times.");
      await time.wait(Number(response.headers.get("retry-after") ?? 5) * 1000);
    }
  }
}

interface Outcome {
  server: OctopusServer;
  runs: number;
  failed: number;
  milliseconds: number;
}

/** The ratio is to requests divided by rate, which leaves out that the bucket is full at first. */
function describe(name: string, { server, runs, failed, milliseconds }: Outcome): string {
  const refused = server.requests.filter(({ status }) => status === 429).length;
  const carriedOut = server.requests.length - refused;
  const ratio = milliseconds / ((carriedOut / perMinute) * 60_000);
  return `  ${name.padEnd(48)} ${String(failed).padStart(3)} of ${String(runs).padStart(3)} failed, ${String(carriedOut).padStart(5)} requests and ${String(refused).padStart(5)} refusals in ${(milliseconds / 60_000).toFixed(1).padStart(5)} minutes  × ${ratio.toFixed(2)}`;
}

/**
 * A hundred real processes at once under the same limit, in real time: `npm run bench -- processes`. Each previews what Serialize
 * Project would pack.
 */
export async function benchProcesses(): Promise<void> {
  const server = createOctopusServer({ apiKey: "API-BENCH" });
  const url = await server.listen();
  await buildLargeProject(createApi({ url, apiKey: server.apiKey }));
  server.requests.length = 0;
  server.setFaults({ rateLimit: limit });
  const started = performance.now();
  console.log(`A hundred processes at once under ${perMinute} requests a minute, in real time`);
  const outcomes = await Promise.all(Array.from({ length: 100 }, () => preview(url, server.apiKey)));
  const failed = outcomes.filter(({ code }) => code !== 0);
  const milliseconds = performance.now() - started;
  console.log(describe("100 processes", { server, runs: 100, failed: failed.length, milliseconds }));
  const lines = outcomes.map(
    ({ output }) => output.split("\n").filter((line) => line.includes("limits the rate")).length,
  );
  console.log(`  sentences about waiting in a log: ${Math.min(...lines)} to ${Math.max(...lines)}`);
  if (failed[0] !== undefined) console.log(failed[0].output.slice(-1000));
  await server.close();
}

async function preview(url: string, apiKey: string): Promise<{ code: number | null; output: string }> {
  const step = ["run", "serialize-project", "--server", url, "--space", "Spaces-1", "--project", "Large", "--plan"];
  const child = spawn(process.execPath, [join(projectRoot, "dist", "managed-spaces.cjs"), ...step], {
    env: { ...process.env, MANAGED_SPACES_SERIALIZE_PROJECT_API_KEY: apiKey },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, output };
}
