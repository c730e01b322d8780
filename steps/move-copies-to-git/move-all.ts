import { findProjectRepository, type ProjectRepository } from "../../lib/copies/find-copies.ts";
import { createGitAccess, type GitInput } from "../../lib/copies/git-access.ts";
import { openGitWorkspace } from "../../lib/copies/git-workspace.ts";
import type { Spaces } from "../../lib/copies/open-spaces.ts";
import { getTemplateUrl, openTemplate, type OpenTemplate } from "../../lib/copies/open-template.ts";
import { warnOfExpiry } from "../../lib/git-hosts/credential-expiry.ts";
import { createGitHost } from "../../lib/git-hosts/index.ts";
import { waysToSignIn } from "../../lib/git-hosts/read-sign-in.ts";
import type { OctopusDocument } from "../../lib/octopus/octopus-client.ts";
import { findProjectByName } from "../../lib/octopus/projects.ts";
import type { StepLog } from "../../lib/step/define-step.ts";
import { NotFoundError, ParameterError } from "../../lib/step/errors.ts";
import { migrateProject } from "./migrate-project.ts";
import { moveCopy } from "./move-copy.ts";
import type { MoveResult } from "./move-result.ts";
import { openMoves } from "./open-moves.ts";

type MoveInput = GitInput & {
  project: string;
  copy: string | undefined;
  owner: string;
  gitCredential: string | undefined;
  templateCommit: string | undefined;
  migrateVariables: boolean;
  migrateRunbooks: boolean;
  onlyPlan: boolean;
};

interface MoveRun {
  spaces: Promise<Spaces>;
  nameRepository: (copy: string) => string;
  log: StepLog;
  mask: (secret: string) => void;
  workingDirectory: string;
  signal: AbortSignal;
  now: Date;
}

export interface Moved {
  open: OpenTemplate;
  results: MoveResult[];
  /** What left the database besides, a sentence each. */
  migrated: string[];
}

/** Moves every copy of a template in Git, and what is still in the database of those that are there. */
export async function moveAll(input: MoveInput, run: MoveRun): Promise<Moved> {
  const spaces = await run.spaces;
  const open = await openTemplate(spaces, input);
  const template = await findProjectByName(spaces.management, input.project);
  if (template === undefined) throw new NotFoundError(`There is no project "${input.project}" any more.`);
  const { repository } = open.template;
  if (repository === undefined)
    throw new ParameterError(
      `The template "${open.template.name}" keeps its process in Octopus. Move it to Git first (Settings, Version Control, of the project), when all copies have its newest package.`,
    );
  const migrated = await migrateAll(input, open, template);
  const results = open.copies.length === 0 ? [] : await moveCopies(input, run, { open, template, repository });
  return { open, results, migrated };
}

async function migrateAll(input: MoveInput, open: OpenTemplate, template: OctopusDocument): Promise<string[]> {
  const { migrateVariables: variables, migrateRunbooks: runbooks, onlyPlan } = input;
  const options = { variables, runbooks, onlyPlan };
  const sentences = await migrateProject(open.template.space, template, options);
  for (const { project } of open.copies)
    if (project !== undefined && findProjectRepository(project) !== undefined)
      sentences.push(...(await migrateProject(open.managed, project, options)));
  return sentences;
}

interface Opened {
  open: OpenTemplate;
  template: OctopusDocument;
  repository: ProjectRepository;
}

async function moveCopies(
  input: MoveInput,
  { nameRepository, log, mask, workingDirectory, signal, now }: MoveRun,
  { open, template, repository }: Opened,
): Promise<MoveResult[]> {
  const access = createGitAccess({
    ...input,
    openHost: createGitHost,
    templateUrl: getTemplateUrl(open),
    signal,
    onSecret: mask,
    log,
  });
  const { host } = access;
  if (host === undefined)
    throw new ParameterError(`No credentials for the Git host were given. Enter ${waysToSignIn}.`);
  await warnOfExpiry(host, input.owner, { log, now });
  const onCommand = log.verbose;
  const workspace = await openGitWorkspace({ template: repository, access, workingDirectory, signal, onCommand });
  try {
    const run = { open, template, repository, workspace, access, host, nameRepository, workingDirectory, signal, log };
    const moves = await openMoves({ ...input, ...run });
    const results: MoveResult[] = [];
    // One after the other: each writes its receipt into the same variable set.
    for (const copy of open.copies) {
      log.progress(10 + (85 * results.length) / open.copies.length, `moving "${copy.name}"`);
      results.push(await moveCopy(copy, moves));
    }
    return results;
  } finally {
    await workspace.close();
  }
}
