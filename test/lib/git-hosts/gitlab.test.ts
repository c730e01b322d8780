import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import type { GitHost, MergeAnswer, PullRequests, Webhooks } from "../../../lib/git-hosts/git-host.ts";
import { readMessage } from "../../../lib/git-hosts/gitlab/read-refusal.ts";
import { createGitHost } from "../../../lib/git-hosts/index.ts";
import {
  ConflictError,
  NotAllowedError,
  NotFoundError,
  ParameterError,
  UnavailableError,
} from "../../../lib/step/errors.ts";
import { editRepository } from "../../git-server/edit-repository.ts";
import * as schemas from "../../../lib/git-hosts/gitlab/schema.ts";
import { findEndpoint } from "../../git-hosts-stand-ins/contract/check-contract.ts";
import { startGitLab } from "../../git-hosts-stand-ins/gitlab-stand-in.ts";
import type { StandIn } from "../../git-hosts-stand-ins/stand-in.ts";
import { hostContracts } from "../../published-contract.ts";

const web = { owner: "acme", name: "web" };

async function gitLab() {
  const { standIn, state, faults, url } = await startGitLab();
  onTestFinished(() => standIn.close());
  standIn.tokens.set("glpat-barry", { login: "barry", scopes: ["api"] });
  standIn.accounts.set("barry", "User");
  standIn.accounts.set("lisa", "User");
  for (const owner of ["acme", "acme/platform", "acme/platform/web-team", "contoso"])
    standIn.accounts.set(owner, "Organization");
  const repository = standIn.add(web.owner, web.name);
  editRepository(standIn.pathOf(repository), { files: { "a.md": "a\n" } });
  editRepository(standIn.pathOf(repository), {
    branch: "update",
    files: { "a.md": "b\n" },
    parents: [editRepository(standIn.pathOf(repository), { files: { "b.md": "b\n" } })],
  });
  const waits: number[] = [];
  const wait = (milliseconds: number) => Promise.resolve(void waits.push(milliseconds));
  const as = (token: string): GitHost => createGitHost("gitlab", { url, signIn: { token }, wait });
  return { standIn, state, faults, url, waits, repository, as, host: as("glpat-barry") };
}

function requestsOf({ pullRequests }: GitHost): PullRequests {
  if (pullRequests === undefined) throw new Error("GitLab has no pull requests");
  return pullRequests;
}

function hooksOf({ webhooks }: GitHost): Webhooks {
  if (webhooks === undefined) throw new Error("GitLab has no webhooks");
  return webhooks;
}

const absent = { message: "404 Project Not Found" };

/** What GitLab says of a project. */
async function readProject({ server }: StandIn, { owner, name }: { owner: string; name: string }): Promise<unknown> {
  const headers = { authorization: "Bearer glpat-barry" };
  const answer = await fetch(`${server.url}/api/v4/projects/${encodeURIComponent(`${owner}/${name}`)}`, { headers });
  return answer.json();
}

const between = { repository: web, from: "update", to: "main" };

/** A request of ours, which is to be merged. */
async function openRequest(scene: Awaited<ReturnType<typeof gitLab>>) {
  const requests = requestsOf(scene.host);
  const { number } = await requests.ensure(between, { title: "Update", body: "" });
  const { commit = "" } = (await requests.get(web, number)) ?? {};
  const pull = scene.repository.pulls.at(-1);
  if (pull === undefined) throw new Error("no request was opened");
  const facts = scene.state.factsOf(pull);
  const merge = (method: "merge" | "squash" | "rebase" = "merge"): Promise<MergeAnswer> =>
    requests.merge(web, number, { method, commit, title: "Update to 1.0.1" });
  return { requests, number, commit, pull, facts, merge };
}

