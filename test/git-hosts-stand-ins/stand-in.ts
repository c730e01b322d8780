import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { findHead } from "../git-server/edit-repository.ts";
import { publishHostExchange } from "./contract/host-exchanges.ts";
import {
  startGitServer,
  type ApiAnswer,
  type ApiRequest,
  type GitAccount,
  type GitServer,
  type GitServerOptions,
} from "../git-server/git-server.ts";

export interface StandInRepository {
  id: number;
  owner: string;
  name: string;
  isPrivate: boolean;
  defaultBranch: string;
  parent?: StandInRepository;
  /** How often a fork is looked at before its contents are there. */
  looksUntilReady: number;
  protectedBranches: Set<string>;
  allowsForking: boolean;
  isArchived: boolean;
  mergeMethods: string[];
  pulls: StandInPull[];
  /** By commit, then by name: the newest. */
  statuses: Map<string, Map<string, StandInStatus>>;
  hooks: StandInHook[];
}

export interface StandInStatus {
  state: string;
  description: string;
  url: string;
}

export interface StandInHook {
  id: number;
  /** As the host was told. */
  settings: Record<string, unknown>;
}

export interface StandInComment {
  id: number;
  body: string;
}

export interface StandInPull {
  number: number;
  title: string;
  body: string;
  state: "open" | "closed";
  mergeCommit?: string;
  head: string;
  base: string;
  /** Where the changes come from, when from a fork. */
  from?: StandInRepository;
  comments: StandInComment[];
  /** What the host still wants before it merges. */
  blockedBy?: string;
  /** How often the host still has to find out whether it can be merged. */
  looksUntilDecided?: number;
}

export interface StandInToken {
  login: string;
  scopes: string[];
  /** Who the token is for Git, where it is not who all of them are. */
  gitUsername?: string;
  /** Whether Git may send it as a bearer, or has to. */
  bearer?: "may" | "must";
  expiresAt?: Date;
}

/** What all stand-ins of Git hosts have in common: accounts, tokens, and real repositories on disk. */
export interface StandIn {
  readonly server: GitServer;
  readonly accounts: Map<string, "User" | "Organization">;
  readonly tokens: Map<string, StandInToken>;
  readonly repositories: StandInRepository[];
  /** Who tokens are for Git; "" for anybody. */
  readonly gitUsername: string;
  /** By which Git has the newest commit of a pull request; undefined where it has none. */
  readonly pullRef: PullRef | undefined;
  find(owner: string, name: string): StandInRepository | undefined;
  add(owner: string, name: string, more?: Partial<StandInRepository>): StandInRepository;
  /** Its contents come when it has been looked at twice, as hosts do their forks later. */
  fork(source: StandInRepository, owner: string, name: string): StandInRepository;
  look(repository: StandInRepository): void;
  remove(repository: StandInRepository): void;
  pathOf(repository: Pick<StandInRepository, "owner" | "name">): string;
  /** Its address for Git. */
  cloneUrlOf(repository: Pick<StandInRepository, "owner" | "name">): string;
  merge(repository: StandInRepository, number: number, how?: "merge" | "squash"): void;
  /** What is called otherwise now: hosts know it by its old names as well, until another repository takes one. */
  findRenamed(owner: string, name: string): StandInRepository | undefined;
  rename(repository: StandInRepository, name: string, owner?: string): void;
  /** Posts what happened to all webhooks that want to know of it. @returns the statuses of their answers, which hosts show to people */
  deliver(repository: StandInRepository, event: HookEvent): Promise<number[]>;
  /** Answers in place of the host's own, by request; undefined for its own. */
  answerFirst(answer: (request: ApiRequest) => ApiAnswer | undefined): void;
  close(): Promise<void>;
}

export interface PullRef {
  name: (number: number) => string;
  /** Whether it is a trial merge, whose second parent the newest commit is. */
  isMerge?: true;
}

export type HookEvent = "push" | "pullRequest";

/** A request that a webhook sends. */
export interface HookDelivery {
  url: string;
  headers: Record<string, string>;
  body: unknown;
}

export type Route = readonly [method: string, path: RegExp, answer: (context: RouteContext) => ApiAnswer];

