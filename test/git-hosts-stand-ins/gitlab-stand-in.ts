import type { ApiAnswer, ApiRequest } from "../git-server/git-server.ts";
import { mergeRequestRoutes } from "./gitlab-merge-requests.ts";
import { inProject, notFound, type InProject } from "./gitlab-projects.ts";
import { createGitLabState, type GitLabState } from "./gitlab-state.ts";
import {
  branchHead,
  removeBranch,
  startStandIn,
  text,
  toPage,
  type HookDelivery,
  type HookEvent,
  type Route,
  type RouteContext,
  type StandIn,
  type StandInHook,
  type StandInRepository,
  type StandInStatus,
  type StandInToken,
} from "./stand-in.ts";

export interface GitLabStandIn {
  standIn: StandIn;
  state: GitLabState;
  /** Answers to give first, each once. */
  faults: ApiAnswer[];
  /** The address that people use: with a relative URL root not that of the server. */
  url: string;
}

/**
 * GitLab as its REST API documentation describes it (doc/api of gitlabhq/gitlabhq; what it says in refusals: lib/api of the same), as far as
 * we use it. With `root`, it is below a relative URL, as "Install GitLab under a relative URL" has it.
 */
export async function startGitLab({ root = "" }: { root?: string } = {}): Promise<GitLabStandIn> {
  const faults: ApiAnswer[] = [];
  const state = createGitLabState();
  const standIn = await startStandIn({
    contract: "gitlab",
    prefix: root === "" ? "/api/v4" : `/${root}/api/v4`,
    gitPath: ({ owner, name }) => [root, owner, `${name}.git`].filter(Boolean).join("/"),
    // "Clone with a token": the user name may be anything, but not nothing.
    gitUsername: "",
    pullRef: { name: (number) => `refs/merge-requests/${number}/head` },
    routes: (self) => [...routes(self, state), ...projectRoutes(self, state)],
    listDeliveries,
    authenticate: (self, request) => faults.shift() ?? authenticate(self, request),
  });
  return { standIn, state, faults, url: [standIn.server.url, root].filter(Boolean).join("/") };
}

/** Tokens of each kind as `Authorization: Bearer` or `PRIVATE-TOKEN`; what a token lacks as OAuth 2.0 says it (RFC 6750). */
function authenticate(standIn: StandIn, request: ApiRequest): StandInToken | ApiAnswer {
  const [, bearer = ""] = /^Bearer (.*)$/.exec(request.headers.authorization ?? "") ?? [];
  const who = standIn.tokens.get(String(request.headers["private-token"] ?? bearer));
  if (who === undefined) return { status: 401, body: { message: "401 Unauthorized" } };
  if (who.expiresAt !== undefined && who.expiresAt.getTime() <= Date.now()) return hasExpired;
  const accepted = scopesFor(request);
  if (accepted.some((scope) => who.scopes.includes(scope))) return who;
  const description = "The request requires higher privileges than provided by the access token.";
  return {
    status: 403,
    body: { error: "insufficient_scope", error_description: description, scope: accepted.join(" ") },
  };
}

const hasExpired: ApiAnswer = {
  status: 401,
  body: {
    error: "invalid_token",
    error_description: "Token is expired. You can either do re-authorization or token refresh.",
  },
};

function scopesFor({ method, url }: ApiRequest): string[] {
  if (url.pathname.endsWith("/personal_access_tokens/self"))
    return ["api", "read_api", "read_user", "write_repository"];
  if (method !== "GET") return ["api"];
  return /\/users?$/.test(url.pathname) ? ["api", "read_api", "read_user"] : ["api", "read_api"];
}

function routes(standIn: StandIn, state: GitLabState): Route[] {
  return [
    ["GET", /^\/user$/, ({ who }) => ({ status: 200, body: { id: 1, username: who.login, name: who.login } })],
    ["GET", /^\/users$/, ({ request }) => listUsers(standIn, request)],
    ["GET", /^\/personal_access_tokens\/self$/, ({ who }) => describeToken(who)],
    ["GET", /^\/namespaces\/([^/]+)$/, (context) => findNamespace(standIn, context)],
    ["POST", /^\/projects$/, (context) => create(standIn, state, context)],
  ];
}

