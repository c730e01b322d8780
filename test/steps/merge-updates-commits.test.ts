import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { step } from "../../steps/merge-updates/step.ts";
import { protectBranch } from "../git-server/git-server.ts";
import { startLfsServer, toPointer, type LfsServer } from "../lfs-server/lfs-server.ts";
import { makeKeyring, stopAgent } from "../lib/git/openpgp-keys.ts";
import { openRealGitLfs } from "../lib/git-lfs/real-git-lfs.ts";
import { canSign, makeSshKey } from "../lib/git/ssh-keys.ts";
import { gitToken, messages, processFile, startCopies, type CopiesStage, type CopyOnStage } from "./copies-stage.ts";

// What a merge brings besides lines: whom commits are by, their signatures, large files, and submodules.

const branch = "managed-spaces/updates";
const bot = { commitName: "Release Bot", commitEmail: "bot@example.com" };

interface Signer {
  key: string;
  /** Whether Git itself accepts a commit's signature, for whoever trusts the key. */
  accepts(repository: string, commit: string): boolean;
}

function verify(repository: string, commit: string, { settings = [], home }: { settings?: string[]; home?: string }) {
  const environment = { PATH: process.env["PATH"], GNUPGHOME: home, GIT_CONFIG_GLOBAL: "/dev/null" };
  const args = ["-C", repository, ...settings.flatMap((setting) => ["-c", setting]), "verify-commit", commit];
  return spawnSync("git", args, { env: environment, encoding: "utf8" }).status === 0;
}

const signers: Readonly<Record<"SSH" | "OpenPGP", () => Signer>> = {
  SSH() {
    const { text, allowedSigners } = makeSshKey(bot.commitEmail, "-t", "ed25519");
    const settings = [`gpg.ssh.allowedSignersFile=${allowedSigners}`];
    return { key: text, accepts: (repository, commit) => verify(repository, commit, { settings }) };
  },
  OpenPGP() {
    const keyring = makeKeyring();
    const user = `${bot.commitName} <${bot.commitEmail}>`;
    keyring.run("--passphrase", "", "--quick-generate-key", user, "ed25519", "sign,cert", "never");
    const key = keyring.exportSecret();
    stopAgent(keyring);
    return { key, accepts: (repository, commit) => verify(repository, commit, { home: keyring.home }) };
  },
};

test.runIf(canSign()).for([
  ["SSH", "pullRequest", "merge"],
  ["OpenPGP", "pullRequest", "merge"],
  ["SSH", "push", "rebase"],
  ["OpenPGP", "push", "merge"],
  ["OpenPGP", "push", "squash"],
] as const)(
  "whatever is pushed is by whom it should be, and Git accepts each signature: %s, %s, %s",
  async ([kind, method, mergeMethod]) => {
    const stage = await startCopies();
    const copy = await stage.addCopy("Hello");
    const { key, accepts } = signers[kind]();
    say(stage, "Greet", "Good morning");
    stage.edit(copy.repository, { files: { "own.md": "ours\n" } });
    const before = stage.head(copy.repository);

    const { log } = await stage.run(step, { ...bot, commitSigningKey: key, method, mergeMethod });

    const path = stage.standIn.pathOf(copy.repository);
    const ref = method === "push" ? "main" : branch;
    const commits = list(path, ["log", "--format=%H %cn <%ce>", "--first-parent", `${before}..${ref}`]);
    expect(commits.map((line) => line.slice(41))).toEqual(["Release Bot <bot@example.com>"]);
    for (const line of commits) expect(accepts(path, line.slice(0, 40))).toBe(true);
    const [author] = list(path, ["log", "-1", "--format=%an", ref]);
    // A commit that was put on top of the copy's stays the one of who wrote it.
    expect(author).toBe(mergeMethod === "rebase" ? "Lisa" : "Release Bot");
    expect(JSON.stringify(log)).not.toContain(key.split("\n")[3]);
  },
);

