import type { ApiAnswer, ApiRequest } from "../git-server/git-server.ts";
import { listHeads } from "./list-heads.ts";
import {
  branchHead,
  pullHead,
  removeBranch,
  startStandIn,
  text,
  type HookDelivery,
  type HookEvent,
  type Route,
  type RouteContext,
  type StandIn,
  type StandInPull,
  type StandInRepository,
  type StandInStatus,
  type StandInToken,
} from "./stand-in.ts";

export interface AzureRepos {
  standIn: StandIn;
  /** Answers to give first, each once. */
  faults: ApiAnswer[];
  /** Names of projects that are called otherwise now. */
  renamedProjects: Map<string, string>;
  threads: Map<StandInPull, AzureThread[]>;
  pullStatuses: Map<StandInPull, unknown[]>;
  subscriptions: AzureSubscription[];
}

export interface AzureThread {
  id: number;
  status: string;
  isDeleted: boolean;
  comments: { id: number; content: string; isDeleted: boolean }[];
}

export interface AzureSubscription {
  id: string;
  publisherId: string;
  eventType: string;
  consumerId: string;
  consumerActionId: string;
  publisherInputs: Record<string, unknown>;
  consumerInputs: Record<string, unknown>;
  status: string;
}

/** Azure Repos as its REST API reference (7.1) and guides describe it, as far as we use it; an owner is `organization/project`. */
export async function startAzureRepos(): Promise<AzureRepos> {
  const standIn = await startStandIn({
    contract: "azureDevOps71",
    prefix: "",
    isOfApi: (path) => path.includes("/_apis/"),
    gitPath: ({ owner, name }) => `${owner}/_git/${name}`,
    pullRef: { name: (number) => `refs/pull/${number}/merge`, isMerge: true },
    routes: () => routes(azure),
    listDeliveries: (repository, event) => listDeliveries(azure, repository, event),
    authenticate: (self, request) => azure.faults.shift() ?? authenticate(self, request),
  });
  const azure: AzureRepos = {
    standIn,
    faults: [],
    renamedProjects: new Map(),
    threads: new Map(),
    pullStatuses: new Map(),
    subscriptions: [],
  };
  return azure;
}

/** Who signs in by nothing gets a page to sign in, who brings a token that is no good an answer without a word. */
function authenticate(standIn: StandIn, request: ApiRequest): StandInToken | ApiAnswer {
  if (!request.url.searchParams.has("api-version"))
    return refuse(400, "VssVersionNotSpecifiedException", "No api-version was supplied for the request.");
  const [, scheme = "", value = ""] = /^(Basic|Bearer) (.*)$/.exec(request.headers.authorization ?? "") ?? [];
  if (scheme === "") return signInPage;
  const token = scheme === "Basic" ? Buffer.from(value, "base64").toString().split(":").slice(1).join(":") : value;
  const who = standIn.tokens.get(token);
  // A personal token is none that a bearer has, and the other way round works for Git alone.
  const isRightScheme = token.startsWith("eyJ") === (scheme === "Bearer");
  if (who === undefined || !isRightScheme) return { status: 401 };
  return who.scopes.includes(scopeFor(request)) ? who : { status: 401 };
}

export const signInPage: ApiAnswer = {
  status: 203,
  headers: { "content-type": "text/html; charset=utf-8" },
  body: "<!DOCTYPE html><html><head><title>Azure DevOps Services | Sign In</title></head></html>",
};

function scopeFor({ method, url: { pathname } }: ApiRequest): string {
  if (!pathname.includes("/_apis/git/repositories")) return "vso.code";
  if (method === "GET") return "vso.code";
  return /\/repositories(\/[^/]+)?$/.test(pathname) ? "vso.code_manage" : "vso.code_write";
}

/** How all refusals look. */
function refuse(status: number, typeKey: string, message: string): ApiAnswer {
  const typeName = `Microsoft.TeamFoundation.Git.Server.${typeKey}, Microsoft.TeamFoundation.Git.Server`;
  return { status, body: { $id: "1", innerException: null, message, typeName, typeKey, errorCode: 0, eventId: 3000 } };
}

function noRepository(name: string): ApiAnswer {
  return refuse(
    404,
    "GitRepositoryNotFoundException",
    `TF401019: The Git repository with name or identifier ${name} does not exist or you do not have permissions for the operation you are attempting.`,
  );
}