test("a group may be in a group: its repositories are found, made, forked and known by their addresses", async () => {
  const { host, url, standIn } = await gitLab();
  const nested = { owner: "acme/platform/web-team", name: "octo.pet-shop" };

  const made = await host.ensureRepository(nested);
  expect(made).toMatchObject({ ...nested, cloneUrl: `${url}/acme/platform/web-team/octo.pet-shop.git` });
  expect(host.parseCloneUrl(made.cloneUrl)).toEqual(nested);
  expect(host.parseCloneUrl(`${url}/acme/platform/web-team/octo.pet-shop/-/tree/main`)).toBeUndefined();
  expect(host.parseCloneUrl(`${url}/acme`)).toBeUndefined();
  expect(host.parseCloneUrl(`${url}/acme/%zz`)).toBeUndefined();
  expect(await host.getCredentials(nested.owner)).toEqual({
    url: `${url}/acme/platform/web-team`,
    username: "oauth2",
    token: "glpat-barry",
  });

  const target = { owner: "Acme/Platform", name: "europe_web" };
  const fork = await host.ensureFork({ source: web, target, copy: () => Promise.reject(new Error("copied")) });
  expect(fork).toMatchObject({ owner: "acme/platform", name: "europe_web", forkedFrom: web });
  expect(standIn.server.requests.map(({ path }) => path)).toContain(
    "/api/v4/projects/acme%2Fplatform%2Fweb-team%2Focto.pet-shop",
  );
});

test("forks as often as it is asked to, within one owner, too; forks of what is public are private", async () => {
  const { host, repository } = await gitLab();
  repository.isPrivate = false;
  const copy = () => Promise.reject(new Error("copied"));

  for (const target of [
    { owner: "contoso", name: "first" },
    { owner: "contoso", name: "second" },
    { owner: "acme", name: "europe_web" },
    { owner: "barry", name: "x".repeat(250) },
  ])
    expect(await host.ensureFork({ source: web, target, copy })).toMatchObject({
      ...target,
      forkedFrom: web,
      isPrivate: true,
    });
});

test("copies what may not be forked", async () => {
  const { host, repository, standIn } = await gitLab();
  repository.allowsForking = false;
  const copied: string[] = [];

  await host.ensureFork({
    source: web,
    target: { owner: "contoso", name: "copy" },
    copy: (from, to) => {
      copied.push(`${from.cloneUrl} to ${to.cloneUrl}`);
      const target = standIn.find("contoso", "copy");
      if (target !== undefined) editRepository(standIn.pathOf(target), { files: { "a.md": "a\n" } });
      return Promise.resolve();
    },
  });

  expect(copied).toEqual([`${standIn.server.url}/acme/web.git to ${standIn.server.url}/contoso/copy.git`]);
});

test("a fork that another run made meanwhile is looked at, and what is not one is left alone", async () => {
  const { host, faults, standIn } = await gitLab();
  const target = { owner: "contoso", name: "fork" };
  const wanted = { source: web, target };
  const fork = await host.ensureFork({ ...wanted, copy: () => Promise.reject(new Error("copied")) });
  const compared: string[] = [];
  const answers = [
    { status: 200, body: await readProject(standIn, web) },
    { status: 404, body: absent },
  ];

  faults.push(...answers);
  const again = await host.ensureFork({
    ...wanted,
    copy: (_, there) => Promise.resolve(void compared.push(there.webUrl)),
  });

  expect(again).toEqual(fork);
  expect(compared).toEqual([fork.webUrl]);
});

test("says of a branch whether this user may push to it", async () => {
  const { host, repository } = await gitLab();
  repository.protectedBranches.add("main");

  expect(await host.findBranch(web, "main")).toMatchObject({ isProtected: true, acceptsPushes: false });
  expect(await host.findBranch(web, "update")).toMatchObject({ isProtected: false, acceptsPushes: true });
});

