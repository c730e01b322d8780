import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runCommandLine } from "../../lib/cli/command-line.ts";
import { defaultBaseline } from "../../lib/install/default-baseline.ts";
import { projectRoot, readProjectVersion } from "../../build/project.ts";
import { steps } from "../../steps/index.ts";
import { createOctopusServer, type OctopusServer } from "../../test/octopus-server/octopus-server.ts";
import { buildHelloWorld, fingerprint, passwords } from "./hello-world.ts";
import { signIn, type OctopusUser } from "./octopus-user.ts";
import { renderTable } from "./render-table.ts";
import { addBaselineSecrets, connectTenants } from "./tenants.ts";

const { values } = parseArgs({
  options: { once: { type: "boolean" }, engine: { type: "string", default: "apply" }, port: { type: "string", default: "8066" }, "second-port": { type: "string", default: "8067" } },
});

process.exitCode = await demonstrate().catch((error: unknown) => {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  return 1;
});
if (values.once === true || process.exitCode !== 0) process.exit();

/** The whole road: from a project that somebody built in the UI to the same project in two managed spaces on two servers. */
async function demonstrate(): Promise<number> {
  const secondServer = createOctopusServer({ name: "Octopus in Europe", apiKey: "API-EUROPE00000000000000000000000", worker: true });
  const secondUrl = await listen(secondServer, values["second-port"]);
  const server = createOctopusServer({ name: "Octopus in America", worker: true, peers: [{ name: "Octopus in Europe", url: secondUrl, model: secondServer.model }] });
  const url = await listen(server, values.port);
  const stage = createStage();

  await stage("Two local Octopus servers", async () => `${url} (management space) and ${secondUrl}`);
  const barry = await signIn({ url, apiKey: server.apiKey, spaceName: "Default" });
  await stage('Built the project "Hello World" as one does in the UI', () => buildHelloWorld(barry));
  await stage("managed-spaces install", () => install(url, server.apiKey));
  await stage("Made the tenants America and Europe", () =>
    connectTenants(
      barry,
      [
        { name: "America", url, apiKey: server.apiKey },
        { name: "Europe", url: secondUrl, apiKey: secondServer.apiKey },
      ],
      ["__ Client Space", "Hello World"],
    ),
  );
  await stage("Gave the baseline its secrets", () => addBaselineSecrets(barry, { "Git.Password": "git: s3cret'1", "Docker.Password": 'docker: s3cret"2' }));
  for (const tenant of ["America", "Europe"]) {
    await stage(`Ran "__ Create Client Space" for ${tenant}`, async () => highlightOf(await barry.runRunbook("__ Client Space", "__ Create Client Space", tenant)));
  }
  await stage('Ran "__ 1. Serialize Project"', async () => highlightOf(await barry.runRunbook("Hello World", "__ 1. Serialize Project")));
  for (const tenant of ["America", "Europe"]) {
    await stage(`Ran "__ 2. Deploy Project" for ${tenant}`, async () => highlightOf(await barry.runRunbook("Hello World", "__ 2. Deploy Project", tenant)));
  }
  const america = await signIn({ url, apiKey: server.apiKey, spaceName: "America" });
  const europe = await signIn({ url: secondUrl, apiKey: secondServer.apiKey, spaceName: "Europe" });
  for (const owner of [america, europe]) await stage(`Deployed "Hello World" in the space ${owner.spaceName}`, () => deployDownstream(owner));

  console.log(`\n${await tabulate([barry, america, europe])}`);
  if (values.once === true) return 0;
  console.log(`\nLook at it: ${url}\nStop with Ctrl-C.`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(0));
  return 0;
}

/** The port asked for, or a free one where that is taken. */
async function listen(server: OctopusServer, port: string): Promise<string> {
  if (values.once === true) return server.listen(0);
  return server.listen(Number(port)).catch(() => server.listen(0));
}

function createStage(): (title: string, work: () => Promise<string | void>) => Promise<void> {
  const started = performance.now();
  return async (title, work) => {
    const detail = await work();
    const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(5);
    console.log(`${seconds} s  ${title}${detail === undefined || detail === "" ? "" : `\n         ${detail}`}`);
  };
}

/** Installs as `npx managed-spaces install` would, which fails the demo when it fails. */
async function install(url: string, apiKey: string): Promise<string> {
  const printed: string[] = [];
  const terraform = ["--engine", "terraform", "--terraform-backend", "local", `--terraform-init-parameters=-backend-config="path=${mkdtempSync(join(tmpdir(), "managed-spaces-state-"))}/terraform.tfstate"`];
  const code = await runCommandLine({
    arguments: ["install", "--project", "Hello World", "--baseline", join(projectRoot, "examples/baseline/baseline.yaml"), ...(values.engine === "terraform" ? terraform : [])],
    environment: { OCTOPUS_URL: url, OCTOPUS_API_KEY: apiKey, OCTOPUS_SPACE: "Default" },
    workingDirectory: projectRoot,
    dist: join(projectRoot, "dist"),
    version: readProjectVersion(),
    steps,
    defaultBaseline,
    write: (_stream, text) => void printed.push(text),
    signal: new AbortController().signal,
  });
  if (code !== 0) throw new Error(printed.join(""));
  return printed.join("").split("\n").find((line) => line.includes("changes made")) ?? "";
}

/** The last highlighted line of a task's log: what the step has to say for itself. */
function highlightOf({ log }: { log: string }): string {
  const lines = log.split("\n").map((line) => line.replace(/^.*?\|\s*/, "").trim());
  return lines.findLast((line) => /^(Created|Deployed|Serialized|Populated|The |Pushed|Nothing)/.test(line)) ?? "";
}

async function deployDownstream(owner: OctopusUser): Promise<string> {
  const { log } = await owner.deploy("Hello World", "Development");
  const expected = fingerprint(passwords["Development"] ?? "");
  if (!log.includes(expected)) throw new Error(`The secret in "${owner.spaceName}" is not the one of the template.\n${log}`);
  return `its secret arrived (fingerprint ${expected})`;
}

async function tabulate(owners: readonly OctopusUser[]): Promise<string> {
  const rows = [["Space", "Server", "Projects", "Environments", "Variable sets", "Runbooks"]];
  for (const owner of owners) {
    const names = async (path: string): Promise<string> => (await owner.list(path)).map((document) => document.Name).join(", ");
    rows.push([owner.spaceName, owner.url, await names("/projects"), await names("/environments"), await names("/libraryvariablesets"), await names("/runbooks")]);
  }
  return renderTable(rows);
}
