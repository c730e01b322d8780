import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { createGitAccess } from "../../../lib/copies/git-access.ts";
import { parsePktLines, renderPktLines, type PktLine } from "../../../lib/git-hosts/generic/pkt-lines.ts";
import { createGitHost, openHostAccess } from "../../../lib/git-hosts/index.ts";
import type { GitHost } from "../../../lib/git-hosts/git-host.ts";
import {
  ConflictError,
  NotAllowedError,
  NotFoundError,
  ParameterError,
  UnavailableError,
} from "../../../lib/step/errors.ts";
import { ensureCopy } from "../../../lib/git/copy.ts";
import { editRepository, findHead } from "../../git-server/edit-repository.ts";
import {
  protectBranch,
  startGitServer,
  type ApiAnswer,
  type GitServer,
  type GitServerOptions,
} from "../../git-server/git-server.ts";
import { localRepository } from "../git/repositories.ts";

const web = { owner: "teams/europe/north", name: "web" };
const accounts = [{ username: "barry", token: "correct-horse-sentinel" }];

interface Stage {
  server: GitServer;
  host: GitHost;
  /** Answers to give first, each once, in place of Git's. */
  faults: ApiAnswer[];
}

async function start(options: GitServerOptions = { accounts }, token = "correct-horse-sentinel"): Promise<Stage> {
  const faults: ApiAnswer[] = [];
  const answerApi = (): ApiAnswer => faults.shift() ?? { status: 500 };
  const server = await startGitServer({ isOfApi: () => faults.length > 0, answerApi, ...options });
  onTestFinished(() => server.close());
  const wait = () => Promise.resolve();
  return {
    server,
    faults,
    host: createGitHost("generic", { url: server.url, signIn: { token, username: "barry" }, wait }),
  };
}

function seed({ server }: Stage, name = "teams/europe/north/web.git"): string {
  const path = server.createRepository(name, { defaultBranch: "trunk" });
  for (const branch of ["trunk", "feature/a", "feature"].slice(0, 2))
    editRepository(path, { branch, files: { "a.md": `${branch}\n` } });
  return path;
}

test.each([
  ["a server of today", false],
  ["one that knows the first protocol alone", true],
])("reads what is there from Git itself, on %s", async (_, isOld) => {
  const stage = await start({ accounts, isOld });
  const path = seed(stage);
  const { host, server } = stage;

  expect(await host.findRepository(web)).toEqual({
    ...web,
    cloneUrl: `${server.url}/teams/europe/north/web.git`,
    webUrl: `${server.url}/teams/europe/north/web`,
    defaultBranch: "trunk",
    isPrivate: true,
  });
  expect(await host.findBranch(web, "feature/a")).toEqual({
    name: "feature/a",
    commit: findHead(path, "refs/heads/feature/a"),
    isProtected: false,
  });
  expect(await host.findBranch(web, "feature")).toBeUndefined();
  expect(await host.findRepository({ ...web, name: "none" })).toBeUndefined();
  expect(await host.findBranch({ ...web, name: "none" }, "trunk")).toBeUndefined();
  expect(server.requests.filter(({ method }) => method === "POST").length).toBe(isOld ? 0 : 3);
  await host.setDefaultBranch(web, "feature/a");
  await expect(host.setDefaultBranch(web, "none")).rejects.toBeInstanceOf(NotFoundError);
  expect(await host.describeSignIn(web.owner)).toEqual({});
  expect([host.pullRequests, host.webhooks, host.setCommitStatus]).toEqual([undefined, undefined, undefined]);
});

test.each([
  ["tells its branch", false, "trunk"],
  ["keeps it to itself", true, "main"],
])("an empty repository is one, and %s", async (_, isOld, branch) => {
  const { server, host } = await start({ accounts, isOld });
  const path = server.createRepository("acme/empty.git", { defaultBranch: "trunk" });
  const empty = { owner: "acme", name: "empty" };

  expect(await host.ensureRepository(empty)).toMatchObject({ ...empty, defaultBranch: branch });
  expect(await host.findBranch(empty, branch)).toBeUndefined();
  editRepository(path, { branch: "release", files: { "a.md": "a" } });
  expect(await host.findRepository(empty)).toMatchObject({ defaultBranch: "release" });
});

