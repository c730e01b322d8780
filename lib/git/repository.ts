import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { ConflictError, NotFoundError, ParameterError, during } from "../step/errors.ts";
import { createGit, type Git, type GitOptions } from "./create-git.ts";
import { ensureGitVersion } from "./ensure-git-version.ts";
import { splitCredentials } from "./git-credentials.ts";

/**
 * A bare repository of the run that holds what several remotes have, so that an upstream and all its copies share their objects.
 * Credentials are nowhere in it.
 */
export interface LocalRepository {
  readonly git: Git;
  readonly remotes: ReadonlyMap<string, Remote>;
  /**
   * Makes a remote known by a short name.
   * @throws {@link ParameterError} for an address that is not http or https
   */
  addRemote(name: string, options: RemoteOptions): Promise<Remote>;
}

export interface RemoteOptions {
  /** An https or http address; credentials in it are taken apart and kept out of the configuration. */
  url: string;
  /**
   * Leaves the files' contents on the host until they are needed, where the host can. For the one remote that the others were
   * copied from: Git asks such remotes one after the other for what is missing.
   */
  isPartial?: boolean;
}

export interface Remote {
  readonly name: string;
  /** Without credentials. */
  readonly url: string;
  readonly isPartial: boolean;
}

/**
 * Makes an empty bare repository in `options.directory`.
 * @throws {@link UnavailableError} when Git is missing or older than 2.38
 */
export async function createRepository(options: GitOptions): Promise<LocalRepository> {
  const git = createGit(options);
  await ensureGitVersion(git);
  await git.run(["init", "--quiet", "--bare", "--template=", "."]);
  const remotes = new Map<string, Remote>();
  let configured: Promise<unknown> = Promise.resolve();

  async function addRemote(name: string, { url: address, isPartial = false }: RemoteOptions): Promise<Remote> {
    if (!/^[a-z0-9][a-z0-9-]*$/i.test(name))
      throw new ParameterError(`The remote name "${name}" is not made of letters, digits and dashes.`);
    const { url, credentials } = splitCredentials(address);
    if (credentials !== undefined) git.addCredentials(credentials);
    if (isPartial) git.expectMissingContents();
    const remote = { name, url, isPartial };
    // One at a time: Git locks its configuration file and does not wait for the lock.
    configured = configured.then(() => configure(git, remote));
    await configured;
    remotes.set(name, remote);
    return remote;
  }

  return { git, remotes, addRemote };
}

/** By hand, since every `git config` is a process. An address that was taken apart holds no quote, line break or backslash. */
async function configure(git: Git, { name, url, isPartial }: Remote): Promise<void> {
  const partial = isPartial ? "\tpromisor = true\n\tpartialclonefilter = blob:none\n" : "";
  const text = `[remote "${name}"]\n\turl = "${url}"\n\tfetch = +refs/heads/*:refs/remotes/${name}/*\n${partial}`;
  await appendFile(join(git.directory, "config"), text);
}

/** Puts all references into one file: each process of Git reads them, and a file each takes long where they are hundreds. */
export async function packReferences({ git }: LocalRepository): Promise<void> {
  await git.run(["pack-refs", "--all"]);
}

export interface FetchBranchOptions {
  branch: string;
  /** How many commits, the newest first; by default all. */
  depth?: number;
  /** How many commits more than there are, before the oldest. */
  deepen?: number;
}

/** Brings one branch of the remote, or a part of its history. */
export async function fetchBranch(
  { git }: LocalRepository,
  remote: Remote,
  { branch, depth, deepen }: FetchBranchOptions,
): Promise<void> {
  const options = [
    ...(remote.isPartial ? ["--filter=blob:none"] : []),
    ...(depth === undefined ? [] : [`--depth=${depth}`]),
    ...(deepen === undefined ? [] : [`--deepen=${deepen}`]),
  ];
  const args = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", ...options];
  const refs = `+refs/heads/${branch}:refs/remotes/${remote.name}/${branch}`;
  await during(`fetch the repository "${remote.url}"`, () => git.run([...args, remote.name, refs]));
}

/**
 * Brings all branches of the remote, and forgets those that are gone; an empty repository brings none. In version 0 of Git's protocol: it
 * tells the branches with the first answer, where version 2 takes a request more (git documentation, "gitprotocol-v2"), and copies are many.
 */
export async function fetchRemote({ git, remotes }: LocalRepository, remote: Remote): Promise<void> {
  const filter = remote.isPartial ? ["--filter=blob:none"] : [];
  // What copies have in common with us is their origin's: the references of all the other copies need not be gone through.
  const origins = [...remotes.values()].filter((one) => one.isPartial && one !== remote);
  const tips = origins.map(({ name }) => `--negotiation-tip=refs/remotes/${name}/*`);
  await during(`fetch the repository "${remote.url}"`, () =>
    git.run([
      "-c",
      `protocol.version=${remote.isPartial ? 2 : 0}`,
      "fetch",
      "--quiet",
      "--prune",
      "--no-tags",
      "--no-write-fetch-head",
      "--no-auto-maintenance",
      ...filter,
      ...tips,
      remote.name,
    ]),
  );
}

