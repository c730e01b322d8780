import { createHttpClient } from "../../http/http-client.ts";
import { ParameterError } from "../../step/errors.ts";
import { createHostApi } from "../create-host-api.ts";
import { ensureFork } from "../ensure-fork.ts";
import type { GitHost, GitHostDefinition, GitHostOptions } from "../git-host.ts";
import { parseCloneUrl } from "../parse-clone-url.ts";
import { removeRepository, setDefaultBranch } from "../repository-api.ts";
import { sayWhatFailed } from "../say-what-failed.ts";
import { findBranch, removeBranch } from "./branches.ts";
import { explainRefusal } from "./explain-refusal.ts";
import { ensureOpenPullRequest, findPullRequest } from "./pull-requests.ts";
import { ensurePrivateRepository, findRepository, type Gitea } from "./repositories.ts";
import { startFork } from "./start-fork.ts";

const title = "Gitea";

/** Gitea, and Forgejo, which keeps to the same API. */
export const gitea: GitHostDefinition = { title: "Gitea or Forgejo", create: createGitea };

function createGitea(options: GitHostOptions): GitHost {
  const { url, wait } = options;
  const { token, username = "x-access-token" } = getToken(options);
  const api = openApi(options, token);
  const server: Gitea = { api, url };
  const host = sayWhatFailed({
    url,
    title,
    getCredentials: (owner) => Promise.resolve({ url: `${url}/${owner}`, username, token }),
    parseCloneUrl: (address) => parseCloneUrl(url, address),
    findRepository: (path) => findRepository(server, path),
    ensureRepository: (path, more) => ensurePrivateRepository(server, path, more?.description),
    ensureFork: (wanted) =>
      ensureFork(wanted, { host, options, startFork: (source, target) => startFork(api, source, target) }),
    setDefaultBranch: (path, branch) => setDefaultBranch(api, path, branch),
    removeRepository: (path) => removeRepository(api, path),
    findBranch: (path, name) => findBranch(api, path, { name, wait }),
    removeBranch: (path, name) => removeBranch(api, path, name),
    findPullRequest: (path) => findPullRequest(server, path),
    ensurePullRequest: (path, content) => ensureOpenPullRequest(server, path, content),
  });
  return host;
}

function getToken({ signIn }: GitHostOptions): { token: string; username?: string } {
  if ("token" in signIn) return signIn;
  throw new ParameterError("Gitea and Forgejo know no applications with keys. Enter a token.");
}

function openApi(options: GitHostOptions, token: string): Gitea["api"] {
  return createHostApi({
    http: createHttpClient({ ...options, peer: `Gitea at ${options.url}` }),
    url: `${options.url}/api/v1`,
    title,
    authorize: () => Promise.resolve({ authorization: `token ${token}` }),
    explain: explainRefusal,
  });
}
