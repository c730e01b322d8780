import type { ApiAnswer, ApiRequest } from "../git-server/git-server.ts";
import {
  branchHead,
  pullHead,
  type StandInComment,
  type StandInPull,
  type StandInRepository,
  type StandIn,
} from "./stand-in.ts";

/** Where Bitbucket is below its server's address. */
export const contextPath = "/bitbucket";

export interface Restriction {
  type: string;
  matcher: { id: string; type: { id: string } };
  users?: readonly { name: string }[];
  groups?: readonly string[];
}

/** What Bitbucket knows besides what every host does. */
export interface DataCenterState {
  restrictions: Map<StandInRepository, Restriction[]>;
  defaultReviewers: string[];
  /** Who cannot be asked for a review. */
  strangers: Set<string>;
  versions: Map<StandInPull, number>;
  reviewers: Map<StandInPull, string[]>;
  commentVersions: Map<StandInComment, number>;
  /** Why a fork could not be made. */
  failures: Map<StandInRepository, string>;
}

/** REST reference, "Errors and validation". */
export function refuse(status: number, exception: string, message: string, more: object = {}): ApiAnswer {
  const exceptionName = `com.atlassian.bitbucket.${exception}`;
  return { status, body: { errors: [{ context: null, message, exceptionName, ...more }] } };
}

/** Small pages, so that every list has several. */
export function toPage({ url }: ApiRequest, all: readonly unknown[]): ApiAnswer {
  const size = 2;
  const start = Number(url.searchParams.get("start") ?? 0);
  const values = all.slice(start, start + size);
  const isLastPage = start + size >= all.length;
  const next = isLastPage ? null : start + size;
  return { status: 200, body: { size: values.length, limit: size, start, isLastPage, nextPageStart: next, values } };
}

function toProject(owner: string): Record<string, unknown> {
  const type = owner.startsWith("~") ? "PERSONAL" : "NORMAL";
  return { key: owner.toUpperCase(), name: owner, type, public: false };
}

export function toName({ id, owner, name }: StandInRepository): Record<string, unknown> {
  return { id, slug: name, name, project: toProject(owner) };
}

export function toRepository(repository: StandInRepository, state: DataCenterState): Record<string, unknown> {
  const { parent, isArchived, isPrivate, allowsForking, looksUntilReady } = repository;
  const failure = state.failures.get(repository);
  const ready = looksUntilReady > 0 ? "INITIALISING" : "AVAILABLE";
  return {
    ...toName(repository),
    scmId: "git",
    state: failure === undefined ? ready : "INITIALISATION_FAILED",
    statusMessage: failure ?? ready,
    forkable: allowsForking,
    public: !isPrivate,
    archived: isArchived,
    ...(parent === undefined ? {} : { origin: toName(parent) }),
  };
}

function toRef(repository: StandInRepository, branch: string, commit: string): Record<string, unknown> {
  return { id: `refs/heads/${branch}`, displayId: branch, latestCommit: commit, repository: toName(repository) };
}

export interface PullPlace {
  standIn: StandIn;
  state: DataCenterState;
  repository: StandInRepository;
  pull: StandInPull;
}

export function toPull({ standIn, state, repository, pull }: PullPlace): Record<string, unknown> {
  const { mergeCommit } = pull;
  const isOpen = pull.state === "open";
  const merge =
    mergeCommit === undefined ? {} : { mergeCommit: { displayId: mergeCommit.slice(0, 11), id: mergeCommit } };
  return {
    id: pull.number,
    version: state.versions.get(pull) ?? 0,
    title: pull.title,
    ...(pull.body === "" ? {} : { description: pull.body }),
    state: isOpen ? "OPEN" : mergeCommit === undefined ? "DECLINED" : "MERGED",
    open: isOpen,
    closed: !isOpen,
    fromRef: toRef(pull.from ?? repository, pull.head, pullHead(standIn, repository, pull)),
    toRef: toRef(repository, pull.base, branchHead(standIn, repository, pull.base)),
    reviewers: (state.reviewers.get(pull) ?? []).map((name) => ({ user: { name }, role: "REVIEWER" })),
    properties: merge,
  };
}

export function toComment(comment: StandInComment, { commentVersions }: DataCenterState): Record<string, unknown> {
  return { id: comment.id, version: commentVersions.get(comment) ?? 0, text: comment.body };
}
