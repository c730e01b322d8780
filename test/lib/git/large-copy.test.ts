import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import { expect, test } from "vitest";
import { ensureCopy } from "../../../lib/git/copy.ts";
import { followProgress, withoutProgress } from "../../../lib/git/git-progress.ts";
import { UnavailableError } from "../../../lib/step/errors.ts";
import { findHead } from "../../git-server/edit-repository.ts";
import type { GitServer } from "../../git-server/git-server.ts";
import { gitServer, localRepository } from "./repositories.ts";

const commits = 240;

/** A history in which each commit brings 8 KB that do not compress, made by one Git process. */
function writeHistory(path: string): void {
  const parts = Array.from({ length: commits }, (_, number) => {
    const bytes = randomBytes(8000);
    return Buffer.concat([
      Buffer.from(`commit refs/heads/main\ncommitter Lisa <lisa@example.com> ${1_700_000_000 + number} +0000\n`),
      Buffer.from(`data 6\nChange\nM 100644 inline file-${number % 10}.bin\ndata ${bytes.length}\n`),
      bytes,
      Buffer.from("\n"),
    ]);
  });
  execFileSync("git", ["-C", path, "fast-import", "--quiet"], { input: Buffer.concat(parts) });
}

interface Stage {
  server: GitServer;
  copy: string;
  /** What was pushed since the last look, in bytes. */
  takePushed(): number;
  /** What was fetched from the template since the last look, in bytes. */
  takeFetched(): number;
  /** Lets so many pushes through and breaks the line of those that follow. */
  breakAfter(pushes: number): void;
  run(): ReturnType<typeof ensureCopy>;
}

async function stage(): Promise<Stage> {
  let [pushed, left] = [0, Infinity];
  const server = await gitServer({
    answerOther(request) {
      if (request.method !== "POST" || request.url?.endsWith("copy.git/git-receive-pack") !== true) return false;
      // Git asks first whether it may send at all, with four bytes.
      if (request.headers["content-length"] !== "4") left -= 1;
      request.on("data", (chunk: Buffer) => (pushed += chunk.length));
      if (left < 0) request.on("data", () => request.socket.destroy());
      return left < 0;
    },
  });
  writeHistory(server.createRepository("acme/web.git"));
  const copy = server.createRepository("acme/copy.git");
  return {
    server,
    copy,
    takePushed() {
      const bytes = pushed;
      pushed = 0;
      return bytes;
    },
    takeFetched() {
      const all = server.requests.splice(0).filter(({ path }) => path === "/acme/web.git/git-upload-pack");
      return all.reduce((sum, { bytes }) => sum + bytes, 0);
    },
    breakAfter: (pushes) => void (left = pushes),
    async run() {
      const repository = await localRepository();
      const from = await repository.addRemote("upstream", { url: `${server.url}/acme/web.git` });
      const to = await repository.addRemote("copy", { url: `${server.url}/acme/copy.git` });
      return ensureCopy(repository, { from, to, branch: "main", partSize: 400_000 });
    },
  };
}

function listAll(path: string): string {
  return execFileSync("git", ["-C", path, "for-each-ref", "--format=%(refname)"]).toString();
}

test("a copy of a large history goes in parts, and a run goes on where the line broke in an earlier one", async () => {
  const { server, copy, takePushed, takeFetched, breakAfter, run } = await stage();
  const head = findHead(server.pathOf("acme/web.git"), "refs/heads/main");
  breakAfter(3);

  await expect(run()).rejects.toThrow(UnavailableError);
  const [firstPushed, firstFetched] = [takePushed(), takeFetched()];
  expect(listAll(copy)).toBe("refs/tags/managed-spaces/copying\n");

  breakAfter(Infinity);
  expect(await run()).toBe("copied");

  const [secondPushed, secondFetched] = [takePushed(), takeFetched()];
  expect(findHead(copy, "refs/heads/main")).toBe(head);
  expect(listAll(copy)).toBe("refs/heads/main\n");
  execFileSync("git", ["-C", copy, "fsck", "--strict", "--connectivity-only"]);
  const whole = commits * 8000;
  expect(firstFetched).toBeGreaterThan(whole);
  expect(secondFetched).toBeLessThan(whole * 0.6);
  expect(firstPushed).toBeGreaterThan(whole * 0.5);
  expect(secondPushed).toBeLessThan(whole * 0.6);
  expect(await run()).toBe("already-there");
});

test("a small history goes in one piece, without a tag", async () => {
  const server = await gitServer();
  writeHistory(server.createRepository("acme/web.git"));
  const copy = server.createRepository("acme/copy.git");
  const repository = await localRepository();
  const from = await repository.addRemote("upstream", { url: `${server.url}/acme/web.git` });
  const to = await repository.addRemote("copy", { url: `${server.url}/acme/copy.git` });

  expect(await ensureCopy(repository, { from, to, branch: "main" })).toBe("copied");

  expect(server.requests.filter(({ path }) => path.endsWith("copy.git/git-receive-pack")).length).toBeLessThan(3);
  expect(listAll(copy)).toBe("refs/heads/main\n");
});

test("a history that no answer brings as a whole comes in pieces", async () => {
  const { server, copy, run } = await stage();
  // A quarter of all.
  server.cutAfter((commits * 8000) / 4);

  expect(await run()).toBe("copied");

  expect(findHead(copy, "refs/heads/main")).toBe(findHead(server.pathOf("acme/web.git"), "refs/heads/main"));
  execFileSync("git", ["-C", copy, "fsck", "--strict", "--connectivity-only"]);
});

test("a line that always breaks fails in a sentence, after some attempts", async () => {
  const { server, run } = await stage();
  server.cutAfter(5000);

  await expect(run()).rejects.toThrow("the connection to the host was lost, or the host could not answer");
});

test("how far Git is goes to the log now and then, and into no error", async () => {
  const said = `remote: Enumerating objects: 3, done.\nReceiving objects:   1% (1/100)\rReceiving objects:  42% (42/100), 1.00 MiB | 2.00 MiB/s\rfatal: early EOF\n`;
  const follow = async (pause?: number): Promise<string[]> => {
    const lines: string[] = [];
    const stderr = new PassThrough();
    followProgress(stderr, (percent, text) => void lines.push(`${percent}: ${text}`), pause);
    stderr.end(said);
    await finished(stderr);
    return lines;
  };

  expect(await follow(0)).toEqual(["42: Receiving objects: 42% (42/100), 1.00 MiB | 2.00 MiB/s"]);
  expect(await follow()).toEqual([]);
  expect(withoutProgress(said)).toBe("remote: Enumerating objects: 3, done.\nfatal: early EOF\n");
});

test("a copy is made by commands that tell how far they are, where somebody wants to know", async () => {
  const server = await gitServer();
  writeHistory(server.createRepository("acme/web.git"));
  server.createRepository("acme/copy.git");
  const repository = await localRepository({ onProgress: () => undefined });
  const from = await repository.addRemote("upstream", { url: `${server.url}/acme/web.git` });
  const to = await repository.addRemote("copy", { url: `${server.url}/acme/copy.git` });

  expect(await ensureCopy(repository, { from, to, branch: "main" })).toBe("copied");
});
