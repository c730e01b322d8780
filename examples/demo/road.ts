import { join } from "node:path";
import { projectRoot } from "../../build/project.ts";
import { owners, type DemoGitHost } from "./git-host.ts";
import { companionName, takeTheGitRoad } from "./git-road.ts";
import { buildHelloWorldCac, projectName } from "./hello-world-cac.ts";
import { buildHelloWorld, fingerprint, passwords } from "./hello-world.ts";
import { signIn, type OctopusUser } from "./octopus-user.ts";
import { renderTable } from "./render-table.ts";
import { runInstall } from "./run-install.ts";
import type { Stage } from "./stage.ts";
import { addBaselineSecrets, addInstanceKey, connectTenants } from "./tenants.ts";

export interface RoadOptions {
  /** The server with the management space, its space Default. */
  url: string;
  apiKey: string;
  /** The server with the space of the tenant Europe. */
  second: { url: string; apiKey: string };
  engine: "apply" | "terraform";
  flavor?: "inline" | "packaged";
  /** Where Terraform keeps its states, by its backend `http`. */
  statesUrl: string;
  /** The Git host of a second template project, which lives there. */
  gitHost: DemoGitHost;
  stage: Stage;
}

/** The whole road: from a project that somebody built in the UI to the same project in two managed spaces on two servers. */
export async function takeTheRoad(options: RoadOptions): Promise<string> {
  const { url, apiKey, second, stage } = options;

  await stage("Two local Octopus servers", async () => `${url} (management space) and ${second.url}`);
  const barry = await signIn({ url, apiKey, spaceName: "Default" });
  const run = async (project: string, runbook: string, tenant?: string): Promise<string> =>
    (await barry.runRunbook(project, runbook, tenant)).highlights.at(-1) ?? "";
  await stage('Built the project "Hello World" as one does in the UI', () => buildHelloWorld(barry));
  await stage(`Built the project "${projectName}", and moved it to Git`, () =>
    buildHelloWorldCac(barry, options.gitHost),
  );
  await stage("managed-spaces install", () => install(options));
  await stage("Made the tenants America and Europe", () =>
    connectTenants(
      barry,
      [
        { name: "America", url, apiKey },
        { name: "Europe", url: second.url, apiKey: second.apiKey },
      ],
      ["__ Client Space", "Hello World", companionName],
    ),
  );
  await stage("Gave the baseline its secrets", () =>
    addBaselineSecrets(barry, { "Git.Password": options.gitHost.token, "Docker.Password": 'docker: s3cret"2' }),
  );
  for (const tenant of ["America", "Europe"]) {
    await stage(`Ran "__ Create Client Space" for ${tenant}`, () =>
      run("__ Client Space", "__ Create Client Space", tenant),
    );
  }
  await stage('Ran "__ 1. Serialize Project"', () => run("Hello World", "__ 1. Serialize Project"));
  for (const tenant of ["America", "Europe"]) {
    await stage(`Ran "__ 2. Deploy Project" for ${tenant}`, () => run("Hello World", "__ 2. Deploy Project", tenant));
  }
  const america = await signIn({ url, apiKey, spaceName: "America" });
  const europe = await signIn({ url: second.url, apiKey: second.apiKey, spaceName: "Europe" });
  for (const owner of [america, europe])
    await stage(`Deployed "Hello World" in the space ${owner.spaceName}`, () => deployDownstream(owner));
  await takeTheGitRoad({
    host: options.gitHost,
    barry,
    america,
    europe,
    hasReceipts: options.engine === "apply",
    stage,
  });

  await stage("Gave the fleet a key to the second server", () => addInstanceKey(barry, second));
  await stage('Ran "__ Report Fleet"', () => run("__ Fleet", "__ Report Fleet"));
  return tabulate([barry, america, europe]);
}

function install({ url, apiKey, engine, flavor = "packaged", statesUrl, gitHost }: RoadOptions): Promise<string> {
  const settings = ["address", "lock_address", "unlock_address"].map(
    (setting) => `-backend-config="${setting}=${statesUrl}/{state}"`,
  );
  const terraform = [
    "--engine",
    "terraform",
    "--terraform-backend",
    "http",
    `--terraform-init-parameters=${settings.join(" ")}`,
  ];
  const options = [
    "--project",
    "Hello World",
    "--project",
    projectName,
    "--git-host",
    "gitea",
    "--git-host-url",
    gitHost.url,
    "--git-owner",
    owners.copies,
    "--baseline",
    join(projectRoot, "examples/baseline/baseline.yaml"),
    "--fleet",
    ...(flavor === "inline" ? ["--inline"] : []),
    ...(engine === "terraform" ? terraform : []),
  ];
  return runInstall(options, {
    OCTOPUS_URL: url,
    OCTOPUS_API_KEY: apiKey,
    OCTOPUS_SPACE: "Default",
    GIT_TOKEN: gitHost.token,
  });
}

async function deployDownstream(owner: OctopusUser): Promise<string> {
  const { log } = await owner.deploy("Hello World", "Development");
  const expected = fingerprint(passwords["Development"] ?? "");
  if (!log.includes(expected))
    throw new Error(`The secret in "${owner.spaceName}" is not the one of the template.\n${log}`);
  return `its secret arrived (fingerprint ${expected})`;
}

async function tabulate(users: readonly OctopusUser[]): Promise<string> {
  const rows = [["Space", "Server", "Projects", "Environments", "Variable sets", "Runbooks"]];
  for (const owner of users) {
    const names = async (path: string): Promise<string> =>
      (await owner.list(path))
        .filter((document) => document["ContentType"] !== "ScriptModule")
        .map((document) => document.Name)
        .join(", ");
    rows.push([
      owner.spaceName,
      owner.url,
      await names("/projects"),
      await names("/environments"),
      await names("/libraryvariablesets"),
      await names("/runbooks"),
    ]);
  }
  return renderTable(rows);
}
