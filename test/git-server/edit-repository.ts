import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Edit {
  branch?: string;
  message?: string;
  /** Content by path; undefined takes the file away, a commit's id in an object makes a submodule. */
  files: Record<string, string | Buffer | undefined | { submodule: string }>;
  /** Commits to follow: the branch's head when absent, none at all for a history of its own. */
  parents?: string[];
  author?: string;
}

/** Equal changes give equal commits, in any repository. */
const always = 1_700_000_000;

/** Commits straight into a bare repository, by `git fast-import`. @returns the new commit's id */
export function editRepository(
  path: string,
  { branch = "main", message = "A change", files, parents, author = "Lisa" }: Edit,
): string {
  const ref = `refs/heads/${branch}`;
  const follows = parents ?? [findHead(path, ref)].filter((head) => head !== "");
  const [first, ...others] = follows;
  const chunks: (string | Buffer)[] = [
    ...(parents === undefined ? [] : [`reset ${ref}\n\n`]),
    `commit ${ref}\ncommitter ${author} <${author.toLowerCase()}@example.com> ${always} +0000\n`,
    data(message),
    ...(first === undefined ? [] : [`from ${first}\n`]),
    ...others.map((parent) => `merge ${parent}\n`),
    ...Object.entries(files).flatMap(([file, content]) => toChange(file, content)),
    "\n",
  ];
  const input = Buffer.concat(chunks.map((chunk) => Buffer.from(chunk)));
  execFileSync("git", ["-C", path, "fast-import", "--quiet", "--force"], { input });
  return findHead(path, ref);
}

/** What a branch or tag points to, by its full name; "" for one that is not there. */
export function findHead(path: string, ref: string): string {
  const loose = join(path, ref);
  if (existsSync(loose)) return readFileSync(loose, "utf8").trim();
  const packed = join(path, "packed-refs");
  const lines = existsSync(packed) ? readFileSync(packed, "utf8").split("\n") : [];
  return lines.find((line) => line.endsWith(` ${ref}`))?.split(" ")[0] ?? "";
}

export function readFileAt(path: string, revision: string, file: string): string {
  return execFileSync("git", ["-C", path, "show", `${revision}:${file}`]).toString();
}

function toChange(file: string, content: Edit["files"][string]): (string | Buffer)[] {
  if (content === undefined) return [`D ${file}\n`];
  if (typeof content === "object" && "submodule" in content) return [`M 160000 ${content.submodule} ${file}\n`];
  return [`M 100644 inline ${file}\n`, data(content)];
}

function data(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from("\n")]);
}
