import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startGitServer } from "../git-server/git-server.ts";
import { gitToken, processFile } from "./copies-stage.ts";
import { startValidation, type ValidationStage } from "./validation-stage.ts";

// Requests that anybody may open: nothing of them is run, asked for, or takes anything along.

const secret = "hunter2hunter2";

interface StrangerStage {
  stage: ValidationStage;
  /** Is there once anything of a stranger's ran. */
  trace: string;
  /** A server of the stranger's, and what was asked of it. */
  trap: { url: string; requests: unknown[] };
}

async function startWithSecret(): Promise<StrangerStage> {
  const stage = await startValidation();
  const trap = await startGitServer();
  const folder = mkdtempSync(join(tmpdir(), "stranger-"));
  onTestFinished(async () => {
    await trap.close();
    rmSync(folder, { recursive: true, force: true });
  });
  await stage.addCopy("Hello");
  const { management, template } = stage;
  const set = await management.get(`/variables/${String(template["VariableSetId"])}`);
  await management.put(`/variables/${set.Id}`, {
    ...set,
    Variables: [{ Name: "Db.Password", Value: secret, Type: "Sensitive", IsSensitive: true, Scope: {} }],
  });
  return { stage, trace: join(folder, "ran"), trap };
}

/** All that anybody could read of a run: on the host, in Octopus, in requests to elsewhere. */
function listTold(
  { stage }: StrangerStage,
  runs: { told: string; page: string; error: string; outputs: object }[],
): string {
  const { pulls, statuses } = stage.upstream;
  const onHost = pulls.map(({ comments }) => comments);
  return JSON.stringify([
    runs.map(({ told, page, error, outputs }) => [told, page, error, outputs]),
    onHost,
    [...statuses],
  ]);
}

test("nothing that a stranger's request brings is run, fetched from elsewhere, or gets a secret", async () => {
  const started = await startWithSecret();
  const { stage, trace, trap } = started;
  const run = `touch ${trace}`;
  const script = `#!/bin/sh\n${run}\n`;
  const before = stage.read(stage.upstream);
  const pull = stage.proposeFromFork(stage.upstream, "theirs", {
    [processFile]: before
      .replace("echo Greet", "echo #{Db.Password}")
      .replace(
        /Octopus.Action.Script.ScriptBody = "echo Wave"\n(\s*)Octopus.Action.Script.ScriptSource = "Inline"/,
        [
          'Octopus.Action.GitRepository.Source = "Project"',
          'Octopus.Action.Script.ScriptFileName = "scripts/wave.sh"',
          'Octopus.Action.Script.ScriptSource = "GitRepository"',
        ].join("\n$1"),
      ),
    "scripts/wave.sh": script,
    ".gitattributes": "* filter=theirs diff=theirs merge=theirs text\n*.bin filter=lfs\n",
    ".gitconfig": `[filter "theirs"]\n\tsmudge = ${run}\n\tclean = ${run}\n[merge "theirs"]\n\tdriver = ${run}\n`,
    ".lfsconfig": `[lfs]\n\turl = ${trap.url}/lfs\n`,
    "large.bin": `version https://git-lfs.github.com/spec/v1\noid sha256:${"a".repeat(64)}\nsize 5\n`,
    ".gitmodules": `[submodule "lib"]\n\tpath = lib\n\turl = ${trap.url}/lib.git\n\tupdate = !${run}\n`,
    lib: { submodule: "1".repeat(40) },
    "hooks/post-checkout": script,
    ".octopus/hooks/pre-commit": script,
  });

  const result = await stage.validate();

  expect(result).toMatchObject({ error: "", outputs: { Validated: "1" } });
  expect(stage.statusOf(stage.upstream, pull)).toBeDefined();
  expect(existsSync(trace)).toBe(false);
  expect(trap.requests).toEqual([]);
  const told = listTold(started, [result]);
  for (const value of [secret, gitToken, stage.octopus.apiKey]) expect(told).not.toContain(value);
});

