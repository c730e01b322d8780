import type { CommitStatus, GitHost } from "../git-hosts/git-host.ts";
import { createHider } from "../pages/hide-secrets.ts";
import { StepError } from "../step/errors.ts";
import { checkSubject, fetchSubject } from "./check-subject.ts";
import { findSubjects, type Asked } from "./find-subjects.ts";
import type { OpenValidation } from "./open-validation.ts";
import { nothingFound } from "./problem.ts";
import { renderComment } from "./render-comment.ts";
import { describeSubject, type Subject } from "./subject.ts";
import { describeState, toldState, type Audience, type Validation } from "./validation.ts";

export interface TellOptions {
  statusName: string;
  /** Nothing is written to the host. */
  onlyPlan: boolean;
  /** The task in Octopus, where the run is one. */
  taskUrl: string | undefined;
  /** What no comment may show. */
  secrets: readonly string[];
}

/** Validates what is asked for, and answers on the host. What is wrong with one takes nothing else with it. */
export async function validate(
  open: OpenValidation,
  asked: Omit<Asked, "statusName">,
  tell: TellOptions,
): Promise<Validation[]> {
  const subjects = await findSubjects(open, { ...asked, statusName: tell.statusName });
  const validations: Validation[] = [];
  for (const [index, subject] of subjects.entries()) {
    open.log.progress((100 * index) / subjects.length, `validating the ${describeSubject(subject)}`);
    const validation = await validateOne(open, subject, tell);
    if (validation !== undefined) validations.push(validation);
  }
  return validations;
}

async function validateOne(open: OpenValidation, subject: Subject, tell: TellOptions): Promise<Validation | undefined> {
  const answer = createAnswer(open, subject, tell);
  let commit = subject.request?.commit ?? "";
  try {
    const commits = await fetchSubject(open, subject);
    if (commits === undefined) {
      tellGone(open, subject);
      return undefined;
    }
    ({ commit } = commits);
    await answer.setStatus(commit, { state: "pending", description: "Octopus is looking at it." });
    const validation = { subject, commit, findings: await checkSubject(open, subject, commits) };
    await answer.give(validation);
    return validation;
  } catch (error) {
    if (!(error instanceof StepError) || open.signal.aborted) throw error;
    return giveFailure(open, answer, { subject, commit, findings: nothingFound(), failure: error.message });
  }
}

/** A branch is removed when its request is merged, and what starts a run comes later than that at times. */
function tellGone({ log, host }: OpenValidation, subject: Subject): void {
  const isHidden = subject.isForeign && host?.pullRequests?.headRef === undefined;
  const title = host?.title ?? "the host";
  const why = isHidden
    ? `comes from another repository, which ${title} does not show in this one`
    : subject.isForeign
      ? `comes from another repository, and ${title} does not give its newest commit (yet, or because it is in conflict)`
      : "is gone";
  log.warn(`The ${describeSubject(subject)} ${why}, so nothing of it is validated.`);
}

/** Where the host cannot be told either, "pending" stays there: the next run by schedule looks again. */
async function giveFailure(
  { signal, log }: OpenValidation,
  answer: Answer,
  validation: Validation,
): Promise<Validation> {
  try {
    if (validation.commit !== "") await answer.give(validation);
  } catch (error) {
    if (!(error instanceof StepError) || signal.aborted) throw error;
    log.verbose(`The answer was not given: ${error.message}`);
  }
  return validation;
}

interface Answer {
  setStatus(commit: string, status: Pick<CommitStatus, "state" | "description">): Promise<void>;
  give(validation: Validation): Promise<void>;
}

/** To a host that takes answers; a branch alone has a status, and nothing to comment on. */
function createAnswer(open: OpenValidation, subject: Subject, tell: TellOptions): Answer {
  const { host, name } = open;
  const { path } = subject.repository;
  if (host === undefined || path === undefined || tell.onlyPlan)
    return { setStatus: () => Promise.resolve(), give: () => Promise.resolve() };
  const { statusName, taskUrl, secrets } = tell;
  const hide = createHider(secrets);
  let asked: Promise<Audience> | undefined;
  const readAudience = (): Promise<Audience> => (asked ??= findAudience(host, subject));

  async function setStatus(commit: string, status: Pick<CommitStatus, "state" | "description">): Promise<void> {
    const url = (await readAudience()) === "ours" ? taskUrl : undefined;
    if (path !== undefined) await host?.setCommitStatus?.(path, commit, { name: statusName, ...status, url });
  }

  return {
    setStatus,
    async give(validation) {
      const { request } = subject;
      const audience = await readAudience();
      const comment = renderComment(validation, { statusName, template: name, audience, taskUrl, hide });
      if (request !== undefined) await host.pullRequests?.ensureComment(path, request.number, comment);
      const description = hide(describeState(validation, audience));
      await setStatus(validation.commit, { state: toldState(validation), description });
    },
  };
}

/** A repository that is hidden, or public, is one that anybody may read. */
async function findAudience(host: GitHost, { isForeign, repository }: Subject): Promise<Audience> {
  if (isForeign || repository.path === undefined) return "anybody";
  return (await host.findRepository(repository.path))?.isPrivate === true ? "ours" : "anybody";
}