test("finds a repository whose address does not end in .git", async () => {
  const stage = await start();
  seed(stage, "git/web");

  expect(await stage.host.findRepository({ owner: "git", name: "web" })).toMatchObject({
    cloneUrl: `${stage.server.url}/git/web`,
    defaultBranch: "trunk",
  });
});

test("copies into an empty repository, and asks for one where there is none", async () => {
  const stage = await start();
  seed(stage);
  const { host, server } = stage;
  const empty = { owner: "acme", name: "america web" };
  const fork = (target = empty) =>
    host.ensureFork({
      source: web,
      target,
      copy: async (from, to) => {
        const listCredentials = () => Promise.all([web, target].map(({ owner }) => host.getCredentials(owner)));
        const repository = await localRepository({ listCredentials });
        const [upstream, downstream] = [
          await repository.addRemote("upstream", { url: from.cloneUrl }),
          await repository.addRemote("downstream", { url: to.cloneUrl }),
        ];
        await ensureCopy(repository, { from: upstream, to: downstream, branch: from.defaultBranch });
      },
    });

  await expect(fork()).rejects.toThrow(
    `Failed to fork "teams/europe/north/web" to "acme/america web" on the Git server: there is no repository at ${server.url}/acme/america%20web.git, or the credentials may not see it. Make an empty one there, and run this again.`,
  );
  await expect(fork()).rejects.toBeInstanceOf(NotFoundError);
  server.createRepository("acme/america web.git", { defaultBranch: "main" });
  const made = await fork();

  expect(made).toMatchObject({ ...empty, defaultBranch: "trunk" });
  expect(await fork()).toEqual(made);
  server.createRepository("acme/other.git");
  editRepository(server.pathOf("acme/other.git"), { files: { "else.md": "else" }, message: "Another beginning" });
  const before = findHead(server.pathOf("acme/other.git"), "refs/heads/main");
  await expect(fork({ owner: "acme", name: "other" })).rejects.toThrow(
    /holds something else already, and is left as it is/,
  );
  expect(findHead(server.pathOf("acme/other.git"), "refs/heads/main")).toBe(before);
  await expect(host.ensureFork({ source: web, target: web, copy: () => Promise.resolve() })).rejects.toBeInstanceOf(
    ConflictError,
  );
});

test("removes a branch by a push without objects, and says why the server keeps one", async () => {
  const stage = await start();
  const path = seed(stage);
  const { host } = stage;

  await host.removeBranch(web, "feature/a");
  expect(findHead(path, "refs/heads/feature/a")).toBe("");
  await expect(host.removeBranch(web, "feature/a")).rejects.toBeInstanceOf(NotFoundError);
  editRepository(path, { branch: "kept", files: { "a.md": "a" } });
  protectBranch(path, "kept");
  await expect(host.removeBranch(web, "kept")).rejects.toThrow(/the Git server keeps the branch \(hook declined\)/i);
  await expect(host.removeRepository(web)).rejects.toThrow(
    /Git alone cannot remove the repository "teams\/europe\/north\/web"/i,
  );
});

test("needs no token where everybody may read and write, and sends none", async () => {
  const stage = await start({}, "");
  seed(stage);
  const { host, server } = stage;
  const access = createGitAccess({
    gitHost: "generic",
    gitHostUrl: undefined,
    gitToken: undefined,
    gitUsername: undefined,
    templateGitUsername: undefined,
    templateGitToken: undefined,
    templateUrl: `${server.url}/teams/europe/north/web.git`,
    openHost: openHostAccess,
  });
  access.admit(`${server.url}/teams/europe/north/web.git`);

  expect(await host.findRepository(web)).toMatchObject({ ...web, isPrivate: false });
  await host.removeBranch(web, "feature/a");
  expect(access.host?.url).toBe(server.url);
  expect(await access.listCredentials()).toEqual([]);
  expect(server.requests.every(({ authorization }) => authorization === undefined)).toBe(true);
});

