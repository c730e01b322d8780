import { createHttpClient } from "../../http/http-client.ts";
import { createHostApi } from "../create-host-api.ts";
import { ensureFork } from "../ensure-fork.ts";
import type { GitHost } from "../git-host.ts";
import type { GitHostOptions } from "../host-access.ts";
import type { HostApi } from "../host-api.ts";
import { sayWhatFailed } from "../say-what-failed.ts";
import { bitbucketDataCenterAccess } from "./access.ts";
import { findBranch, findReadyHead, removeBranch } from "./branches.ts";
import { findCommitStatus, setCommitStatus } from "./commit-status.ts";
import { explainMoved } from "./explain-moved.ts";
import { explainRefusal } from "./explain-refusal.ts";
import { withMergeMethods } from "./merge-strategies.ts";
import { paging } from "./paging.ts";
import { createPullRequests } from "./pull-requests.ts";
import { readRateLimit } from "./rate-limit.ts";
import { readMessage } from "./read-message.ts";
import {
  ensurePrivateRepository,
  findRepository,
  removeRepository,
  setDefaultBranch,
  type BitbucketDataCenter,
} from "./repositories.ts";
import { describeSignIn } from "./sign-in.ts";
import { startFork } from "./start-fork.ts";

/** Access to Bitbucket Data Center, with the operations on top. Its webhooks sign what they send, and bring no header of anybody's choice. */
export function createBitbucketDataCenter(options: GitHostOptions): GitHost {
  const access = bitbucketDataCenterAccess.open(options);
  const api = openApi(options, access.title);
  const bitbucket: BitbucketDataCenter = { api, url: options.url };
  const host = sayWhatFailed({
    ...access,
    findRepository: async (path) => {
      const found = await findRepository(bitbucket, path);
      return found && withMergeMethods(api, found);
    },
    ensureRepository: (path, more) => ensurePrivateRepository(bitbucket, path, more?.description),
    ensureFork: (wanted) =>
      ensureFork(wanted, {
        host: {
          ...host,
          findRepository: (path) => findRepository(bitbucket, path),
          findBranch: (path, name) => findReadyHead(api, path, name),
        },
        options,
        forksWithinOwner: true,
        startFork: (source, target) => startFork(bitbucket, source, target),
      }),
    setDefaultBranch: (path, branch) => setDefaultBranch(api, path, branch),
    removeRepository: (path) => removeRepository(api, path),
    findBranch: (path, name) => findBranch(api, path, name),
    removeBranch: (path, name) => removeBranch(api, path, name),
    describeSignIn: (owner) => describeSignIn(api, owner),
    setCommitStatus: (path, commit, status) => setCommitStatus(bitbucket, path, { commit, status }),
    findCommitStatus: (path, commit, name) => findCommitStatus(bitbucket, path, { commit, name }),
    pullRequests: createPullRequests(bitbucket),
  });
  return host;
}

function openApi(options: GitHostOptions, title: string): HostApi {
  const { signIn, url } = options;
  const headers: Record<string, string> = "token" in signIn ? { authorization: `Bearer ${signIn.token}` } : {};
  return createHostApi({
    http: createHttpClient({ ...options, peer: `Bitbucket at ${url}`, readRateLimit }),
    url: `${url}/rest`,
    title,
    authorize: () => Promise.resolve(headers),
    readMessage,
    paging,
    explain: explainRefusal,
    explainMoved: (_, request, refusal) => Promise.resolve(explainMoved(title, request, refusal)),
  });
}
