import { afterAll, beforeAll, expect, test } from "vitest";
import { createGitHost, openHostAccess } from "../../../lib/git-hosts/index.ts";
import type { GitHost, PullRequests, Repository } from "../../../lib/git-hosts/git-host.ts";
import { ensureCopy } from "../../../lib/git/copy.ts";
import { pushCommit } from "../../../lib/git/push.ts";
import { fetchRef, fetchRemote, getCommit } from "../../../lib/git/repository.ts";
import { commitMerge } from "../../../lib/git/merge.ts";
import { readTree } from "../../../lib/git/compare.ts";
import {
  ConflictError,
  NotAllowedError,
  NotFoundError,
  StepError,
  UnavailableError,
} from "../../../lib/step/errors.ts";
import type { Edit } from "../../git-server/edit-repository.ts";
import { localRepository } from "../git/repositories.ts";
import type { HostUnderTest } from "./host-under-test.ts";

const web = [{ files: { ".octopus/deployment_process.ocl": 'step "hello" {\n}\n' }, message: "First" }];

/** A branch with one commit more than `main` has: equal changes give equal commits. */
function changeOn(branch: string): Edit[] {
  return [
    ...web.map((edit) => ({ ...edit, branch })),
    { branch, files: { "new.md": `${branch}\n` }, message: "Update" },
  ];
}

/** Of a commit that is nowhere some hosts say that there is none, and others nothing. */
function toNothing(error: unknown): undefined {
  if (!(error instanceof StepError)) throw error;
}

