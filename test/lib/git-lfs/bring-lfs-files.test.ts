import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { bringLfsFiles } from "../../../lib/git-lfs/bring-lfs-files.ts";
import { parsePointer } from "../../../lib/git-lfs/pointer.ts";
import { ensureCopy } from "../../../lib/git/copy.ts";
import { fetchRemote, getCommit } from "../../../lib/git/repository.ts";
import { NotAllowedError, UnavailableError } from "../../../lib/step/errors.ts";
import { createRecordingLog } from "../../step/recording-log.ts";
import { editRepository, findHead } from "../../git-server/edit-repository.ts";
import type { GitServer } from "../../git-server/git-server.ts";
import { startLfsServer, toPointer, type LfsServer, type LfsServerOptions } from "../../lfs-server/lfs-server.ts";
import { gitServer, localRepository } from "../git/repositories.ts";
import { openRealGitLfs } from "./real-git-lfs.ts";

const account = { username: "octopus", token: "lfs-token-0815" };
const basic = `Basic ${Buffer.from(`${account.username}:${account.token}`).toString("base64")}`;
const attributes = { ".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n" };

interface Stage {
  server: GitServer;
  lfs: LfsServer;
  upstream: string;
  /** Commits a large file to the template, whose contents its host keeps. */
  addFile(name: string, contents: Buffer): string;
  /** Copies the template to `acme/copy`, or what is new to it. */
  copy(): Promise<{ lines: string[]; warnings: string[] }>;
}

async function stage(options: LfsServerOptions = {}): Promise<Stage> {
  const lfs = await startLfsServer({ accounts: [account], ...options });
  onTestFinished(() => lfs.close());
  const server = await gitServer({
    accounts: [account],
    answerOther: (request, response) => lfs.answer(request, response),
  });
  const upstream = server.createRepository("acme/web.git");
  server.createRepository("acme/copy.git");
  editRepository(upstream, { files: { ...attributes, "readme.md": "# Web\n" } });
  const listCredentials = () => Promise.resolve([{ url: server.url, ...account }]);

  return {
    server,
    lfs,
    upstream,
    addFile(name, contents) {
      const { oid, text } = toPointer(contents);
      editRepository(upstream, { files: { [name]: text }, message: `Add ${name}` });
      lfs.filesOf("acme/web").set(oid, contents);
      return oid;
    },
    async copy() {
      const repository = await localRepository({ listCredentials });
      const from = await repository.addRemote("upstream", { url: `${server.url}/acme/web.git` });
      const to = await repository.addRemote("copy", { url: `${server.url}/acme/copy.git` });
      const { log, lines, warnings } = createRecordingLog();
      const bringLfs = (commit: string): Promise<void> =>
        bringLfsFiles(repository, { from, to, commit, listCredentials, log });
      await ensureCopy(repository, { from, to, branch: "main", bringLfs });
      return { lines, warnings };
    },
  };
}

test("a copy has the large files of every version, and real Git LFS checks them out there", async () => {
  const { server, lfs, addFile, copy } = await stage();
  const contents = [randomBytes(200_000), randomBytes(300_000), Buffer.from("small\n")];
  const [first, second, third] = [
    addFile("a.bin", contents[0] ?? Buffer.alloc(0)),
    addFile("a.bin", contents[1] ?? Buffer.alloc(0)),
    addFile("b.bin", contents[2] ?? Buffer.alloc(0)),
  ];

  const { lines } = await copy();

  expect([...lfs.filesOf("acme/copy").keys()].toSorted()).toEqual([first, second, third].toSorted());
  expect(lines.join("\n")).toContain("Git LFS: 3 of 3 files copied, 0.5 MB; 0 were there.");
  const real = await openRealGitLfs();
  if (real === undefined) return;
  const { home, git } = real;
  const address = server.url.replace("http://", `http://${account.username}:${account.token}@`);
  await git("clone", "--quiet", `${address}/acme/copy.git`, "work");
  await git("-C", "work", "lfs", "fetch", "--all");
  await git("-C", "work", "lfs", "fsck");
  expect(readFileSync(join(home, "work", "a.bin")).equals(contents[1] ?? Buffer.alloc(0))).toBe(true);
});

test("credentials go to the host alone, and to where the contents are only what the host gave for it", async () => {
  const { lfs, addFile, copy } = await stage();
  addFile("a.bin", randomBytes(5000));

  await copy();

  expect(lfs.batches.map(({ authorization }) => authorization)).toEqual([basic, basic]);
  expect(lfs.transfers.map(({ method }) => method)).toEqual(["GET", "PUT"]);
  expect(lfs.transfers.every(({ authorization }) => authorization === undefined)).toBe(true);
});

test("a place that sends on to another gets none of the headers that were for the first", async () => {
  const { lfs, addFile, copy } = await stage();
  const other = await startLfsServer();
  onTestFinished(() => other.close());
  const contents = randomBytes(5000);
  const oid = addFile("a.bin", contents);
  const seen: (string | undefined)[] = [];
  const last = await gitServer({
    answerOther(request, response) {
      seen.push(request.headers["x-ticket"]?.toString(), request.headers.authorization);
      response.end(contents);
      return true;
    },
  });
  lfs.redirectTo(last.url);

  await copy();

  expect(lfs.filesOf("acme/copy").get(oid)?.equals(contents)).toBe(true);
  expect(seen).toEqual([undefined, undefined]);
});

