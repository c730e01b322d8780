import type { GitInput } from "../copies/git-access.ts";
import { addressesWhenNone } from "../git-hosts/describe-hosts.ts";
import { applicationParameters, defaultGitHost, gitHosts, isGitHost, type GitHostId } from "../git-hosts/index.ts";
import type { SignInInput } from "../git-hosts/read-sign-in.ts";
import { getParameterForm } from "../step/parameters.ts";
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
  otherwise: addressesWhenNone,
  formerly: ["git-url"],
  isAddress: true,
  group,
} as const;

/** Where repositories of copies in Git are; what signs in there stands in the environment. */
export const gitOptions = {
  "git-host": {
    type: "string",
    default: defaultGitHost,
    choices: gitHostChoices,
    help: "What the repositories lie on.",
    group,
  },
  "git-host-url": gitHostUrlOption,
} as const satisfies OptionDeclarations;

/** What signs in to the host: secrets are no options, and what belongs to them stands beside them. */
export const gitVariables: Readonly<Record<string, string>> = {
  GIT_TOKEN: "token for the Git host",
  GIT_USERNAME: "the user name that goes with it, where it is not the one that the host gives to tokens",
  ...Object.fromEntries(
    Object.entries(applicationParameters).map(([key, field]) => {
      const { label, help } = getParameterForm(field);
      return [toVariable(key), `${label}: ${help.charAt(0).toLowerCase()}${help.slice(1).replace(/\.$/, "")}`];
    }),
  ),
};

/** What signs in to the host, as far as it stands in the environment. */
export function readSignInInput({ environment }: Pick<CommandContext, "environment">): SignInInput {
  return {
    gitUsername: environment["GIT_USERNAME"] || undefined,
    gitToken: environment["GIT_TOKEN"] || undefined,
    ...readApplication({ environment }),
  };
}

/** What an application signs in with, by the names of the parameters, as far as it stands in the environment. */
export function readApplication({ environment }: Pick<CommandContext, "environment">): Record<string, string> {
  return Object.fromEntries(
    Object.keys(applicationParameters).flatMap((key) => {
      const value = environment[toVariable(key)] ?? "";
      return value === "" ? [] : [[key, value] as const];
    }),
  );
}

/** `gitAppPrivateKey` is `GIT_APP_PRIVATE_KEY`. */
function toVariable(key: string): string {
  return key.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase();
}

/** Who a command is for the Git host. @throws {@link UsageError} for a host that there is not */
export function readGitAccess(
  given: { "git-host": string; "git-host-url"?: string | undefined },
  { environment }: Pick<CommandContext, "environment">,
): GitInput {
  return {
    gitHost: readGitHost(given["git-host"]),
    gitHostUrl: given["git-host-url"],
    ...readSignInInput({ environment }),
    templateGitUsername: undefined,
    templateGitToken: undefined,
  };
}

/** @throws {@link UsageError} for a host that there is not */
export function readGitHost(host: string): GitHostId {
  if (isGitHost(host)) return host;
  throw new UsageError(`There is no Git host "${host}". Use --git-host ${gitHostChoices.join(" or --git-host ")}.`);
}
