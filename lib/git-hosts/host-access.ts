import type { GitCredentials } from "../git/git-credentials.ts";
import type { HttpClientOptions } from "../http/http-client.ts";

/** Where a repository is on its host. */
export interface RepositoryPath {
  /** A user, organization, workspace or group; on Azure, `organization/project`. */
  owner: string;
  name: string;
}

/** A Git hosting service as far as Git itself needs it: which repositories are there, and what Git sends for them. */
export interface HostAccess {
  /** The address that people use, without a slash at the end. */
  readonly url: string;
  /** What the host is called in sentences. */
  readonly title: string;

  /** What Git sends for the repositories of an owner; ask again before each use, since some live for an hour only. */
  getCredentials(owner: string): Promise<GitCredentials>;

  /** @returns undefined when the address is not one of a repository on this host */
  parseCloneUrl(address: string): RepositoryPath | undefined;
}

/** Who we are for the host: a person's or a service account's token, or an application of the host that signs with its key. */
export type SignIn = { token: string; username?: string } | { applicationId: string; privateKey: string };

export interface GitHostOptions {
  /** The address that people use. */
  url: string;
  signIn: SignIn;
  signal?: AbortSignal | undefined;
  onAttempt?: HttpClientOptions["onAttempt"];
  onWait?: HttpClientOptions["onWait"];
  /** Told about tokens that come into being, so that they can be masked. */
  onSecret?: ((secret: string) => void) | undefined;
  /** Milliseconds to wait, for tests that do not want to. */
  wait?: (milliseconds: number) => Promise<void>;
  now?: () => Date;
}

/** What the `access.ts` of a folder of this room exports. */
export interface HostAccessDefinition {
  /** What the host is called, and the address that is meant when none is given. */
  title: string;
  defaultUrl?: string;
  open(options: GitHostOptions): HostAccess;
}
