import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import type { ApiAnswer, ApiRequest } from "../git-server/git-server.ts";
import {
  addComment,
  branchHead,
  findComment,
  pullHead,
  removeBranch,
  listStatuses,
  setStatus,
  startStandIn,
  text,
  toPage,
  type Route,
  type RouteContext,
  type StandIn,
  type StandInPull,
  type StandInRepository,
  type StandInToken,
} from "./stand-in.ts";

export interface GitHubApp {
  id: string;
  privateKey: string;
  installations: { id: number; login: string; suspended?: boolean }[];
  /** How many installation tokens were given out. */
  tokenCount: number;
  /** Seconds for which they live. */
  lifetime: number;
}

/** GitHub as its REST API documentation describes it (version 2022-11-28), as far as we use it. */
export async function startGitHub(): Promise<{ standIn: StandIn; app: GitHubApp; faults: ApiAnswer[] }> {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
  const app: GitHubApp = { id: "12345", privateKey: pem, installations: [], tokenCount: 0, lifetime: 3600 };
  const key = publicKey.export({ type: "spki", format: "pem" }).toString();
  /** Answers to give first, each once. */
  const faults: ApiAnswer[] = [];
  const standIn = await startStandIn({
    contract: "github",
    prefix: "/api/v3",
    routes: (self) => [...appRoutes(self, app), ...routes(self)],
    authenticate: (self, request) => faults.shift() ?? authenticate(self, request, { app, key }),
  });
  return { standIn, app, faults };
}

function authenticate(
  standIn: StandIn,
  request: ApiRequest,
  { app, key }: { app: GitHubApp; key: string },
): StandInToken | ApiAnswer {
  const [, token = ""] = /^Bearer (.*)$/.exec(request.headers.authorization ?? "") ?? [];
  if (request.url.pathname.startsWith("/api/v3/app/"))
    return isSignedBy(token, app, key) ? { login: "app", scopes: [] } : badCredentials;
  return standIn.tokens.get(token) ?? badCredentials;
}

const badCredentials: ApiAnswer = { status: 401, body: { message: "Bad credentials" } };
const notFound: ApiAnswer = { status: 404, body: { message: "Not Found" } };

function isSignedBy(jwt: string, app: GitHubApp, key: string): boolean {
  const [header = "", payload = "", signature = ""] = jwt.split(".");
  const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString() || "{}");
  const fields = new Map(Object.entries(claims ?? {}));
  const now = Date.now() / 1000;
  const isFresh =
    Number(fields.get("iat")) <= now &&
    Number(fields.get("exp")) > now &&
    Number(fields.get("exp")) - Number(fields.get("iat")) <= 600;
  return (
    isFresh &&
    fields.get("iss") === app.id &&
    verify("RSA-SHA256", Buffer.from(`${header}.${payload}`), createPublicKey(key), Buffer.from(signature, "base64url"))
  );
}

function appRoutes(standIn: StandIn, app: GitHubApp): Route[] {
  return [
    [
      "GET",
      /^\/app\/installations$/,
      ({ request }) =>
        toPage(
          request,
          app.installations.map(({ id, login, suspended }) => ({
            id,
            account: { login },
            suspended_at: suspended ? "2026-01-01T00:00:00Z" : null,
          })),
        ),
    ],
    [
      "POST",
      /^\/app\/installations\/(\d+)\/access_tokens$/,
      () => {
        app.tokenCount += 1;
        const token = `ghs_installation_${app.tokenCount}`;
        standIn.tokens.set(token, { login: "the-app[bot]", scopes: ["repo"] });
        return { status: 201, body: { token, expires_at: new Date(Date.now() + app.lifetime * 1000).toISOString() } };
      },
    ],
  ];
}

