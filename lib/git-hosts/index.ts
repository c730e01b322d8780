import { ParameterError } from "../step/errors.ts";
import { bitbucketCloudAccess } from "./bitbucket-cloud/access.ts";
import { createBitbucketCloud } from "./bitbucket-cloud/index.ts";
import { bitbucketDataCenterAccess } from "./bitbucket-data-center/access.ts";
import { createBitbucketDataCenter } from "./bitbucket-data-center/index.ts";
import type { CreateGitHost, GitHost } from "./git-host.ts";
import { azureReposAccess } from "./azure-repos/access.ts";
import { createAzureRepos } from "./azure-repos/index.ts";
import { genericAccess } from "./generic/access.ts";
import { createGenericHost } from "./generic/index.ts";
import { giteaAccess } from "./gitea/access.ts";
import { createGitea } from "./gitea/index.ts";
import { githubAccess } from "./github/access.ts";
import { createGitHub } from "./github/index.ts";
import { gitlabAccess } from "./gitlab/access.ts";
import { createGitLab } from "./gitlab/index.ts";
import type { GitHostOptions, HostAccess, HostAccessDefinition } from "./host-access.ts";

/** Without `url`, the address that the host is known by is meant. */
export type HostChoice = Omit<GitHostOptions, "url"> & { url?: string };

/** Every Git host that there is, by the name of its folder. */
export const gitHosts = {
  "azure-repos": azureReposAccess,
  "bitbucket-cloud": bitbucketCloudAccess,
  "bitbucket-data-center": bitbucketDataCenterAccess,
  generic: genericAccess,
  gitea: giteaAccess,
  github: githubAccess,
  gitlab: gitlabAccess,
} satisfies Record<string, HostAccessDefinition>;

export type GitHostId = keyof typeof gitHosts;

/** The host that is meant where none is said. */
export const defaultGitHost: GitHostId = "gitea";

export function isGitHost(id: string): id is GitHostId {
  return Object.hasOwn(gitHosts, id);
}

/** What a host declares. */
export function getHostDefinition(id: GitHostId): HostAccessDefinition {
  return gitHosts[id];
}

/** Their operations stand apart: a step that only runs Git does not carry them. */
const withOperations = {
  "azure-repos": createAzureRepos,
  "bitbucket-cloud": createBitbucketCloud,
  "bitbucket-data-center": createBitbucketDataCenter,
  generic: createGenericHost,
  gitea: createGitea,
  github: createGitHub,
  gitlab: createGitLab,
} satisfies Record<GitHostId, CreateGitHost>;

/** What applications of hosts sign in with, by the names of the parameters: those of the hosts that have any. */
export const applicationParameters = {
  ...githubAccess.application.fields,
  ...azureReposAccess.application.fields,
};

/**
 * The Git host that the operator picked, for a step that only runs Git.
 * @throws {@link ParameterError} for an address that is no http or https URL, or that is missing
 */
export function openHostAccess(id: GitHostId, choice: HostChoice): HostAccess {
  return gitHosts[id].open(toOptions(id, choice));
}

/**
 * The Git host that the operator picked, with its operations.
 * @throws {@link ParameterError} for an address that is no http or https URL, or that is missing
 */
export function createGitHost(id: GitHostId, choice: HostChoice): GitHost {
  return withOperations[id](toOptions(id, choice));
}

function toOptions(id: GitHostId, choice: HostChoice): GitHostOptions {
  const { title, defaultUrl } = getHostDefinition(id);
  return { ...choice, url: normalizeUrl(choice.url?.trim() || defaultUrl, title) };
}

function normalizeUrl(address: string | undefined, title: string): string {
  if (address === undefined)
    throw new ParameterError(`The address of ${title} is missing. Enter one that begins with https://.`);
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new ParameterError(
      `The address of ${title} is no address. Use one that begins with https://, such as https://git.example.com.`,
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new ParameterError(
      `The address of ${title} holds credentials. Enter the token as the token, and the address without it.`,
    );
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}
