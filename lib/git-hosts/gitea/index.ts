import { createHttpClient } from "../../http/http-client.ts";
import { createHostApi } from "../create-host-api.ts";
import { ensureFork } from "../ensure-fork.ts";
import type { GitHost } from "../git-host.ts";
import type { GitHostOptions, HostAccess } from "../host-access.ts";
import { removeRepository, setDefaultBranch } from "../repository-api.ts";
import { sayWhatFailed } from "../say-what-failed.ts";
import { giteaAccess } from "./access.ts";
import { findBranch, removeBranch } from "./branches.ts";
import { explainRefusal } from "./explain-refusal.ts";
import { ensureOpenPullRequest, findPullRequest } from "./pull-requests.ts";
import { ensurePrivateRepository, findRepository, type Gitea } from "./repositories.ts";
import { startFork } from "./start-fork.ts";

/** Access to Gitea or Forgejo, with the operations on top. */
export function createGitea(options: GitHostOptions): GitHost {
  const access = giteaAccess.open(options);
  const api = openApi(options, access);
  const server: Gitea = { api, url: options.url };
  const host = sayWhatFailed({
    ...access,
    findRepository: (path) => findRepository(server, path),
    ensureRepository: (path, more) => ensurePrivateRepository(server, path, more?.description),
    ensureFork: (wanted) =>
      ensureFork(wanted, { host, options, startFork: (source, target) => startFork(api, source, target) }),
    setDefaultBranch: (path, branch) => setDefaultBranch(api, path, branch),
    removeRepository: (path) => removeRepository(api, path),
    findBranch: (path, name) => findBranch(api, path, { name, wait: options.wait }),
    removeBranch: (path, name) => removeBranch(api, path, name),
    findPullRequest: (path) => findPullRequest(server, path),
    ensurePullRequest: (path, content) => ensureOpenPullRequest(server, path, content),
  });
  return host;
}

function openApi(options: GitHostOptions, access: HostAccess): Gitea["api"] {
  return createHostApi({
    http: createHttpClient({ ...options, peer: `Gitea at ${options.url}` }),
    url: `${options.url}/api/v1`,
    title: access.title,
    authorize: async (owner) => ({ authorization: `token ${(await access.getCredentials(owner)).token}` }),
    explain: explainRefusal,
  });
}
