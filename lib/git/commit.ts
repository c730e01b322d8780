import { randomUUID } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { toOwnMessage, type CommitIdentity } from "./commit-identity.ts";
import type { LocalRepository } from "./repository.ts";

export interface CommitOptions extends CommitIdentity {
  tree: string;
  parents: readonly string[];
  message: string;
  /** By default now. */
  date?: Date;
  /** Whose changes they are, where those are somebody else's: then the message is theirs, too. `date` as Git reads it, by default now. */
  wroteIt?: { name: string; email: string; date?: string } | undefined;
}

/** Makes a commit, on no branch yet; `pushCommit` puts it on one. @returns its id */
export async function writeCommit(repository: LocalRepository, options: CommitOptions): Promise<string> {
  const { sign } = options;
  const message = options.wroteIt === undefined ? toOwnMessage(options.message, options) : options.message.trimEnd();
  if (sign === undefined) return writeUnsigned(repository, { ...options, message });
  return writeSigned(repository, { ...options, message, at: options.date ?? new Date(), sign });
}

/** {@link writeCommit} for what is never pushed: unsigned, with the message as it is. @returns its id */
export async function writeUnsigned({ git }: LocalRepository, options: CommitOptions): Promise<string> {
  const { author, tree, parents, message } = options;
  const date = `${toSeconds(options.date ?? new Date())} +0000`;
  const { name, email, date: written = date }: NonNullable<CommitOptions["wroteIt"]> = options.wroteIt ?? author;
  const environment = {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: written,
    GIT_COMMITTER_NAME: author.name,
    GIT_COMMITTER_EMAIL: author.email,
    GIT_COMMITTER_DATE: date,
  };
  const args = ["commit-tree", tree, ...parents.flatMap((parent) => ["-p", parent]), "-m", message];
  return (await git.run(args, { environment })).trim();
}

interface SignedCommit extends CommitOptions {
  at: Date;
  sign: NonNullable<CommitIdentity["sign"]>;
}

/**
 * A commit is a text whose signature stands in a header of it and is made of all the rest (git documentation, "signature-format"). Written by
 * ourselves, no program that signs has to be on the worker, and no key on its disk.
 */
async function writeSigned({ git }: LocalRepository, options: SignedCommit): Promise<string> {
  const { tree, parents, author, at, message, sign } = options;
  const by = `${author.name} <${author.email}> ${toSeconds(at)} +0000`;
  const writer = options.wroteIt;
  const wrote =
    writer === undefined
      ? by
      : `${writer.name} <${writer.email}> ${toSeconds(writer.date === undefined ? at : new Date(writer.date))} +0000`;
  const headers = [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${wrote}`,
    `committer ${by}`,
  ].join("\n");
  const signature = sign(Buffer.from(`${headers}\n\n${message}\n`), { at });
  const signed = `${headers}\ngpgsig ${signature.trimEnd().replaceAll("\n", "\n ")}\n\n${message}\n`;
  const path = join(git.directory, `commit-${randomUUID()}`);
  await writeFile(path, signed);
  try {
    return (await git.run(["hash-object", "-t", "commit", "-w", "--no-filters", "--", path])).trim();
  } finally {
    await rm(path, { force: true });
  }
}

function toSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
