import { execFileSync } from "node:child_process";
import type { ApiAnswer } from "../git-server/git-server.ts";
import { fullNameOf, refuse, toComment, toPage, toPull, toPullState, uuidOf } from "./bitbucket-cloud-documents.ts";
import { inRepository, repositoryPattern, scopes } from "./bitbucket-cloud-sign-in.ts";
import type { BitbucketState } from "./bitbucket-cloud-state.ts";
import {
  branchHead,
  text,
  type Route,
  type RouteContext,
  type StandIn,
  type StandInPull,
  type StandInRepository,
} from "./stand-in.ts";

/** A request about one pull request. */
interface PullContext {
  repository: StandInRepository;
  pull: StandInPull;
  context: RouteContext;
}

export function pullRequestRoutes(standIn: StandIn, state: BitbucketState): Route[] {
  const at = (rest: string): RegExp => new RegExp(`${repositoryPattern}${rest}$`);
  const inPull = (scope: readonly [string, string], answer: (pull: PullContext) => ApiAnswer) =>
    inRepository(standIn, scope, (repository, context) => {
      const pull = repository.pulls.find(({ number }) => number === Number(context.parts[2]));
      return pull === undefined ? refuse(404, "Pull request not found.") : answer({ repository, pull, context });
    });
  const show = ({ repository, pull }: PullContext, status = 200): ApiAnswer => ({
    status,
    body: toPull(standIn, state, { repository, pull, isSingle: true }),
  });
  return [
    [
      "GET",
      at("/effective-default-reviewers"),
      inRepository(standIn, scopes.pulls, (repository, { request }) =>
        toPage(
          request,
          state.repository(repository).defaultReviewers.map((login) => ({
            type: "default_reviewer_and_type",
            reviewer_type: "repository",
            user: { type: "user", uuid: uuidOf(login), display_name: login },
          })),
        ),
      ),
    ],
    [
      "GET",
      at("/pullrequests"),
      inRepository(standIn, scopes.pulls, (repository, context) => list(standIn, state, { repository, context })),
    ],
    [
      "POST",
      at("/pullrequests"),
      inRepository(standIn, scopes.pullsWrite, (repository, context) =>
        create(standIn, state, { repository, context }),
      ),
    ],
    ["GET", at(String.raw`/pullrequests/(\d+)`), inPull(scopes.pulls, (found) => show(found))],
    [
      "PUT",
      at(String.raw`/pullrequests/(\d+)`),
      inPull(scopes.pullsWrite, (found) => {
        const { pull, context } = found;
        if (pull.state !== "open") return refuse(400, "You can only edit open pull requests.");
        Object.assign(pull, {
          title: text(context.request.body, "title"),
          body: text(context.request.body, "description"),
        });
        state.pull(pull).reviewers = readReviewers(context.request.body);
        return show(found);
      }),
    ],
    [
      "POST",
      at(String.raw`/pullrequests/(\d+)/merge`),
      inPull(scopes.pullsWrite, (found) => merge(standIn, state, found)),
    ],
    [
      "GET",
      at(String.raw`/pullrequests/(\d+)/merge/task-status/(\w+)`),
      inPull(scopes.pulls, (found) => {
        const details = state.repository(found.repository);
        details.looksUntilMerged -= 1;
        if (details.looksUntilMerged > 0) return { status: 200, body: { task_status: "PENDING" } };
        const body = toPull(standIn, state, { ...found, isSingle: true });
        return { status: 200, body: { task_status: "SUCCESS", merge_result: body } };
      }),
    ],
    [
      "GET",
      at(String.raw`/pullrequests/(\d+)/comments`),
      inPull(scopes.pulls, ({ pull, context }) =>
        toPage(
          context.request,
          pull.comments.map((comment) => toComment(comment, state.pull(pull))),
        ),
      ),
    ],
    [
      "POST",
      at(String.raw`/pullrequests/(\d+)/comments`),
      inPull(scopes.pulls, ({ pull, context: { request, who } }) => {
        const comment = { id: pull.comments.length + 1, body: readContent(request.body) };
        pull.comments.push(comment);
        state.pull(pull).authors.set(comment, who.login);
        return { status: 201, body: toComment(comment, state.pull(pull)) };
      }),
    ],
    [
      "PUT",
      at(String.raw`/pullrequests/(\d+)/comments/(\d+)`),
      inPull(scopes.pulls, ({ pull, context: { request, who, parts } }) => {
        const { authors, deleted } = state.pull(pull);
        const comment = pull.comments.find(({ id }) => id === Number(parts[3]));
        if (comment === undefined || deleted.has(comment)) return refuse(404, "Comment not found.");
        if (authors.get(comment) !== who.login) return refuse(403, "You do not have permission to edit this comment.");
        comment.body = readContent(request.body);
        return { status: 200, body: toComment(comment, state.pull(pull)) };
      }),
    ],
  ];
}

interface ListContext {
  repository: StandInRepository;
  context: RouteContext;
}

const openOnly = ["OPEN"];

