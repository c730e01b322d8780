import { execFileSync } from "node:child_process";
import type { ApiAnswer, ApiRequest } from "../git-server/git-server.ts";
import { inProject, notFound } from "./gitlab-projects.ts";
import type { GitLabState } from "./gitlab-state.ts";
import {
  addComment,
  branchHead,
  findComment,
  pullHead,
  text,
  toPage,
  type Route,
  type RouteContext,
  type StandIn,
  type StandInComment,
  type StandInPull,
  type StandInRepository,
} from "./stand-in.ts";

interface Server {
  standIn: StandIn;
  state: GitLabState;
}

type InRequest = (pull: StandInPull, repository: StandInRepository, context: RouteContext) => ApiAnswer;

/** "Merge requests API", "Notes API", "Merge trains API". */
export function mergeRequestRoutes(standIn: StandIn, state: GitLabState): Route[] {
  const server = { standIn, state };
  const within = (answer: InRequest): Route[2] =>
    inProject(standIn, (repository, context) => {
      const pull = repository.pulls.find(({ number }) => number === Number(context.parts[1]));
      return pull === undefined ? notFound() : answer(pull, repository, context);
    });
  return [
    [
      "GET",
      /^\/projects\/([^/]+)\/merge_requests$/,
      inProject(standIn, (repository, { request }) => list(server, repository, request)),
    ],
    [
      "POST",
      /^\/projects\/([^/]+)\/merge_requests$/,
      inProject(standIn, (repository, { request }) => create(server, repository, request)),
    ],
    [
      "GET",
      /^\/projects\/([^/]+)\/merge_requests\/(\d+)$/,
      within((pull, repository) => {
        const facts = state.factsOf(pull);
        facts.looksUntilChecked = Math.max(0, facts.looksUntilChecked - 1);
        return { status: 200, body: toMergeRequest(server, repository, pull) };
      }),
    ],
    [
      "PUT",
      /^\/projects\/([^/]+)\/merge_requests\/(\d+)$/,
      within((pull, repository, { request }) => {
        pull.title = text(request.body, "title") || pull.title;
        pull.body = text(request.body, "description");
        return { status: 200, body: toMergeRequest(server, repository, pull) };
      }),
    ],
    [
      "PUT",
      /^\/projects\/([^/]+)\/merge_requests\/(\d+)\/merge$/,
      within((pull, repository, { request }) => merge(server, repository, { pull, request })),
    ],
    [
      "POST",
      /^\/projects\/([^/]+)\/merge_trains\/merge_requests\/(\d+)$/,
      within((pull, repository) => {
        if (!state.settingsOf(repository).hasMergeTrains) return { status: 403, body: { message: "403 Forbidden" } };
        state.factsOf(pull).isInTrain = true;
        return { status: 201, body: [{ id: 1, status: "idle", target_branch: pull.base }] };
      }),
    ],
    [
      "GET",
      /^\/projects\/([^/]+)\/merge_requests\/(\d+)\/notes$/,
      within((pull, _, { request }) => {
        const sorted = request.url.searchParams.get("sort") === "asc" ? pull.comments : pull.comments.toReversed();
        return toPage(
          request,
          sorted.map((comment) => toNote(state, comment)),
        );
      }),
    ],
    [
      "POST",
      /^\/projects\/([^/]+)\/merge_requests\/(\d+)\/notes$/,
      within((pull, repository, { request, who }) => {
        const comment = addComment(repository, pull.comments, text(request.body, "body"));
        state.noteOf(comment).author = who.login;
        return { status: 201, body: toNote(state, comment) };
      }),
    ],
    [
      "PUT",
      /^\/projects\/([^/]+)\/merge_requests\/(\d+)\/notes\/(\d+)$/,
      within((_pull, repository, { request, who, parts: [, , id = ""] }) => {
        const comment = findComment(repository, Number(id));
        if (comment === undefined) return notFound();
        if (state.noteOf(comment).author !== who.login) return { status: 403, body: { message: "403 Forbidden" } };
        comment.body = text(request.body, "body");
        return { status: 200, body: toNote(state, comment) };
      }),
    ],
  ];
}

function list(server: Server, repository: StandInRepository, request: ApiRequest): ApiAnswer {
  const wanted = request.url.searchParams;
  const matching = repository.pulls.filter(
    (pull) =>
      [stateOf(pull), "all"].includes(wanted.get("state") ?? "all") &&
      pull.head === (wanted.get("source_branch") ?? pull.head) &&
      pull.base === (wanted.get("target_branch") ?? pull.base),
  );
  return toPage(
    request,
    matching.toReversed().map((pull) => toMergeRequest(server, repository, pull)),
  );
}

function create(server: Server, repository: StandInRepository, request: ApiRequest): ApiAnswer {
  const [head, base] = [text(request.body, "source_branch"), text(request.body, "target_branch")];
  if (head === base)
    return { status: 422, body: { message: ["You can't use same project/branch for source and target"] } };
  const open = repository.pulls.find(
    (pull) => pull.state === "open" && pull.head === head && pull.base === base && pull.from === undefined,
  );
  if (open !== undefined) {
    const message = [`Another open merge request already exists for this source branch: !${open.number}`];
    return { status: 409, body: { message } };
  }
  const content = { title: text(request.body, "title"), body: text(request.body, "description") };
  const number = repository.pulls.length + 1;
  const pull: StandInPull = { number, ...content, state: "open", head, base, comments: [] };
  repository.pulls.push(pull);
  return { status: 201, body: toMergeRequest(server, repository, pull) };
}

