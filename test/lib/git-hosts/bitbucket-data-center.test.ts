import * as fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { createGitHost } from "../../../lib/git-hosts/index.ts";
import { hasPullRequests, type GitHost, type PullRequests } from "../../../lib/git-hosts/git-host.ts";
import type { GitHostOptions } from "../../../lib/git-hosts/host-access.ts";
import { pushCommit } from "../../../lib/git/push.ts";
import { fetchRemote, getCommit } from "../../../lib/git/repository.ts";
import {
  ConflictError,
  NotAllowedError,
  NotFoundError,
  ParameterError,
  UnavailableError,
} from "../../../lib/step/errors.ts";
import { toRepository, type Restriction } from "../../git-hosts-stand-ins/bitbucket-data-center-documents.ts";
import { startBitbucketDataCenter } from "../../git-hosts-stand-ins/bitbucket-data-center-stand-in.ts";
import type { StandInPull, StandInRepository } from "../../git-hosts-stand-ins/stand-in.ts";
import { editRepository, findHead } from "../../git-server/edit-repository.ts";
import { localRepository } from "../git/repositories.ts";

const web = { owner: "acme", name: "web" };
const between = { repository: web, from: "update", to: "main" };

async function bitbucket() {
  const { standIn, url, state, faults } = await startBitbucketDataCenter();
  onTestFinished(() => standIn.close());
  standIn.tokens.set("BBDC-barry", { login: "barry", scopes: ["PROJECT_ADMIN"], bearer: "may" });
  standIn.tokens.set("BBDC-project", { login: "", scopes: ["PROJECT_ADMIN"], bearer: "must" });
  for (const owner of ["acme", "contoso"]) standIn.accounts.set(owner, "Organization");
  standIn.accounts.set("barry", "User");
  const repository = standIn.add("acme", "web");
  const path = standIn.pathOf(repository);
  editRepository(path, { files: { "a.md": "a" } });
  editRepository(path, { branch: "update", parents: [findHead(path, "refs/heads/main")], files: { "b.md": "b" } });
  const waits: number[] = [];
  const wait = (milliseconds: number) => Promise.resolve(void waits.push(milliseconds));
  const as = (signIn: GitHostOptions["signIn"]): GitHost =>
    createGitHost("bitbucket-data-center", { url: `${url}/`, signIn, wait });
  const host = as({ token: "BBDC-barry" });
  return { standIn, url, state, faults, waits, repository, as, host, requests: requestsOf(host) };
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

function refusal(exception: string, message: string): object {
  return { errors: [{ context: null, message, exceptionName: `com.atlassian.bitbucket.${exception}` }] };
}

test("a project's token, which is nobody's, fetches and pushes as a bearer; a user's comes with the name where one is given", async () => {
  const { as, url } = await bitbucket();
  const project = as({ token: "BBDC-project" });
  const user = as({ token: "BBDC-barry", username: "barry" });

  expect(await project.getCredentials("acme")).toMatchObject({ url: `${url}/scm`, isBearer: true });
  expect(await user.getCredentials("acme")).toEqual({ url: `${url}/scm`, username: "barry", token: "BBDC-barry" });
  for (const [index, host] of [project, user].entries()) {
    const listCredentials = async () => [await host.getCredentials("acme")];
    const local = await localRepository({ listCredentials });
    const remote = await local.addRemote("origin", { url: `${url}/scm/acme/web.git` });
    await fetchRemote(local, remote);
    const commit = await getCommit(local, remote, { branch: "main" });
    await pushCommit(local, remote, { commit, branch: `by-${index}` });
    expect(await host.findBranch(web, `by-${index}`)).toMatchObject({ commit });
  }
  expect(await project.describeSignIn("acme")).toEqual({});
  expect(await user.describeSignIn("acme")).toEqual({ user: "barry" });
  expect(() => as({ application: {} })).toThrow(ParameterError);
});

test("knows its addresses for Git and its pages, below the path that it is at", async () => {
  const { host, url } = await bitbucket();

  for (const address of [
    `${url}/scm/ACME/web.git`,
    `${url}/scm/ACME/web/`,
    `${url}/projects/ACME/repos/web`,
    `${url}/projects/ACME/repos/web/browse`,
  ])
    expect(host.parseCloneUrl(address)).toEqual({ owner: "ACME", name: "web" });
  expect(host.parseCloneUrl(`${url}/scm/~barry/web.git`)).toEqual({ owner: "~barry", name: "web" });
  expect(host.parseCloneUrl(`${url}/users/barry/repos/web/browse`)).toEqual({ owner: "~barry", name: "web" });
  for (const address of [
    `${url}/scm/acme/web/more`,
    `${url}/acme/web.git`,
    `${url.replace("/bitbucket", "")}/scm/acme/web.git`,
  ])
    expect(host.parseCloneUrl(address)).toBeUndefined();
});

test("has repositories of a user in the user's own project, with pages of their own", async () => {
  const { host, url } = await bitbucket();

  expect(await host.ensureRepository({ owner: "~barry", name: "Europe Web!" })).toMatchObject({
    owner: "~barry",
    name: "europe-web-",
    cloneUrl: `${url}/scm/~barry/europe-web-.git`,
    webUrl: `${url}/users/barry/repos/europe-web-/browse`,
  });
  for (const name of ["-web", "x".repeat(129), ""])
    await expect(host.ensureRepository({ owner: "acme", name })).rejects.toThrow(
      /cannot be the name of a repository on Bitbucket\. Use one of at most 128 letters.* begins with a letter or a digit/,
    );
  await expect(host.findRepository({ owner: "acme/web", name: "web" })).rejects.toThrow(
    '"acme/web" is no key of a project. Use a key such as PRJ',
  );
});

test("asks for no other path than one of repositories, whatever a name and a key are", async () => {
  const { host, standIn } = await bitbucket();

  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), async (owner, name) => {
      const before = standIn.server.requests.length;
      const outcome = await host.findRepository({ owner, name }).catch((error: unknown) => error);
      const paths = standIn.server.requests.slice(before).map(({ path }) => path);
      expect(outcome === undefined || outcome instanceof ParameterError).toBe(true);
      for (const path of paths)
        expect(path).toMatch(
          /^\/bitbucket\/rest\/api\/latest\/projects\/~?[\w.-]+\/repos\/[a-z0-9][a-z0-9_.-]{0,127}$/,
        );
    }),
    {
      examples: [
        ["..", "web"],
        ["~", "web"],
        ["acme", "../web"],
        ["acme", "a/../.."],
        ["acme", "web?x=y"],
      ],
    },
  );
});