export interface RouteContext {
  request: ApiRequest;
  /** The parts of the path that the pattern caught, decoded. */
  parts: string[];
  who: StandInToken;
}

export interface StandInOptions {
  /** The description that requests and answers are held against (contract/), such as `gitea126`. */
  contract: string;
  prefix: string;
  /** What is asked of the API, and not of Git: by default what begins with `/api/`. */
  isOfApi?: (path: string) => boolean;
  routes: (standIn: StandIn) => readonly Route[];
  /** Who asks, or the answer when nobody may. */
  authenticate: (standIn: StandIn, request: ApiRequest) => StandInToken | ApiAnswer;
  /** Where Git has a repository below the host's address; by default `owner/name.git`. */
  gitPath?: (repository: Pick<StandInRepository, "owner" | "name">) => string;
  /** Who tokens are for Git, "" for anybody; by default `x-access-token`. */
  gitUsername?: string;
  /** By default `refs/pull/1/head`; `none` where the host has no such refs. */
  pullRef?: PullRef | "none";
  /** What its webhooks send; nothing by default. */
  listDeliveries?: (repository: StandInRepository, event: HookEvent) => HookDelivery[];
  /** What answers beside Git and the API, such as Git LFS. */
  answerOther?: GitServerOptions["answerOther"];
}

export async function startStandIn({
  contract,
  prefix,
  routes,
  authenticate,
  gitPath = ({ owner, name }) => `${owner}/${name}.git`,
  gitUsername = "x-access-token",
  pullRef = { name: (number) => `refs/pull/${number}/head` },
  listDeliveries = () => [],
  ...more
}: StandInOptions): Promise<StandIn> {
  const accounts: GitAccount[] = [];
  const tokens = new (class extends Map<string, StandInToken> {
    override set(token: string, value: StandInToken): this {
      const { bearer } = value;
      const account = { username: value.gitUsername ?? gitUsername, token };
      accounts.push(bearer === undefined ? account : { ...account, bearer });
      return super.set(token, value);
    }
  })();
  const server = await startGitServer({
    accounts,
    answerApi: (request) => answer(request),
    isOfApi: (path) => path.startsWith(`${prefix}/`),
    ...more,
  });
  const repositories: StandInRepository[] = [];
  const oldNames = new Map<string, StandInRepository>();
  let faulty: (request: ApiRequest) => ApiAnswer | undefined = () => undefined;

  const standIn: StandIn = {
    server,
    accounts: new Map(),
    tokens,
    repositories,
    gitUsername,
    pullRef: pullRef === "none" ? undefined : pullRef,
    find: (owner, name) =>
      repositories.find((each) => `${each.owner}/${each.name}`.toLowerCase() === `${owner}/${name}`.toLowerCase()),
    add(owner, name, details = {}) {
      const empty = {
        id: repositories.length + 1,
        owner,
        name,
        isPrivate: true,
        defaultBranch: "main",
        looksUntilReady: 0,
        allowsForking: true,
        isArchived: false,
        mergeMethods: ["merge", "squash", "rebase"],
      };
      const collections = { protectedBranches: new Set<string>(), pulls: [], statuses: new Map(), hooks: [] };
      const repository: StandInRepository = { ...empty, ...collections, ...details };
      repositories.push(repository);
      server.createRepository(gitPath({ owner, name }), { defaultBranch: repository.defaultBranch });
      return repository;
    },
    fork: (source, owner, name) =>
      standIn.add(owner, name, {
        parent: source,
        looksUntilReady: 2,
        defaultBranch: source.defaultBranch,
        isPrivate: source.isPrivate,
      }),
    look(repository) {
      if (repository.looksUntilReady === 0 || repository.parent === undefined) return;
      repository.looksUntilReady -= 1;
      if (repository.looksUntilReady > 0) return;
      rmSync(standIn.pathOf(repository), { recursive: true });
      cpSync(standIn.pathOf(repository.parent), standIn.pathOf(repository), { recursive: true });
    },
    remove(repository) {
      repositories.splice(repositories.indexOf(repository), 1);
      rmSync(standIn.pathOf(repository), { recursive: true });
    },
    pathOf: (repository) => server.pathOf(gitPath(repository)),
    cloneUrlOf: (repository) => `${server.url}/${gitPath(repository)}`,
    merge(repository, number, how = "merge") {
      const pull = repository.pulls.find((each) => each.number === number);
      if (pull === undefined) throw new Error(`no pull request ${number}`);
      const path = standIn.pathOf(repository);
      const head = bringHead(standIn, repository, pull);
      pull.mergeCommit = how === "merge" ? head : squash(path, { head, base: pull.base, title: pull.title });
      pull.state = "closed";
      execFileSync("git", ["-C", path, "update-ref", `refs/heads/${pull.base}`, pull.mergeCommit]);
    },
    findRenamed: (owner, name) => oldNames.get(`${owner}/${name}`.toLowerCase()),
    rename(repository, name, owner = repository.owner) {
      const from = standIn.pathOf(repository);
      oldNames.set(`${repository.owner}/${repository.name}`.toLowerCase(), repository);
      Object.assign(repository, { name, owner });
      mkdirSync(dirname(standIn.pathOf(repository)), { recursive: true });
      renameSync(from, standIn.pathOf(repository));
    },
    deliver: (repository, event) => Promise.all(listDeliveries(repository, event).map(post)),
    answerFirst: (given) => void (faulty = given),
    close: () => server.close(),
  };

  function answer(request: ApiRequest): ApiAnswer {
    const first = faulty(request);
    if (first !== undefined) return first;
    const path = request.url.pathname.slice(prefix.length);
    const who = authenticate(standIn, request);
    const answered = "status" in who ? undefined : reply(path, request, who);
    const { method, content, url } = request;
    publishHostExchange({ contract, method, path, content, query: url.searchParams, answer: answered });
    return answered ?? ("status" in who ? who : noRoute(request, path));
  }

  function reply(path: string, request: ApiRequest, who: StandInToken): ApiAnswer {
    for (const [method, pattern, answerRoute] of routes(standIn)) {
      const match = method === request.method ? pattern.exec(path) : null;
      if (match !== null) return answerRoute({ request, who, parts: match.slice(1).map(decodeURIComponent) });
    }
    return noRoute(request, path);
  }

  return standIn;
}

