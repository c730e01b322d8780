import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { createGitHost } from "../../../lib/git-hosts/index.ts";
import type { GitHost } from "../../../lib/git-hosts/git-host.ts";
import type { GitHostOptions, SignIn } from "../../../lib/git-hosts/host-access.ts";
import { ensureCopy } from "../../../lib/git/copy.ts";
import { listBranches } from "../../../lib/git/repository.ts";
import {
  ConflictError,
  NotAllowedError,
  NotFoundError,
  ParameterError,
  UnavailableError,
} from "../../../lib/step/errors.ts";
import { editRepository } from "../../git-server/edit-repository.ts";
import { signInPage, type AzureRepos } from "../../git-hosts-stand-ins/azure-repos-stand-in.ts";
import { startEntra, type EntraStandIn } from "../../git-hosts-stand-ins/entra-stand-in.ts";
import { localRepository } from "../git/repositories.ts";
import { allScopes, startAzure } from "./azure-repos-under-test.ts";

const web = { owner: "fabrikam/acme", name: "web" };

interface Stage extends AzureRepos {
  host: GitHost;
  url: string;
  waits: number[];
  as(signIn: SignIn, more?: Partial<GitHostOptions>): GitHost;
}

async function azureRepos(): Promise<Stage> {
  const azure = await startAzure();
  onTestFinished(() => azure.standIn.close());
  editRepository(azure.standIn.pathOf(azure.standIn.add(web.owner, web.name)), { files: { "a.md": "acme" } });
  const waits: number[] = [];
  const wait = (milliseconds: number): Promise<void> => {
    waits.push(milliseconds);
    return Promise.resolve();
  };
  const { url } = azure.standIn.server;
  const as: Stage["as"] = (signIn, more = {}) => createGitHost("azure-repos", { url, signIn, wait, ...more });
  return { ...azure, host: as({ token: "pat-barry" }), as, waits, url };
}

async function withEntra(azure: Stage): Promise<{ entra: EntraStandIn; signIn: (more?: object) => SignIn }> {
  const entra = await startEntra((token) => azure.standIn.tokens.set(token, { login: "robot", scopes: allScopes }));
  onTestFinished(() => entra.close());
  const application = {
    gitEntraTenant: `${entra.url}/${entra.tenantId}`,
    gitEntraClientId: entra.clientId,
    gitEntraClientSecret: entra.clientSecret,
  };
  return { entra, signIn: (more = {}) => ({ application: { ...application, ...more } }) };
}

test("how it is merged is told by a policy that blocks, and by nothing where there is none or it leaves no way of ours", async () => {
  const { host, standIn } = await azureRepos();
  const [repository] = standIn.repositories;
  const methodsOf = async (allowed: string[]): Promise<unknown> => {
    Object.assign(repository ?? {}, { mergeMethods: allowed });
    return (await host.findRepository(web))?.mergeMethods;
  };

  expect(await methodsOf(["rebase", "squash"])).toEqual(["squash", "rebase"]);
  expect(await methodsOf(["merge", "squash", "rebase"])).toBeUndefined();
  // A rebase with a merge commit alone.
  expect(await methodsOf([])).toBeUndefined();
});

test("an owner is an organization and a project, or a project where the address names the organization", async () => {
  const { host, as, url } = await azureRepos();
  const inside = createGitHost("azure-repos", { url: `${url}/fabrikam`, signIn: { token: "pat-barry" } });

  expect(await host.findRepository(web)).toEqual({
    ...web,
    cloneUrl: `${url}/fabrikam/acme/_git/web`,
    webUrl: `${url}/fabrikam/acme/_git/web`,
    defaultBranch: "main",
    isPrivate: true,
  });
  expect(await inside.findRepository({ owner: "acme", name: "web" })).toMatchObject({
    owner: "acme",
    cloneUrl: `${url}/fabrikam/acme/_git/web`,
  });
  expect(await as({ token: "pat-barry" }).describeSignIn("fabrikam/acme")).toEqual({ user: "barry" });
});

