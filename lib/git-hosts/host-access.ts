import type { GitCredentials } from "../git/git-credentials.ts";
import type { HttpClientOptions } from "../http/http-client.ts";
import type { Parameter } from "../step/parameters.ts";

/** Where a repository is on its host. */
export interface RepositoryPath {
  /**
   * A user, organization, workspace, project key or group. It may have several parts with slashes between them, such as
   * `group/subgroup`, or `organization/project` on Azure.
   */
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

/**
 * Who we are for the host: a person's or a service account's token, or an application of the host, such as a GitHub App, by the names
 * of its fields.
 */
export type SignIn = TokenSignIn | ApplicationSignIn;

export interface TokenSignIn {
  token: string;
  /** Absent for the one that the host gives to tokens. */
  username?: string | undefined;
}

export interface ApplicationSignIn {
  application: Readonly<Record<string, string>>;
}

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

/**
 * What a host has to sign in with besides a token. Forms, the variable set *Git Host*, the command line and the docs ask for its fields,
 * as they stand here.
 */
export interface HostApplication {
  /** With its article, for sentences: `a GitHub App`. */
  title: string;
  /** Each optional in the form, and all or none given; by the name of its parameter, which begins with `git`. */
  fields: Readonly<Record<`git${string}`, Parameter<string | undefined>>>;
}

/** What the `access.ts` of a folder of this room exports: all that others know of a host. */
export interface HostAccessDefinition {
  /** What the host is called in forms. */
  title: string;
  /** The address that is meant when none is given. Without one, it is where the template's repository is. */
  defaultUrl?: string;
  /** What an address looks like, for a host that is at many. */
  exampleUrl: string;
  /** What an owner is on this host: "a user or an organization". */
  owners: string;
  /** What a token may be and has to have, in a phrase for docs; `README.md` of the folder tells the whole. */
  tokens: string;
  application?: HostApplication;
  /** Whether there may be repositories that take everybody's changes: then it is used without a token, too, which is "" then. */
  needsNoToken?: true;
  open(options: GitHostOptions): HostAccess;
}