test("has several forks in one project, and one beside what it is a fork of", async () => {
  const { host, repository } = await bitbucket();
  const forkTo = (owner: string, name: string) =>
    host.ensureFork({ source: web, target: { owner, name }, copy: () => Promise.reject(new Error("copied")) });

  for (const [owner, name] of [
    ["contoso", "one"],
    ["CONTOSO", "two"],
    ["acme", "three"],
    ["~barry", "four"],
  ] as const)
    expect(await forkTo(owner, name)).toMatchObject({ owner: owner.toLowerCase(), name, forkedFrom: web });

  repository.allowsForking = false;
  await expect(forkTo("contoso", "five")).rejects.toThrow("copied");
});

test("says why a fork could not be made", async () => {
  const { host, standIn, state, repository } = await bitbucket();
  state.failures.set(standIn.fork(repository, "contoso", "broken"), "The disk is full.");

  const forking = host.ensureFork({
    source: web,
    target: { owner: "contoso", name: "broken" },
    copy: () => Promise.reject(new Error("copied")),
  });

  await expect(forking).rejects.toThrow(
    /Bitbucket could not make the repository "contoso\/broken" \(The disk is full\)\. Remove it, and run the step again\./,
  );
  await expect(forking).rejects.toBeInstanceOf(ConflictError);
});

