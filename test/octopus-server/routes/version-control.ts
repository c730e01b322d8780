import type { Resource } from "../model/collection.ts";
import { fieldsOf, isFields, listOf, propertyOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import type { OctopusModel } from "../model/model.ts";
import { actionsIn, findProcess, processIdOf } from "../model/processes.ts";
import { findVariableSet } from "../model/snapshots.ts";
import type { GitRef, GitRepository } from "../git/git-repository.ts";
import { attributes } from "../ocl/items.ts";
import { processToOcl } from "../ocl/process-ocl.ts";
import { runbookToOcl } from "../ocl/runbook-ocl.ts";
import { settingsToOcl } from "../ocl/settings-ocl.ts";
import { variablesToOcl } from "../ocl/variables-ocl.ts";
import { requirePermission } from "./access.ts";
import { recordDeed } from "./audit.ts";
import { requireBody } from "./binding.ts";
import { storedSettings } from "./deploymentsettings.ts";
import {
  authorOf,
  checkSecrets,
  fileNames,
  findRef,
  isSecret,
  processContext,
  protectedBranch,
  requireVersionControl,
  runbookFileName,
  secretsIn,
  toFile,
  useRepository,
} from "./git-version.ts";
import { pageOf } from "./paging.ts";
import { projectFields, projectOf, projects } from "./projects.ts";
import { badRequest, notFound, type Answer, type Call, type Route } from "./route.ts";
import { runbooksOf } from "./runbooks.ts";
import {
  checkIsAlone,
  credentialOf,
  folderOf,
  isProtectedBranch,
  isVersionControlled,
  readVersionControlSettings,
  settingsOf,
} from "./version-control-settings.ts";

export const versionControlRoutes: Route[] = [
  { method: "POST", path: "/api/{space}/projects/{project}/git/convert", handle: convert },
  {
    method: "PUT",
    path: "/api/{space}/projects/{project}",
    handle: async (call) => ({ body: projects.show(await replaceProject(call), call) }),
  },
  {
    method: "GET",
    path: "/api/{space}/projects/{project}/git/branches",
    handle: (call) => listRefs(call, { prefix: "refs/heads/", itemType: "GitBranch" }),
  },
  {
    method: "GET",
    path: "/api/{space}/projects/{project}/git/branches/{name}",
    handle: (call) => showRef(call, "refs/heads/"),
  },
  { method: "POST", path: "/api/{space}/projects/{project}/git/branches/v2", handle: createBranch },
  {
    method: "POST",
    path: "/api/{space}/projects/{project}/git/branches",
    until: "2026.2",
    source: "Octopus's issues 8667 and 9935: CurrentBranchName stands for BaseGitRef",
    handle: (call) => createBranch({ ...call, body: withBaseGitRef(requireBody(call.body)) }),
  },
  {
    method: "GET",
    path: "/api/{space}/projects/{project}/git/tags",
    handle: (call) => listRefs(call, { prefix: "refs/tags/", itemType: "GitTag" }),
  },
  {
    method: "GET",
    path: "/api/{space}/projects/{project}/git/tags/{name}",
    handle: (call) => showRef(call, "refs/tags/"),
  },
  { method: "GET", path: "/api/{space}/projects/{project}/git/commits/{hash}", handle: showCommit },
];

/** What the CLI and the portal propose, too. */
const defaultMessage = "Initial commit of deployment process";
const defaultInitialBranch = "octopus-vcs-conversion";
/** The newest that public files have. */
const schemaVersion = 10;

/**
 * Moves a project to Git. Files that are there already are taken as they are: the project is pointed at them (Octopus's issue 7330).
 * Nothing of the project changes when the repository cannot be used.
 */
async function convert(call: Call): Promise<Answer> {
  const project = projectOf(call);
  requirePermission(call, "ProjectEdit", { kind: "projects", resource: project });
  // Source: Octopus's issue 7555.
  if (isVersionControlled(project))
    throw badRequest("Unable to convert project to version control. It is already a version controlled!");
  const sent = requireBody(call.body);
  const settings = readVersionControlSettings(propertyOf(sent, "VersionControlSettings"), { call });
  checkIsAlone(project, settings, call);
  const files = filesOf(call, project);
  await useRepository(call, settings, (repository) => initialize(repository, { call, settings, files, sent }));
  moveToGit(call, project, settings);
  recordDeed(call, project, {
    category: "Modified",
    message: `Project ${textOf(project, "Name")} was converted to version control`,
  });
  return { body: { Messages: [] } };
}

interface Initializing {
  call: Call;
  settings: Fields;
  files: Record<string, string>;
  sent: Fields;
}

async function initialize(repository: GitRepository, { call, settings, files, sent }: Initializing): Promise<void> {
  const branch = textOf(settings, "DefaultBranch");
  const head = await requireBranch(repository, branch);
  const folder = folderOf(settings);
  const before = await repository.readFiles(head.commit, folder);
  if (before.has(fileNames.process) || before.has(fileNames.schema)) return;
  const target = textAt(sent, "InitialCommitBranchName") || defaultInitialBranch;
  const isProtected = isProtectedBranch(settings, branch);
  // Source: the CLI sends the name of another branch when the default branch is protected.
  if (isProtected && target === branch) throw protectedBranch(branch);
  await repository.push({
    branch: isProtected ? target : branch,
    parent: head.commit,
    message: textAt(sent, "CommitMessage") || defaultMessage,
    author: authorOf(call),
    files: Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text])),
    credential: credentialOf(call.model, settings),
  });
}