function noProject(name: string): ApiAnswer {
  return refuse(
    404,
    "ProjectDoesNotExistWithNameException",
    `TF200016: The following project does not exist: ${name}. Verify that the name of the project is correct and that the project exists on the specified Azure DevOps Server.`,
  );
}

const git = String.raw`^\/([^/]+)\/([^/]+)\/_apis\/git`;
const repositories = String.raw`${git}\/repositories`;
const one = String.raw`${repositories}\/([^/]+)`;

function routes(azure: AzureRepos): Route[] {
  const { standIn } = azure;
  const inRepository =
    (answer: (repository: StandInRepository, context: RouteContext) => ApiAnswer) => (context: RouteContext) => {
      const owner = ownerOf(azure, context);
      const [, , wanted = ""] = context.parts;
      if (!standIn.accounts.has(owner)) return noProject(context.parts[1] ?? "");
      const found = standIn.find(owner, wanted) ?? standIn.repositories.find(({ id }) => toId("r", id) === wanted);
      if (found === undefined) return noRepository(wanted);
      // One that is disabled is still told of, and nothing in it.
      if (found.isArchived && !/\/repositories\/[^/]+$/.test(context.request.url.pathname)) return noRepository(wanted);
      const isWrite = context.request.method !== "GET";
      return isWrite && !mayWrite(context.who, owner)
        ? lacksPermission(context.who, "GenericContribute")
        : answer(found, context);
    };
  const inPull = (
    answer: (pull: StandInPull, repository: StandInRepository, context: RouteContext) => ApiAnswer,
  ): Route[2] =>
    inRepository((repository, context) => {
      const number = Number(context.parts[3]);
      const pull = repository.pulls.find((each) => each.number === number);
      return pull === undefined
        ? refuse(404, "GitPullRequestNotFoundException", `TF401180: The requested pull request was not found.`)
        : answer(pull, repository, context);
    });
  return [
    ["GET", /^\/([^/]+)\/_apis\/connectionData$/, (context) => describeConnection(standIn, context)],
    [
      "GET",
      /^\/([^/]+)\/_apis\/projects\/([^/]+)$/,
      (context) => {
        const owner = ownerOf(azure, context);
        return standIn.accounts.has(owner)
          ? { status: 200, body: toProject(standIn, owner) }
          : noProject(context.parts[1] ?? "");
      },
    ],
    ["POST", new RegExp(`${repositories}$`), (context) => create(azure, context)],
    [
      "GET",
      new RegExp(`${one}$`),
      inRepository((repository) => {
        standIn.look(repository);
        return { status: 200, body: toRepository(standIn, repository) };
      }),
    ],
    [
      "PATCH",
      new RegExp(`${one}$`),
      inRepository((repository, { request }) => setDefaultBranch(standIn, repository, request)),
    ],
    [
      "DELETE",
      new RegExp(`${one}$`),
      inRepository((repository) => {
        standIn.remove(repository);
        return { status: 200 };
      }),
    ],
    [
      "GET",
      new RegExp(String.raw`${one}\/refs$`),
      inRepository((repository, { request }) => listRefs(standIn, repository, request)),
    ],
    [
      "POST",
      new RegExp(String.raw`${one}\/refs$`),
      inRepository((repository, { request }) => updateRefs(standIn, repository, request)),
    ],
    ["GET", new RegExp(String.raw`${git}\/policy\/configurations$`), ({ request }) => listPolicies(standIn, request)],
    [
      "GET",
      new RegExp(String.raw`${one}\/pullrequests$`),
      inRepository((repository, { request }) => listPulls(standIn, repository, request)),
    ],
    [
      "POST",
      new RegExp(String.raw`${one}\/pullrequests$`),
      inRepository((repository, { request }) => createPull(standIn, repository, request)),
    ],
    [
      "GET",
      new RegExp(String.raw`${one}\/pullrequests\/(\d+)$`),
      inPull((pull, repository) => ({ status: 200, body: toPull(standIn, repository, pull) })),
    ],
    [
      "PATCH",
      new RegExp(String.raw`${one}\/pullrequests\/(\d+)$`),
      inPull((pull, repository, context) => updatePull(azure, { pull, repository }, context)),
    ],
    [
      "GET",
      new RegExp(String.raw`${one}\/pullRequests\/(\d+)\/threads$`),
      inPull((pull) => toList(azure.threads.get(pull) ?? [])),
    ],
    [
      "POST",
      new RegExp(String.raw`${one}\/pullRequests\/(\d+)\/threads$`),
      inPull((pull, _, { request }) => addThread(azure, pull, request)),
    ],
    [
      "PATCH",
      new RegExp(String.raw`${one}\/pullRequests\/(\d+)\/threads\/(\d+)\/comments\/(\d+)$`),
      inPull((pull, _, context) => editComment(azure, pull, context)),
    ],
    [
      "POST",
      new RegExp(String.raw`${one}\/commits\/([0-9a-f]{40})\/statuses$`),
      inRepository((repository, { request, parts: [, , , commit = ""] }) => {
        const all = repository.statuses.get(commit) ?? new Map<string, StandInStatus>();
        const { genre, name } = contextOf(request.body);
        const status = {
          state: text(request.body, "state"),
          description: text(request.body, "description"),
          url: text(request.body, "targetUrl"),
        };
        repository.statuses.set(commit, all.set(`${genre}/${name}`, status));
        return { status: 200, body: { id: all.size, ...request.body } };
      }),
    ],
    [
      "GET",
      new RegExp(String.raw`${one}\/commits\/([0-9a-f]{40})\/statuses$`),
      inRepository((repository, { parts: [, , , commit = ""] }) => listStatuses(repository, commit)),
    ],
    [
      "POST",
      new RegExp(String.raw`${one}\/pullRequests\/(\d+)\/statuses$`),
      inPull((pull, _, { request }) => {
        azure.pullStatuses.set(pull, [...(azure.pullStatuses.get(pull) ?? []), request.body]);
        return { status: 200, body: { id: 1, ...request.body } };
      }),
    ],
    ["GET", /^\/([^/]+)\/_apis\/hooks\/subscriptions$/, () => toList(azure.subscriptions.map(withoutSecrets))],
    ["POST", /^\/([^/]+)\/_apis\/hooks\/subscriptions$/, ({ request }) => subscribe(azure, request)],
    [
      "PUT",
      /^\/([^/]+)\/_apis\/hooks\/subscriptions\/([^/]+)$/,
      ({ request, parts: [, id = ""] }) => {
        const found = azure.subscriptions.find((each) => each.id === id);
        if (found === undefined)
          return refuse(404, "SubscriptionNotFoundException", `VS403207: The subscription ${id} was not found.`);
        Object.assign(found, request.body);
        return { status: 200, body: withoutSecrets(found) };
      },
    ],
    [
      "DELETE",
      /^\/([^/]+)\/_apis\/hooks\/subscriptions\/([^/]+)$/,
      ({ parts: [, id = ""] }) => {
        const at = azure.subscriptions.findIndex((each) => each.id === id);
        if (at === -1)
          return refuse(404, "SubscriptionNotFoundException", `VS403207: The subscription ${id} was not found.`);
        azure.subscriptions.splice(at, 1);
        return { status: 200 };
      },
    ],
  ];
}

