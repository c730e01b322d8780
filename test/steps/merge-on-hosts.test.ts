import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { step as findUpdates } from "../../steps/find-updates/step.ts";
import { step as mergeUpdates } from "../../steps/merge-updates/step.ts";
import { copyName, deploy, fork, runGitStep, serialize } from "./git-copies.ts";
import { startGitTemplate, type GitTemplate } from "./git-template.ts";

const templateName = "acme/hello_world_cac";
const processFile = ".octopus/hello/deployment_process.ocl";
const branch = "managed-spaces/updates";

/** A copy on the host, whose people say hello otherwise, and two versions and one commit of the template that it lacks. */
async function startStack(host: "azure-repos" | "gitlab" | "github"): Promise<GitTemplate> {
  const template = await startGitTemplate({ host });
  const gitUrl = await fork(template);
  await deploy(template, await serialize(template), { gitUrl });
  template.edit({ message: "Say good morning", files: { [processFile]: said(template, "Good morning") } });
  tag(template, "v1.1.0");
  template.edit({ message: "Write about it", files: { "docs.md": "Good morning\n" } });
  tag(template, "v1.2.0");
  template.edit({ message: "Write more", files: { "docs.md": "Good morning to all\n" } });
  return template;
}

function said(template: GitTemplate, text: string, repository = templateName): string {
  return template.read(repository, processFile).replace(/echo (Say hello|Good morning)/, `echo ${text}`);
}

function tag({ upstreamPath }: GitTemplate, name: string): void {
  execFileSync("git", ["-C", upstreamPath, "tag", name, "main"]);
}

/** A commit of a person of the managed space, in the host's editor. */
function commitToCopy(template: GitTemplate, to: string, text: string, file = processFile): void {
  template.edit({ branch: to, files: { [file]: text }, author: "Maria", in: copyName });
}