test("says of a fork that GitLab gave it up, that its owner is none, or that nothing may be created there", async () => {
  const { host, state, standIn } = await gitLab();
  const fork = (owner: string) =>
    host.ensureFork({ source: web, target: { owner, name: "fork" }, copy: () => Promise.reject(new Error("copied")) });
  state.settingsOf(standIn.fork(standIn.add("acme", "other"), "contoso", "fork")).importError = "disk full";
  state.closedNamespaces.add("acme/platform");

  await expect(fork("contoso")).rejects.toThrow(
    'Failed to fork "acme/web" to "contoso/fork" on GitLab: GitLab gave up the fork "contoso/fork" (disk full). Remove it in GitLab, and run the step again.',
  );
  await expect(fork("nobody")).rejects.toThrow(/GitLab has no user or group "nobody"\. Check the owner/);
  await expect(fork("lisa")).rejects.toThrow(/"lisa" is another user than the one whose token is used/);
  await expect(fork("acme/platform")).rejects.toThrow(/GitLab has no user or group "acme\/platform"/);
  await expect(host.ensureRepository({ owner: "acme/platform", name: "new" })).rejects.toThrow(
    /the token's user may not create projects there \(namespace is not valid\)\. Give the user the role Maintainer/,
  );
});

test("makes one repository where two runs make it, and repeats why there can be none of that name", async () => {
  const { host, faults } = await gitLab();
  faults.push({ status: 404, body: absent });

  expect(await host.ensureRepository(web)).toMatchObject(web);

  const naming = host.ensureRepository({ owner: "acme", name: "no spaces" });
  await expect(naming).rejects.toThrow(
    `Failed to create "acme/no spaces" on GitLab: GitLab refused (path can contain only letters, digits, '_', '-' and '.').`,
  );
  await expect(naming).rejects.toBeInstanceOf(ConflictError);
});

test("a repository that is only marked for deletion is gone, and its name is free", async () => {
  const { host, state } = await gitLab();
  state.delaysDeletion = true;

  await host.removeRepository(web);

  expect(await host.findRepository(web)).toBeUndefined();
  const again = host.removeRepository(web);
  await expect(again).rejects.toThrow(
    'the repository "acme/web" is marked for deletion, and goes on 2026-12-30. Restore it in GitLab, or use another name.',
  );
  await expect(again).rejects.toBeInstanceOf(NotFoundError);
  expect(await host.ensureRepository(web)).toMatchObject(web);
  expect(await host.findRepository(web)).toMatchObject(web);
});

test("says where a repository is after it was moved to another group", async () => {
  const { host, standIn, repository } = await gitLab();
  standIn.rename(repository, "web", "acme/platform");

  const sentence = 'the repository "acme/web" is called "acme/platform/web" now. Use that name in its address.';
  await expect(host.findRepository(web)).rejects.toThrow(sentence);
  await expect(host.setDefaultBranch(web, "main")).rejects.toThrow(sentence);
  await expect(requestsOf(host).ensure(between, { title: "Update", body: "" })).rejects.toThrow(sentence);
});

test("a project says how it merges", async () => {
  const { host, repository, state } = await gitLab();

  for (const [mergeMethod, allowed, expected] of [
    ["merge", ["merge", "squash"], ["merge", "squash"]],
    ["merge", ["squash", "merge"], ["squash", "merge"]],
    ["rebase_merge", ["merge"], ["merge"]],
    ["ff", ["rebase", "squash"], ["rebase", "squash"]],
    ["ff", ["squash"], ["squash"]],
  ] as const) {
    state.settingsOf(repository).mergeMethod = mergeMethod;
    repository.mergeMethods = [...allowed];
    expect((await host.findRepository(web))?.mergeMethods).toEqual(expected);
  }
});

test.each([
  ["merge", "merge"],
  ["ff", "rebase"],
  ["ff", "squash"],
  ["merge", "squash"],
] as const)("in a project that merges by %s, %s tells the commit that is left", async (mergeMethod, method) => {
  const scene = await gitLab();
  scene.state.settingsOf(scene.repository).mergeMethod = mergeMethod;
  const { requests, merge, commit } = await openRequest(scene);

  const merged = await merge(method);

  const main = await scene.host.findBranch(web, "main");
  expect(merged).toEqual({ state: "merged", mergeCommit: main?.commit });
  expect(main?.commit === commit).toBe(mergeMethod === "ff" && method === "rebase");
  expect(await requests.find(between)).toMatchObject({ state: "merged", mergeCommit: main?.commit });
  expect(await merge(method)).toEqual(merged);
});