async function post({ url, headers, body }: HookDelivery): Promise<number> {
  const all = { "content-type": "application/json", ...headers };
  const answer = await fetch(url, { method: "POST", headers: all, body: JSON.stringify(body) });
  await answer.body?.cancel();
  return answer.status;
}

function noRoute({ method }: ApiRequest, path: string): ApiAnswer {
  return { status: 501, body: { message: `No stand-in for ${method} ${path}. Add it to test/git-hosts-stand-ins.` } };
}

/** The newest commit with the changes, brought here when it is a fork's. */
function bringHead(standIn: StandIn, repository: StandInRepository, pull: StandInPull): string {
  const path = standIn.pathOf(repository);
  if (pull.from === undefined) return findHead(path, `refs/heads/${pull.head}`);
  const from = standIn.pathOf(pull.from);
  execFileSync("git", ["-C", path, "fetch", "--quiet", from, `refs/heads/${pull.head}`]);
  return findHead(from, `refs/heads/${pull.head}`);
}

/** The newest commit with the changes of a pull request. */
export function pullHead(standIn: StandIn, repository: StandInRepository, pull: StandInPull): string {
  return branchHead(standIn, pull.from ?? repository, pull.head);
}

/** One commit on the branch, with what the other has. */
function squash(path: string, { head, base, title }: { head: string; base: string; title: string }): string {
  return commitTree(path, { head, title, parents: [findHead(path, `refs/heads/${base}`)] });
}

/** As if nothing but the changes had come since, which is so in tests. */
function tryMerge(path: string, { head, base }: { head: string; base: string }): string {
  return commitTree(path, { head, title: "Trial", parents: [findHead(path, `refs/heads/${base}`), head] });
}

function commitTree(
  path: string,
  { head, title, parents }: { head: string; title: string; parents: readonly string[] },
): string {
  const author = ["-c", "user.name=Host", "-c", "user.email=host@example.com"];
  const onto = parents.flatMap((parent) => ["-p", parent]);
  return execFileSync("git", ["-C", path, ...author, "commit-tree", `${head}^{tree}`, ...onto, "-m", title])
    .toString()
    .trim();
}

