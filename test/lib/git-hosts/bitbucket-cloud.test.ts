import * as fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { createGitHost } from "../../../lib/git-hosts/index.ts";
import { hasPullRequests, type GitHost, type PullRequests } from "../../../lib/git-hosts/git-host.ts";
import type { GitHostOptions } from "../../../lib/git-hosts/host-access.ts";
import { NotAllowedError, NotFoundError, ParameterError, UnavailableError } from "../../../lib/step/errors.ts";
import { uuidOf } from "../../git-hosts-stand-ins/bitbucket-cloud-documents.ts";
import { startBitbucketCloud } from "../../git-hosts-stand-ins/bitbucket-cloud-stand-in.ts";
import type { StandInPull, StandInRepository } from "../../git-hosts-stand-ins/stand-in.ts";
import { editRepository, findHead } from "../../git-server/edit-repository.ts";

const web = { owner: "acme", name: "web" };
const between = { repository: web, from: "update", to: "main" };

async function bitbucket() {
  const { standIn, state, faults } = await startBitbucketCloud();
  onTestFinished(() => standIn.close());
  const scopes = ["repository:admin", "repository:write", "repository:delete", "pullrequest:write"];
  standIn.tokens.set("ATCTT-acme", { login: "acme token", scopes });
  standIn.tokens.set("ATATT-barry", {
    login: "barry",
    scopes: ["read", "write", "admin"]
      .map((verb) => `${verb}:repository:bitbucket`)
      .concat("read:user:bitbucket", "read:pullrequest:bitbucket", "write:pullrequest:bitbucket"),
    gitUsername: "x-bitbucket-api-token-auth",
  });
  for (const owner of ["acme", "contoso"]) standIn.accounts.set(owner, "Organization");
  const repository = standIn.add("acme", "web");
  const path = standIn.pathOf(repository);
  editRepository(path, { files: { "a.md": "a" } });
  const parents = [findHead(path, "refs/heads/main")];
  editRepository(path, { branch: "update", parents, files: { "b.md": "b" } });
  const waits: number[] = [];
  const wait = (milliseconds: number) => Promise.resolve(void waits.push(milliseconds));
  const as = (signIn: GitHostOptions["signIn"]): GitHost =>
    createGitHost("bitbucket-cloud", { url: standIn.server.url, signIn, wait });
  const host = as({ token: "ATCTT-acme" });
  const user = as({ token: "ATATT-barry", username: "barry@example.com" });
  return { standIn, state, faults, waits, repository, as, host, user, requests: requestsOf(host) };
}

function requestsOf(host: GitHost): PullRequests {
  if (!hasPullRequests(host)) throw new Error("no pull requests");
  return host.pullRequests;
}

function onlyPull({ pulls }: StandInRepository): StandInPull {
  const [pull] = pulls;
  if (pull === undefined) throw new Error("no pull request");
  return pull;
}

test("signs in as an access token, or as a user with the e-mail address, each by its name for Git", async () => {
  const { host, user, as, standIn } = await bitbucket();
  const { url } = standIn.server;

  expect(await host.getCredentials("acme")).toEqual({ url, username: "x-token-auth", token: "ATCTT-acme" });
  expect(await user.getCredentials("acme")).toEqual({
    url,
    username: "x-bitbucket-api-token-auth",
    token: "ATATT-barry",
  });
  expect(await user.findRepository(web)).toMatchObject(web);
  expect(() => as({ token: "ATATT-barry", username: "barry" })).toThrow(ParameterError);
  expect(() => as({ token: "t", username: "barry" })).toThrow(
    '"barry" is no user name that tokens of Bitbucket Cloud sign in with. Enter the e-mail address of the user for an API token',
  );
  expect(() => as({ application: {} })).toThrow("Bitbucket knows no applications with keys. Enter a token.");
});

test("is asked at its own address for its API", () => {
  const host = createGitHost("bitbucket-cloud", { signIn: { token: "t" } });

  expect(host.url).toBe("https://bitbucket.org");
  expect(host.parseCloneUrl("https://barry@bitbucket.org/acme/web.git")).toEqual(web);
});

