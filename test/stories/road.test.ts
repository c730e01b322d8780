import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { passwords } from "../../examples/demo/hello-world.ts";
import { startDemoGitHost, type DemoGitHost } from "../../examples/demo/git-host.ts";
import { signIn } from "../../examples/demo/octopus-user.ts";
import { takeTheRoad } from "../../examples/demo/road.ts";
import { readZip } from "../../lib/zip.ts";
import { hasProvider } from "../lib/terraform/terraform.ts";
import { createOctopusServer, type OctopusServer } from "../octopus-server/octopus-server.ts";

const apiKey = "API-SENTINELAMERICA00000000000";
const europeApiKey = "API-SENTINELEUROPE000000000000";
const secrets = [apiKey, europeApiKey, ...Object.values(passwords), "git: s3cret'1", 'docker: s3cret"2'];

interface Road {
  server: OctopusServer;
  second: OctopusServer;
  url: string;
  secondUrl: string;
  gitHost: DemoGitHost;
}

async function startServers(environment: Record<string, string> = {}): Promise<Road> {
  const worker = { environment: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", LANG: "C.UTF-8", ...environment } };
  const server = createOctopusServer({ apiKey, worker });
  const second = createOctopusServer({ apiKey: europeApiKey, worker });
  onTestFinished(() => Promise.all([server.close(), second.close()]).then(() => undefined));
  const gitHost = await startDemoGitHost("git: s3cret'1");
  onTestFinished(() => gitHost.close());
  return { server, second, gitHost, url: await server.listen(), secondUrl: await second.listen() };
}

function take({ url, secondUrl, gitHost }: Road, options: { engine?: "apply" | "terraform"; flavor?: "inline" | "packaged" } = {}): Promise<string> {
  const stateDirectory = mkdtempSync(join(tmpdir(), "state-"));
  return takeTheRoad({ url, apiKey, second: { url: secondUrl, apiKey: europeApiKey }, engine: "apply", stateDirectory, gitHost, stage: async (_title, work) => void (await work()), ...options });
}

function textsOf({ server, second }: Road): string[] {
  return [server, second].flatMap(({ model }) => [
    ...[...model.taskLogs.values()].map((log) => JSON.stringify(log)),
    ...[...model.blobs.values()].flatMap(contentsOf),
    ...["projects", "spaces", "tenants", "libraryvariablesets", "actiontemplates", "runbookprocesses", "deploymentprocesses", "artifacts", "events"].flatMap((kind) =>
      model.kinds.filter((known) => known === kind).flatMap((known) => model.collection(known).list().map((document) => JSON.stringify(document))),
    ),
    ...plainVariablesOf(model),
  ]);
}

/** What variables say that are no secrets: receipts are such. */
function plainVariablesOf(model: OctopusServer["model"]): string[] {
  return model.collection("variablesets").list().flatMap((set) => {
    const variables: unknown[] = Array.isArray(set["Variables"]) ? set["Variables"] : [];
    return variables.filter((variable) => JSON.stringify(variable).includes('"IsSensitive":false')).map((variable) => JSON.stringify(variable));
  });
}

function contentsOf(blob: Uint8Array): string[] {
  try {
    return readZip(blob).map((entry) => new TextDecoder().decode(entry.read()));
  } catch {
    return [new TextDecoder().decode(blob)];
  }
}

/** A secret as text, in base64, in a URL and inside JSON. */
function formsOf(secret: string): string[] {
  return [secret, Buffer.from(secret).toString("base64"), encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
}

/** What every process of this machine is started with; its arguments are what any user of it could list. */
function watchProcesses(files: readonly string[] = ["cmdline", "environ"]): { seen: Set<string>; stop: () => void } {
  const seen = new Set<string>();
  if (process.platform !== "linux") return { seen, stop: () => undefined };
  const look = (): void => {
    for (const id of readdirSync("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid && Number(name) !== process.ppid)) {
      for (const file of files) {
        try {
          seen.add(readFileSync(`/proc/${id}/${file}`, "latin1"));
        } catch {
          // It has ended in between.
        }
      }
    }
  };
  const timer = setInterval(look, 5);
  return { seen, stop: () => clearInterval(timer) };
}

test.each(["packaged", "inline"] as const)("the whole road in %s steps, and no secret leaves it", async (flavor) => {
  const road = await startServers();
  const processes = watchProcesses();

  const table = await take(road, { flavor });
  processes.stop();

  expect(table).toMatch(/America .*Hello World/);
  expect(table).toMatch(/Europe .*Hello World/);
  const leaks = [...textsOf(road), ...processes.seen].filter((text) => secrets.some((secret) => formsOf(secret).some((form) => text.includes(form))));
  expect(leaks).toEqual([]);
});

test("running every runbook again writes nothing at all downstream", async () => {
  const road = await startServers();
  await take(road);
  const barry = await signIn({ url: road.url, apiKey, spaceName: "Default" });
  const tasks = new Set(road.server.model.collection("tasks").list().map((task) => task.Id));
  for (const server of [road.server, road.second]) server.requests.length = 0;

  for (const tenant of ["America", "Europe"]) await barry.runRunbook("__ Client Space", "__ Create Client Space", tenant);
  await barry.runRunbook("Hello World", "__ 1. Serialize Project");
  for (const tenant of ["America", "Europe"]) await barry.runRunbook("Hello World", "__ 2. Deploy Project", tenant);

  expect(road.server.model.collection("tasks").list().filter((task) => !tasks.has(task.Id))).toHaveLength(5);
  // What starts a run is a snapshot and the run itself; everything else would be the steps' doing.
  const writes = [road.server, road.second].flatMap(({ requests }) => requests.filter(({ method, path }) => method !== "GET" && !/runbookSnapshots|runbook-runs/.test(path)));
  expect(writes).toEqual([]);
});

test("the whole road through Terraform and the Octopus provider", async ({ skip }) => {
  skip(!hasProvider, "Terraform with the Octopus provider is not on this machine");
  const road = await startServers();
  // Terraform gets what it needs by its environment, which only its own user can see.
  const processes = watchProcesses(["cmdline"]);

  const table = await take(road, { engine: "terraform" });
  processes.stop();

  expect(table).toMatch(/Europe .*Hello World/);
  const leaks = [...textsOf(road), ...processes.seen].filter((text) => secrets.some((secret) => formsOf(secret).some((form) => text.includes(form))));
  expect(leaks).toEqual([]);
});