test("a run that ended on the way is gone on with: what is there is not sent again", async () => {
  const { lfs, addFile, copy, server } = await stage();
  for (let number = 0; number < 9; number += 1) addFile(`${number}.bin`, randomBytes(1000 + number));
  lfs.breakAfter(5);

  await expect(copy()).rejects.toThrow(UnavailableError);
  expect(lfs.filesOf("acme/copy").size).toBe(5);
  expect(findHead(server.pathOf("acme/copy.git"), "refs/heads/main")).toBe("");

  lfs.breakAfter(Infinity);
  lfs.transfers.length = 0;
  const { lines } = await copy();
  expect(lines.join("\n")).toContain("Git LFS: 4 of 9 files copied, 0.0 MB; 5 were there.");
  expect(lfs.transfers.filter(({ method }) => method === "PUT")).toHaveLength(4);
  expect(lfs.filesOf("acme/copy").size).toBe(9);
});

test("contents that are not what their name stands for never arrive, and neither do the commits", async () => {
  const { lfs, addFile, copy, server } = await stage();
  const oid = addFile("a.bin", randomBytes(100_000));
  lfs.spoil(true);

  await expect(copy()).rejects.toThrow(
    `sent other contents for the file ${oid} than its name stands for. Run the step again`,
  );
  expect(lfs.filesOf("acme/copy").size).toBe(0);
  expect(findHead(server.pathOf("acme/copy.git"), "refs/heads/main")).toBe("");
});

test("a host without Git LFS is told in a sentence that says what to do", async () => {
  const { addFile, copy, server } = await stage({ without: ["acme/copy"] });
  addFile("a.bin", randomBytes(100));

  await expect(copy()).rejects.toThrow(
    `Failed to bring the Git LFS files of "${server.url}/acme/web.git" to "${server.url}/acme/copy.git": Git LFS at ${server.url} answered 404. Switch Git LFS on there`,
  );
  await expect(copy()).rejects.toBeInstanceOf(NotAllowedError);
});

test("a file that the template's host lost is told, and keeps no other from being copied", async () => {
  const { lfs, addFile, copy } = await stage();
  const lost = addFile("lost.bin", randomBytes(100));
  const kept = addFile("kept.bin", randomBytes(100));
  lfs.filesOf("acme/web").delete(lost);

  const { warnings } = await copy();

  expect([...lfs.filesOf("acme/copy").keys()]).toEqual([kept]);
  expect(warnings.join("\n")).toContain(`1 of the Git LFS files are missing in`);
});

test("a merge brings the files that its commits point to, from a template of which only the commits were fetched", async () => {
  const { server, lfs, addFile, copy } = await stage();
  addFile("old.bin", randomBytes(100));
  await copy();
  const fresh = addFile("new.bin", randomBytes(100));
  lfs.transfers.length = 0;
  const listCredentials = () => Promise.resolve([{ url: server.url, ...account }]);
  const repository = await localRepository({ listCredentials });
  const from = await repository.addRemote("upstream", { url: `${server.url}/acme/web.git`, isPartial: true });
  const to = await repository.addRemote("copy-0", { url: `${server.url}/acme/copy.git` });
  await fetchRemote(repository, from);
  await fetchRemote(repository, to);
  const commit = await getCommit(repository, from, { branch: "main" });
  const into = await getCommit(repository, to, { branch: "main" });
  const { log } = createRecordingLog();

  await bringLfsFiles(repository, { from, to, commit, without: [into], listCredentials, log });

  expect(lfs.filesOf("acme/copy").has(fresh)).toBe(true);
  expect(lfs.transfers.map(({ path }) => path)).toEqual([`/acme/web/${fresh}`, `/acme/copy/${fresh}`]);
});

test("a repository that says itself where its large files are needs none copied", async () => {
  const { upstream, lfs, addFile, copy } = await stage();
  addFile("a.bin", randomBytes(100));
  editRepository(upstream, { files: { ".lfsconfig": "[lfs]\n\turl = https://lfs.example.com/acme\n" } });

  const { lines } = await copy();

  expect(lines.join("\n")).toContain("Large files stay at lfs.example.com, which .lfsconfig names.");
  expect(lfs.batches).toEqual([]);
});

test("a pointer is told by its text, and nothing else is one", () => {
  const { oid, text } = toPointer(Buffer.from("hello"));

  expect(parsePointer(text)).toEqual({ oid, size: 5 });
  expect(parsePointer(text.replace("git-lfs", "hawser").replace("git-lfs", "hawser"))).toEqual({ oid, size: 5 });
  for (const other of ["", "hello", text.slice(1), text.replace("sha256", "md5"), text.replace(/size .*/, "size -1")])
    expect(parsePointer(other)).toBeUndefined();
});
