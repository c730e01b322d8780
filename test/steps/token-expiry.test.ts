import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { step as findUpdates } from "../../steps/find-updates/step.ts";
import { step as forkRepository } from "../../steps/fork-repository/step.ts";
import { step as mergeUpdates } from "../../steps/merge-updates/step.ts";
import { step as moveCopiesToGit } from "../../steps/move-copies-to-git/step.ts";
import { step as validateBranch } from "../../steps/validate-branch/step.ts";
import type { GitHostId } from "../../lib/git-hosts/index.ts";
import type { StepDefinition } from "../../lib/step/define-step.ts";
import { deploy, fork, openGitStep, serialize } from "./git-copies.ts";
import { startGitTemplate, type GitTemplate } from "./git-template.ts";

// A token's end is told once a run, by every step that signs in to the host's API.

/** Noon and midnight some days from now, since GitLab ends a token by its own clock. */
const now = dayFromNow(0, "12:00:00Z");

function dayFromNow(days: number, time = "00:00:00Z"): Date {
  const day = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  return new Date(`${day}T${time}`);
}

/** @returns what a run of the step says of tokens */
async function run(template: GitTemplate, step: StepDefinition, at = now): Promise<string[]> {
  const workingDirectory = mkdtempSync(join(tmpdir(), "expiry-"));
  onTestFinished(() => rmSync(workingDirectory, { recursive: true, force: true }));
  const recording = openGitStep(template, step, {}, { workingDirectory, now: () => at });
  await recording.run();
  const told = recording.log.filter(({ message }) => message.includes("The token"));
  return told.map(({ level, message }) => `${level}: ${message}`);
}

function endToken({ host, token }: GitTemplate, expiresAt: Date): void {
  const known = host.tokens.get(token);
  if (known === undefined) throw new Error("no token");
  host.tokens.set(token, { ...known, expiresAt });
}

/** With two copies. */
async function startCopies(host: GitHostId): Promise<GitTemplate> {
  const template = await startGitTemplate({ host });
  for (const tenant of ["America", "Europe"]) {
    const gitUrl = await fork(template, { tenant });
    const more = { projectName: `Copy of ${tenant}`, anotherCopy: "True" };
    await deploy(template, await serialize(template), { gitUrl, ...more });
  }
  return template;
}

const titles = { github: "GitHub", gitlab: "GitLab" } as const;

test.each(["github", "gitlab"] as const)(
  "a token that ends soon is told once by each step that uses %s",
  async (host) => {
    const template = await startCopies(host);
    const steps = [forkRepository, mergeUpdates, validateBranch];
    const end = dayFromNow(8);
    endToken(template, end);
    const sentence = `warning: The token of "barry" for ${titles[host]} expires in 7 days (${end.toISOString().slice(0, 10)}). Make a new one there, and store it in place of this one.`;

    for (const step of steps) expect(await run(template, step)).toEqual([sentence]);
    for (const step of steps) expect(await run(template, step, dayFromNow(-7))).toEqual([]);
    // It runs Git alone, which tells nothing of the kind.
    expect(await run(template, findUpdates)).toEqual([]);
  },
);

test("a token that ends soon is told before copies move to Git", async () => {
  const template = await startGitTemplate({ host: "github", isInDatabase: true });
  await deploy(template, await serialize(template));
  await template.convert();
  endToken(template, dayFromNow(1));

  expect(await run(template, moveCopiesToGit)).toEqual([
    expect.stringMatching(/^warning: The token of "barry" for GitHub expires within a day \(/),
  ]);
});

test("a host that never tells is not asked who signs in", async () => {
  const template = await startGitTemplate({ host: "gitea" });

  await run(template, validateBranch);

  const asked = template.host.server.requests.map(({ path }) => path).join("\n");
  expect(asked).toContain("/api/v1/repos/acme/hello_world_cac/pulls");
  expect(asked).not.toContain("/api/v1/user");
});