/** The newest of each name ("Statuses - List", `latestOnly`). */
function listStatuses(repository: StandInRepository, commit: string): ApiAnswer {
  const all = [...(repository.statuses.get(commit) ?? [])];
  return toList(
    all.map(([context, { state, description, url }], index) => {
      const [genre = "", name = ""] = context.split(/\/(?=[^/]*$)/);
      const status = { id: index + 1, state, description, context: { genre, name } };
      return url === "" ? status : { ...status, targetUrl: url };
    }),
  );
}

/** A project goes on answering to its old names ("Rename a project in Azure DevOps"), a repository does not. */
function ownerOf(
  { renamedProjects, standIn }: AzureRepos,
  { parts: [organization = "", project = ""] }: RouteContext,
): string {
  const owner = `${organization}/${project}`.toLowerCase();
  const wanted = renamedProjects.get(owner) ?? owner;
  return [...standIn.accounts.keys()].find((name) => name.toLowerCase() === wanted.toLowerCase()) ?? wanted;
}

/** A project of one's own, or of a team. */
function mayWrite({ login }: StandInToken, owner: string): boolean {
  return owner.endsWith(`/${login}`) || !/\/(barry|lisa)$/.test(owner);
}

function lacksPermission({ login }: StandInToken, permission: string): ApiAnswer {
  return refuse(
    403,
    "GitNeedsPermissionException",
    `TF401027: You need the Git '${permission}' permission to perform this action. Details: identity '${login}', scope 'project'.`,
  );
}

