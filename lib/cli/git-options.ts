import type { GitAccessOptions } from "../copies/git-access.ts";
import { gitHosts, type GitHostId } from "../git-hosts/index.ts";
import type { CommandContext } from "./command-context.ts";
import type { OptionDeclarations } from "./declare-command.ts";
import { UsageError } from "./usage-error.ts";

const group = "Copies in Git";

/** The same host option for every command, of which some have a default. */
export const gitHostChoices: readonly string[] = Object.keys(gitHosts);

/** Where the host of repositories is: its address is called alike in all commands and steps. */
export const gitHostUrlOption = {
  type: "string",
  value: "<url>",
  help: "Address of the Git host.",
  otherwise: "https://github.com, or where the template's repository is",
  formerly: ["git-url"],
  isAddress: true,
  group,
} as const;

/** Where repositories of copies in Git are; GIT_TOKEN of the environment is for that host. */
export const gitOptions = {
  "git-host": {
    type: "string",
    default: "gitea",
    choices: gitHostChoices,
    help: "What the repositories lie on.",
    group,
  },
  "git-host-url": gitHostUrlOption,
} as const satisfies OptionDeclarations;

/** What stands in the environment for them. */
export const gitVariables = { GIT_TOKEN: "token for the Git host" } as const;

/** Who a command is for the Git host. @throws {@link UsageError} for a host that there is not */
export function readGitAccess(
  given: { "git-host": string; "git-host-url"?: string | undefined },
  { environment }: Pick<CommandContext, "environment">,
): Omit<GitAccessOptions, "templateUrl" | "openHost"> {
  const gitUsername = "x-access-token";
  return {
    gitHost: readGitHost(given["git-host"]),
    gitHostUrl: given["git-host-url"],
    gitUsername,
    gitToken: environment["GIT_TOKEN"] || undefined,
    gitAppId: undefined,
    gitAppPrivateKey: undefined,
    templateGitUsername: gitUsername,
    templateGitToken: undefined,
  };
}

/** @throws {@link UsageError} for a host that there is not */
export function readGitHost(host: string): GitHostId {
  if (isGitHost(host)) return host;
  throw new UsageError(`There is no Git host "${host}". Use --git-host ${gitHostChoices.join(" or --git-host ")}.`);
}

function isGitHost(host: string): host is GitHostId {
  return Object.hasOwn(gitHosts, host);
}