test.each([
  ["https://dev.azure.com", "https://dev.azure.com/fabrikam/Web%20Team/_git/web", "fabrikam/Web Team", "web"],
  ["https://dev.azure.com", "https://fabrikam@dev.azure.com/fabrikam/acme/_git/web.api", "fabrikam/acme", "web.api"],
  ["https://dev.azure.com", "https://dev.azure.com/fabrikam/_git/web", "fabrikam/web", "web"],
  [
    "https://dev.azure.com",
    "https://dev.azure.com/fabrikam/acme/_git/_optimized/web?version=GBmain",
    "fabrikam/acme",
    "web",
  ],
  ["https://dev.azure.com/fabrikam", "https://dev.azure.com/Fabrikam/acme/_git/web/", "acme", "web"],
  ["https://fabrikam.visualstudio.com", "https://fabrikam.visualstudio.com/acme/_git/web", "acme", "web"],
  [
    "https://fabrikam.visualstudio.com",
    "https://fabrikam.visualstudio.com/DefaultCollection/acme/_git/web",
    "DefaultCollection/acme",
    "web",
  ],
  ["https://fabrikam.visualstudio.com", "https://fabrikam.visualstudio.com/_git/web", "web", "web"],
  ["https://azure.example.com/tfs/Main", "https://azure.example.com/tfs/Main/acme/_git/_full/web", "acme", "web"],
])("at %s, %s is a repository", (url, address, owner, name) => {
  const host = createGitHost("azure-repos", { url, signIn: { token: "t" } });

  expect(host.parseCloneUrl(address)).toEqual({ owner, name });
});

test.each([
  "https://dev.azure.com/_git/web",
  "https://dev.azure.com/fabrikam/acme",
  "https://dev.azure.com/fabrikam/acme/_git",
  "https://dev.azure.com/fabrikam/acme/_git/web/branches",
  "https://dev.azure.com//acme/_git/web",
  "https://dev.azure.example/fabrikam/acme/_git/web",
  "git@ssh.dev.azure.com:v3/fabrikam/acme/web",
])("%s is none of its repositories", (address) => {
  expect(createGitHost("azure-repos", { signIn: { token: "t" } }).parseCloneUrl(address)).toBeUndefined();
});

test("whatever the names, the clone URL of a repository is its address", () => {
  const host = createGitHost("azure-repos", { signIn: { token: "t" } });
  const name = fc
    .stringMatching(/^[\p{L}\d][\p{L}\d ()._-]{0,60}[\p{L}\d]$/u)
    .filter((text) => !/^_|\.git$/.test(text));
  fc.assert(
    fc.property(name, name, name, (organization, project, repository) => {
      const address = `https://dev.azure.com/${[organization, project, "_git", repository].map(encodeURIComponent).join("/")}`;
      expect(host.parseCloneUrl(address)).toEqual({ owner: `${organization}/${project}`, name: repository });
    }),
  );
});

test("copies to another organization, and where forks are not allowed, with names that have spaces", async () => {
  const { host, standIn } = await azureRepos();
  standIn.accounts.set("contoso/Web Team", "Organization");
  const source = standIn.find(web.owner, web.name);
  if (source !== undefined) source.allowsForking = false;
  const listCredentials = () =>
    Promise.all([host.getCredentials("fabrikam/acme"), host.getCredentials("contoso/Web Team")]);

  for (const target of [
    { owner: "contoso/Web Team", name: "america web" },
    { owner: "fabrikam/contoso", name: "europe.web" },
  ]) {
    const made = await host.ensureFork({
      source: web,
      target,
      copy: async (from, to) => {
        const repository = await localRepository({ listCredentials });
        const [upstream, downstream] = [
          await repository.addRemote("upstream", { url: from.cloneUrl }),
          await repository.addRemote("downstream", { url: to.cloneUrl }),
        ];
        await ensureCopy(repository, { from: upstream, to: downstream, branch: "main" });
        expect(await listBranches(repository, downstream)).toEqual(["main"]);
      },
    });

    expect(made).toMatchObject(target);
    expect(made.forkedFrom).toBeUndefined();
    expect((await host.findBranch(target, "main"))?.commit).toBe((await host.findBranch(web, "main"))?.commit);
  }
});

