import { runGit, type GitCredential } from "./git-command.ts";

/** A branch or a tag. */
export interface GitRef {
  /** `refs/heads/main`. */
  name: string;
  commit: string;
}

export interface GitCommit {
  branch: string;
  /** What the commit follows. */
  parent: string;
  message: string;
  author: { name: string; email: string };
  /** Text by path; undefined takes the file away. */
  files: Readonly<Record<string, string | undefined>>;
  credential: GitCredential | undefined;
}

/** A copy of a repository, brought up to date on request; nothing of a credential is kept in it. */
export interface GitRepository {
  /** @throws GitFailure when the repository cannot be read with this credential */
  fetch(credential: GitCredential | undefined): Promise<void>;
  /** Branches and tags by name. */
  listRefs(): Promise<GitRef[]>;
  /** The id of a commit that is there, given all or the first seven digits or more of it. */
  findCommit(id: string): Promise<string | undefined>;
  /** Every file below a folder, by its path inside the folder. */
  readFiles(commit: string, folder: string): Promise<Map<string, string>>;
  /** Makes a commit and pushes it. @returns its id @throws GitFailure when the push is refused */
  push(commit: GitCommit): Promise<string>;
  /** @throws GitFailure when the push is refused */
  createBranch(branch: string, options: { commit: string; credential: GitCredential | undefined }): Promise<void>;
}

/** @param directory - a bare repository that belongs to nobody else */
export function createGitRepository(url: string, directory: string): GitRepository {
  const git = (args: string[], input?: string): Promise<Buffer> =>
    runGit(args, { directory, ...(input === undefined ? {} : { input }) });
  const remote = (args: string[], credential: GitCredential | undefined): Promise<Buffer> =>
    runGit(args, { directory, credential });

  async function listRefs(): Promise<GitRef[]> {
    const output = await git([
      "for-each-ref",
      "--format=%(refname) %(objectname) %(*objectname)",
      "refs/heads",
      "refs/tags",
    ]);
    const lines = output
      .toString()
      .split("\n")
      .filter((line) => line !== "");
    return lines.map((line) => {
      const [name = "", object = "", peeled = ""] = line.split(" ");
      return { name, commit: peeled || object };
    });
  }

  async function readFiles(commit: string, folder: string): Promise<Map<string, string>> {
    const listing = await git(["ls-tree", "-r", "-z", commit, "--", `${folder}/`]);
    const entries = listing
      .toString()
      .split("\0")
      .flatMap((line) => {
        const [, id, path] = /^\d+ blob ([0-9a-f]+)\t([\s\S]+)$/.exec(line) ?? [];
        return id === undefined || path === undefined ? [] : [{ id, path: path.slice(folder.length + 1) }];
      });
    if (entries.length === 0) return new Map();
    const contents = splitBatch(await git(["cat-file", "--batch"], entries.map(({ id }) => `${id}\n`).join("")));
    return new Map(entries.map(({ path }, index) => [path, contents[index] ?? ""]));
  }

  async function push(commit: GitCommit): Promise<string> {
    const made = "refs/octopus/commit";
    await git(["fast-import", "--quiet", "--force"], importStream(commit, made));
    const id = (await git(["rev-parse", made])).toString().trim();
    await remote(["push", "--quiet", url, `${id}:refs/heads/${commit.branch}`], commit.credential);
    return id;
  }

  return {
    fetch: async (credential) =>
      void (await remote(
        [
          "fetch",
          "--quiet",
          "--prune",
          "--force",
          "--no-write-fetch-head",
          url,
          "+refs/heads/*:refs/heads/*",
          "+refs/tags/*:refs/tags/*",
        ],
        credential,
      )),
    listRefs,
    async findCommit(id) {
      if (!/^[0-9a-f]{7,64}$/i.test(id)) return undefined;
      return git(["rev-parse", "--quiet", "--verify", `${id}^{commit}`]).then(
        (output) => output.toString().trim(),
        () => undefined,
      );
    },
    readFiles,
    push,
    createBranch: async (branch, { commit, credential }) =>
      void (await remote(["push", "--quiet", url, `${commit}:refs/heads/${branch}`], credential)),
  };
}

/** `git cat-file --batch`: a line with the size, the content, a line end. */
function splitBatch(output: Buffer): string[] {
  const contents: string[] = [];
  for (let position = 0; position < output.length;) {
    const lineEnd = output.indexOf("\n", position);
    const size = Number(output.subarray(position, lineEnd).toString().split(" ")[2]);
    contents.push(output.subarray(lineEnd + 1, lineEnd + 1 + size).toString());
    position = lineEnd + size + 2;
  }
  return contents;
}

function importStream({ parent, message, author, files }: GitCommit, ref: string): string {
  const seconds = Math.floor(Date.now() / 1000);
  const person = ({ name, email }: GitCommit["author"]): string =>
    `${name.replaceAll(/[<>\n]/g, "")} <${email.replaceAll(/[<>\s]/g, "")}> ${seconds} +0000`;
  const changes = Object.entries(files).map(([path, text]) =>
    text === undefined ? `D ${quotePath(path)}\n` : `M 100644 inline ${quotePath(path)}\n${data(text)}`,
  );
  const committer = person({ name: "Octopus Deploy", email: "octopus@octopus.invalid" });
  return [
    `reset ${ref}\n\ncommit ${ref}\nauthor ${person(author)}\ncommitter ${committer}\n${data(message)}from ${parent}\n`,
    ...changes,
  ].join("");
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

function quotePath(path: string): string {
  return `"${path.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}
