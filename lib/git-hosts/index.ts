import { ParameterError } from "../step/errors.ts";
import type { GitHost, GitHostDefinition, GitHostOptions } from "./git-host.ts";
import { gitea } from "./gitea/index.ts";
import { github } from "./github/index.ts";

export type GitHostId = "gitea" | "github";

/** Every Git host that there is, by the name of its folder. */
export const gitHosts = { gitea, github } satisfies Record<GitHostId, GitHostDefinition>;

/**
 * The Git host that the operator picked.
 * @param options - without `url`, the address that the host is known by is meant
 * @throws {@link ParameterError} for an address that is no http or https URL, or that is missing
 */
export function createGitHost(id: GitHostId, options: Omit<GitHostOptions, "url"> & { url?: string }): GitHost {
  const definition: GitHostDefinition = gitHosts[id];
  return definition.create({
    ...options,
    url: normalizeUrl(options.url?.trim() || definition.defaultUrl, definition.title),
  });
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
