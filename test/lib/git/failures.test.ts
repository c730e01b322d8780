import { chmodSync, symlinkSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  createRepository,
  fetchRemote,
  findCommit,
  findDefaultBranch,
  getCommit,
  listBranches,
} from "../../../lib/git/repository.ts";
import { listUsedStepTemplates } from "../../../lib/copies/translate-step-templates.ts";
import { hasCommit } from "../../../lib/git/compare.ts";
import { ensureCopy } from "../../../lib/git/copy.ts";
import { ensureBranchName, pushCommit, removeRemoteBranch } from "../../../lib/git/push.ts";
import { ConflictError, NotAllowedError, NotFoundError, UnavailableError } from "../../../lib/step/errors.ts";
import { editRepository, findHead } from "../../git-server/edit-repository.ts";
import { protectBranch } from "../../git-server/git-server.ts";
import { fetchedRepository, gitServer, localRepository, pairOf, temporaryDirectory } from "./repositories.ts";

test("says that Git is missing", async () => {
  const creating = createRepository({ directory: temporaryDirectory(), environment: { PATH: temporaryDirectory() } });

  await expect(creating).rejects.toThrow(
    new UnavailableError(
      "Git is not installed on this worker. Install Git 2.38 or newer, or use an execution container that has it.",
    ),
  );
});

test("says that Git is too old", async () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, "git"), "#!/bin/sh\necho git version 2.37.7\n");
  chmodSync(join(directory, "git"), 0o755);
  symlinkSync(execFileSync("sh", ["-c", "command -v sh"]).toString().trim(), join(directory, "sh"));

  const creating = createRepository({ directory: temporaryDirectory(), environment: { PATH: directory } });

  await expect(creating).rejects.toThrow(
    "Git on this worker is 2.37.7. Install Git 2.38 or newer, or use an execution container that has it.",
  );
});

test("says that the host cannot be reached", async () => {
  const server = await gitServer();
  await server.close();

  const cloning = fetchedRepository({ url: `${server.url}/acme/web.git` });

  await expect(cloning).rejects.toThrow(
    `Failed to fetch the repository "${server.url}/acme/web.git": the host cannot be reached.`,
  );
  await expect(cloning).rejects.toBeInstanceOf(UnavailableError);
});

test("says that the host name is not known", async () => {
  await expect(fetchedRepository({ url: "https://git.invalid/acme/web.git" })).rejects.toThrow(
    /the host name is not known/,
  );
});

test("says that the host cannot answer now", async () => {
  const server = await gitServer();
  server.answerWith(503);

  await expect(fetchedRepository({ url: `${server.url}/acme/web.git` })).rejects.toBeInstanceOf(UnavailableError);
});

test("says that credentials were refused, and that they may not write", async () => {
  const server = await gitServer({ accounts: [{ username: "lisa", token: "reads", isReadOnly: true }] });
  editRepository(server.createRepository("acme/web.git"), { files: { "a.md": "a\n" } });
  const url = `${server.url}/acme/web.git`;
  const as = (token: string) => ({
    url,
    listCredentials: () => Promise.resolve([{ url: server.url, username: "lisa", token }]),
  });

  await expect(fetchedRepository(as("wrong"))).rejects.toThrow(/the host refused the credentials/);
  const repository = await fetchedRepository(as("reads"));
  const origin = await repository.addRemote("origin", { url });
  const pushing = pushCommit(repository, origin, {
    commit: await getCommit(repository, origin, { branch: "main" }),
    branch: "ours",
  });

  await expect(pushing).rejects.toThrow(/Failed to push to the branch "ours" .*the credentials may not do this/);
});

test("says that there is no repository", async () => {
  const server = await gitServer();

  await expect(fetchedRepository({ url: `${server.url}/acme/none.git` })).rejects.toBeInstanceOf(NotFoundError);
});

test("says that a branch is protected, in the words of several hosts", async () => {
  const words = [
    "error: GH006: Protected branch update failed for",
    "Gitea: Not allowed to push to protected branch",
    "GitLab: You are not allowed to push code to protected branches on this project.",
  ];
  for (const said of words) {
    const pair = await pairOf();
    protectBranch(pair.downstream, "main", said);
    editRepository(pair.upstream, { files: { "a.md": "a\n" } });
    const { repository, from, downstream } = await pair.look();

    const pushing = pushCommit(repository, downstream, { commit: from, branch: "main" });

    await expect(pushing).rejects.toThrow(/the branch is protected and takes no direct pushes\. Merge by pull request/);
    await expect(pushing).rejects.toBeInstanceOf(NotAllowedError);
  }
});

