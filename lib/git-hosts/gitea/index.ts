import { setTimeout as sleep } from "node:timers/promises";
import { createHttpClient } from "../../http/http-client.ts";
import { NotAllowedError, NotFoundError, ParameterError, during } from "../../step/errors.ts";
import { ensureFork } from "../ensure-fork.ts";
import {
  describePath,
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
import { explainRefusal } from "./explain-refusal.ts";
import { GiteaAccount, GiteaBranch, GiteaPullRequest, GiteaRepository } from "./schema.ts";

/** Gitea, and Forgejo, which keeps to the same API. */
export const gitea: GitHostDefinition = { title: "Gitea or Forgejo", create: createGitea };

function createGitea(options: GitHostOptions): GitHost {
  const { url, signIn } = options;
  if (!("token" in signIn))
    throw new ParameterError("Gitea and Forgejo know no applications with keys. Enter a token.");
  const { token, username = "x-access-token" } = signIn;
  const http = createHttpClient({ ...options, peer: `Gitea at ${url}` });
  const authorize = (): Promise<Record<string, string>> => Promise.resolve({ authorization: `token ${token}` });
  const api = createHostApi({ http, url: `${url}/api/v1`, title: "Gitea", authorize, explain: explainRefusal });
  const find = (path: RepositoryPath): Promise<Repository | undefined> => findRepository(api, path, { url });

  const host: GitHost = {
    url,
    title: "Gitea",
    getCredentials: (owner) => Promise.resolve({ url: `${url}/${owner}`, username, token }),
    parseCloneUrl: (address) => parseCloneUrl(url, address),
    findRepository: (path) => during(`find ${quote(path)} on Gitea`, () => find(path)),
    ensureRepository: (path, more) =>
      during(`create ${quote(path)} on Gitea`, () => ensureRepository(api, path, { ...more, url })),
    ensureFork: (wanted) =>
      during(`fork "${describePath(wanted.source)}" to ${quote(wanted.target)} on Gitea`, () =>
        ensureFork(wanted, { host, options, startFork: (source, target) => startFork(api, source, { target }) }),
      ),
    setDefaultBranch: (path, branch) =>
      during(`make "${branch}" the default branch of ${quote(path)} on Gitea`, async () => {
        await api.send({ method: "PATCH", ...at(path), body: { default_branch: branch }, schema: Anything });
      }),
    removeRepository: (path) =>
      during(
        `remove ${quote(path)} from Gitea`,
        async () => void (await api.send({ method: "DELETE", ...at(path), schema: Anything })),
      ),
    findBranch: (path, name) =>
      during(`find the branch "${name}" of ${quote(path)} on Gitea`, () =>
        findBranch(api, path, { name, wait: options.wait }),
      ),
    removeBranch: (path, name) =>
      during(`remove the branch "${name}" of ${quote(path)} from Gitea`, async () => {
        await api.send({ method: "DELETE", ...at(path, `/branches/${encodeURIComponent(name)}`), schema: Anything });
      }),
    findPullRequest: (path) =>
      during(`find the pull request of ${quote(path.repository)} on Gitea`, async () =>
        toPullRequest(await findPullRequest(api, path), { path, url }),
      ),
    ensurePullRequest: (path, content) =>
      during(
        `create the pull request from "${path.from}" to "${path.to}" in ${quote(path.repository)} on Gitea`,
        async () =>
          toPullRequest(
            await ensurePullRequest({
              api,
              path,
              content,
              schema: GiteaPullRequest,
              at: (rest) => at(path.repository, rest),
              find: () => findPullRequest(api, path),
              conflictStatus: 409,
            }),
            { path, url },
          ),
      ),
  };
  return host;
}

function quote(path: RepositoryPath): string {
  return `"${describePath(path)}"`;
}

function at({ owner, name }: RepositoryPath, rest = ""): { path: string; owner: string } {
  return { path: `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}${rest}`, owner };
}

interface HostAddress {
  url: string;
}

async function findRepository(
  api: HostApi,
  path: RepositoryPath,
  { url }: HostAddress,
): Promise<Repository | undefined> {
  const found = await api.find({ ...at(path), schema: GiteaRepository });
  return found && toRepository(found, { url });
}

/** Addresses are built from the one that we reach Gitea by: its own answers name the one it was configured with. */
function toRepository(found: GiteaRepository, { url }: HostAddress): Repository {
  const { parent } = found;
  const address = `${url}/${found.owner.login}/${found.name}`;
  return {
    owner: found.owner.login,
    name: found.name,
    cloneUrl: `${address}.git`,
    webUrl: address,
    defaultBranch: found.default_branch,
    isPrivate: found.private,
    ...(parent ? { forkedFrom: { owner: parent.owner.login, name: parent.name } } : {}),
  };
}

async function ensureRepository(
  api: HostApi,
  path: RepositoryPath,
  { description = "", url }: { description?: string } & HostAddress,
): Promise<Repository> {
  const existing = await findRepository(api, path, { url });
  if (existing !== undefined) return existing;
  const collection = (await isOwnAccount(api, path.owner))
    ? "/user/repos"
    : `/orgs/${encodeURIComponent(path.owner)}/repos`;
  const body = { name: path.name, description, private: true, auto_init: false };
  const created = await api.attempt({
    method: "POST",
    path: collection,
    owner: path.owner,
    body,
    schema: GiteaRepository,
  });
  if ("value" in created) return toRepository(created.value, { url });
  if (created.refusal.status === 404) throw await explainOwner(api, path.owner);
  // Another run may have been faster.
  const meanwhile = created.refusal.status === 409 ? await findRepository(api, path, { url }) : undefined;
  if (meanwhile !== undefined) return meanwhile;
  throw explainRefusal(created.refusal);
}

async function isOwnAccount(api: HostApi, owner: string): Promise<boolean> {
  const self = await api.send({ path: "/user", owner, schema: GiteaAccount });
  return self.login.toLowerCase() === owner.toLowerCase();
}

/** Why there is no organization of that name. */
async function explainOwner(api: HostApi, owner: string): Promise<NotFoundError | NotAllowedError> {
  const user = await api.find({ path: `/users/${encodeURIComponent(owner)}`, owner, schema: GiteaAccount });
  if (user === undefined) return new NotFoundError(`Gitea has no user or organization "${owner}". Check the owner.`);
  return new NotAllowedError(
    `"${owner}" is another user than the one whose token is used. Choose that user or an organization as the owner.`,
  );
}

async function startFork(api: HostApi, source: Repository, { target }: { target: RepositoryPath }): Promise<boolean> {
  const organization = (await isOwnAccount(api, target.owner)) ? {} : { organization: target.owner };
  const started = await api.attempt({
    method: "POST",
    ...at(source, "/forks"),
    body: { ...organization, name: target.name },
    schema: Anything,
  });
  if ("value" in started) return true;
  // An owner has one fork of a repository at most.
  if (started.refusal.status === 409) return false;
  if (started.refusal.status === 404) throw await explainOwner(api, target.owner);
  throw explainRefusal(started.refusal);
}

interface BranchOptions {
  name: string;
  wait: GitHostOptions["wait"];
}

async function findBranch(
  api: HostApi,
  path: RepositoryPath,
  { name, wait = sleep }: BranchOptions,
): Promise<Branch | undefined> {
  const wanted = { ...at(path, `/branches/${encodeURIComponent(name)}`), schema: GiteaBranch };
  // Gitea enters a pushed branch into its database a little later; until then 1.26 answers 500 for it.
  for (let attempt = 1; attempt < 10; attempt += 1) {
    const answer = await api.attempt(wanted);
    if ("value" in answer) return toBranch(answer.value);
    if (answer.refusal.status !== 500) break;
    await wait(200 * attempt);
  }
  const found = await api.find(wanted);
  return found && toBranch(found);
}

function toBranch({ name, commit, protected: isProtected, user_can_push: acceptsPushes }: GiteaBranch): Branch {
  return { name, commit: commit.id, isProtected, ...(acceptsPushes === undefined ? {} : { acceptsPushes }) };
}

/** Gitea has no filter for the branch with the changes, so the list is read, newest first, the open ones before the others. */
async function findPullRequest(
  api: HostApi,
  { repository, from, to }: PullRequestPath,
): Promise<GiteaPullRequest | undefined> {
  for (const state of ["open", "closed"]) {
    const query = { state, base_branch: to, limit: 50 };
    for await (const found of api.list({ ...at(repository, "/pulls"), query, schema: GiteaPullRequest })) {
      if (found.head.ref === from && found.base.ref === to && found.head.repo_id === found.base.repo_id) return found;
    }
  }
  return undefined;
}

type PullRequestAddress = HostAddress & { path: PullRequestPath };

function toPullRequest(found: GiteaPullRequest, address: PullRequestAddress): PullRequest;
function toPullRequest(found: GiteaPullRequest | undefined, address: PullRequestAddress): PullRequest | undefined;
function toPullRequest(
  found: GiteaPullRequest | undefined,
  { url, path }: PullRequestAddress,
): PullRequest | undefined {
  if (found === undefined) return undefined;
  return {
    number: found.number,
    title: found.title,
    state: found.merged ? "merged" : found.state === "open" ? "open" : "closed",
    webUrl: `${url}/${describePath(path.repository)}/pulls/${found.number}`,
    ...(found.merged && found.merge_commit_sha ? { mergeCommit: found.merge_commit_sha } : {}),
  };
}