test("takes a fork that another run made in the same moment for its own", async () => {
  const { host, standIn, faults, repository } = await bitbucket();
  standIn.fork(repository, "contoso", "raced");
  const details = { id: 1, slug: "web", project: { key: "ACME" } };
  const taken = refusal("repository.RepositoryCreationException", "This repository URL is already taken.");
  // The source and its branch, a target that is not there yet, the source again; and the fork is refused.
  faults.push({ status: 200, body: details }, { status: 200, body: { displayId: "main" } });
  faults.push({ status: 404, body: refusal("repository.NoSuchRepositoryException", "No such repository.") });
  faults.push({ status: 200, body: details }, { status: 400, body: taken });

  expect(
    await host.ensureFork({
      source: web,
      target: { owner: "contoso", name: "raced" },
      copy: () => Promise.reject(new Error("copied")),
    }),
  ).toMatchObject({ owner: "contoso", name: "raced", forkedFrom: web });
});

test("knows which permissions of branches are for a branch, and who may push all the same", async () => {
  const { host, as, state, repository } = await bitbucket();
  const judge = async (restriction: Restriction, by = host) => {
    state.restrictions.set(repository, [restriction]);
    const { isProtected, acceptsPushes } = (await by.findBranch(web, "update")) ?? {};
    return [isProtected, acceptsPushes];
  };
  const matcher = (id: string, kind: string) => ({ id, type: { id: kind } });
  const all = { type: "read-only", matcher: matcher("ANY_REF_MATCHER_ID", "ANY_REF"), users: [], groups: [] } as const;
  const barry = { users: [{ name: "barry" }] };

  expect(await judge(all)).toEqual([true, false]);
  expect(await judge({ ...all, ...barry })).toEqual([true, true]);
  expect(await judge({ ...all, groups: ["developers"] })).toEqual([true, undefined]);
  expect(await judge({ ...all, type: "no-deletes" })).toEqual([true, undefined]);
  expect(await judge(all, as({ token: "BBDC-project" }))).toEqual([true, undefined]);
  expect(await judge({ ...all, matcher: matcher("refs/heads/update", "BRANCH") })).toEqual([true, false]);
  for (const pattern of ["upd*", "heads/**", "u?date", "heads/", "refs/heads/update"])
    expect(await judge({ ...all, matcher: matcher(pattern, "PATTERN") })).toEqual([true, false]);
  for (const pattern of ["upd", "u.date", "heads/*/update", "pdate"])
    expect(await judge({ ...all, matcher: matcher(pattern, "PATTERN") })).toEqual([false, undefined]);
});

test("sees no permissions of branches without the rights of an administrator", async () => {
  const { as, standIn, repository } = await bitbucket();
  standIn.tokens.set("BBDC-reader", { login: "reader", scopes: ["REPO_READ"], bearer: "may" });
  repository.protectedBranches.add("main");

  expect(await as({ token: "BBDC-reader" }).findBranch(web, "main")).toMatchObject({ isProtected: false });
});

test("finds a branch among many that have its name in theirs", async () => {
  const { host, standIn, repository } = await bitbucket();
  const path = standIn.pathOf(repository);
  const parents = [findHead(path, "refs/heads/main")];
  for (const branch of ["a-update", "b-update", "c/update"]) editRepository(path, { branch, parents, files: {} });

  expect(await host.findBranch(web, "update")).toMatchObject({ commit: findHead(path, "refs/heads/update") });
  expect(await host.findBranch(web, "pdate")).toBeUndefined();
});

test("asks the default reviewers, but nobody who may not review, and keeps those who were added", async () => {
  const { requests, state, repository } = await bitbucket();
  state.defaultReviewers = ["lisa", "bob"];

  await requests.ensure(between, { title: "One", body: "" });
  const pull = onlyPull(repository);
  expect(state.reviewers.get(pull)).toEqual(["lisa", "bob"]);
  state.reviewers.set(pull, ["lisa", "geoff"]);
  await requests.ensure(between, { title: "Two", body: "More" });
  expect(state.reviewers.get(pull)).toEqual(["lisa", "geoff"]);

  pull.state = "closed";
  state.strangers.add("bob");
  const { number } = await requests.ensure(between, { title: "Three", body: "" });
  expect(number).toBe(2);
  expect(repository.pulls.map((each) => state.reviewers.get(each)?.length)).toEqual([2, 0]);
});

