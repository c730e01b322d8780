import { createHttpClient } from "../../http/http-client.ts";
import { NotAllowedError, NotFoundError } from "../../step/errors.ts";
import { ensureFork } from "../ensure-fork.ts";
import { describePath, type GitHost, type Repository } from "../git-host.ts";
import type { GitHostOptions, RepositoryPath } from "../host-access.ts";
import { sayWhatFailed } from "../say-what-failed.ts";
import { encodePath, genericAccess, readToken } from "./access.ts";
import { readRefs, type Refs, type Remote } from "./read-refs.ts";
import { removeBranch } from "./remove-branch.ts";

/** A server of which nothing is known but Git's own protocol: it has neither an API nor pull requests. */
export function createGenericHost(options: GitHostOptions): GitHost {
  const server = openServer(options);
  const host: GitHost = {
    ...genericAccess.open(options),
    findRepository: async (path) => toRepository(path, await look(server, path), server),
    ensureRepository: async (path) => {
      const found = toRepository(path, await look(server, path), server);
      if (found !== undefined) return found;
      throw new NotFoundError(
        `There is no repository at ${addressOf(server, path)}.git, or the credentials may not see it. Make an empty one there, and run this again.`,
      );
    },
    ensureFork: (wanted) => ensureFork(wanted, { host, options, startFork: () => Promise.resolve(false) }),
    setDefaultBranch: async (path, branch) => void (await getBranch(server, path, branch)),
    removeRepository: (path) =>
      Promise.reject(
        new NotAllowedError(`Git alone cannot remove the repository "${describePath(path)}". Remove it on its server.`),
      ),
    findBranch: async (path, name) => {
      const commit = (await look(server, path))?.refs.branches.get(name);
      // What rules there are shows when a push is refused.
      return commit === undefined ? undefined : { name, commit, isProtected: false };
    },
    removeBranch: async (path, name) => {
      const { remote, commit } = await getBranch(server, path, name);
      await removeBranch(remote, { name, commit });
    },
    describeSignIn: () => Promise.resolve({}),
  };
  return sayWhatFailed(host);
}

interface GitServer extends Omit<Remote, "url"> {
  url: string;
}

function openServer(options: GitHostOptions): GitServer {
  const { url } = options;
  const { token, username } = readToken(options);
  const http = createHttpClient({ ...options, peer: `The Git server at ${url}` });
  const authorization = `Basic ${Buffer.from(`${username}:${token}`).toString("base64")}`;
  return { http, url, headers: token === "" ? {} : { authorization } };
}

interface Found {
  remote: Remote;
  refs: Refs;
}

/** Some servers know a repository with `.git` at the end of its address alone, some without it, many in both ways. */
async function look(server: GitServer, path: RepositoryPath): Promise<Found | undefined> {
  const remotes = [".git", ""].map((end) => ({ ...server, url: `${addressOf(server, path)}${end}` }));
  let refusal: unknown;
  for (const remote of remotes) {
    try {
      const refs = await readRefs(remote);
      if (refs !== undefined) return { remote, refs };
    } catch (error) {
      refusal ??= error;
    }
  }
  if (refusal !== undefined) throw refusal;
  return undefined;
}

function addressOf({ url }: GitServer, { owner, name }: RepositoryPath): string {
  return `${url}/${encodePath(owner)}/${encodeURIComponent(name)}`;
}

async function getBranch(
  server: GitServer,
  path: RepositoryPath,
  branch: string,
): Promise<{ remote: Remote; commit: string }> {
  const found = await look(server, path);
  const commit = found?.refs.branches.get(branch);
  if (found !== undefined && commit !== undefined) return { remote: found.remote, commit };
  throw new NotFoundError(`The repository "${describePath(path)}" has no branch "${branch}". Check the name.`);
}

/** Who may read it is not told: what credentials are used for counts as private. */
function toRepository(path: RepositoryPath, found: Found | undefined, { headers }: GitServer): Repository | undefined {
  if (found === undefined) return undefined;
  const { remote, refs } = found;
  const webUrl = remote.url.replace(/\.git$/, "");
  const isPrivate = headers["authorization"] !== undefined;
  return { ...path, cloneUrl: remote.url, webUrl, defaultBranch: chooseBranch(refs), isPrivate };
}

/** HEAD of a repository that was empty may name a branch that never came. */
function chooseBranch({ head, branches }: Refs): string {
  const [first, ...others] = branches.keys();
  if (first === undefined || (head !== undefined && branches.has(head))) return head ?? "main";
  return others.length === 0 || !branches.has("main") ? first : "main";
}
