import { generateKeyPairSync } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { warnOfExpiry } from "../../../lib/git-hosts/credential-expiry.ts";
import { createGitHost } from "../../../lib/git-hosts/index.ts";
import type { GitHost } from "../../../lib/git-hosts/git-host.ts";
import type { GitHostOptions } from "../../../lib/git-hosts/host-access.ts";
import { ConflictError, NotAllowedError, UnavailableError } from "../../../lib/step/errors.ts";
import { editRepository } from "../../git-server/edit-repository.ts";
import { startGitHub } from "../../git-hosts-stand-ins/github-stand-in.ts";

async function gitHub() {
  const { standIn, app, faults } = await startGitHub();
  onTestFinished(() => standIn.close());
  standIn.tokens.set("ghp_barry", { login: "barry", scopes: ["repo"] });
  for (const owner of ["acme", "contoso"]) {
    standIn.accounts.set(owner, "Organization");
    editRepository(standIn.pathOf(standIn.add(owner, "web")), { files: { "a.md": owner } });
  }
  const waits: number[] = [];
  const wait = (milliseconds: number) => Promise.resolve(void waits.push(milliseconds));
  const as = (signIn: GitHostOptions["signIn"], more: Partial<GitHostOptions> = {}): GitHost =>
    createGitHost("github", { ...more, url: standIn.server.url, signIn, wait });
  const withApp = (more: Partial<GitHostOptions> = {}): GitHost =>
    as({ application: { gitAppId: app.id, gitAppPrivateKey: app.privateKey } }, more);
  return { standIn, app, faults, waits, host: as({ token: "ghp_barry" }), as, withApp };
}

const web = { owner: "acme", name: "web" };

test("an app proves its key and uses one token per owner until shortly before it expires", async () => {
  const { app, withApp, standIn } = await gitHub();
  for (const [index, login] of ["umbrella", "initech", "Acme", "contoso"].entries())
    app.installations.push({ id: index + 1, login });
  const secrets: string[] = [];
  const host = withApp({ onSecret: (secret) => void secrets.push(secret) });

  await Promise.all([host.findRepository(web), host.findBranch(web, "main"), host.getCredentials("acme")]);
  await host.findRepository({ owner: "contoso", name: "web" });
  expect(app.tokenCount).toBe(2);
  expect(secrets).toEqual(["ghs_installation_1", "ghs_installation_2"]);
  expect(await host.getCredentials("acme")).toEqual({
    url: `${standIn.server.url}/acme`,
    username: "x-access-token",
    token: "ghs_installation_1",
  });
});

test("an app asks for a new token when the old one is about to expire", async () => {
  const { app, withApp } = await gitHub();
  app.installations.push({ id: 1, login: "acme" });
  app.lifetime = 9 * 60;
  const host = withApp();

  await host.getCredentials("acme");
  await host.getCredentials("acme");

  expect(app.tokenCount).toBe(2);
});

test("says that an app is not installed, suspended, or has another key", async () => {
  const { app, withApp, as } = await gitHub();
  app.installations.push({ id: 1, login: "contoso", suspended: true });
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const otherKey = privateKey.export({ type: "pkcs8", format: "pem" }).toString().replaceAll("\n", "\\n");

  await expect(withApp().findRepository(web)).rejects.toThrow(
    /the GitHub App is not installed at "acme"\. Install it there/,
  );
  await expect(withApp().findRepository({ owner: "contoso", name: "web" })).rejects.toThrow(/suspended at "contoso"/);
  await expect(
    as({ application: { gitAppId: app.id, gitAppPrivateKey: otherKey } }).findRepository(web),
  ).rejects.toThrow(/GitHub refused the credentials \(Bad credentials\)/);
  expect(() => as({ application: { gitAppId: app.id, gitAppPrivateKey: "sentinel" } })).toThrow(
    "The private key of the GitHub App is no private key in PEM form.",
  );
});

test("an app creates repositories in organizations only", async () => {
  const { app, withApp, standIn } = await gitHub();
  standIn.accounts.set("lisa", "User");
  app.installations.push({ id: 1, login: "lisa" });

  await expect(withApp().ensureRepository({ owner: "lisa", name: "web" })).rejects.toThrow(
    /"lisa" is a user, and a GitHub App creates repositories in organizations only/,
  );
});