test.each([
  "--upload-pack=touch${IFS}TRACE",
  "$(touch${IFS}TRACE)",
  "`touch${IFS}TRACE`",
  "a;touch${IFS}TRACE",
  "-c",
  "x'\"&<b>",
])("a branch by the name of %s is a name", async (pattern) => {
  const started = await startWithSecret();
  const { stage, trace } = started;
  const branch = pattern.replace("TRACE", trace.slice(1));
  const text = stage.read(stage.upstream).replace("echo Wave", "echo #{Nobody}");
  const pull = stage.proposeFromFork(stage.upstream, branch, { [processFile]: text });
  const own = stage.propose(stage.upstream, branch, { [processFile]: text });

  const all = await stage.validate();
  const one = await stage.validate({ branch });
  const byPayload = await stage.validate({ payload: JSON.stringify({ ref: `refs/heads/${branch}` }) });

  expect(all).toMatchObject({ error: "", outputs: { Validated: "2" } });
  expect([one, byPayload]).toMatchObject([{ outputs: { Validated: "1" } }, { outputs: { Validated: "1" } }]);
  expect(stage.statusOf(stage.upstream, own)).toMatchObject({ state: "failure" });
  expect(pull.comments).toHaveLength(1);
  expect(existsSync(trace)).toBe(false);
  expect(all.page).not.toContain("<b>");
});

test.each([
  [{ ref: "refs/heads/a\0b" }, /No branch can be called "a\\u0000b"\. Check the "Branch"/i],
  [{ branch: "a\nb" }, /No branch can be called "a\\nb"\./i],
  [{ branch: "../../heads/main" }, /The branch "\.\.\/\.\.\/heads\/main" of ".*" is gone/],
  [{ branch: "x".repeat(5000) }, /The branch "x+" of ".*" is gone/],
  [{ repository: "../..", pullRequest: 1 }, /"\.\.\/\.\." is the repository of neither the template/],
  [{ repository: "https://evil.example.com/a.git", branch: "main" }, /is the repository of neither the template/],
  [{ pullRequest: "99999" }, /The pull request 99999 of ".*" is not there/],
  // The number may be anything, and what is there counts, not what is said of it.
  [{ pull_request: { number: 1, head: { sha: "--help" } } }, /has moved on since: its newest commit/],
  [{ pullRequest: "1/../../../user" }, /names neither a branch nor a pull request: all open ones are looked at/],
])("what is sent is looked up, and is nothing else: %j", async (payload, sentence) => {
  const started = await startWithSecret();
  const { stage } = started;
  stage.propose(stage.upstream, "docs", { "docs.md": "More\n" });

  const result = await stage.validate({ payload: JSON.stringify(payload) });

  expect(`${result.error}\n${result.told}`).toMatch(sentence);
  expect(listTold(started, [result])).not.toContain(gitToken);
});

test("names in OCL and titles stand in comment, status and page as text", async () => {
  const started = await startWithSecret();
  const { stage } = started;
  const name =
    '--></details><script>alert(1)</script>![x](https://evil.example.com/p) @admin <a href="//evil.example.com">';
  const quoted = name.replaceAll('"', '\\"');
  const text = stage
    .read(stage.upstream)
    .replace("echo Wave", `echo #{${name.replaceAll('"', "")}}`)
    .replace(/(action [^{]*\{\n)/, `$1        environments = ["${quoted}"]\n`);
  const pull = stage.proposeFromFork(stage.upstream, "names", { [processFile]: text });
  pull.title = name;

  const result = await stage.validate();

  expect(result.error).toBe("");
  const comment = pull.comments.map(({ body }) => body).join();
  const status = stage.statusOf(stage.upstream, pull);
  expect(result.page).not.toContain("<script>alert");
  expect(result.page).not.toContain('<a href="//evil');
  expect(comment).not.toMatch(/(^|[^\\])<(script|a |\/details)/);
  expect(comment).not.toContain("](https://");
  expect(comment).not.toMatch(/@admin/);
  expect(status?.description).not.toContain("<script>");
});
