import { createHttpClient } from "../../http/http-client.ts";
import { NotAllowedError, NotFoundError, during } from "../../step/errors.ts";
import { ensureFork } from "../ensure-fork.ts";
import {
  describePath,
  isSamePath,
  type Branch,
  type GitHost,
  type GitHostDefinition,
  type GitHostOptions,
  type PullRequest,
  type PullRequestPath,
  type Repository,
  type RepositoryPath,
} from "../git-host.ts";
import { Anything, createHostApi, type HostApi } from "../host-api.ts";
import { parseCloneUrl } from "../parse-clone-url.ts";
import { ensurePullRequest } from "../ensure-pull-request.ts";
import { explainRefusal, findRateLimit } from "./explain-refusal.ts";
import { GitHubAccount, GitHubBranch, GitHubPullRequest, GitHubRepository } from "./schema.ts";
import { createGetToken, versionHeaders } from "./sign-in.ts";

/** GitHub in the cloud, with data residence (ghe.com), and Enterprise Server. */
export const github: GitHostDefinition = { title: "GitHub", defaultUrl: "https://github.com", create: createGitHub };

function createGitHub(options: GitHostOptions): GitHost {
  const { url, signIn } = options;
  const http = createHttpClient({ ...options, peer: `GitHub at ${url}`, findRateLimit });
  const apiUrl = toApiUrl(url);
  const getToken = createGetToken({ ...options, http, apiUrl });
  const authorize = async (owner: string): Promise<Record<string, string>> => ({
    ...versionHeaders,
    authorization: `Bearer ${await getToken(owner)}`,
  });
  const api = createHostApi({ http, url: apiUrl, title: "GitHub", authorize, explain: explainRefusal });
  const username = ("token" in signIn ? signIn.username : undefined) ?? "x-access-token";

  const host: GitHost = {
    url,
    title: "GitHub",
    getCredentials: async (owner) => ({ url: `${url}/${owner}`, username, token: await getToken(owner) }),
    parseCloneUrl: (address) => parseCloneUrl(url, address),
    findRepository: (path) => during(`find ${quote(path)} on GitHub`, () => findRepository(api, path)),
    ensureRepository: (path, more) =>
      during(`create ${quote(path)} on GitHub`, () =>
        ensureRepository(api, path, { ...more, isApplication: !("token" in signIn) }),
      ),
    ensureFork: (wanted) =>
      during(`fork "${describePath(wanted.source)}" to ${quote(wanted.target)} on GitHub`, () =>
        ensureFork(wanted, {
          host,
          options,
          startFork: (source, target) => startFork(api, source, { target, isApplication: !("token" in signIn) }),
        }),
      ),
    setDefaultBranch: (path, branch) =>
      during(`make "${branch}" the default branch of ${quote(path)} on GitHub`, async () => {
        await api.send({ method: "PATCH", ...at(path), body: { default_branch: branch }, schema: Anything });
      }),
    removeRepository: (path) =>
      during(
        `remove ${quote(path)} from GitHub`,
        async () => void (await api.send({ method: "DELETE", ...at(path), schema: Anything })),
      ),
    findBranch: (path, name) =>
      during(`find the branch "${name}" of ${quote(path)} on GitHub`, () => findBranch(api, path, { name })),
    removeBranch: (path, name) =>
      during(`remove the branch "${name}" of ${quote(path)} from GitHub`, () => removeBranch(api, path, { name })),
    findPullRequest: (path) =>
      during(`find the pull request of ${quote(path.repository)} on GitHub`, async () =>
        toPullRequest(await findPullRequest(api, path)),
      ),
    ensurePullRequest: (path, content) =>
      during(`create the pull request from "${path.from}" to "${path.to}" in ${quote(path.repository)} on GitHub`, () =>
        ensurePullRequest({
          api,
          path,
          content,
          schema: GitHubPullRequest,
          at: (rest) => at(path.repository, rest),
          find: () => findPullRequest(api, path),
          conflictStatus: 422,
        }).then((ensured) => toPullRequest(ensured)),
      ),
  };
  return host;
}

/** GitHub documentation, "Getting started with the REST API": other addresses for Enterprise Server and for data residence. */
function toApiUrl(url: string): string {
  const { hostname, origin } = new URL(url);
  if (hostname === "github.com" || hostname === "www.github.com") return "https://api.github.com";
  return hostname.endsWith(".ghe.com") ? `https://api.${hostname}` : `${origin}/api/v3`;
}

function quote(path: RepositoryPath): string {
  return `"${describePath(path)}"`;
}

function at({ owner, name }: RepositoryPath, rest = ""): { path: string; owner: string } {
  return { path: `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}${rest}`, owner };
}

async function findRepository(api: HostApi, path: RepositoryPath): Promise<Repository | undefined> {
  const found = await api.find({ ...at(path), schema: GitHubRepository });
  return found && toRepository(found);
}