test("says that credentials are wrong, are missing, or may not read, without the token", async () => {
  const wrong = await start({ accounts }, "wrong-sentinel");
  const none = await start({ accounts }, "");
  const weak = await start();
  for (const stage of [wrong, none, weak]) seed(stage);
  weak.faults.push({ status: 403 }, { status: 403 });

  for (const [{ host }, sentence] of [
    [wrong, /on the Git server: the Git server refused the credentials \(status 401\)\. Check the user name/],
    [none, /on the Git server: the Git server wants credentials, or has no such repository\. Enter a user name/],
    [weak, /the credentials may not read this repository \(status 403\)/],
  ] as const) {
    const finding = host.findRepository(web);
    await expect(finding).rejects.toThrow(sentence);
    await expect(finding).rejects.not.toThrow(/sentinel/);
    await expect(finding).rejects.toBeInstanceOf(NotAllowedError);
  }
});

const html = { status: 200, headers: { "content-type": "text/html" }, body: "<html>Sign in</html>" };
const advertisement = "application/x-git-upload-pack-advertisement";

test.each([
  ["a page", html],
  ["JSON", { status: 200, body: {} }],
  ["something cut off", { status: 200, headers: { "content-type": advertisement }, body: "001e# service=git" }],
  ["lengths that are none", { status: 200, headers: { "content-type": advertisement }, body: "00zz" }],
  ["a length that cannot be", { status: 200, headers: { "content-type": advertisement }, body: "0003" }],
])("says that no Git server answers, where the answer is %s", async (_, fault) => {
  const stage = await start();
  seed(stage);
  stage.faults.push(fault, fault);

  const finding = stage.host.findRepository(web);

  await expect(finding).rejects.toThrow(
    /there is no Git server at http:.*\/web\.git: the answer is not of its protocol/i,
  );
  await expect(finding).rejects.toBeInstanceOf(UnavailableError);
});

test("follows nobody elsewhere, waits where it is asked to, and says that the server is down", async () => {
  const other = await start();
  const { host, faults, server } = await start();
  const location = `http://lisa:hunter2@127.0.0.1:1/teams/web.git/info/refs?service=git-upload-pack`;
  faults.push({ status: 301, headers: { location } }, { status: 301, headers: { location } });
  const finding = host.findRepository(web);
  await expect(finding).rejects.toThrow(
    "the Git server redirects GET /teams/europe/north/web.git/info/refs to http://****@127.0.0.1:1/teams/web.git. Use the address it redirects to.",
  );
  await expect(finding).rejects.toBeInstanceOf(NotAllowedError);
  expect(other.server.requests).toEqual([]);

  server.createRepository("teams/europe/north/web.git");
  faults.push({ status: 429, headers: { "retry-after": "5" } });
  expect(await host.findRepository(web)).toMatchObject(web);
  server.answerWith(500);
  await expect(host.findRepository(web)).rejects.toThrow(/the Git server cannot answer now \(status 500\)/i);
  await server.close();
  await expect(host.findRepository(web)).rejects.toThrow(/The Git server at http.* cannot be reached/i);
});

test("knows its own addresses, with owners of any number of parts", () => {
  const host = createGitHost("generic", { url: "https://git.example.com/pub/", signIn: { token: "" } });

  expect(host.parseCloneUrl("https://git.example.com/pub/acme/web.git")).toEqual({ owner: "acme", name: "web" });
  expect(host.parseCloneUrl("https://lisa:x@git.example.com/pub/a/b%20c/d/e/web/")).toEqual({
    owner: "a/b c/d/e",
    name: "web",
  });
  for (const address of [
    "https://git.example.com/pub/web.git",
    "https://git.example.com/other/acme/web.git",
    "https://git.example.com/pub//web.git",
    "git@git.example.com:pub/acme/web.git",
  ])
    expect(host.parseCloneUrl(address)).toBeUndefined();
  expect(() => createGitHost("generic", { url: "https://git.example.com", signIn: { application: {} } })).toThrow(
    ParameterError,
  );
});

test("lines of Git's wire format are read as they are written, and nothing else is taken for one", () => {
  const line: fc.Arbitrary<PktLine> = fc.oneof(
    fc.constantFrom<PktLine>("flush", "delimiter"),
    fc
      .string({ unit: "binary" })
      .filter((text) => !text.endsWith("\n"))
      .map((text) => ({ text })),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      expect(parsePktLines(new TextEncoder().encode(renderPktLines(lines)))).toEqual(lines);
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
      const beginsWithLength = /^[0-9a-f]{4}$/i.test(new TextDecoder().decode(bytes.subarray(0, 4)));
      expect(parsePktLines(bytes) === undefined || beginsWithLength).toBe(true);
    }),
  );
});