function listUsers(standIn: StandIn, request: ApiRequest): ApiAnswer {
  const wanted = request.url.searchParams.get("username")?.toLowerCase();
  const users = [...standIn.accounts].filter(([login, type]) => type === "User" && login.toLowerCase() === wanted);
  return toPage(
    request,
    users.map(([username]) => ({ id: 1, username, name: username, state: "active" })),
  );
}

function describeToken({ scopes, expiresAt }: StandInToken): ApiAnswer {
  const day = expiresAt?.toISOString().slice(0, 10) ?? null;
  return { status: 200, body: { id: 4, name: "Deploy", revoked: false, scopes, active: true, expires_at: day } };
}

/** Somebody else's personal namespace is not shown. */
function findNamespace(standIn: StandIn, { parts: [path = ""], who }: RouteContext): ApiAnswer {
  const found = [...standIn.accounts].findIndex(([login]) => login.toLowerCase() === path.toLowerCase());
  const [login, type] = [...standIn.accounts][found] ?? ["", "User"];
  if (login === "" || (type === "User" && login !== who.login)) return notFound("Namespace");
  const kind = type === "User" ? "user" : "group";
  const name = login.split("/").at(-1);
  return { status: 200, body: { id: 100 + found, name, path: name, kind, full_path: login } };
}

/** A name is taken by whoever was there first, told as each field's mistakes. */
function create(standIn: StandIn, state: GitLabState, { request }: RouteContext): ApiAnswer {
  const owner = [...standIn.accounts.keys()][Number(request.body["namespace_id"]) - 100] ?? "";
  const path = text(request.body, "path") || text(request.body, "name");
  if (state.closedNamespaces.has(owner)) return { status: 400, body: { message: { namespace: ["is not valid"] } } };
  if (!/^[\w.][\w.-]*$/.test(path))
    return { status: 400, body: { message: { path: ["can contain only letters, digits, '_', '-' and '.'"] } } };
  if (standIn.find(owner, path) !== undefined) return { status: 400, body: { message: taken } };
  const visibility = text(request.body, "visibility");
  const made = standIn.add(owner, path, { isPrivate: visibility === "private" });
  return { status: 201, body: toProject(standIn, state, made) };
}

const taken = {
  "project_namespace.name": ["has already been taken"],
  name: ["has already been taken"],
  path: ["has already been taken"],
};

function projectRoutes(standIn: StandIn, state: GitLabState): Route[] {
  const within = (answer: InProject): Route[2] => inProject(standIn, answer);
  return [
    [
      "GET",
      /^\/projects\/([^/]+)$/,
      within((repository) => {
        standIn.look(repository);
        return { status: 200, body: toProject(standIn, state, repository) };
      }),
    ],
    [
      "PUT",
      /^\/projects\/([^/]+)$/,
      within((repository, { request }) => {
        repository.defaultBranch = text(request.body, "default_branch");
        return { status: 200, body: toProject(standIn, state, repository) };
      }),
    ],
    ["DELETE", /^\/projects\/([^/]+)$/, within((repository) => remove(standIn, state, repository))],
    ["POST", /^\/projects\/([^/]+)\/fork$/, within((repository, context) => fork(standIn, state, repository, context))],
    [
      "GET",
      /^\/projects\/([^/]+)\/repository\/branches\/([^/]+)$/,
      within((repository, { parts: [, branch = ""] }) => toBranch(standIn, repository, branch)),
    ],
    [
      "DELETE",
      /^\/projects\/([^/]+)\/repository\/branches\/([^/]+)$/,
      within((repository, { parts: [, branch = ""] }) => {
        if (branchHead(standIn, repository, branch) === "") return notFound("Branch");
        removeBranch(standIn, repository, branch);
        return { status: 204 };
      }),
    ],
    [
      "POST",
      /^\/projects\/([^/]+)\/statuses\/([^/]+)$/,
      within((repository, { request, parts: [, sha = ""] }) => setStatus(repository, { request, sha })),
    ],
    [
      "GET",
      /^\/projects\/([^/]+)\/repository\/commits\/([^/]+)\/statuses$/,
      within((repository, { request, parts: [, sha = ""] }) => listStatuses(repository, { request, sha })),
    ],
    ...mergeRequestRoutes(standIn, state),
    ...hookRoutes(standIn, state),
  ];
}

