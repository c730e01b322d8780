import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import AdmZip from "adm-zip";
import { projectRoot } from "../../build/project.ts";
import { createApi } from "../api.ts";
import { createOctopusServer } from "../octopus-server/octopus-server.ts";
import { createVariableDictionary } from "../octopus-server/worker/octostache.ts";
import { benchDeployingSpace } from "./deploy-space-bench.ts";
import { benchFleet } from "./fleet-bench.ts";
import { benchFindUpdates } from "./find-updates-bench.ts";
import { addEnvironments, buildLargeProject, largeProjectSecrets } from "./large-project.ts";
import { benchProcesses, benchRateLimit } from "./rate-limit-bench.ts";
import { benchMergeUpdates } from "./merge-updates-bench.ts";
import { benchReceipts } from "./receipt-bench.ts";
import { benchOctopusServer } from "./octopus-server-bench.ts";
import { benchSerializing, benchSpace } from "./serialize-bench.ts";
import { benchStepStart } from "./start-bench.ts";
import { startProgram } from "./start-program.ts";

const scratch = mkdtempSync(join(tmpdir(), "managed-spaces-bench-"));
const dist = join(projectRoot, "dist");

try {
  const parts: Readonly<Record<string, () => Promise<void>>> = {
    processes: benchProcesses,
    serializing: benchSerializing,
    space: () => benchSpace(),
    "large-space": () => benchSpace(1000),
    "deploy-space": benchDeployingSpace,
    start: benchStepStart,
    fleet: benchFleet,
    "find-updates": benchFindUpdates,
    "merge-updates": benchMergeUpdates,
  };
  const chosen = Object.keys(parts).filter((name) => process.argv.includes(name));
  for (const name of chosen) await parts[name]?.();
  if (chosen.length === 0) await benchAll();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function benchAll(): Promise<void> {
  await benchStepStart();
  await benchProject();
  await benchSerializing();
  await benchSpace();
  await benchDeployingSpace();
  await benchReceipts();
  await benchFindUpdates();
  await benchMergeUpdates();
  await benchOctopusServer();
  await benchRateLimit();
}

/** Requests and time for a project of 20 steps, 5 runbooks and 60 variables. */
async function benchProject(): Promise<void> {
  const server = createOctopusServer({ apiKey: "API-BENCH" });
  const url = await server.listen();
  const connection = { url, apiKey: server.apiKey };
  await buildLargeProject(createApi(connection));

  const measured: Record<string, { requests: number; milliseconds: number }> = {};
  const counted = async (name: string, work: () => Promise<void>): Promise<void> => {
    server.requests.length = 0;
    const started = performance.now();
    await work();
    measured[name] = { requests: server.requests.length, milliseconds: performance.now() - started };
    const writes = server.requests.filter(({ method }) => method !== "GET").length;
    const kilobytes = Math.round(server.requests.reduce((sum, { bytes }) => sum + bytes, 0) / 1024);
    console.log(
      `  ${name.padEnd(58)} ${String(server.requests.length).padStart(4)} requests, ${String(writes).padStart(3)} of them writes, ${String(kilobytes).padStart(4)} KB read, ${(performance.now() - started).toFixed(0).padStart(6)} ms`,
    );
  };
  console.log("A project of 20 steps, 5 runbooks and 60 variables");

  await counted("serialize-project", () =>
    run("serialize-project", ["--server", url, "--space", "Spaces-1", "--project", "Large"], {
      MANAGED_SPACES_SERIALIZE_PROJECT_API_KEY: server.apiKey,
    }),
  );
  await counted("serialize-project, nothing changed", () =>
    run("serialize-project", ["--server", url, "--space", "Spaces-1", "--project", "Large"], {
      MANAGED_SPACES_SERIALIZE_PROJECT_API_KEY: server.apiKey,
    }),
  );
  if (isThere("octoterra")) {
    await counted("octoterra, the same project", () =>
      startProgram("octoterra", [
        "-url",
        url,
        "-apiKey",
        server.apiKey,
        "-space",
        "Spaces-1",
        "-projectName",
        "Large",
        "-lookupProjectDependencies",
        "-defaultSecretVariableValues",
        "-dest",
        join(scratch, "octoterra"),
      ]),
    );
  } else {
    console.log("  (octoterra is not on PATH: not compared)");
  }

  const archive = await downloadNewest(server, connection);
  const variables = join(scratch, "variables.json");
  writeFileSync(variables, JSON.stringify(largeProjectSecrets));
  const makeSpace = async (name: string): Promise<string> => {
    const space = await createApi(connection, "/api").post("/spaces", {
      Name: name,
      SpaceManagersTeams: ["teams-administrators"],
    });
    await addEnvironments(createApi(connection, `/api/${space.Id}`));
    return space.Id;
  };
  const deploy = (spaceId: string): Promise<void> =>
    run(
      "deploy-project",
      [
        "--package",
        archive,
        "--managed-server",
        url,
        "--managed-space",
        spaceId,
        "--project-name",
        "Large",
        "--variables",
        variables,
      ],
      {
        MANAGED_SPACES_DEPLOY_PROJECT_API_KEY: server.apiKey,
        MANAGED_SPACES_DEPLOY_PROJECT_RECEIPT_KEY: "bench",
      },
    );
  const first = await makeSpace("By apply");
  await counted("deploy-project", () => deploy(first));
  await counted("deploy-project, nothing changed", () => deploy(first));

  const second = await makeSpace("By Terraform");
  const module = prepareModule(archive);
  const environment = {
    TF_VAR_octopus_server: url,
    TF_VAR_octopus_apikey: server.apiKey,
    TF_VAR_octopus_space_id: second,
  };
  if (
    isThere("terraform") &&
    spawnSync("terraform", ["init", "-input=false"], {
      cwd: module,
      env: { ...process.env, ...environment },
      stdio: "ignore",
    }).status === 0
  ) {
    const apply = (): Promise<void> =>
      startProgram("terraform", ["apply", "-auto-approve", "-input=false"], { directory: module, environment });
    await counted("terraform apply, the same module (after init)", apply);
    await counted("terraform apply, nothing changed", apply);
  } else {
    console.log("  (terraform with the Octopus provider is not on hand: not compared)");
  }
  console.log(
    `\n${renderRatio("octoterra, the same project", "serialize-project", measured)}${renderRatio("terraform apply, the same module (after init)", "deploy-project", measured)}`,
  );
  await server.close();
}

/** How many times what the peer did we needed; nothing when the peer was not there. */
function renderRatio(
  peer: string,
  ours: string,
  measured: Record<string, { requests: number; milliseconds: number }>,
): string {
  const [theirs, own] = [measured[peer], measured[ours]];
  if (theirs === undefined || own === undefined) return "";
  return `  ${peer} : ${ours} = ${(theirs.requests / own.requests).toFixed(1)} : 1 in requests, ${(theirs.milliseconds / own.milliseconds).toFixed(1)} : 1 in time\n`;
}

async function downloadNewest(server: { apiKey: string }, { url }: { url: string }): Promise<string> {
  const [newest] = await createApi({ url, apiKey: server.apiKey }).list("/packages?nuGetPackageId=large");
  const response = await fetch(`${url}/api/Spaces-1/packages/${newest?.Id}/raw`, {
    headers: { "X-Octopus-ApiKey": server.apiKey },
  });
  const path = join(scratch, `large.${String(newest?.["Version"])}.zip`);
  writeFileSync(path, new Uint8Array(await response.arrayBuffer()));
  return path;
}

/** The module with its secrets filled in, as Octopus does before it starts Terraform. */
function prepareModule(archive: string): string {
  const directory = join(scratch, `module-${createHash("sha1").update(archive).digest("hex").slice(0, 8)}`);
  mkdirSync(directory);
  new AdmZip(archive).extractAllTo(directory, true);
  const module = join(directory, "space_population");
  const variables = createVariableDictionary(Object.entries(largeProjectSecrets));
  for (const file of readdirSync(module).filter((name) => name.startsWith("project_variable_sensitive"))) {
    const text = readFileSync(join(module, file), "utf8");
    writeFileSync(join(module, file), variables.evaluate(text).text);
  }
  return module;
}

function run(slug: string, options: string[], environment: Record<string, string>): Promise<void> {
  return startProgram(process.execPath, [join(dist, "managed-spaces.cjs"), "run", slug, ...options], { environment });
}

function isThere(program: string): boolean {
  return spawnSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" }).status === 0;
}
