import type { GitHostId, HostChoice } from "../git-hosts/index.ts";
import type { HostAccess, SignIn } from "../git-hosts/host-access.ts";
import { getHostDefinition } from "../git-hosts/index.ts";
import { readSignIn, type SignInInput } from "../git-hosts/read-sign-in.ts";
import { splitCredentials, type GitCredentials } from "../git/git-credentials.ts";
import { logRequests } from "../http/log-requests.ts";
import type { StepLog } from "../step/define-step.ts";
import { ConflictError } from "../step/errors.ts";

/** `openHostAccess` for Git alone, or `createGitHost` for the operations of the host too. */
export type OpenHost<Host extends HostAccess> = (id: GitHostId, choice: HostChoice) => Host;

/** Which host, and who we are for it, as forms and the command line give it. */
export type GitInput = SignInInput & {
  gitHost: GitHostId;
  gitHostUrl: string | undefined;
  templateGitUsername: string | undefined;
  templateGitToken: string | undefined;
};

export type GitAccessOptions<Host extends HostAccess = HostAccess> = GitInput & {
  /** Where there is no repository that a token could go to. */
  withoutHost?: boolean;
  /** Without credentials. */
  templateUrl: string;
  openHost: OpenHost<Host>;
  signal?: AbortSignal | undefined;
  onSecret?: ((secret: string) => void) | undefined;
  log?: Pick<StepLog, "info" | "verbose"> | undefined;
};

/** Who we are for the Git hosts. People of a managed space may change its projects' addresses, so a token goes to the known hosts alone. */
export interface GitAccess<Host extends HostAccess = HostAccess> {
  /** Absent without a token. */
  readonly host: Host | undefined;
  /** @throws {@link ConflictError} for a repository that our token must not go to */
  admit(url: string): void;
  /** For repositories of an owner on the host, which may not be there yet. */
  admitOwner(owner: string): void;
  /** What Git sends to the repositories that were admitted. */
  listCredentials(): Promise<GitCredentials[]>;
}

/** @throws {@link ParameterError} for an application of which something is missing */
export function createGitAccess<Host extends HostAccess>(options: GitAccessOptions<Host>): GitAccess<Host> {
  const signIn = options.withoutHost === true ? undefined : toSignIn(options);
  const { signal, onSecret, log } = options;
  const host =
    signIn === undefined
      ? undefined
      : options.openHost(options.gitHost, {
          signIn,
          signal,
          onSecret,
          ...(log === undefined ? {} : logRequests(log)),
          ...toHostUrl(options),
        });
  const owners = new Set<string>();
  const template = toTemplateCredentials(options);

  function admit(address: string): void {
    if (host === undefined) return;
    const { url } = splitCredentials(address);
    const path = host.parseCloneUrl(url);
    if (path !== undefined) owners.add(path.owner);
    else if (url !== options.templateUrl)
      throw new ConflictError(
        `The repository "${url}" is not on the Git host "${host.url}", and its credentials go nowhere else. Set "Git Host URL" to the host of the copy.`,
      );
  }

  async function listCredentials(): Promise<GitCredentials[]> {
    const own = host === undefined ? [] : await Promise.all([...owners].map((owner) => host.getCredentials(owner)));
    return [...template, ...own].filter(({ token }) => token !== "");
  }

  return { host, admit, admitOwner: (owner) => void owners.add(owner), listCredentials };
}

function toSignIn(options: GitInput): SignIn | undefined {
  const anonymous = getHostDefinition(options.gitHost).needsNoToken === true ? { token: "" } : undefined;
  return readSignIn(options.gitHost, options) ?? anonymous;
}

/** A host that is at many addresses is where the template's repository is, unless another one is said. */
function toHostUrl({ gitHost, gitHostUrl, templateUrl }: GitAccessOptions): { url?: string } {
  if (gitHostUrl !== undefined) return { url: gitHostUrl };
  const { defaultUrl } = getHostDefinition(gitHost);
  return defaultUrl === undefined && URL.canParse(templateUrl) ? { url: new URL(templateUrl).origin } : {};
}

function toTemplateCredentials({
  templateGitToken,
  templateGitUsername,
  templateUrl,
}: GitAccessOptions): GitCredentials[] {
  if (templateGitToken === undefined) return [];
  return [{ url: templateUrl, username: templateGitUsername ?? "x-access-token", token: templateGitToken }];
}