/** At once, or put aside under another name first ("Delete a project"). */
function remove(standIn: StandIn, state: GitLabState, repository: StandInRepository): ApiAnswer {
  if (state.delaysDeletion) {
    standIn.rename(repository, `${repository.name}-deletion_scheduled-${repository.id}`);
    state.settingsOf(repository).markedForDeletionOn = "2026-12-30";
  } else standIn.remove(repository);
  return { status: 202, body: { message: "202 Accepted" } };
}

/** Who may not fork, or not there, is told that nothing is known of it. */
function fork(
  standIn: StandIn,
  state: GitLabState,
  source: StandInRepository,
  { request, who }: RouteContext,
): ApiAnswer {
  if (!source.allowsForking) return notFound();
  const owner = text(request.body, "namespace_path") || who.login;
  const account = [...standIn.accounts].find(([login]) => login.toLowerCase() === owner.toLowerCase());
  if (account === undefined || (account[1] === "User" && account[0] !== who.login)) return notFound("Namespace");
  if (state.closedNamespaces.has(account[0])) return notFound("Target Namespace");
  const path = text(request.body, "path") || source.name;
  if (standIn.find(owner, path) !== undefined) return { status: 409, body: { message: taken } };
  const made = standIn.fork(source, account[0], path);
  made.isPrivate ||= text(request.body, "visibility") === "private";
  return { status: 201, body: toProject(standIn, state, made) };
}

/** Its addresses are those of its own configuration, which a worker may not be able to reach. */
function toProject(standIn: StandIn, state: GitLabState, repository: StandInRepository): Record<string, unknown> {
  const { id, owner, name, defaultBranch, isPrivate, parent, looksUntilReady } = repository;
  const settings = state.settingsOf(repository);
  const importStatus = settings.importError === undefined ? (looksUntilReady > 0 ? "started" : "finished") : "failed";
  return {
    id,
    name,
    path: name,
    path_with_namespace: `${owner}/${name}`,
    default_branch: defaultBranch,
    visibility: isPrivate ? "private" : "public",
    http_url_to_repo: `http://gitlab.internal/${owner}/${name}.git`,
    web_url: `http://gitlab.internal/${owner}/${name}`,
    namespace: { full_path: owner, kind: standIn.accounts.get(owner) === "User" ? "user" : "group" },
    archived: repository.isArchived,
    marked_for_deletion_on: settings.markedForDeletionOn ?? null,
    merge_method: settings.mergeMethod,
    squash_option: squashOptionOf(repository),
    merge_trains_enabled: settings.hasMergeTrains,
    import_status: parent === undefined ? "none" : importStatus,
    import_error: settings.importError ?? null,
    ...(parent === undefined ? {} : { forked_from_project: toParent(parent) }),
  };
}

/** `always` where nothing but squashing is allowed. */
function squashOptionOf({ mergeMethods }: StandInRepository): string {
  if (!mergeMethods.includes("squash")) return "never";
  if (mergeMethods.length === 1) return "always";
  return mergeMethods[0] === "squash" ? "default_on" : "default_off";
}

function toParent({ id, owner, name }: StandInRepository): Record<string, unknown> {
  return { id, name, path: name, path_with_namespace: `${owner}/${name}` };
}

function toBranch(standIn: StandIn, repository: StandInRepository, branch: string): ApiAnswer {
  standIn.look(repository);
  if (/\s|\.\./.test(branch)) return { status: 400, body: { message: "The branch refname is invalid" } };
  const id = branchHead(standIn, repository, branch);
  if (id === "" || repository.looksUntilReady > 0) return notFound("Branch");
  const isProtected = repository.protectedBranches.has(branch);
  return {
    status: 200,
    body: { name: branch, commit: { id }, protected: isProtected, can_push: !isProtected, merged: false },
  };
}

/** A status that waits cannot be made to wait once more (what many clients met: "Cannot transition status via :enqueue from :pending"). */
function setStatus(repository: StandInRepository, { request, sha }: { request: ApiRequest; sha: string }): ApiAnswer {
  const [state, name] = [text(request.body, "state"), text(request.body, "name")];
  const all = repository.statuses.get(sha) ?? new Map<string, StandInStatus>();
  if (state === "pending" && all.get(name)?.state === "pending") {
    const reason =
      'Cannot transition status via :enqueue from :pending (Reason(s): Status cannot transition via "enqueue")';
    return { status: 400, body: { message: reason } };
  }
  const status = { state, description: text(request.body, "description"), url: text(request.body, "target_url") };
  repository.statuses.set(sha, all.set(name, status));
  return { status: 201, body: { id: all.size, sha, status: state, name, description: status.description } };
}

