import { execFileSync } from "node:child_process";
import type { ApiAnswer, ApiRequest } from "../git-server/git-server.ts";
import type { BitbucketState, PullDetails } from "./bitbucket-cloud-state.ts";
import {
  branchHead,
  pullHead,
  type StandIn,
  type StandInComment,
  type StandInPull,
  type StandInRepository,
} from "./stand-in.ts";

/** REST reference, "Standardized error responses". */
export function refuse(status: number, message: string, more: Record<string, unknown> = {}): ApiAnswer {
  return { status, body: { type: "error", error: { message, ...more } } };
}

/** Small pages, so that every list has several. */
export function toPage({ url }: ApiRequest, values: readonly unknown[]): ApiAnswer {
  const size = 2;
  const page = Number(url.searchParams.get("page") ?? 1);
  const next = new URL(url);
  next.searchParams.set("page", String(page + 1));
  const more = values.length > page * size ? { next: next.href } : {};
  const body = {
    pagelen: size,
    page,
    size: values.length,
    values: values.slice((page - 1) * size, page * size),
    ...more,
  };
  return { status: 200, body };
}

export function uuidOf(login: string): string {
  return `{${Buffer.from(login).toString("hex").padEnd(12, "0")}}`;
}

export function toUser(login: string): Record<string, unknown> {
  return { type: "user", uuid: uuidOf(login), display_name: login };
}

export function toRepository(
  standIn: StandIn,
  state: BitbucketState,
  repository: StandInRepository,
): Record<string, unknown> {
  const fullName = fullNameOf(repository);
  const { host } = new URL(standIn.server.url);
  const { parent } = repository;
  const main = mainBranchOf(standIn, repository);
  return {
    type: "repository",
    uuid: `{${repository.id}}`,
    full_name: fullName,
    name: repository.name,
    scm: "git",
    is_private: repository.isPrivate,
    fork_policy: state.repository(repository).forkPolicy,
    mainbranch: main === undefined ? null : { type: "branch", name: main },
    links: {
      html: { href: `${standIn.server.url}/${fullName}` },
      clone: [{ name: "https", href: `http://barry@${host}/${fullName}.git` }],
    },
    ...(parent === undefined
      ? {}
      : { parent: { type: "repository", full_name: fullNameOf(parent), name: parent.name } }),
  };
}

/** The first branch that is pushed becomes it, where the one of its settings is not there. */
function mainBranchOf(standIn: StandIn, repository: StandInRepository): string | undefined {
  if (repository.looksUntilReady > 0) return repository.defaultBranch;
  if (branchHead(standIn, repository, repository.defaultBranch) !== "") return repository.defaultBranch;
  const format = "--format=%(refname:short)";
  const [first = ""] = execFileSync("git", ["-C", standIn.pathOf(repository), "for-each-ref", format, "refs/heads"])
    .toString()
    .split("\n");
  return first === "" ? undefined : first;
}

export function fullNameOf({ owner, name }: StandInRepository): string {
  return `${owner}/${name}`;
}

/** Commits are named by the first twelve characters of their ids. */
function toShortCommit(hash: string): Record<string, unknown> {
  return { type: "commit", hash: hash.slice(0, 12) };
}

export interface PullDocument {
  repository: StandInRepository;
  pull: StandInPull;
  /** A single one has its reviewers. */
  isSingle: boolean;
}

export function toPull(
  standIn: StandIn,
  state: BitbucketState,
  { repository, pull, isSingle }: PullDocument,
): Record<string, unknown> {
  const details = state.pull(pull);
  const { isSourceGone, reviewers, isQueued } = details;
  const head = isSourceGone ? "" : pullHead(standIn, repository, pull);
  const from = isSourceGone ? null : { type: "repository", full_name: fullNameOf(pull.from ?? repository) };
  return {
    type: "pullrequest",
    id: pull.number,
    title: pull.title,
    summary: { type: "rendered", raw: pull.body, markup: "markdown", html: "" },
    state: toPullState(pull, details),
    queued: isQueued,
    source: { repository: from, branch: { name: pull.head }, commit: head === "" ? null : toShortCommit(head) },
    destination: {
      repository: { type: "repository", full_name: fullNameOf(repository) },
      branch: { name: pull.base, merge_strategies: state.repository(repository).mergeStrategies },
      commit: toShortCommit(branchHead(standIn, repository, pull.base)),
    },
    merge_commit: pull.mergeCommit === undefined ? null : toShortCommit(pull.mergeCommit),
    close_source_branch: false,
    ...(isSingle ? { reviewers: reviewers.map(toUser) } : {}),
  };
}

export function toPullState(pull: StandInPull, { isSuperseded }: { isSuperseded: boolean }): string {
  if (pull.mergeCommit !== undefined) return "MERGED";
  if (isSuperseded) return "SUPERSEDED";
  return pull.state === "open" ? "OPEN" : "DECLINED";
}

export function toComment(comment: StandInComment, { authors, deleted }: PullDetails): Record<string, unknown> {
  const isDeleted = deleted.has(comment);
  const content = { raw: isDeleted ? "" : comment.body, markup: "markdown", html: "" };
  const user = toUser(authors.get(comment) ?? "");
  return { type: "pullrequest_comment", id: comment.id, content, deleted: isDeleted, user };
}