test("waits as the hourly limit and the secondary limits ask", async () => {
  const { host, faults, waits } = await gitHub();
  const date = new Date();
  const reset = String(Math.floor(date.getTime() / 1000) + 30);
  faults.push(
    {
      status: 403,
      headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset, date: date.toUTCString() },
      body: { message: "API rate limit exceeded" },
    },
    { status: 403, headers: { "retry-after": "7" }, body: { message: "You have exceeded a secondary rate limit." } },
    { status: 403, body: { message: "You have exceeded a secondary rate limit. Please wait." } },
    { status: 429, body: { message: "Too many requests" } },
  );

  expect(await host.findRepository(web)).toMatchObject(web);
  expect(waits.length).toBeGreaterThan(3);
  // At most a few seconds more, which differ from run to run.
  for (const [index, seconds] of [31, 7, 60].entries()) {
    expect(waits[index]).toBeGreaterThanOrEqual(seconds * 1000);
    expect(waits[index]).toBeLessThan((seconds + 3) * 1000);
  }
});

test("does not wait for an hour, and says until when it would have to", async () => {
  const { host, faults, waits } = await gitHub();
  const reset = Math.floor(Date.now() / 1000) + 3000;
  faults.push({
    status: 403,
    headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(reset) },
    body: { message: "API rate limit exceeded" },
  });

  const finding = host.findRepository(web);

  await expect(finding).rejects.toThrow(
    `GitHub takes no more requests of this token until ${new Date(reset * 1000).toISOString()}: its hourly limit is used up.`,
  );
  await expect(finding).rejects.toBeInstanceOf(UnavailableError);
  expect(waits).toEqual([]);
});

test("names the permission of a fine-grained token, and single sign-on", async () => {
  const { host, faults } = await gitHub();
  faults.push({
    status: 403,
    headers: { "x-accepted-github-permissions": "administration=write; metadata=read" },
    body: { message: "Resource not accessible by personal access token" },
  });
  faults.push({
    status: 403,
    headers: { "x-github-sso": "required; url=https://github.com/orgs/acme/sso" },
    body: { message: "Resource protected by organization SAML enforcement." },
  });

  await expect(host.findRepository(web)).rejects.toThrow(
    "(Resource not accessible by personal access token). Give it the permission administration: write.",
  );
  await expect(host.findRepository(web)).rejects.toThrow(
    /not authorized for the organization's single sign-on\. Authorize it/,
  );
});

test("copies when the owner forbids forks", async () => {
  const { host, standIn } = await gitHub();
  const source = standIn.find("acme", "web");
  if (source !== undefined) source.allowsForking = false;
  const copied: string[] = [];

  await host.ensureFork({
    source: web,
    target: { owner: "contoso", name: "copy" },
    copy: (from, to) => {
      copied.push(`${from.cloneUrl} to ${to.cloneUrl}`);
      const target = standIn.find("contoso", "copy");
      if (target !== undefined) editRepository(standIn.pathOf(target), { files: { "a.md": "acme" } });
      return Promise.resolve();
    },
  });

  expect(copied).toEqual([`${standIn.server.url}/acme/web.git to ${standIn.server.url}/contoso/copy.git`]);
});

test("repeats why a pull request cannot be", async () => {
  const { host } = await gitHub();
  const creating = host.pullRequests?.ensure(
    { repository: web, from: "none", to: "also-none" },
    { title: "Nothing", body: "" },
  );

  await expect(creating).rejects.toThrow(
    /Failed to create the pull request from "none" to "also-none" in "acme\/web" on GitHub: GitHub refused \(Validation Failed No commits between also-none and none\)/,
  );
  await expect(creating).rejects.toBeInstanceOf(ConflictError);
});

test("an answer that is not of the API is refused, as from an address of something else", async () => {
  const { host, faults } = await gitHub();
  faults.push({ status: 200, body: { login: "proxy" } });

  await expect(host.findRepository(web)).rejects.toThrow(
    /GitHub gave an answer that is not of its API \(at name\)\. Check the address of the host\./,
  );
});