/** Assumed: an empty repository is refused like one without the branch, and the end of the sentence. */
async function requireBranch(repository: GitRepository, branch: string): Promise<GitRef> {
  const head = (await repository.listRefs()).find((ref) => ref.name === `refs/heads/${branch}`);
  if (head !== undefined) return head;
  throw badRequest(
    `Unable to establish a connection to git. Please check the URL, default branch name, and authentication details. The branch '${branch}' does not exist in the Git repository.`,
  );
}

/** Everything of the project that goes to Git, as the database has it now. @throws a 400 for secrets in steps */
function filesOf(call: Call, project: Resource): Record<string, string> {
  const context = processContext(call, project);
  const process = findProcess(call.model, { kind: "deploymentprocesses", ownerId: project.Id }) ?? {};
  const own = runbooksOf(call.model, project).map((runbook) => ({
    runbook,
    process: findProcess(call.model, { kind: "runbookprocesses", ownerId: runbook.Id }) ?? {},
  }));
  const processes = [process, ...own.map((one) => one.process)];
  for (const step of processes.flatMap((one) => listOf(one, "Steps")))
    for (const holder of [step, ...listOf(step, "Actions")]) checkSecrets(holder, textOf(step, "Name"));
  const variables = listOf(findVariableSet(call.model, project.Id) ?? {}, "Variables").filter(
    (variable) => !isSecret(variable),
  );
  const slugs = {
    actionSlugs: slugsOf(processes.flatMap(actionsIn)),
    runbookSlugs: slugsOf(own.map(({ runbook }) => runbook)),
  };
  return {
    [fileNames.schema]: toFile(attributes({ version: schemaVersion })),
    [fileNames.process]: toFile(processToOcl(listOf(process, "Steps"), context)),
    [fileNames.settings]: toFile(settingsToOcl(withDonorSlug(storedSettings(project), process))),
    [fileNames.variables]: toFile(
      variablesToOcl(variables, { references: context.references, projectId: project.Id, ...slugs }),
    ),
    ...Object.fromEntries(
      own.map(({ runbook, process: of }) => [
        runbookFileName(textOf(runbook, "Slug")),
        toFile(runbookToOcl(runbook, listOf(of, "Steps"), context)),
      ]),
    ),
  };
}

function slugsOf(documents: readonly Fields[]): Map<string, string> {
  return new Map(documents.map((document) => [textOf(document, "Id"), textOf(document, "Slug")]));
}

/** The database names the step whose package gives the version by its name, a file by its slug. */
function withDonorSlug(settings: Fields, process: Fields): Fields {
  const strategy = fieldsOf(settings, "VersioningStrategy");
  const donor = strategy["DonorPackage"];
  if (!isFields(donor)) return settings;
  const action = actionsIn(process).find((one) => one["Name"] === donor["DeploymentAction"]);
  return {
    ...settings,
    VersioningStrategy: {
      ...strategy,
      DonorPackage: { ...donor, DeploymentAction: action?.["Slug"] ?? donor["DeploymentAction"] },
    },
  };
}