test("signs in as a service principal, with one token for all until it is about to expire, by which Git works as well", async () => {
  const stage = await azureRepos();
  const { entra, signIn } = await withEntra(stage);
  let now = Date.now();
  const masked: string[] = [];
  const host = stage.as(signIn(), { now: () => new Date(now), onSecret: (secret) => masked.push(secret) });

  await Promise.all([host.findRepository(web), host.findBranch(web, "main"), host.getCredentials("fabrikam/contoso")]);
  expect(entra.tokens).toHaveLength(1);
  now += 51 * 60_000;
  const { token } = await host.getCredentials(web.owner);
  expect(entra.tokens).toEqual([expect.any(String), token]);
  expect(masked).toEqual(entra.tokens);

  const repository = await localRepository({ listCredentials: async () => [await host.getCredentials(web.owner)] });
  const remote = await repository.addRemote("origin", { url: `${stage.url}/fabrikam/acme/_git/web` });
  expect(await listBranches(repository, remote)).toEqual(["main"]);
  expect(await host.describeSignIn(web.owner)).toEqual({ user: "robot" });
});

test.each([
  [{ gitEntraClientSecret: "wrong-sentinel" }, /AADSTS7000215: .*\)\. Check "Entra Client Secret": it is the value/],
  [{ gitEntraClientId: "other" }, /AADSTS700016: .*\)\. Check "Entra Client Id", and that the application/],
])("says why Entra ID refuses: %o", async (more, sentence) => {
  const stage = await azureRepos();
  const { signIn } = await withEntra(stage);

  const finding = stage.as(signIn(more)).findRepository(web);

  await expect(finding).rejects.toThrow(sentence);
  await expect(finding).rejects.toThrow(
    /^Failed to find "fabrikam\/acme\/web" on Azure Repos: microsoft Entra ID refused/i,
  );
  await expect(finding).rejects.not.toThrow(/sentinel|Trace ID/);
  await expect(finding).rejects.toBeInstanceOf(NotAllowedError);
});

test("says that a tenant is none, is not known, or that Entra ID is down, and asks again after that", async () => {
  const stage = await azureRepos();
  const { entra, signIn } = await withEntra(stage);
  const finding = (tenant: string) => stage.as(signIn({ gitEntraTenant: tenant })).findRepository(web);

  await expect(finding("a b")).rejects.toBeInstanceOf(ParameterError);
  await expect(finding(`${entra.url}/none`)).rejects.toThrow(
    /AADSTS90002: Tenant 'none' not found.*Check "Entra Tenant"/,
  );
  const host = stage.as(signIn());
  entra.faults.push({
    status: 500,
    body: { error: "server_error", error_description: "AADSTS90033: A transient error has occurred." },
  });
  await expect(host.findRepository(web)).rejects.toThrow(
    /Microsoft Entra ID cannot answer now \(AADSTS90033: A transient error has occurred\)/i,
  );
  expect(await host.findRepository(web)).toMatchObject(web);
});

test("a page to sign in is a refusal, by 203 or by a redirect, and no other redirect is followed", async () => {
  const { host, faults, standIn } = await azureRepos();
  const other = await azureRepos();
  faults.push(signInPage, {
    status: 302,
    headers: { location: "https://spsprodeus.vssps.visualstudio.com/_signin?realm=dev.azure.com" },
  });
  for (const _ of [1, 2]) {
    const finding = host.findRepository(web);
    await expect(finding).rejects.toThrow(/Azure Repos refused the credentials \(status (401|302)\)/);
    await expect(finding).rejects.toBeInstanceOf(NotAllowedError);
  }
  faults.push({ status: 301, headers: { location: `${other.url}/fabrikam/acme/_apis/git/repositories/web?a=b` } });
  await expect(host.findRepository(web)).rejects.toThrow(
    `Azure Repos redirects GET /fabrikam/acme/_apis/git/repositories/web to ${other.url}/fabrikam/acme/_apis/git/repositories/web. Use the address`,
  );
  expect(other.standIn.server.requests).toEqual([]);
  expect(standIn.server.requests).toHaveLength(3);
});

