import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { GitOptions } from "../../../lib/git/create-git.ts";
import {
  createRepository,
  fetchRemote,
  getCommit,
  type LocalRepository,
  type Remote,
  type RemoteOptions,
} from "../../../lib/git/repository.ts";
import { editRepository, type Edit } from "../../git-server/edit-repository.ts";
import { startGitServer, type GitServer, type GitServerOptions } from "../../git-server/git-server.ts";

export async function gitServer(options: GitServerOptions = {}): Promise<GitServer> {
  const server = await startGitServer(options);
  onTestFinished(() => server.close());
  return server;
}

export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "managed-spaces-git-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export async function localRepository(options: Partial<GitOptions> = {}): Promise<LocalRepository> {
  const repository = await createRepository({ directory: temporaryDirectory(), ...options });
  onTestFinished(() => repository.git.objects.close());
  return repository;
}

/** A bare repository with one remote, called `origin`, that has been fetched. */
export async function fetchedRepository({
  url,
  isPartial = false,
  ...options
}: RemoteOptions & Partial<GitOptions>): Promise<LocalRepository> {
  const repository = await localRepository(options);
  await fetchRemote(repository, await repository.addRemote("origin", { url, isPartial }));
  return repository;
}

export interface Pair {
  server: GitServer;
  /** Paths on disk. */
  upstream: string;
  downstream: string;
  /** Fetches both and gives what they hold now. */
  look(): Promise<{ repository: LocalRepository; upstream: Remote; downstream: Remote; from: string; into: string }>;
}

const base = {
  "process.ocl": 'step "one" {\n}\n\nstep "two" {\n}\n\nstep "three" {\n}\n',
  "logo.png": Buffer.from([0, 1, 2, 3]),
  "readme.md": "# Web\n",
};

/** An upstream and a copy of it, each with the changes asked for. */
export async function pairOf({
  upstream = [],
  downstream = [],
}: { upstream?: Edit[]; downstream?: Edit[] } = {}): Promise<Pair> {
  const server = await gitServer();
  const paths = {
    upstream: server.createRepository("acme/web.git"),
    downstream: server.createRepository("acme/america_web.git"),
  };
  for (const path of Object.values(paths)) editRepository(path, { files: base, message: "First", parents: [] });
  for (const edit of upstream) editRepository(paths.upstream, edit);
  for (const edit of downstream) editRepository(paths.downstream, edit);
  return { server, ...paths, look: () => look(server) };
}

async function look(server: GitServer): ReturnType<Pair["look"]> {
  const repository = await localRepository();
  const upstream = await repository.addRemote("upstream", { url: `${server.url}/acme/web.git`, isPartial: true });
  const downstream = await repository.addRemote("downstream", { url: `${server.url}/acme/america_web.git` });
  await fetchRemote(repository, upstream);
  await fetchRemote(repository, downstream);
  const [from, into] = [
    await getCommit(repository, upstream, { branch: "main" }),
    await getCommit(repository, downstream, { branch: "main" }),
  ];
  return { repository, upstream, downstream, from, into };
}
