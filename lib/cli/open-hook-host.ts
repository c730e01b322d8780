import type { GitHost } from "../git-hosts/git-host.ts";
import { createGitHost } from "../git-hosts/index.ts";
import { readSignIn } from "../git-hosts/read-sign-in.ts";
import type { CommandContext } from "./command-context.ts";
import { readApplication, readGitHost } from "./git-options.ts";

interface HookHostOptions extends Pick<CommandContext, "environment"> {
  given: { "git-host"?: string | undefined; "git-host-url"?: string | undefined };
  /** What the set *Git Host* says. */
  stored: { host: string | undefined; url: string | undefined };
}

/**
 * The host whose webhooks a command sets up or takes away: as it is given, else as it is stored.
 * @returns undefined where nothing in the environment signs in there
 */
export function openHookHost({
  given,
  stored,
  environment,
}: HookHostOptions): { id: string; host: GitHost } | undefined {
  const id = readGitHost(given["git-host"] ?? stored.host ?? "gitea");
  const url = given["git-host-url"] ?? stored.url;
  const signIn = readSignIn(id, {
    gitToken: environment["GIT_TOKEN"] || undefined,
    gitUsername: environment["GIT_USERNAME"] || undefined,
    ...readApplication({ environment }),
  });
  return signIn === undefined
    ? undefined
    : { id, host: createGitHost(id, { signIn, ...(url !== undefined && { url }) }) };
}