test.runIf(canSign())("a conflict that people are to finish waits in a signed commit, too", async () => {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  const { key, accepts } = signers.SSH();
  say(stage, "Greet", "Good morning");
  stage.edit(copy.repository, {
    files: { [processFile]: stage.read(copy.repository).replace("echo Greet", "echo Howdy") },
  });

  await stage.run(step, { ...bot, commitSigningKey: key });

  expect(stage.read(copy.repository, processFile, branch)).toContain("<<<<<<< copy");
  expect(accepts(stage.standIn.pathOf(copy.repository), stage.head(copy.repository, branch))).toBe(true);
});

test("a branch that takes signed commits only says so, and what to enter", async () => {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  protectBranch(stage.standIn.pathOf(copy.repository), "main", "GH013: Commits must have verified signatures on");
  say(stage, "Greet", "Good morning");

  const { outputs } = await stage.run(step, { method: "push" });

  expect(JSON.parse(outputs["Copies"] ?? "")).toMatchObject([
    { outcome: "blocked", text: expect.stringContaining('takes signed commits only. Enter a "Commit Signing Key"') },
  ]);
});

test("a key that is none is refused before anything is asked, and is not shown", async () => {
  const stage = await startCopies();
  await stage.addCopy("Hello");
  stage.takeWrites();
  const asked = stage.standIn.server.requests.length;

  const { error, log } = await stage.runAnyway(step, { commitSigningKey: "correct-horse-battery" });

  expect(error).toMatch(/key/i);
  expect(`${error}${JSON.stringify(log)}`).not.toContain("correct-horse");
  expect(stage.standIn.server.requests).toHaveLength(asked);
});

const attributes = { ".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n" };

interface LfsStage {
  stage: CopiesStage;
  copy: CopyOnStage;
  lfs: LfsServer;
  /** Commits a large file, whose contents the host keeps for that repository. @returns its id */
  addFile(repository: CopyOnStage["repository"], contents: Buffer, name?: string): string;
}

async function startWithLfs(): Promise<LfsStage> {
  const lfs = await startLfsServer({ accounts: [{ username: "x-access-token", token: gitToken }] });
  onTestFinished(() => lfs.close());
  const stage = await startCopies({ answerOther: (request, response) => lfs.answer(request, response) });
  stage.edit(stage.upstream, { files: attributes });
  const addFile: LfsStage["addFile"] = (repository, contents, name = "video.bin") => {
    const { oid, text } = toPointer(contents);
    stage.edit(repository, { files: { [name]: text }, message: `Add ${name}` });
    lfs.filesOf(`${repository.owner}/${repository.name}`).set(oid, contents);
    return oid;
  };
  addFile(stage.upstream, randomBytes(1000), "old.bin");
  return { stage, copy: await stage.addCopy("Hello"), lfs, addFile };
}

test.for([
  ["pullRequest", "merge"],
  ["push", "squash"],
  ["push", "rebase"],
] as const)(
  "large files are in the copy's repository when the commits arrive: %s, %s",
  async ([method, mergeMethod]) => {
    const { stage, copy, lfs, addFile } = await startWithLfs();
    const first = addFile(stage.upstream, randomBytes(40_000));
    const contents = randomBytes(50_000);
    const second = addFile(stage.upstream, contents);
    stage.edit(copy.repository, { files: { "own.md": "ours\n" } });

    const { log } = await stage.run(step, { method, mergeMethod });

    const has = lfs.filesOf(`octopuscac/${copy.repository.name}`);
    expect(has.has(second)).toBe(true);
    // What no commit of the copy points to is not copied.
    expect(has.has(first)).toBe(mergeMethod !== "squash");
    expect(messages(log).join("\n")).toMatch(/Git LFS: \d of \d files copied/);
    const real = await openRealGitLfs();
    if (real === undefined) return;
    const { home, git } = real;
    const address = stage.standIn.cloneUrlOf(copy.repository).replace("http://", `http://x-access-token:${gitToken}@`);
    // What was there before the merge is the copy's own matter here.
    const asked = ["-c", "lfs.fetchinclude=video.bin", "clone", "--quiet", "--branch"];
    await git(...asked, method === "push" ? "main" : branch, address, "work");
    expect(readFileSync(join(home, "work", "video.bin")).equals(contents)).toBe(true);
  },
);

