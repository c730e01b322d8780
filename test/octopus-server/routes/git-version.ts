import type { Resource } from "../model/collection.ts";
import { actionsIn, normalizeSteps, processIdOf } from "../model/processes.ts";
import { listOf, textOf, type Fields } from "../model/fields.ts";
import { isSensitive } from "../model/sensitive.ts";
import { findVariableSet } from "../model/snapshots.ts";
import { GitFailure } from "../git/git-command.ts";
import type { GitRef, GitRepository } from "../git/git-repository.ts";
import type { OclItem } from "../ocl/items.ts";
import { OclError, parseOcl } from "../ocl/parse-ocl.ts";
import { processFromOcl, type ProcessContext } from "../ocl/process-ocl.ts";
import { createReferences } from "../ocl/references.ts";
import { runbookFromOcl, type RunbookFile } from "../ocl/runbook-ocl.ts";
import { settingsFromOcl } from "../ocl/settings-ocl.ts";
import { createStepTemplates } from "../ocl/step-templates.ts";
import { variablesFromOcl } from "../ocl/variables-ocl.ts";
import { OclWriteError, writeOcl } from "../ocl/write-ocl.ts";
import { projectOf } from "./projects.ts";
import { badRequest, notFound, Refusal, type Call } from "./route.ts";
import {
  credentialOf,
  folderOf,
  isProtectedBranch,
  isVersionControlled,
  settingsOf,
} from "./version-control-settings.ts";

/** The files of a project at one commit. */
export interface GitVersion {
  project: Resource;
  /** `refs/heads/main`, or the commit itself when that was asked for. */
  ref: string;
  commit: string;
  /** Text by path inside the base path. */
  files: ReadonlyMap<string, string>;
}

export const fileNames = {
  process: "deployment_process.ocl",
  settings: "deployment_settings.ocl",
  variables: "variables.ocl",
  schema: "schema_version.ocl",
} as const;

export function runbookFileName(slug: string): string {
  return `runbooks/${slug}.ocl`;
}

/** The version that `{project}` and `{gitRef}` of a path name. @throws a 404 or a 400 */
export async function versionOfPath(call: Call): Promise<GitVersion> {
  return readVersion(call, projectOf(call), call.params["gitRef"] ?? "");
}

/**
 * Reads a project's files from its repository, always anew.
 * @param ref - a branch, a tag, a full reference or a commit; "" is the default branch
 */
export async function readVersion(call: Call, project: Resource, ref: string): Promise<GitVersion> {
  const settings = settingsOf(requireVersionControl(project));
  return useRepository(call, settings, async (repository) => {
    const found = await findRef(repository, ref || textOf(settings, "DefaultBranch"));
    // Assumed: 404; Octopus's clients go on with tags and commits after one.
    if (found === undefined) throw new Refusal(404, `The reference '${ref}' does not exist in the Git repository.`);
    const files = await repository.readFiles(found.commit, folderOf(settings));
    // Source: docs, moving a project's files: this is said where the folder is not there.
    if (files.size === 0)
      throw badRequest(`Branch has not been initialized: '${found.name}' has no files in '${folderOf(settings)}'.`);
    return { project, ref: found.name, commit: found.commit, files };
  });
}

/** @throws a 400 for a project whose process is in the database (assumed) */
export function requireVersionControl(project: Resource): Resource {
  if (!isVersionControlled(project))
    throw badRequest(`The project '${textOf(project, "Name")}' is not version controlled.`);
  return project;
}

/** Source: an answer of a real server in Octopus's issue 9365. @throws a 400 for a project whose process is in Git */
export function requireDatabase(project: Resource): Resource {
  if (isVersionControlled(project))
    throw badRequest(
      "Received a request for a version-controlled resource on a non-version control route. To access this resource, include a Git ref in the route.",
    );
  return project;
}

/** Works on a repository that was just read; what Git refuses becomes a 400. Sources of the sentences: Octopus's issues 7784 and 7343. */
export async function useRepository<Result>(
  call: Call,
  settings: Fields,
  work: (repository: GitRepository) => Promise<Result>,
): Promise<Result> {
  const credential = credentialOf(call.model, settings);
  return call.model.git
    .use(textOf(settings, "Url"), async (repository) => {
      await repository.fetch(credential).catch((error: unknown) => {
        throw failed(
          error,
          "Unable to establish a connection to git. Please check the URL, default branch name, and authentication details.",
        );
      });
      return work(repository);
    })
    .catch((error: unknown) => {
      throw failed(error, "Remote repository returned an error:");
    });
}

function failed(error: unknown, what: string): unknown {
  if (!(error instanceof GitFailure)) return error;
  const reason = `${what} ${error.words}`;
  // Assumed, but for Git's own words in it.
  return new Refusal(400, `There was an error accessing version control. ${reason}`, [reason]);
}

