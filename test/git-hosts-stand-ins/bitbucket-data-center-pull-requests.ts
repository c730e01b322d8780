import { execFileSync } from "node:child_process";
import type { ApiAnswer, ApiRequest } from "../git-server/git-server.ts";
import { refuse, toComment, toPage, toPull, type DataCenterState } from "./bitbucket-data-center-documents.ts";
import { inRepository, repositoryPattern, type Permission } from "./bitbucket-data-center-permissions.ts";
import {
  branchHead,
  pullHead,
  text,
  type Route,
  type RouteContext,
  type StandIn,
  type StandInPull,
  type StandInRepository,
} from "./stand-in.ts";

interface PullContext {
  repository: StandInRepository;
  pull: StandInPull;
  context: RouteContext;
}

export function pullRequestRoutes(standIn: StandIn, state: DataCenterState): Route[] {
  const at = (rest: string, api = "api"): RegExp => new RegExp(`^/${api}/latest${repositoryPattern}${rest}$`);
  const one = String.raw`/pull-requests/(\d+)`;
  const inPull = (permission: Permission, answer: (pull: PullContext) => ApiAnswer) =>
    inRepository(standIn, permission, (repository, context) => {
      const pull = repository.pulls.find(({ number }) => number === Number(context.parts[2]));
      const missing = `Pull request ${context.parts[2]} does not exist in this repository.`;
      if (pull === undefined) return refuse(404, "pull.NoSuchPullRequestException", missing);
      return answer({ repository, pull, context });
    });
  const show = ({ repository, pull }: PullContext, status = 200): ApiAnswer => ({
    status,
    body: toPull({ standIn, state, repository, pull }),
  });
  return [
    [
      "GET",
      at("/reviewers", "default-reviewers"),
      inRepository(standIn, "REPO_READ", () => ({
        status: 200,
        body: [{ id: 1, reviewers: state.defaultReviewers.map((name) => ({ name })), requiredApprovals: 0 }],
      })),
    ],
    [
      "GET",
      at("/pull-requests"),
      inRepository(standIn, "REPO_READ", (repository, { request }) => {
        const matching = listPulls(standIn, repository, request);
        return toPage(
          request,
          matching.map((place) => toPull({ standIn, state, ...place })),
        );
      }),
    ],
    [
      "POST",
      at("/pull-requests"),
      inRepository(standIn, "REPO_READ", (repository, { request }) => create(standIn, state, { repository, request })),
    ],
    ["GET", at(one), inPull("REPO_READ", (found) => show(found))],
    [
      "PUT",
      at(one),
      inPull("REPO_WRITE", (found) => {
        const { pull, context } = found;
        const { body } = context.request;
        const outdated = refuseVersion(state, pull, Number(body["version"]));
        if (outdated !== undefined) return outdated;
        Object.assign(pull, { title: text(body, "title"), body: text(body, "description") });
        state.reviewers.set(pull, readReviewers(body));
        countUp(state, pull);
        return show(found);
      }),
    ],
    [
      "POST",
      at(`${one}/merge`),
      inPull("REPO_WRITE", (found) => {
        const { pull, repository, context } = found;
        const { searchParams } = context.request.url;
        return (
          refuseVersion(state, pull, Number(searchParams.get("version"))) ??
          refuseMerge(standIn, repository, pull) ??
          merge(standIn, found, () => show(found))
        );
      }),
    ],
    [
      "GET",
      at(`${one}/activities`),
      inPull("REPO_READ", ({ pull, context }) =>
        toPage(context.request, [
          ...pull.comments.toReversed().map((comment) => ({
            id: comment.id,
            action: "COMMENTED",
            commentAction: "ADDED",
            comment: toComment(comment, state),
          })),
          { id: 0, action: "OPENED" },
        ]),
      ),
    ],
    [
      "POST",
      at(`${one}/comments`),
      inPull("REPO_READ", ({ pull, context: { request } }) => {
        const comment = { id: pull.comments.length + 1, body: text(request.body, "text") };
        pull.comments.push(comment);
        return { status: 201, body: toComment(comment, state) };
      }),
    ],
    [
      "PUT",
      at(String.raw`${one}/comments/(\d+)`),
      inPull("REPO_READ", ({ pull, context: { request, parts } }) => {
        const comment = pull.comments.find(({ id }) => id === Number(parts[3]));
        if (comment === undefined) return refuse(404, "comment.NoSuchCommentException", "No such comment.");
        const version = state.commentVersions.get(comment) ?? 0;
        if (request.body["version"] !== version)
          return refuse(409, "comment.CommentOutOfDateException", "You are attempting to modify an old comment.");
        comment.body = text(request.body, "text");
        state.commentVersions.set(comment, version + 1);
        return { status: 200, body: toComment(comment, state) };
      }),
    ],
  ];
}

function countUp(state: DataCenterState, pull: StandInPull): void {
  state.versions.set(pull, (state.versions.get(pull) ?? 0) + 1);
}

function refuseVersion(state: DataCenterState, pull: StandInPull, expected: number): ApiAnswer | undefined {
  const currentVersion = state.versions.get(pull) ?? 0;
  if (expected === currentVersion) return undefined;
  const message = "You are attempting to modify a pull request based on out-of-date information.";
  return refuse(409, "pull.PullRequestOutOfDateException", message, { currentVersion, expectedVersion: expected });
}

