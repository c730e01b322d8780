import { expect, onTestFinished, test } from "vitest";
import { passwords } from "../../examples/demo/hello-world.ts";
import { startDemoGitHost, type DemoGitHost } from "../../examples/demo/git-host.ts";
import { signIn } from "../../examples/demo/octopus-user.ts";
import { companionName } from "../../examples/demo/git-road.ts";
import { startStateServer } from "../../examples/demo/state-server.ts";
import { takeTheRoad, type RoadOptions } from "../../examples/demo/road.ts";
import { readZip } from "../../lib/zip.ts";
import { hasProvider } from "../lib/terraform/terraform.ts";
import { serverLines } from "../server-lines.ts";
import { createOctopusServer, type OctopusServer } from "../octopus-server/octopus-server.ts";
import { watchProcesses } from "./watch-processes.ts";

const [oldest, newest] = serverLines;
const apiKey = "API-SENTINELAMERICA00000000000";
const europeApiKey = "API-SENTINELEUROPE000000000000";
const gitToken = "git: s3cret'1";
const secrets = [apiKey, europeApiKey, ...Object.values(passwords), gitToken, 'docker: s3cret"2'];

interface Road {
  server: OctopusServer;
  second: OctopusServer;
  url: string;
  secondUrl: string;
  gitHost: DemoGitHost;
}

/** The server with the management space, and the other one. */
async function startServers(...[version, secondVersion]: string[]): Promise<Road> {
  const worker = {
    environment: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", LANG: "C.UTF-8" },
  };
  const server = createOctopusServer({ apiKey, worker, ...(version !== undefined && { version }) });
  const second = createOctopusServer({
    apiKey: europeApiKey,
    worker,
    ...(secondVersion !== undefined && { version: secondVersion }),
  });
  onTestFinished(() => Promise.all([server.close(), second.close()]).then(() => undefined));
  const gitHost = await startDemoGitHost(gitToken);
  onTestFinished(() => gitHost.close());
  return { server, second, gitHost, url: await server.listen(), secondUrl: await second.listen() };
}

async function take(
  { url, secondUrl, gitHost }: Road,
  options: Partial<Pick<RoadOptions, "engine" | "flavor" | "stage">> = {},
): Promise<string> {
  const states = await startStateServer();
  onTestFinished(() => states.close());
  return takeTheRoad({
    url,
    apiKey,
    second: { url: secondUrl, apiKey: europeApiKey },
    engine: "apply",
    statesUrl: states.url,
    gitHost,
    stage: async (_title, work) => void (await work()),
    ...options,
  });
}

function textsOf({ server, second }: Road): string[] {
  return [server, second].flatMap(({ model }) => [
    ...[...model.taskLogs.values()].map((log) => JSON.stringify(log)),
    ...[...model.blobs.values()].flatMap(contentsOf),
    ...[
      "projects",
      "spaces",
      "tenants",
      "libraryvariablesets",
      "actiontemplates",
      "runbookprocesses",
      "deploymentprocesses",
      "artifacts",
      "events",
    ].flatMap((kind) =>
      model.kinds
        .filter((known) => known === kind)
        .flatMap((known) =>
          model
            .collection(known)
            .list()
            .map((document) => JSON.stringify(document)),
        ),
    ),
    ...plainVariablesOf(model),
  ]);
}