/** One page of a list, with a link to the next one (RFC 8288). Pages are small, so that every list has several. */
export function toPage(request: ApiRequest, items: readonly unknown[]): ApiAnswer {
  const size = 2;
  const page = Number(request.url.searchParams.get("page") ?? 1);
  const next = new URL(request.url);
  next.searchParams.set("page", String(page + 1));
  const link: Record<string, string> =
    items.length > page * size ? { link: `<${next}>; rel="next", <${next}>; rel="last"` } : {};
  return { status: 200, headers: link, body: items.slice((page - 1) * size, page * size) };
}

/** @returns "" for a branch that is not there */
export function branchHead(standIn: StandIn, repository: StandInRepository, branch: string): string {
  return findHead(standIn.pathOf(repository), `refs/heads/${branch}`);
}

/** Open pull requests from a branch are closed with it. */
export function removeBranch(standIn: StandIn, repository: StandInRepository, branch: string): void {
  for (const pull of repository.pulls.filter((each) => each.state === "open" && each.head === branch))
    pull.state = "closed";
  execFileSync("git", ["-C", standIn.pathOf(repository), "update-ref", "-d", `refs/heads/${branch}`]);
}

export function text(body: Record<string, unknown>, field: string): string {
  const value = body[field];
  return typeof value === "string" ? value : "";
}

/** A comment more on a pull request; ids are the repository's. */
export function addComment(repository: StandInRepository, comments: StandInComment[], body: string): StandInComment {
  const comment = { id: repository.pulls.flatMap((pull) => pull.comments).length + 1, body };
  comments.push(comment);
  return comment;
}

export function findComment(repository: StandInRepository, id: number): StandInComment | undefined {
  return repository.pulls.flatMap((pull) => pull.comments).find((comment) => comment.id === id);
}

/** In the dialect that GitHub and Gitea speak. */
export function setStatus(
  repository: StandInRepository,
  commit: string,
  body: Record<string, unknown>,
): Record<string, unknown> {
  const [context, state] = [text(body, "context"), text(body, "state")];
  const all = repository.statuses.get(commit) ?? new Map<string, StandInStatus>();
  repository.statuses.set(
    commit,
    all.set(context, { state, description: text(body, "description"), url: text(body, "target_url") }),
  );
  return { id: all.size, context, state, description: text(body, "description") };
}

/** All statuses of a commit, the newest first, in the dialect of GitHub; Gitea calls the state `status`. */
export function listStatuses(
  repository: StandInRepository,
  commit: string,
  { stateField = "state" }: { stateField?: "state" | "status" } = {},
): Record<string, unknown>[] {
  const all = [...(repository.statuses.get(commit) ?? new Map<string, StandInStatus>())];
  return all
    .map(([context, { state, description }], index) => ({ id: index + 1, context, [stateField]: state, description }))
    .toReversed();
}

/** A pull request as people open one, with the ref that hosts keep for its newest commit. */
export function openPull(
  standIn: StandIn,
  repository: StandInRepository,
  { head, base = repository.defaultBranch, from }: Pick<StandInPull, "head" | "from"> & { base?: string },
): StandInPull {
  const number = repository.pulls.length + 1;
  const pull: StandInPull = { number, title: `Change ${head}`, body: "", state: "open", head, base, comments: [] };
  if (from !== undefined) pull.from = from;
  repository.pulls.push(pull);
  keepPullRef(standIn, repository, pull);
  return pull;
}

/** Hosts move it with each push to the branch with the changes. */
export function keepPullRef(standIn: StandIn, repository: StandInRepository, pull: StandInPull): void {
  const { pullRef } = standIn;
  if (pullRef === undefined) return;
  const path = standIn.pathOf(repository);
  const head = bringHead(standIn, repository, pull);
  const commit = pullRef.isMerge === true ? tryMerge(path, { head, base: pull.base }) : head;
  execFileSync("git", ["-C", path, "update-ref", pullRef.name(pull.number), commit]);
}
