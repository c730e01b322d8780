import { findCommitStatus, setCommitStatus } from "../commit-status.ts";
import { createHostApi } from "../create-host-api.ts";
import { ensureFork } from "../ensure-fork.ts";
import { explainMoved } from "../explain-moved.ts";
import type { GitHost } from "../git-host.ts";
import type { HostApi } from "../host-api.ts";
import type { GitHostOptions, HostAccess } from "../host-access.ts";
import { linkPaging } from "../link-paging.ts";
import { removeRepository, setDefaultBranch } from "../repository-api.ts";
import { sayWhatFailed } from "../say-what-failed.ts";
import { connect, openAccess } from "./access.ts";
import type { GitHub } from "./accounts.ts";
import { findBranch, removeBranch } from "./branches.ts";
import { describeSignIn } from "./describe-sign-in.ts";
import { explainRefusal } from "./explain-refusal.ts";
import { createPullRequests } from "./pull-requests.ts";
import { ensurePrivateRepository, findRepository } from "./repositories.ts";
import { versionHeaders, type Connection } from "./sign-in.ts";
import { startFork } from "./start-fork.ts";

/** Access to GitHub, with the operations on top. */
export function createGitHub(options: GitHostOptions): GitHost {
  const connection = connect(options);
  const access = openAccess(connection);
  const api = openApi(connection, access);
  const server: GitHub = { api, isApplication: !("token" in options.signIn) };
  const host = sayWhatFailed({
    ...access,
    findRepository: (path) => findRepository(api, path),
    ensureRepository: (path, more) => ensurePrivateRepository(server, path, more?.description),
    ensureFork: (wanted) =>
      ensureFork(wanted, { host, options, startFork: (source, target) => startFork(server, source, target) }),
    setDefaultBranch: (path, branch) => setDefaultBranch(api, path, branch),
    removeRepository: (path) => removeRepository(api, path),
    findBranch: (path, name) => findBranch(api, path, name),
    removeBranch: (path, name) => removeBranch(api, path, name),
    tellsExpiry: true,
    describeSignIn: (owner) => describeSignIn(server, owner),
    setCommitStatus: (path, commit, status) => setCommitStatus(api, path, { commit, status }),
    findCommitStatus: (path, commit, name) =>
      findCommitStatus(api, path, { commit, name, pageSize: { per_page: 100 } }),
    pullRequests: createPullRequests(api),
  });
  return host;
}

function openApi({ http, apiUrl }: Connection, access: HostAccess): HostApi {
  const authorize = async (owner: string): Promise<Record<string, string>> => ({
    ...versionHeaders,
    authorization: `Bearer ${(await access.getCredentials(owner)).token}`,
  });
  const { title } = access;
  return createHostApi({
    http,
    url: apiUrl,
    title,
    authorize,
    paging: linkPaging,
    explain: explainRefusal,
    explainMoved,
  });
}
