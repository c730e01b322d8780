import { createHttpClient } from "../../http/http-client.ts";
import { createHostApi } from "../create-host-api.ts";
import { ensureFork } from "../ensure-fork.ts";
import { explainRedirect } from "../explain-redirect.ts";
import type { GitHost } from "../git-host.ts";
import type { GitHostOptions } from "../host-access.ts";
import type { HostApi } from "../host-api.ts";
import { sayWhatFailed } from "../say-what-failed.ts";
import { bitbucketCloudAccess } from "./access.ts";
import { toApiUrl } from "./api-url.ts";
import { findBranch, findHead, removeBranch } from "./branches.ts";
import { findCommitStatus, setCommitStatus } from "./commit-status.ts";
import { explainRefusal } from "./explain-refusal.ts";
import { withMergeMethods } from "./merge-methods.ts";
import { paging } from "./paging.ts";
import { createPullRequests } from "./pull-requests.ts";
import { readMessage } from "./read-message.ts";
import {
  ensurePrivateRepository,
  findRepository,
  removeRepository,
  setDefaultBranch,
  type BitbucketCloud,
} from "./repositories.ts";
import { describeSignIn, toHeaders } from "./sign-in.ts";
import { startFork } from "./start-fork.ts";

/** Access to Bitbucket Cloud, with the operations on top. Its webhooks sign what they send, and bring no header of anybody's choice. */
export function createBitbucketCloud(options: GitHostOptions): GitHost {
  const access = bitbucketCloudAccess.open(options);
  const { url, wait, signal } = options;
  const api = openApi(options, access.title);
  const bitbucket: BitbucketCloud = { api, url, ...(wait === undefined ? {} : { wait }), signal };
  const host = sayWhatFailed({
    ...access,
    findRepository: async (path) => {
      const found = await findRepository(bitbucket, path);
      return found && withMergeMethods(bitbucket, found);
    },
    ensureRepository: (path, more) => ensurePrivateRepository(bitbucket, path, more?.description),
    ensureFork: (wanted) =>
      ensureFork(wanted, {
        host: {
          ...host,
          findRepository: (path) => findRepository(bitbucket, path),
          findBranch: (path, name) => findHead(api, path, name),
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
  const headers = toHeaders(options);
  return createHostApi({
    http: createHttpClient({
      ...options,
      peer: `Bitbucket at ${options.url}`,
      rateLimitAdvice:
        "Run the step again later: Bitbucket counts the requests of one hour, for each user or access token. An access token of a workspace with more than 100 users may send more.",
    }),
    url: toApiUrl(options.url),
    title,
    authorize: () => Promise.resolve(headers),
    readMessage,
    paging,
    explain: explainRefusal,
    explainMoved: (_, __, refusal) => Promise.resolve(explainRedirect(title, refusal)),
  });
}