function routes(standIn: StandIn): Route[] {
  const inRepository =
    (answer: (repository: StandInRepository, context: RouteContext) => ApiAnswer) => (context: RouteContext) => {
      const [owner = "", name = ""] = context.parts;
      const repository = standIn.find(owner, name);
      if (repository === undefined) return findElsewhere(standIn, context);
      const isRead = context.request.method === "GET";
      return isRead || context.who.scopes.includes("repo") ? answer(repository, context) : lacksScope(context.who);
    };
  const inPull = (
    answer: (repository: StandInRepository, pull: StandInPull, context: RouteContext) => ApiAnswer,
  ): ((context: RouteContext) => ApiAnswer) =>
    inRepository((repository, context) => {
      const pull = repository.pulls.find((each) => each.number === Number(context.parts[2]));
      return pull === undefined ? notFound : answer(repository, pull, context);
    });
  return [
    [
      "GET",
      /^\/repositories\/(\d+)$/,
      ({ parts: [id = ""] }) => {
        const repository = standIn.repositories.find((each) => each.id === Number(id));
        return repository === undefined ? notFound : { status: 200, body: toRepository(standIn, repository) };
      },
    ],
    ["GET", /^\/user$/, ({ who }) => toSelf(who)],
    ["GET", /^\/users\/([^/]+)$/, ({ parts: [login = ""] }) => toAccount(standIn, login)],
    ["POST", /^\/user\/repos$/, (context) => create(standIn, context.who.login, context)],
    ["POST", /^\/orgs\/([^/]+)\/repos$/, (context) => create(standIn, context.parts[0] ?? "", context)],
    [
      "GET",
      /^\/repos\/([^/]+)\/([^/]+)$/,
      inRepository((repository) => {
        standIn.look(repository);
        return { status: 200, body: toRepository(standIn, repository) };
      }),
    ],
    [
      "PATCH",
      /^\/repos\/([^/]+)\/([^/]+)$/,
      inRepository((repository, { request }) => {
        repository.defaultBranch = text(request.body, "default_branch");
        return { status: 200, body: toRepository(standIn, repository) };
      }),
    ],
    [
      "DELETE",
      /^\/repos\/([^/]+)\/([^/]+)$/,
      inRepository((repository) => {
        standIn.remove(repository);
        return { status: 204 };
      }),
    ],
    [
      "POST",
      /^\/repos\/([^/]+)\/([^/]+)\/forks$/,
      inRepository((repository, context) => fork(standIn, repository, context)),
    ],
    [
      "GET",
      /^\/repos\/([^/]+)\/([^/]+)\/branches\/([^/]+)$/,
      inRepository((repository, { parts: [, , branch = ""] }) => toBranch(standIn, repository, branch)),
    ],
    [
      "DELETE",
      /^\/repos\/([^/]+)\/([^/]+)\/git\/refs\/heads\/(.+)$/,
      inRepository((repository, { parts: [, , branch = ""] }) => {
        if (branchHead(standIn, repository, branch) === "")
          return { status: 422, body: { message: "Reference does not exist" } };
        removeBranch(standIn, repository, branch);
        return { status: 204 };
      }),
    ],
    [
      "GET",
      /^\/repos\/([^/]+)\/([^/]+)\/pulls$/,
      inRepository((repository, { request }) => listPulls(standIn, repository, request)),
    ],
    [
      "POST",
      /^\/repos\/([^/]+)\/([^/]+)\/pulls$/,
      inRepository((repository, { request }) => createPull(standIn, repository, request)),
    ],
    [
      "PATCH",
      /^\/repos\/([^/]+)\/([^/]+)\/pulls\/(\d+)$/,
      inRepository((repository, { request, parts: [, , number = ""] }) => {
        const pull = repository.pulls.find((each) => each.number === Number(number));
        if (pull === undefined) return notFound;
        Object.assign(pull, request.body);
        return { status: 200, body: toPull(standIn, repository, pull) };
      }),
    ],
    [
      "GET",
      /^\/repos\/([^/]+)\/([^/]+)\/pulls\/(\d+)$/,
      inPull((repository, pull) => ({ status: 200, body: toPull(standIn, repository, pull) })),
    ],
    [
      "PUT",
      /^\/repos\/([^/]+)\/([^/]+)\/pulls\/(\d+)\/merge$/,
      inPull((repository, pull, { request }) => mergePull(standIn, repository, { pull, request })),
    ],
    [
      "GET",
      /^\/repos\/([^/]+)\/([^/]+)\/issues\/(\d+)\/comments$/,
      inPull((_repository, { comments }, { request }) => toPage(request, comments)),
    ],
    [
      "POST",
      /^\/repos\/([^/]+)\/([^/]+)\/issues\/(\d+)\/comments$/,
      inPull((repository, { comments }, { request }) => ({
        status: 201,
        body: addComment(repository, comments, text(request.body, "body")),
      })),
    ],
    [
      "PATCH",
      /^\/repos\/([^/]+)\/([^/]+)\/issues\/comments\/(\d+)$/,
      inRepository((repository, { request, parts: [, , id = ""] }) => {
        const comment = findComment(repository, Number(id));
        if (comment === undefined) return notFound;
        comment.body = text(request.body, "body");
        return { status: 200, body: comment };
      }),
    ],
    [
      "GET",
      /^\/repos\/([^/]+)\/([^/]+)\/commits\/([0-9a-f]{40})\/statuses$/,
      inRepository((repository, { request, parts: [, , commit = ""] }) =>
        toPage(request, listStatuses(repository, commit)),
      ),
    ],
    [
      "POST",
      /^\/repos\/([^/]+)\/([^/]+)\/statuses\/([0-9a-f]{40})$/,
      inRepository((repository, { request, parts: [, , commit = ""] }) => ({
        status: 201,
        body: setStatus(repository, commit, request.body),
      })),
    ],
  ];
}