/** Of each name the newest of each pipeline, by its id ("Commits API", "List commit statuses"). */
function listStatuses(
  repository: StandInRepository,
  { request, sha }: { request: ApiRequest; sha: string },
): ApiAnswer {
  const wanted = request.url.searchParams.get("name");
  const all = [...(repository.statuses.get(sha) ?? [])].map(([name, { state, description }], index) => ({
    id: index + 1,
    sha,
    name,
    status: state,
    description,
  }));
  return toPage(
    request,
    all.filter(({ name }) => wanted === null || name === wanted),
  );
}

function hookRoutes(standIn: StandIn, state: GitLabState): Route[] {
  const within = (answer: InProject): Route[2] => inProject(standIn, answer);
  return [
    [
      "GET",
      /^\/projects\/([^/]+)\/hooks$/,
      within((repository, { request }) =>
        toPage(
          request,
          repository.hooks.map(({ id, settings }) => ({ id, url: settings["url"] })),
        ),
      ),
    ],
    [
      "POST",
      /^\/projects\/([^/]+)\/hooks$/,
      within((repository, { request }) => {
        if (!/^https?:/.test(text(request.body, "url"))) return { status: 422, body: { error: "Invalid url given" } };
        const hook = { id: repository.hooks.length + 1, settings: request.body };
        repository.hooks.push(hook);
        return { status: 201, body: toHook(state, hook) };
      }),
    ],
    [
      "PUT",
      /^\/projects\/([^/]+)\/hooks\/(\d+)$/,
      within((repository, { request, parts: [, id = ""] }) => {
        const hook = repository.hooks.find((each) => each.id === Number(id));
        if (hook === undefined) return notFound();
        hook.settings = { ...hook.settings, ...request.body };
        return { status: 200, body: toHook(state, hook) };
      }),
    ],
    [
      "DELETE",
      /^\/projects\/([^/]+)\/hooks\/(\d+)$/,
      within((repository, { parts: [, id = ""] }) => {
        repository.hooks = repository.hooks.filter((each) => each.id !== Number(id));
        return { status: 204 };
      }),
    ],
  ];
}

/** Of headers only the names are told, and secrets not at all; before 17.1 there were none. */
function toHook({ knowsCustomHeaders }: GitLabState, { id, settings }: StandInHook): Record<string, unknown> {
  const { url, push_events: push = true, merge_requests_events: requests = false, custom_headers: headers } = settings;
  const names = Array.isArray(headers) ? headers.map((header: unknown) => ({ key: nameOf(header) })) : [];
  return {
    id,
    url,
    push_events: push,
    merge_requests_events: requests,
    ...(knowsCustomHeaders ? { custom_headers: names } : {}),
  };
}

function nameOf(header: unknown): string {
  return typeof header === "object" && header !== null && "key" in header ? String(header.key) : "";
}

/** "Webhooks", "Webhook request headers" and "Custom headers". */
function listDeliveries(repository: StandInRepository, event: HookEvent): HookDelivery[] {
  const { owner, name } = repository;
  const [wanted, kind] = event === "push" ? ["push_events", "push"] : ["merge_requests_events", "merge_request"];
  const body = { object_kind: kind, project: { path_with_namespace: `${owner}/${name}` } };
  return repository.hooks
    .filter(({ settings }) => settings[wanted] === true)
    .map(({ settings: { url, token, custom_headers: given } }) => {
      const own = Array.isArray(given) ? given.map((header: unknown) => [nameOf(header), valueOf(header)]) : [];
      const secret: Record<string, string> = typeof token === "string" ? { "X-Gitlab-Token": token } : {};
      return { url: String(url), headers: { ...secret, ...Object.fromEntries(own) }, body };
    });
}

function valueOf(header: unknown): string {
  return typeof header === "object" && header !== null && "value" in header ? String(header.value) : "";
}