/** What every Git host does, whichever it is. Each test has repositories of its own. */
export function testGitHost(start: () => Promise<HostUnderTest>): void {
  let subject: HostUnderTest;
  let host: GitHost;
  beforeAll(async () => {
    subject = await start();
    host = createGitHost(subject.id, { url: `${subject.url}/`, signIn: subject.signIn, ...subject.pace });
  });
  afterAll(() => subject?.close());

  function requests(): PullRequests {
    if (host.pullRequests === undefined) throw new Error(`${host.title} has no pull requests`);
    return host.pullRequests;
  }

  function home(login = "barry"): string {
    return subject.homeOf?.(login) ?? login;
  }

  function addressesOf(path: { owner: string; name: string }): Pick<Repository, "cloneUrl" | "webUrl"> {
    const address = `${subject.url}/${path.owner}/${path.name}`;
    return subject.addressesOf?.(path) ?? { cloneUrl: `${address}.git`, webUrl: address };
  }

  function listCredentials() {
    return Promise.all(["acme", "contoso", home()].map((owner) => host.getCredentials(owner)));
  }

  async function copy(source: Repository, target: Repository): Promise<void> {
    const repository = await localRepository({ listCredentials });
    const from = await repository.addRemote("upstream", { url: source.cloneUrl });
    const to = await repository.addRemote("downstream", { url: target.cloneUrl });
    await ensureCopy(repository, { from, to, branch: source.defaultBranch });
  }

  /** The commit that a ref has, and its parents. */
  async function fetchCommits(path: { owner: string; name: string }, ref: string): Promise<string[]> {
    const repository = await localRepository({ listCredentials });
    const { cloneUrl = "" } = (await host.findRepository(path)) ?? {};
    const remote = await repository.addRemote("origin", { url: cloneUrl });
    const commit = await fetchRef(repository, remote, { ref });
    return (await repository.git.run(["rev-list", "--parents", "--max-count=1", commit ?? ""])).trim().split(" ");
  }

  /** A commit on a new branch, as Merge Updates pushes one. */
  async function pushBranch(
    path: { owner: string; name: string },
    branch: string,
    message = "Update",
  ): Promise<string> {
    const repository = await localRepository({ listCredentials });
    const { cloneUrl = "" } = (await host.findRepository(path)) ?? {};
    const remote = await repository.addRemote("origin", { url: cloneUrl });
    await fetchRemote(repository, remote);
    const main = await getCommit(repository, remote, { branch: "main" });
    const author = { name: "Barry", email: "barry@example.com" };
    const commit = await commitMerge(repository, {
      into: main,
      from: main,
      tree: await readTree(repository, main),
      message,
      author,
    });
    await pushCommit(repository, remote, { commit, branch });
    return commit;
  }

  test("finds a repository with its addresses and default branch, and none where there is none", async () => {
    await subject.seed({ owner: "acme", name: "find-me" }, [{ branch: "trunk", files: { "a.md": "a\n" } }]);

    expect(await host.findRepository({ owner: "ACME", name: "Find-Me" })).toMatchObject({
      owner: "acme",
      name: "find-me",
      ...addressesOf({ owner: "acme", name: "find-me" }),
      defaultBranch: "trunk",
      isPrivate: true,
    });
    expect(await host.findRepository({ owner: "acme", name: "none" })).toBeUndefined();
  });

  test("without its operations it has the same address, name, clone URLs and credentials", async () => {
    const access = openHostAccess(subject.id, { url: `${subject.url}/`, signIn: subject.signIn, ...subject.pace });
    const address = addressesOf({ owner: "acme", name: "web" }).cloneUrl;

    expect([access.url, access.title]).toEqual([host.url, host.title]);
    expect(access.parseCloneUrl(address)).toEqual({ owner: "acme", name: "web" });
    expect(host.parseCloneUrl(address)).toEqual({ owner: "acme", name: "web" });
    expect(await access.getCredentials("acme")).toEqual(await host.getCredentials("acme"));
  });

  test("creates a private repository once, in an organization and at the user", async () => {
    for (const owner of ["acme", home()]) {
      const first = await host.ensureRepository({ owner, name: "new-one" }, { description: "Made by a test" });
      const second = await host.ensureRepository({ owner, name: "new-one" });

      expect(first).toMatchObject({ owner, name: "new-one", isPrivate: true });
      expect(second).toEqual(first);
    }
  });

  test("says that an owner does not exist, or is somebody else", async () => {
    const lisas = { owner: home("lisa"), name: "web" };
    const { unknown = /\w+ has no user or \w+ "nobody"\. Check the owner/, foreign = /"lisa" is another user than/ } =
      subject.ownerRefusals ?? {};

    const creating = host.ensureRepository({ owner: "nobody", name: "web" });
    await expect(creating).rejects.toThrow(/^Failed to create "nobody\/web" on [\w ]+: /);
    await expect(creating).rejects.toThrow(unknown);
    await expect(host.ensureRepository(lisas)).rejects.toThrow(foreign);
    await expect(host.ensureRepository(lisas)).rejects.toBeInstanceOf(NotAllowedError);
  });

  test("forks to another owner, waits until the fork can be used, and does so once", async () => {
    await subject.seed({ owner: "acme", name: "to-fork" }, web);
    const wanted = {
      source: { owner: "acme", name: "to-fork" },
      target: { owner: "contoso", name: "america_web" },
      copy: () => Promise.reject(new Error("copied")),
    };

    const fork = await host.ensureFork(wanted);
    const again = await host.ensureFork(wanted);

    expect(fork).toMatchObject({ ...wanted.target, defaultBranch: "main", forkedFrom: wanted.source });
    expect(again).toEqual(fork);
    expect(await host.findBranch(wanted.target, "main")).toBeDefined();
  });

  test("copies where an owner has a fork already, and where it is the same owner", async () => {
    await subject.seed({ owner: "acme", name: "to-copy" }, web);
    const source = { owner: "acme", name: "to-copy" };
    await host.ensureFork({ source, target: { owner: "contoso", name: "first" }, copy });

    for (const target of [
      { owner: "contoso", name: "second" },
      { owner: "acme", name: "europe_web" },
    ]) {
      const made = await host.ensureFork({ source, target, copy });
      const again = await host.ensureFork({ source, target, copy });

      expect(made).toMatchObject({ ...target, isPrivate: true });
      expect(again).toEqual(made);
      expect((await host.findBranch(target, "main"))?.commit).toBe((await host.findBranch(source, "main"))?.commit);
    }
  });

  test("goes on where a killed run left an empty repository", async () => {
    await subject.seed({ owner: "acme", name: "half" }, [{ branch: "trunk", files: { "a.md": "a\n" } }]);
    await host.ensureRepository({ owner: "acme", name: "half-copy" });

    const made = await host.ensureFork({
      source: { owner: "acme", name: "half" },
      target: { owner: "acme", name: "half-copy" },
      copy: async (source, target) => {
        await copy(source, target);
        await host.setDefaultBranch(target, source.defaultBranch);
      },
    });

    expect(made.defaultBranch).toBe("trunk");
    expect(await host.findBranch(made, "trunk")).toBeDefined();
  });

  test("never touches a repository of the same name that holds something else", async () => {
    await subject.seed({ owner: "acme", name: "source" }, web);
    await subject.seed({ owner: "contoso", name: "taken" }, [
      { files: { "else.md": "else\n" }, message: "Another beginning" },
    ]);
    const before = await host.findBranch({ owner: "contoso", name: "taken" }, "main");

    const forking = host.ensureFork({
      source: { owner: "acme", name: "source" },
      target: { owner: "contoso", name: "taken" },
      copy,
    });

    await expect(forking).rejects.toThrow(/holds something else already, and is left as it is/);
    await expect(forking).rejects.toBeInstanceOf(ConflictError);
    expect(await host.findBranch({ owner: "contoso", name: "taken" }, "main")).toEqual(before);
  });

  test("says that the source of a fork does not exist", async () => {
    const forking = host.ensureFork({
      source: { owner: "acme", name: "none" },
      target: { owner: "contoso", name: "none" },
      copy,
    });

    await expect(forking).rejects.toThrow('Failed to fork "acme/none" to "contoso/none"');
    await expect(forking).rejects.toBeInstanceOf(NotFoundError);
  });

  test("names the scope that a token lacks", async () => {
    await subject.seed({ owner: "acme", name: "guarded" }, web);
    const weak = createGitHost(subject.id, { url: subject.url, signIn: subject.weakSignIn, ...subject.pace });

    const creating = weak.ensureRepository({ owner: "acme", name: "not-allowed" });

    await expect(creating).rejects.toThrow(subject.missingScope);
    await expect(creating).rejects.toBeInstanceOf(NotAllowedError);
    await expect(weak.removeRepository({ owner: "acme", name: "guarded" })).rejects.toThrow(subject.missingScope);
  });

  test("says that the token is wrong, without the token", async () => {
    const stranger = createGitHost(subject.id, {
      url: subject.url,
      signIn: { token: "not-a-token-sentinel" },
      ...subject.pace,
    });

    const message = await stranger
      .findRepository({ owner: "acme", name: "web" })
      .catch((error: unknown) => String(error));

    expect(message).toMatch(/^NotAllowedError: Failed to find "acme\/web" on [\w ]+: [\w ]+ refused the credentials/);
    expect(message).not.toContain("sentinel");
  });

  test("says that the host cannot be reached", async () => {
    const away = createGitHost(subject.id, { url: "http://127.0.0.1:2", signIn: subject.signIn, ...subject.pace });

    await expect(away.findRepository({ owner: "acme", name: "web" })).rejects.toThrow(
      /cannot be reached: the connection was refused/,
    );
    await expect(away.findRepository({ owner: "acme", name: "web" })).rejects.toBeInstanceOf(UnavailableError);
  });

  test("tells a protected branch from another, with a slash in its name", async () => {
    const path = { owner: "acme", name: "protected" };
    await subject.seed(path, web);
    await pushBranch(path, "managed-spaces/update");
    await subject.protect(path, "main");

    expect(await host.findBranch(path, "main")).toMatchObject({ name: "main", isProtected: true });
    expect(await host.findBranch(path, "managed-spaces/update")).toMatchObject({
      name: "managed-spaces/update",
      isProtected: false,
    });
    expect(await host.findBranch(path, "none")).toBeUndefined();
  });

  test("keeps one pull request from run to run, and brings it up to date", async () => {
    const path = { owner: "acme", name: "pulls" };
    await subject.seed(path, web);
    for (const branch of ["one", "two", "three", "managed-spaces/update"]) await pushBranch(path, branch);
    for (const from of ["one", "two", "three"])
      await requests().ensure({ repository: path, from, to: "main" }, { title: from, body: "" });
    const between = { repository: path, from: "managed-spaces/update", to: "main" };

    expect(await requests().find(between)).toBeUndefined();
    const first = await requests().ensure(between, { title: "Update to 1.0.1", body: "One commit" });
    const second = await requests().ensure(between, { title: "Update to 1.0.2", body: "Two commits" });

    expect(first).toMatchObject({ state: "open", title: "Update to 1.0.1" });
    expect(second).toEqual({ ...first, title: "Update to 1.0.2" });
    expect(await requests().find(between)).toEqual(second);
    expect(await requests().find({ ...between, from: "one" })).toMatchObject({ title: "one" });
  });

  test("knows an open, a merged and a closed pull request, and opens a new one after them", async () => {
    const path = { owner: "acme", name: "states" };
    await subject.seed(path, web);
    await pushBranch(path, "update");
    const between = { repository: path, from: "update", to: "main" };

    const closed = await requests().ensure(between, { title: "First", body: "" });
    await subject.closePullRequest(path, closed.number);
    expect(await requests().find(between)).toEqual({ ...closed, state: "closed" });

    const merged = await requests().ensure(between, { title: "Second", body: "" });
    expect(merged.number).not.toBe(closed.number);
    await subject.merge(path, merged.number);
    expect(await requests().find(between)).toMatchObject({
      number: merged.number,
      state: "merged",
      mergeCommit: (await host.findBranch(path, "main"))?.commit,
    });
  });

  test.each(["merge", "squash"] as const)("finds a pull request after its branch is gone: %s", async (how) => {
    const path = { owner: "acme", name: `gone-${how}` };
    await subject.seed(path, [...web, ...["other", "feature/update"].flatMap(changeOn)]);
    const between = { repository: path, from: "feature/update", to: "main" };
    const other = await requests().ensure({ ...between, from: "other" }, { title: "Other", body: "" });
    await subject.closePullRequest(path, other.number);

    const merged = await requests().ensure(between, { title: "Update", body: "" });
    await subject.merge(path, merged.number, how);
    await host.removeBranch(path, "feature/update");
    await host.removeBranch(path, "other");

    expect(await requests().find(between)).toMatchObject({
      number: merged.number,
      state: "merged",
      mergeCommit: (await host.findBranch(path, "main"))?.commit,
    });
    expect(await requests().find({ ...between, from: "other" })).toEqual({ ...other, state: "closed" });
  });

  test("opens a new pull request from a branch that is there again", async () => {
    const path = { owner: "acme", name: "again" };
    await subject.seed(path, [...web, ...changeOn("update")]);
    const between = { repository: path, from: "update", to: "main" };
    const first = await requests().ensure(between, { title: "First", body: "" });
    await subject.closePullRequest(path, first.number);
    await host.removeBranch(path, "update");
    await pushBranch(path, "update");

    const second = await requests().ensure(between, { title: "Second", body: "" });

    expect(second).toMatchObject({ title: "Second", state: "open" });
    expect(second.number).not.toBe(first.number);
    expect(await requests().find(between)).toEqual(second);
  });

  test("says of a pull request where its changes come from, a stranger's fork too", async () => {
    const path = { owner: "acme", name: "from-fork" };
    const fork = { owner: "contoso", name: "from-fork-fork" };
    await subject.seed(path, [...web, ...changeOn("update")]);
    await host.ensureFork({ source: path, target: fork, copy });
    const theirs = await pushBranch(fork, "their-change", "Theirs");
    const ours = await requests().ensure({ repository: path, from: "update", to: "main" }, { title: "Ours", body: "" });
    const number = await subject.openFromFork(path, { fork, branch: "their-change" });

    expect(await requests().get(path, ours.number)).toEqual({
      ...ours,
      source: path,
      from: "update",
      to: "main",
      commit: (await host.findBranch(path, "update"))?.commit,
    });
    const foreign = await requests().get(path, number);
    expect(foreign).toMatchObject({ number, source: fork, from: "their-change", to: "main", commit: theirs });
    expect((await requests().listOpen(path)).map((each) => each.number).toSorted((a, b) => a - b)).toEqual(
      [ours.number, number].toSorted((a, b) => a - b),
    );
    expect(await requests().get(path, 4711)).toBeUndefined();
    const ref = requests().headRef?.(number);
    expect(ref === undefined ? [theirs] : await fetchCommits(path, ref)).toContain(theirs);
    // Its branch is none of ours.
    expect(await requests().find({ repository: path, from: "their-change", to: "main" })).toBeUndefined();
  });

  test.each(["merge", "squash"] as const)("merges a pull request: %s", async (method) => {
    const path = { owner: "acme", name: `to-merge-${method}` };
    await subject.seed(path, [...web, ...changeOn("update")]);
    const { number } = await requests().ensure(
      { repository: path, from: "update", to: "main" },
      { title: "Update", body: "" },
    );
    const { commit = "" } = (await requests().get(path, number)) ?? {};

    const stale = await requests().merge(path, number, { method, title: "Update", commit: "0".repeat(40) });
    expect(stale).toMatchObject({ state: "waiting" });

    const merged = await requests().merge(path, number, { method, title: "Update", commit });

    expect(merged).toEqual({ state: "merged", mergeCommit: (await host.findBranch(path, "main"))?.commit });
    expect(await requests().get(path, number)).toMatchObject({ state: "merged" });
  });

  test("says what the host still wants before it merges", async ({ skip }) => {
    const path = { owner: "acme", name: "to-wait" };
    await subject.seed(path, [...web, ...changeOn("update")]);
    const { number } = await requests().ensure(
      { repository: path, from: "update", to: "main" },
      { title: "Update", body: "" },
    );
    if (subject.block === undefined) return skip("this host cannot be told to refuse");
    const reason = await subject.block(path, number, "At least 1 approving review is required");
    const { commit = "" } = (await requests().get(path, number)) ?? {};

    expect(await requests().merge(path, number, { method: "merge", title: "Update", commit })).toEqual({
      state: "waiting",
      reason,
    });
    expect(await requests().get(path, number)).toMatchObject({ state: "open" });
  });

  test("keeps one comment of ours up to date, beside those of people", async () => {
    const path = { owner: "acme", name: "comments" };
    await subject.seed(path, [...web, ...changeOn("update")]);
    const { number } = await requests().ensure(
      { repository: path, from: "update", to: "main" },
      { title: "Update", body: "" },
    );
    const marker = "<!-- managed-spaces: validate -->";
    const say = (text: string): Promise<void> =>
      requests().ensureComment(path, number, { marker, body: `${marker}\n${text}` });
    for (const person of ["one", "two", "three"])
      await requests().ensureComment(path, number, { marker: person, body: person });

    await say("Two problems");
    await say("Two problems");
    await say("No problem");

    const [one, two, three, ...ours] = await subject.listComments(path, number);
    expect([one, two, three]).toEqual(["one", "two", "three"]);
    // A host whose Markdown hides no comments of HTML has the marker in another form.
    expect(ours).toEqual([expect.stringMatching(/^\W+managed-spaces: validate\W+No problem$/)]);
  });

  test("shows the newest status of a check beside the commit", async ({ skip }) => {
    const { setCommitStatus } = host;
    if (setCommitStatus === undefined) return skip("this host has no statuses");
    const path = { owner: "acme", name: "statuses" };
    await subject.seed(path, web);
    const { commit = "" } = (await host.findBranch(path, "main")) ?? {};
    const name = "managed-spaces/validate";

    await setCommitStatus(path, commit, { name, state: "pending", description: "Looking" });
    const url = "https://octopus.example.com/app#/Spaces-1/tasks/ServerTasks-1";
    await setCommitStatus(path, commit, { name, state: "failure", description: "x".repeat(300), url });

    expect(await subject.listStatuses(path, commit)).toEqual([
      { name, state: expect.stringMatching(/^fail/i), description: `${"x".repeat(139)}…`, url },
    ]);
  });

  test("tells the newest state of a check again", async ({ skip }) => {
    const { setCommitStatus, findCommitStatus } = host;
    if (setCommitStatus === undefined || findCommitStatus === undefined) return skip("this host has no statuses");
    const path = { owner: "acme", name: "states-of-checks" };
    await subject.seed(path, web);
    const { commit = "" } = (await host.findBranch(path, "main")) ?? {};
    const name = "Managed Spaces / validate, and whatever else";
    await setCommitStatus(path, commit, { name: "another", state: "failure", description: "No" });

    for (const state of ["pending", "success", "failure", "error"] as const) {
      await setCommitStatus(path, commit, { name, state, description: "Done" });
      expect(await findCommitStatus(path, commit, name)).toBe(state);
    }
    expect(await findCommitStatus(path, commit, "none")).toBeUndefined();
    expect(await findCommitStatus(path, "0".repeat(40), name).catch(toNothing)).toBeUndefined();
  });

  test("sets up one webhook for an address, and takes it away", async ({ skip }) => {
    const { webhooks } = host;
    if (webhooks === undefined) return skip("webhooks of this host cannot bring a header");
    const path = { owner: "acme", name: "hooks" };
    await subject.seed(path, web);
    const [url, other] = ["https://octopus.example.com/api/Spaces-1/webhook/1", "https://octopus.example.com/other"];
    const header = { name: subject.webhookHeader ?? "X-Octopus-Webhook-Secret", value: "Bearer correct-horse" };
    await webhooks.ensure(path, { url: other, events: ["push"], header });

    expect(await webhooks.ensure(path, { url, events: ["push"], header })).toBe("created");
    expect(await webhooks.ensure(path, { url, events: ["push", "pullRequest"], header })).toBe("updated");
    expect(await subject.listWebhooks(path)).toEqual(expect.arrayContaining([url, other]));
    expect(await webhooks.remove(path, url)).toBe(true);
    expect(await webhooks.remove(path, url)).toBe(false);
    expect(await subject.listWebhooks(path)).toEqual([other]);
  });

  test("says how a repository is merged", async ({ skip }) => {
    const path = { owner: "acme", name: "squashed" };
    await subject.seed(path, web);
    if (subject.allowMergeMethods === undefined) return skip("this host cannot be told");
    await subject.allowMergeMethods(path, ["squash"]);
    const squashed = await host.findRepository(path);
    await subject.allowMergeMethods(path, ["squash", "merge"]);
    const { mergeMethods = [] } = (await host.findRepository(path)) ?? {};

    expect(squashed).toMatchObject({ mergeMethods: ["squash"] });
    expect(mergeMethods.toSorted()).toEqual(["merge", "squash"]);
    expect(mergeMethods[0]).toBe(subject.hasNoPreference === true ? "merge" : "squash");
  });

  test("says that nothing can be written to a repository that is archived", async ({ skip }) => {
    if (subject.archive === undefined) return skip("this host archives no repositories");
    const path = { owner: "acme", name: "archived" };
    await subject.seed(path, web);
    await subject.archive(path);

    expect(await host.findRepository(path)).toMatchObject({ isReadOnly: true });
  });

  test("says who signs in", async () => {
    expect(await host.describeSignIn("acme")).toMatchObject({ user: "barry" });
  });

  test("says what a renamed repository is called now, whatever is wanted of it", async ({ skip }) => {
    if (subject.rename === undefined) return skip("this host forgets old names");
    const path = { owner: "acme", name: "old-name" };
    await subject.seed(path, web);
    await subject.rename(path, "newer-name");
    await subject.rename({ ...path, name: "newer-name" }, "new-name");
    const between = { repository: path, from: "update", to: "main" };
    const renamed = 'the repository "acme/old-name" is called "acme/new-name" now. Use that name in its address.';

    await expect(host.findRepository(path)).rejects.toThrow(
      `Failed to find "acme/old-name" on ${host.title}: ${renamed}`,
    );
    await expect(host.findRepository(path)).rejects.toBeInstanceOf(NotFoundError);
    await expect(host.findBranch(path, "main")).rejects.toThrow(renamed);
    await expect(requests().find(between)).rejects.toThrow(renamed);
    await expect(host.removeBranch(path, "main")).rejects.toThrow(renamed);
    await expect(host.removeRepository(path)).rejects.toThrow(renamed);
    expect(await host.findBranch({ ...path, name: "new-name" }, "main")).toBeDefined();
  });

  test("finds no branch and no pull request in an empty repository", async () => {
    const path = { owner: "acme", name: "empty" };
    await host.ensureRepository(path);

    expect(await host.findBranch(path, "main")).toBeUndefined();
    expect(await requests().find({ repository: path, from: "update", to: "main" })).toBeUndefined();
  });

  test("removes a branch and a repository, and fails when they are not there", async () => {
    const path = { owner: "acme", name: "to-remove" };
    await subject.seed(path, web);
    await pushBranch(path, "managed-spaces/update");

    await host.removeBranch(path, "managed-spaces/update");
    expect(await host.findBranch(path, "managed-spaces/update")).toBeUndefined();
    await expect(host.removeBranch(path, "managed-spaces/update")).rejects.toBeInstanceOf(NotFoundError);

    await host.removeRepository(path);
    expect(await host.findRepository(path)).toBeUndefined();
    await expect(host.removeRepository(path)).rejects.toBeInstanceOf(NotFoundError);
  });

  test("knows its own addresses", () => {
    const path = { owner: "acme", name: "web" };
    const { cloneUrl } = addressesOf(path);

    expect(host.parseCloneUrl(cloneUrl)).toEqual(path);
    expect(host.parseCloneUrl(`${cloneUrl.replace("//", "//lisa:secret@").replace(/\.git$/, "")}/`)).toEqual(path);
    expect(host.parseCloneUrl("https://git.other.example/acme/web.git")).toBeUndefined();
    expect(host.parseCloneUrl("git@github.com:acme/web.git")).toBeUndefined();
  });
}
