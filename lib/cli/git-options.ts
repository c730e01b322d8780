import { createGitAccess, type GitAccess } from "../copies/git-access.ts";
import { gitHosts, openHostAccess, type GitHostId } from "../git-hosts/index.ts";
import { ParameterError } from "../step/errors.ts";
import type { CommandContext } from "./command-context.ts";

/** Where copies in Git have their repositories; GIT_TOKEN may read them. */
export const gitOptions = {
  "git-host": { type: "string", default: "gitea" },
  "git-url": { type: "string" },
} as const;

/** @throws {@link ParameterError} for a host that there is not */
export function readGitOptions(
  { "git-host": host, "git-url": gitHostUrl }: { "git-host": string; "git-url"?: string | undefined },
  { environment, signal }: Pick<CommandContext, "environment" | "signal">,
): (templateUrl: string) => GitAccess {
  const gitHost = readGitHost(host);
  const username = "x-access-token";
  return (templateUrl) =>
    createGitAccess({
      gitHost,
      gitHostUrl,
      gitUsername: username,
      gitToken: environment["GIT_TOKEN"] || undefined,
      gitAppId: undefined,
      gitAppPrivateKey: undefined,
      templateGitUsername: username,
      templateGitToken: undefined,
      templateUrl,
      openHost: openHostAccess,
      signal,
    });
}

function readGitHost(host: string): GitHostId {
  if (isGitHost(host)) return host;
  throw new ParameterError(
    `There is no Git host "${host}". Use --git-host ${Object.keys(gitHosts).join(" or --git-host ")}.`,
  );
}

function isGitHost(host: string): host is GitHostId {
  return Object.hasOwn(gitHosts, host);
}