/** The database forgets what is in Git; secrets, channels, triggers, releases and runs stay. */
function moveToGit(call: Call, project: Resource, settings: Fields): void {
  const { model } = call;
  const slugs = slugsInGit(model, project);
  model.collection("deploymentprocesses").remove(processIdOf({ kind: "deploymentprocesses", ownerId: project.Id }));
  for (const runbook of runbooksOf(model, project)) {
    model.collection("runbookprocesses").remove(processIdOf({ kind: "runbookprocesses", ownerId: runbook.Id }));
    model.collection("runbooks").remove(runbook.Id);
  }
  const set = findVariableSet(model, project.Id);
  if (set !== undefined) set["Variables"] = secretsIn(set).map((variable) => inSlugs(variable, slugs));
  for (const trigger of model.collection("projecttriggers").list((one) => one["ProjectId"] === project.Id))
    trigger["Action"] = withSlug(fieldsOf(trigger, "Action"), "RunbookId", slugs);
  Object.assign(project, { IsVersionControlled: true, PersistenceSettings: settings });
  for (const field of ["ProvisioningRunbookId", "DeprovisioningRunbookId"])
    Object.assign(project, withSlug(project, field, slugs));
}

/** Actions and runbooks in Git have their slugs for ids. */
function slugsInGit(model: OctopusModel, project: Resource): ReadonlyMap<string, string> {
  const runbooks = runbooksOf(model, project);
  const processes = [
    findProcess(model, { kind: "deploymentprocesses", ownerId: project.Id }),
    ...runbooks.map((runbook) => findProcess(model, { kind: "runbookprocesses", ownerId: runbook.Id })),
  ];
  return slugsOf([...runbooks, ...processes.flatMap((process) => actionsIn(process ?? {}))]);
}

/** Source: Octopus's issue 7664: what stays in the database is scoped by slug; that triggers and projects name runbooks so is assumed. */
function inSlugs(variable: Fields, slugs: ReadonlyMap<string, string>): Fields {
  const scope = fieldsOf(variable, "Scope");
  const entries = Object.keys(scope).map((dimension) => [
    dimension,
    ["Action", "ProcessOwner"].includes(dimension)
      ? textsOf(scope, dimension).map((id) => slugs.get(id) ?? id)
      : scope[dimension],
  ]);
  return { ...variable, Scope: Object.fromEntries(entries) };
}

function withSlug(document: Fields, field: string, slugs: ReadonlyMap<string, string>): Fields {
  const slug = slugs.get(textOf(document, field));
  return slug === undefined ? document : { ...document, [field]: slug };
}

/** A project in Git may get another address, credential, branch or folder; they are tried before they are kept. */
async function replaceProject(call: Call): Promise<Resource> {
  const project = projectOf(call);
  requirePermission(call, "ProjectEdit", { kind: "projects", resource: project });
  if (!isVersionControlled(project)) return projects.replace(project, call.body, call);
  const sent = requireBody(call.body);
  checkIsNotInGit(sent);
  const wanted = propertyOf(sent, "PersistenceSettings");
  if (!isFields(wanted)) return projects.replace(project, call.body, call);
  const settings = readVersionControlSettings(wanted, { stored: settingsOf(project), call });
  checkIsAlone(project, settings, call);
  if (isElsewhere(settings, settingsOf(project)))
    await useRepository(call, settings, (repository) => requireBranch(repository, textOf(settings, "DefaultBranch")));
  const replaced = projects.replace(project, call.body, call);
  replaced["PersistenceSettings"] = settings;
  return replaced;
}

/** Whether it takes another look at the repository to keep these settings. */
function isElsewhere(settings: Fields, stored: Fields): boolean {
  return ["Url", "DefaultBranch", "Credentials"].some(
    (field) => JSON.stringify(settings[field]) !== JSON.stringify(stored[field]),
  );
}

/**
 * Source: the Terraform provider leaves these out, because a real server rejects them. It sends what a new project has, though, right after it
 * moved a project to Git: that this is let through, and the sentence, are assumed.
 */
function checkIsNotInGit(sent: Fields): void {
  const names = [
    "DefaultGuidedFailureMode",
    "DeploymentChangesTemplate",
    "ReleaseNotesTemplate",
    "ProjectConnectivityPolicy",
    "VersioningStrategy",
  ];
  const inGit = names.filter((name) => !saysNothing(propertyOf(sent, name), projectFields[name]));
  if (inGit.length === 0) return;
  throw badRequest(
    `${inGit.join(", ")} of a version-controlled project cannot be changed here. Please change the deployment settings of a branch.`,
  );
}

/** True for what is absent, empty, or what a new project has. */
function saysNothing(value: unknown, usual: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === usual) return true;
  if (Array.isArray(value)) return value.length === 0;
  return (
    isFields(value) && isFields(usual) && Object.entries(value).every(([name, part]) => saysNothing(part, usual[name]))
  );
}

