import {
  Client,
  DeploymentRepository,
  ReleaseRepository,
  RunbookRunRepository,
  ServerTaskWaiter,
  type ResourceCollection,
} from "@octopusdeploy/api-client";

/** A document of the API, as far as the demo looks into it. */
export interface Document {
  Id: string;
  Name: string;
  [field: string]: unknown;
}

/** Somebody who works in one space of one server, with Octopus's own TypeScript client and nothing else. */
export interface OctopusUser {
  readonly url: string;
  readonly spaceName: string;
  create(path: string, body: Record<string, unknown>): Promise<Document>;
  get(path: string): Promise<Document>;
  list(path: string): Promise<Document[]>;
  find(path: string, name: string): Promise<Document | undefined>;
  update(path: string, body: Record<string, unknown>): Promise<Document>;
  /** Runs a runbook in Sync, for a tenant when one is named. @throws with the task's log when it fails */
  runRunbook(project: string, runbook: string, tenant?: string): Promise<FinishedTask>;
  /** Makes a release of the project and deploys it. @throws with the task's log when it fails */
  deploy(project: string, environment: string): Promise<FinishedTask>;
}

export interface FinishedTask {
  id: string;
  log: string;
}

const tenMinutes = 600_000;

export async function signIn(options: { url: string; apiKey: string; spaceName: string }): Promise<OctopusUser> {
  const { url, spaceName } = options;
  const client = await Client.create({ instanceURL: url, apiKey: options.apiKey, userAgentApp: "managed-spaces-demo" });
  const route = (path: string): string => `~/api/{spaceId}${path}`;

  async function finish(taskIds: string[], what: string): Promise<FinishedTask> {
    const tasks = await new ServerTaskWaiter(client, spaceName).waitForServerTasksToComplete(taskIds, 100, tenMinutes);
    const [task] = tasks;
    if (task === undefined) throw new Error(`${what} started no task.`);
    const log = await client.getRaw(`~/api/tasks/${task.Id}/raw`);
    if (task.State !== "Success") throw new Error(`${what} ended as ${task.State} (${task.Id} at ${url}).\n${log}`);
    return { id: task.Id, log };
  }

  async function list(path: string): Promise<Document[]> {
    const page = await client.request<ResourceCollection<Document>>(`${route(path)}{?skip,take}`, { spaceName, skip: 0, take: 1000 });
    return page.Items;
  }

  return {
    url,
    spaceName,
    list,
    create: (path, body) => client.doCreate<Document>(route(path), body, { spaceName }),
    get: (path) => client.request<Document>(route(path), { spaceName }),
    find: async (path, name) => (await list(path)).find((document) => document.Name === name),
    update: (path, body) => client.doUpdate<Document>(route(path), body, { spaceName }),
    async runRunbook(project, runbook, tenant) {
      const started = await new RunbookRunRepository(client, spaceName).create({
        spaceName,
        ProjectName: project,
        RunbookName: runbook,
        EnvironmentNames: ["Sync"],
        ForcePackageDownload: false,
        ...(tenant === undefined ? {} : { Tenants: [tenant] }),
      });
      return finish(started.RunbookRunServerTasks.map((entry) => entry.ServerTaskId), `The runbook "${runbook}"${tenant === undefined ? "" : ` for ${tenant}`}`);
    },
    async deploy(project, environment) {
      const release = await new ReleaseRepository(client, spaceName).create({ spaceName, ProjectName: project });
      const started = await new DeploymentRepository(client, spaceName).create({
        spaceName,
        ProjectName: project,
        ReleaseVersion: release.ReleaseVersion,
        EnvironmentNames: [environment],
        ForcePackageRedeployment: false,
        ForcePackageDownload: false,
        UpdateVariableSnapshot: false,
      });
      return finish(started.DeploymentServerTasks.map((entry) => entry.ServerTaskId), `The deployment of "${project}" to ${environment} in "${spaceName}"`);
    },
  };
}
