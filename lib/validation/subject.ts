import type { Copy, ProjectRepository } from "../copies/find-copies.ts";
import type { FoundPullRequest } from "../git-hosts/git-host.ts";
import type { RepositoryPath } from "../git-hosts/host-access.ts";

/** A repository whose branches are validated. */
export interface WatchedRepository {
  kind: "template" | "copy";
  /** Without credentials, for sentences. */
  url: string;
  /** Absent where it is on another host than the one that we sign in to. */
  path: RepositoryPath | undefined;
  at: ProjectRepository;
  /** The copies that have their files there; none for the template's. */
  copies: readonly Copy[];
}

/** What is validated: a branch, or what a pull request brings. */
export interface Subject {
  repository: WatchedRepository;
  /** The branch with the changes, and the one that is to receive them. */
  branch: string;
  into: string;
  request: FoundPullRequest | undefined;
  /** The changes come from another repository, by whoever that may be. */
  isForeign: boolean;
}

/** `pull request 5 of https://…`, for sentences. */
export function describeSubject({ repository, branch, request }: Subject): string {
  return request === undefined
    ? `branch "${branch}" of "${repository.url}"`
    : `pull request ${request.number} of "${repository.url}"`;
}
