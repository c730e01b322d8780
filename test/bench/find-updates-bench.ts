import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../build/project.ts";
import { nameReceipt } from "../../lib/receipts/receipt.ts";
import { openReceipts } from "../../lib/receipts/receipts.ts";
import { saveReceipt } from "../../lib/receipts/write-receipts.ts";
import { createOctopusClient } from "../../lib/octopus/octopus-client.ts";
import { createApi, type Api, type Document } from "../api.ts";
import { editRepository, findHead, readFileAt } from "../git-server/edit-repository.ts";
import { startGitServer, type GitServer } from "../git-server/git-server.ts";
import { createOctopusServer } from "../octopus-server/octopus-server.ts";
import { startProgram } from "./start-program.ts";

const copies = 200;
const processFile = ".octopus/deployment_process.ocl";

/**
 * Find Updates over many copies in one space, against a full clone of each, one after the other: `git clone`, a fetch of the template,
 * its merge base, and a merge that is not committed. Both look at the same repositories in one run.
 */
export async function benchFindUpdates(): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "find-updates-bench-"));
  const git = await startGitServer();
  const server = createOctopusServer({ apiKey: "API-BENCH" });
  try {
    const url = await server.listen();
    const stage = await prepare({ url, apiKey: server.apiKey }, git);
    console.log(
      `Find Updates over ${copies} copies: a third untouched, a third changed by people, a third in conflict; 120 commits, 2 MB`,
    );
    const ours = await measure(git, "find-updates, the whole step", () => runStep(stage, scratch));
    const theirs = await measure(git, "a full clone each, one after the other", () => cloneEach(git, scratch));
    console.log(
      `  a full clone each : find-updates = ${(theirs.milliseconds / ours.milliseconds).toFixed(1)} : 1 in time, ${(theirs.bytes / ours.bytes).toFixed(1)} : 1 in bytes\n`,
    );
  } finally {
    await Promise.all([git.close(), server.close()]);
    rmSync(scratch, { recursive: true, force: true });
  }
}

interface Server {
  url: string;
  apiKey: string;
}

interface Stage extends Server {
  spaceId: string;
}

async function prepare(server: Server, git: GitServer): Promise<Stage> {
  const me = await createApi(server, "/api").get("/users/me");
  const space = await createApi(server, "/api").post("/spaces", { Name: "Many", SpaceManagersTeamMembers: [me.Id] });
  const upstream = git.createRepository("octopuscac/template.git");
  editRepository(upstream, { files: { "README.md": "# Template\n", "assets/manual.bin": randomBytes(2_000_000) } });
  const template = await addProject(server, "Template", {
    spaceId: "Spaces-1",
    url: `${git.url}/octopuscac/template.git`,
  });
  for (let number = 1; number < 100; number += 1)
    editRepository(upstream, {
      message: `Change ${number}`,
      files: { [`docs/page-${number % 30}.md`]: `Page ${number}\n`.repeat(100) },
    });

  const forkPoint = findHead(upstream, "refs/heads/main");
  const receipts = [];
  for (let number = 0; number < copies; number += 1) {
    const name = `copy-${number}`;
    const path = git.pathOf(`octopuscac/${name}.git`);
    cpSync(upstream, path, { recursive: true });
    const project = await addProject(server, name, { spaceId: space.Id, url: `${git.url}/octopuscac/${name}.git` });
    if (number % 3 !== 0) editOcl(path, number % 3 === 1 ? ["Wave", `Wave ${number}`] : ["Greet", `Hi ${number}`]);
    receipts.push({ name, project });
  }
  await saveReceipts({ ...server, spaceId: space.Id }, { template, forkPoint, receipts });
  editOcl(upstream, ["Greet", "Good morning"]);
  for (let number = 0; number < 20; number += 1)
    editRepository(upstream, { message: `Later change ${number}`, files: { [`docs/later-${number}.md`]: "Later\n" } });
  return { ...server, spaceId: space.Id };
}

function editOcl(path: string, [from, to]: readonly [string, string]): void {
  const text = readFileAt(path, "refs/heads/main", processFile);
  editRepository(path, { files: { [processFile]: text.replace(`echo ${from}`, `echo ${to}`) } });
}