test("says the scopes of a token, and whose it is where it is somebody's", async () => {
  const { host, user, faults } = await bitbucket();

  expect(await user.describeSignIn("acme")).toMatchObject({
    user: "barry",
    scopes: expect.arrayContaining(["read:user:bitbucket"]),
  });
  expect(await host.describeSignIn("acme")).toEqual({
    scopes: ["repository:admin", "repository:write", "repository:delete", "pullrequest:write"],
  });
  const detail = { required: ["account"], granted: ["repository"] };
  faults.push({ status: 403, body: { type: "error", error: { message: "Your credentials lack a scope.", detail } } });
  expect(await host.describeSignIn("acme")).toEqual({ scopes: ["repository"] });
});

test("says what is wrong with credentials, whatever Bitbucket says of them", async () => {
  const { as } = await bitbucket();
  const wrongEmail = as({ token: "ATATT-barry", username: "lisa@example.com" });

  await expect(as({ token: "ATATT-barry" }).findRepository(web)).rejects.toThrow(
    /Bitbucket refused the credentials \(Token is invalid, expired, or not supported for this endpoint\)\. .* e-mail address as the user name/,
  );
  await expect(wrongEmail.findRepository(web)).rejects.toThrow(/refused the credentials \(status 401\)/);
  await expect(wrongEmail.findRepository(web)).rejects.toBeInstanceOf(NotAllowedError);
});

test("finds repositories by their slugs, in small letters and with dashes", async () => {
  const { host, standIn } = await bitbucket();

  expect(await host.ensureRepository({ owner: "ACME", name: "Europe Web (new)" })).toMatchObject({
    owner: "acme",
    name: "europe-web-new",
  });
  expect(await host.findRepository({ owner: "acme", name: "EUROPE web new" })).toMatchObject({
    name: "europe-web-new",
  });
  expect(standIn.repositories).toHaveLength(2);
  await host.ensureRepository({ owner: "acme", name: "x".repeat(62) });
  for (const name of ["x".repeat(63), "", "..", "."])
    await expect(host.ensureRepository({ owner: "acme", name })).rejects.toThrow(
      /cannot be the name of a repository on Bitbucket Cloud\. Use one of at most 62 letters/,
    );
});

test("asks for no other path than one of repositories, whatever a name is", async () => {
  const { host, standIn } = await bitbucket();

  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary" }), async (name) => {
      const before = standIn.server.requests.length;
      const outcome = await host.findRepository({ owner: "acme", name }).catch((error: unknown) => error);
      const paths = standIn.server.requests.slice(before).map(({ path }) => path);
      expect(outcome === undefined || outcome instanceof ParameterError).toBe(true);
      for (const path of paths) expect(path).toMatch(/^\/api\/2\.0\/repositories\/acme\/[a-z0-9_.-]{1,62}$/);
    }),
    { examples: [["../../user"], ["a/b"], ["%2e%2e"], ["web?role=admin"]] },
  );
});

test("makes private forks, several for one workspace, and copies where forks are forbidden", async () => {
  const { host, standIn, state, repository } = await bitbucket();
  repository.isPrivate = false;
  const copied: string[] = [];
  const forkTo = (owner: string, name: string) =>
    host.ensureFork({
      source: web,
      target: { owner, name },
      copy: (from, to) => {
        copied.push(`${from.name} to ${to.owner}/${to.name}`);
        const made = standIn.find(to.owner, to.name);
        if (made !== undefined) editRepository(standIn.pathOf(made), { files: { "a.md": "a" } });
        return Promise.resolve();
      },
    });

  for (const [owner, name] of [
    ["contoso", "one"],
    ["contoso", "two"],
    ["acme", "three"],
  ] as const)
    expect(await forkTo(owner, name)).toMatchObject({ owner, name, isPrivate: true, forkedFrom: web });
  expect(copied).toEqual([]);

  state.repository(repository).forkPolicy = "no_forks";
  const copy = await forkTo("contoso", "four");
  expect(copy).not.toHaveProperty("forkedFrom");
  expect(copied).toEqual(["web to contoso/four"]);
});

