import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import * as z from "zod";
import type { GitHostId } from "../../../lib/git-hosts/index.ts";
import type { SignIn } from "../../../lib/git-hosts/host-access.ts";
import { editRepository, type Edit } from "../../git-server/edit-repository.ts";
import type { ApiAnswer } from "../../git-server/git-server.ts";
import { startGiteaStandIn } from "../../git-hosts-stand-ins/gitea-stand-in.ts";
import { startGitHub } from "../../git-hosts-stand-ins/github-stand-in.ts";
import { startGitLab } from "../../git-hosts-stand-ins/gitlab-stand-in.ts";
import { startRecordingProxy } from "../../git-hosts-stand-ins/contract/recording-proxy.ts";
import { openPull, type StandIn } from "../../git-hosts-stand-ins/stand-in.ts";
import { startGitea } from "../../gitea/start-gitea.ts";
import { longestWait } from "../../time-limits.ts";

/** A host as the contract needs it: a user `barry`, the organizations `acme` and `contoso`, another user `lisa`. */
export interface HostUnderTest {
  readonly id: GitHostId;
  readonly url: string;
  readonly signIn: SignIn;
  /** A stand-in needs no waiting. */
  readonly pace: { wait?: () => Promise<void> };
  /** May read, not write. */
  readonly weakSignIn: SignIn;
  /** What its refusal names. */
  readonly missingScope: RegExp;
  /** What a refusal says of the owner `nobody`, and of `lisa`, where it is not what most say. */
  readonly ownerRefusals?: { unknown: RegExp; foreign: RegExp };
  /** What owns the repositories of a user, where that is not called as the user is. */
  homeOf?(login: string): string;
  /** Where a repository is, when it is not at `/owner/name`. */
  addressesOf?(path: { owner: string; name: string }): { cloneUrl: string; webUrl: string };
  /** Makes a repository with these commits, on `main` where they say nothing else. */
  seed(path: { owner: string; name: string }, edits: readonly Edit[]): Promise<void>;
  protect(path: { owner: string; name: string }, branch: string): Promise<void>;
  merge(path: { owner: string; name: string }, number: number, how?: "merge" | "squash"): Promise<void>;
  /** Absent where a host knows a repository by its new name alone. */
  rename?(path: { owner: string; name: string }, name: string): Promise<void>;
  closePullRequest(path: { owner: string; name: string }, number: number): Promise<void>;
  /** How pull requests may be merged, the preferred way first; absent where the host cannot be told. */
  allowMergeMethods?(path: { owner: string; name: string }, methods: string[]): Promise<void>;
  /** Several ways to merge are offered in one order, whichever people use most. */
  readonly hasNoPreference?: true;
  /** Nothing can be written there any more. */
  archive?(path: { owner: string; name: string }): Promise<void>;
  /** Somebody opens a pull request to `main` from a fork. @returns its number */
  openFromFork(
    path: { owner: string; name: string },
    request: { fork: { owner: string; name: string }; branch: string },
  ): Promise<number>;
  /** The newest status of each name. */
  listStatuses(
    path: { owner: string; name: string },
    commit: string,
  ): Promise<{ name: string; state: string; description: string; url: string }[]>;
  listComments(path: { owner: string; name: string }, number: number): Promise<string[]>;
  /** What the host wants before it merges, where that can be had. @returns how the host words it */
  block?(path: { owner: string; name: string }, number: number, reason: string): Promise<string>;
  /** Addresses of the webhooks. */
  listWebhooks(path: { owner: string; name: string }): Promise<string[]>;
  /** The header that its webhooks can bring. */
  readonly webhookHeader?: string;
  close(): Promise<void>;
}

/** One that can be told what to answer. */
export interface StandInUnderTest extends HostUnderTest {
  /** Answers of its API to give first, each once, in place of its own; undefined for its own. Those of before are forgotten. */
  answerNext(...answers: (ApiAnswer | undefined)[]): void;
}

export async function startGitHubUnderTest(): Promise<StandInUnderTest> {
  const { standIn } = await startGitHub();
  standIn.tokens.set("ghp_barry", { login: "barry", scopes: ["repo", "delete_repo"] });
  standIn.tokens.set("ghp_weak", { login: "barry", scopes: ["read:user"] });
  return {
    id: "github",
    signIn: { token: "ghp_barry" },
    weakSignIn: { token: "ghp_weak" },
    missingScope: /Give it the scope "public_repo" or "repo" \(it has read:user\)/,
    hasNoPreference: true,
    ...standInParts(standIn),
  };
}