/**
 * Brings one commit that is on no branch, such as a pull request's from another repository.
 * @param ref - `refs/pull/5/head`
 * @returns the commit; undefined when the remote has no such ref
 */
export async function fetchRef(
  { git }: LocalRepository,
  remote: Remote,
  { ref }: { ref: string },
): Promise<string | undefined> {
  const listed = await during(`read ${ref} of "${remote.url}"`, () => git.run(["ls-remote", remote.name, ref]));
  const commit = listed
    .split("\n")
    .find((line) => line.endsWith(`\t${ref}`))
    ?.split("\t")[0];
  if (commit === undefined) return undefined;
  const filter = remote.isPartial ? ["--filter=blob:none"] : [];
  const quietly = ["--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance"];
  const to = `+${ref}:refs/requests/${remote.name}/${ref.replace(/^refs\//, "")}`;
  await during(`fetch ${ref} of "${remote.url}"`, () => git.run(["fetch", ...quietly, ...filter, remote.name, to]));
  return commit;
}

/**
 * The branch that the host shows first, as the host says now.
 * @returns undefined for an empty repository
 */
export async function findDefaultBranch({ git }: LocalRepository, remote: Remote): Promise<string | undefined> {
  const answer = await during(`read the default branch of "${remote.url}"`, () =>
    git.run(["ls-remote", "--symref", remote.name, "HEAD", "refs/heads/*"]),
  );
  const [, branch] = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(answer) ?? [];
  return branch !== undefined && answer.includes(`\trefs/heads/${branch}\n`) ? branch : listHeads(answer)[0];
}

/** The branches that the host has now, by name. */
export async function listBranches({ git }: LocalRepository, remote: Remote): Promise<string[]> {
  return listHeads(
    await during(`list the branches of "${remote.url}"`, () => git.run(["ls-remote", "--heads", remote.name])),
  );
}

/** The newest commit of a branch, as the host says now; nothing is fetched. @returns undefined when it has no such branch */
export async function readHead(
  { git }: LocalRepository,
  remote: Remote,
  { branch }: { branch: string },
): Promise<string | undefined> {
  const ref = `refs/heads/${branch}`;
  const answer = await during(`read the branch "${branch}" of "${remote.url}"`, () =>
    git.run(["ls-remote", "--heads", remote.name, ref]),
  );
  return answer
    .split("\n")
    .find((line) => line.endsWith(`\t${ref}`))
    ?.split("\t")[0];
}

export interface Tag {
  name: string;
  commit: string;
}

/** The tags that the host has now, with the commits that they stand for; nothing is fetched. */
export async function listTags({ git }: LocalRepository, remote: Remote): Promise<Tag[]> {
  const answer = await during(`list the tags of "${remote.url}"`, () => git.run(["ls-remote", "--tags", remote.name]));
  const commits = new Map<string, string>();
  // A tag with a message is an object of its own; the commit that it stands for has a line with `^{}`, behind the tag's.
  for (const [, commit = "", name = ""] of answer.matchAll(/^([0-9a-f]+)\trefs\/tags\/(.+?)(?:\^\{\})?$/gm))
    commits.set(name, commit);
  return [...commits].map(([name, commit]) => ({ name, commit }));
}

function listHeads(answer: string): string[] {
  return [...answer.matchAll(/\trefs\/heads\/(\S+)$/gm)].flatMap(([, branch]) => branch ?? []);
}

/** The commit of a branch as of the last fetch; undefined when the remote has no such branch. */
export async function findCommit(
  { git }: LocalRepository,
  remote: Remote,
  { branch }: { branch: string },
): Promise<string | undefined> {
  const ref = `refs/remotes/${remote.name}/${branch}`;
  const known = /^[\w./-]+$/.test(branch) ? await git.objects.read(`${ref}^{commit}`) : undefined;
  if (known !== undefined) return known.id;
  const answer = await git.run(["for-each-ref", "--format=%(objectname) %(refname)", ref]);
  return answer
    .split("\n")
    .find((line) => line.endsWith(` ${ref}`))
    ?.split(" ")[0];
}

/**
 * The commit of a branch as of the last fetch.
 * @throws {@link ConflictError} for an empty repository, {@link NotFoundError} for a branch that is not there, with the default branch named
 */
export async function getCommit(
  repository: LocalRepository,
  remote: Remote,
  { branch }: { branch: string },
): Promise<string> {
  const commit = await findCommit(repository, remote, { branch });
  if (commit !== undefined) return commit;
  const present = await findDefaultBranch(repository, remote);
  if (present === undefined)
    throw new ConflictError(`The repository "${remote.url}" is empty. Push a first commit to it.`);
  throw new NotFoundError(
    `The repository "${remote.url}" has no branch "${branch}"; its default branch is "${present}". Set the default branch in the project's version control settings.`,
  );
}