/**
 * A repository that was renamed is named by its number, 301 for a GET and 307 for what changes something ("Best practices for using the
 * REST API", "Follow redirects"; the body as issue 85 of 18F/charlie has it).
 */
function findElsewhere(standIn: StandIn, { request, parts: [owner = "", name = ""] }: RouteContext): ApiAnswer {
  const renamed = standIn.findRenamed(owner, name);
  if (renamed === undefined) return notFound;
  const url = new URL(request.url.href.replace(/\/repos\/[^/]+\/[^/?]+/, `/repositories/${renamed.id}`)).href;
  const body = { message: "Moved Permanently", url, documentation_url: "https://docs.github.com/rest" };
  return { status: request.method === "GET" ? 301 : 307, headers: { location: url }, body };
}

function lacksScope(who: StandInToken): ApiAnswer {
  return {
    status: 403,
    headers: { "x-oauth-scopes": who.scopes.join(", "), "x-accepted-oauth-scopes": "public_repo, repo" },
    body: { message: "Must have admin rights to Repository.", documentation_url: "https://docs.github.com/rest" },
  };
}

/** Scopes and the day of expiry are headers, such as `2026-12-24 09:00:00 UTC`. */
function toSelf({ login, scopes, expiresAt }: StandInToken): ApiAnswer {
  const expiry = expiresAt
    ?.toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, " UTC");
  const headers: Record<string, string> = {
    "x-oauth-scopes": scopes.join(", "),
    ...(expiry === undefined ? {} : { "github-authentication-token-expiration": expiry }),
  };
  return { status: 200, headers, body: { login, type: "User" } };
}

function toAccount(standIn: StandIn, login: string): ApiAnswer {
  const type = standIn.accounts.get(login);
  return type === undefined ? notFound : { status: 200, body: { login, type } };
}

function create(standIn: StandIn, owner: string, { request, who }: RouteContext): ApiAnswer {
  if (!who.scopes.includes("repo")) return lacksScope(who);
  const name = text(request.body, "name");
  if (standIn.find(owner, name) !== undefined) {
    return {
      status: 422,
      body: {
        message: "Repository creation failed.",
        errors: [
          { resource: "Repository", code: "custom", field: "name", message: "name already exists on this account" },
        ],
      },
    };
  }
  return {
    status: 201,
    body: toRepository(standIn, standIn.add(owner, name, { isPrivate: request.body["private"] === true })),
  };
}

function fork(standIn: StandIn, source: StandInRepository, { request, who }: RouteContext): ApiAnswer {
  const owner = text(request.body, "organization") || who.login;
  const existing = standIn.repositories.find((each) => each.parent === source && each.owner === owner);
  const repository = existing ?? standIn.fork(source, owner, text(request.body, "name"));
  return { status: 202, body: toRepository(standIn, repository) };
}