test("repeats what a host's own rule said", async () => {
  const pair = await pairOf({ upstream: [{ files: { "a.md": "a\n" } }] });
  protectBranch(pair.downstream, "main", "Commit messages need a ticket number for");
  const { repository, from, downstream } = await pair.look();

  await expect(pushCommit(repository, downstream, { commit: from, branch: "main" })).rejects.toThrow(
    /the host refused the push: Commit messages need a ticket number/,
  );
});

test("a push never takes away what somebody else pushed, unless asked for exactly that commit", async () => {
  const pair = await pairOf({ upstream: [{ files: { "a.md": "a\n" } }] });
  const { repository, from, into, downstream } = await pair.look();
  const theirs = editRepository(pair.downstream, { files: { "b.md": "b\n" } });

  await expect(pushCommit(repository, downstream, { commit: from, branch: "main" })).rejects.toBeInstanceOf(
    ConflictError,
  );
  await expect(pushCommit(repository, downstream, { commit: from, branch: "main", replaces: into })).rejects.toThrow(
    /the branch got other commits in the meantime/,
  );
  expect(findHead(pair.downstream, "refs/heads/main")).toBe(theirs);
  await pushCommit(repository, downstream, { commit: from, branch: "main", replaces: theirs });

  expect(findHead(pair.downstream, "refs/heads/main")).toBe(from);
});

test("removes a branch only while it is what it was", async () => {
  const pair = await pairOf();
  const { repository, from, downstream } = await pair.look();
  await pushCommit(repository, downstream, { commit: from, branch: "managed-spaces/upstream" });

  await expect(
    removeRemoteBranch(repository, downstream, { branch: "managed-spaces/upstream", commit: "1".repeat(40) }),
  ).rejects.toBeInstanceOf(ConflictError);
  await removeRemoteBranch(repository, downstream, { branch: "managed-spaces/upstream", commit: from });

  expect(await listBranches(repository, downstream)).toEqual(["main"]);
});

test("an empty repository has no default branch, and says so", async () => {
  const server = await gitServer();
  server.createRepository("acme/web.git");
  const repository = await fetchedRepository({ url: `${server.url}/acme/web.git` });
  const origin = await repository.addRemote("origin", { url: `${server.url}/acme/web.git` });

  expect(await findDefaultBranch(repository, origin)).toBeUndefined();
  await expect(getCommit(repository, origin, { branch: "main" })).rejects.toThrow(
    `The repository "${server.url}/acme/web.git" is empty. Push a first commit to it.`,
  );
});

test("names the default branch that a renamed one became", async () => {
  const server = await gitServer();
  editRepository(server.createRepository("acme/web.git", { defaultBranch: "trunk" }), {
    branch: "trunk",
    files: { "a.md": "a\n" },
  });
  const repository = await fetchedRepository({ url: `${server.url}/acme/web.git` });
  const origin = await repository.addRemote("origin", { url: `${server.url}/acme/web.git` });

  expect(await findDefaultBranch(repository, origin)).toBe("trunk");
  expect(await findCommit(repository, origin, { branch: "main" })).toBeUndefined();
  await expect(getCommit(repository, origin, { branch: "main" })).rejects.toThrow(
    `has no branch "main"; its default branch is "trunk".`,
  );
});

test("copies one branch into an empty repository, and leaves a copy alone", async () => {
  const server = await gitServer();
  const upstream = server.createRepository("acme/web.git");
  editRepository(upstream, { files: { "a.md": "a\n", sub: { submodule: "1".repeat(40) } } });
  editRepository(upstream, { branch: "draft", files: { "b.md": "b\n" } });
  const copy = server.createRepository("acme/america_web.git");
  const repository = await localRepository();
  const from = await repository.addRemote("upstream", { url: `${server.url}/acme/web.git` });
  const to = await repository.addRemote("copy", { url: `${server.url}/acme/america_web.git` });

  expect(await ensureCopy(repository, { from, to, branch: "main" })).toBe("copied");
  const own = editRepository(copy, { files: { "own.md": "own\n" } });
  expect(await ensureCopy(repository, { from, to, branch: "main" })).toBe("already-there");

  expect(await listBranches(repository, to)).toEqual(["main"]);
  expect(findHead(copy, "refs/heads/main")).toBe(own);
  expect(await repository.git.run(["ls-tree", own, "sub"])).toBe(`160000 commit ${"1".repeat(40)}\tsub\n`);
});

test("never writes over a repository with another history", async () => {
  const pair = await pairOf();
  const own = editRepository(pair.downstream, {
    files: { "else.md": "else\n" },
    message: "Another beginning",
    parents: [],
  });
  const { repository, upstream, downstream } = await pair.look();

  await expect(ensureCopy(repository, { from: upstream, to: downstream, branch: "main" })).rejects.toThrow(
    /holds something else already, and is left as it is\. Choose another name/,
  );
  expect(findHead(pair.downstream, "refs/heads/main")).toBe(own);
});