test("says what Azure DevOps says: no member, no permission, no such project, an answer that is none", async () => {
  const { host, faults } = await azureRepos();
  const said = (status: number, message: string) => ({
    status,
    body: { $id: "1", message, typeKey: "UnauthorizedRequestException" },
  });
  faults.push(
    said(401, "TF400813: The user 'aaaa' is not authorized to access this resource."),
    said(
      403,
      "TF401027: You need the Git 'GenericContribute' permission to perform this action. Details: identity 'b', scope 'repository'.",
    ),
    { status: 200, body: { value: [] } },
    { status: 200, headers: { "content-type": "text/html" }, body: "<html>proxy</html>" },
    said(410, "The organization was deleted."),
  );
  await expect(host.findRepository(web)).rejects.toThrow(
    /\(TF400813: The user 'aaaa' is not authorized to access this resource\)\. Check that the token .* of which its user is a member/,
  );
  await expect(host.findRepository(web)).rejects.toThrow(/The user lacks the permission "Contribute" \(TF401027/i);
  for (const _ of [1, 2])
    await expect(host.findRepository(web)).rejects.toThrow(/Azure Repos gave an answer that is not of its API/);
  await expect(host.findRepository(web)).rejects.toThrow(/Azure Repos refused \(The organization was deleted\)\./);
  await expect(host.ensureRepository({ owner: "fabrikam/nobody", name: "web" })).rejects.toThrow(
    /there is no project "nobody", or the user may not see it\. Check the owner\./,
  );
  await expect(host.ensureRepository({ owner: "fabrikam/nobody", name: "web" })).rejects.toBeInstanceOf(NotFoundError);
});

test("waits as it is asked: after 429, and after an answer that was delayed", async () => {
  const { host, faults, waits } = await azureRepos();
  faults.push({
    status: 429,
    headers: { "retry-after": "13", "x-ratelimit-resource": "AzureDevOps Services/TSTU" },
    body: {
      message: "TF400733: The request has been canceled: Request was blocked due to exceeding usage of resource.",
    },
  });
  expect(await host.findRepository(web)).toMatchObject(web);
  expect(Math.max(...waits)).toBeGreaterThan(12_000);

  const { host: other, faults: delays, waits: longer } = await azureRepos();
  delays.push({
    status: 200,
    headers: {
      "retry-after": "21",
      "x-ratelimit-delay": "0.5",
      "x-ratelimit-limit": "200",
      "x-ratelimit-remaining": "0",
    },
    body: { id: "00000000-0000-4000-a000-000000000001", name: "web", project: { id: "p", name: "acme" } },
  });
  await other.findRepository(web);
  expect(Math.max(0, ...longer)).toBeLessThan(1000);
  expect(await other.findRepository(web)).toMatchObject(web);
  expect(Math.max(...longer)).toBeGreaterThan(20_000);
});

test("a limit that lets nothing through for more than half an hour is told", async () => {
  const { host, faults } = await azureRepos();
  faults.push({ status: 429, headers: { "retry-after": "3600" }, body: { message: "TF400733" } });

  const finding = host.findRepository(web);

  await expect(finding).rejects.toThrow(/would have to wait for more than 30 minutes/);
  await expect(finding).rejects.toBeInstanceOf(UnavailableError);
});

test("says what a renamed project is called now; a renamed repository is not there any more", async () => {
  const { host, standIn, renamedProjects } = await azureRepos();
  renamedProjects.set("fabrikam/old", "fabrikam/acme");

  const finding = host.findRepository({ owner: "fabrikam/Old", name: "web" });

  await expect(finding).rejects.toThrow(
    'the repository "fabrikam/Old/web" is called "fabrikam/acme/web" now. Use that name in its address.',
  );
  await expect(finding).rejects.toBeInstanceOf(NotFoundError);
  const repository = standIn.find(web.owner, web.name);
  if (repository !== undefined) standIn.rename(repository, "site");
  expect(await host.findRepository(web)).toBeUndefined();
  expect(await host.findBranch(web, "main")).toBeUndefined();
  await expect(host.setDefaultBranch(web, "main")).rejects.toBeInstanceOf(NotFoundError);
});

test("says that the repository cannot be seen whose name is taken", async () => {
  const { host, faults } = await azureRepos();
  const missing = {
    status: 404,
    body: { message: "TF401019: The Git repository with name or identifier web does not exist." },
  };
  const project = { status: 200, body: { id: "00000000-0000-4000-b000-000000000001", name: "acme" } };
  const taken = { status: 409, body: { message: "TF400948: A Git repository with the name web already exists." } };
  faults.push(missing, project, taken, missing);

  const creating = host.ensureRepository(web);

  await expect(creating).rejects.toThrow(/a repository of that name that the user may not see \(TF400948: /);
  await expect(creating).rejects.toBeInstanceOf(ConflictError);
});

test("cuts a description that is too long, and is content with it the next time", async () => {
  const { host, standIn } = await azureRepos();
  const repository = standIn.find(web.owner, web.name);
  editRepository(standIn.pathOf(repository ?? standIn.add("x", "y")), { branch: "update", files: { "b.md": "b" } });
  const between = { repository: web, from: "update", to: "main" };
  const content = { title: "Update", body: "one line\n".repeat(1000) };

  const first = await host.pullRequests?.ensure(between, content);
  const { length } = standIn.server.requests;
  const second = await host.pullRequests?.ensure(between, content);

  expect(second).toEqual(first);
  expect(repository?.pulls[0]?.body).toMatch(/^(one line\n)+.*\n…$/);
  expect(standIn.server.requests.slice(length).map(({ method }) => method)).toEqual(["GET"]);
});

test("finds its pull request behind hundreds of others", async () => {
  const { host, standIn } = await azureRepos();
  const repository = standIn.find(web.owner, web.name);
  editRepository(standIn.pathOf(repository ?? standIn.add("x", "y")), { branch: "update", files: { "b.md": "b" } });
  const pull = { title: "Old", body: "", state: "closed", head: "update", base: "main" } as const;
  repository?.pulls.push({ ...pull, number: 1, state: "open", title: "Open", comments: [] });
  for (let number = 2; number < 203; number += 1) repository?.pulls.push({ ...pull, number, comments: [] });

  expect(await host.pullRequests?.find({ repository: web, from: "update", to: "main" })).toMatchObject({
    number: 1,
    state: "open",
  });
  expect(await host.pullRequests?.find({ repository: web, from: "other", to: "main" })).toBeUndefined();
});

test("a status stands beside the open pull requests that bring the commit as well", async () => {
  const { host, standIn, pullStatuses } = await azureRepos();
  const repository = standIn.find(web.owner, web.name);
  for (const branch of ["update", "other"])
    editRepository(standIn.pathOf(repository ?? standIn.add("x", "y")), { branch, files: { [`${branch}.md`]: "b" } });
  for (const from of ["update", "other"])
    await host.pullRequests?.ensure({ repository: web, from, to: "main" }, { title: from, body: "" });
  const { commit = "" } = (await host.findBranch(web, "update")) ?? {};

  await host.setCommitStatus?.(web, commit, { name: "managed-spaces/validate", state: "success", description: "Well" });

  const status = { state: "succeeded", description: "Well", context: { genre: "managed-spaces", name: "validate" } };
  expect(repository?.pulls.map((pull) => pullStatuses.get(pull))).toEqual([[status], undefined]);
});

test("keeps a branch that a policy guards", async () => {
  const { host, standIn } = await azureRepos();
  standIn.find(web.owner, web.name)?.protectedBranches.add("main");

  await expect(host.removeBranch(web, "main")).rejects.toThrow(/Azure Repos keeps the branch \(rejectedByPolicy\)/i);
  await expect(host.removeBranch(web, "main")).rejects.toBeInstanceOf(NotAllowedError);
});

test("a webhook is one subscription for each kind of event, whose secret never comes back", async () => {
  const { host, subscriptions } = await azureRepos();
  const url = "https://octopus.example.com/api/webhooks/1";
  const hook = { url, events: ["push", "pullRequest"] as const, header: { name: "X-Secret", value: "one" } };

  await host.webhooks?.ensure(web, hook);
  expect(subscriptions.map(({ eventType }) => eventType)).toEqual([
    "git.push",
    "git.pullrequest.created",
    "git.pullrequest.updated",
  ]);
  await host.webhooks?.ensure(web, { ...hook, events: ["push"], header: { name: "X-Secret", value: "two" } });

  expect(subscriptions.map(({ eventType, consumerInputs }) => [eventType, consumerInputs])).toEqual([
    ["git.push", { url, httpHeaders: "X-Secret:two" }],
  ]);
});