function describeConnection(standIn: StandIn, { who, parts: [organization = ""] }: RouteContext): ApiAnswer {
  if (![...standIn.accounts.keys()].some((owner) => owner.startsWith(`${organization}/`)))
    return refuse(404, "HostDoesNotExistException", "The resource cannot be found.");
  const user = {
    id: toId("u", 1),
    providerDisplayName: who.login,
    isActive: true,
    properties: { Account: { $type: "System.String", $value: `${who.login}@example.com` } },
  };
  return {
    status: 200,
    body: { authenticatedUser: user, authorizedUser: user, instanceId: toId("i", 1), deploymentType: "hosted" },
  };
}

/** Ids are GUIDs. */
function toId(kind: "r" | "p" | "u" | "i" | "s", number: number): string {
  const group = { r: "a000", p: "b000", u: "c000", i: "d000", s: "e000" }[kind];
  return `00000000-0000-4000-${group}-${String(number).padStart(12, "0")}`;
}

function toProject(standIn: StandIn, owner: string): Record<string, unknown> {
  const id = [...standIn.accounts.keys()].indexOf(owner) + 1;
  const visibility = standIn.repositories.some((each) => each.owner === owner && !each.isPrivate)
    ? "public"
    : "private";
  return { id: toId("p", id), name: owner.split("/")[1], state: "wellFormed", revision: 11, visibility };
}

function toRepository(standIn: StandIn, repository: StandInRepository): Record<string, unknown> {
  const { id, name, owner, parent } = repository;
  const address = `${standIn.server.url}/${owner}/_git/${name}`.replaceAll(" ", "%20");
  const branch = defaultBranchOf(standIn, repository);
  return {
    id: toId("r", id),
    name,
    url: `${standIn.server.url}/${owner.split("/")[0]}/_apis/git/repositories/${toId("r", id)}`,
    project: toProject(standIn, owner),
    ...(branch === undefined ? {} : { defaultBranch: `refs/heads/${branch}` }),
    size: branch === undefined ? 0 : 728,
    remoteUrl: address,
    sshUrl: `git@ssh.dev.azure.com:v3/${owner}/${name}`,
    webUrl: address,
    isDisabled: repository.isArchived,
    isInMaintenance: false,
    ...(parent === undefined
      ? {}
      : {
          isFork: true,
          parentRepository: {
            id: toId("r", parent.id),
            name: parent.name,
            isFork: false,
            project: toProject(standIn, parent.owner),
          },
        }),
  };
}

/** An empty repository has none; the first branch that is pushed becomes it. */
function defaultBranchOf(standIn: StandIn, repository: StandInRepository): string | undefined {
  if (repository.looksUntilReady > 0) return undefined;
  const branches = listHeads(standIn.pathOf(repository)).map(({ name }) => name);
  return branches.includes(repository.defaultBranch) ? repository.defaultBranch : branches[0];
}

function create(azure: AzureRepos, context: RouteContext): ApiAnswer {
  const { standIn } = azure;
  const { request, who } = context;
  const owner = ownerOf(azure, context);
  if (!standIn.accounts.has(owner)) return noProject(context.parts[1] ?? "");
  if (!mayWrite(who, owner)) return lacksPermission(who, "CreateRepository");
  const name = text(request.body, "name");
  if (standIn.find(owner, name) !== undefined)
    return refuse(
      409,
      "GitRepositoryNameAlreadyExistsException",
      `TF400948: A Git repository with the name ${name} already exists.`,
    );
  const fields = new Map(Object.entries(request.body["parentRepository"] ?? {}));
  if (fields.size === 0)
    return { status: 201, body: toRepository(standIn, standIn.add(owner, name, { isPrivate: true })) };
  const source = standIn.repositories.find(({ id }) => toId("r", id) === fields.get("id"));
  if (source === undefined || source.owner.split("/")[0] !== owner.split("/")[0])
    return noRepository(String(fields.get("id")));
  if (!source.allowsForking)
    return refuse(403, "GitForkNotAllowedException", "TF402462: Forks are not allowed for this repository.");
  return { status: 201, body: toRepository(standIn, standIn.fork(source, owner, name)) };
}