test("every refusal of a token is one class", async () => {
  const { as } = await gitHub();

  await expect(as({ token: "wrong" }).findRepository(web)).rejects.toBeInstanceOf(NotAllowedError);
});

test("says what a renamed branch is called now", async () => {
  const { faults, host, standIn } = await gitHub();
  const location = `${standIn.server.url}/api/v3/repositories/1/branches/release%2Fmain`;
  faults.push({ status: 301, headers: { location }, body: { message: "Moved Permanently", url: location } });

  await expect(host.findBranch(web, "master")).rejects.toThrow(
    'Failed to find the branch "master" of "acme/web" on GitHub: the branch "master" is called "release/main" now. Use that name.',
  );
});

test("follows nobody elsewhere: the token goes to no other address", async () => {
  const { faults, host, standIn } = await gitHub();
  const other = await gitHub();
  for (const location of [`${other.standIn.server.url}/api/v3/repos/acme/web`, `${standIn.server.url}/acme/web?a=b`])
    faults.push({ status: 301, headers: { location } });

  await expect(host.findRepository(web)).rejects.toThrow(
    `GitHub redirects GET /api/v3/repos/acme/web to ${other.standIn.server.url}/api/v3/repos/acme/web. Use the address it redirects to as the address of the host.`,
  );
  await expect(host.findRepository(web)).rejects.toThrow(
    /redirects GET .* to http:\/\/127\.0\.0\.1:\d+\/acme\/web\. Use/,
  );
  expect(other.standIn.server.requests).toEqual([]);
  expect(standIn.server.requests).toHaveLength(2);
});

test("finds a pull request whose repository is gone", async () => {
  const { faults, host } = await gitHub();
  const head = { label: "unknown:update", ref: "update", sha: "0".repeat(40), user: null, repo: null };
  const pull = {
    number: 7,
    title: "Update",
    state: "closed",
    html_url: "https://github.com/acme/web/pull/7",
    head,
    base: { ref: "main" },
  };
  faults.push({ status: 200, body: [{ ...pull, merged_at: null, merge_commit_sha: null, body: null }] });

  expect(await host.pullRequests?.find({ repository: web, from: "update", to: "main" })).toEqual({
    number: 7,
    title: "Update",
    state: "closed",
    webUrl: pull.html_url,
  });
});

test("warns of a token a fortnight before it expires, and of one that has; says nothing of others", async () => {
  const { standIn, as } = await gitHub();
  const now = new Date("2026-12-10T12:00:00Z");
  async function warningsFor(expiresAt: Date | undefined): Promise<string[]> {
    const warnings: string[] = [];
    standIn.tokens.set("ghp_ends", {
      login: "barry",
      scopes: ["repo"],
      ...(expiresAt === undefined ? {} : { expiresAt }),
    });
    const log = { warn: (text: string) => void warnings.push(text), verbose: () => undefined };
    await warnOfExpiry(as({ token: "ghp_ends" }), "acme", { log, now });
    return warnings;
  }

  expect(await warningsFor(new Date("2026-12-24T09:00:00Z"))).toEqual([
    'The token of "barry" for GitHub expires in 13 days (2026-12-24). Make a new one there, and store it in place of this one.',
  ]);
  expect(await warningsFor(new Date("2026-12-11T09:00:00Z"))).toEqual([
    expect.stringContaining("expires within a day (2026-12-11)"),
  ]);
  expect(await warningsFor(new Date("2026-12-01T00:00:00Z"))).toEqual([
    expect.stringContaining("has expired (2026-12-01)"),
  ]);
  expect(await warningsFor(new Date("2026-12-25T12:00:00Z"))).toEqual([]);
  expect(await warningsFor(undefined)).toEqual([]);
});

test("a host that may not be asked who signs in is no reason to stop", async () => {
  const { faults, host } = await gitHub();
  faults.push({ status: 403, body: { message: "Resource not accessible by personal access token" } });
  const told: string[] = [];
  const log = { warn: () => expect.fail("a warning"), verbose: (text: string) => void told.push(text) };

  await warnOfExpiry(host, "acme", { log, now: new Date() });

  expect(told).toEqual([expect.stringMatching(/^Failed to ask GitHub who signs in: the token may not do this/)]);
});
