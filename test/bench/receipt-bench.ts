import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";
import { tmpdir } from "node:os";
import { join } from "node:path";
import AdmZip from "adm-zip";
import { projectRoot } from "../../build/project.ts";
import { manifestFileName } from "../../lib/graph/manifest.ts";
import { createOctopusClient } from "../../lib/octopus/octopus-client.ts";
import { packMemory, type Memory } from "../../lib/receipts/memory.ts";
import { nameReceipt } from "../../lib/receipts/receipt.ts";
import { openReceipts, recallCopy } from "../../lib/receipts/receipts.ts";
import { createApi } from "../api.ts";
import { createOctopusServer, type OctopusServer } from "../octopus-server/octopus-server.ts";
import { buildRichProject } from "./rich-project.ts";
import { startProgram } from "./start-program.ts";

/** What a receipt costs for a manifest of 1.7 MB: packing it as it was once done, in every run, against today's, where something is written. */
export async function benchReceipts(): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "receipt-bench-"));
  const server = createOctopusServer({ apiKey: "API-BENCH" });
  try {
    const stage = { server, url: await server.listen(), scratch };
    const archive = await serialize(stage);
    const manifest = new AdmZip(archive).readAsText(manifestFileName);
    console.log(`A manifest of ${(JSON.stringify(JSON.parse(manifest)).length / 1e6).toFixed(1)} MB`);
    await deploy(stage, archive, "deploy-project");
    await deploy(stage, archive, "deploy-project, nothing changed");
    reportPacking(manifest, await recall(stage));
  } finally {
    await server.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

interface Stage {
  server: OctopusServer;
  url: string;
  scratch: string;
}

async function serialize({ server, url, scratch }: Stage): Promise<string> {
  const api = createApi({ url, apiKey: server.apiKey });
  await buildRichProject(api);
  await run("serialize-project", ["--server", url, "--space", "Spaces-1", "--project", "Rich"], {
    MANAGED_SPACES_SERIALIZE_PROJECT_API_KEY: server.apiKey,
  });
  const [newest] = await api.list("/packages?nuGetPackageId=rich");
  const response = await fetch(`${url}/api/Spaces-1/packages/${newest?.Id}/raw`, {
    headers: { "X-Octopus-ApiKey": server.apiKey },
  });
  const path = join(scratch, `rich.${String(newest?.["Version"])}.zip`);
  writeFileSync(path, new Uint8Array(await response.arrayBuffer()));
  return path;
}

/** Beside its template, under another name. */
async function deploy({ server, url }: Stage, archive: string, name: string): Promise<void> {
  server.requests.length = 0;
  const started = performance.now();
  await run(
    "deploy-project",
    ["--package", archive, "--managed-server", url, "--managed-space", "Spaces-1", "--project-name", "Copy"],
    {
      MANAGED_SPACES_DEPLOY_PROJECT_API_KEY: server.apiKey,
      MANAGED_SPACES_DEPLOY_PROJECT_RECEIPT_KEY: "bench",
    },
  );
  const writes = server.requests.filter(({ method }) => method !== "GET");
  const time = (performance.now() - started).toFixed(0);
  line(name, `${time} ms, ${writes.length} writes${writes.length === 0 ? ", so that nothing is packed" : ""}`);
}

function reportPacking(manifest: string, memory: Memory): void {
  const [former, bytes] = measure(1, () => brotliCompressSync(manifest).toString("base64"));
  const [today, packed] = measure(10, () => packMemory(memory));
  line("packing as it was, in every run", `${former.toFixed(0)} ms of a core, ${kilobytes(bytes)}`);
  line("packing today, twice in a run that writes", `${today.toFixed(0)} ms of a core, ${kilobytes(packed)}`);
  const [once, twice] = [former / today, former / today / 2].map((ratio) => ratio.toFixed(0));
  console.log(`  as it was : today = ${once} : 1 each time, ${twice} : 1 a run that writes\n`);
}

/** The processor's time, since other programs may be at work as well. */
function measure(rounds: number, work: () => string): [milliseconds: number, result: string] {
  const before = process.cpuUsage();
  let result = "";
  for (let round = 0; round < rounds; round += 1) result = work();
  const { user, system } = process.cpuUsage(before);
  return [(user + system) / 1000 / rounds, result];
}

async function recall({ server, url }: Stage): Promise<Memory> {
  const space = createOctopusClient({ url, apiKey: server.apiKey }).inSpace({ Id: "Spaces-1", Name: "Default" });
  return recallCopy(await openReceipts(space), nameReceipt("rich", "Copy"));
}

function kilobytes(text: string): string {
  return `${Math.round(text.length / 1024)} KB`;
}

function line(name: string, text: string): void {
  console.log(`  ${name.padEnd(58)} ${text}`);
}

function run(slug: string, options: string[], environment: Record<string, string>): Promise<void> {
  const program = join(projectRoot, "dist", "managed-spaces.cjs");
  return startProgram(process.execPath, [program, "run", slug, ...options], { environment });
}
