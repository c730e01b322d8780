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
  type StandInHook,
  type StandInOptions,
  type StandInPull,
  type StandInRepository,
  type StandInToken,
} from "./stand-in.ts";

/** Gitea as its Swagger description has it (1.26), as far as we use it; Forgejo answers alike. */
export async function startGiteaStandIn(
  options: Pick<StandInOptions, "answerOther"> = {},
): Promise<{ standIn: StandIn; faults: ApiAnswer[] }> {
  /** Answers to give first, each once. */
  const faults: ApiAnswer[] = [];
  const standIn = await startStandIn({
    ...options,
    contract: "gitea126",
    prefix: "/api/v1",
    routes,
    authenticate: (self, request) => faults.shift() ?? authenticate(self, request),
  });
  return { standIn, faults };
}

function authenticate(standIn: StandIn, request: ApiRequest): StandInToken | ApiAnswer {
  const [, token = ""] = /^token (.*)$/.exec(request.headers.authorization ?? "") ?? [];
  const who = standIn.tokens.get(token);
  if (who === undefined) return { status: 401, body: { message: "user does not exist [uid: 0, name: ]" } };
  const needed = scopeFor(request);
  if (who.scopes.includes(needed) || who.scopes.includes(needed.replace("read:", "write:"))) return who;
  return {
    status: 403,
    body: {
      message: `token does not have at least one of required scope(s), required=[${needed}], token scope=${who.scopes.join(",")}`,
      url: "/api/swagger",
    },
  };
}

function scopeFor({ method, url }: ApiRequest): string {
  const part = url.pathname.split("/")[3] ?? "";
  const category = part === "repos" ? "repository" : part === "orgs" ? "organization" : "user";
  return `${method === "GET" ? "read" : "write"}:${category}`;
}

const notFound: ApiAnswer = {
  status: 404,
  body: { message: "The target couldn't be found.", url: "/api/swagger", errors: [] },
};