function toRepository(found: GitHubRepository): Repository {
  const { parent } = found;
  return {
    owner: found.owner.login,
    name: found.name,
    cloneUrl: found.clone_url,
    webUrl: found.html_url,
    defaultBranch: found.default_branch,
    isPrivate: found.private,
    ...(parent ? { forkedFrom: { owner: parent.owner.login, name: parent.name } } : {}),
  };
}

interface EnsureOptions {
  description?: string;
  isApplication: boolean;
}

async function ensureRepository(
  api: HostApi,
  path: RepositoryPath,
  { description = "", isApplication }: EnsureOptions,
): Promise<Repository> {
  const existing = await findRepository(api, path);
  if (existing !== undefined) return existing;
  const collection = (await isOrganization(api, path.owner, { isApplication }))
    ? `/orgs/${encodeURIComponent(path.owner)}/repos`
    : "/user/repos";
  const body = { name: path.name, description, private: true, auto_init: false };
  const created = await api.attempt({
    method: "POST",
    path: collection,
    owner: path.owner,
    body,
    schema: GitHubRepository,
  });
  if ("value" in created) return toRepository(created.value);
  // Another run may have been faster.
  const meanwhile = created.refusal.status === 422 ? await findRepository(api, path) : undefined;
  if (meanwhile !== undefined) return meanwhile;
  throw explainRefusal(created.refusal);
}

/** @returns false for the token's own account; every other account is refused, since nobody can create anything there */
async function isOrganization(
  api: HostApi,
  owner: string,
  { isApplication }: { isApplication: boolean },
): Promise<boolean> {
  const account = await api.find({ path: `/users/${encodeURIComponent(owner)}`, owner, schema: GitHubAccount });
  if (account === undefined) throw new NotFoundError(`GitHub has no user or organization "${owner}". Check the owner.`);
  if (account.type === "Organization") return true;
  if (isApplication)
    throw new NotAllowedError(
      `"${owner}" is a user, and a GitHub App creates repositories in organizations only. Choose an organization, or use a token of "${owner}".`,
    );
  const self = await api.send({ path: "/user", owner, schema: GitHubAccount });
  if (self.login.toLowerCase() === owner.toLowerCase()) return false;
  throw new NotAllowedError(
    `"${owner}" is another user than "${self.login}", whose token is used. Choose "${self.login}" or an organization as the owner.`,
  );
}

async function startFork(
  api: HostApi,
  source: Repository,
  { target, isApplication }: { target: RepositoryPath; isApplication: boolean },
): Promise<boolean> {
  const { allow_forking: isAllowed = true } = await api.send({ ...at(source), schema: GitHubRepository });
  if (!isAllowed) return false;
  const organization = (await isOrganization(api, target.owner, { isApplication }))
    ? { organization: target.owner }
    : {};
  const body = { ...organization, name: target.name, default_branch_only: false };
  const fork = await api.send({
    method: "POST",
    ...at(source, "/forks"),
    owner: target.owner,
    body,
    schema: GitHubRepository,
  });
  // An owner has one fork of a repository: asked for a second, GitHub answers with the first.
  return isSamePath({ owner: fork.owner.login, name: fork.name }, target);
}

async function findBranch(api: HostApi, path: RepositoryPath, { name }: { name: string }): Promise<Branch | undefined> {
  const found = await api.find({ ...at(path, `/branches/${encodeURIComponent(name)}`), schema: GitHubBranch });
  return found && { name: found.name, commit: found.commit.sha, isProtected: found.protected };
}

async function removeBranch(api: HostApi, path: RepositoryPath, { name }: { name: string }): Promise<void> {
  const ref = name.split("/").map(encodeURIComponent).join("/");
  const removed = await api.attempt({ method: "DELETE", ...at(path, `/git/refs/heads/${ref}`), schema: Anything });
  if ("value" in removed) return;
  if (removed.refusal.status === 422 && /does not exist/i.test(removed.refusal.message))
    throw new NotFoundError(`There is no branch "${name}".`);
  throw explainRefusal(removed.refusal);
}

async function findPullRequest(
  api: HostApi,
  { repository, from, to }: PullRequestPath,
): Promise<GitHubPullRequest | undefined> {
  const query = {
    head: `${repository.owner}:${from}`,
    base: to,
    state: "all",
    sort: "created",
    direction: "desc",
    per_page: 100,
  };
  let newest: GitHubPullRequest | undefined;
  for await (const found of api.list({ ...at(repository, "/pulls"), query, schema: GitHubPullRequest })) {
    if (found.state === "open") return found;
    newest ??= found;
  }
  return newest;
}

function toPullRequest(found: GitHubPullRequest): PullRequest;
function toPullRequest(found: GitHubPullRequest | undefined): PullRequest | undefined;
function toPullRequest(found: GitHubPullRequest | undefined): PullRequest | undefined {
  if (found === undefined) return undefined;
  const isMerged = Boolean(found.merged_at);
  return {
    number: found.number,
    title: found.title,
    state: isMerged ? "merged" : found.state === "open" ? "open" : "closed",
    webUrl: found.html_url,
    ...(isMerged && found.merge_commit_sha ? { mergeCommit: found.merge_commit_sha } : {}),
  };
}
