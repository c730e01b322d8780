import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { delimiter, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { maskUrlCredentials, splitCredentials } from "../../../lib/git/git-credentials.ts";
import { findFile, listCommits } from "../../../lib/git/compare.ts";
import { createRepository, fetchRemote, getCommit } from "../../../lib/git/repository.ts";
import { pushCommit } from "../../../lib/git/push.ts";
import { editRepository } from "../../git-server/edit-repository.ts";
import { fetchedRepository, gitServer, temporaryDirectory } from "./repositories.ts";

const token = "s3cr3t/t0ken+sentinel";
const account = { username: "octopus", token };
const basic = `Basic ${Buffer.from(`octopus:${token}`).toString("base64")}`;

/** A `git` on PATH that writes down its arguments and goes on. */
function recordingGit(): { PATH: string; read(): string } {
  const directory = temporaryDirectory();
  const real = execFileSync("sh", ["-c", "command -v git"]).toString().trim();
  const record = join(directory, "arguments.txt");
  writeFileSync(join(directory, "git"), `#!/bin/sh\nprintf '%s\\n' "$*" >> '${record}'\nexec '${real}' "$@"\n`);
  chmodSync(join(directory, "git"), 0o755);
  return { PATH: `${directory}${delimiter}${process.env["PATH"] ?? ""}`, read: () => readFileSync(record, "utf8") };
}

/** A `git` on PATH that writes down which of our commands has a token in its environment, and goes on. */
function tokenSeeingGit(): { PATH: string; all(): string[]; withToken(): string[] } {
  const directory = temporaryDirectory();
  const real = execFileSync("sh", ["-c", "command -v git"]).toString().trim();
  const record = join(directory, "seen.txt");
  // Behind a setting that is for one command alone.
  const look = `command=$1; [ "$1" = -c ] && command=$3; printf '%s %s\\n' "$command" "$(env | grep -c '^MANAGED_SPACES_TOKEN')" >> '${record}'`;
  // What Git itself starts comes by another way than PATH's first, or has a path for its name.
  writeFileSync(join(directory, "git"), `#!/bin/sh\n${look}\nPATH="\${PATH#*:}" exec '${real}' "$@"\n`);
  chmodSync(join(directory, "git"), 0o755);
  const read = (): string[][] =>
    readFileSync(record, "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => line.split(" "));
  const unique = (lines: string[][]): string[] => [...new Set(lines.flatMap(([command = ""]) => command))].toSorted();
  return {
    PATH: `${directory}${delimiter}${process.env["PATH"] ?? ""}`,
    all: () => unique(read()),
    withToken: () => unique(read().filter(([, count]) => count !== "0")),
  };
}

function everyFile(directory: string): string {
  const files = readdirSync(directory, { recursive: true, encoding: "utf8" }).map((name) => join(directory, name));
  return files
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file, "latin1"))
    .join("\n");
}

test.each([
  ["with a name", {}, basic],
  ["as a bearer", { isBearer: true }, `Bearer ${token}`],
] as const)(
  "credentials reach the host %s, and nothing else: no argument, remote, file or log",
  async (_, form, sent) => {
    const server = await gitServer({ accounts: [{ ...account, bearer: "may" }] });
    editRepository(server.createRepository("acme/web.git"), { files: { "a.md": "a\n" } });
    const git = recordingGit();
    const directory = join(temporaryDirectory(), "repository");
    const log: string[] = [];

    const repository = await fetchedRepository({
      directory,
      url: `${server.url}/acme/web.git`,
      listCredentials: () => Promise.resolve([{ url: server.url, ...account, ...form }]),
      environment: { ...process.env, PATH: git.PATH },
      onCommand: (command) => void log.push(command),
    });
    const origin = repository.remotes.get("origin");
    if (origin === undefined) throw new Error("no origin");
    await pushCommit(repository, origin, {
      commit: await getCommit(repository, origin, { branch: "main" }),
      branch: "ours",
    });

    expect(
      server.requests.filter(({ status }) => status === 200).every(({ authorization }) => authorization === sent),
    ).toBe(true);
    expect(server.requests.some(({ path }) => path.endsWith("git-receive-pack"))).toBe(true);
    const seen = [git.read(), everyFile(directory), log.join("\n")].join("\n");
    expect(git.read()).toContain("push --porcelain");
    for (const written of [token, encodeURIComponent(token), basic.slice(6)]) expect(seen).not.toContain(written);
  },
);