test("brings a request up to date that was changed, or opened, in the same moment", async () => {
  const { requests, repository, faults } = await bitbucket();
  await requests.ensure(between, { title: "Theirs", body: "" });
  const stale = {
    id: 1,
    version: 7,
    title: "Old",
    state: "OPEN",
    fromRef: { id: "refs/heads/update", displayId: "update", repository: { slug: "web", project: { key: "ACME" } } },
    toRef: { id: "refs/heads/main", displayId: "main", repository: { slug: "web", project: { key: "ACME" } } },
  };
  faults.push({ status: 200, body: { values: [stale], isLastPage: true } });
  expect(await requests.ensure(between, { title: "Ours", body: "" })).toMatchObject({ number: 1, title: "Ours" });

  faults.push({ status: 200, body: { values: [], isLastPage: true } });
  expect(await requests.ensure(between, { title: "Again", body: "" })).toMatchObject({ number: 1, title: "Again" });
  expect(repository.pulls).toHaveLength(1);
});

test("says what vetoed a merge, and that a request is in conflict", async () => {
  const { requests, repository, standIn } = await bitbucket();
  const path = standIn.pathOf(repository);
  const { number } = await requests.ensure(between, { title: "Update", body: "" });
  const commit = findHead(path, "refs/heads/update");
  const merge = () => requests.merge(web, number, { method: "rebase", commit, title: "Update" });

  onlyPull(repository).blockedBy = "You need a minimum of one successful build before this pull request can be merged.";
  expect(await merge()).toEqual({ state: "waiting", reason: onlyPull(repository).blockedBy });
  delete onlyPull(repository).blockedBy;
  editRepository(path, { files: { "b.md": "another\n" } });
  expect(await merge()).toEqual({
    state: "waiting",
    reason: "The pull request has conflicts and cannot be merged.",
  });
});

test("merges by whichever strategy of a kind is enabled, and says that none is", async () => {
  const { host, requests, repository, standIn, state, faults } = await bitbucket();
  const { number } = await requests.ensure(between, { title: "Update", body: "" });
  const commit = findHead(standIn.pathOf(repository), "refs/heads/update");
  const merge = (method: "merge" | "squash") => requests.merge(web, number, { method, commit, title: "Update" });

  repository.mergeMethods = ["squash-ff-only", "rebase-no-ff"];
  expect((await host.findRepository(web))?.mergeMethods).toEqual(["squash", "rebase"]);
  expect(await merge("merge")).toEqual({
    state: "waiting",
    reason: 'The repository does not let "merge" merge pull requests.',
  });
  expect(await merge("squash")).toMatchObject({ state: "merged" });
  // An older one, or a token that is not told.
  const shown = [
    { status: 200, body: toRepository(repository, state) },
    { status: 200, body: { displayId: "main" } },
  ];
  faults.push(...shown, { status: 401, body: refusal("AuthorisationException", "You are not permitted") });
  expect(await host.findRepository(web)).not.toHaveProperty("mergeMethods");
});

test("says that a repository is archived to whoever wants to change it", async () => {
  const { host, requests, repository } = await bitbucket();
  repository.isArchived = true;

  await expect(requests.ensure(between, { title: "Update", body: "" })).rejects.toThrow(
    /Bitbucket refused \(The repository is archived\)\./,
  );
  await expect(host.removeBranch(web, "update")).rejects.toBeInstanceOf(ConflictError);
});