/** What variables say that are no secrets: receipts are such. */
function plainVariablesOf(model: OctopusServer["model"]): string[] {
  return model
    .collection("variablesets")
    .list()
    .flatMap((set) => {
      const variables: unknown[] = Array.isArray(set["Variables"]) ? set["Variables"] : [];
      return variables
        .filter((variable) => JSON.stringify(variable).includes('"IsSensitive":false'))
        .map((variable) => JSON.stringify(variable));
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
  return [
    secret,
    Buffer.from(secret).toString("base64"),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ];
}

test("the whole road in inline steps on the oldest servers, and no secret leaves it", async () => {
  expect(await takeWatched(await startServers(oldest, oldest), "inline")).toEqual([]);
});

test("the whole road in packaged steps on the newest server and the oldest: no secret leaves it, and the second time nothing at all is written downstream", async () => {
  const road = await startServers(newest, oldest);
  expect(await takeWatched(road, "packaged")).toEqual([]);

  const { repositories, taskCount, writes } = await runEverythingAgain(road);

  expect(repositories.after).toBe(repositories.before);
  expect(taskCount).toBe(8);
  expect(writes).toEqual([]);
});

/** @returns where a secret was seen */
async function takeWatched(road: Road, flavor: "inline" | "packaged"): Promise<string[]> {
  const processes = watchProcesses();
  const said: string[] = [];
  const stage: RoadOptions["stage"] = async (title, work) => void said.push(`${title}: ${(await work()) ?? ""}`);

  const table = await take(road, { flavor, stage });
  processes.stop();

  expect(table).toMatch(/America .*Hello World/);
  expect(table).toMatch(/Europe .*Hello World/);
  expectChangeMergedAndReported(said);
  for (const program of ["node", "git", "bash"]) expect([...processes.commandLines].join("\n")).toContain(program);
  return [
    ...findLeaks([...textsOf(road), ...processes.commandLines], secrets),
    // Git gets its token by its environment, which only its own user can see.
    ...findLeaks(
      [...processes.environments],
      secrets.filter((secret) => secret !== gitToken),
    ),
  ];
}

/** A change of the template in Git is merged where nobody minds, and reported where people changed the same. */
function expectChangeMergedAndReported(said: readonly string[]): void {
  const about = (start: string): string[] =>
    said.filter((line) => line.startsWith(start)).map((line) => line.slice(start.length + 2));
  expect(about('Ran "__ 4. Find Updates" for America')[0]).toContain("Can be merged, 1 commit behind");
  expect(about('Ran "__ 4. Find Updates" for Europe')[0]).toContain("Conflicts, 1 commit behind");
  expect(about('Ran "__ 5. Merge Updates" for America')[0]).toMatch(/pull request \[#1\]/);
  expect(about('Ran "__ 5. Merge Updates" for Europe')[0]).toMatch(
    /conflicts\. The pull request .* has 1 file to be decided/,
  );
  expect(about('Deployed "Hello World CaC" in the space America')).toEqual(["Hello world", "Good morning, world"]);
  expect(about('Deployed "Hello World CaC" in the space Europe')).toEqual(["Hello world", "Bonjour le monde"]);
}

function findLeaks(texts: readonly string[], all: readonly string[]): string[] {
  return texts.filter((text) => all.some((secret) => formsOf(secret).some((form) => text.includes(form))));
}

interface SecondTime {
  repositories: { before: string; after: string };
  taskCount: number;
  writes: unknown[];
}

async function runEverythingAgain({ server, second, url, gitHost }: Road): Promise<SecondTime> {
  const barry = await signIn({ url, apiKey, spaceName: "Default" });
  const readProcess = (): string => gitHost.read("managed-spaces/europe_hello_world_cac", processFile);
  const countTasks = (): number => server.model.collection("tasks").list().length;
  const [tasksBefore, before] = [countTasks(), readProcess()];
  for (const { requests } of [server, second]) requests.length = 0;

  for (const tenant of ["America", "Europe"])
    await barry.runRunbook("__ Client Space", "__ Create Client Space", tenant);
  await barry.runRunbook("Hello World", "__ 1. Serialize Project");
  for (const tenant of ["America", "Europe"]) await barry.runRunbook("Hello World", "__ 2. Deploy Project", tenant);
  await barry.runRunbook(companionName, "__ 1. Serialize Project");
  for (const tenant of ["America", "Europe"])
    await barry.runRunbook(companionName, "__ 2. Fork and Deploy Project", tenant);

  return {
    repositories: { before, after: readProcess() },
    taskCount: countTasks() - tasksBefore,
    writes: [server, second].flatMap(({ requests }) => requests.filter(isWriteOfStep)),
  };
}

/** What starts a run is a snapshot and the run itself; everything else would be the steps' doing. */
function isWriteOfStep({ method, path }: { method: string; path: string }): boolean {
  return method !== "GET" && !/runbookSnapshots|runbook-runs/.test(path);
}

const processFile = ".octopus/hello-world/deployment_process.ocl";

test("the whole road through Terraform and the Octopus provider", async ({ skip }) => {
  skip(!hasProvider, "Terraform with the Octopus provider is not on this machine");
  const road = await startServers();
  // Terraform gets what it needs by its environment, which only its own user can see.
  const processes = watchProcesses();

  const table = await take(road, { engine: "terraform" });
  processes.stop();

  expect(table).toMatch(/Europe .*Hello World/);
  const leaks = [...textsOf(road), ...processes.commandLines].filter((text) =>
    secrets.some((secret) => formsOf(secret).some((form) => text.includes(form))),
  );
  expect(leaks).toEqual([]);
});
