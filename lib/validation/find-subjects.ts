import { isSamePath, type FoundPullRequest, type GitHost, type PullRequests } from "../git-hosts/git-host.ts";
import type { RepositoryPath } from "../git-hosts/host-access.ts";
import { waysToSignIn } from "../git-hosts/read-sign-in.ts";
import { ParameterError, StepError } from "../step/errors.ts";
import { listCopyRepositories, type OpenValidation } from "./open-validation.ts";
import { readPayload } from "./read-payload.ts";
import { describeSubject, type Subject, type WatchedRepository } from "./subject.ts";

export interface Asked {
  /** What started the run, as JSON. */
  payload: string | undefined;
  /** An address, or the owner and the name with a slash between; undefined for the template's. */
  repository: string | undefined;
  branch: string | undefined;
  number: number | undefined;
  /** Whether open pull requests of the copies' repositories are validated as well. */
  withCopies: boolean;
  statusName: string;
}

interface Wanted {
  repository: WatchedRepository;
  branch: string | undefined;
  number: number | undefined;
  commit?: string | undefined;
}

/** What is to be validated: what was asked for, else every open pull request that has no answer yet. */
export async function findSubjects(open: OpenValidation, asked: Asked): Promise<Subject[]> {
  const wanted = await findWanted(open, asked);
  if (wanted === "nothing") return [];
  if (wanted !== undefined) return findOne(open, wanted);
  const copies = asked.withCopies ? await listCopyRepositories(open) : [];
  const subjects = await listUnanswered(open, open.template, asked);
  for (const repository of copies) subjects.push(...(await listOfCopy(open, repository, asked)));
  return subjects;
}

/** People of a managed space may delete its repository, or give it to somebody else. */
async function listOfCopy(open: OpenValidation, repository: WatchedRepository, asked: Asked): Promise<Subject[]> {
  try {
    return await listUnanswered(open, repository, asked);
  } catch (error) {
    if (!(error instanceof StepError) || open.signal.aborted) throw error;
    open.log.warn(`The pull requests of "${repository.url}" were not seen: ${error.message}`);
    return [];
  }
}

async function findWanted(open: OpenValidation, asked: Asked): Promise<Wanted | "nothing" | undefined> {
  const payload = asked.payload === undefined ? undefined : readPayload(asked.payload);
  const { branch, number, repository } = asked;
  if (branch !== undefined && number !== undefined)
    throw new ParameterError(
      'There are a "Branch" and a "Pull Request", and one is validated. Leave one of them blank.',
    );
  const said = branch === undefined && number === undefined ? payload : { branch, number, repository };
  if (said === undefined || (said.branch === undefined && said.number === undefined)) {
    if (payload !== undefined)
      open.log.info("What started the run names neither a branch nor a pull request: all open ones are looked at.");
    return undefined;
  }
  // Git would not even be started with some of them.
  if (/\p{Cc}/u.test(said.branch ?? ""))
    throw new ParameterError(
      `No branch can be called ${JSON.stringify(said.branch)}. Check the "Branch", or what is in the "Payload".`,
    );
  const found = await findRepository(open, said.repository ?? repository);
  if (found !== undefined)
    return { repository: found, branch: said.branch, number: said.number, commit: payload?.commit };
  const text = `"${said.repository ?? ""}" is the repository of neither the template "${open.name}" nor one of its copies`;
  if (said !== payload) throw new ParameterError(`${text}. Check "Repository".`);
  open.log.warn(`${text}, so what came in about it is left alone.`);
  return "nothing";
}

async function findRepository(open: OpenValidation, name: string | undefined): Promise<WatchedRepository | undefined> {
  if (name === undefined) return open.template;
  const path = toPath(open.host, name);
  const isMeant = (one: WatchedRepository): boolean =>
    one.url === name || (path !== undefined && one.path !== undefined && isSamePath(path, one.path));
  return isMeant(open.template) ? open.template : (await listCopyRepositories(open)).find(isMeant);
}

function toPath(host: GitHost | undefined, name: string): RepositoryPath | undefined {
  const [, owner, last] = /^([^:]+)\/([^/:]+)$/.exec(name) ?? [];
  return owner === undefined || last === undefined ? host?.parseCloneUrl(name) : { owner, name: last };
}

async function findOne(open: OpenValidation, { repository, branch, number, commit }: Wanted): Promise<Subject[]> {
  const { log } = open;
  if (number !== undefined) {
    const { path, requests } = getRequests(open, repository);
    const request = await requests.get(path, number);
    if (request?.state !== "open") {
      const what = request === undefined ? "is not there" : `is ${request.state} by now`;
      log.warn(`The pull request ${number} of "${repository.url}" ${what}, so nothing is validated.`);
      return [];
    }
    tellSuperseded(open, { request, commit });
    return [toSubject(repository, path, request)];
  }
  if (branch === undefined) return [];
  const requests = open.host?.pullRequests;
  const all = requests === undefined || repository.path === undefined ? [] : await requests.listOpen(repository.path);
  const own = all.filter(({ from, source }) => from === branch && isOwn(source, repository));
  if (own.length > 0) return own.map((request) => toSubject(repository, repository.path, request));
  return [{ repository, branch, into: repository.at.defaultBranch, request: undefined, isForeign: false }];
}

/** An older push's news may come last: what counts is what is there now. */
function tellSuperseded(
  { log }: OpenValidation,
  { request, commit }: { request: FoundPullRequest; commit: string | undefined },
): void {
  if (commit === undefined || commit === request.commit) return;
  log.info(
    `The pull request ${request.number} has moved on since: its newest commit ${request.commit.slice(0, 12)} is validated, not ${commit.slice(0, 12)}.`,
  );
}

async function listUnanswered(
  open: OpenValidation,
  repository: WatchedRepository,
  { statusName }: Asked,
): Promise<Subject[]> {
  const { host, log } = open;
  if (repository.kind === "copy" && repository.path === undefined) {
    log.warn(`"${repository.url}" is on another host than the one that is signed in to, so its requests are not seen.`);
    return [];
  }
  const { path, requests } = getRequests(open, repository);
  const waiting: Subject[] = [];
  for (const request of await requests.listOpen(path)) {
    const state = await host?.findCommitStatus?.(path, request.commit, statusName);
    const subject = toSubject(repository, path, request);
    // A run that was stopped left "pending", and one that could not look left "error".
    if (state === "success" || state === "failure") log.verbose(`The ${describeSubject(subject)} has its answer.`);
    else waiting.push(subject);
  }
  return waiting;
}

function toSubject(
  repository: WatchedRepository,
  path: RepositoryPath | undefined,
  request: FoundPullRequest,
): Subject {
  const isForeign = path === undefined || !isSamePath(request.source, path);
  return { repository, branch: request.from, into: request.to, request, isForeign };
}

function isOwn(source: RepositoryPath | undefined, { path }: WatchedRepository): boolean {
  return path !== undefined && isSamePath(source, path);
}

function getRequests(
  { host }: OpenValidation,
  { path, url }: WatchedRepository,
): { path: RepositoryPath; requests: PullRequests } {
  if (host === undefined)
    throw new ParameterError(`Pull requests are read with ${waysToSignIn}. Enter either, or name a branch.`);
  if (host.pullRequests === undefined)
    throw new ParameterError(`${host.title} has no pull requests. Enter the name of a branch.`);
  if (path === undefined)
    throw new ParameterError(
      `The repository "${url}" is not on the Git host "${host.url}". Set "Git Host" and "Git Host URL" to the one that it is on.`,
    );
  return { path, requests: host.pullRequests };
}