test("takes a fork that another run made in the same moment for its own", async () => {
  const { host, standIn, faults, repository } = await bitbucket();
  const refusal = { type: "error", error: { message: "Repository with this Slug and Owner already exists." } };
  // The source, a target that is not there yet, the source's policy; and the fork is refused.
  faults.push({ status: 200, body: { full_name: "acme/web", is_private: true, mainbranch: { name: "main" } } });
  faults.push({ status: 404, body: refusal });
  faults.push({ status: 200, body: { full_name: "acme/web", is_private: true } });
  faults.push({ status: 400, body: refusal });
  standIn.fork(repository, "contoso", "raced");

  const fork = await host.ensureFork({
    source: web,
    target: { owner: "contoso", name: "raced" },
    copy: () => Promise.reject(new Error("copied")),
  });

  expect(fork).toMatchObject({ owner: "contoso", name: "raced", forkedFrom: web });
});

test("knows which restrictions are for a branch, by pattern and by the branching model, and who may push", async () => {
  const { host, user, state, repository } = await bitbucket();
  const rules = state.repository(repository);
  const barry = { uuid: uuidOf("barry") };
  rules.branchTypes = [{ kind: "release", prefix: "upd" }];
  const judge = async (restriction: (typeof rules.restrictions)[number]) => {
    rules.restrictions = [restriction];
    const { isProtected, acceptsPushes } = (await user.findBranch(web, "update")) ?? {};
    return [isProtected, acceptsPushes];
  };
  const glob = { kind: "push", branch_match_kind: "glob", users: [], groups: [] } as const;

  expect(await judge({ ...glob, pattern: "up*e", users: [barry] })).toEqual([true, true]);
  expect(await judge({ ...glob, pattern: "*" })).toEqual([true, false]);
  expect(await judge({ ...glob, pattern: "update", groups: [{ slug: "developers" }] })).toEqual([true, undefined]);
  expect(await judge({ ...glob, pattern: "u.date" })).toEqual([false, undefined]);
  expect(await judge({ ...glob, kind: "require_approvals_to_merge", pattern: "update" })).toEqual([true, undefined]);
  const model = { kind: "push", branch_match_kind: "branching_model", users: [] } as const;
  expect(await judge({ ...model, branch_type: "release" })).toEqual([true, false]);
  expect(await judge({ ...model, branch_type: "development" })).toEqual([false, undefined]);
  expect(await host.findBranch(web, "main")).toMatchObject({ isProtected: true });
});

test("sees no restrictions without the rights of an administrator", async () => {
  const { as, standIn, repository } = await bitbucket();
  standIn.tokens.set("ATCTT-reader", { login: "reader", scopes: ["repository"] });
  repository.protectedBranches.add("main");

  expect(await as({ token: "ATCTT-reader" }).findBranch(web, "main")).toMatchObject({ isProtected: false });
});

test("asks the default reviewers, but nobody who may not review, and keeps those who were added", async () => {
  const { user, state, repository } = await bitbucket();
  const requests = requestsOf(user);
  state.repository(repository).defaultReviewers = ["lisa", "bob", "geoff"];

  const first = await requests.ensure(between, { title: "One", body: "" });
  const { reviewers } = state.pull(onlyPull(repository));
  expect(reviewers).toEqual(["lisa", "bob", "geoff"]);
  reviewers.push("somebody");
  await requests.ensure(between, { title: "Two", body: "More" });
  expect(state.pull(onlyPull(repository)).reviewers).toEqual(["lisa", "bob", "geoff", "somebody"]);

  onlyPull(repository).state = "closed";
  state.repository(repository).defaultReviewers = ["lisa", "barry"];
  const second = await requests.ensure(between, { title: "Three", body: "" });
  expect(second.number).not.toBe(first.number);
  expect(repository.pulls.map((pull) => state.pull(pull).reviewers.length)).toEqual([4, 0]);
});

