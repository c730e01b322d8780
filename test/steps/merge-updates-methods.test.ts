import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { step } from "../../steps/merge-updates/step.ts";
import { step as findUpdates } from "../../steps/find-updates/step.ts";
import { protectBranch } from "../git-server/git-server.ts";
import { messages, processFile, startCopies, type CopiesStage, type CopyOnStage } from "./copies-stage.ts";

test.each([
  ["squash", ["Merge updates of Hello World CaC"]],
  ["rebase", ["Wave", "Greet"]],
])("pushes by %s, and knows afterwards that the copy has it", async (mergeMethod, subjects) => {
  const { stage, copy, before } = await startBehind();

  await stage.run(step, { method: "push", mergeMethod });

  expect(logOf(stage, copy, before)).toEqual(subjects);
  expect(stage.read(copy.repository)).toMatch(/Good morning[^]*Wave twice/);
  expect((await stage.readReceipt("Hello"))?.upstream).toMatchObject({ commit: stage.head(stage.upstream) });
  expect((await stage.run(findUpdates)).outputs["Status"]).toBe("Up to date");
  say(stage, "Prompt", "Prompt twice");
  await stage.run(step, { method: "push", mergeMethod });
  expect(stage.read(copy.repository)).toMatch(/Prompt twice[^]*Good morning/);
});

test("replays commits by who wrote them, and squashes where one of them is in conflict", async () => {
  const { stage, copy, before } = await startBehind();
  await stage.run(step, { method: "push", mergeMethod: "rebase" });
  const authors = logOf(stage, copy, before, "%an");
  const after = stage.head(copy.repository);
  stage.edit(copy.repository, { files: { "docs.md": "ours\n" } });
  stage.edit(stage.upstream, { files: { "docs.md": "theirs\n" }, message: "Docs" });
  stage.edit(stage.upstream, { files: { "docs.md": "ours\n" }, message: "Docs as they have them" });
  say(stage, "Prompt", "Prompt twice");

  const { outputs } = await stage.run(step, { method: "push", mergeMethod: "rebase" });

  expect(authors).toEqual(["Lisa", "Lisa"]);
  expect(logOf(stage, copy, after)[0]).toBe("Merge updates of Hello World CaC");
  expect(JSON.parse(outputs["Copies"] ?? "")).toMatchObject([
    { outcome: "pushed", text: expect.stringContaining("as one commit, since one by one they are in conflict") },
  ]);
});

test("merges as the repository prefers, when it is asked to merge", async () => {
  const { stage, copy, before } = await startBehind({ mergeMethods: ["squash", "merge"] });

  const { outputs } = await stage.run(step, { mergeRequest: "True" });

  expect(JSON.parse(outputs["Copies"] ?? "")).toMatchObject([
    { outcome: "merged", text: expect.stringContaining("by a squash") },
  ]);
  expect(outputs["PullRequests"]).toBe("[]");
  expect(logOf(stage, copy, before)).toEqual(["Updates of Hello World CaC"]);
  expect((await stage.run(findUpdates)).outputs["Status"]).toBe("Up to date");
});

test("a request waits for reviews, which is told, and is merged by a later run; the other copies do not wait", async () => {
  const { stage, copy } = await startBehind();
  const other = await stage.addCopy("Other");
  say(stage, "Prompt", "Prompt twice");
  await stage.run(step);
  Object.assign(copy.repository.pulls[0] ?? {}, { blockedBy: "Does not have enough approvals" });

  const first = await stage.run(step, { mergeRequest: "True" });
  Object.assign(copy.repository.pulls[0] ?? {}, { blockedBy: undefined });
  const second = await stage.run(step, { mergeRequest: "True" });

  expect(JSON.parse(first.outputs["Copies"] ?? "")).toMatchObject([
    { name: "Hello", outcome: "waits", text: expect.stringMatching(/waits: Does not have enough approvals\./) },
    { name: "Other", outcome: "merged" },
  ]);
  expect(stage.read(other.repository)).toContain("Prompt twice");
  expect(JSON.parse(second.outputs["Copies"] ?? "")).toMatchObject([{ outcome: "merged" }, { outcome: "up-to-date" }]);
});