test("a large file that both sides changed is left as the copy has it, since no editor can merge what stands for it", async () => {
  const { stage, copy, addFile } = await startWithLfs();
  addFile(stage.upstream, randomBytes(100), "old.bin");
  addFile(copy.repository, randomBytes(100), "old.bin");
  const ours = stage.read(copy.repository, "old.bin");

  const first = await stage.run(step);

  expect(stage.read(copy.repository, "old.bin", branch)).toBe(ours);
  expect(copy.repository.pulls[0]?.body).toContain("- `old.bin`: a file without lines: the branch has the copy's.");
  expect(JSON.parse(first.outputs["Conflicts"] ?? "")).toMatchObject([
    { files: [{ path: "old.bin", kind: "binary" }] },
  ]);

  stage.edit(copy.repository, { branch, files: { "old.bin": stage.read(stage.upstream, "old.bin") } });
  const decided = await stage.run(step, { mergeRequest: "True" });

  expect(JSON.parse(decided.outputs["Copies"] ?? "")).toMatchObject([{ outcome: "merged" }]);
  expect(stage.read(copy.repository, "old.bin")).toBe(stage.read(stage.upstream, "old.bin"));
});

function submodule(url: string, commit = "1".repeat(40)): Parameters<CopiesStage["edit"]>[1]["files"] {
  return { ".gitmodules": `[submodule "lib"]\n\tpath = lib\n\turl = ${url}\n`, lib: { submodule: commit } };
}

test("a submodule whose relative address would be elsewhere in the copy is not merged, and another is", async () => {
  const stage = await startCopies();
  stage.standIn.accounts.set("contoso", "Organization");
  const near = await stage.addCopy("Near");
  const far = await stage.addCopy("Far", {}, "contoso");
  stage.edit(stage.upstream, { files: submodule("../lib.git") });
  stage.takeWrites();

  const planned = await stage.run(step, { onlyPlan: "True" });
  const { outputs } = await stage.run(step, { method: "push" });
  stage.edit(stage.upstream, { files: submodule("../../octopuscac/lib.git", "2".repeat(40)) });
  const mended = await stage.run(step, { method: "push" });

  const refusal = expect.stringMatching(
    /^The template's submodule "lib" has the address "\.\.\/lib\.git".*Write that address in the template's \.gitmodules/,
  );
  const copies = (text = ""): unknown => JSON.parse(text);
  expect(copies(planned.outputs["Copies"])).toMatchObject([{ name: "Far", outcome: "blocked", text: refusal }, {}]);
  expect(copies(outputs["Copies"])).toMatchObject([
    { name: "Far", outcome: "blocked", text: refusal },
    { name: "Near", outcome: "pushed" },
  ]);
  expect(copies(mended.outputs["Copies"])).toMatchObject([{ outcome: "pushed" }, { outcome: "pushed" }]);
  for (const { repository } of [near, far])
    expect(list(stage.standIn.pathOf(repository), ["ls-tree", "main", "lib"])).toEqual([
      `160000 commit ${"2".repeat(40)}\tlib`,
    ]);
});

test("a submodule that the copy gave an address of its own is the copy's matter", async () => {
  const stage = await startCopies();
  stage.standIn.accounts.set("contoso", "Organization");
  stage.edit(stage.upstream, { files: submodule("../lib.git") });
  const far = await stage.addCopy("Far", {}, "contoso");
  stage.edit(far.repository, { files: submodule("https://git.example.com/lib.git") });
  say(stage, "Greet", "Good morning");

  const { outputs } = await stage.run(step, { method: "push" });

  expect(JSON.parse(outputs["Copies"] ?? "")).toMatchObject([{ outcome: "pushed" }]);
  expect(stage.read(far.repository, ".gitmodules")).toContain("https://git.example.com/lib.git");
});

function say(stage: CopiesStage, from: string, to: string): void {
  const text = stage.read(stage.upstream).replace(`echo ${from}`, `echo ${to}`);
  stage.edit(stage.upstream, { files: { [processFile]: text } });
}

function list(path: string, args: string[]): string[] {
  return execFileSync("git", ["-C", path, ...args])
    .toString()
    .trim()
    .split("\n");
}
