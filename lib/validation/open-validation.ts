import { findProjectRepository, type Copy, type ProjectRepository } from "../copies/find-copies.ts";
import type { GitAccess } from "../copies/git-access.ts";
import { openGitWorkspace, type GitWorkspace } from "../copies/git-workspace.ts";
import type { InstanceAccess } from "../fleet/instance-access.ts";
import { readKnownValues, type KnownValues } from "../fleet/known-values.ts";
import { splitCredentials } from "../git/git-credentials.ts";
import { describePath, type GitHost } from "../git-hosts/git-host.ts";
import { textOf } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { findProjectByName } from "../octopus/projects.ts";
import type { StepLog } from "../step/define-step.ts";
import { ConflictError, NotFoundError } from "../step/errors.ts";
import { openManagedSpaces, type ManagedSpaces } from "./managed-spaces.ts";
import type { WatchedRepository } from "./subject.ts";

export interface ValidationOptions {
  management: OctopusSpace;
  /** Name of the template. */
  project: string;
  /** Of the project whose runbook deploys; "" where nobody knows. */
  deployingProject: string;
  access: InstanceAccess;
  createGitAccess(templateUrl: string): GitAccess<GitHost>;
  readVariable(name: string): string | undefined;
  workingDirectory: string;
  signal: AbortSignal;
  log: StepLog;
}

/** All that validations of one template share: what is asked is asked once. */
export interface OpenValidation extends Pick<ValidationOptions, "management" | "deployingProject" | "signal" | "log"> {
  name: string;
  project: OctopusDocument;
  template: WatchedRepository;
  workspace: GitWorkspace;
  /** Absent without credentials: then nothing is told to it. */
  host: GitHost | undefined;
  listManagedSpaces(): Promise<ManagedSpaces>;
  readKnownValues(): Promise<KnownValues>;
  close(): Promise<void>;
}

/** @throws {@link NotFoundError} without such a project, {@link ConflictError} for one that is not in Git */
export async function openValidation(options: ValidationOptions): Promise<OpenValidation> {
  const { management, access, readVariable, deployingProject, workingDirectory, signal, log } = options;
  const project = await getProject(management, options.project);
  const name = textOf(project, "Name");
  const at = findProjectRepository(project);
  if (at === undefined)
    throw new ConflictError(
      `The project "${name}" is not in Git, so there are no branches to validate. Rehearse its packages in place of that.`,
    );
  const git = options.createGitAccess(splitCredentials(at.url).url);
  const workspace = await openGitWorkspace({
    template: at,
    access: git,
    workingDirectory,
    signal,
    onCommand: (command) => log.verbose(command),
  });
  const managed = once(() => openManagedSpaces({ management, project, projectName: name, access, readVariable }));
  return {
    management,
    deployingProject,
    signal,
    log,
    name,
    project,
    template: toWatched("template", at, git.host),
    workspace,
    host: git.host,
    listManagedSpaces: managed,
    readKnownValues: once(() => readKnownValues(management, { project: deployingProject, readVariable })),
    close: () => workspace.close(),
  };
}

/** The repositories of the copies that are on the host, each once: several copies may share one. */
export async function listCopyRepositories({ host, listManagedSpaces }: OpenValidation): Promise<WatchedRepository[]> {
  const { spaces } = await listManagedSpaces();
  const found = new Map<string, WatchedRepository>();
  for (const copy of spaces.flatMap(({ copies }) => copies)) {
    if (copy.repository === undefined) continue;
    const watched = toWatched("copy", copy.repository, host, copy);
    const key = watched.path === undefined ? watched.url : describePath(watched.path).toLowerCase();
    const known = found.get(key);
    found.set(key, known === undefined ? watched : { ...known, copies: [...known.copies, copy] });
  }
  return [...found.values()];
}

function toWatched(
  kind: WatchedRepository["kind"],
  at: ProjectRepository,
  host: GitHost | undefined,
  copy?: Copy,
): WatchedRepository {
  const { url } = splitCredentials(at.url);
  return { kind, url, path: host?.parseCloneUrl(url), at, copies: copy === undefined ? [] : [copy] };
}

async function getProject(space: OctopusSpace, name: string): Promise<OctopusDocument> {
  const project = await findProjectByName(space, name);
  if (project !== undefined) return project;
  throw new NotFoundError(
    `The space "${space.name}" has no project "${name}", or the user of the API key may not see it. Check "Template Project".`,
  );
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let started: Promise<T> | undefined;
  return () => (started ??= work());
}