async function addProject(
  server: Server,
  name: string,
  { spaceId, url }: { spaceId: string; url: string },
): Promise<Document> {
  const api = createApi(server, `/api/${spaceId}`);
  const [[lifecycle], [group]] = await Promise.all([api.list("/lifecycles"), api.list("/projectgroups")]);
  const project = await api.post("/projects", { Name: name, LifecycleId: lifecycle?.Id, ProjectGroupId: group?.Id });
  if (spaceId === "Spaces-1") await addSteps(api, project.Id);
  const settings = {
    Type: "VersionControlled",
    Url: url,
    DefaultBranch: "main",
    BasePath: ".octopus",
    ProtectedBranchNamePatterns: [],
    ProtectedDefaultBranch: false,
    Credentials: { Type: "Anonymous" },
  };
  const response = await fetch(`${server.url}/api/${spaceId}/projects/${project.Id}/git/convert`, {
    method: "POST",
    headers: { "X-Octopus-ApiKey": server.apiKey, "Content-Type": "application/json" },
    body: JSON.stringify({ CommitMessage: "Move to Git", VersionControlSettings: settings }),
  });
  if (!response.ok) throw new Error(await response.text());
  return project;
}

async function addSteps(api: Api, projectId: string): Promise<void> {
  const process = await api.get(`/projects/${projectId}/deploymentprocesses`);
  const steps = ["Prompt", "Greet", "Tidy up", "Wave"].map((name) => ({
    Name: name,
    Actions: [
      {
        Name: name,
        ActionType: "Octopus.Script",
        Properties: {
          "Octopus.Action.Script.Syntax": "Bash",
          "Octopus.Action.Script.ScriptSource": "Inline",
          "Octopus.Action.Script.ScriptBody": `echo ${name}`,
          "Octopus.Action.RunOnServer": "true",
        },
      },
    ],
  }));
  await api.put(`/projects/${projectId}/deploymentprocesses`, { ...process, Steps: steps });
}

interface Receipts {
  template: Document;
  forkPoint: string;
  receipts: { name: string; project: Document }[];
}

async function saveReceipts(
  { url, apiKey, spaceId }: Stage,
  { template, forkPoint, receipts }: Receipts,
): Promise<void> {
  const set = await openReceipts(createOctopusClient({ url, apiKey }).inSpace({ Id: spaceId, Name: "Many" }));
  for (const { name, project } of receipts)
    await saveReceipt(set, nameReceipt("template", name), () => ({
      format: 2,
      package: "template",
      version: "1.0.0",
      project: project.Id,
      upstream: { spaceId: "Spaces-1", projectId: template.Id, commit: forkPoint },
    }));
}

interface Measured {
  milliseconds: number;
  bytes: number;
}

async function measure(git: GitServer, name: string, work: () => Promise<void>): Promise<Measured> {
  git.requests.length = 0;
  const started = performance.now();
  await work();
  const milliseconds = performance.now() - started;
  const bytes = git.requests.reduce((sum, request) => sum + request.bytes, 0);
  console.log(
    `  ${name.padEnd(58)} ${String(git.requests.length).padStart(5)} requests to Git, ${(bytes / 1e6).toFixed(1).padStart(7)} MB, ${(milliseconds / 1000).toFixed(1).padStart(6)} s`,
  );
  return { milliseconds, bytes };
}

function runStep({ url, apiKey, spaceId }: Stage, scratch: string): Promise<void> {
  const directory = join(scratch, "step");
  mkdirSync(directory);
  const options = [
    "--server",
    url,
    "--space",
    "Spaces-1",
    "--project",
    "Template",
    "--managed-server",
    url,
    "--managed-space",
    spaceId,
  ];
  const environment = {
    MANAGED_SPACES_FIND_UPDATES_API_KEY: apiKey,
    MANAGED_SPACES_FIND_UPDATES_MANAGEMENT_API_KEY: apiKey,
  };
  return startProgram(
    process.execPath,
    [join(projectRoot, "dist", "managed-spaces.cjs"), "run", "find-updates", ...options],
    {
      directory,
      environment,
    },
  );
}

/** In the words of the reference's own way, and without its Python. */
const reference = `set -e
for number in $(seq 0 $((COPIES - 1))); do
  git clone --quiet "$SERVER/octopuscac/copy-$number.git" "copy-$number"
  cd "copy-$number"
  git remote add upstream "$SERVER/octopuscac/template.git"
  git fetch --quiet --all
  if [ "$(git merge-base HEAD upstream/main)" != "$(git rev-parse upstream/main)" ]; then
    git -c user.name=x -c user.email=x@localhost merge --quiet --no-commit --no-ff upstream/main >/dev/null || true
    git merge --abort
  fi
  cd ..
done
`;

function cloneEach(git: GitServer, scratch: string): Promise<void> {
  const directory = join(scratch, "clones");
  mkdirSync(directory);
  writeFileSync(join(scratch, "clone-each.sh"), reference);
  const environment = { COPIES: String(copies), SERVER: git.url, HOME: scratch };
  return startProgram("bash", [join(scratch, "clone-each.sh")], { directory, environment });
}