function headingsOf(body: string): string[] {
  return body.split("\n").filter((line) => /^(###|-) /.test(line));
}

test.each([
  ["gitlab", ["squash", "merge"], "by a squash"],
  ["gitlab", ["merge"], "by a merge commit"],
  ["azure-repos", ["merge", "squash"], "by a merge commit"],
  ["github", ["rebase"], "by a rebase"],
] as const)(
  "on %s a conflict is finished in the host's editor, reviewed, and merged as the repository prefers: %s",
  async (host, mergeMethods, how) => {
    const template = await startStack(host);
    commitToCopy(template, "main", said(template, "Howdy", copyName));
    const repository = template.find(copyName);
    repository.mergeMethods = [...mergeMethods];
    const before = template.head(copyName);

    const first = await runGitStep(template, mergeUpdates, { mergeRequest: "True" });

    const [pull] = repository.pulls;
    expect(first.copies).toMatchObject([{ outcome: "conflicting" }]);
    expect(pull).toMatchObject({ title: "Conflicts: Updates of Hello World CaC", state: "open", base: "main" });
    expect(headingsOf(pull?.body ?? "")).toEqual([
      `- \`${processFile}\`: both changed the same lines, which have markers`,
      "### Not in a version yet",
      "- Write more (Lisa)",
      "### v1.2.0",
      "- Write about it (Lisa)",
      "### v1.1.0",
      "- Say good morning (Lisa)",
    ]);
    const marked = template.read(copyName, processFile, branch);
    expect(marked).toMatch(
      /<<<<<<< copy\n[^\n]*Howdy[^]*Say hello[^]*=======\n[^\n]*Good morning[^]*>>>>>>> template\n/,
    );
    expect(template.head(copyName)).toBe(before);

    const finished = marked.replace(/<<<<<<< copy\n([^\n]*\n)[^]*?>>>>>>> template\n/, "$1");
    commitToCopy(template, branch, finished.replace("echo Howdy", "echo Howdy, good morning"));
    if (pull !== undefined) pull.blockedBy = "At least 1 reviewer must approve.";
    const waits = await runGitStep(template, mergeUpdates, { mergeRequest: "True" });
    if (pull !== undefined) delete pull.blockedBy;
    const merged = await runGitStep(template, mergeUpdates, { mergeRequest: "True" });
    const after = await runGitStep(template, findUpdates);

    expect(waits.copies).toMatchObject([
      { outcome: "waits", text: expect.stringMatching(/waits: .*(approv|review)/i) },
    ]);
    expect(merged.copies).toMatchObject([{ outcome: "merged", text: expect.stringContaining(how) }]);
    expect(pull).toMatchObject({ title: "Updates of Hello World CaC", state: "closed" });
    expect(repository.pulls).toHaveLength(1);
    expect(template.read(copyName, processFile)).toContain("echo Howdy, good morning");
    expect(template.read(copyName, "docs.md")).toBe("Good morning to all\n");
    expect(after.outputs).toMatchObject({ Status: "Up to date", Behind: "0" });

    // What the template gets then is no conflict with what a person decided, and is a request of its own.
    template.edit({ message: "Write most", files: { "docs.md": "Good morning to everybody\n" } });
    tag(template, "v1.3.0");
    const next = await runGitStep(template, mergeUpdates);

    expect(next.copies).toMatchObject([{ outcome: "pull-request" }]);
    expect(repository.pulls).toMatchObject([{ state: "closed" }, { state: "open" }]);
    expect(headingsOf(repository.pulls[1]?.body ?? "")).toEqual(["### v1.3.0", "- Write most (Lisa)"]);
    expect(template.read(copyName, processFile, branch)).toContain("echo Howdy, good morning");
  },
);

test.each(["gitlab", "azure-repos"] as const)(
  "on %s a stack is one request that grows, and says each version once",
  async (host) => {
    const template = await startStack(host);

    await runGitStep(template, mergeUpdates);
    const [pull] = template.find(copyName).pulls;
    const before = headingsOf(pull?.body ?? "");
    tag(template, "v1.3.0");
    template.edit({ message: "Write most", files: { "docs.md": "All\n" } });
    await runGitStep(template, mergeUpdates);

    const older = ["### v1.2.0", "- Write about it (Lisa)", "### v1.1.0", "- Say good morning (Lisa)"];
    expect(before).toEqual(["### Not in a version yet", "- Write more (Lisa)", ...older]);
    const newer = ["### Not in a version yet", "- Write most (Lisa)", "### v1.3.0", "- Write more (Lisa)"];
    expect(headingsOf(pull?.body ?? "")).toEqual([...newer, ...older]);
    expect(template.find(copyName).pulls).toHaveLength(1);
  },
);

test("a stack that Azure Repos has no room for is cut, begins with what there is to decide, and is not written twice", async () => {
  const template = await startStack("azure-repos");
  commitToCopy(template, "main", said(template, "Howdy", copyName));
  for (let number = 1; number <= 45; number += 1) {
    template.edit({ message: `Change ${number} ${"🙂".repeat(60)}`, files: { "docs.md": `${number}\n` } });
    if (number % 9 === 0) tag(template, `v2.${number}.0`);
  }

  await runGitStep(template, mergeUpdates);
  const asked = template.host.server.requests.length;
  const again = await runGitStep(template, mergeUpdates);

  const body = template.find(copyName).pulls[0]?.body ?? "";
  expect(body.length).toBeLessThanOrEqual(4000);
  expect(body).toMatch(/^> \*\*Do not merge this yet\.\*\*[^]*### v2\.45\.0[^]*…$/);
  // A character that was cut in two would be another one after the way to bytes and back.
  expect(Buffer.from(body).toString()).toBe(body);
  expect(again.outputs["Changed"]).toBe("False");
  const writes = template.host.server.requests.slice(asked).filter(({ method }) => ["PATCH", "PUT"].includes(method));
  expect(writes).toEqual([]);
});

test("a request in a merge train waits there, and the next run sees that it was merged", async () => {
  const template = await startStack("gitlab");
  template.startMergeTrains(copyName);

  const entered = await runGitStep(template, mergeUpdates, { mergeRequest: "True" });
  const waiting = await runGitStep(template, mergeUpdates, { mergeRequest: "True" });
  template.host.merge(template.find(copyName), 1);
  const merged = await runGitStep(template, mergeUpdates, { mergeRequest: "True" });

  expect(entered.copies).toMatchObject([{ outcome: "waits", text: expect.stringContaining("merge train") }]);
  expect(waiting.copies).toMatchObject([{ outcome: "waits" }]);
  expect(merged.copies).toMatchObject([{ outcome: "up-to-date" }]);
  expect((await runGitStep(template, findUpdates)).outputs).toMatchObject({ Status: "Up to date" });
});
