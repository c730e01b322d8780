import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { step as findUpdates } from "../../steps/find-updates/step.ts";
import { step as mergeUpdates } from "../../steps/merge-updates/step.ts";
import { copyName, deploy, fork, runGitStep, serialize } from "./git-copies.ts";
import { startGitTemplate, type GitTemplate, type GitTemplateOptions } from "./git-template.ts";

// What people do on a host between two runs, and what each run says of it.

const templateName = "acme/hello_world_cac";

async function startBehind(host: GitTemplateOptions["host"]): Promise<GitTemplate> {
  const template = await startGitTemplate(host === undefined ? {} : { host });
  const gitUrl = await fork(template);
  await deploy(template, await serialize(template), { gitUrl });
  template.edit({ message: "Write", files: { "docs.md": "Write\n" } });
  return template;
}

/** As a host does it: the branch, and all requests that go to it. */
function renameBranch(template: GitTemplate, repository: string, to: string): void {
  const path = template.pathOf(repository);
  execFileSync("git", ["-C", path, "branch", "-m", "main", to]);
  execFileSync("git", ["-C", path, "symbolic-ref", "HEAD", `refs/heads/${to}`]);
  const found = template.find(repository);
  found.defaultBranch = to;
  for (const pull of found.pulls) pull.base = to;
}

async function setDefaultBranch(template: GitTemplate, where: "upstream" | "downstream", to: string): Promise<void> {
  const [project] = (await template[where].list("/projects")).filter(({ Name }) => Name === "Hello World CaC");
  const settings = { ...Object(project?.["PersistenceSettings"]), DefaultBranch: to };
  await template[where].put(`/projects/${project?.Id}`, { ...project, PersistenceSettings: settings });
}

test.each(["gitea", "gitlab", "azure-repos"] as const)(
  "on %s a copy's default branch is renamed while a request waits: told, and gone on with once the project knows",
  async (host) => {
    const template = await startBehind(host);
    await runGitStep(template, mergeUpdates);
    renameBranch(template, copyName, "trunk");

    const refusal = await runGitStep(template, mergeUpdates).catch((error: unknown) => String(error));
    await setDefaultBranch(template, "downstream", "trunk");
    const known = await runGitStep(template, mergeUpdates, { mergeRequest: "True" });
    const after = await runGitStep(template, findUpdates);

    expect(refusal).toMatch(
      /has no branch "main"; its default branch is "trunk"\. Set the default branch in the project's version control settings\.$/,
    );
    expect(known.copies).toMatchObject([{ outcome: "merged" }]);
    expect(template.find(copyName).pulls).toHaveLength(1);
    expect(template.read(copyName, "docs.md", "trunk")).toBe("Write\n");
    expect(after.outputs).toMatchObject({ Status: "Up to date" });
  },
);

test("a template's default branch is renamed: told, and copies keep theirs", async () => {
  const template = await startBehind("gitlab");
  renameBranch(template, templateName, "trunk");

  const refusal = await runGitStep(template, mergeUpdates).catch((error: unknown) => String(error));
  await setDefaultBranch(template, "upstream", "trunk");
  const known = await runGitStep(template, mergeUpdates);

  expect(refusal).toMatch(
    /hello_world_cac\.git" has no branch "main"; its default branch is "trunk"\. Set the default/,
  );
  expect(known.copies).toMatchObject([{ outcome: "pull-request" }]);
  expect(template.find(copyName).pulls).toMatchObject([{ base: "main" }]);
});

/** What hosts say to who pushes there, by a hook. */
function refusePushes(template: GitTemplate, words: string): void {
  const hook = join(template.pathOf(copyName), "hooks", "pre-receive");
  mkdirSync(join(hook, ".."), { recursive: true });
  writeFileSync(hook, `#!/bin/sh\necho "${words}" >&2\nexit 1\n`);
  chmodSync(hook, 0o755);
}

test.each(["pullRequest", "push"])(
  "a copy's repository that was archived is told, and is still looked at: %s",
  async (method) => {
    const template = await startBehind("gitlab");
    template.find(copyName).isArchived = true;
    refusePushes(template, "GitLab: You can't push code to an archived project.");

    const told = await runGitStep(template, mergeUpdates, { method }).then(
      ({ copies }) => copies.map(({ text }) => text).join(),
      (error: unknown) => String(error),
    );

    expect(told).toMatch(
      /The repository is archived, so it takes no pushes\. Unarchive it on its host, or take the project/i,
    );
    expect((await runGitStep(template, findUpdates)).outputs).toMatchObject({ Status: "Can be merged" });
  },
);

test.each(["approvals", "code owners"])(
  "a branch that wants %s first takes no push, and what to do is told",
  async (what) => {
    const template = await startBehind("gitlab");
    const words =
      what === "approvals"
        ? "GitLab: You are not allowed to push code to protected branches on this project."
        : "GitLab: Code owner approval is required.";
    refusePushes(template, words);

    const { copies } = await runGitStep(template, mergeUpdates, { method: "push" });

    expect(copies).toMatchObject([{ outcome: "blocked", text: expect.stringMatching(/Merge by pull request/) }]);
  },
);

test("a copy's group moved, and Git is not sent on: told with the copy's name", async () => {
  const template = await startBehind("gitlab");
  template.host.accounts.set("europe/contoso", "Organization");
  template.host.rename(template.find(copyName), "america_hello_world_cac", "europe/contoso");

  const refusal = await runGitStep(template, mergeUpdates).catch((error: unknown) => String(error));

  expect(refusal).toMatch(
    /Failed to merge updates into "Hello World CaC": .*does not exist, or the credentials may not see it\. Check the address/,
  );
  expect(refusal).not.toContain(template.token);
});

test("on a Git server of which only Git is known, what to enter is told where it wants credentials", async () => {
  const template = await startGitTemplate({ host: "generic" });
  template.host.add("contoso", "america_hello_world_cac");
  const said = await fork(template, { gitToken: "" }).catch((error: unknown) => String(error));

  expect(said).toMatch(
    /^NotAllowedError: .*the Git server wants credentials, or has no such repository\. Enter a user name and a token, and check the address\.$/,
  );
});