/** Branches win over tags of the same name, and both over commits. */
export async function findRef(repository: GitRepository, ref: string): Promise<GitRef | undefined> {
  const refs = await repository.listRefs();
  const named = [ref, `refs/heads/${ref}`, `refs/tags/${ref}`].flatMap((name) =>
    refs.filter((one) => one.name === name),
  )[0];
  if (named !== undefined) return named;
  const commit = await repository.findCommit(ref);
  return commit === undefined ? undefined : { name: commit, commit };
}

/** What a release and a runbook snapshot remember (go-octopusdeploy `VersionControlReference`). */
export function referenceOf({ ref, commit }: GitVersion): Fields {
  return { GitRef: ref, GitCommit: commit };
}

export interface Change {
  /** As the path names it: only branches can be changed. */
  ref: string;
  message: string;
  /** Text by path inside the base path; undefined takes the file away. */
  files: Readonly<Record<string, string | undefined>>;
}

/** Makes a commit; nothing happens when the files are as they should be (assumed). @throws a 400 for protected branches and refused pushes */
export async function commitChange(call: Call, project: Resource, { ref, message, files }: Change): Promise<void> {
  const settings = settingsOf(requireVersionControl(project));
  await useRepository(call, settings, async (repository) => {
    const found = await findRef(repository, ref || textOf(settings, "DefaultBranch"));
    if (found === undefined) throw new Refusal(404, `The reference '${ref}' does not exist in the Git repository.`);
    const branch = requireUnprotectedBranch(settings, found.name);
    const folder = folderOf(settings);
    const before = await repository.readFiles(found.commit, folder);
    const changed = Object.entries(files).filter(([path, text]) => before.get(path) !== text);
    if (changed.length === 0) return;
    await repository.push({
      branch,
      parent: found.commit,
      message,
      author: authorOf(call),
      files: Object.fromEntries(changed.map(([path, text]) => [`${folder}/${path}`, text])),
      credential: credentialOf(call.model, settings),
    });
  });
}

/** @returns the name of the branch without `refs/heads/` */
function requireUnprotectedBranch(settings: Fields, ref: string): string {
  // Assumed: changes go to branches only.
  if (!ref.startsWith("refs/heads/"))
    throw badRequest(`'${ref}' is not a branch. Changes can be committed to branches only.`);
  const branch = ref.replace("refs/heads/", "");
  if (isProtectedBranch(settings, branch)) throw protectedBranch(branch);
  return branch;
}

/** Source: an answer of a real server in Octopus's issue 9456. */
export function protectedBranch(branch: string): Refusal {
  return badRequest(
    `refs/heads/${branch} is a protected branch. Cannot commit to protected branches. Please create a new branch before committing.`,
  );
}

export function authorOf(call: Call): { name: string; email: string } {
  const name = textOf(call.user, "DisplayName") || textOf(call.user, "Username");
  return { name, email: textOf(call.user, "EmailAddress") || `${textOf(call.user, "Username")}@octopus.invalid` };
}

/** The deployment process at a version, in the form that the database has it. @throws a 400 that names everything which the space lacks */
export function processAt(call: Call, version: GitVersion): Resource {
  const { project } = version;
  const Steps = read(call, version, fileNames.process, (items, context) => processFromOcl(items, context));
  return {
    Id: processIdOf({ kind: "deploymentprocesses", ownerId: project.Id }),
    SpaceId: project["SpaceId"],
    ProjectId: project.Id,
    Version: 0,
    Steps,
    LastSnapshotId: null,
  };
}

export function settingsAt(call: Call, version: GitVersion): Fields {
  return read(call, version, fileNames.settings, settingsFromOcl);
}

/** The variables that apply at a version: those of the file, and secrets, which the database keeps for all branches (docs, Config as Code reference). */
export function variableSetAt(call: Call, version: GitVersion): Resource {
  const stored = storedVariables(call, version.project);
  return { ...stored, Version: 0, Variables: [...variablesAt(call, version), ...listOf(stored, "Variables")] };
}

/** Only the variables of the file. */
export function variablesAt(call: Call, version: GitVersion): Fields[] {
  const projectId = version.project.Id;
  return read(call, version, fileNames.variables, (items, { references }) =>
    variablesFromOcl(items, { references, projectId }),
  );
}

/** The set that the database has of a project. */
export function storedVariables(call: Call, project: Resource): Resource {
  const stored = findVariableSet(call.model, project.Id);
  if (stored === undefined) throw notFound();
  return stored;
}

export function secretsIn(set: Fields): Fields[] {
  return listOf(set, "Variables").filter(isSecret);
}

export function isSecret(variable: Fields): boolean {
  return variable["Type"] === "Sensitive" || variable["IsSensitive"] === true || isSensitive(variable["Value"]);
}

export interface GitRunbook {
  runbook: Resource;
  process: Resource;
}