test("a bearer goes to no other address, wherever the host points to", async () => {
  const other = await gitServer();
  other.createRepository("acme/web.git");
  const pointing = createServer((request, response) => {
    response.writeHead(301, { location: `${other.url}${request.url}` }).end();
  });
  await new Promise<void>((resolve) => void pointing.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void pointing.close());
  const address = pointing.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;

  const fetching = fetchedRepository({
    url: `${url}/acme/web.git`,
    listCredentials: () => Promise.resolve([{ url, ...account, isBearer: true }]),
  });

  await expect(fetching).rejects.toThrow(/301/);
  expect(other.requests).toEqual([]);
});

test("only what talks to a host has the token in its environment", async () => {
  const server = await gitServer({ accounts: [account] });
  editRepository(server.createRepository("acme/web.git"), { files: { "a.md": "a\n" } });
  for (const isPartial of [false, true]) {
    const git = tokenSeeingGit();
    const repository = await createRepository({
      directory: join(temporaryDirectory(), "repository"),
      listCredentials: () => Promise.resolve([{ url: server.url, ...account }]),
      environment: { ...process.env, PATH: git.PATH },
    });
    const remote = await repository.addRemote("origin", { url: `${server.url}/acme/web.git`, isPartial });
    await fetchRemote(repository, remote);
    const commit = await getCommit(repository, remote, { branch: "main" });
    await listCommits(repository, { base: commit, head: commit });
    expect(await findFile(repository, commit, { path: "a.md" })).toBe("a\n");
    await pushCommit(repository, remote, { commit, branch: `ours-${isPartial}` });

    const reading = isPartial ? ["cat-file", "log"] : [];
    expect(git.withToken()).toEqual(["fetch", "push", ...reading].toSorted());
    expect(git.all()).toEqual(expect.arrayContaining(["version", "init", "cat-file", "log"]));
  }
});

test("credentials in an address are taken apart before Git sees it, and masked when it fails", async () => {
  const server = await gitServer({ accounts: [account] });
  const git = recordingGit();
  const directory = join(temporaryDirectory(), "repository");
  const address = `${server.url.replace("http://", `http://octopus:${encodeURIComponent(token)}@`)}/acme/gone.git`;
  const repository = await createRepository({ directory, environment: { ...process.env, PATH: git.PATH } });
  const remote = await repository.addRemote("origin", { url: address });

  const failure = await fetchRemote(repository, remote).catch((error: unknown) => String(error));

  expect(failure).toBe(
    `NotFoundError: Failed to fetch the repository "${server.url}/acme/gone.git": the repository does not exist, or the credentials may not see it. Check the address and the token.`,
  );
  expect(server.requests.at(-1)?.authorization).toBe(basic);
  for (const form of [token, encodeURIComponent(token)]) expect(git.read() + everyFile(directory)).not.toContain(form);
});

test("two owners of one host get each its own token", async () => {
  const accounts = [
    { username: "x-access-token", token: "token-of-acme", owner: "acme" },
    { username: "x-access-token", token: "token-of-contoso", owner: "contoso" },
  ];
  const server = await gitServer({ accounts });
  for (const { owner } of accounts)
    editRepository(server.createRepository(`${owner}/web.git`), { files: { "a.md": owner } });
  const listCredentials = () =>
    Promise.resolve(accounts.map(({ owner, ...rest }) => ({ url: `${server.url}/${owner}`, ...rest })));
  const repository = await createRepository({ directory: temporaryDirectory(), listCredentials });

  for (const { owner } of accounts)
    await fetchRemote(repository, await repository.addRemote(owner, { url: `${server.url}/${owner}/web.git` }));

  const sent = server.requests
    .filter(({ status }) => status === 200)
    .map(({ path, authorization }) =>
      [
        path.split("/")[1],
        Buffer.from(authorization?.slice(6) ?? "", "base64")
          .toString()
          .split(":")[1],
      ].join(" "),
    );
  expect(new Set(sent)).toEqual(new Set(["acme token-of-acme", "contoso token-of-contoso"]));
});

test("credentials go to their own host only", async () => {
  const server = await gitServer({ accounts: [account] });
  const other = await gitServer();
  editRepository(other.createRepository("acme/web.git"), { files: { "a.md": "a\n" } });
  const listCredentials = () => Promise.resolve([{ url: server.url, ...account }]);

  await fetchedRepository({ url: `${other.url}/acme/web.git`, listCredentials });

  expect(other.requests.map(({ authorization }) => authorization).filter((header) => header !== undefined)).toEqual([]);
});

