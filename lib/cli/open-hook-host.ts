import type { GitHost } from "../git-hosts/git-host.ts";
import type { HostAccessDefinition } from "../git-hosts/host-access.ts";
import { createGitHost, gitHosts } from "../git-hosts/index.ts";
import type { StoredHost } from "../install/git-hooks.ts";
import { readSignIn } from "../git-hosts/read-sign-in.ts";
import type { CommandContext } from "./command-context.ts";
import { readApplication, readGitHost } from "./git-options.ts";

interface HookHostOptions extends Pick<CommandContext, "environment"> {
  given: { "git-host"?: string | undefined; "git-host-url"?: string | undefined };
  stored: StoredHost;
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
  const { defaultUrl }: HostAccessDefinition = gitHosts[id];
  const { templateUrl } = stored;
  const place = defaultUrl === undefined && URL.canParse(templateUrl) ? new URL(templateUrl).origin : undefined;
  const url = given["git-host-url"] ?? stored.url ?? place;
  const signIn = readSignIn(id, {
    gitToken: environment["GIT_TOKEN"] || undefined,
    gitUsername: environment["GIT_USERNAME"] || undefined,
    ...readApplication({ environment }),
  });
  return signIn === undefined
    ? undefined
    : { id, host: createGitHost(id, { signIn, ...(url !== undefined && { url }) }) };
}