test("refuses to copy what Git LFS keeps elsewhere", async () => {
  const server = await gitServer();
  editRepository(server.createRepository("acme/web.git"), {
    files: { "assets/.gitattributes": "*.psd filter=lfs diff=lfs merge=lfs -text\n" },
  });
  server.createRepository("acme/copy.git");
  const repository = await localRepository();
  const from = await repository.addRemote("upstream", { url: `${server.url}/acme/web.git` });
  const to = await repository.addRemote("copy", { url: `${server.url}/acme/copy.git` });

  await expect(ensureCopy(repository, { from, to, branch: "main" })).rejects.toThrow(
    /it keeps \*\.psd in Git LFS, which a copy would lack/,
  );
});

test("a partial clone leaves contents on the host until a merge needs them", async () => {
  const server = await gitServer();
  const upstream = server.createRepository("acme/web.git");
  editRepository(upstream, { files: { "big.bin": Buffer.alloc(300_000, 7), "a.md": "a\n" } });
  const repository = await fetchedRepository({ url: `${server.url}/acme/web.git`, isPartial: true });
  const missing = await repository.git.run(["rev-list", "--objects", "--missing=print", "--all"]);

  expect(missing.split("\n").filter((line) => line.startsWith("?"))).toHaveLength(2);
});

test("a host that is gone is no proof that a commit is", async () => {
  const server = await gitServer();
  editRepository(server.createRepository("acme/web.git"), { files: { "a.md": "a\n" } });
  const url = `${server.url}/acme/web.git`;
  const repository = await fetchedRepository({ url, isPartial: true });
  const unknown = "0123456789".repeat(4);

  expect(await hasCommit(repository, unknown)).toBe(false);
  await server.close();
  await expect(hasCommit(repository, unknown)).rejects.toBeInstanceOf(UnavailableError);
});

test("a canceled run ends Git, and says so", async () => {
  const server = await gitServer();
  const canceled = new AbortController();
  const repository = await localRepository({ signal: canceled.signal });
  const origin = await repository.addRemote("origin", { url: `${server.url}/acme/web.git` });
  canceled.abort();

  await expect(listBranches(repository, origin)).rejects.toThrow(/the run was canceled/i);
});

test("branch names that Git would refuse or take as an option are refused", () => {
  for (const name of ["-f", "a b", "a..b", "a.lock", "/a", "a/", "", "@", "a//b", "a:b"])
    expect(() => ensureBranchName(name)).toThrow(/is not legal in Git/);
  expect(() => ensureBranchName("managed-spaces/template-update")).not.toThrow();
});

test("a server that cannot leave contents out gives all of them", async () => {
  const server = await gitServer();
  const upstream = server.createRepository("acme/web.git");
  editRepository(upstream, { files: { "a.md": "a\n" } });
  execFileSync("git", ["-C", upstream, "config", "uploadpack.allowFilter", "false"]);

  const repository = await fetchedRepository({ url: `${server.url}/acme/web.git`, isPartial: true });

  expect(await repository.git.run(["rev-list", "--objects", "--missing=print", "--all"])).not.toContain("?");
});

test("many copies are fetched at once into one repository", async () => {
  const server = await gitServer();
  const names = Array.from({ length: 8 }, (_, index) => `copy-${index}`);
  for (const name of names) editRepository(server.createRepository(`acme/${name}.git`), { files: { "a.md": name } });
  const repository = await localRepository();

  const commits = await Promise.all(
    names.map(async (name) => {
      const remote = await repository.addRemote(name, { url: `${server.url}/acme/${name}.git` });
      await fetchRemote(repository, remote);
      return getCommit(repository, remote, { branch: "main" });
    }),
  );

  expect(new Set(commits).size).toBe(8);
});

test("what is needed of many files left on the host comes in one request", async () => {
  const server = await gitServer();
  const files = Object.fromEntries(
    Array.from({ length: 12 }, (_, at) => [`.octopus/runbooks/${at}.ocl`, `name = "${at}"\n`]),
  );
  editRepository(server.createRepository("acme/web.git"), { files: { ...files, "large.bin": "x".repeat(1000) } });
  const repository = await fetchedRepository({ url: `${server.url}/acme/web.git`, isPartial: true });
  const origin = repository.remotes.get("origin");
  const commit = origin && (await getCommit(repository, origin, { branch: "main" }));
  server.requests.length = 0;

  expect(await listUsedStepTemplates(repository, commit ?? "", { basePath: ".octopus" })).toEqual([]);

  expect(server.requests.filter(({ method }) => method === "POST").length).toBeLessThanOrEqual(2);
  const missing = await repository.git.run(["rev-list", "--objects", "--missing=print", commit ?? ""]);
  expect(missing.split("\n").filter((line) => line.startsWith("?"))).toHaveLength(1);
});