function stateOf(pull: StandInPull): string {
  if (pull.mergeCommit !== undefined) return "merged";
  return pull.state === "open" ? "opened" : "closed";
}

/** "Merge a merge request": 401, 405, 409 and 422 each have their own meaning here. */
function merge(
  server: Server,
  repository: StandInRepository,
  { pull, request }: { pull: StandInPull; request: ApiRequest },
): ApiAnswer {
  const { state } = server;
  const sha = headOf(server, repository, pull);
  if (!state.settingsOf(repository).mayMerge) return { status: 401, body: { message: "401 Unauthorized" } };
  const mergeStatus = mergeStatusOf(server, pull);
  if (mergeStatus === "conflict") return { status: 422, body: { message: "Branch cannot be merged" } };
  if (mergeStatus !== "mergeable") return { status: 405, body: { message: "405 Method Not Allowed" } };
  if (request.body["sha"] !== sha)
    return { status: 409, body: { message: `SHA does not match HEAD of source branch: ${sha}` } };
  carryOut(server, repository, { pull, request });
  return { status: 200, body: toMergeRequest(server, repository, pull) };
}

/** As the project merges: a squashed commit where that is wanted, then a merge commit unless it is fast-forwarded. */
function carryOut(
  { standIn, state }: Server,
  repository: StandInRepository,
  { pull, request }: { pull: StandInPull; request: ApiRequest },
): void {
  const path = standIn.pathOf(repository);
  const [base, facts, settings] = [
    branchHead(standIn, repository, pull.base),
    state.factsOf(pull),
    state.settingsOf(repository),
  ];
  const commit = (parents: string[], message: string): string =>
    execFileSync("git", [
      "-C",
      path,
      ...author,
      "commit-tree",
      `${facts.sha}^{tree}`,
      ...follow(parents),
      "-m",
      message,
    ])
      .toString()
      .trim();
  if (request.body["squash"] === true) facts.squashCommit = commit([base], text(request.body, "squash_commit_message"));
  const tip = facts.squashCommit ?? facts.sha;
  if (settings.mergeMethod !== "ff")
    facts.mergeCommit = commit([base, tip], text(request.body, "merge_commit_message"));
  pull.mergeCommit = facts.mergeCommit ?? tip;
  pull.state = "closed";
  execFileSync("git", ["-C", path, "update-ref", `refs/heads/${pull.base}`, pull.mergeCommit]);
}

const author = ["-c", "user.name=GitLab", "-c", "user.email=gitlab@example.com"];

function follow(parents: readonly string[]): string[] {
  return parents.flatMap((parent) => ["-p", parent]);
}

/** The branch's newest commit, and once the branch is gone the last one that it had. */
function headOf({ standIn, state }: Server, repository: StandInRepository, pull: StandInPull): string {
  const facts = state.factsOf(pull);
  const head = facts.hasLostSource || pull.mergeCommit !== undefined ? "" : pullHead(standIn, repository, pull);
  if (head !== "") facts.sha = head;
  return facts.sha;
}

/** A request that a person merged by fast-forward has neither of the two commits; one that was squashed has its own. */
function toMergeRequest(server: Server, repository: StandInRepository, pull: StandInPull): Record<string, unknown> {
  const facts = server.state.factsOf(pull);
  const sha = headOf(server, repository, pull);
  const { mergeCommit = null, squashCommit = pull.mergeCommit === sha ? undefined : pull.mergeCommit } = facts;
  return {
    id: 1000 + pull.number,
    iid: pull.number,
    project_id: repository.id,
    title: pull.title,
    description: pull.body === "" ? null : pull.body,
    state: stateOf(pull),
    source_branch: pull.head,
    target_branch: pull.base,
    source_project_id: facts.hasLostSource ? null : (pull.from ?? repository).id,
    target_project_id: repository.id,
    sha: sha === "" ? null : sha,
    merge_commit_sha: mergeCommit,
    squash_commit_sha: squashCommit ?? null,
    detailed_merge_status: mergeStatusOf(server, pull),
    merge_when_pipeline_succeeds: facts.isInTrain,
    web_url: `http://gitlab.internal/${repository.owner}/${repository.name}/-/merge_requests/${pull.number}`,
  };
}

/** What people want, as a word of GitLab's: whoever blocks it wants it approved. */
function mergeStatusOf({ state }: Server, pull: StandInPull): string {
  const { looksUntilChecked, mergeStatus } = state.factsOf(pull);
  if (pull.state !== "open") return "not_open";
  if (looksUntilChecked > 0) return "checking";
  return pull.blockedBy === undefined ? (mergeStatus ?? "mergeable") : "not_approved";
}

function toNote(state: GitLabState, comment: StandInComment): Record<string, unknown> {
  const { author: username, isSystem } = state.noteOf(comment);
  return { id: comment.id, body: comment.body, author: { username }, system: isSystem };
}
