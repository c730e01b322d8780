import { execFileSync } from "node:child_process";
import type { ApiAnswer } from "../git-server/git-server.ts";
import { refuse, toPage, toRepository, toUser } from "./bitbucket-cloud-documents.ts";
import { pullRequestRoutes } from "./bitbucket-cloud-pull-requests.ts";
import {
  authenticate,
  inRepository,
  isApiToken,
  lacksScope,
  repositoryPattern,
  scopes,
} from "./bitbucket-cloud-sign-in.ts";
import { createState, type BitbucketState } from "./bitbucket-cloud-state.ts";
import {
  branchHead,
  removeBranch,
  startStandIn,
  text,
  type Route,
  type RouteContext,
  type StandIn,
  type StandInRepository,
  type StandInStatus,
  type StandInToken,
} from "./stand-in.ts";

export interface BitbucketCloudStandIn {
  standIn: StandIn;
  state: BitbucketState;
  /** Answers to give first, each once. */
  faults: ApiAnswer[];
}

/**
 * Bitbucket Cloud as its REST reference describes it (swagger.v3.json of August 2026), as far as we use it. Sentences of refusals are known from
 * what clients record of them: the description has none.
 */
export async function startBitbucketCloud(): Promise<BitbucketCloudStandIn> {
  const faults: ApiAnswer[] = [];
  const state = createState();
  const standIn = await startStandIn({
    contract: "bitbucket-cloud",
    prefix: "/api/2.0",
    gitUsername: "x-token-auth",
    pullRef: "none",
    routes: (self) => [...routes(self, state), ...pullRequestRoutes(self, state)],
    authenticate: (self, request) => faults.shift() ?? authenticate(self, request),
  });
  return { standIn, state, faults };
}

function routes(standIn: StandIn, state: BitbucketState): Route[] {
  const at = (rest: string): RegExp => new RegExp(`${repositoryPattern}${rest}$`);
  const show = (repository: StandInRepository): ApiAnswer => ({
    status: 200,
    body: toRepository(standIn, state, repository),
  });
  return [
    ["GET", /^\/user$/, ({ who }) => describeUser(who)],
    ["GET", /^\/workspaces\/([^/]+)$/, ({ parts: [slug = ""] }) => findWorkspace(standIn, slug)],
    [
      "GET",
      at(""),
      inRepository(standIn, scopes.read, (repository) => {
        standIn.look(repository);
        return show(repository);
      }),
    ],
    ["POST", at(""), (context) => create(standIn, state, context)],
    [
      "PUT",
      at(""),
      inRepository(standIn, scopes.admin, (repository, { request }) => {
        const main = new Map(Object.entries(request.body["mainbranch"] ?? {})).get("name");
        if (typeof main === "string") repository.defaultBranch = main;
        return show(repository);
      }),
    ],
    [
      "DELETE",
      at(""),
      inRepository(standIn, scopes.remove, (repository) => {
        standIn.remove(repository);
        return { status: 204 };
      }),
    ],
    [
      "POST",
      at("/forks"),
      inRepository(standIn, scopes.write, (source, context) => fork(standIn, state, { source, context })),
    ],
    [
      "GET",
      at("/refs/branches/(.+)"),
      inRepository(standIn, scopes.read, (repository, { parts: [, , branch = ""] }) =>
        showBranch(standIn, repository, { branch, allowed: state.repository(repository).mergeStrategies }),
      ),
    ],
    [
      "DELETE",
      at("/refs/branches/(.+)"),
      inRepository(standIn, scopes.write, (repository, { parts: [, , branch = ""] }) => {
        if (branchHead(standIn, repository, branch) === "") return refuse(404, `Branch "${branch}" does not exist.`);
        if (branch === repository.defaultBranch) return refuse(400, "Cannot delete the main branch.");
        removeBranch(standIn, repository, branch);
        return { status: 204 };
      }),
    ],
    [
      "GET",
      at("/branch-restrictions"),
      inRepository(standIn, scopes.admin, (repository, { request }) =>
        toPage(
          request,
          [...ofProtectedBranches(repository), ...state.repository(repository).restrictions].map((each, index) => ({
            type: "branchrestriction",
            id: index + 1,
            users: [],
            groups: [],
            ...each,
          })),
        ),
      ),
    ],
    [
      "GET",
      at("/effective-branching-model"),
      inRepository(standIn, scopes.read, (repository) => ({
        status: 200,
        body: {
          type: "effective_repo_branching_model",
          development: { name: repository.defaultBranch, use_mainbranch: true },
          branch_types: state.repository(repository).branchTypes,
        },
      })),
    ],
    [
      "GET",
      at("/commit/([0-9a-f]+)"),
      inRepository(standIn, scopes.read, (repository, { parts: [, , hash = ""] }) =>
        findCommit(standIn, repository, hash),
      ),
    ],
    [
      "POST",
      at("/commit/([0-9a-f]+)/statuses/build"),
      inRepository(standIn, scopes.read, (repository, { request, parts: [, , hash = ""] }) =>
        setStatus(standIn, state, { repository, hash, body: request.body }),
      ),
    ],
    [
      "GET",
      at("/commit/([0-9a-f]+)/statuses/build/([^/]+)"),
      inRepository(standIn, scopes.read, (repository, { parts: [, , hash = "", key = ""] }) =>
        findStatus(state, repository, { hash, key }),
      ),
    ],
  ];
}

/** An access token is nobody, and its scopes stand in a header of the refusal. */
function describeUser(who: StandInToken): ApiAnswer {
  const headers = { "x-oauth-scopes": who.scopes.join(", ") };
  if (isApiToken(who)) return lacksScope(who, scopes.account) ?? { status: 200, headers, body: toUser(who.login) };
  return { ...refuse(403, "This endpoint does not support token-based authentication"), headers };
}

