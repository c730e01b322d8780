import { execFileSync } from "node:child_process";
import type { ApiAnswer, ApiRequest } from "../git-server/git-server.ts";
import { contextPath, refuse, toPage, toRepository, type DataCenterState } from "./bitbucket-data-center-documents.ts";
import { pullRequestRoutes, strategyIds } from "./bitbucket-data-center-pull-requests.ts";
import { inRepository, repositoryPattern, refuseToMake } from "./bitbucket-data-center-permissions.ts";
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

export interface DataCenterStandIn {
  standIn: StandIn;
  /** The address that people use. */
  url: string;
  state: DataCenterState;
  /** Answers to give first, each once. */
  faults: ApiAnswer[];
}

/**
 * Bitbucket Data Center as its REST reference describes it (swagger.v3.json of 9.2), as far as we use it. Names of exceptions and their sentences
 * are known from what clients record of them.
 */
export async function startBitbucketDataCenter(): Promise<DataCenterStandIn> {
  const faults: ApiAnswer[] = [];
  const state: DataCenterState = {
    restrictions: new Map(),
    defaultReviewers: [],
    strangers: new Set(),
    versions: new Map(),
    reviewers: new Map(),
    commentVersions: new Map(),
    failures: new Map(),
  };
  const standIn = await startStandIn({
    contract: "bitbucket-data-center",
    prefix: `${contextPath}/rest`,
    gitPath: ({ owner, name }) => `${contextPath.slice(1)}/scm/${owner}/${name}.git`,
    gitUsername: "barry",
    pullRef: { name: (number) => `refs/pull-requests/${number}/from` },
    routes: (self) => [...routes(self, state), ...pullRequestRoutes(self, state)],
    authenticate: (self, request) => faults.shift() ?? authenticate(self, request),
  });
  return { standIn, url: `${standIn.server.url}${contextPath}`, state, faults };
}

function authenticate(standIn: StandIn, { headers }: ApiRequest): StandInToken | ApiAnswer {
  const [, token = ""] = /^Bearer (.*)$/.exec(headers.authorization ?? "") ?? [];
  const message = "Authentication failed. Please check your credentials and try again.";
  return standIn.tokens.get(token) ?? refuse(401, "auth.IncorrectPasswordAuthenticationException", message);
}

function routes(standIn: StandIn, state: DataCenterState): Route[] {
  const at = (rest: string, api = "api"): RegExp => new RegExp(`^/${api}/latest${repositoryPattern}${rest}$`);
  return [
    ["GET", /^\/api\/latest\/application-properties$/, ({ who }) => describeServer(who)],
    ["POST", /^\/api\/latest\/projects\/([^/]+)\/repos$/, (context) => create(standIn, state, context)],
    [
      "GET",
      at(""),
      inRepository(standIn, "REPO_READ", (repository) => {
        standIn.look(repository);
        return { status: 200, body: toRepository(repository, state) };
      }),
    ],
    [
      "POST",
      at(""),
      inRepository(standIn, "REPO_READ", (source, context) => fork(standIn, state, { source, context })),
    ],
    [
      "DELETE",
      at(""),
      inRepository(standIn, "REPO_ADMIN", (repository) => {
        standIn.remove(repository);
        return { status: 202, body: {} };
      }),
    ],
    [
      "GET",
      at("/default-branch"),
      inRepository(standIn, "REPO_READ", ({ defaultBranch }) => ({
        status: 200,
        body: { id: `refs/heads/${defaultBranch}`, displayId: defaultBranch, type: "BRANCH" },
      })),
    ],
    [
      "PUT",
      at("/default-branch"),
      inRepository(standIn, "REPO_ADMIN", (repository, { request }) => {
        repository.defaultBranch = text(request.body, "id").replace("refs/heads/", "");
        return { status: 204 };
      }),
    ],
    [
      "GET",
      at("/branches"),
      inRepository(standIn, "REPO_READ", (repository, { request }) => listBranches(standIn, repository, request)),
    ],
    [
      "DELETE",
      at("/branches", "branch-utils"),
      inRepository(standIn, "REPO_WRITE", (repository, { request }) => {
        const branch = text(request.body, "name").replace("refs/heads/", "");
        // Without a branch of that name, Bitbucket is content, too.
        if (branchHead(standIn, repository, branch) !== "") removeBranch(standIn, repository, branch);
        return { status: 204 };
      }),
    ],
    [
      "GET",
      at("/restrictions", "branch-permissions"),
      inRepository(standIn, "REPO_ADMIN", (repository, { request }) =>
        toPage(request, [...ofProtectedBranches(repository), ...(state.restrictions.get(repository) ?? [])]),
      ),
    ],
    [
      "POST",
      at("/commits/([0-9a-f]+)/builds"),
      inRepository(standIn, "REPO_READ", (repository, { request, parts: [, , commit = ""] }) => {
        const [key, url, status] = ["key", "url", "state"].map((field) => text(request.body, field));
        if (!key || !url) return refuse(400, "validation.ArgumentValidationException", "A build status needs a url.");
        const ofCommit = repository.statuses.get(commit) ?? new Map<string, StandInStatus>();
        repository.statuses.set(commit, ofCommit);
        ofCommit.set(key, { state: status ?? "", description: text(request.body, "description"), url });
        return { status: 204 };
      }),
    ],
    [
      "GET",
      at("/settings/pull-requests"),
      inRepository(standIn, "REPO_READ", (repository) => ({
        status: 200,
        body: { mergeConfig: toMergeConfig(repository), requiredAllApprovers: false, requiredAllTasksComplete: false },
      })),
    ],
    [
      "GET",
      at("/commits/([0-9a-f]+)/builds"),
      inRepository(standIn, "REPO_READ", (repository, { request, parts: [, , commit = ""] }) => {
        const key = request.url.searchParams.get("key") ?? "";
        const found = repository.statuses.get(commit)?.get(key);
        if (found === undefined) return refuse(404, "NoSuchEntityException", `There is no build status ${key}.`);
        return { status: 200, body: { key, name: key, ...found } };
      }),
    ],
  ];
}

