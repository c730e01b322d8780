import { createHttpClient } from "../../http/http-client.ts";
import { createHostApi } from "../create-host-api.ts";
import { ensureFork } from "../ensure-fork.ts";
import type { GitHost } from "../git-host.ts";
import type { GitHostOptions, HostAccess } from "../host-access.ts";
import type { HostApi } from "../host-api.ts";
import { linkPaging } from "../link-paging.ts";
import { sayWhatFailed } from "../say-what-failed.ts";
import { gitlabAccess } from "./access.ts";
import { findBranch, removeBranch } from "./branches.ts";
import { findCommitStatus, setCommitStatus } from "./commit-status.ts";
import { describeSignIn } from "./describe-sign-in.ts";
import { explainMoved } from "./explain-moved.ts";
import { explainRefusal } from "./explain-refusal.ts";
import { createPullRequests } from "./pull-requests.ts";
import { readRateLimit } from "./rate-limit.ts";
import { isAbsent, isMoved, readMessage } from "./read-refusal.ts";
import {
  ensurePrivateRepository,
  findFork,
  findRepository,
  removeRepository,
  setDefaultBranch,
  type GitLab,
} from "./repositories.ts";
import { startFork } from "./start-fork.ts";
import { createWebhooks } from "./webhooks.ts";

/** Access to GitLab, with the operations on top. */
export function createGitLab(options: GitHostOptions): GitHost {
  const access = gitlabAccess.open(options);
  const api = openApi(options, access);
  const server: GitLab = { api, url: options.url };
  const host = sayWhatFailed({
    ...access,
    findRepository: (path) => findRepository(server, path),
    ensureRepository: (path, more) => ensurePrivateRepository(server, path, more?.description),
    ensureFork: (wanted) =>
      ensureFork(wanted, {
        host: { ...host, findRepository: (path) => findFork(server, path) },
        options,
        forksWithinOwner: true,
        startFork: (source, target) => startFork(api, source, target),
      }),
    setDefaultBranch: (path, branch) => setDefaultBranch(api, path, branch),
    removeRepository: (path) => removeRepository(api, path),
    findBranch: (path, name) => findBranch(api, path, name),
    removeBranch: (path, name) => removeBranch(api, path, name),
    tellsExpiry: true,
    describeSignIn: (owner) => describeSignIn(api, owner),
    setCommitStatus: (path, commit, status) => setCommitStatus(api, path, { commit, status }),
    findCommitStatus: (path, commit, name) => findCommitStatus(api, path, { commit, name }),
    pullRequests: createPullRequests(server, options),
    webhooks: createWebhooks(api),
  });
  return host;
}

function openApi(options: GitHostOptions, access: HostAccess): HostApi {
  return createHostApi({
    http: createHttpClient({ ...options, peer: `GitLab at ${options.url}`, readRateLimit }),
    url: `${options.url}/api/v4`,
    title: access.title,
    authorize: async (owner) => ({ authorization: `Bearer ${(await access.getCredentials(owner)).token}` }),
    paging: linkPaging,
    readMessage,
    isAbsent,
    isMoved,
    explain: explainRefusal,
    explainMoved,
  });
}