test("waits until GitLab knows whether a request can be merged", async () => {
  const scene = await gitLab();
  const { merge, facts } = await openRequest(scene);
  facts.looksUntilChecked = 3;

  expect(await merge()).toMatchObject({ state: "merged" });

  expect(scene.waits.slice(-2)).toEqual([500, 1000]);
});

test.each([
  ["not_approved", "an approval is missing"],
  ["ci_still_running", "its pipeline has not ended yet"],
  ["discussions_not_resolved", "threads in it have to be resolved"],
  ["need_rebase", "its branch has to be rebased onto the one that is to receive it"],
  ["conflict", "it is in conflict with the branch that is to receive it"],
  ["something_new", 'GitLab says "something_new"'],
])("says what is wanted before a merge: %s", async (mergeStatus, reason) => {
  const scene = await gitLab();
  const { merge, facts, pull } = await openRequest(scene);
  facts.mergeStatus = mergeStatus;

  expect(await merge()).toEqual({ state: "waiting", reason });
  expect(pull.state).toBe("open");
});

test("merges nothing that is closed, changed in the meantime, refused at the last moment, or not for this user to merge", async () => {
  const scene = await gitLab();
  const { merge, pull, requests, number } = await openRequest(scene);

  scene.state.settingsOf(scene.repository).mayMerge = false;
  const merging = merge();
  await expect(merging).rejects.toThrow(
    'Failed to merge the pull request 1 of "acme/web" on GitLab: the token\'s user may not merge into "main"',
  );
  await expect(merging).rejects.toBeInstanceOf(NotAllowedError);
  scene.state.settingsOf(scene.repository).mayMerge = true;

  const newer = requests.merge(web, number, { method: "merge", commit: "0".repeat(40), title: "Update" });
  expect(await newer).toEqual({ state: "waiting", reason: "its branch has another newest commit" });

  pull.state = "closed";
  expect(await merge()).toEqual({ state: "waiting", reason: "it is closed" });
});

test("a project with merge trains merges by them", async () => {
  const scene = await gitLab();
  scene.state.settingsOf(scene.repository).hasMergeTrains = true;
  const { merge, facts, pull } = await openRequest(scene);

  expect(await merge()).toEqual({ state: "waiting", reason: "it is in the merge train, which merges it" });
  expect(await merge()).toEqual({
    state: "waiting",
    reason: "GitLab merges it by itself once its checks have succeeded",
  });
  expect([facts.isInTrain, pull.state]).toEqual([true, "open"]);
});

test("a request from a fork is none of ours, though its branch is called the same; its fork may be gone", async () => {
  const scene = await gitLab();
  const { host, repository, standIn, state } = scene;
  await host.ensureFork({ source: web, target: { owner: "contoso", name: "fork" }, copy: () => Promise.resolve() });
  const fork = standIn.find("contoso", "fork") ?? repository;
  const theirs = { title: "Theirs", body: "", state: "open", base: "main", head: "update" } as const;
  repository.pulls.push({ ...theirs, number: 1, comments: [], from: fork });
  repository.pulls.push({ ...theirs, number: 2, comments: [], from: fork });
  for (const pull of repository.pulls.slice(1)) state.factsOf(pull).hasLostSource = true;
  const requests = requestsOf(host);

  expect(await requests.find(between)).toBeUndefined();
  const ours = await requests.ensure(between, { title: "Ours", body: "" });

  expect(ours.number).toBe(3);
  expect((await requests.listOpen(web)).map(({ number, source }) => [number, source?.owner])).toEqual([
    [3, "acme"],
    [2, undefined],
    [1, "contoso"],
  ]);
});