/** The runbooks at a version, by name. */
export function runbooksAt(call: Call, version: GitVersion): GitRunbook[] {
  const paths = [...version.files.keys()].filter((path) => /^runbooks\/[^/]+\.ocl$/.test(path));
  const found = paths.map((path) => runbookAt(call, version, path.slice("runbooks/".length, -".ocl".length)));
  return found.toSorted((a, b) => textOf(a.runbook, "Name").localeCompare(textOf(b.runbook, "Name"), "en"));
}

/** @param slug - also with the prefix that the id of a runbook process has @throws a 404 */
export function runbookAt(call: Call, version: GitVersion, slug: string): GitRunbook {
  const wanted = runbookFileName(slug.replace(/^RunbookProcess-/i, "")).toLowerCase();
  const file = [...version.files.keys()].find((path) => path.toLowerCase() === wanted);
  if (file === undefined) throw notFound();
  const id = file.slice("runbooks/".length, -".ocl".length);
  const { runbook, steps } = read(call, version, file, (items, context): RunbookFile =>
    runbookFromOcl(items, id, context),
  );
  const owner = { SpaceId: version.project["SpaceId"], ProjectId: version.project.Id };
  const processId = processIdOf({ kind: "runbookprocesses", ownerId: id });
  return {
    runbook: { ...runbook, ...owner, Id: id, RunbookProcessId: processId, PublishedRunbookSnapshotId: null },
    process: { Id: processId, ...owner, RunbookId: id, Version: 0, Steps: steps, LastSnapshotId: null },
  };
}

/** By slug or name, as the executions API names runbooks. @throws a 404 */
export function runbookNamedAt(call: Call, version: GitVersion, name: string): GitRunbook {
  const wanted = name.toLowerCase();
  const found = runbooksAt(call, version).find(
    ({ runbook }) => runbook.Id.toLowerCase() === wanted || textOf(runbook, "Name").toLowerCase() === wanted,
  );
  if (found === undefined) throw notFound();
  return found;
}

/** Variables can be scoped to these: of the process and of all runbooks. */
export function actionsAt(call: Call, version: GitVersion): { Id: string; Name: string }[] {
  const processes = [processAt(call, version), ...runbooksAt(call, version).map(({ process }) => process)];
  return processes
    .flatMap((process) => actionsIn(process))
    .map((action) => ({ Id: textOf(action, "Id"), Name: textOf(action, "Name") }));
}

function read<Result>(
  call: Call,
  version: GitVersion,
  file: string,
  convert: (items: OclItem[], context: ProcessContext) => Result,
): Result {
  const path = `${folderOf(settingsOf(version.project))}/${file}`;
  const text = version.files.get(file);
  // Source: octoterra looks for these words in the answer of a real server; the status is assumed.
  if (text === undefined)
    throw new Refusal(400, `The file '${path}' does not exist in the Git repository.`, [
      `The file '${path}' does not exist in the Git repository.`,
    ]);
  const context = processContext(call, version.project);
  const result = convert(parse(text, path), context);
  const missing = [...context.references.missing, ...context.templates.missing];
  if (missing.length > 0) throw badRequest(...new Set(missing));
  return result;
}

export function processContext(call: Call, project: Resource): ProcessContext {
  const spaceId = textOf(project, "SpaceId");
  return {
    references: createReferences(call.model, { spaceId, projectId: project.Id }),
    templates: createStepTemplates(call.model, spaceId),
  };
}

/** Assumed: 400, and the sentence. */
function parse(text: string, path: string): OclItem[] {
  try {
    return parseOcl(text);
  } catch (error) {
    if (error instanceof OclError) throw badRequest(`The file '${path}' cannot be read. ${error.message}`);
    throw error;
  }
}

/** @throws a 400 for what no file can hold */
export function toFile(items: readonly OclItem[]): string {
  try {
    return writeOcl(items);
  } catch (error) {
    // Source: `OclWriter` of https://github.com/OctopusDeploy/Ocl throws so; what the server answers then is its usual 400.
    if (error instanceof OclWriteError) throw badRequest(`The file cannot be written. ${error.message}.`);
    throw error;
  }
}

/** The steps that a client sent, with ids, defaults and slugs. @throws a 400 for secrets, which have no place in a file (assumed) */
export function stepsToWrite(sent: unknown): Fields[] {
  const steps = normalizeSteps(sent, []);
  for (const step of steps) {
    for (const holder of [step, ...listOf(step, "Actions")]) checkSecrets(holder, textOf(step, "Name"));
  }
  return steps;
}

export function checkSecrets(holder: Fields, step: string): void {
  const properties = Object.entries(
    typeof holder["Properties"] === "object" && holder["Properties"] !== null ? holder["Properties"] : {},
  );
  const secret = properties.find(([, value]) => isSensitive(value))?.[0];
  if (secret !== undefined)
    // Assumed; that Git never has a sensitive value is in the docs (Config as Code, what's in version control).
    throw badRequest(
      `The property '${secret}' of the step '${step}' is sensitive. Sensitive values cannot be stored in Git. Please use a sensitive variable instead.`,
    );
}
