import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../build/project.ts";
import { createApi } from "../api.ts";
import { createOctopusServer, type OctopusServer } from "../octopus-server/octopus-server.ts";
import { buildLargeProject } from "./large-project.ts";
import { buildLargeSpace } from "./large-space.ts";
import { measureProgram, type Measured } from "./measure-program.ts";

interface Stage {
  server: OctopusServer;
  url: string;
}

type Run = Measured & { requests: number };

/** What serializing takes as a whole process, against octoterra in turn, where a request takes longer or less long. */
export async function benchSerializing(): Promise<void> {
  await atStage(async (stage) => {
    await buildLargeProject(createApi({ url: stage.url, apiKey: stage.server.apiKey }));
    console.log("A project of 20 steps, as a whole process, octoterra : serialize-project in time");
    for (const [delay, target] of [
      [0, 1],
      [5, 2],
      [20, 4],
      [50, 6],
    ] as const)
      await compareAt(stage, { delay, target });
    console.log("");
  });
}

async function compareAt(stage: Stage, { delay, target }: { delay: number; target: number }): Promise<void> {
  stage.server.setFaults({ delayMilliseconds: delay });
  const ours: Run[] = [];
  const theirs: Run[] = [];
  for (let round = 0; round < 7; round += 1) {
    ours.push(await count(stage, () => serialize(stage, ["serialize-project", "--project", "Large", "--plan"])));
    if (isThere("octoterra")) theirs.push(await count(stage, () => octoterra(stage, ["-projectName", "Large"])));
  }
  stage.server.setFaults({});
  line(`${delay} ms a request`, median(ours), median(theirs), `target ${target} : 1`);
}

/** A whole space: requests, time, and how much memory it takes as the space grows. */
export async function benchSpace(projects = 100): Promise<void> {
  await atStage(async (stage) => {
    await buildLargeSpace(createApi({ url: stage.url, apiKey: stage.server.apiKey }), projects);
    console.log(
      `A space of ${projects} projects of 10 steps and 2 runbooks, 40 tenants, 60 library variable sets and accounts`,
    );
    stage.server.setFaults({ delayMilliseconds: 20 });
    const ours = await count(stage, () => serialize(stage, ["serialize-space", "--plan"]));
    const plain = await count(stage, () => serialize(stage, ["serialize-space", "--plan"], { LOGOS: "False" }));
    const theirs = isThere("octoterra") && projects <= 100 ? await count(stage, () => octoterra(stage, [])) : undefined;
    const target = "target 10 : 1 in both; at most 200 MB, within 20 % for ten times the projects";
    line("20 ms a request", ours, theirs, target);
    line("without logos, which octoterra leaves behind", plain, theirs, target);
    console.log("");
  });
}

async function atStage(work: (stage: Stage) => Promise<void>): Promise<void> {
  const server = createOctopusServer({ apiKey: "API-BENCH" });
  try {
    await work({ server, url: await server.listen() });
  } finally {
    await server.close();
  }
}

async function count({ server }: Stage, work: () => Promise<Measured>): Promise<Run> {
  server.requests.length = 0;
  const measured = await work();
  return { ...measured, requests: server.requests.length };
}

/** @param more - parameters that go by the environment, without what their variables begin with */
function serialize(
  { server, url }: Stage,
  [slug = "", ...options]: string[],
  more: Readonly<Record<string, string>> = {},
): Promise<Measured> {
  const program = join(projectRoot, "dist", "managed-spaces.cjs");
  const prefix = `MANAGED_SPACES_${slug.toUpperCase().replaceAll("-", "_")}`;
  const variables = Object.entries({ ...more, API_KEY: server.apiKey }).map(([name, value]) => [
    `${prefix}_${name}`,
    value,
  ]);
  return measureProgram(
    process.execPath,
    [program, "run", slug, "--server", url, "--space", "Spaces-1", ...options],
    Object.fromEntries(variables),
  );
}

async function octoterra({ server, url }: Stage, options: string[]): Promise<Measured> {
  const directory = mkdtempSync(join(tmpdir(), "serialize-bench-"));
  const connection = ["-url", url, "-apiKey", server.apiKey, "-space", "Spaces-1", "-dest", directory];
  const usual = ["-defaultSecretVariableValues", ...(options.length > 0 ? ["-lookupProjectDependencies"] : [])];
  try {
    return await measureProgram("octoterra", [...connection, ...usual, ...options]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function median(runs: readonly Run[]): Run | undefined {
  return runs.toSorted((a, b) => a.milliseconds - b.milliseconds)[Math.floor(runs.length / 2)];
}

function line(name: string, ours: Run | undefined, theirs: Run | undefined, target: string): void {
  if (ours === undefined) return;
  const own = describe("ours", ours);
  const load = `load ${loadavg()[0]?.toFixed(1) ?? ""}`;
  if (theirs === undefined)
    return console.log(`  ${name.padEnd(18)} ${own} (octoterra was not run; ${target}; ${load})`);
  const requests = (theirs.requests / ours.requests).toFixed(1);
  const time = (theirs.milliseconds / ours.milliseconds).toFixed(1);
  console.log(
    `  ${name.padEnd(18)} ${own}, ${describe("octoterra", theirs)}: ${requests} : 1 in requests, ${time} : 1 in time (${target}; ${load})`,
  );
}

function describe(name: string, { requests, milliseconds, megabytes }: Run): string {
  return `${name} ${requests} requests, ${milliseconds.toFixed(0)} ms, ${megabytes.toFixed(0)} MB`;
}

function isThere(program: string): boolean {
  return spawnSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" }).status === 0;
}