function findWorkspace(standIn: StandIn, slug: string): ApiAnswer {
  if (!standIn.accounts.has(slug)) return noWorkspace(slug);
  return { status: 200, body: { type: "workspace", slug, name: slug, uuid: `{${slug}}`, is_private: true } };
}

function noWorkspace(slug: string): ApiAnswer {
  return refuse(404, `No workspace with identifier '${slug}'.`);
}

/** Workspaces of people are theirs alone; everybody of the tests is a member of the others. */
function mayCreate(standIn: StandIn, owner: string, who: StandInToken): boolean {
  return standIn.accounts.get(owner) === "Organization" || who.login === owner;
}

const slugExists = refuse(400, "Repository with this Slug and Owner already exists.", {
  fields: { name: ["You already have a repository with this name."] },
});

function create(standIn: StandIn, state: BitbucketState, { request, who, parts }: RouteContext): ApiAnswer {
  const [owner = "", slug = ""] = parts;
  const refusal = refuseToMake(standIn, who, { owner, slug }) ?? lacksScope(who, scopes.admin);
  if (refusal !== undefined) return refusal;
  const repository = standIn.add(owner, slug, { isPrivate: request.body["is_private"] !== false });
  return { status: 200, body: toRepository(standIn, state, repository) };
}

function refuseToMake(
  standIn: StandIn,
  who: StandInToken,
  { owner, slug }: { owner: string; slug: string },
): ApiAnswer | undefined {
  if (!standIn.accounts.has(owner)) return noWorkspace(owner);
  if (!mayCreate(standIn, owner, who))
    return refuse(403, "You do not have permission to create repositories in this workspace.");
  if (!/^[a-z0-9_.-]{1,62}$/.test(slug)) return refuse(400, "Invalid slug.");
  return standIn.find(owner, slug) === undefined ? undefined : slugExists;
}

function fork(
  standIn: StandIn,
  state: BitbucketState,
  { source, context: { request, who } }: { source: StandInRepository; context: RouteContext },
): ApiAnswer {
  const owner = text(Object.fromEntries(Object.entries(request.body["workspace"] ?? {})), "slug");
  const slug = text(request.body, "name").toLowerCase();
  const { forkPolicy } = state.repository(source);
  if (forkPolicy === "no_forks") return refuse(403, "This repository does not allow forking.");
  const isPublic = request.body["is_private"] === false;
  if (isPublic && source.isPrivate) return refuse(400, "This repository does not allow public forks.");
  const refusal = refuseToMake(standIn, who, { owner, slug });
  if (refusal !== undefined) return refusal;
  const made = standIn.fork(source, owner, slug);
  made.isPrivate = !isPublic;
  return { status: 201, body: toRepository(standIn, state, made) };
}

function showBranch(
  standIn: StandIn,
  repository: StandInRepository,
  { branch, allowed }: { branch: string; allowed: readonly string[] },
): ApiAnswer {
  standIn.look(repository);
  const hash = branchHead(standIn, repository, branch);
  if (hash === "" || repository.looksUntilReady > 0) return refuse(404, `Branch "${branch}" does not exist.`);
  // They are listed in one order, whichever is the default.
  const strategies = { merge_strategies: allowed.toSorted(), default_merge_strategy: allowed[0] };
  return { status: 200, body: { type: "branch", name: branch, target: { type: "commit", hash }, ...strategies } };
}

/** Nobody may push to those that a test protects. */
function ofProtectedBranches({ protectedBranches }: StandInRepository): Record<string, unknown>[] {
  return [...protectedBranches].map((pattern) => ({ kind: "push", branch_match_kind: "glob", pattern }));
}

function findCommit(standIn: StandIn, repository: StandInRepository, hash: string): ApiAnswer {
  try {
    const whole = execFileSync("git", ["-C", standIn.pathOf(repository), "rev-parse", "--verify", `${hash}^{commit}`], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    return { status: 200, body: { type: "commit", hash: whole.toString().trim() } };
  } catch {
    return refuse(404, `Commit ${hash} not found.`);
  }
}

function setStatus(
  standIn: StandIn,
  state: BitbucketState,
  { repository, hash, body }: { repository: StandInRepository; hash: string; body: Record<string, unknown> },
): ApiAnswer {
  const commit = findCommit(standIn, repository, hash);
  if (commit.status !== 200) return commit;
  const [key, url] = [text(body, "key"), text(body, "url")];
  if (key === "" || url === "" || key.length > 40)
    return refuse(400, "Bad request", { fields: { key: ["This field is required, with at most 40 characters."] } });
  state.repository(repository).statusSettings.push(body);
  const ofCommit = repository.statuses.get(hash) ?? new Map<string, StandInStatus>();
  repository.statuses.set(hash, ofCommit);
  ofCommit.set(text(body, "name"), { state: text(body, "state"), description: text(body, "description"), url });
  return { status: 201, body: { type: "build", ...body } };
}

function findStatus(
  state: BitbucketState,
  repository: StandInRepository,
  { hash, key }: { hash: string; key: string },
): ApiAnswer {
  const [name] = state
    .repository(repository)
    .statusSettings.flatMap((body) => (body["key"] === key ? [body["name"]] : []));
  const found = typeof name === "string" ? repository.statuses.get(hash)?.get(name) : undefined;
  if (found === undefined) return refuse(404, `No build status with key ${key}.`);
  return { status: 200, body: { type: "build", key, name, ...found } };
}
