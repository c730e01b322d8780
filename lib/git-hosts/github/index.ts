import { createHttpClient } from "../../http/http-client.ts";
import { createHostApi } from "../create-host-api.ts";
import { ensureFork } from "../ensure-fork.ts";
import type { GitHost, GitHostDefinition, GitHostOptions } from "../git-host.ts";
import type { HostApi } from "../host-api.ts";
import { parseCloneUrl } from "../parse-clone-url.ts";
import { removeRepository, setDefaultBranch } from "../repository-api.ts";
import { sayWhatFailed } from "../say-what-failed.ts";
import type { GitHub } from "./accounts.ts";
import { toApiUrl } from "./api-url.ts";
import { findBranch, removeBranch } from "./branches.ts";
import { explainRefusal, findRateLimit } from "./explain-refusal.ts";
import type { GetToken } from "./keep-tokens.ts";
import { ensureOpenPullRequest, findPullRequest } from "./pull-requests.ts";
import { ensurePrivateRepository, findRepository } from "./repositories.ts";
import { createGetToken, versionHeaders, type SignInOptions } from "./sign-in.ts";
import { startFork } from "./start-fork.ts";

const title = "GitHub";

/** GitHub in the cloud, with data residence (ghe.com), and Enterprise Server. */
export const github: GitHostDefinition = { title, defaultUrl: "https://github.com", create: createGitHub };

function createGitHub(options: GitHostOptions): GitHost {
  const { url, signIn } = options;
  const http = createHttpClient({ ...options, peer: `GitHub at ${url}`, findRateLimit });
  const access = { ...options, http, apiUrl: toApiUrl(url) };
  const getToken = createGetToken(access);
  const api = openApi(access, getToken);
  const server: GitHub = { api, isApplication: !("token" in signIn) };
  const username = ("token" in signIn ? signIn.username : undefined) ?? "x-access-token";
  const host = sayWhatFailed({
    url,
    title,
    getCredentials: async (owner) => ({ url: `${url}/${owner}`, username, token: await getToken(owner) }),
    parseCloneUrl: (address) => parseCloneUrl(url, address),
    findRepository: (path) => findRepository(api, path),
    ensureRepository: (path, more) => ensurePrivateRepository(server, path, more?.description),
    ensureFork: (wanted) =>
      ensureFork(wanted, { host, options, startFork: (source, target) => startFork(server, source, target) }),
    setDefaultBranch: (path, branch) => setDefaultBranch(api, path, branch),
    removeRepository: (path) => removeRepository(api, path),
    findBranch: (path, name) => findBranch(api, path, name),
    removeBranch: (path, name) => removeBranch(api, path, name),
    findPullRequest: (path) => findPullRequest(api, path),
    ensurePullRequest: (path, content) => ensureOpenPullRequest(api, path, content),
  });
  return host;
}

function openApi({ http, apiUrl }: SignInOptions, getToken: GetToken): HostApi {
  const authorize = async (owner: string): Promise<Record<string, string>> => ({
    ...versionHeaders,
    authorization: `Bearer ${await getToken(owner)}`,
  });
  return createHostApi({ http, url: apiUrl, title, authorize, explain: explainRefusal });
}
