import { findCopiedProject, recordCopy, type RecordCopyOptions, type RecordedCopy } from "../deployment/record-copy.ts";
import { findMergeBases } from "../git/compare.ts";
import { splitCredentials } from "../git/git-credentials.ts";
import { isOfProject } from "../graph/read-graph.ts";
import type { ProjectManifest } from "../graph/manifest.ts";
import { textOf } from "../model/json.ts";
import type { OctopusDocument } from "../octopus/octopus-client.ts";
import { listReceipts, openReceipts, type Receipts } from "../receipts/receipts.ts";
import type { StepLog } from "../step/define-step.ts";
import { ConflictError, StepError } from "../step/errors.ts";
import { findProjectRepository } from "./find-copies.ts";
import type { GitAccess } from "./git-access.ts";
import { describeGitCopy, isSameRepository } from "./git-receipt.ts";
import { openGitWorkspace } from "./git-workspace.ts";
import { findTemplateRepository, localizeAsItIs, type Repository } from "./localize-manifest.ts";

type Derived = "receipts" | "project" | "describeCopy";

export interface RecordTerraformCopyOptions extends Omit<RecordCopyOptions, Derived> {
  /** Of a package of a project: the id of the copy, where it is known. */
  projectId: string | undefined;
  git: CommitSearch;
}

/** For a package whose project is in Git: how the commit is found up to which the copy has the template's history. */
export interface CommitSearch {
  createAccess: (templateUrl: string) => GitAccess;
  workingDirectory: string;
  signal: AbortSignal;
  log: Pick<StepLog, "warn" | "verbose">;
}

/**
 * {@link recordCopy} of what Terraform made: of a project in Git its repository is noted, too, and the template's commit that it begins
 * with. Where that cannot be known the log says why, and a later look tells it from what the two repositories have in common.
 * @throws {@link ConflictError} for a copy whose files are not where a copy's are
 */
export async function recordTerraformCopy(options: RecordTerraformCopyOptions): Promise<RecordedCopy> {
  const { manifest, space } = options;
  const project = manifest.root.kind === "project" ? await findCopiedProject(space, options) : undefined;
  const receipts = await openReceipts(space);
  const plain = { ...options, receipts, project };
  if (project === undefined || !isOfProject(manifest)) return recordCopy(plain);
  const place = findGitPlace(manifest, project);
  if (place === undefined) return recordCopy(plain);
  const commit = findKnownCommit(receipts, project, place.repository) ?? (await findCommit(options.git, place));
  const local = localizeAsItIs(manifest, place.repository);
  return recordCopy({
    ...plain,
    manifest: local,
    describeCopy: (details) => describeGitCopy({ manifest: local, ...place, commit }, details),
  });
}

interface GitPlace {
  template: Repository;
  repository: Repository;
  /** Of the copy, as Octopus has it: it may hold credentials. */
  address: string;
}

/** @returns undefined for a project in the database */
function findGitPlace(manifest: ProjectManifest, project: OctopusDocument): GitPlace | undefined {
  const template = findTemplateRepository(manifest);
  const own = findProjectRepository(project);
  const name = textOf(project, "Name");
  if (template === undefined && own === undefined) return undefined;
  if (template === undefined)
    throw new ConflictError(
      `The project "${name}" keeps its process in Git, and the package's keeps it in Octopus. Choose the package that the project was made of.`,
    );
  if (own === undefined)
    throw new ConflictError(
      `The project "${name}" keeps its process in Octopus, and the package's keeps it in Git. Choose the package that the project was made of.`,
    );
  const place = { template: withoutCredentials(template), repository: withoutCredentials(own), address: own.url };
  if (isSameRepository(place.template.url, place.repository.url))
    throw new ConflictError(
      `The project "${name}" has its files in the template's own repository "${place.template.url}", so that it is no copy: a change in one is a change in the other. Give it a fork in its version control settings.`,
    );
  return place;
}

function withoutCredentials(repository: Repository): Repository {
  return { ...repository, url: splitCredentials(repository.url).url };
}

/** Terraform may have been run before: what was merged since counts. */
function findKnownCommit(receipts: Receipts, project: OctopusDocument, { url }: Repository): string | undefined {
  const known = listReceipts(receipts).find(({ receipt }) => receipt.project === project.Id)?.receipt;
  return known?.repository?.url === url ? known.upstream?.["commit"] || undefined : undefined;
}

async function findCommit(
  { createAccess, workingDirectory, signal, log }: CommitSearch,
  { template, repository, address }: GitPlace,
): Promise<string | undefined> {
  try {
    const access = createAccess(template.url);
    const onCommand = (command: string): void => log.verbose(command);
    const workspace = await openGitWorkspace({ template, access, workingDirectory, signal, onCommand });
    try {
      const { head } = await workspace.fetch({ ...repository, url: address });
      const [commit] = await findMergeBases(workspace.repository, { base: head, head: workspace.head });
      if (commit === undefined)
        log.warn(
          `The commit that the copy began with is not known: the repository "${repository.url}" has none in common with the template's. Find Updates will say that the two are not related.`,
        );
      return commit;
    } finally {
      await workspace.close();
    }
  } catch (error) {
    if (!(error instanceof StepError) || signal.aborted) throw error;
    log.warn(`The commit that the copy began with is not known, and noted when a later run finds it: ${error.message}`);
    return undefined;
  }
}