function routes(standIn: StandIn): Route[] {
  const inRepository =
    (answer: (repository: StandInRepository, context: RouteContext) => ApiAnswer) => (context: RouteContext) => {
      const [owner = "", name = ""] = context.parts;
      const repository = standIn.find(owner, name);
      return repository === undefined ? findElsewhere(standIn, context) : answer(repository, context);
    };
  const inPull = (
    answer: (repository: StandInRepository, pull: StandInPull, context: RouteContext) => ApiAnswer,
  ): ((context: RouteContext) => ApiAnswer) =>
    inRepository((repository, context) => {
      const pull = repository.pulls.find((each) => each.number === Number(context.parts[2]));
      return pull === undefined ? notFound : answer(repository, pull, context);
    });
  const inHook = (
    answer: (repository: StandInRepository, hook: StandInHook, context: RouteContext) => ApiAnswer,
  ): ((context: RouteContext) => ApiAnswer) =>
    inRepository((repository, context) => {
      const hook = repository.hooks.find((each) => each.id === Number(context.parts[2]));
      return hook === undefined ? notFound : answer(repository, hook, context);
    });
  return [
    ["GET", /^\/user$/, ({ who }) => ({ status: 200, body: { login: who.login } })],
    [
      "GET",
      /^\/users\/([^/]+)$/,
      ({ parts: [login = ""] }) => (standIn.accounts.has(login) ? { status: 200, body: { login } } : notFound),
    ],
    ["POST", /^\/user\/repos$/, (context) => create(standIn, context.who.login, context)],
    [
      "POST",
      /^\/orgs\/([^/]+)\/repos$/,
      (context) =>
        standIn.accounts.get(context.parts[0] ?? "") === "Organization"
          ? create(standIn, context.parts[0] ?? "", context)
          : notFound,
    ],
    [
      "GET",
      /^\/repos\/([^/]+)\/([^/]+)$/,
      inRepository((repository) => {
        standIn.look(repository);
        return { status: 200, body: toRepository(repository) };
      }),
    ],
    [
      "PATCH",
      /^\/repos\/([^/]+)\/([^/]+)$/,
      inRepository((repository, { request }) => {
        repository.defaultBranch = text(request.body, "default_branch");
        return { status: 200, body: toRepository(repository) };
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
      /^\/repos\/([^/]+)\/([^/]+)\/branches\/(.+)$/,
      inRepository((repository, { parts: [, , branch = ""] }) => toBranch(standIn, repository, branch)),
    ],
    [
      "DELETE",
      /^\/repos\/([^/]+)\/([^/]+)\/branches\/(.+)$/,
      inRepository((repository, { parts: [, , branch = ""] }) => {
        if (branchHead(standIn, repository, branch) === "") return notFound;
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
        return { status: 201, body: toPull(standIn, repository, pull) };
      }),
    ],
    [
      "GET",
      /^\/repos\/([^/]+)\/([^/]+)\/pulls\/(\d+)$/,
      inPull((repository, pull) => ({ status: 200, body: toPull(standIn, repository, pull) })),
    ],
    [
      "POST",
      /^\/repos\/([^/]+)\/([^/]+)\/pulls\/(\d+)\/merge$/,
      inPull((repository, pull, { request }) => mergePull(standIn, repository, { pull, request })),
    ],
    [
      "GET",
      /^\/repos\/([^/]+)\/([^/]+)\/issues\/(\d+)\/comments$/,
      inPull((_repository, { comments }) => ({ status: 200, body: comments })),
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
        toPage(request, listStatuses(repository, commit, { stateField: "status" })),
      ),
    ],
    [
      "POST",
      /^\/repos\/([^/]+)\/([^/]+)\/statuses\/([0-9a-f]{40})$/,
      inRepository((repository, { request, parts: [, , commit = ""] }) => {
        // Asked for a `state`, it answers with a `status`.
        const { state, ...status } = setStatus(repository, commit, request.body);
        return { status: 201, body: { ...status, status: state } };
      }),
    ],
    [
      "GET",
      /^\/repos\/([^/]+)\/([^/]+)\/hooks$/,
      inRepository((repository, { request }) => toPage(request, repository.hooks.map(toHook))),
    ],
    [
      "POST",
      /^\/repos\/([^/]+)\/([^/]+)\/hooks$/,
      inRepository((repository, { request }) => {
        const hook = { id: repository.hooks.length + 1, settings: request.body };
        repository.hooks.push(hook);
        return { status: 201, body: toHook(hook) };
      }),
    ],
    [
      "PATCH",
      /^\/repos\/([^/]+)\/([^/]+)\/hooks\/(\d+)$/,
      inHook((_repository, hook, { request }) => {
        Object.assign(hook.settings, request.body);
        return { status: 200, body: toHook(hook) };
      }),
    ],
    [
      "DELETE",
      /^\/repos\/([^/]+)\/([^/]+)\/hooks\/(\d+)$/,
      inHook((repository, hook) => {
        repository.hooks.splice(repository.hooks.indexOf(hook), 1);
        return { status: 204 };
      }),
    ],
  ];
}

/** A repository that was renamed: seen in 1.26, whatever the method. */
function findElsewhere(standIn: StandIn, { request, parts: [owner = "", name = ""] }: RouteContext): ApiAnswer {
  const renamed = standIn.findRenamed(owner, name);
  if (renamed === undefined) return notFound;
  const { pathname, search } = request.url;
  const location =
    pathname.replace(/^(\/api\/v1\/repos)\/[^/]+\/[^/]+/, `$1/${renamed.owner}/${renamed.name}`) + search;
  return { status: 301, headers: { location }, body: `<a href="${location}">Moved Permanently</a>.` };
}

function create(standIn: StandIn, owner: string, { request }: RouteContext): ApiAnswer {
  const name = text(request.body, "name");
  if (standIn.find(owner, name) !== undefined)
    return { status: 409, body: { message: `The repository with the same name already exists.`, url: "/api/swagger" } };
  return { status: 201, body: toRepository(standIn.add(owner, name, { isPrivate: request.body["private"] === true })) };
}

function fork(standIn: StandIn, source: StandInRepository, { request, who }: RouteContext): ApiAnswer {
  const organization = text(request.body, "organization");
  if (organization !== "" && standIn.accounts.get(organization) !== "Organization") return notFound;
  const owner = organization || who.login;
  if (standIn.repositories.some((each) => each.parent === source && each.owner === owner)) {
    return {
      status: 409,
      body: { message: `repository is already forked by user [uname: ${owner}]`, url: "/api/swagger" },
    };
  }
  return { status: 202, body: toRepository(standIn.fork(source, owner, text(request.body, "name"))) };
}

/** Its addresses are those of its own configuration, which a worker may not be able to reach. */
function toRepository({
  id,
  owner,
  name,
  defaultBranch,
  isPrivate,
  isArchived,
  mergeMethods,
  parent,
}: StandInRepository): Record<string, unknown> {
  return {
    id,
    name,
    full_name: `${owner}/${name}`,
    owner: { login: owner },
    clone_url: `http://gitea.internal:3000/${owner}/${name}.git`,
    html_url: `http://gitea.internal:3000/${owner}/${name}`,
    default_branch: defaultBranch,
    private: isPrivate,
    archived: isArchived,
    allow_merge_commits: mergeMethods.includes("merge"),
    allow_squash_merge: mergeMethods.includes("squash"),
    allow_rebase: mergeMethods.includes("rebase"),
    default_merge_style: mergeMethods[0],
    fork: parent !== undefined,
    parent: parent === undefined ? null : { name: parent.name, owner: { login: parent.owner } },
  };
}

function toBranch(standIn: StandIn, repository: StandInRepository, branch: string): ApiAnswer {
  standIn.look(repository);
  const id = branchHead(standIn, repository, branch);
  if (id === "" || repository.looksUntilReady > 0) return notFound;
  const isProtected = repository.protectedBranches.has(branch);
  return {
    status: 200,
    body: { name: branch, commit: { id }, protected: isProtected, user_can_push: !isProtected, user_can_merge: true },
  };
}

/** Of an empty repository it is said that there is none (1.26). */
function listPulls(standIn: StandIn, repository: StandInRepository, request: ApiRequest): ApiAnswer {
  if (branchHead(standIn, repository, repository.defaultBranch) === "") return notFound;
  const wanted = request.url.searchParams;
  const matching = repository.pulls.filter(
    (pull) => pull.state === wanted.get("state") && pull.base === (wanted.get("base_branch") ?? pull.base),
  );
  return toPage(
    request,
    matching.toReversed().map((pull) => toPull(standIn, repository, pull)),
  );
}

function createPull(standIn: StandIn, repository: StandInRepository, request: ApiRequest): ApiAnswer {
  const [head, base] = [text(request.body, "head"), text(request.body, "base")];
  if (repository.pulls.some((pull) => pull.state === "open" && pull.head === head && pull.base === base)) {
    return {
      status: 409,
      body: {
        message: `pull request already exists for these targets [id: 1, head_branch: ${head}, base_branch: ${base}]`,
        url: "/api/swagger",
      },
    };
  }
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

/** `ref` is no branch any more when that is gone (1.26). */
function toPull(standIn: StandIn, repository: StandInRepository, pull: StandInPull): Record<string, unknown> {
  const { id } = repository;
  const source = pull.from ?? repository;
  const ref = pullHead(standIn, repository, pull) === "" ? `refs/pull/${pull.number}/head` : pull.head;
  return {
    number: pull.number,
    title: pull.title,
    body: pull.body,
    state: pull.state,
    merged: pull.mergeCommit !== undefined,
    merge_commit_sha: pull.mergeCommit ?? null,
    head: {
      label: pull.head,
      ref,
      sha: pullHead(standIn, repository, pull),
      repo_id: source.id,
      repo: toRepository(source),
    },
    base: { label: pull.base, ref: pull.base, sha: branchHead(standIn, repository, pull.base), repo_id: id },
  };
}

/** 405 for what is not allowed yet, such as missing approvals, and 409 when the branch has another newest commit (1.26). */
function mergePull(
  standIn: StandIn,
  repository: StandInRepository,
  { pull, request }: { pull: StandInPull; request: ApiRequest },
): ApiAnswer {
  pull.looksUntilDecided = (pull.looksUntilDecided ?? 2) - 1;
  if (pull.looksUntilDecided > 0)
    return { status: 405, body: { message: "Please try again later", url: "/api/swagger" } };
  if (pull.blockedBy !== undefined) return { status: 405, body: { message: pull.blockedBy, url: "/api/swagger" } };
  if (request.body["head_commit_id"] !== pullHead(standIn, repository, pull))
    return { status: 409, body: { message: "head out of date", url: "/api/swagger" } };
  standIn.merge(repository, pull.number, request.body["do"] === "squash" ? "squash" : "merge");
  return { status: 200 };
}

function toHook({ id, settings }: StandInHook): Record<string, unknown> {
  const { active, config, events } = settings;
  return { id, type: "gitea", active, config, events };
}