export async function startGiteaStandInUnderTest(): Promise<StandInUnderTest> {
  const { standIn } = await startGiteaStandIn();
  standIn.tokens.set("barry", { login: "barry", scopes: ["write:repository", "write:organization", "write:user"] });
  standIn.tokens.set("weak", { login: "barry", scopes: ["read:repository", "read:organization", "read:user"] });
  return {
    id: "gitea",
    webhookHeader: "Authorization",
    signIn: { token: "barry" },
    weakSignIn: { token: "weak" },
    missingScope,
    ...standInParts(standIn),
  };
}

/** At the root of its address, or below it. */
export async function startGitLabUnderTest(options: { root?: string } = {}): Promise<StandInUnderTest> {
  const { standIn, url } = await startGitLab(options);
  standIn.tokens.set("glpat-barry", { login: "barry", scopes: ["api"] });
  standIn.tokens.set("glpat-weak", { login: "barry", scopes: ["read_api"] });
  const parts = standInParts(standIn);
  return {
    ...parts,
    id: "gitlab",
    url,
    signIn: { token: "glpat-barry" },
    weakSignIn: { token: "glpat-weak" },
    missingScope: /the token may not do this\. Give it the scope "api"\./,
    block: async (path, number, reason) => {
      await parts.block?.(path, number, reason);
      return "an approval is missing";
    },
  };
}