test("finds a request that was superseded, and one whose source is gone", async () => {
  const { requests, state, repository } = await bitbucket();
  const { number } = await requests.ensure(between, { title: 'With "quotes"', body: "" });
  const pull = onlyPull(repository);
  Object.assign(state.pull(pull), { isSuperseded: true, isSourceGone: true });
  pull.state = "closed";

  expect(await requests.find(between)).toMatchObject({ number, state: "closed" });
  expect(await requests.get(web, number)).toMatchObject({ source: undefined, from: "update", commit: "" });
});

test("finds the request of a branch whose name has quotes in it", async () => {
  const { requests, standIn, repository } = await bitbucket();
  const from = 'a"b';
  const path = standIn.pathOf(repository);
  editRepository(path, { branch: from, parents: [findHead(path, "refs/heads/main")], files: { "c.md": "c" } });

  const made = await requests.ensure({ ...between, from }, { title: "Quotes", body: "" });

  expect(await requests.find({ ...between, from })).toEqual(made);
  expect(await requests.find({ ...between, from: "a" })).toBeUndefined();
});

test("brings a request up to date that another run opened in the same moment", async () => {
  const { requests, repository, faults } = await bitbucket();
  await requests.ensure(between, { title: "Theirs", body: "" });
  faults.push({ status: 200, body: { values: [] } });

  expect(await requests.ensure(between, { title: "Ours", body: "" })).toMatchObject({ number: 1, title: "Ours" });
  expect(repository.pulls).toHaveLength(1);
});

test("merges as the repository allows, and says why it does not", async () => {
  const { requests, state, repository, standIn } = await bitbucket();
  const { number } = await requests.ensure(between, { title: "Update", body: "" });
  const commit = findHead(standIn.pathOf(repository), "refs/heads/update");
  const rules = state.repository(repository);
  const merge = (method: "merge" | "squash" | "rebase") =>
    requests.merge(web, number, { method, commit, title: "Update" });

  rules.mergeStrategies = ["fast_forward"];
  expect(await merge("squash")).toEqual({
    state: "waiting",
    reason: 'The repository does not let "squash" merge pull requests.',
  });
  state.pull(onlyPull(repository)).isQueued = true;
  expect(await merge("rebase")).toEqual({ state: "waiting", reason: "It is in the merge queue." });
  state.pull(onlyPull(repository)).isQueued = false;
  rules.looksUntilMerged = 3;
  expect(await merge("rebase")).toEqual({ state: "merged", mergeCommit: commit });
});

test("says that a request is in conflict", async () => {
  const { requests, repository, standIn } = await bitbucket();
  const path = standIn.pathOf(repository);
  const { number } = await requests.ensure(between, { title: "Update", body: "" });
  editRepository(path, { files: { "b.md": "another\n" } });
  const commit = findHead(path, "refs/heads/update");

  expect(await requests.merge(web, number, { method: "merge", commit, title: "Update" })).toEqual({
    state: "waiting",
    reason: "You can't merge until you resolve all merge conflicts.",
  });
});

test("writes a new comment where ours was deleted", async () => {
  const { requests, repository, state } = await bitbucket();
  const { number } = await requests.ensure(between, { title: "Update", body: "" });
  const comment = { marker: "<!-- ours -->", body: "<!-- ours -->\nHello" };
  await requests.ensureComment(web, number, comment);
  const pull = onlyPull(repository);
  for (const each of pull.comments) state.pull(pull).deleted.add(each);

  await requests.ensureComment(web, number, comment);

  expect(pull.comments.map(({ body }) => body)).toEqual(Array.from({ length: 2 }, () => "[//]: # (ours)\n\nHello"));
});

