import { during } from "../step/errors.ts";
import { describePath, type GitHost, type PullRequests, type Webhooks } from "./git-host.ts";
import type { RepositoryPath } from "./host-access.ts";

/** The same host, whose errors begin with what was being done there, and with which repository. */
export function sayWhatFailed(host: GitHost): GitHost {
  const { title, setCommitStatus, findCommitStatus, pullRequests, webhooks } = host;
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
    describeSignIn: (owner) => during(`ask ${title} who signs in`, () => host.describeSignIn(owner)),
    ...(setCommitStatus && {
      setCommitStatus: (path, commit, status) =>
        during(`set the status "${status.name}" of ${commit.slice(0, 12)} in ${quote(path)} on ${title}`, () =>
          setCommitStatus(path, commit, status),
        ),
    }),
    ...(findCommitStatus && {
      findCommitStatus: (path, commit, name) =>
        during(`find the status "${name}" of ${commit.slice(0, 12)} in ${quote(path)} on ${title}`, () =>
          findCommitStatus(path, commit, name),
        ),
    }),
    ...(pullRequests && { pullRequests: sayOfPullRequests(pullRequests, title) }),
    ...(webhooks && { webhooks: sayOfWebhooks(webhooks, title) }),
  };
}

function sayOfPullRequests(requests: PullRequests, title: string): PullRequests {
  const at = (repository: RepositoryPath, number: number): string =>
    `the pull request ${number} of ${quote(repository)} on ${title}`;
  return {
    ...requests,
    find: (path) => during(`find the pull request of ${quote(path.repository)} on ${title}`, () => requests.find(path)),
    ensure: (path, content) =>
      during(
        `create the pull request from "${path.from}" to "${path.to}" in ${quote(path.repository)} on ${title}`,
        () => requests.ensure(path, content),
      ),
    get: (repository, number) => during(`read ${at(repository, number)}`, () => requests.get(repository, number)),
    listOpen: (repository) =>
      during(`list the pull requests of ${quote(repository)} on ${title}`, () => requests.listOpen(repository)),
    merge: (repository, number, options) =>
      during(`merge ${at(repository, number)}`, () => requests.merge(repository, number, options)),
    ensureComment: (repository, number, comment) =>
      during(`comment on ${at(repository, number)}`, () => requests.ensureComment(repository, number, comment)),
  };
}

function sayOfWebhooks(hooks: Webhooks, title: string): Webhooks {
  return {
    ...hooks,
    ensure: (repository, hook) =>
      during(`set up the webhook of ${quote(repository)} on ${title}`, () => hooks.ensure(repository, hook)),
    remove: (repository, url) =>
      during(`remove the webhook of ${quote(repository)} from ${title}`, () => hooks.remove(repository, url)),
  };
}

function quote(path: RepositoryPath): string {
  return `"${describePath(path)}"`;
}
