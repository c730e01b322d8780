import { describeBroken, describeConflict, unrelated } from "../copies/describe-update.ts";
import { findProjectRepository, type Copy, type ProjectRepository } from "../copies/find-copies.ts";
import { createGitAccess, type GitAccess, type GitInput, type OpenHost } from "../copies/git-access.ts";
import { hasSignIn } from "../git-hosts/read-sign-in.ts";
import { createGitFinder, templateOutsideGit, type FoundInGit, type GitFinder } from "../copies/git-finder.ts";
import { openGitWorkspace, type GitWorkspace } from "../copies/git-workspace.ts";
import type { GitUpdate } from "../copies/find-git-update.ts";
import type { CommitSummary } from "../git/compare.ts";
import { splitCredentials } from "../git/git-credentials.ts";
import { createRepository, readHead, type LocalRepository } from "../git/repository.ts";
import type { HostAccess } from "../git-hosts/host-access.ts";
import { limitConcurrency } from "../http/limit-concurrency.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import { NotFoundError, StepError, UnavailableError } from "../step/errors.ts";
import { makeTemporaryFolder } from "../step/temporary-folder.ts";
import type { KnownComparison } from "./known.ts";

/** What of a comparison comes from a copy's files in Git. */
export type GitComparison = Pick<
  KnownComparison,
  "inStep" | "changedHere" | "conflicts" | "pending" | "problem" | "git"
>;

type KnownGit = NonNullable<KnownComparison["git"]>;

/** Copies that are in Git, and where their templates are: a push there is none of Octopus's events, so the hosts are asked. */
export interface FleetGit {
  /** Which side has other commits than when the copy was compared; undefined for neither, and where that was asked a while ago. */
  findMoved(known: KnownGit): Promise<"copy" | "template" | undefined>;
  /** How the copy's files stand to the template's. @throws {@link UnavailableError} where its host answers nobody */
  compare(copy: Copy, at: ProjectRepository): Promise<GitComparison>;
  /** By host, why it answers nobody in this look. */
  readonly silent: ReadonlyMap<string, string>;
  /** Takes away what was fetched. */
  close(): Promise<void>;
}

export interface FleetGitOptions {
  access: GitInput;
  openHost: OpenHost<HostAccess>;
  management: OctopusSpace;
  workingDirectory: string;
  mask: (secret: string) => void;
  signal: AbortSignal;
  now: Date;
}

/** Milliseconds for which a host is not asked again whether a branch has moved. */
const headsLast = 10 * 60_000;

/** Repositories in a row that cannot be read: then it is their host, or the credentials, and the others are not asked. */
const mostSilent = 3;

/** Git processes side by side. */
const processesAtATime = 4;

/** Whoever gives neither a token nor an app has no Git that can be looked at. @returns undefined then */
export function openFleetGit(options: FleetGitOptions): FleetGit | undefined {
  const { access } = options;
  if (!hasSignIn(access)) return undefined;
  const templates = new Map<string, Promise<TemplateInGit>>();
  const hosts = createHostWatch();
  const limit = limitConcurrency(processesAtATime);

  function open(projectId: string): Promise<TemplateInGit> {
    const opened = templates.get(projectId) ?? openTemplateInGit(projectId, options);
    templates.set(projectId, opened);
    return opened;
  }

  async function findMoved({
    askedAt,
    template,
    url,
    branch,
    into,
    from,
  }: KnownGit): ReturnType<FleetGit["findMoved"]> {
    if (options.now.getTime() - Date.parse(askedAt) < headsLast || hosts.isSilent(url)) return undefined;
    const opened = await open(template);
    const head = await hosts.watch(url, () => limit(() => opened.readHead(url, branch)));
    if (head !== into) return "copy";
    return (await opened.readOwnHead()) === from ? undefined : "template";
  }

  async function compare(copy: Copy, at: ProjectRepository): Promise<GitComparison> {
    const template = copy.receipt.upstream?.["projectId"] ?? "";
    const { url } = splitCredentials(at.url);
    hosts.refuseSilent(url);
    const opened = await open(template);
    const find = await hosts.watch(opened.url, () => opened.openFinder());
    const found = await hosts.watch(url, () => limit(() => find(copy, at)));
    const { into, from, behind } = found.update;
    return {
      ...judge(found),
      git: { askedAt: options.now.toISOString(), template, url, branch: at.defaultBranch, into, from, behind },
    };
  }

  return {
    async findMoved(known) {
      try {
        return await findMoved(known);
      } catch (error) {
        if (!(error instanceof StepError)) throw error;
        // Comparing tells what is wrong.
        return hosts.isSilent(known.url) ? undefined : "copy";
      }
    },
    compare,
    silent: hosts.silent,
    async close() {
      const opened = await Promise.allSettled(templates.values());
      await Promise.all(opened.map((one) => (one.status === "fulfilled" ? one.value.close() : undefined)));
    },
  };
}