test("a branch with a linear history says how it wants its changes", async () => {
  const { stage, copy } = await startBehind();
  const words = "error: GH013: Repository rule violations found. This branch must not contain merge commits in";
  protectBranch(stage.standIn.pathOf(copy.repository), "main", words);

  const { outputs } = await stage.run(step, { method: "push", mergeMethod: "merge" });

  expect(JSON.parse(outputs["Copies"] ?? "")).toMatchObject([
    { outcome: "blocked", text: expect.stringMatching(/takes no merge commits, .* Set "Merge Method" to a squash/) },
  ]);
});

test("what Octopus could not load is not merged, whoever wrote it", async () => {
  const { stage, copy } = await startBehind();
  await stage.run(step);
  const branch = "managed-spaces/updates";
  stage.edit(copy.repository, { branch, files: { [processFile]: "step {" } });

  const { outputs, log } = await stage.run(step, { mergeRequest: "True" });

  expect(JSON.parse(outputs["Copies"] ?? "")).toMatchObject([{ outcome: "blocked" }]);
  expect(messages(log, "warning").join()).toContain("it is no OCL in line 1");
  expect(copy.repository.pulls).toMatchObject([{ state: "open" }]);
});

test("a stack of versions is one request with a section for each, which grows", async () => {
  const { stage, copy } = await startBehind();
  const path = stage.standIn.pathOf(stage.upstream);
  const tag = (name: string, commit: string, ...more: string[]): Buffer =>
    execFileSync("git", ["-C", path, "-c", "user.name=a", "-c", "user.email=a@b", "tag", ...more, name, commit]);
  tag("v1.1.0", `${stage.head(stage.upstream)}~1`);
  tag("nightly", stage.head(stage.upstream));
  tag("v1.2.0", stage.head(stage.upstream), "-a", "-m", "Version");
  say(stage, "Prompt", "Prompt twice", "Ask");

  await stage.run(step);
  const first = copy.repository.pulls[0]?.body ?? "";
  tag("2.0.0-rc.1", stage.head(stage.upstream));
  await stage.run(step);

  expect(headingsOf(first)).toEqual([
    "### Not in a version yet",
    "- Ask (Lisa)",
    "### v1.2.0",
    "- Wave (Lisa)",
    "### v1.1.0",
    "- Greet (Lisa)",
  ]);
  expect(copy.repository.pulls).toHaveLength(1);
  expect(headingsOf(copy.repository.pulls[0]?.body ?? "")[0]).toBe("### 2.0.0-rc.1");
});

function headingsOf(body: string): string[] {
  return body.split("\n").filter((line) => /^(###|-) /.test(line));
}

/** A copy that lacks two commits of the template, and has one of its own. */
async function startBehind(
  more: Partial<CopyOnStage["repository"]> = {},
): Promise<{ stage: CopiesStage; copy: CopyOnStage; before: string }> {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  Object.assign(copy.repository, more);
  stage.edit(copy.repository, { files: { "own.md": "ours\n" }, message: "Ours" });
  const before = stage.head(copy.repository);
  say(stage, "Greet", "Good morning", "Greet");
  say(stage, "Wave", "Wave twice", "Wave");
  return { stage, copy, before };
}

function say(stage: CopiesStage, from: string, to: string, message = "A change"): void {
  const text = stage.read(stage.upstream).replace(`echo ${from}`, `echo ${to}`);
  stage.edit(stage.upstream, { message, files: { [processFile]: text } });
}

/** Of the commits since, newest first. */
function logOf(stage: CopiesStage, { repository }: CopyOnStage, since: string, format = "%s"): string[] {
  const path = stage.standIn.pathOf(repository);
  const args = ["-C", path, "log", "--topo-order", `--format=${format}`, `${since}..refs/heads/main`];
  return execFileSync("git", args).toString().trim().split("\n");
}
