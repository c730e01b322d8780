import { createHttpClient } from "../../http/http-client.ts";
import { findCommitStatus, setCommitStatus } from "../commit-status.ts";
import { createHostApi } from "../create-host-api.ts";
import { ensureFork } from "../ensure-fork.ts";
import { explainMoved } from "../explain-moved.ts";
import type { GitHost } from "../git-host.ts";
import type { GitHostOptions, HostAccess } from "../host-access.ts";
import { linkPaging } from "../link-paging.ts";
import { removeRepository, setDefaultBranch } from "../repository-api.ts";
import { sayWhatFailed } from "../say-what-failed.ts";
import { giteaAccess } from "./access.ts";
import { findBranch, removeBranch } from "./branches.ts";
import { explainRefusal } from "./explain-refusal.ts";
import { createPullRequests } from "./pull-requests.ts";
import { ensurePrivateRepository, findRepository, type Gitea } from "./repositories.ts";
import { GiteaAccount } from "./schema.ts";
import { startFork } from "./start-fork.ts";
import { createWebhooks } from "./webhooks.ts";

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
    // Its tokens do not expire.
    describeSignIn: async (owner) => ({ user: (await api.send({ path: "/user", owner, schema: GiteaAccount })).login }),
    setCommitStatus: (path, commit, status) => setCommitStatus(api, path, { commit, status }),
    findCommitStatus: (path, commit, name) => findCommitStatus(api, path, { commit, name, pageSize: { limit: 50 } }),
    pullRequests: createPullRequests(server, options),
    webhooks: createWebhooks(api),
  });
  return host;
}

function openApi(options: GitHostOptions, access: HostAccess): Gitea["api"] {
  return createHostApi({
    http: createHttpClient({ ...options, peer: `Gitea at ${options.url}` }),
    url: `${options.url}/api/v1`,
    title: access.title,
    authorize: async (owner) => ({ authorization: `token ${(await access.getCredentials(owner)).token}` }),
    paging: linkPaging,
    explain: explainRefusal,
    explainMoved,
  });
}
