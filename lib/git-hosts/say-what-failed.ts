import { during } from "../step/errors.ts";
import { describePath, type GitHost } from "./git-host.ts";
import type { RepositoryPath } from "./host-access.ts";

/** The same host, whose errors begin with what was being done there, and with which repository. */
export function sayWhatFailed(host: GitHost): GitHost {
  const { title } = host;
  return {
    ...host,
    findRepository: (path) => during(`find ${quote(path)} on ${title}`, () => host.findRepository(path)),
    ensureRepository: (path, more) =>
      during(`create ${quote(path)} on ${title}`, () => host.ensureRepository(path, more)),
    ensureFork: (wanted) =>
      during(`fork ${quote(wanted.source)} to ${quote(wanted.target)} on ${title}`, () => host.ensureFork(wanted)),
    setDefaultBranch: (path, branch) =>
      during(`make "${branch}" the default branch of ${quote(path)} on ${title}`, () =>
        host.setDefaultBranch(path, branch),
      ),
    removeRepository: (path) => during(`remove ${quote(path)} from ${title}`, () => host.removeRepository(path)),
    findBranch: (path, name) =>
      during(`find the branch "${name}" of ${quote(path)} on ${title}`, () => host.findBranch(path, name)),
    removeBranch: (path, name) =>
      during(`remove the branch "${name}" of ${quote(path)} from ${title}`, () => host.removeBranch(path, name)),
    findPullRequest: (path) =>
      during(`find the pull request of ${quote(path.repository)} on ${title}`, () => host.findPullRequest(path)),
    ensurePullRequest: (path, content) =>
      during(
        `create the pull request from "${path.from}" to "${path.to}" in ${quote(path.repository)} on ${title}`,
        () => host.ensurePullRequest(path, content),
      ),
  };
}

function quote(path: RepositoryPath): string {
  return `"${describePath(path)}"`;
}
