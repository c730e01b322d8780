import type { Resource } from "../model/collection.ts";
import { fieldsOf, numberOf, textOf } from "../model/fields.ts";
import type { Kind, OctopusModel, TaskLog } from "../model/model.ts";
import { compareVersions } from "../model/versions.ts";

/** A server as the page shows it. */
export interface ShownServer {
  name: string;
  /** "" for the server that the page belongs to. */
  url: string;
  model: OctopusModel;
}

export interface SpaceTile {
  id: string;
  name: string;
  description: string;
  isDefault: boolean;
  environments: string[];
  tenants: string[];
  projects: ProjectLine[];
  counts: { noun: string; count: number }[];
  /** For searching: every name in it. */
  words: string;
}

export interface ProjectLine {
  name: string;
  runbooks: string[];
  /** Where a project in Git has its files. */
  git: { url: string; repository: string; branch: string } | undefined;
  /** Where its newest deployments went, newest first, one an environment; with their {@link shownState}. */
  deployments: { environment: string; release: string; state: string }[];
}

export interface TaskLine {
  id: string;
  server: ShownServer;
  /** The whole sentence, as the task list of the API has it. */
  description: string;
  /** What ran: the runbook, or the description of any other task. */
  title: string;
  /** Project and environment, as far as there are any. */
  context: string[];
  /** "" for an untenanted one. */
  tenant: string;
  runsRunbook: boolean;
  /** Its {@link shownState}. */
  state: string;
  space: string;
  started: Date | undefined;
  milliseconds: number | undefined;
  error: string;
  /** The last line that its log highlights: what came of it. */
  result: string;
  progress: number;
  files: FileLine[];
}

export interface PackageLine {
  id: string;
  space: string;
  versions: { version: string; bytes: number; published: Date }[];
}

export function readSpaces({ model }: ShownServer): SpaceTile[] {
  return model
    .collection("spaces")
    .list()
    .map((space) => readSpace(model, space));
}

function readSpace(model: OctopusModel, space: Resource): SpaceTile {
  const namesOf = (kind: Kind, isWanted: (resource: Resource) => boolean = () => true): string[] =>
    model
      .collection(kind)
      .listInSpace(space.Id, isWanted)
      .map((resource) => textOf(resource, "Name"));
  const environments = model
    .collection("environments")
    .listInSpace(space.Id)
    .toSorted((a, b) => numberOf(a, "SortOrder") - numberOf(b, "SortOrder"));
  const projects = model
    .collection("projects")
    .listInSpace(space.Id)
    .map((project) => readProject(model, project));
  const tenants = namesOf("tenants");
  // The API has script modules among them, and people do not.
  const libraries = namesOf("libraryvariablesets", (library) => library["ContentType"] === "Variables");
  const environmentNames = environments.map((environment) => textOf(environment, "Name"));
  const runbooks = projects.flatMap((project) => project.runbooks);
  return {
    id: space.Id,
    name: textOf(space, "Name"),
    description: textOf(space, "Description"),
    isDefault: space["IsDefault"] === true,
    environments: environmentNames,
    tenants,
    projects: projects.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    counts: [
      { noun: "project", count: projects.length },
      { noun: "environment", count: environments.length },
      { noun: "runbook", count: runbooks.length },
      { noun: "variable set", count: libraries.length },
    ],
    words: [
      textOf(space, "Name"),
      ...environmentNames,
      ...tenants,
      ...projects.flatMap((project) => [project.name, project.git?.repository ?? ""]),
      ...runbooks,
      ...libraries,
    ]
      .join("\n")
      .toLowerCase(),
  };
}

function readProject(model: OctopusModel, project: Resource): ProjectLine {
  const spaceId = textOf(project, "SpaceId");
  const runbooks = model.collection("runbooks").listInSpace(spaceId, (runbook) => runbook["ProjectId"] === project.Id);
  const deployments = model
    .collection("deployments")
    .listInSpace(spaceId, (deployment) => deployment["ProjectId"] === project.Id);
  const newest = new Map<string, ProjectLine["deployments"][number]>();
  for (const deployment of deployments) {
    const environment = nameOf(model, "environments", textOf(deployment, "EnvironmentId"));
    const release = textOf(model.collection("releases").find(textOf(deployment, "ReleaseId")) ?? {}, "Version");
    newest.delete(environment);
    newest.set(environment, {
      environment,
      release,
      state: shownState(model.collection("tasks").find(textOf(deployment, "TaskId")) ?? {}),
    });
  }
  return {
    name: textOf(project, "Name"),
    runbooks: runbooks.map((runbook) => textOf(runbook, "Name")).toSorted(),
    git: readGit(project),
    deployments: [...newest.values()].toReversed(),
  };
}

