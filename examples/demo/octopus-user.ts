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
  /** Makes a space that the user looks after. */
  createSpace(name: string): Promise<Document>;
  /** Runs a runbook in Sync, for a tenant when one is named. @throws with the task's log when it fails */
  runRunbook(project: string, runbook: string, tenant?: string): Promise<FinishedTask>;
  /** Makes a release of the project, from `gitRef` where it is in Git, and deploys it. @throws with the task's log when it fails */
  deploy(project: string, environment: string, options?: { gitRef?: string }): Promise<FinishedTask>;
}

export interface FinishedTask {
  id: string;
  log: string;
  /** What its steps have to say for themselves, in their order: the lines that the task's summary shows. */
  highlights: string[];
}

const tenMinutes = 600_000;

/** A node of a task's log. */
interface ActivityLog {
  LogElements?: { Category: string; MessageText: string }[];
  Children?: ActivityLog[];
}

function listHighlights({ LogElements = [], Children = [] }: ActivityLog): string[] {
  const own = LogElements.filter(({ Category }) => Category === "Highlight").map(({ MessageText }) => MessageText);
  return [...own, ...Children.flatMap(listHighlights)];
}

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
    const details = await client.get<{ ActivityLogs?: ActivityLog[] }>(`~/api/tasks/${task.Id}/details`);
    return { id: task.Id, log, highlights: (details.ActivityLogs ?? []).flatMap(listHighlights) };
  }

  async function list(path: string): Promise<Document[]> {
    const page = await client.request<ResourceCollection<Document>>(`${route(path)}{?skip,take}`, {
      spaceName,
      skip: 0,
      take: 1000,
    });
    return page.Items;
  }

  /** What "Run draft" does in the portal: a snapshot of the runbook as it is now, with the newest packages. */
  async function makeDraft(projectName: string, runbookName: string): Promise<Document> {
    const project = await find("/projects", projectName);
    const runbook = (await list(`/projects/${project?.Id}/runbooks`)).find(
      (candidate) => candidate.Name === runbookName,
    );
    const template = await get(`/runbooks/${runbook?.Id}/runbookSnapshotTemplate`);
    const packages: unknown[] = Array.isArray(template["Packages"]) ? template["Packages"] : [];
    const selected = await Promise.all(packages.filter(isRecord).map(selectPackage));
    const body = {
      ProjectId: project?.Id,
      RunbookId: runbook?.Id,
      Name: template["NextNameIncrement"],
      SelectedPackages: selected,
    };
    return client.doCreate<Document>(route("/runbookSnapshots"), body, { spaceName });
  }

  async function selectPackage(reference: Record<string, unknown>): Promise<Record<string, unknown>> {
    const { ActionName, PackageReferenceName, FeedId, PackageId, FixedVersion } = reference;
    if (typeof FixedVersion === "string" && FixedVersion !== "")
      return { ActionName, PackageReferenceName, Version: FixedVersion };
    const page = await client.request<{ Items: { Version: string }[] }>(
      `${route(`/feeds/${String(FeedId)}/packages/versions`)}{?packageId,take}`,
      { spaceName, packageId: String(PackageId), take: 1 },
    );
    return { ActionName, PackageReferenceName, Version: page.Items[0]?.Version };
  }

  const get = (path: string): Promise<Document> => client.request<Document>(route(path), { spaceName });
  const find = async (path: string, name: string): Promise<Document | undefined> =>
    (await list(path)).find((document) => document.Name === name);

  return {
    url,
    spaceName,
    list,
    create: (path, body) => client.doCreate<Document>(route(path), body, { spaceName }),
    get,
    find,
    update: (path, body) => client.doUpdate<Document>(route(path), body, { spaceName }),
    async createSpace(name) {
      const me = await client.request<Document>("~/api/users/me");
      return client.doCreate<Document>("~/api/spaces", { Name: name, SpaceManagersTeamMembers: [me.Id] });
    },
    async runRunbook(project, runbook, tenant) {
      const snapshot = await makeDraft(project, runbook);
      const started = await new RunbookRunRepository(client, spaceName).create({
        spaceName,
        ProjectName: project,
        RunbookName: runbook,
        EnvironmentNames: ["Sync"],
        ForcePackageDownload: false,
        Snapshot: snapshot.Name,
        ...(tenant === undefined ? {} : { Tenants: [tenant] }),
      });
      return finish(
        started.RunbookRunServerTasks.map((entry) => entry.ServerTaskId),
        `The runbook "${runbook}"${tenant === undefined ? "" : ` for ${tenant}`}`,
      );
    },
    async deploy(project, environment, { gitRef } = {}) {
      const version = gitRef === undefined ? {} : { GitRef: gitRef };
      const release = await new ReleaseRepository(client, spaceName).create({
        spaceName,
        ProjectName: project,
        ...version,
      });
      const started = await new DeploymentRepository(client, spaceName).create({
        spaceName,
        ProjectName: project,
        ReleaseVersion: release.ReleaseVersion,
        EnvironmentNames: [environment],
        ForcePackageRedeployment: false,
        ForcePackageDownload: false,
        UpdateVariableSnapshot: false,
      });
      return finish(
        started.DeploymentServerTasks.map((entry) => entry.ServerTaskId),
        `The deployment of "${project}" to ${environment} in "${spaceName}"`,
      );
    },
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
