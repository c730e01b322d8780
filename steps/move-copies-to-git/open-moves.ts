import type { GitAccess } from "../../lib/copies/git-access.ts";
import type { GitWorkspace } from "../../lib/copies/git-workspace.ts";
import { findTemplateRepository } from "../../lib/copies/localize-manifest.ts";
import { matchStepTemplates } from "../../lib/copies/match-step-templates.ts";
import { processFile, toFolder } from "../../lib/copies/ocl-folder.ts";
import type { OpenTemplate } from "../../lib/copies/open-template.ts";
import type { ProjectRepository } from "../../lib/copies/find-copies.ts";
import { listUsedStepTemplates } from "../../lib/copies/translate-step-templates.ts";
import { hasCommit, isAncestor } from "../../lib/git/compare.ts";
import { requireProject } from "../../lib/graph/manifest.ts";
import { readPackage } from "../../lib/graph/package-archive.ts";
import type { GitHost } from "../../lib/git-hosts/git-host.ts";
import { objectOf, textOf, type JsonObject } from "../../lib/model/json.ts";
import { compareVersions } from "../../lib/octopus/compare-versions.ts";
import type { OctopusDocument, OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { downloadPackage, listPackageVersions, type FeedPackage } from "../../lib/octopus/packages.ts";
import { isSameName } from "../../lib/octopus/same-name.ts";
import type { StepTemplateMap } from "../../lib/ocl/list-step-templates.ts";
import { gitCredential } from "../../lib/resources/git-credential.ts";
import type { Receipt } from "../../lib/receipts/receipt.ts";
import type { StepLog } from "../../lib/step/define-step.ts";
import { ConflictError, NotFoundError, ParameterError } from "../../lib/step/errors.ts";

export interface MoveOptions {
  open: OpenTemplate;
  template: OctopusDocument;
  repository: ProjectRepository;
  workspace: GitWorkspace;
  access: GitAccess<GitHost>;
  host: GitHost;
  /** Whose the copies' repositories are, and what they are called. */
  owner: string;
  nameRepository: (copy: string) => string;
  /** Name of a Git credential of the managed space; by default the template's. */
  gitCredential: string | undefined;
  templateCommit: string | undefined;
  onlyPlan: boolean;
  workingDirectory: string;
  signal: AbortSignal;
  log: StepLog;
}

/** What is the same for all copies. */
export interface Moves extends MoveOptions {
  /** The template's commit that has what was deployed last from the database. */
  base: string;
  credentials: JsonObject;
  /** The oldest version of the database that is newer than this one. */
  findNewer(version: string): Promise<string | undefined>;
  matchStepTemplates(receipt: Receipt): Promise<StepTemplateMap>;
}

/** @throws {@link ParameterError} or {@link NotFoundError} for what keeps all copies from being moved */
export async function openMoves(options: MoveOptions): Promise<Moves> {
  const { open, workspace, repository } = options;
  const base = await findBase(options);
  const credentials = await findCredentials(options);
  let used: ReturnType<typeof listUsedStepTemplates> | undefined;
  return {
    ...options,
    base,
    credentials,
    findNewer: createFindNewer(open),
    async matchStepTemplates({ stepTemplates = {} }) {
      used ??= listUsedStepTemplates(workspace.repository, base, { basePath: repository.basePath });
      const spaces = { template: open.template.space, copy: open.managed, known: stepTemplates };
      return (await matchStepTemplates(await used, spaces)).map;
    },
  };
}

/** The commit by which Octopus moved the template to Git: the oldest one that has its process. */
async function findBase({ workspace, repository, templateCommit }: MoveOptions): Promise<string> {
  const { head, repository: local } = workspace;
  if (templateCommit !== undefined) {
    const isThere = await hasCommit(local, templateCommit);
    if (isThere && (await isAncestor(local, { base: templateCommit, head }))) return templateCommit;
    throw new ParameterError(
      `The template's branch "${repository.defaultBranch}" has no commit "${templateCommit}". Enter the whole id of one as "Template Commit", or leave it blank.`,
    );
  }
  const folder = toFolder(repository.basePath);
  const path = folder === "" ? processFile : `${folder}/${processFile}`;
  const log = await local.git.run([
    "log",
    "--reverse",
    "--diff-filter=A",
    "--no-renames",
    "--format=%H",
    head,
    "--",
    path,
  ]);
  const [first] = log.split("\n").filter(Boolean);
  if (first !== undefined) return first;
  throw new ConflictError(
    `The template's branch "${repository.defaultBranch}" has no "${path}". Correct the branch and base path in the project's version control settings.`,
  );
}

/** As the managed space names them. */
async function findCredentials({ open, template, gitCredential: given }: MoveOptions): Promise<JsonObject> {
  const own = objectOf(objectOf(template, "PersistenceSettings"), "Credentials");
  if (given === undefined && textOf(own, "Type") === "Anonymous") return { Type: "Anonymous" };
  const name = given ?? (await findOwnName(open.template.space, own));
  if (name === undefined)
    throw new ParameterError(
      'The template uses credentials of its own for its repository. Enter the name of a Git credential of the managed space as "Git Credential".',
    );
  const all = await gitCredential.list(open.managed, undefined);
  const found = all.find((credential) => isSameName(textOf(credential, "Name"), name));
  if (found !== undefined) return { Type: "Reference", CredentialId: found.Id };
  throw new NotFoundError(
    `The space "${open.managed.name}" has no Git credential "${name}". Add it there (Deploy, Manage, Git Credentials), or enter the name of another one as "Git Credential".`,
  );
}

async function findOwnName(space: OctopusSpace, credentials: JsonObject): Promise<string | undefined> {
  if (textOf(credentials, "Type") !== "Reference") return undefined;
  const found = await space.find(`/git-credentials/${textOf(credentials, "Id")}`);
  return found && textOf(found, "Name");
}

/** The next package tells: after the first one of a template in Git there are no others. */
function createFindNewer({ template }: OpenTemplate): Moves["findNewer"] {
  const isInGit = new Map<string, boolean>();
  let listed: ReturnType<typeof listPackageVersions> | undefined;

  return async (version) => {
    listed ??= listPackageVersions(template.space, template.packageId);
    const newer = (await listed).filter((one) => compareVersions(one.version, version) > 0);
    const [found] = newer.toSorted((a, b) => compareVersions(a.version, b.version));
    if (found === undefined) return undefined;
    const isKnown = isInGit.get(found.version) ?? (await isOfGit(template, found));
    isInGit.set(found.version, isKnown);
    return isKnown ? undefined : found.version;
  };
}

async function isOfGit({ space, packageId }: OpenTemplate["template"], found: FeedPackage): Promise<boolean> {
  const name = `${packageId}.${found.version}`;
  const manifest = requireProject(readPackage(await downloadPackage(space, found), name), name);
  return findTemplateRepository(manifest) !== undefined;
}
