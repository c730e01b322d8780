import type { GitAccessOptions } from "../copies/git-access.ts";
import { gitHosts, type GitHostId } from "../git-hosts/index.ts";
import { ParameterError } from "../step/errors.ts";
import type { CommandContext } from "./command-context.ts";

/** Where repositories of copies in Git are; GIT_TOKEN of the environment is for that host. */
export const gitOptions = {
  "git-host": { type: "string", default: "gitea" },
  "git-url": { type: "string" },
} as const;

/** Who a command is for the Git host. @throws {@link ParameterError} for a host that there is not */
export function readGitAccess(
  given: { "git-host": string; "git-url"?: string | undefined },
  { environment }: Pick<CommandContext, "environment">,
): Omit<GitAccessOptions, "templateUrl" | "openHost"> {
  const gitUsername = "x-access-token";
  return {
    gitHost: readGitHost(given["git-host"]),
    gitHostUrl: given["git-url"],
    gitUsername,
    gitToken: environment["GIT_TOKEN"] || undefined,
    gitAppId: undefined,
    gitAppPrivateKey: undefined,
    templateGitUsername: gitUsername,
    templateGitToken: undefined,
  };
}

/** @throws {@link ParameterError} for a host that there is not */
export function readGitHost(host: string): GitHostId {
  if (isGitHost(host)) return host;
  throw new ParameterError(
    `There is no Git host "${host}". Use --git-host ${Object.keys(gitHosts).join(" or --git-host ")}.`,
  );
}

function isGitHost(host: string): host is GitHostId {
  return Object.hasOwn(gitHosts, host);
}
