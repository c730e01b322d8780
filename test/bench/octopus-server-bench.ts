import { spawn } from "node:child_process";
import { Agent, request as send } from "node:http";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { projectRoot } from "../../build/project.ts";
import { createOctopusServer, type OctopusServer } from "../octopus-server/octopus-server.ts";
import { openInProcess, openOverLoopback, sendRandomRequests } from "../octopus-server/tests/random-requests.ts";
import { buildLargeServer, type LargeServer } from "./large-server.ts";

/** What the local Octopus costs: its start, its memory, and how many of the common reads it answers in a second. */
export async function benchOctopusServer(): Promise<void> {
  console.log("The local Octopus");
  await benchStart();
  const server = createOctopusServer({ apiKey: "API-BENCH" });
  const url = await server.listen();
  await benchReads(server, { url, large: await reportBuilding(server) });
  await server.close();
  await surviveRandomRequests();
}

/** The process survives whatever is sent; the first answers that no client could expect are shown, and end the bench. */
async function surviveRandomRequests(): Promise<void> {
  for (const [how, count, open] of [
    ["in-process", 100_000, openInProcess],
    ["over loopback", 2000, openOverLoopback],
  ] as const) {
    const started = performance.now();
    const { problems, statuses } = await sendRandomRequests({ count, seed: 4, open });
    const counts = [...statuses].toSorted(([a], [b]) => a - b).map(([status, number]) => `${number} × ${status}`);
    line(
      `${count} random requests ${how}`,
      `${((performance.now() - started) / 1000).toFixed(0)} s, ${problems.length} problems (${counts.join(", ")})`,
    );
    if (problems.length > 0)
      throw new Error(`The local Octopus failed to answer random requests:\n${problems.slice(0, 10).join("\n")}`);
  }
}

/** From `node` to the first answer, as a process of its own (through tsx, as `npm run octopus` starts it). */
async function benchStart(): Promise<void> {
  const before = performance.now();
  createOctopusServer();
  const inProcess = performance.now() - before;
  const started = performance.now();
  const child = spawn(
    process.execPath,
    ["--import", "tsx", join("test", "octopus-server", "start.ts"), "--port", "0", "--empty", "--no-worker"],
    {
      cwd: projectRoot,
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  await new Promise<void>((resolve) => child.stdout.once("data", () => resolve()));
  const asProcess = performance.now() - started;
  const ended = new Promise((resolve) => child.once("close", resolve));
  child.kill();
  await ended;
  line(
    "start",
    `${inProcess.toFixed(1)} ms in a process that runs, ${asProcess.toFixed(0)} ms as a process of its own`,
  );
}

async function reportBuilding(server: OctopusServer): Promise<LargeServer> {
  const memory = usedMegabytes();
  const started = performance.now();
  const large = await buildLargeServer(server);
  const seconds = (performance.now() - started) / 1000;
  line(
    "1,000 spaces; one of 500 projects × 5 runbooks, 20,000 variables",
    `${server.requests.length} requests in ${seconds.toFixed(1)} s (${(server.requests.length / seconds).toFixed(0)}/s)`,
  );
  server.requests.length = 0;
  line(
    "memory for that",
    `${(usedMegabytes() - memory).toFixed(0)} MB of heap, ${(process.memoryUsage.rss() / 2 ** 20).toFixed(0)} MB resident in all`,
  );
  return large;
}

async function benchReads(server: OctopusServer, { url, large }: { url: string; large: LargeServer }): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  for (const [name, path] of readsOf(large)) {
    const inProcess = await measure(async () => {
      const response = await server.respond(
        new Request(url + path, { headers: { "X-Octopus-ApiKey": server.apiKey } }),
      );
      if (!response.ok) throw new Error(`GET ${path} answered ${response.status}: ${await response.text()}`);
      return (await response.arrayBuffer()).byteLength;
    });
    const loopback = await measure(() => get(url + path, { agent, apiKey: server.apiKey }));
    line(
      `  ${name}`,
      `${describe(inProcess)} in-process, ${describe(loopback)} over loopback, ${(loopback.bytes / 1024).toFixed(1)} KB, ratio ${(loopback.median / inProcess.median).toFixed(1)}`,
    );
  }
  agent.destroy();
  server.requests.length = 0;
}

function readsOf({ spaceId, projectId, runbookId, librarySetId, tenantId }: LargeServer): [string, string][] {
  const space = `/api/${spaceId}`;
  return [
    ["get a project", `${space}/projects/${projectId}`],
    ["get a runbook", `${space}/runbooks/${runbookId}`],
    ["list spaces, one page", "/api/spaces"],
    ["list all spaces", "/api/spaces/all"],
    ["list environments", `${space}/environments?take=1000`],
    ["list projects, one page", `${space}/projects`],
    ["list all projects", `${space}/projects/all`],
    ["list runbooks, one page", `${space}/runbooks`],
    ["list the runbooks of a project", `${space}/projects/${projectId}/runbooks`],
    ["find a project by name", `${space}/projects?partialName=Project+250`],
    ["get variables of a project (32)", `${space}/variables/variableset-${projectId}`],
    ["get a library set of 4,000 variables", `${space}/variables/variableset-${librarySetId}`],
    ["list tenants, one page", `${space}/tenants`],
    ["get values of a tenant", `${space}/tenants/${tenantId}/variables`],
    ["get the process of a project", `${space}/projects/${projectId}/deploymentprocesses`],
  ];
}

interface Measured {
  /** Milliseconds. */
  median: number;
  worst: number;
  perSecond: number;
  bytes: number;
}

/** One after the other for about a second; the first tenth warms up. */
async function measure(read: () => Promise<number>): Promise<Measured> {
  const times: number[] = [];
  let bytes = 0;
  const end = performance.now() + 600;
  for (let count = 0; count < 2000 && (count < 10 || performance.now() < end); count += 1) {
    const started = performance.now();
    bytes = await read();
    times.push(performance.now() - started);
  }
  const counted = times.slice(Math.floor(times.length / 10));
  const sum = counted.reduce((total, time) => total + time, 0);
  const sorted = counted.toSorted((a, b) => a - b);
  return {
    median: sorted[Math.floor(sorted.length / 2)] ?? 0,
    worst: sorted.at(-1) ?? 0,
    perSecond: (counted.length / sum) * 1000,
    bytes,
  };
}

/** Not by fetch, which takes longer than the server. */
function get(address: string, { agent, apiKey }: { agent: Agent; apiKey: string }): Promise<number> {
  return new Promise((resolve, reject) => {
    send(address, { agent, headers: { "X-Octopus-ApiKey": apiKey } }, (response) => {
      let bytes = 0;
      response.on("data", (chunk: Buffer) => (bytes += chunk.byteLength));
      response.on("end", () => resolve(bytes));
    })
      .on("error", reject)
      .end();
  });
}

function describe({ median, perSecond }: Measured): string {
  return `${median.toFixed(2).padStart(6)} ms ${perSecond.toFixed(0).padStart(6)}/s`;
}

function line(name: string, figures: string): void {
  console.log(`  ${name.padEnd(66)} ${figures}`);
}

/** Of the heap, after what is no longer used was collected. */
function usedMegabytes(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return process.memoryUsage().heapUsed / 2 ** 20;
}