function readGit(project: Resource): ProjectLine["git"] {
  if (project["IsVersionControlled"] !== true) return undefined;
  const settings = fieldsOf(project, "PersistenceSettings");
  const url = textOf(settings, "Url");
  const repository = url.replace(/^\w+:\/\/[^/]*\//, "").replace(/\.git$/, "");
  return { url, repository, branch: textOf(settings, "DefaultBranch") };
}

function nameOf(model: OctopusModel, kind: Kind, id: string): string {
  return textOf(model.collection(kind).find(id) ?? {}, "Name") || id;
}

/** The newest tasks that contain a text, and how many there are of them. */
export function readTasks(
  server: ShownServer,
  { wanted, most }: { wanted: string; most: number },
): { lines: TaskLine[]; total: number } {
  const { model } = server;
  const wordsOf = (task: Resource): string =>
    [
      textOf(task, "Description"),
      nameOf(model, "spaces", textOf(task, "SpaceId")),
      textOf(task, "State"),
      wordsOfState(shownState(task)),
    ].join("\n");
  const tasks = model
    .collection("tasks")
    .choose(wanted === "" ? [] : [{ by: "document", accepts: (task) => wordsOf(task).toLowerCase().includes(wanted) }]);
  return { lines: tasks.slice(0, most).map((task) => readTask(server, task)), total: tasks.length };
}

export function readTask(server: ShownServer, task: Resource): TaskLine {
  const { model } = server;
  const started = dateOf(task, "StartTime");
  const ended = dateOf(task, "CompletedTime") ?? model.now();
  return {
    id: task.Id,
    server,
    description: textOf(task, "Description"),
    title: titleOf(model, task),
    context: contextOf(model, task),
    tenant: nameOf(model, "tenants", textOf(task, "TenantId")),
    runsRunbook: textOf(task, "RunbookId") !== "",
    state: shownState(task),
    space: nameOf(model, "spaces", textOf(task, "SpaceId")),
    started: started ?? dateOf(task, "QueueTime"),
    milliseconds: started === undefined ? undefined : ended.getTime() - started.getTime(),
    error: textOf(task, "ErrorMessage"),
    result: lastHighlight(model.taskLogs.get(task.Id)),
    progress: model.taskLogs.get(task.Id)?.ProgressPercentage ?? 0,
    files: readFiles(server, task),
  };
}

/** A task's state, or how its log calls that of a step which succeeded and warned. */
function shownState(task: { [field: string]: unknown }): string {
  const state = textOf(task, "State");
  return state === "Success" && task["HasWarningsOrErrors"] === true ? "SuccessWithWarning" : state;
}

/** As people read it, and search for it. */
export function wordsOfState(state: string): string {
  if (state === "SuccessWithWarning") return "success, with warnings";
  return state.replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
}

function titleOf(model: OctopusModel, task: Resource): string {
  const runbook = model.collection("runbooks").find(textOf(task, "RunbookId"));
  return runbook === undefined ? textOf(task, "Description") : textOf(runbook, "Name");
}

function contextOf(model: OctopusModel, task: Resource): string[] {
  const kinds = { ProjectId: "projects", EnvironmentId: "environments" } as const;
  const fields = ["ProjectId", "EnvironmentId"] as const;
  return fields.map((field) => nameOf(model, kinds[field], textOf(task, field))).filter((name) => name !== "");
}

function lastHighlight(log: TaskLog | undefined): string {
  if (log === undefined) return "";
  const own = log.LogElements.findLast((line) => line.Category === "Highlight")?.MessageText ?? "";
  return log.Children.map(lastHighlight).findLast((text) => text !== "") ?? own;
}

function dateOf(document: Resource, field: string): Date | undefined {
  const time = Date.parse(textOf(document, field));
  return Number.isNaN(time) ? undefined : new Date(time);
}

export function readPackages({ model }: ShownServer): PackageLine[] {
  const lines = new Map<string, PackageLine>();
  for (const item of model.collection("packages").list()) {
    const space = nameOf(model, "spaces", textOf(item, "SpaceId"));
    const key = `${space}\n${textOf(item, "PackageId")}`;
    const line = lines.get(key) ?? { id: textOf(item, "PackageId"), space, versions: [] };
    line.versions.push({
      version: textOf(item, "Version"),
      bytes: numberOf(item, "PackageSizeBytes"),
      published: new Date(textOf(item, "Published")),
    });
    lines.set(key, line);
  }
  for (const line of lines.values()) line.versions.sort((a, b) => compareVersions(b.version, a.version));
  return [...lines.values()];
}

/** A file that a task left behind. */
export interface FileLine {
  name: string;
  /** "" for what is not shown: a file of another type may hold what only who has a key should see. */
  url: string;
}

function readFiles({ model, url }: ShownServer, task: Resource): FileLine[] {
  return model
    .collection("artifacts")
    .list()
    .filter((artifact) => artifact["ServerTaskId"] === task.Id)
    .map((artifact) => {
      const name = textOf(artifact, "Filename");
      return { name, url: findShownType(name) === undefined ? "" : `${url}/tasks/${task.Id}/files/${artifact.Id}` };
    });
}

/** What steps leave for people to read, and as what a browser shows it. */
const shownTypes: Readonly<Record<string, string>> = {
  html: "text/html",
  htm: "text/html",
  csv: "text/plain",
  diff: "text/plain",
  json: "text/plain",
  md: "text/plain",
  prom: "text/plain",
  tf: "text/plain",
};

export function findShownType(fileName: string): string | undefined {
  const [, ending = ""] = /\.(\w+)$/.exec(fileName) ?? [];
  return shownTypes[ending.toLowerCase()];
}