function setDefaultBranch(standIn: StandIn, repository: StandInRepository, request: ApiRequest): ApiAnswer {
  const branch = branchIn(request.body, "defaultBranch");
  if (branchHead(standIn, repository, branch) === "")
    return refuse(
      400,
      "GitDefaultBranchNotFoundException",
      `TF401001: The default branch refs/heads/${branch} does not exist.`,
    );
  repository.defaultBranch = branch;
  return { status: 200, body: toRepository(standIn, repository) };
}

function toList(items: readonly unknown[], headers: Record<string, string> = {}): ApiAnswer {
  return { status: 200, headers, body: { count: items.length, value: items } };
}

/** Pages are small, so that every list has several. */
function toContinued(request: ApiRequest, items: readonly unknown[]): ApiAnswer {
  const from = Number(request.url.searchParams.get("continuationToken") ?? 0);
  const next: Record<string, string> = items.length > from + 2 ? { "x-ms-continuationtoken": String(from + 2) } : {};
  return toList(items.slice(from, from + 2), next);
}

function listRefs(standIn: StandIn, repository: StandInRepository, request: ApiRequest): ApiAnswer {
  standIn.look(repository);
  const filter = `refs/${request.url.searchParams.get("filter") ?? ""}`;
  const heads = repository.looksUntilReady > 0 ? [] : listHeads(standIn.pathOf(repository));
  const refs = heads.map(({ name, commit }) => ({ name: `refs/heads/${name}`, objectId: commit }));
  return toContinued(
    request,
    refs.filter(({ name }) => name.startsWith(filter)),
  );
}

function contextOf(body: Record<string, unknown>): { genre: string; name: string } {
  const context = Object.fromEntries(Object.entries(body["context"] ?? {}));
  return { genre: text(context, "genre"), name: text(context, "name") };
}

/** Its answer is a success even where nothing was done. */
function updateRefs(standIn: StandIn, repository: StandInRepository, request: ApiRequest): ApiAnswer {
  const updates = Array.isArray(request.content) ? request.content : [];
  return toList(
    updates.map((update: Record<string, unknown>) => {
      const branch = branchIn(update, "name");
      const isCurrent = branchHead(standIn, repository, branch) === text(update, "oldObjectId");
      const isDeletion = /^0{40}$/.test(text(update, "newObjectId"));
      const isProtected = repository.protectedBranches.has(branch);
      const updateStatus = isProtected ? "rejectedByPolicy" : isCurrent ? "succeeded" : "staleOldObjectId";
      const success = updateStatus === "succeeded";
      // A pull request stays open when its branch goes.
      const open = repository.pulls.filter(({ state }) => state === "open");
      if (success && isDeletion) removeBranch(standIn, repository, branch);
      for (const pull of open) pull.state = "open";
      return { ...update, repositoryId: toId("r", repository.id), success, updateStatus };
    }),
  );
}

