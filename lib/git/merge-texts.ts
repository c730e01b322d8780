import { randomUUID } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findFile } from "./compare.ts";
import type { LocalRepository } from "./repository.ts";

/** What conflict markers call the three sides; Git writes them in this order. */
export const sideNames = { into: "copy", base: "base", from: "template" } as const;

export type Sides<T> = Record<keyof typeof sideNames, T>;

export interface MergedTexts {
  /** With markers, and what both sides began with between them, where they contradict each other. */
  text: Buffer;
  isClean: boolean;
}

/** Merges three versions of one file line by line (git-merge-file). Bytes of any encoding come through. */
export async function mergeTexts({ git }: LocalRepository, sides: Sides<Buffer | string>): Promise<MergedTexts> {
  const folder = join(git.directory, `merge-${randomUUID()}`);
  await mkdir(folder);
  try {
    const paths = { into: join(folder, "into"), base: join(folder, "base"), from: join(folder, "from") };
    await writeFile(paths.into, sides.into);
    await writeFile(paths.base, sides.base);
    await writeFile(paths.from, sides.from);
    const labels = [sideNames.into, sideNames.base, sideNames.from].flatMap((name) => ["-L", name]);
    const args = ["merge-file", "-p", "-q", "--diff3", ...labels, paths.into, paths.base, paths.from];
    const { exitCode, stdout } = await git.ask(args, { encoding: "latin1" });
    return { text: Buffer.from(stdout, "latin1"), isClean: exitCode === 0 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** One place where the sides contradict each other. */
export interface ConflictHunk extends Sides<string[]> {
  /** Number of the first line of it in the receiving side's file. */
  line: number;
}

/** Reads what {@link mergeTexts} wrote. */
export function parseHunks(text: string): ConflictHunk[] {
  const reading: Reading = { hunks: [], side: undefined, line: 1 };
  for (const content of text.split("\n")) readLine(reading, content.replace(/\r$/, ""));
  return reading.hunks;
}

type Side = keyof typeof sideNames;

interface Reading {
  hunks: ConflictHunk[];
  side: Side | undefined;
  line: number;
}

function readLine(reading: Reading, content: string): void {
  const { hunks, side, line } = reading;
  reading.side = nextSide(content, side);
  if (reading.side !== side) {
    if (reading.side === "into") hunks.push({ line, into: [], base: [], from: [] });
    return;
  }
  if (side !== undefined) hunks.at(-1)?.[side].push(content);
  if (side === undefined || side === "into") reading.line += 1;
}

function nextSide(content: string, side: Side | undefined): Side | undefined {
  if (side === undefined) return content === `<<<<<<< ${sideNames.into}` ? "into" : undefined;
  if (side === "into") return content === `||||||| ${sideNames.base}` ? "base" : side;
  if (side === "base") return content === "=======" ? "from" : side;
  return content === `>>>>>>> ${sideNames.from}` ? undefined : side;
}

const marker = `^(<<<<<<< ${sideNames.into}|>>>>>>> ${sideNames.from})`;

/** The files of a commit in which markers stand, of those that another one has otherwise. */
export async function listMarkedFiles(
  repository: LocalRepository,
  commit: string,
  { without }: { without: string },
): Promise<string[]> {
  const search = [
    "diff-tree",
    "-r",
    "-z",
    "--name-only",
    "--no-renames",
    "--text",
    `-G${marker}`,
    without,
    commit,
    "--",
  ];
  const paths = (await repository.git.run(search)).split("\0").filter(Boolean);
  const marked: string[] = [];
  // What the other one has markers in, and this one no more, differs in them as well.
  for (const path of paths)
    if (new RegExp(marker, "m").test((await findFile(repository, commit, { path })) ?? "")) marked.push(path);
  return marked;
}