test("a status leads to the commit where it has no page", async () => {
  const { host, repository, standIn, url } = await bitbucket();
  const commit = findHead(standIn.pathOf(repository), "refs/heads/main");

  await host.setCommitStatus?.(web, commit, { name: "check", state: "error", description: "Broken" });

  expect([...(repository.statuses.get(commit) ?? [])]).toEqual([
    ["check", { state: "UNKNOWN", description: "Broken", url: `${url}/projects/ACME/repos/web/commits/${commit}` }],
  ]);
});

test("says the new name of a repository where Bitbucket answers for the old one", async () => {
  const { host, faults } = await bitbucket();
  faults.push({ status: 200, body: { id: 1, slug: "website", project: { key: "MARS" } } });

  const finding = host.findRepository(web);

  await expect(finding).rejects.toThrow(
    'Failed to find "acme/web" on Bitbucket: the repository "acme/web" is called "mars/website" now. Use that name in its address.',
  );
  await expect(finding).rejects.toBeInstanceOf(NotFoundError);
});

test("tells a token that is not known from one that may not", async () => {
  const { as, host, faults } = await bitbucket();

  await expect(as({ token: "wrong" }).findRepository(web)).rejects.toThrow(
    /Bitbucket refused the credentials \(Authentication failed\. Please check your credentials and try again\)\. Check the token, and that it has not expired or been revoked\./,
  );
  const body = refusal("AuthorisationException", "You are not permitted to access this resource");
  for (const [ask, permission] of [
    [() => host.findRepository(web), "Repository read"],
    [() => host.setDefaultBranch(web, "main"), "Repository admin"],
    [() => host.pullRequests?.get(web, 1), "Repository read"],
  ] as const) {
    faults.push({ status: 401, body });
    const asking = Promise.resolve(ask());
    await expect(asking).rejects.toThrow(`Give the token, and its user, the permission "${permission}".`);
    await expect(asking).rejects.toBeInstanceOf(NotAllowedError);
  }
  faults.push({ status: 401, headers: { "content-type": "text/html" }, body: "<html>Log in</html>" });
  await expect(host.findRepository(web)).rejects.toThrow(/refused the credentials \(status 401\)/);
});

test("slows down as the bucket empties, and waits as a refusal asks", async () => {
  const { host, faults, waits } = await bitbucket();
  const headers = {
    "x-ratelimit-limit": "60",
    "x-ratelimit-interval-seconds": "1",
    "x-ratelimit-fillrate": "5",
    "x-ratelimit-remaining": "0",
  };
  faults.push({ status: 429, headers: { ...headers, "retry-after": "7" } });

  expect(await host.findRepository(web)).toMatchObject(web);
  expect(waits[0]).toBeGreaterThanOrEqual(7000);

  faults.push({ status: 429, headers: { ...headers, "retry-after": "3000" } });
  const finding = host.findRepository(web);
  await expect(finding).rejects.toThrow(/limits the rate of requests/);
  await expect(finding).rejects.toBeInstanceOf(UnavailableError);
});

test("an answer that is not of the API, a page, and a redirect are refused; the token goes nowhere else", async () => {
  const { host, faults, url } = await bitbucket();
  const other = await bitbucket();
  faults.push({ status: 200, headers: { "content-type": "text/html" }, body: "<html>Sign in</html>" });
  await expect(host.findRepository(web)).rejects.toThrow(/gave an answer that is not of its API/);
  faults.push({ status: 500, body: refusal("server.InternalException", "An error occurred.") });
  await expect(host.findRepository(web)).rejects.toThrow(/Bitbucket cannot answer now \(An error occurred\)/);
  faults.push({ status: 302, headers: { location: `${other.url}/rest/api/latest/projects/acme/repos/web` } });

  await expect(host.findRepository(web)).rejects.toThrow(
    `Bitbucket redirects GET /bitbucket/rest/api/latest/projects/acme/repos/web to ${other.url}/rest/api/latest/projects/acme/repos/web. Use`,
  );
  expect(other.standIn.server.requests).toEqual([]);
  expect(host.url).toBe(url);
});
