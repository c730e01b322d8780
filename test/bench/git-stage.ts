import { existsSync, readFileSync } from "node:fs";
import { createOctopusClient } from "../../lib/octopus/octopus-client.ts";
import { nameReceipt } from "../../lib/receipts/receipt.ts";
import { openReceipts } from "../../lib/receipts/receipts.ts";
import { saveReceipt } from "../../lib/receipts/write-receipts.ts";
import { createApi, type Api, type Document } from "../api.ts";
import { editRepository, readFileAt } from "../git-server/edit-repository.ts";
import type { GitServer } from "../git-server/git-server.ts";

const processFile = ".octopus/deployment_process.ocl";

/** An Octopus with a template, and with copies of it in Git: what benches of them have in common. */
export interface Server {
  url: string;
  apiKey: string;
}

export interface Stage extends Server {
  spaceId: string;
}

/** Puts another word into the script of a step. */
export function editOcl(path: string, [from, to]: readonly [string, string]): void {
  const text = readFileAt(path, "refs/heads/main", processFile);
  editRepository(path, { files: { [processFile]: text.replace(`echo ${from}`, `echo ${to}`) } });
}

/** A project whose process goes to the repository; in the first space with four steps. */
export async function addProject(
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

export interface CopiesOf {
  template: Document;
  forkPoint: string;
  /** The copies: their receipts and projects. */
  receipts: { name: string; project: Document }[];
}

export async function saveReceipts(
  { url, apiKey, spaceId }: Stage,
  { template, forkPoint, receipts }: CopiesOf,
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

export interface Measured {
  milliseconds: number;
  bytes: number;
}

/** What a piece of work costs, seen from the Git server. The time of processors, the server's too, is what a busy machine changes little. */
export async function measure(git: GitServer, name: string, work: () => Promise<void>): Promise<Measured> {
  git.requests.length = 0;
  const started = performance.now();
  const busyBefore = readProcessorSeconds();
  await work();
  const milliseconds = performance.now() - started;
  const busy = readProcessorSeconds() - busyBefore;
  const bytes = git.requests.reduce((sum, request) => sum + request.bytes, 0);
  console.log(
    `  ${name.padEnd(58)} ${String(git.requests.length).padStart(5)} requests to Git, ${(bytes / 1e6).toFixed(1).padStart(7)} MB, ${(milliseconds / 1000).toFixed(1).padStart(6)} s, ${busy.toFixed(1).padStart(6)} s of processors`,
  );
  return { milliseconds, bytes };
}

/** Of this process and of all that it started and that ended (proc(5), "/proc/pid/stat": fields 14 to 17, in hundredths); 0 where there is no such file. */
function readProcessorSeconds(): number {
  if (!existsSync("/proc/self/stat")) return 0;
  const fields = readFileSync("/proc/self/stat", "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}
