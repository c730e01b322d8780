import type { GitHostId, HostChoice } from "../git-hosts/index.ts";
import type { HostAccess, SignIn } from "../git-hosts/host-access.ts";
import { splitCredentials, type GitCredentials } from "../git/git-credentials.ts";
import { logRequests } from "../http/log-requests.ts";
import type { StepLog } from "../step/define-step.ts";
import { ConflictError, ParameterError } from "../step/errors.ts";

/** `openHostAccess` for Git alone, or `createGitHost` for the operations of the host too. */
export type OpenHost<Host extends HostAccess> = (id: GitHostId, choice: HostChoice) => Host;

export interface GitAccessOptions<Host extends HostAccess = HostAccess> {
  gitHost: GitHostId;
  gitHostUrl: string | undefined;
  gitUsername: string;
  gitToken: string | undefined;
  gitAppId: string | undefined;
  gitAppPrivateKey: string | undefined;
  templateGitUsername: string;
  templateGitToken: string | undefined;
  /** Without credentials. */
  templateUrl: string;
  openHost: OpenHost<Host>;
  signal?: AbortSignal | undefined;
  onSecret?: ((secret: string) => void) | undefined;
  log?: Pick<StepLog, "info" | "verbose"> | undefined;
}

/** Who we are for the Git hosts. People of a managed space may change its projects' addresses, so a token goes to the known hosts alone. */
export interface GitAccess<Host extends HostAccess = HostAccess> {
  /** Absent without a token. */
  readonly host: Host | undefined;
  /** @throws {@link ConflictError} for a repository that our token must not go to */
  admit(url: string): void;
  /** What Git sends to the repositories that were admitted. */
  listCredentials(): Promise<GitCredentials[]>;
}

/** @throws {@link ParameterError} for an app without its key */
export function createGitAccess<Host extends HostAccess>(options: GitAccessOptions<Host>): GitAccess<Host> {
  const signIn = toSignIn(options);
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
    return [...template, ...own];
  }

  return { host, admit, listCredentials };
}

function toSignIn({ gitToken, gitUsername, gitAppId, gitAppPrivateKey }: GitAccessOptions): SignIn | undefined {
  if (gitAppId !== undefined && gitAppPrivateKey !== undefined)
    return { applicationId: gitAppId, privateKey: gitAppPrivateKey };
  if (gitAppId !== undefined || gitAppPrivateKey !== undefined)
    throw new ParameterError(
      'A GitHub App needs both its id and its private key. Enter "GitHub App" and "GitHub App Private Key", or neither.',
    );
  return gitToken === undefined ? undefined : { token: gitToken, username: gitUsername };
}

function toHostUrl({ gitHost, gitHostUrl, templateUrl }: GitAccessOptions): { url?: string } {
  if (gitHostUrl !== undefined) return { url: gitHostUrl };
  return gitHost === "gitea" && URL.canParse(templateUrl) ? { url: new URL(templateUrl).origin } : {};
}

function toTemplateCredentials({
  templateGitToken,
  templateGitUsername,
  templateUrl,
}: GitAccessOptions): GitCredentials[] {
  if (templateGitToken === undefined) return [];
  return [{ url: templateUrl, username: templateGitUsername, token: templateGitToken }];
}