test("keeps one request where two runs open it", async () => {
  const { host, faults } = await gitLab();
  const requests = requestsOf(host);
  const first = await requests.ensure(between, { title: "First", body: "" });
  faults.push({ status: 200, body: [] });

  expect(await requests.ensure(between, { title: "Second", body: "" })).toEqual({ ...first, title: "Second" });

  const within = requests.ensure({ ...between, from: "main" }, { title: "Nothing", body: "" });
  await expect(within).rejects.toThrow(
    /Failed to create the pull request from "main" to "main" in "acme\/web" on GitLab: GitLab refused \(You can't use same project\/branch for source and target\)/,
  );
});

test("a comment with our marker that we may not change is not ours, nor is one that GitLab wrote itself", async () => {
  const scene = await gitLab();
  const { requests, number, pull } = await openRequest(scene);
  const marker = "<!-- managed-spaces: validate -->";
  pull.comments.push({ id: 1, body: `${marker} by a stranger` }, { id: 2, body: `changed the title to ${marker}` });
  scene.state.noteOf(pull.comments[0] ?? { id: 0, body: "" }).author = "lisa";
  scene.state.noteOf(pull.comments[1] ?? { id: 0, body: "" }).isSystem = true;

  for (const answer of ["Two problems", "No problem"])
    await requests.ensureComment(web, number, { marker, body: `${marker}\n${answer}` });

  expect(pull.comments.map(({ body }) => body)).toEqual([
    `${marker} by a stranger`,
    `changed the title to ${marker}`,
    `${marker}\nNo problem`,
  ]);
});

test("a check that is under way may say so again", async () => {
  const { host, repository } = await gitLab();
  const status = { name: "managed-spaces/validate", state: "pending", description: "Looking" } as const;
  const commit = (await host.findBranch(web, "main"))?.commit ?? "";

  await host.setCommitStatus?.(web, commit, status);
  await host.setCommitStatus?.(web, commit, status);
  await host.setCommitStatus?.(web, commit, { ...status, state: "error", description: "No server" });

  expect(repository.statuses.get(commit)?.get(status.name)).toMatchObject({ state: "canceled" });
});

test("a webhook brings the header that it is given, or GitLab's own; an old GitLab is refused and left without", async () => {
  const { host, repository, state } = await gitLab();
  const hooks = hooksOf(host);
  const url = "https://octopus.example.com/api/Spaces-1/webhook/1";
  const header = { name: "X-Octopus-Webhook-Secret", value: "correct-horse" };

  await hooks.ensure(web, { url, events: ["push"], header });
  expect(repository.hooks).toMatchObject([
    {
      settings: {
        url,
        push_events: true,
        merge_requests_events: false,
        custom_headers: [{ key: "X-Octopus-Webhook-Secret", value: "correct-horse" }],
      },
    },
  ]);

  await hooks.ensure(web, { url, events: ["pullRequest"], header: { ...header, name: "X-Gitlab-Token" } });
  expect(repository.hooks).toMatchObject([{ settings: { push_events: false, token: "correct-horse" } }]);

  state.knowsCustomHeaders = false;
  const ensuring = hooks.ensure(web, { url: `${url}2`, events: ["push"], header });
  await expect(ensuring).rejects.toThrow(
    /Webhooks of GitLab before version 17\.1 bring no header "X-Octopus-Webhook-Secret"\. Use a newer GitLab/,
  );
  await expect(ensuring).rejects.toBeInstanceOf(ParameterError);
  expect(repository.hooks).toHaveLength(1);
  await expect(hooks.ensure(web, { url: "ftp://octopus", events: ["push"], header })).rejects.toThrow(
    /GitLab refused \(error: Invalid url given\)\./,
  );
});

test("tells whom a token is for, what it may do and when it ends", async () => {
  const { as, standIn, faults } = await gitLab();
  standIn.tokens.set("glpat-bot", { login: "project_1_bot", scopes: ["api"], expiresAt: new Date("2999-12-01") });

  expect(await as("glpat-bot").describeSignIn("acme")).toEqual({
    user: "project_1_bot",
    scopes: ["api"],
    expiresAt: new Date("2999-12-01T00:00:00Z"),
  });
  expect(await as("glpat-barry").describeSignIn("acme")).toEqual({ user: "barry", scopes: ["api"] });

  faults.push({ status: 200, body: { username: "oauth" } }, { status: 404, body: { message: "404 Not Found" } });
  expect(await as("glpat-barry").describeSignIn("acme")).toEqual({ user: "oauth" });
});

test("tells a token that has ended or was revoked from one that is wrong, and names scopes", async () => {
  const { as, standIn, faults } = await gitLab();
  standIn.tokens.set("glpat-old", { login: "barry", scopes: ["api"], expiresAt: new Date("2020-01-01") });
  standIn.tokens.set("glpat-git", { login: "barry", scopes: ["write_repository"] });

  await expect(as("glpat-old").findRepository(web)).rejects.toThrow(
    'Failed to find "acme/web" on GitLab: GitLab refused the credentials: the token is expired. Enter a new one.',
  );
  await expect(as("glpat-wrong").findRepository(web)).rejects.toThrow(
    /GitLab refused the credentials \(401 Unauthorized\)\. Check the token, and that it has not expired\./,
  );
  await expect(as("glpat-git").findRepository(web)).rejects.toThrow(
    /the token may not do this\. Give it the scope "api" or "read_api"\./i,
  );
  const description = "Token was revoked. You have to re-authorize from the user.";
  faults.push({ status: 401, body: { error: "invalid_token", error_description: description } });
  await expect(as("glpat-barry").findRepository(web)).rejects.toThrow(/the token is revoked\. Enter a new one\./);
  faults.push({ status: 403, body: { message: "403 Forbidden" } });
  await expect(as("glpat-barry").removeRepository(web)).rejects.toThrow(
    /the token's user may not do this \(403 Forbidden\)\. Give the user, or the project or group token, a role that may/,
  );
});

const page = { headers: { "content-type": "text/html" }, body: "<!DOCTYPE html><title>GitLab</title>" };
const retryLater = { "content-type": "text/plain" };

test("waits as each form of the rate limit asks", async () => {
  const { host, faults, waits } = await gitLab();
  const date = new Date();
  const reset = String(Math.floor(date.getTime() / 1000) + 40);
  faults.push(
    { status: 429, headers: { ...retryLater, "retry-after": "7" }, body: "Retry later\n" },
    {
      status: 429,
      headers: { "ratelimit-reset": reset, date: date.toUTCString() },
      body: { message: { error: "slow" } },
    },
    { status: 429, headers: { "content-type": "text/html" }, body: page.body },
  );

  expect(await host.findRepository(web)).toMatchObject(web);
  // At most a few seconds more, which differ from run to run.
  for (const [index, seconds] of [7, 40].entries()) {
    expect(waits[index]).toBeGreaterThanOrEqual((seconds - 1) * 1000);
    expect(waits[index]).toBeLessThan((seconds + 3) * 1000);
  }
  expect(waits.length).toBeGreaterThan(2);
});

test("slows down as the minute's requests are used up, and does not wait for longer than half an hour", async () => {
  const { host, faults, waits } = await gitLab();
  const scarce = { "ratelimit-limit": "60", "ratelimit-remaining": "1", "ratelimit-reset": "1" };
  faults.push({ status: 404, headers: scarce, body: absent });
  expect(await host.findRepository({ owner: "acme", name: "none" })).toBeUndefined();
  expect(await host.findRepository(web)).toBeDefined();
  expect(waits.length).toBeGreaterThan(0);

  faults.push({ status: 429, headers: { "retry-after": "7200" }, body: { message: "429 Too Many Requests" } });
  const finding = host.findRepository(web);
  await expect(finding).rejects.toThrow(/limits the rate of requests: .* would have to wait for more than 30 minutes/);
  await expect(finding).rejects.toBeInstanceOf(UnavailableError);
});

test("what is not GitLab's API is not taken for an absence", async () => {
  const { host, faults } = await gitLab();
  faults.push(
    { status: 404, ...page },
    { status: 404, body: { error: "404 Not Found" } },
    { status: 200, ...page },
    { status: 403, ...page },
    { status: 200, body: { login: "proxy" } },
  );
  const noApi =
    /no API of GitLab is at GET \/api\/v4\/projects\/acme%2Fweb\. Check the address of the host, and that a proxy in front of it leaves "%2F" as it is\./;

  await expect(host.findRepository(web)).rejects.toThrow(noApi);
  await expect(host.findRepository(web)).rejects.toThrow(noApi);
  await expect(host.findRepository(web)).rejects.toThrow(
    /GitLab gave an answer that is not of its API\. Check the address of the host\./,
  );
  await expect(host.findRepository(web)).rejects.toThrow(
    /GitLab, or what stands in front of it, refuses GET \/api\/v4\/projects\/acme%2Fweb\. Check that this worker's address is allowed/,
  );
  await expect(host.findRepository(web)).rejects.toThrow(/not of its API \(at path_with_namespace\)/);
});

test("a host that goes down in the middle is asked again, and what may have been written is not", async () => {
  const { host, faults, repository } = await gitLab();
  faults.push({ status: 502, ...page }, { status: 503, body: { message: "503 Service Unavailable" } });
  expect(await host.findRepository(web)).toMatchObject(web);

  faults.push({ status: 200, body: [] }, { status: 502, ...page });
  const ensuring = requestsOf(host).ensure(between, { title: "Update", body: "" });
  await expect(ensuring).rejects.toBeInstanceOf(UnavailableError);
  await expect(ensuring).rejects.toThrow(/Failed to create the pull request from "update" to "main"/);
  expect(repository.pulls).toEqual([]);
});

test("follows nobody elsewhere: the token goes to no other address, nor to what has the same number here", async () => {
  const { faults, host, standIn } = await gitLab();
  const other = await gitLab();
  const elsewhere = other.standIn.server.url.replace("127.0.0.1", "localhost");
  for (const location of [`${elsewhere}/api/v4/projects/1`, `${standIn.server.url}/users/sign_in?a=b`])
    faults.push({ status: 302, headers: { location } });

  await expect(host.findRepository(web)).rejects.toThrow(
    `GitLab redirects GET /api/v4/projects/acme%2Fweb to ${elsewhere}/api/v4/projects/1. Use the address it redirects to as the address of the host.`,
  );
  await expect(host.findRepository(web)).rejects.toThrow(/redirects GET .*\/users\/sign_in\. Use the address/);
  expect(other.standIn.server.requests).toEqual([]);
  expect(standIn.server.requests).toHaveLength(2);
});

test("signs in with a token, not as an application", () => {
  expect(() => createGitHost("gitlab", { signIn: { application: { gitAppId: "1" } } })).toThrow(
    "GitLab knows no applications with keys. Enter a token.",
  );
  expect(createGitHost("gitlab", { signIn: { token: "t" } }).url).toBe("https://gitlab.com");
});

test("whatever is refused, one short line is said of it", () => {
  const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.stringify(value));
  const refusal = fc
    .record(
      { message: fc.jsonValue(), error: fc.jsonValue(), error_description: fc.string(), scope: fc.string() },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value));

  fc.assert(
    fc.property(fc.oneof(json, refusal, fc.string()), (content) => {
      const headers = { get: () => null };
      const message = readMessage({ status: 400, headers, content: new TextEncoder().encode(content) });

      expect(message.length).toBeLessThanOrEqual(500);
      expect(message).not.toMatch(/[\r\n]/);
    }),
  );
});

test.each([
  ["/user", schemas.GitLabUser],
  ["/namespaces/acme", schemas.GitLabNamespace],
  ["/personal_access_tokens/self", schemas.GitLabToken],
  ["/projects/1", schemas.GitLabProject],
  ["/projects/1/repository/branches/main", schemas.GitLabBranch],
  ["/projects/1/merge_requests/1", schemas.GitLabMergeRequest],
  ["/projects/1/merge_requests/1/notes", schemas.GitLabNote],
  ["/projects/1/hooks", schemas.GitLabWebhook],
] as const)("every field that is read is documented: %s", (path, schema) => {
  const contract = hostContracts.get("gitlab");
  const answer = contract && findEndpoint(contract, "GET", path)?.answer;
  const documented = answer && "list" in answer ? answer.list : answer;

  expect(documented).toEqual(expect.arrayContaining(Object.keys(schema.shape)));
});