/** All strategies there are, in an order of Bitbucket's own. */
function toMergeConfig({ mergeMethods }: StandInRepository): Record<string, unknown> {
  const ids = mergeMethods.map((method) => strategyIds[method] ?? method);
  const show = (id: string): Record<string, unknown> => ({ id, name: id, flag: `--${id}`, enabled: ids.includes(id) });
  return {
    defaultStrategy: show(ids[0] ?? "no-ff"),
    strategies: ["no-ff", "ff", "ff-only", "rebase-no-ff", "rebase-ff-only", "squash", "squash-ff-only"].map(show),
    type: "REPOSITORY",
  };
}

/** Who asks stands in a header, unless it is nobody. */
function describeServer({ login, bearer }: StandInToken): ApiAnswer {
  const headers: Record<string, string> = bearer === "must" ? {} : { "x-ausername": login };
  return { status: 200, headers, body: { version: "9.4.2", displayName: "Bitbucket" } };
}

function create(standIn: StandIn, state: DataCenterState, { request, who, parts }: RouteContext): ApiAnswer {
  const [owner = ""] = parts;
  const name = text(request.body, "name").toLowerCase();
  const refusal = refuseToMake(standIn, who, owner);
  if (refusal !== undefined) return refusal;
  if (standIn.find(owner, name) !== undefined)
    return refuse(409, "repository.RepositoryCreationException", "This repository URL is already taken.");
  return { status: 201, body: toRepository(standIn.add(owner.toLowerCase(), name), state) };
}

function fork(
  standIn: StandIn,
  state: DataCenterState,
  { source, context: { request, who } }: { source: StandInRepository; context: RouteContext },
): ApiAnswer {
  const owner = text(Object.fromEntries(Object.entries(request.body["project"] ?? {})), "key");
  const name = text(request.body, "name").toLowerCase();
  if (!source.allowsForking)
    return refuse(400, "repository.ForkingDisabledException", "The repository does not allow forks.");
  const refusal = refuseToMake(standIn, who, owner);
  if (refusal !== undefined) return refusal;
  if (standIn.find(owner, name) !== undefined)
    return refuse(400, "repository.RepositoryCreationException", "This repository URL is already taken.");
  return { status: 201, body: toRepository(standIn.fork(source, owner.toLowerCase(), name), state) };
}

/** Names that have the text in them; the very name first, where that is asked for. */
function listBranches(standIn: StandIn, repository: StandInRepository, request: ApiRequest): ApiAnswer {
  if (repository.looksUntilReady > 0)
    return refuse(409, "repository.RepositoryInitialisingException", "The repository is being initialised.");
  const wanted = request.url.searchParams.get("filterText") ?? "";
  const format = "--format=%(refname:lstrip=2) %(objectname)";
  const lines = execFileSync("git", ["-C", standIn.pathOf(repository), "for-each-ref", format, "refs/heads"])
    .toString()
    .split("\n")
    .filter((line) => line !== "");
  const matching = lines.map((line) => line.split(" ")).filter(([name = ""]) => name.includes(wanted));
  const isBoosted = request.url.searchParams.get("boostMatches") === "true";
  const sorted = isBoosted ? matching.toSorted(([a], [b]) => Number(b === wanted) - Number(a === wanted)) : matching;
  return toPage(
    request,
    sorted.map(([name = "", commit = ""]) => ({
      id: `refs/heads/${name}`,
      displayId: name,
      type: "BRANCH",
      latestCommit: commit,
    })),
  );
}

/** Nobody may push to those that a test protects. */
function ofProtectedBranches({ protectedBranches }: StandInRepository): Record<string, unknown>[] {
  return [...protectedBranches].map((branch, index) => ({
    id: index + 1,
    type: "read-only",
    matcher: { id: `refs/heads/${branch}`, displayId: branch, type: { id: "BRANCH", name: "Branch" } },
    users: [],
    groups: [],
  }));
}