function listPolicies(standIn: StandIn, request: ApiRequest): ApiAnswer {
  const wanted = request.url.searchParams;
  const repository = standIn.repositories.find(({ id }) => toId("r", id) === wanted.get("repositoryId"));
  const branch = (wanted.get("refName") ?? "").replace(/^refs\/heads\//, "");
  const policy = {
    isBlocking: true,
    isEnabled: true,
    isDeleted: false,
    type: { displayName: "Minimum number of reviewers" },
  };
  const isProtected = repository?.protectedBranches.has(branch) === true;
  // One that only advises, and one that is switched off, come first.
  const policies = [
    { ...policy, id: 1, isBlocking: false },
    { ...policy, id: 2, isEnabled: false },
    ...(isProtected ? [{ ...policy, id: 3 }] : []),
    ...(repository === undefined ? [] : listMergePolicies(repository, policy)),
  ];
  const type = wanted.get("policyType");
  return toContinued(
    request,
    policies.filter((each) => type === null || ("id" in each.type && each.type.id === type)),
  );
}

/** Where all ways to merge are allowed there is no policy about them; one that only advises never counts. */
function listMergePolicies<T extends object>({ mergeMethods }: StandInRepository, policy: T) {
  const type = { id: "fa4e907d-c16b-4a4c-9dfa-4916e5d171ab", displayName: "Require a merge strategy" };
  const settings = {
    allowNoFastForward: mergeMethods.includes("merge"),
    allowSquash: mergeMethods.includes("squash"),
    allowRebase: mergeMethods.includes("rebase"),
    allowRebaseMerge: true,
  };
  const advice = { ...policy, id: 4, isBlocking: false, type, settings: { allowRebase: true } };
  return mergeMethods.length === 3 ? [advice] : [advice, { ...policy, id: 5, type, settings }];
}

function listPulls(standIn: StandIn, repository: StandInRepository, request: ApiRequest): ApiAnswer {
  const wanted = request.url.searchParams;
  const [source, target, status] = ["sourceRefName", "targetRefName", "status"].map((name) =>
    wanted.get(`searchCriteria.${name}`),
  );
  const found = repository.pulls
    .toReversed()
    .map((pull) => toPull(standIn, repository, pull))
    .filter(
      (pull) =>
        (source ?? pull["sourceRefName"]) === pull["sourceRefName"] &&
        (target ?? pull["targetRefName"]) === pull["targetRefName"] &&
        (status === "all" || pull["status"] === (status ?? "active")),
    );
  const [skip, top] = [Number(wanted.get("$skip") ?? 0), Number(wanted.get("$top") ?? 101)];
  return toList(found.slice(skip, skip + top));
}

function createPull(standIn: StandIn, repository: StandInRepository, request: ApiRequest): ApiAnswer {
  const [head, base] = [branchIn(request.body, "sourceRefName"), branchIn(request.body, "targetRefName")];
  if ([head, base].some((branch) => branchHead(standIn, repository, branch) === ""))
    return refuse(
      400,
      "GitPullRequestCannotBeActivated",
      "TF401398: The pull request cannot be activated because the source and/or the target branch no longer exists, or the requested permission is missing.",
    );
  if (repository.pulls.some((pull) => pull.state === "open" && pull.head === head && pull.base === base))
    return refuse(
      409,
      "GitPullRequestExistsException",
      "TF401179: An active pull request for the source and target branch already exists.",
    );
  if (text(request.body, "description").length > 4000) return tooLong;
  const pull: StandInPull = {
    // Numbers count through the whole organization.
    number: 1 + standIn.repositories.flatMap(({ pulls }) => pulls).length,
    title: text(request.body, "title"),
    body: text(request.body, "description"),
    state: "open",
    head,
    base,
    comments: [],
  };
  repository.pulls.push(pull);
  return { status: 200, body: toPull(standIn, repository, pull) };
}

function branchIn(body: Record<string, unknown>, field: string): string {
  return text(body, field).replace(/^refs\/heads\//, "");
}

const tooLong = refuse(
  400,
  "InvalidArgumentValueException",
  "The pull request description is longer than 4000 characters. Parameter name: description",
);

interface PullPlace {
  pull: StandInPull;
  repository: StandInRepository;
}

function updatePull({ standIn }: AzureRepos, { pull, repository }: PullPlace, { request }: RouteContext): ApiAnswer {
  const fields = new Map(Object.entries(request.body));
  if (text(request.body, "description").length > 4000) return tooLong;
  if (fields.has("title")) pull.title = text(request.body, "title");
  if (fields.has("description")) pull.body = text(request.body, "description");
  if (fields.get("status") === "abandoned") pull.state = "closed";
  if (fields.get("status") !== "completed") return { status: 200, body: toPull(standIn, repository, pull) };
  const reviewed = new Map(Object.entries(fields.get("lastMergeSourceCommit") ?? {})).get("commitId");
  if (reviewed !== pullHead(standIn, repository, pull))
    return refuse(
      409,
      "GitPullRequestStaleException",
      "TF401192: The source branch has been modified since the last merge attempt.",
    );
  const { blockedBy } = pull;
  if (blockedBy !== undefined) return refuse(403, "GitPullRequestUpdateRejectedByPolicyException", blockedBy);
  const strategy = new Map(Object.entries(fields.get("completionOptions") ?? {})).get("mergeStrategy");
  // Done behind the answer, which still says that it is open.
  const answered = { status: 200, body: { ...toPull(standIn, repository, pull), mergeStatus: "queued" } };
  standIn.merge(repository, pull.number, strategy === "squash" ? "squash" : "merge");
  return answered;
}

function toPull(standIn: StandIn, repository: StandInRepository, pull: StandInPull): Record<string, unknown> {
  const status = pull.mergeCommit !== undefined ? "completed" : pull.state === "open" ? "active" : "abandoned";
  const head = pullHead(standIn, repository, pull);
  const { id, name, owner } = repository;
  return {
    repository: { id: toId("r", id), name, project: toProject(standIn, owner) },
    pullRequestId: pull.number,
    codeReviewId: pull.number,
    status,
    title: pull.title,
    ...(pull.body === "" ? {} : { description: pull.body }),
    sourceRefName: `refs/heads/${pull.head}`,
    targetRefName: `refs/heads/${pull.base}`,
    mergeStatus: "succeeded",
    isDraft: false,
    ...(head === "" ? {} : { lastMergeSourceCommit: { commitId: head } }),
    // Of one that is open it is a trial.
    lastMergeCommit: { commitId: pull.mergeCommit ?? "d".repeat(40) },
    supportsIterations: true,
    ...(pull.from === undefined ? {} : { forkSource: { repository: toRepository(standIn, pull.from) } }),
  };
}

function addThread({ threads }: AzureRepos, pull: StandInPull, { body }: ApiRequest): ApiAnswer {
  const own = threads.get(pull) ?? [];
  const given = Array.isArray(body["comments"]) ? body["comments"] : [];
  const comments = given.map((comment: Record<string, unknown>, index) => ({
    id: index + 1,
    content: text(comment, "content"),
    isDeleted: false,
  }));
  const thread: AzureThread = { id: own.length + 147, status: text(body, "status"), isDeleted: false, comments };
  threads.set(pull, [...own, thread]);
  return { status: 200, body: thread };
}

function editComment({ threads }: AzureRepos, pull: StandInPull, { request, parts }: RouteContext): ApiAnswer {
  const [, , , , thread, id] = parts.map(Number);
  const comment = threads
    .get(pull)
    ?.find((each) => each.id === thread)
    ?.comments.find((each) => each.id === id);
  if (comment === undefined)
    return refuse(404, "CommentNotFoundException", `TF401399: The comment ${id} was not found.`);
  comment.content = text(request.body, "content");
  return { status: 200, body: comment };
}

function subscribe({ subscriptions }: AzureRepos, { body }: ApiRequest): ApiAnswer {
  const inputs = (name: string): Record<string, unknown> => Object.fromEntries(Object.entries(body[name] ?? {}));
  const added: AzureSubscription = {
    id: toId("s", subscriptions.length + 1),
    publisherId: text(body, "publisherId"),
    eventType: text(body, "eventType"),
    consumerId: text(body, "consumerId"),
    consumerActionId: text(body, "consumerActionId"),
    publisherInputs: inputs("publisherInputs"),
    consumerInputs: inputs("consumerInputs"),
    status: "enabled",
  };
  subscriptions.push(added);
  return { status: 200, body: withoutSecrets(added) };
}

/** What is confidential never comes back. */
function withoutSecrets(subscription: AzureSubscription): AzureSubscription {
  const { httpHeaders, ...inputs } = subscription.consumerInputs;
  return {
    ...subscription,
    consumerInputs: { ...inputs, ...(httpHeaders === undefined ? {} : { httpHeaders: "********" }) },
  };
}

/** One header a line, as `name:value` ("Webhooks with Azure DevOps"). */
function listDeliveries({ subscriptions }: AzureRepos, { id }: StandInRepository, event: HookEvent): HookDelivery[] {
  const eventType = event === "push" ? "git.push" : "git.pullrequest.updated";
  return subscriptions
    .filter((each) => each.eventType === eventType && each.publisherInputs["repository"] === toId("r", id))
    .map(({ consumerInputs: { url, httpHeaders } }) => {
      const lines = String(httpHeaders ?? "").split("\n");
      const headers = lines.flatMap((line) => (line.includes(":") ? [line.split(/:(.*)/s).slice(0, 2)] : []));
      return { url: String(url), headers: Object.fromEntries(headers), body: { eventType, resource: {} } };
    });
}
