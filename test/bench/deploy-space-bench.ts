import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import AdmZip from "adm-zip";
import { projectRoot } from "../../build/project.ts";
import { readPackage } from "../../lib/graph/package-archive.ts";
import { forEachSecret } from "../../lib/model/graph.ts";
import { createApi } from "../api.ts";
import { createOctopusServer, type OctopusServer } from "../octopus-server/octopus-server.ts";
import { buildLargeSpace } from "./large-space.ts";
import { startProgram } from "./start-program.ts";

const commandLine = join(projectRoot, "dist", "managed-spaces.cjs");
const projects = 10;
/** Into a new space each, of which the middle one counts. */
const rounds = 5;

interface Stage {
  server: OctopusServer;
  url: string;
  scratch: string;
  archive: string;
  /** The values of the package's secrets, by the names of their variables. */
  secrets: Readonly<Record<string, string>>;
}

interface Run {
  milliseconds: number;
  requests: number;
  writes: number;
}

/** Deploy Space into an empty space, and once more, against `terraform apply` of the same package's module. */
export async function benchDeployingSpace(): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "deploy-space-bench-"));
  const server = createOctopusServer({ apiKey: "API-BENCH" });
  try {
    const url = await server.listen();
    await buildLargeSpace(createApi({ url, apiKey: server.apiKey }), projects);
    console.log(
      `A space of ${projects} projects of 10 steps and 2 runbooks, 60 sets and accounts, into an empty space`,
    );
    await compareDeploying({ server, url, scratch, ...(await pack({ server, url, scratch })) });
  } finally {
    await server.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function compareDeploying(stage: Stage): Promise<void> {
  const first: Run[] = [];
  const second: Run[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const target = await makeSpace(stage, `By apply ${round}`);
    first.push(await count(stage, () => deploy(stage, target)));
    second.push(await count(stage, () => deploy(stage, target)));
  }
  const ours = tell("deploy-space", median(first));
  const again = tell("deploy-space, nothing changed", median(second));
  const applied = await countTerraform(stage);
  const time =
    applied === undefined
      ? "not compared"
      : `${(tell("terraform apply, the same module (after init)", applied).milliseconds / ours.milliseconds).toFixed(1)} : 1`;
  const load = loadavg()[0]?.toFixed(1) ?? "";
  console.log(
    `  terraform apply : deploy-space = ${time} in time (target 8 : 1); the second run sent 1/${(ours.requests / again.requests).toFixed(1)} of the first's requests, ${again.writes} of them writes (target 1/10, none; load ${load})\n`,
  );
}

function median(runs: readonly Run[]): Run {
  const middle = runs.toSorted((a, b) => a.milliseconds - b.milliseconds)[Math.floor(runs.length / 2)];
  if (middle === undefined) throw new Error("Nothing was run.");
  return middle;
}

function tell(name: string, told: Run): Run {
  const { requests, writes, milliseconds } = told;
  console.log(
    `  ${name.padEnd(58)} ${String(requests).padStart(5)} requests, ${String(writes).padStart(5)} of them writes, ${milliseconds.toFixed(0).padStart(6)} ms`,
  );
  return told;
}

async function pack({ server, url, scratch }: Pick<Stage, "server" | "url" | "scratch">) {
  const options = ["--server", url, "--space", "Spaces-1", "--package-id", "large-space"];
  await run("serialize-space", options, { MANAGED_SPACES_SERIALIZE_SPACE_API_KEY: server.apiKey });
  const [newest] = await createApi({ url, apiKey: server.apiKey }).list("/packages?nuGetPackageId=large-space");
  const response = await fetch(`${url}/api/Spaces-1/packages/${newest?.Id}/raw`, {
    headers: { "X-Octopus-ApiKey": server.apiKey },
  });
  const archive = join(scratch, `large-space.${String(newest?.["Version"])}.zip`);
  writeFileSync(archive, new Uint8Array(await response.arrayBuffer()));
  return { archive, secrets: inventSecrets(archive) };
}

function inventSecrets(archive: string): Record<string, string> {
  const secrets: Record<string, string> = {};
  for (const { body } of readPackage(archive, "large-space").graph.nodes)
    forEachSecret(body, ({ $secret: { variable, named } }) => {
      for (const name of [named, variable]) if (typeof name === "string") secrets[name] = `the secret of ${name}`;
    });
  return secrets;
}

async function makeSpace({ url, server }: Stage, Name: string): Promise<string> {
  const api = createApi({ url, apiKey: server.apiKey }, "/api");
  return (await api.post("/spaces", { Name, SpaceManagersTeams: ["teams-administrators"] })).Id;
}

function deploy({ server, url, scratch, archive, secrets }: Stage, spaceId: string): Promise<void> {
  const variables = join(scratch, "variables.json");
  writeFileSync(variables, JSON.stringify(secrets));
  const options = ["--package", archive, "--managed-server", url, "--managed-space", spaceId, "--variables", variables];
  return run("deploy-space", options, {
    MANAGED_SPACES_DEPLOY_SPACE_API_KEY: server.apiKey,
    MANAGED_SPACES_DEPLOY_SPACE_RECEIPT_KEY: "bench",
  });
}

/** @returns undefined where Terraform or its Octopus provider is not on hand */
async function countTerraform(stage: Stage): Promise<Run | undefined> {
  const directory = prepareModule(stage);
  const environment = {
    TF_VAR_octopus_server: stage.url,
    TF_VAR_octopus_apikey: stage.server.apiKey,
    TF_VAR_octopus_space_id: await makeSpace(stage, "By Terraform"),
  };
  const { status } = spawnSync("terraform", ["init", "-input=false"], { cwd: directory, stdio: "ignore" });
  if (status !== 0) return undefined;
  return count(stage, () =>
    startProgram("terraform", ["apply", "-auto-approve", "-input=false"], { directory, environment }),
  );
}

/** The module with its secrets filled in, as Octopus does before it starts Terraform. */
function prepareModule({ archive, scratch }: Stage): string {
  const directory = join(scratch, "module");
  mkdirSync(directory);
  new AdmZip(archive).extractAllTo(directory, true);
  const module = join(directory, "space_population");
  const secret = Buffer.from("a secret").toString("base64");
  for (const file of readdirSync(module).filter((name) => name.startsWith("project_variable_sensitive"))) {
    const path = join(module, file);
    writeFileSync(path, readFileSync(path, "utf8").replaceAll(/#\{.+ \| ToBase64\}/g, secret));
  }
  return module;
}

async function count({ server }: Stage, work: () => Promise<void>): Promise<Run> {
  server.requests.length = 0;
  const started = performance.now();
  await work();
  const milliseconds = performance.now() - started;
  const requests = server.requests.length;
  const writes = server.requests.filter(({ method }) => method !== "GET").length;
  return { milliseconds, requests, writes };
}

function run(slug: string, options: string[], environment: Record<string, string>): Promise<void> {
  return startProgram(process.execPath, [commandLine, "run", slug, ...options], { environment });
}