async function listRefs(call: Call, { prefix, itemType }: { prefix: string; itemType: string }): Promise<Answer> {
  const project = requireVersionControl(projectOf(call));
  const wanted = call.query.get("searchByName")?.toLowerCase() ?? "";
  const refs = await useRepository(call, settingsOf(project), (repository) => repository.listRefs());
  const found = refs.filter(
    ({ name }) => name.startsWith(prefix) && name.slice(prefix.length).toLowerCase().includes(wanted),
  );
  const path = `/api/${call.space.Id}/projects/${project.Id}/git/${prefix === "refs/heads/" ? "branches" : "tags"}`;
  const items = found.map(({ name }) => ({ Id: name }));
  return { body: pageOf(items, call, { itemType, path, show: ({ Id }) => showReference(project, Id) }) };
}

async function showRef(call: Call, prefix: string): Promise<Answer> {
  const project = requireVersionControl(projectOf(call));
  const name = (call.params["name"] ?? "").replace(prefix, "");
  const refs = await useRepository(call, settingsOf(project), (repository) => repository.listRefs());
  const found = refs.find((ref) => ref.name === prefix + name);
  if (found === undefined) throw notFound();
  return { body: showReference(project, found.name) };
}

async function showCommit(call: Call): Promise<Answer> {
  const project = requireVersionControl(projectOf(call));
  const commit = await useRepository(call, settingsOf(project), (repository) =>
    repository.findCommit(call.params["hash"] ?? ""),
  );
  if (commit === undefined) throw notFound();
  return { body: showReference(project, commit) };
}

/** Answers 200: go-octopusdeploy takes 201 for a failure. */
function withBaseGitRef(sent: Fields): Fields {
  return { ...sent, BaseGitRef: propertyOf(sent, "CurrentBranchName") };
}

async function createBranch(call: Call): Promise<Answer> {
  const project = requireVersionControl(projectOf(call));
  requirePermission(call, "ProjectEdit", { kind: "projects", resource: project });
  const sent = requireBody(call.body);
  const settings = settingsOf(project);
  const name = textAt(sent, "NewBranchName").replace(/^refs\/heads\//, "");
  // Assumed: the sentences.
  if (!/^[^\s~^:?*[\\]+$/.test(name) || /(^|\/)\.|\.\.|\/$|\.lock$|^\//.test(name))
    throw badRequest(`The branch name '${name}' is not valid.`);
  await useRepository(call, settings, async (repository) => {
    const base = await findRef(repository, textAt(sent, "BaseGitRef") || textOf(settings, "DefaultBranch"));
    if (base === undefined)
      throw badRequest(`The reference '${textAt(sent, "BaseGitRef")}' does not exist in the Git repository.`);
    const refs = await repository.listRefs();
    if (refs.some((ref) => ref.name === `refs/heads/${name}`)) throw badRequest(`The branch '${name}' already exists.`);
    await repository.createBranch(name, { commit: base.commit, credential: credentialOf(call.model, settings) });
  });
  return { body: showReference(project, `refs/heads/${name}`) };
}

/** Names are short, canonical names full (a real answer in go-octopusdeploy's tests); a commit has its id for both. */
function showReference(project: Resource, name: string): Fields {
  const self = `/api/${textOf(project, "SpaceId")}/projects/${project.Id}`;
  const branch = name.startsWith("refs/heads/") ? name.slice("refs/heads/".length) : undefined;
  const documents = `${self}/${encodeURIComponent(name)}`;
  return {
    Id: name,
    Name: branch ?? name.replace("refs/tags/", ""),
    CanonicalName: name,
    ...(branch === undefined ? {} : { IsProtected: isProtectedBranch(settingsOf(project), branch) }),
    Links: {
      Self: selfOf(self, name),
      DeploymentProcess: `${documents}/deploymentprocesses`,
      DeploymentSettings: `${documents}/deploymentsettings`,
      Variables: `${documents}/variables`,
      Runbooks: `${documents}/runbooks{/id}{?skip,take,partialName}`,
    },
  };
}

function selfOf(project: string, name: string): string {
  if (name.startsWith("refs/heads/"))
    return `${project}/git/branches/${encodeURIComponent(name.slice("refs/heads/".length))}`;
  if (name.startsWith("refs/tags/"))
    return `${project}/git/tags/${encodeURIComponent(name.slice("refs/tags/".length))}`;
  return `${project}/git/commits/${name}`;
}

function textAt(sent: Fields, name: string): string {
  return textOf({ value: propertyOf(sent, name) }, "value");
}