test("a status always leads somewhere, and has a key that Bitbucket takes", async () => {
  const { host, state, repository, standIn } = await bitbucket();
  const commit = findHead(standIn.pathOf(repository), "refs/heads/main");
  const name = "Managed Spaces: the whole of a rather long name of a check";

  await host.setCommitStatus?.(web, commit, { name, state: "error", description: "Broken" });

  expect(state.repository(repository).statusSettings).toEqual([
    {
      key: expect.stringMatching(/^Managed Spaces: the whole of a \w*-[0-9a-f]{8}$/),
      name,
      state: "STOPPED",
      description: "Broken",
      url: `${standIn.server.url}/acme/web/commits/${commit}`,
    },
  ]);
});

test("a repository that was renamed is not there any more", async () => {
  const { host, standIn, repository } = await bitbucket();
  standIn.rename(repository, "website");

  expect(await host.findRepository(web)).toBeUndefined();
  await expect(host.removeBranch(web, "update")).rejects.toThrow(/whether the repository has another name since/);
  await expect(host.removeBranch(web, "update")).rejects.toBeInstanceOf(NotFoundError);
});

test("waits as the limit asks, and where it says nothing, in steps that grow", async () => {
  const { host, faults, waits } = await bitbucket();
  const headers = { "x-ratelimit-limit": "1000", "x-ratelimit-resource": "api", "x-ratelimit-nearlimit": "true" };
  const body = { type: "error", error: { message: "Rate limit for this resource has been exceeded" } };
  faults.push({ status: 429, headers: { ...headers, "retry-after": "7" }, body }, { status: 429, headers, body });

  expect(await host.findRepository(web)).toMatchObject(web);
  expect(Math.max(...waits)).toBeGreaterThanOrEqual(7000);
});

test("does not wait for an hour, and says what gives more requests", async () => {
  const { host, faults } = await bitbucket();
  faults.push({ status: 429, headers: { "retry-after": "3000" } });

  const finding = host.findRepository(web);

  await expect(finding).rejects.toThrow(/limits the rate of requests.*counts the requests of one hour/);
  await expect(finding).rejects.toBeInstanceOf(UnavailableError);
});

test("an answer that is not of the API, a page, and a redirect are refused; the token goes nowhere else", async () => {
  const { host, faults, standIn } = await bitbucket();
  const other = await bitbucket();
  faults.push({ status: 200, headers: { "content-type": "text/html" }, body: "<html>Sign in</html>" });
  await expect(host.findRepository(web)).rejects.toThrow(/gave an answer that is not of its API/);
  faults.push({ status: 503, headers: { "content-type": "text/html" }, body: "<html>Down</html>" });
  expect(await host.findRepository(web)).toMatchObject(web);
  faults.push({ status: 555, body: { type: "error", error: { message: "Timed out." } } });
  await expect(host.removeBranch(web, "update")).rejects.toThrow(/Bitbucket cannot answer now \(Timed out\)/);

  const location = `${other.standIn.server.url}/api/2.0/repositories/acme/web?a=b`;
  faults.push({ status: 301, headers: { location } });
  await expect(host.findRepository(web)).rejects.toThrow(
    `Bitbucket redirects GET /api/2.0/repositories/acme/web to ${location.replace("?a=b", "")}. Use the address it redirects to as the address of the host.`,
  );
  expect(other.standIn.server.requests).toEqual([]);
  expect(standIn.server.requests.length).toBeGreaterThan(0);
});

test("follows the next page at the address that it was given, wherever Bitbucket says that it is", async () => {
  const { requests, faults, standIn } = await bitbucket();
  const { number } = await requests.ensure(between, { title: "Update", body: "" });
  const next = "https://api.bitbucket.org/2.0/repositories/acme/web/pullrequests?page=2&state=OPEN&state=MERGED";
  faults.push({ status: 200, body: { values: [], next } });

  await requests.listOpen(web);

  const last = new URL(standIn.server.requests.at(-1)?.path ?? "", standIn.server.url);
  expect(last.searchParams.getAll("state")).toEqual(["OPEN", "MERGED"]);
  expect(last.searchParams.get("page")).toBe("2");
  expect(number).toBe(1);
});
