import type { GitAccess } from "../../lib/copies/git-access.ts";
import { describeGitCopy, isSameRepository } from "../../lib/copies/git-receipt.ts";
import type { ReceiptDetails } from "../../lib/deployment/receipt-keeper.ts";
import type { Receipt } from "../../lib/receipts/receipt.ts";
import type { CommitIdentity } from "../../lib/git/commit-identity.ts";
import { splitCredentials } from "../../lib/git/git-credentials.ts";
import type { ProjectManifest } from "../../lib/graph/manifest.ts";
import { ConflictError, ParameterError } from "../../lib/step/errors.ts";
import type { OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import type { StepLog } from "../../lib/step/define-step.ts";
import { findTemplateRepository, localizeManifest, type Repository } from "../../lib/copies/localize-manifest.ts";
import { matchNames } from "../../lib/copies/match-names.ts";
import type { OclNames } from "../../lib/ocl/translate-references.ts";
import { prepareFiles, type PreparedFiles } from "./prepare-files.ts";

/** For a package whose project is in Git. */
export interface GitOptions {
  /** The copy's own repository; by default the one that the receipt tells. */
  url: string | undefined;
  /** Name of a Git credential of the managed space; by default the template's. */
  credential: string | undefined;
  createAccess: (templateUrl: string) => GitAccess;
  /** Who our commits are by. */
  identity: CommitIdentity;
  workingDirectory: string;
  signal: AbortSignal;
}

export interface OpenGitCopyOptions {
  manifest: ProjectManifest;
  git: GitOptions;
  space: OctopusSpace;
  onlyPlan: boolean;
  log: StepLog;
}

/** What is particular to the copy of a project in Git. */
export interface GitCopy {
  /** The package as it is for this copy. */
  manifest: ProjectManifest;
  template: Repository;
  repository: Repository;
  /** Undefined once the project points to its files: from then on they are Merge Updates' and the people's. */
  files: PreparedFiles | undefined;
  /** What the template's slugs and ids are called in the copy's files. */
  names: OclNames;
}

/** @returns undefined for a project in the database */
export async function openGitCopy(
  options: OpenGitCopyOptions,
  receipt: Receipt | undefined,
): Promise<GitCopy | undefined> {
  const { manifest, git, space, log } = options;
  const template = findTemplateRepository(manifest);
  if (template === undefined) return undefined;
  const templateUrl = splitCredentials(template.url).url;
  const url = findCopyUrl(options, { receipt, templateUrl });
  const isSettled = isSettledAt(receipt, url ?? templateUrl);
  // The template's folder may have moved. The copy's stays, and Merge Updates brings the files there.
  const basePath = (isSettled ? receipt?.repository?.basePath : undefined) ?? template.basePath;
  const repository = { ...template, url: url ?? templateUrl, basePath };
  const files = isSettled
    ? undefined
    : await prepareFiles({
        manifest,
        template: { ...template, url: templateUrl },
        copy: url === undefined ? undefined : repository,
        space,
        access: git.createAccess(templateUrl),
        identity: git.identity,
        workingDirectory: git.workingDirectory,
        signal: git.signal,
        log,
      });
  // Of what is settled only new names are looked for, that Merge Updates knows them when it brings them.
  const { names } = files ?? (await matchNames(manifest.git, { space, known: receipt?.names ?? {}, ids: [] }));
  const local = localizeManifest(manifest, { ...repository, credential: git.credential });
  return { manifest: local, template: { ...template, url: templateUrl }, repository, files, names };
}

/**
 * @returns undefined when there is none yet and nothing is to be written
 * @throws {@link ConflictError} for the template's own, {@link ParameterError} when none is known
 */
function findCopyUrl(
  { git, onlyPlan }: OpenGitCopyOptions,
  { receipt, templateUrl }: { receipt: Receipt | undefined; templateUrl: string },
): string | undefined {
  const given = git.url === undefined ? undefined : splitCredentials(git.url).url;
  const url = given ?? receipt?.repository?.url;
  if (url === undefined && !onlyPlan)
    throw new ParameterError(
      'The package\'s project is in Git, and its copy needs a repository of its own. Run the step Fork Repository before this one and enter its output `CloneUrl` as "Git URL".',
    );
  if (url !== undefined && isSameRepository(url, templateUrl))
    throw new ConflictError(
      `The repository "${url}" is the template's own: changes in the managed space would be changes of the template. Enter the address of a fork as "Git URL".`,
    );
  return url;
}

function isSettledAt(receipt: Receipt | undefined, url: string): boolean {
  return (
    receipt?.version !== undefined && receipt.upstream?.["commit"] !== undefined && receipt.repository?.url === url
  );
}

/** What the receipt tells of it. */
export function describeCopy({ files, ...copy }: GitCopy, details: ReceiptDetails): Partial<Receipt> {
  return describeGitCopy({ ...copy, commit: files?.upstreamCommit ?? "" }, details);
}
