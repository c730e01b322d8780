import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { withPlainLinks } from "../../lib/cli/plain-links.ts";
import { observeRequests } from "../../test/octopus-server/contract/observe-requests.ts";
import { createOctopusServer, type OctopusServer } from "../../test/octopus-server/octopus-server.ts";
import { contract, product } from "../../test/published-contract.ts";
import { takeTheEnvironmentsRoad } from "./environments-road.ts";
import { startDemoGitHost } from "./git-host.ts";
import { startStateServer } from "./state-server.ts";
import { takeTheRoad } from "./road.ts";
import type { Stage } from "./stage.ts";

const { values } = parseArgs({
  options: {
    once: { type: "boolean" },
    demo: { type: "string", default: "road" },
    engine: { type: "string", default: "apply" },
    port: { type: "string", default: "8066" },
    "second-port": { type: "string", default: "8067" },
  },
});

const check = contract === undefined ? undefined : observeRequests(contract, product);
const scratch = mkdtempSync(join(tmpdir(), "managed-spaces-demo-"));
const workers = (name: string): { workDirectory: string } => ({ workDirectory: join(scratch, name) });
const secondServer = createOctopusServer({
  name: "Octopus in Europe",
  apiKey: "API-EUROPE00000000000000000000000",
  worker: workers("europe"),
});
const secondUrl = await listen(secondServer, values["second-port"]);
const server = createOctopusServer({
  name: "Octopus in America",
  worker: workers("america"),
  peers: [{ name: "Octopus in Europe", url: secondUrl, model: secondServer.model }],
});
const url = await listen(server, values.port);
const gitHost = await startDemoGitHost("git: s3cret'1");
const states = await startStateServer();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop(signal === "SIGINT" ? 0 : 1));

try {
  checkEngine();
  console.log(`\n${await play(values.demo)}`);
  checkRequests();
  if (values.once === true) await stop(0);
  else console.log(`\n${describeWaysOn()}\nStop with Ctrl-C.`);
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  await stop(1);
}

/** @returns a table of what there is in the end */
function play(demo: string): Promise<string> {
  const options = {
    url,
    apiKey: server.apiKey,
    second: { url: secondUrl, apiKey: secondServer.apiKey },
    stage: createStage(),
  };
  if (demo === "environments") return takeTheEnvironmentsRoad(options);
  if (demo !== "road") throw new Error(`There is no demo "${demo}". There are "road" and "environments".`);
  const engine = values.engine === "terraform" ? "terraform" : "apply";
  return takeTheRoad({ ...options, engine, statesUrl: states.url, gitHost });
}

/** The demo's keys are no secrets: its servers are gone when it stops. */
function describeWaysOn(): string {
  const keys = join(scratch, "instance-keys.json");
  writeFileSync(keys, JSON.stringify({ [secondUrl]: secondServer.apiKey }));
  return [
    `Look at it: ${url}`,
    "Or try the command on it, in another terminal in this folder:",
    `  export OCTOPUS_URL=${url} OCTOPUS_API_KEY=${server.apiKey} OCTOPUS_SPACE=Default`,
    `  node dist/managed-spaces.cjs fleet --open --instance-keys ${keys}`,
  ].join("\n");
}

async function stop(code: number): Promise<void> {
  await Promise.all([server.close(), secondServer.close(), gitHost.close(), states.close()]);
  rmSync(scratch, { recursive: true, force: true });
  process.exit(code);
}

function checkEngine(): void {
  if (values.engine === "terraform" && spawnSync("terraform", ["version"]).error !== undefined) {
    throw new Error(
      "Failed to show the Terraform engine: terraform is not on PATH. Install Terraform 1.7 or newer, or leave --engine away.",
    );
  }
}

/** Whether all that the steps asked is as Octopus's API reference has it, where `OCTOPUS_API_CONTRACT` names that. */
function checkRequests(): void {
  if (check === undefined) return;
  const { count, endpoints, breaches } = check.observed;
  if (breaches.size > 0)
    throw new Error(`The steps asked for what Octopus's API reference does not have.\n${[...breaches].join("\n")}`);
  console.log(
    `\nAll ${count} requests of the product, to ${endpoints.size} endpoints, are as Octopus's API reference has them.`,
  );
}

/** The port asked for, or a free one where that is taken. */
async function listen(octopus: OctopusServer, port: string): Promise<string> {
  if (values.once === true) return octopus.listen(0);
  return octopus.listen(Number(port)).catch(() => octopus.listen(0));
}

function createStage(): Stage {
  const started = performance.now();
  return async (title, work) => {
    const detail = withPlainLinks((await work()) ?? "");
    const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(5);
    console.log(`${seconds} s  ${title}${detail === "" ? "" : `\n         ${detail}`}`);
  };
}