const missingScope = /Give it the scope "write:(repository|organization)" \(it has read:/;

export async function startGiteaUnderTest(program: string): Promise<HostUnderTest> {
  const gitea = await startGitea(program);
  const proxy = await startRecordingProxy(gitea.url, { contract: "gitea126", prefix: "/api/v1" });
  const token = gitea.createToken("all", "all");
  const call = async (method: string, path: string, body: object = {}): Promise<void> => {
    const headers = { authorization: `token ${token}`, "content-type": "application/json" };
    const response = await fetch(`${gitea.url}/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  };
  const read = async (path: string): Promise<string> =>
    (await fetch(`${gitea.url}/api/v1${path}`, { headers: { authorization: `token ${token}` } })).text();
  for (const username of ["acme", "contoso"]) await call("POST", "/orgs", { username });
  await call("POST", "/admin/users", {
    username: "lisa",
    email: "lisa@example.com",
    password: "correct-horse-battery",
  });
  return {
    id: "gitea",
    webhookHeader: "Authorization",
    url: proxy.url,
    pace: {},
    signIn: { token },
    weakSignIn: { token: gitea.createToken("weak", "read:repository,read:organization,read:user") },
    missingScope,
    async seed({ owner, name }, edits) {
      await call("POST", `/orgs/${owner}/repos`, { name, private: true, default_branch: edits[0]?.branch ?? "main" });
      push(`${gitea.url.replace("//", `//barry:${token}@`)}/${owner}/${name}.git`, edits);
      // It learns of a push from a queue of its own.
      await vi.waitUntil(async () => /"empty":false/.test(await read(`/repos/${owner}/${name}`)), {
        timeout: longestWait,
      });
    },
    protect: ({ owner, name }, branch) =>
      call("POST", `/repos/${owner}/${name}/branch_protections`, { rule_name: branch, enable_push: false }),
    merge: ({ owner, name }, number, how = "merge") =>
      call("POST", `/repos/${owner}/${name}/pulls/${number}/merge`, { Do: how }),
    rename: ({ owner, name }, newName) => call("PATCH", `/repos/${owner}/${name}`, { name: newName }),
    closePullRequest: ({ owner, name }, number) =>
      call("PATCH", `/repos/${owner}/${name}/pulls/${number}`, { state: "closed" }),
    allowMergeMethods: ({ owner, name }, methods) =>
      call("PATCH", `/repos/${owner}/${name}`, {
        allow_merge_commits: methods.includes("merge"),
        allow_squash_merge: methods.includes("squash"),
        allow_rebase: methods.includes("rebase"),
        default_merge_style: methods[0],
        has_pull_requests: true,
      }),
    archive: ({ owner, name }) => call("PATCH", `/repos/${owner}/${name}`, { archived: true }),
    async openFromFork({ owner, name }, { fork, branch }) {
      const body = { title: "From a fork", head: `${fork.owner}:${branch}`, base: "main" };
      await call("POST", `/repos/${owner}/${name}/pulls`, body);
      const all = Numbered.parse(JSON.parse(await read(`/repos/${owner}/${name}/pulls?state=open`)));
      return all[0]?.number ?? 0;
    },
    listStatuses: async ({ owner, name }, commit) =>
      GiteaStatuses.parse(JSON.parse(await read(`/repos/${owner}/${name}/commits/${commit}/status`))).statuses.map(
        ({ context, status, description, target_url: url }) => ({ name: context, state: status, description, url }),
      ),
    listComments: async ({ owner, name }, number) =>
      Comments.parse(JSON.parse(await read(`/repos/${owner}/${name}/issues/${number}/comments`))).map(
        ({ body }) => body,
      ),
    listWebhooks: async ({ owner, name }) =>
      Hooks.parse(JSON.parse(await read(`/repos/${owner}/${name}/hooks`))).map(({ config }) => config.url),
    async close() {
      await proxy.close();
      await gitea.close();
    },
  };
}

const Numbered = z.array(z.object({ number: z.number() }));
const GiteaStatuses = z.object({
  statuses: z.array(
    z.object({ context: z.string(), status: z.string(), description: z.string(), target_url: z.string() }),
  ),
});
const Comments = z.array(z.object({ body: z.string() }));
const Hooks = z.array(z.object({ config: z.object({ url: z.string() }) }));

function push(address: string, edits: readonly Edit[]): void {
  const directory = mkdtempSync(join(tmpdir(), "seed-"));
  const path = join(directory, "seed.git");
  mkdirSync(path);
  execFileSync("git", ["-C", path, "init", "--quiet", "--bare", "."]);
  for (const edit of edits) editRepository(path, edit);
  const branches = edits.length === 0 ? [] : [...new Set(edits.map(({ branch = "main" }) => `refs/heads/${branch}`))];
  for (const branch of branches)
    execFileSync("git", ["-C", path, "push", "--quiet", address, `${branch}:${branch}`], { stdio: "pipe" });
  rmSync(directory, { recursive: true });
}

type StandInParts = Omit<StandInUnderTest, "id" | "signIn" | "weakSignIn" | "missingScope" | "webhookHeader">;

/** What the contract asks of a stand-in beside its API, with its accounts. */
export function standInParts(standIn: StandIn): StandInParts {
  for (const [login, type] of [
    ["acme", "Organization"],
    ["contoso", "Organization"],
    ["barry", "User"],
    ["lisa", "User"],
  ] as const)
    standIn.accounts.set(login, type);
  const find = ({ owner, name }: { owner: string; name: string }) => {
    const repository = standIn.find(owner, name);
    if (repository === undefined) throw new Error(`no repository ${owner}/${name}`);
    return repository;
  };
  return {
    url: standIn.server.url,
    pace: { wait: () => Promise.resolve() },
    seed({ owner, name }, edits) {
      const repository = standIn.add(owner, name, { defaultBranch: edits[0]?.branch ?? "main" });
      for (const edit of edits) editRepository(standIn.pathOf(repository), edit);
      return Promise.resolve();
    },
    protect: (path, branch) => Promise.resolve(void find(path).protectedBranches.add(branch)),
    merge: (path, number, how) => Promise.resolve(standIn.merge(find(path), number, how)),
    rename: (path, name) => Promise.resolve(standIn.rename(find(path), name)),
    closePullRequest(path, number) {
      for (const pull of find(path).pulls.filter((each) => each.number === number)) pull.state = "closed";
      return Promise.resolve();
    },
    allowMergeMethods: (path, methods) => Promise.resolve(void (find(path).mergeMethods = methods)),
    archive: (path) => Promise.resolve(void (find(path).isArchived = true)),
    openFromFork(path, { fork, branch }) {
      return Promise.resolve(openPull(standIn, find(path), { head: branch, base: "main", from: find(fork) }).number);
    },
    listStatuses: (path, commit) =>
      Promise.resolve([...(find(path).statuses.get(commit) ?? [])].map(([name, status]) => ({ name, ...status }))),
    listComments: (path, number) =>
      Promise.resolve(
        find(path)
          .pulls.filter((each) => each.number === number)
          .flatMap((each) => each.comments.map(({ body }) => body)),
      ),
    block(path, number, reason) {
      for (const pull of find(path).pulls.filter((each) => each.number === number)) pull.blockedBy = reason;
      return Promise.resolve(reason);
    },
    answerNext(...answers) {
      const left = [...answers];
      standIn.answerFirst(() => left.shift());
    },
    listWebhooks: (path) => Promise.resolve(find(path).hooks.map(({ settings }) => hookUrl(settings))),
    close: () => standIn.close(),
  };
}

/** Where hosts keep a webhook's address. */
function hookUrl(settings: Record<string, unknown>): string {
  const Place = z.object({ url: z.optional(z.string()), config: z.optional(z.object({ url: z.string() })) });
  const { url, config } = Place.parse(settings);
  return config?.url ?? url ?? "";
}
