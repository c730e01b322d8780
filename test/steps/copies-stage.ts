import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { findReceipt, openReceipts } from "../../lib/receipts/receipts.ts";
import { nameReceipt, type Receipt } from "../../lib/receipts/receipt.ts";
import { saveReceipt } from "../../lib/receipts/write-receipts.ts";
import { createOctopusClient, type OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import type { StepDefinition } from "../../lib/step/define-step.ts";
import { createApi, type Api, type Document } from "../api.ts";
import { editRepository, findHead, readFileAt, type Edit } from "../git-server/edit-repository.ts";
import type { ApiAnswer } from "../git-server/git-server.ts";
import { startGiteaStandIn } from "../git-hosts-stand-ins/gitea-stand-in.ts";
import type { StandIn, StandInRepository } from "../git-hosts-stand-ins/stand-in.ts";
import type { OctopusServer } from "../octopus-server/octopus-server.ts";
import type { FaultPlan } from "../octopus-server/faults/fault-plan.ts";
import { createStepContext, type StepRecording } from "../step/create-step-context.ts";
import { script } from "./deployment-stage.ts";
import { startOctopus, type TestServer } from "./managed-tenants.ts";

export const templateName = "Hello World CaC";
export const processFile = ".octopus/deployment_process.ocl";
export const gitToken = "token-of-octavia";

/** A template in Git, and copies of it in a managed space, each with its own repository on a Git host. */
export interface CopiesStage {
  server: OctopusServer;
  octopus: TestServer;
  standIn: StandIn;
  /** Makes Octopus misbehave from now on; `{}` ends it. */
  setFaults(plan: FaultPlan): void;
  /** Answers that the Git host gives to the next requests in place of its own. */
  hostFaults: ApiAnswer[];
  management: Api;
  managed: Api;
  managedSpace: OctopusSpace;
  template: Document;
  upstream: StandInRepository;
  /** Forks the template's repository as it is now, by default to the same owner, and makes a project that has its files there. */
  addCopy(name: string, more?: Partial<Receipt>, owner?: string): Promise<CopyOnStage>;
  /** Commits to a repository behind everybody's back. */
  edit(repository: StandInRepository, edit: Edit): string;
  head(repository: StandInRepository, branch?: string): string;
  read(repository: StandInRepository, path?: string, branch?: string): string;
  readReceipt(copy: string): Promise<Receipt | undefined>;
  saveReceipt(copy: string, change: (known: Receipt | undefined) => Receipt): Promise<void>;
  /** Runs a step; its promise rejects with the step's error. */
  run(step: StepDefinition, parameters?: Record<string, string>): Promise<StepRecording & { pages: string[] }>;
  /** Like `run`, and gives what was told even when the step fails. */
  runAnyway(step: StepDefinition, parameters?: Record<string, string>): Promise<StepRecording & { error: string }>;
  /** Pushes to Git, and writes to the Git host and to Octopus, since the last call. */
  takeWrites(): string[];
}

export interface CopyOnStage {
  name: string;
  repository: StandInRepository;
  project: Document;
}

/** @param options - how the Git host is; by default it has no Git LFS */
export async function startCopies(options: Parameters<typeof startGiteaStandIn>[0] = {}): Promise<CopiesStage> {
  const octopus = await startOctopus();
  const { server, url, apiKey, api: management } = octopus;
  const { standIn, faults: hostFaults } = await startGiteaStandIn(options);
  onTestFinished(() => standIn.close());
  standIn.accounts.set("octopuscac", "Organization");
  standIn.tokens.set(gitToken, { login: "octavia", scopes: ["write:repository", "write:organization", "write:user"] });
  const me = await createApi({ url, apiKey }, "/api").get("/users/me");
  const space = await createApi({ url, apiKey }, "/api").post("/spaces", {
    Name: "America",
    SpaceManagersTeamMembers: [me.Id],
  });
  const managed = createApi({ url, apiKey }, `/api/${space.Id}`);
  const managedSpace = createOctopusClient({ url, apiKey }).inSpace({ Id: space.Id, Name: "America" });
  for (const api of [managed, management])
    for (const name of ["Test", "Production"]) await api.post("/environments", { Name: name });

  const upstream = standIn.add("octopuscac", "hello_world_cac");
  editRepository(standIn.pathOf(upstream), {
    files: { "README.md": "# Hello\n", "logo.png": Buffer.from([0, 1, 2, 3]) },
    message: "First",
  });
  const template = await createProject(management, templateName);
  const process = await management.get(`/projects/${template.Id}/deploymentprocesses`);
  await management.put(`/projects/${template.Id}/deploymentprocesses`, {
    ...process,
    Steps: ["Prompt", "Greet", "Wave"].map((name) => script(name)),
  });
  await convert({ url, apiKey }, template, cloneUrlOf(standIn, upstream));

  const scratch = mkdtempSync(join(tmpdir(), "copies-"));
  onTestFinished(() => rmSync(scratch, { recursive: true, force: true }));
  const head = (repository: StandInRepository, branch = repository.defaultBranch): string =>
    findHead(standIn.pathOf(repository), `refs/heads/${branch}`);
  const receiptOf = (name: string): string => nameReceipt("hello_world_cac", name);
  let seen = 0;
  let gitSeen = 0;

  function prepare(step: StepDefinition, parameters: Record<string, string>): StepRecording {
    const known: Record<string, string> = {
      managementServerUrl: url,
      managementApiKey: apiKey,
      managementSpaceId: "Spaces-1",
      project: templateName,
      serverUrl: url,
      apiKey,
      spaceId: space.Id,
      gitToken,
    };
    const own = Object.entries(known).filter(([key]) => Object.hasOwn(step.parameters, key));
    return createStepContext({
      step,
      parameters: { ...Object.fromEntries(own), ...parameters },
      workingDirectory: scratch,
    });
  }

  return {
    server,
    octopus,
    standIn,
    setFaults: (plan) => server.setFaults(plan),
    hostFaults,
    management,
    managed,
    managedSpace,
    template,
    upstream,
    async addCopy(name, more = {}, owner = "octopuscac") {
      const repository = standIn.add(owner, `america_${name.toLowerCase().replaceAll(" ", "_")}`, {
        parent: upstream,
      });
      rmSync(standIn.pathOf(repository), { recursive: true });
      cpSync(standIn.pathOf(upstream), standIn.pathOf(repository), { recursive: true });
      const project = await createProject(managed, name);
      const address = cloneUrlOf(standIn, repository);
      await convert({ url, apiKey }, project, address);
      const receipts = await openReceipts(managedSpace);
      await saveReceipt(receipts, receiptOf(name), () => ({
        format: 2,
        package: "hello_world_cac",
        version: "2026.1.1.1",
        project: project.Id,
        upstream: {
          spaceId: "Spaces-1",
          space: "Default",
          projectId: template.Id,
          project: templateName,
          repository: cloneUrlOf(standIn, upstream),
          commit: head(upstream),
        },
        repository: { url: address, defaultBranch: "main", basePath: ".octopus" },
        ...more,
      }));
      return { name, repository, project };
    },
    edit: (repository, edit) => editRepository(standIn.pathOf(repository), edit),
    head,
    read: (repository, path = processFile, branch = repository.defaultBranch) =>
      readFileAt(standIn.pathOf(repository), `refs/heads/${branch}`, path),
    readReceipt: async (copy) => findReceipt(await openReceipts(managedSpace), receiptOf(copy)),
    saveReceipt: async (copy, change) => saveReceipt(await openReceipts(managedSpace), receiptOf(copy), change),
    async run(step, parameters = {}) {
      const recording = prepare(step, parameters);
      await recording.run();
      return { ...recording, pages: recording.attachments.map(({ path }) => readFileSync(path, "utf8")) };
    },
    async runAnyway(step, parameters = {}) {
      const recording = prepare(step, parameters);
      const error = await recording.run().then(
        () => "",
        (reason: unknown) => (reason instanceof Error ? reason.message : String(reason)),
      );
      return { ...recording, error };
    },
    takeWrites() {
      const writes = [
        ...server.requests.slice(seen).map(({ method, path }) => ({ method, path })),
        ...standIn.server.requests.slice(gitSeen).map(({ method, path }) => ({ method, path })),
      ].filter(({ method, path }) => method !== "GET" && !path.endsWith("/git-upload-pack"));
      seen = server.requests.length;
      gitSeen = standIn.server.requests.length;
      return writes.map(({ method, path }) => `${method} ${path}`);
    },
  };
}

export function cloneUrlOf(standIn: StandIn, { owner, name }: StandInRepository): string {
  return `${standIn.server.url}/${owner}/${name}.git`;
}

async function createProject(api: Api, name: string): Promise<Document> {
  const [lifecycle] = await api.list("/lifecycles");
  const [group] = await api.list("/projectgroups");
  return api.post("/projects", { Name: name, LifecycleId: lifecycle?.Id, ProjectGroupId: group?.Id });
}

interface Server {
  url: string;
  apiKey: string;
}

async function convert(server: Server, project: Document, url: string): Promise<void> {
  const body = {
    CommitMessage: "Move to Git",
    VersionControlSettings: {
      Type: "VersionControlled",
      Url: url,
      DefaultBranch: "main",
      BasePath: ".octopus",
      ProtectedBranchNamePatterns: [],
      ProtectedDefaultBranch: false,
      Credentials: {
        Type: "UsernamePassword",
        Username: "x-access-token",
        Password: { HasValue: true, NewValue: gitToken },
      },
    },
  };
  const response = await fetch(`${server.url}/api/${String(project["SpaceId"])}/projects/${project.Id}/git/convert`, {
    method: "POST",
    headers: { "X-Octopus-ApiKey": server.apiKey, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
}

export function messages(log: StepRecording["log"], level?: string): string[] {
  return log.filter((entry) => level === undefined || entry.level === level).map(({ message }) => message);
}
