import { ensureFork } from "../ensure-fork.ts";
import type { GitHost, SignInFacts } from "../git-host.ts";
import type { GitHostOptions } from "../host-access.ts";
import { sayWhatFailed } from "../say-what-failed.ts";
import { azureReposAccess } from "./access.ts";
import { organizationPath } from "./address.ts";
import { findBranch, removeBranch } from "./branches.ts";
import { findCommitStatus, setCommitStatus } from "./commit-status.ts";
import { openApi, type AzureRepos } from "./open-api.ts";
import { createPullRequests } from "./pull-requests.ts";
import {
  ensureProjectRepository,
  findRepository,
  findWithMergeMethods,
  removeRepository,
  setDefaultBranch,
} from "./repositories.ts";
import { AzureConnection } from "./schema.ts";
import { startFork } from "./start-fork.ts";
import { createWebhooks } from "./webhooks.ts";

/** Access to Azure Repos, with the operations on top. */
export function createAzureRepos(options: GitHostOptions): GitHost {
  const access = azureReposAccess.open(options);
  const azure = openApi(options, access);
  const host = sayWhatFailed({
    ...access,
    findRepository: (path) => findWithMergeMethods(azure, path),
    ensureRepository: (path) => ensureProjectRepository(azure, path),
    ensureFork: (wanted) =>
      ensureFork(wanted, {
        host: { ...host, findRepository: (path) => findRepository(azure, path) },
        options,
        startFork: (source, target) => startFork(azure, source, target),
      }),
    setDefaultBranch: (path, branch) => setDefaultBranch(azure, path, branch),
    removeRepository: (path) => removeRepository(azure, path),
    findBranch: (path, name) => findBranch(azure, path, name),
    removeBranch: (path, name) => removeBranch(azure, path, name),
    describeSignIn: (owner) => describeSignIn(azure, owner),
    setCommitStatus: (path, commit, status) => setCommitStatus(azure, path, { commit, status }),
    findCommitStatus: (path, commit, name) => findCommitStatus(azure, path, { commit, name }),
    pullRequests: createPullRequests(azure, options),
    webhooks: createWebhooks(azure),
  });
  return host;
}

/** Scopes and the day on which a token expires are kept from the token itself. The route has no version but a preview. */
async function describeSignIn({ api }: AzureRepos, owner: string): Promise<SignInFacts> {
  const path = `${organizationPath(owner)}/_apis/connectionData`;
  const query = { "api-version": "7.1-preview" };
  const { authenticatedUser } = await api.send({ path, owner, query, schema: AzureConnection });
  const user = authenticatedUser.customDisplayName ?? authenticatedUser.providerDisplayName ?? undefined;
  return user === undefined ? {} : { user };
}