test("the worker's own Git configuration and .netrc play no part", async () => {
  const server = await gitServer({ accounts: [account] });
  server.createRepository("acme/web.git");
  const home = temporaryDirectory();
  mkdirSync(join(home, ".config"));
  writeFileSync(join(home, ".netrc"), `machine 127.0.0.1 login octopus password ${token}\n`);
  writeFileSync(
    join(home, ".gitconfig"),
    `[credential]\n\thelper = "!echo username=octopus; echo password=${token}; :"\n`,
  );

  const cloning = fetchedRepository({
    url: `${server.url}/acme/web.git`,
    environment: { ...process.env, HOME: home, GIT_ASKPASS: "/bin/true" },
  });

  await expect(cloning).rejects.toThrow(
    `the host wants credentials for ${server.url}/acme/web.git, and there are none for it`,
  );
});

test("an address is split into what may be shown and what may not", () => {
  expect(splitCredentials("https://lisa:p%40ss@git.example.com/acme/web.git/")).toEqual({
    url: "https://git.example.com/acme/web.git",
    credentials: { url: "https://git.example.com/acme/web.git", username: "lisa", token: "p@ss" },
  });
  expect(splitCredentials("https://ghp_abc@github.com/acme/web?x=1")).toEqual({
    url: "https://github.com/acme/web",
    credentials: { url: "https://github.com/acme/web", username: "x-access-token", token: "ghp_abc" },
  });
  expect(splitCredentials("https://git.example.com/acme/web.git")).toEqual({
    url: "https://git.example.com/acme/web.git",
  });
});

test("an address that is not for HTTPS is refused in one sentence", () => {
  expect(() => splitCredentials("git@github.com:acme/web.git")).toThrow(/uses SSH\. Use the address for HTTPS/);
  expect(() => splitCredentials("ext::sh -c whoami")).toThrow(/is no address of a repository/);
  expect(() => splitCredentials("/srv/git/web.git")).toThrow(/is no address of a repository/);
});

test("masks the credentials of every address in a text", () => {
  expect(maskUrlCredentials("from https://lisa:p@ss@host/a and http://tok@host:3000/b, not lisa@example.com")).toBe(
    "from https://****@host/a and http://****@host:3000/b, not lisa@example.com",
  );
});

test("a token with a line break is refused, as a helper would read two answers", async () => {
  const listCredentials = () =>
    Promise.resolve([{ url: "https://git.example.com", username: "x", token: "a\nhost=evil" }]);

  const repository = await createRepository({ directory: temporaryDirectory(), listCredentials });
  const remote = await repository.addRemote("origin", { url: "https://git.example.com/acme/web.git" });

  await expect(fetchRemote(repository, remote)).rejects.toThrow(
    "the Git credentials for https://git.example.com hold a line break.",
  );
});

test("credentials stay hidden when the worker has debugging switched on", async () => {
  const server = await gitServer({ accounts: [account] });
  editRepository(server.createRepository("acme/web.git"), { files: { "a.md": "a\n" } });
  const clone = {
    directory: join(temporaryDirectory(), "repository"),
    url: `${server.url}/acme/web.git`,
    credentials: [{ url: server.url, ...account }],
  };

  const { stdout, stderr, status } = await runWithInput(
    ["--import", "tsx", "--input-type=module", "--eval", cloneProgram],
    {
      input: JSON.stringify(clone),
      environment: { ...process.env, DEBUG: "*" },
    },
  );

  expect({ status, stdout }).toEqual({ status: 0, stdout: "cloned\n" });
  for (const form of [token, encodeURIComponent(token), basic.slice(6)]) expect(stderr).not.toContain(form);
});

/** A process of its own, since what is debugged is read once, when it starts. */
const cloneProgram = `
  import { text } from "node:stream/consumers";
  import { createRepository, fetchRemote } from "${new URL("../../../lib/git/repository.ts", import.meta.url).href}";
  const { credentials, directory, url } = JSON.parse(await text(process.stdin));
  const repository = await createRepository({ directory, listCredentials: () => Promise.resolve(credentials) });
  await fetchRemote(repository, await repository.addRemote("origin", { url }));
  console.log("cloned");
`;

interface ProcessOptions {
  input: string;
  environment: NodeJS.ProcessEnv;
}

function runWithInput(args: string[], { input, environment }: ProcessOptions) {
  return new Promise<{ status: number | null; stdout: string; stderr: string }>((resolve) => {
    const child = spawn(process.execPath, args, { env: environment });
    const output = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => void (output.stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => void (output.stderr += chunk.toString()));
    child.on("close", (status) => resolve({ status, ...output }));
    child.stdin.end(input);
  });
}