/** Without states, the open ones. */
function list(standIn: StandIn, state: BitbucketState, { repository, context: { request } }: ListContext): ApiAnswer {
  const asked = request.url.searchParams;
  if (Number(asked.get("pagelen") ?? 10) > 50) return refuse(400, "Invalid pagelen");
  const states = asked.has("state") ? asked.getAll("state") : openOnly;
  const conditions = readConditions(asked.get("q") ?? "");
  const matching = repository.pulls.filter((pull) => {
    const fields: Readonly<Record<string, string>> = {
      "source.branch.name": pull.head,
      "destination.branch.name": pull.base,
      "source.repository.full_name": fullNameOf(pull.from ?? repository),
    };
    const isOfStates = states.includes(toPullState(pull, state.pull(pull)));
    return isOfStates && conditions.every(([field, value]) => fields[field] === value);
  });
  const sorted = asked.get("sort") === "-created_on" ? matching.toReversed() : matching;
  return toPage(
    request,
    sorted.map((pull) => toPull(standIn, state, { repository, pull, isSingle: false })),
  );
}

/** `source.branch.name="update" AND …` of the query language. */
function readConditions(query: string): (readonly [field: string, value: string])[] {
  const conditions = [...query.matchAll(/([\w.]+)\s*=\s*"((?:[^"\\]|\\.)*)"/g)];
  return conditions.map(([, field = "", value = ""]) => [field, value.replaceAll(/\\(.)/g, "$1")]);
}

/** Asked again for the same branches, Bitbucket brings the request that is there up to date. */
function create(
  standIn: StandIn,
  state: BitbucketState,
  { repository, context: { request, who } }: ListContext,
): ApiAnswer {
  const { body } = request;
  const [head, base] = [readBranch(body["source"]), readBranch(body["destination"])];
  const [from, to] = [head, base].map((branch) => branchHead(standIn, repository, branch));
  if (from === "" || to === "")
    return refuse(400, `Branch "${from === "" ? head : base}" not found.`, {
      fields: { source: ["branch not found"] },
    });
  if (from === to) return refuse(400, "There are no changes to be pulled");
  const reviewers = readReviewers(body);
  if (reviewers.includes(who.login))
    return refuse(400, `${who.login} is the author and cannot be included as a reviewer.`);
  if (reviewers.some((login) => state.former.has(login))) return refuse(400, "Malformed reviewers list");
  const existing = repository.pulls.find(
    (pull) => pull.state === "open" && pull.head === head && pull.base === base && pull.from === undefined,
  );
  const content = { title: text(body, "title"), body: text(body, "description") };
  const added = { number: repository.pulls.length + 1, ...content, state: "open", head, base, comments: [] } as const;
  const pull: StandInPull = existing ?? { ...added, comments: [] };
  if (existing === undefined) repository.pulls.push(pull);
  Object.assign(pull, content);
  state.pull(pull).reviewers = reviewers;
  return { status: 201, body: toPull(standIn, state, { repository, pull, isSingle: true }) };
}

function readBranch(endpoint: unknown): string {
  const branch = new Map(Object.entries(endpoint ?? {})).get("branch");
  return text(Object.fromEntries(Object.entries(branch ?? {})), "name");
}

function readReviewers(body: Record<string, unknown>): string[] {
  const { reviewers } = body;
  if (!Array.isArray(reviewers)) return [];
  return reviewers.map((reviewer: unknown) => {
    const uuid = text(Object.fromEntries(Object.entries(reviewer ?? {})), "uuid");
    return Buffer.from(uuid.slice(1, -1), "hex").toString().replaceAll("\0", "");
  });
}

function readContent(body: Record<string, unknown>): string {
  return text(Object.fromEntries(Object.entries(body["content"] ?? {})), "raw");
}

function merge(standIn: StandIn, state: BitbucketState, { repository, pull, context }: PullContext): ApiAnswer {
  const details = state.repository(repository);
  const strategy = text(context.request.body, "merge_strategy");
  if (pull.state !== "open") return refuse(400, "This pull request is already closed.");
  if (!details.mergeStrategies.includes(strategy)) return refuse(400, `Merge strategy ${strategy} is not allowed.`);
  if (pull.blockedBy !== undefined) return refuse(400, pull.blockedBy);
  if (hasConflicts(standIn, repository, pull))
    return refuse(400, "You can't merge until you resolve all merge conflicts.");
  if (state.pull(pull).isQueued)
    return { status: 200, body: toPull(standIn, state, { repository, pull, isSingle: true }) };
  standIn.merge(repository, pull.number, strategy.startsWith("squash") ? "squash" : "merge");
  if (details.looksUntilMerged === 0)
    return { status: 200, body: toPull(standIn, state, { repository, pull, isSingle: true }) };
  const location = `${context.request.url.href}/task-status/task1`;
  return { status: 202, headers: { location } };
}

function hasConflicts(standIn: StandIn, repository: StandInRepository, pull: StandInPull): boolean {
  if (pull.from !== undefined) return false;
  const { head, base } = pull;
  const path = standIn.pathOf(repository);
  try {
    execFileSync("git", ["-C", path, "merge-tree", "--write-tree", base, head], { stdio: "ignore" });
    return false;
  } catch {
    return true;
  }
}