/** `https://git.example.com` of a repository's address. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : splitCredentials(url).url;
}

interface HostWatch {
  readonly silent: ReadonlyMap<string, string>;
  isSilent(url: string): boolean;
  /** @throws {@link UnavailableError} for a repository on a host that answers nobody */
  refuseSilent(url: string): void;
  /** Asks the host of a repository, and notes whether it answers. */
  watch<T>(url: string, ask: () => Promise<T>): Promise<T>;
}

function createHostWatch(): HostWatch {
  const silent = new Map<string, string>();
  const failures = new Map<string, number>();
  return {
    silent,
    isSilent: (url) => silent.has(hostOf(url)),
    refuseSilent(url) {
      const text = silent.get(hostOf(url));
      if (text !== undefined) throw new UnavailableError(text);
    },
    async watch(url, ask) {
      const host = hostOf(url);
      try {
        const answer = await ask();
        failures.set(host, 0);
        silent.delete(host);
        return answer;
      } catch (error) {
        if (!(error instanceof StepError)) throw error;
        const count = (failures.get(host) ?? 0) + 1;
        failures.set(host, count);
        if (count >= mostSilent) silent.set(host, error.message);
        throw error;
      }
    },
  };
}

/** A template's repository, and those of its copies beside it. */
interface TemplateInGit {
  /** Without credentials. */
  url: string;
  readHead(url: string, branch: string): Promise<string | undefined>;
  readOwnHead(): Promise<string | undefined>;
  openFinder(): Promise<GitFinder>;
  close(): Promise<void>;
}

async function openTemplateInGit(projectId: string, options: FleetGitOptions): Promise<TemplateInGit> {
  const { management, signal } = options;
  const project = projectId === "" ? undefined : await management.find(`/projects/${projectId}`);
  const repository = project && findProjectRepository(project);
  if (repository === undefined)
    throw new NotFoundError(`${templateOutsideGit} Look at the template project of the management space.`);
  const { url } = splitCredentials(repository.url);
  const access = createGitAccess({
    ...options.access,
    openHost: options.openHost,
    templateUrl: url,
    signal,
    onSecret: options.mask,
  });
  const { path: directory, remove } = await makeTemporaryFolder(options.workingDirectory, "git");
  const scout = once(() => createRepository({ directory, listCredentials: () => access.listCredentials(), signal }));
  const workspace = once(() =>
    openGitWorkspace({ template: repository, access, workingDirectory: options.workingDirectory, signal }),
  );
  const finder = once(async () => createGitFinder({ space: management, repository }, await workspace()));
  const readHeadAt = createHeadReader(scout, access);
  return {
    url,
    readHead: readHeadAt,
    readOwnHead: once(() => readHeadAt(repository.url, repository.defaultBranch)),
    openFinder: finder,
    async close() {
      await finder.settled();
      const opened: GitWorkspace | undefined = await workspace.settled();
      await opened?.close();
      await remove();
    },
  };
}

function createHeadReader(
  open: () => Promise<LocalRepository>,
  access: GitAccess,
): (url: string, branch: string) => Promise<string | undefined> {
  let count = 0;
  return async (url, branch) => {
    access.admit(url);
    const scout = await open();
    count += 1;
    return readHead(scout, await scout.addRemote(`asked-${count}`, { url }), { branch });
  };
}

interface Once<T> {
  (): Promise<T>;
  /** What came of it; undefined when it was never asked for, or failed. */
  settled(): Promise<T | undefined>;
}

function once<T>(work: () => Promise<T>): Once<T> {
  let started: Promise<T> | undefined;
  return Object.assign(() => (started ??= work()), {
    settled: async () => started?.catch(() => undefined),
  });
}

function judge({ update, missingStepTemplates }: FoundInGit): Omit<GitComparison, "git"> {
  const told = {
    changedHere: update.edits.map(describeCommit),
    conflicts: [...update.conflicts.map(describeConflict), ...update.broken.map(describeBroken)],
    pending: [
      ...missingStepTemplates.map((name) => `The step template "${name}", which it uses and the space lacks.`),
      ...update.incoming.map(describeCommit),
    ],
  };
  if (update.status === "unrelated")
    return {
      ...told,
      inStep: "unknown",
      problem: unrelated,
    };
  return { ...told, inStep: toState(update) };
}

function toState({ status, broken, edits }: GitUpdate): KnownComparison["inStep"] {
  if (status === "conflicting" || broken.length > 0) return "conflict";
  if (status === "mergeable") return "behind";
  return edits.length > 0 ? "changedHere" : "upToDate";
}

/** `"Slower timeout" by Octavia on 2026-11-02 (1a2b3c4d)`. */
function describeCommit({ commit, author, date, subject }: CommitSummary): string {
  return `"${subject}" by ${author} on ${date.slice(0, 10)} (${commit.slice(0, 8)})`;
}