function toRepository(standIn: StandIn, repository: StandInRepository): Record<string, unknown> {
  const address = `${standIn.server.url}/${repository.owner}/${repository.name}`;
  const { parent } = repository;
  return {
    id: repository.id,
    name: repository.name,
    full_name: `${repository.owner}/${repository.name}`,
    owner: { login: repository.owner, type: standIn.accounts.get(repository.owner) },
    clone_url: `${address}.git`,
    html_url: address,
    default_branch: repository.defaultBranch,
    private: repository.isPrivate,
    fork: parent !== undefined,
    allow_forking: repository.allowsForking,
    archived: repository.isArchived,
    allow_merge_commit: repository.mergeMethods.includes("merge"),
    allow_squash_merge: repository.mergeMethods.includes("squash"),
    allow_rebase_merge: repository.mergeMethods.includes("rebase"),
    ...(parent === undefined ? {} : { parent: { name: parent.name, owner: { login: parent.owner } } }),
  };
}

function toBranch(standIn: StandIn, repository: StandInRepository, branch: string): ApiAnswer {
  standIn.look(repository);
  const sha = branchHead(standIn, repository, branch);
  if (sha === "" || repository.looksUntilReady > 0) return { status: 404, body: { message: "Branch not found" } };
  return { status: 200, body: { name: branch, commit: { sha }, protected: repository.protectedBranches.has(branch) } };
}

function listPulls(standIn: StandIn, repository: StandInRepository, request: ApiRequest): ApiAnswer {
  const wanted = request.url.searchParams;
  const head = wanted.get("head");
  const matching = repository.pulls.filter(
    (pull) =>
      (head === null || `${(pull.from ?? repository).owner}:${pull.head}` === head) &&
      pull.base === (wanted.get("base") ?? pull.base) &&
      (wanted.get("state") === "all" || pull.state === (wanted.get("state") ?? "open")),
  );
  return toPage(
    request,
    matching.toReversed().map((pull) => toPull(standIn, repository, pull)),
  );
}

function createPull(standIn: StandIn, repository: StandInRepository, request: ApiRequest): ApiAnswer {
  const [head, base] = [text(request.body, "head"), text(request.body, "base")];
  const refuse = (message: string): ApiAnswer => ({
    status: 422,
    body: { message: "Validation Failed", errors: [{ resource: "PullRequest", code: "custom", message }] },
  });
  if (repository.pulls.some((pull) => pull.state === "open" && pull.head === head && pull.base === base))
    return refuse(`A pull request already exists for ${repository.owner}:${head}.`);
  if (branchHead(standIn, repository, head) === branchHead(standIn, repository, base))
    return refuse(`No commits between ${base} and ${head}`);
  const pull: StandInPull = {
    number: repository.pulls.length + 1,
    title: text(request.body, "title"),
    body: text(request.body, "body"),
    state: "open",
    head,
    base,
    comments: [],
  };
  repository.pulls.push(pull);
  return { status: 201, body: toPull(standIn, repository, pull) };
}

function toPull(standIn: StandIn, repository: StandInRepository, pull: StandInPull): Record<string, unknown> {
  return {
    number: pull.number,
    title: pull.title,
    body: pull.body,
    state: pull.state,
    merged_at: pull.mergeCommit === undefined ? null : "2026-11-21T00:00:00Z",
    merge_commit_sha: pull.mergeCommit ?? "0".repeat(40),
    html_url: `${standIn.server.url}/${repository.owner}/${repository.name}/pull/${pull.number}`,
    head: {
      label: `${(pull.from ?? repository).owner}:${pull.head}`,
      ref: pull.head,
      sha: pullHead(standIn, repository, pull),
      repo: { name: (pull.from ?? repository).name, owner: { login: (pull.from ?? repository).owner } },
    },
    base: { ref: pull.base, sha: branchHead(standIn, repository, pull.base) },
  };
}

/** As in "Merge a pull request": 405 when it cannot be merged, 409 when the branch has another newest commit than was said. */
function mergePull(
  standIn: StandIn,
  repository: StandInRepository,
  { pull, request }: { pull: StandInPull; request: ApiRequest },
): ApiAnswer {
  if (pull.blockedBy !== undefined) return { status: 405, body: { message: pull.blockedBy } };
  if (request.body["sha"] !== pullHead(standIn, repository, pull))
    return { status: 409, body: { message: "Head branch was modified. Review and try the merge again." } };
  standIn.merge(repository, pull.number, request.body["merge_method"] === "squash" ? "squash" : "merge");
  return { status: 200, body: { sha: pull.mergeCommit, merged: true, message: "Pull Request successfully merged" } };
}
