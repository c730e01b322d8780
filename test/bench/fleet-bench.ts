import { loadavg } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../build/project.ts";
import { createOctopusClient } from "../../lib/octopus/octopus-client.ts";
import { buildLargeFleet, type LargeFleet } from "./large-fleet.ts";
import { measureProgram } from "./measure-program.ts";

const commandLine = join(projectRoot, "dist", "managed-spaces.cjs");
const plan = { instances: 4, spacesEach: 250, templates: 3, tasks: 50_000 };

/** What a look is measured by. */
interface Limit {
  name: string;
  burst: number;
  perMinute: number;
  options: string[];
}

/**
 * A thousand spaces with three copies each on four servers that limit the rate, looked at twice by the command itself: requests, memory,
 * and the time against what the limit alone demands. Against it a reading of the same, one space and one request after the other.
 */
export async function benchFleet(): Promise<void> {
  const [instances, spaces] = [plan.instances, plan.instances * plan.spacesEach];
  console.log(
    `A fleet of ${spaces} spaces on ${instances} servers, ${plan.templates} copies in each, ${plan.instances * plan.tasks} tasks; load ${loadavg()[0]?.toFixed(1)}`,
  );
  const fleet = await buildLargeFleet(plan);
  try {
    await benchLimit(fleet, {
      name: "without comparing, 200 a minute",
      burst: 200,
      perMinute: 200,
      options: ["--no-compare"],
    });
    forgetMemory(fleet);
    await benchLimit(fleet, { name: "with comparing, 600 a minute", burst: 200, perMinute: 600, options: [] });
    for (const delay of [0, 20]) await benchSerial(fleet, delay);
  } finally {
    await fleet.close();
  }
}

async function benchLimit(fleet: LargeFleet, limit: Limit): Promise<void> {
  for (const { server } of fleet.servers)
    server.setFaults({ rateLimit: { burst: limit.burst, perMinute: limit.perMinute } });
  const first = await look(fleet, limit, "first");
  await new Promise((resolve) => setTimeout(resolve, 60_000));
  const second = await look(fleet, limit, "second");
  console.log(`  second to first: 1 to ${(first / second).toFixed(1)} requests`);
  for (const { server } of fleet.servers) server.setFaults({});
}

/** @returns how many requests it took */
async function look(fleet: LargeFleet, { name, burst, perMinute, options }: Limit, which: string): Promise<number> {
  const before = fleet.servers.map(({ server }) => server.requests.length);
  const [management] = fleet.servers;
  const { milliseconds, megabytes } = await measureProgram(
    process.execPath,
    [commandLine, "fleet", "--json", "--instance-keys", fleet.keys, ...options],
    { OCTOPUS_URL: management?.url ?? "", OCTOPUS_API_KEY: fleet.apiKey, OCTOPUS_SPACE: "Spaces-1" },
  );
  const counts = fleet.servers.map(({ server }, index) => server.requests.slice(before[index]));
  const answered = counts.map((all) => all.filter(({ status }) => status !== 429).length);
  const refused = counts.flat().filter(({ status }) => status === 429).length;
  // The bucket is full at first; the server with the most requests decides.
  const demanded = Math.max(0, ...answered.map((count) => ((count - burst) / perMinute) * 60_000));
  const total = answered.reduce((sum, count) => sum + count, 0);
  const ratio = demanded === 0 ? "" : `  × ${(milliseconds / demanded).toFixed(2)} of what the limit demands`;
  console.log(
    `  ${`${name}, ${which}`.padEnd(44)} ${String(total).padStart(6)} requests, ${refused} refused, ${(milliseconds / 1000).toFixed(1)} s, ${megabytes.toFixed(0)} MB${ratio}`,
  );
  return total;
}

function forgetMemory({ servers }: LargeFleet): void {
  const sets = servers[0]?.server.model.collection("libraryvariablesets");
  for (const set of sets?.inOrder("Spaces-1") ?? [])
    if (String(set["Name"]).startsWith("Managed Spaces Fleet[")) sets?.remove(set.Id);
}

/**
 * Without a limit, where each answer takes so many milliseconds: a look against what the step *Get Octopus Usage* of Octopus's community library asks, one request after the other: four
 * an instance, and of each space its projects, tenants and targets, fifty a page, and its worker pools.
 */
async function benchSerial(fleet: LargeFleet, delay: number): Promise<void> {
  forgetMemory(fleet);
  for (const { server } of fleet.servers) server.setFaults({ delayMilliseconds: delay });
  const ours = {
    name: `a look without comparing, no limit, ${delay} ms`,
    burst: 1,
    perMinute: Infinity,
    options: ["--no-compare"],
  };
  const startedLook = performance.now();
  const requests = await look(fleet, ours, "first");
  const lookTime = performance.now() - startedLook;
  const started = performance.now();
  let serial = 0;
  for (const { url } of fleet.servers) {
    const octopus = createOctopusClient({ url, apiKey: fleet.apiKey });
    await octopus.getJson("");
    await octopus.getJson("/licenses/licenses-current-status");
    await octopus.getJson("/octopusservernodes/summary");
    for (const space of await octopus.listWhole("/spaces/all")) {
      const own = octopus.inSpace({ Id: space.Id, Name: space.Id });
      for (const path of ["/projects", "/tenants", "/machines"]) await own.getJson(path, { skip: 0, take: 50 });
      await own.getJson("/workerpools/summary");
    }
    serial += octopus.requestCount;
  }
  const time = performance.now() - started;
  console.log(
    `  ${"Get Octopus Usage's questions, one by one".padEnd(44)} ${String(serial).padStart(6)} requests, ${(time / 1000).toFixed(1)} s: ${(serial / requests).toFixed(2)} to 1 in requests, ${(time / lookTime).toFixed(1)} to 1 in time`,
  );
}