/** Those that come in are the default; those that go out may lead to another repository. */
function listPulls(
  standIn: StandIn,
  repository: StandInRepository,
  { url }: ApiRequest,
): { repository: StandInRepository; pull: StandInPull }[] {
  const asked = url.searchParams;
  const isOutgoing = asked.get("direction") === "OUTGOING";
  const at = asked.get("at")?.replace("refs/heads/", "");
  const wanted = asked.get("state") ?? "OPEN";
  const all = standIn.repositories.flatMap((to) => to.pulls.map((pull) => ({ repository: to, pull })));
  const matching = all.filter(({ repository: to, pull }) => {
    const place = isOutgoing ? (pull.from ?? to) : to;
    const branch = isOutgoing ? pull.head : pull.base;
    const state = pull.state === "open" ? "OPEN" : pull.mergeCommit === undefined ? "DECLINED" : "MERGED";
    return place === repository && (at === undefined || at === branch) && (wanted === "ALL" || wanted === state);
  });
  return matching.toReversed();
}

function create(
  standIn: StandIn,
  state: DataCenterState,
  { repository, request }: { repository: StandInRepository; request: ApiRequest },
): ApiAnswer {
  const { body } = request;
  const [head, base] = [readBranch(body["fromRef"]), readBranch(body["toRef"])];
  const [from, to] = [head, base].map((branch) => branchHead(standIn, repository, branch));
  if (from === "" || to === "")
    return refuse(404, "commit.NoSuchBranchException", `Branch ${from === "" ? head : base} does not exist.`);
  if (repository.pulls.some((pull) => pull.state === "open" && pull.head === head && pull.base === base))
    return refuse(
      409,
      "pull.DuplicatePullRequestException",
      "Only one pull request may be open for a given source and target branch",
    );
  if (from === to)
    return refuse(409, "pull.EmptyPullRequestException", `Branch ${base} is already up-to-date with branch ${head}.`);
  const reviewers = readReviewers(body);
  const strangers = reviewers.filter((name) => state.strangers.has(name));
  if (strangers.length > 0)
    return refuse(409, "pull.InvalidPullRequestReviewersException", "Errors encountered while adding some reviewers.", {
      reviewerErrors: strangers.map((name) => ({ context: name, message: `${name} is not a user.` })),
    });
  const content = { title: text(body, "title"), body: text(body, "description") };
  const pull: StandInPull = {
    number: repository.pulls.length + 1,
    ...content,
    state: "open",
    head,
    base,
    comments: [],
  };
  repository.pulls.push(pull);
  state.reviewers.set(pull, reviewers);
  return { status: 201, body: toPull({ standIn, state, repository, pull }) };
}

function readBranch(ref: unknown): string {
  return text(Object.fromEntries(Object.entries(ref ?? {})), "id").replace("refs/heads/", "");
}

function readReviewers(body: Record<string, unknown>): string[] {
  const { reviewers } = body;
  if (!Array.isArray(reviewers)) return [];
  return reviewers.map((reviewer: unknown) => {
    const user = new Map(Object.entries(reviewer ?? {})).get("user");
    return text(Object.fromEntries(Object.entries(user ?? {})), "name");
  });
}

const vetoed = "pull.PullRequestMergeVetoedException";

function refuseMerge(standIn: StandIn, repository: StandInRepository, pull: StandInPull): ApiAnswer | undefined {
  if (pull.state !== "open")
    return refuse(409, "pull.IllegalPullRequestStateException", "This pull request has been merged or declined.");
  if (pull.blockedBy !== undefined)
    return refuse(409, vetoed, "Merging the pull request has been vetoed.", {
      conflicted: false,
      vetoes: [{ summaryMessage: "Not all required reviewers have approved yet", detailedMessage: pull.blockedBy }],
    });
  const conflict = "The pull request has conflicts and cannot be merged.";
  return hasConflicts(standIn, repository, pull)
    ? refuse(409, vetoed, conflict, { conflicted: true, vetoes: [] })
    : undefined;
}

/** What a repository of a test allows is said in these words, or by the strategy's own id. */
export const strategyIds: Readonly<Record<string, string>> = {
  merge: "no-ff",
  squash: "squash",
  rebase: "rebase-ff-only",
};

function merge(standIn: StandIn, { repository, pull, context }: PullContext, show: () => ApiAnswer): ApiAnswer {
  const strategy = text(context.request.body, "strategyId");
  if (!repository.mergeMethods.some((method) => (strategyIds[method] ?? method) === strategy))
    return refuse(409, vetoed, `The merge strategy '${strategy}' is not enabled for this repository.`);
  standIn.merge(repository, pull.number, strategy.startsWith("squash") ? "squash" : "merge");
  return show();
}

/** A commit of both is what Git's own trial merge asks about. */
function hasConflicts(standIn: StandIn, repository: StandInRepository, pull: StandInPull): boolean {
  if (pull.from !== undefined) return false;
  const path = standIn.pathOf(repository);
  const [ours, theirs] = [branchHead(standIn, repository, pull.base), pullHead(standIn, repository, pull)];
  try {
    execFileSync("git", ["-C", path, "merge-tree", "--write-tree", ours, theirs], { stdio: "ignore" });
    return false;
  } catch {
    return true;
  }
}
