import { execFileSync, spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { step } from "../../steps/merge-updates/step.ts";
import { step as findUpdates } from "../../steps/find-updates/step.ts";
import { protectBranch } from "../git-server/git-server.ts";
import { canSign, makeSshKey } from "../lib/git/ssh-keys.ts";
import { removeBranch } from "../git-hosts-stand-ins/stand-in.ts";
import { messages, processFile, startCopies, type CopiesStage, type CopyOnStage } from "./copies-stage.ts";

const branch = "managed-spaces/updates";

test("offers the template's changes by a pull request, and does nothing the second time", async () => {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  say(stage, "upstream", "Greet", "Good morning");
  say(stage, copy, "Wave", "Wave twice");

  const first = await stage.run(step);
  stage.takeWrites();
  const second = await stage.run(step);

  expect(first.outputs["Changed"]).toBe("True");
  expect(JSON.parse(first.outputs["PullRequests"] ?? "")).toEqual([
    { copy: "Hello", number: 1, url: `${stage.standIn.server.url}/octopuscac/america_hello/pulls/1` },
  ]);
  expect(copy.repository.pulls).toMatchObject([{ head: branch, base: "main", title: "Updates of Hello World CaC" }]);
  expect(stage.read(copy.repository, processFile, branch)).toMatch(/echo Good morning[\s\S]*echo Wave twice/);
  expect(stage.read(copy.repository)).not.toContain("Good morning");
  expect(second.outputs["Changed"]).toBe("False");
  expect(stage.takeWrites()).toEqual([]);
});

test("plans without writing", async () => {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  say(stage, "upstream", "Greet", "Good morning");
  stage.takeWrites();

  const { outputs, log } = await stage.run(step, { onlyPlan: "True" });

  expect(stage.takeWrites()).toEqual([]);
  expect(copy.repository.pulls).toEqual([]);
  expect(outputs["Changed"]).toBe("False");
  expect(log.at(-1)?.message).toContain("A pull request would bring 1 commit of the template.");
});

test("updates the same pull request when the template goes on", async () => {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  say(stage, "upstream", "Greet", "Good morning");
  await stage.run(step);
  const before = stage.head(copy.repository, branch);
  say(stage, "upstream", "Wave", "Wave twice");
  say(stage, copy, "Prompt", "Really?");

  await stage.run(step);

  expect(copy.repository.pulls).toHaveLength(1);
  expect(stage.read(copy.repository, processFile, branch)).toMatch(/Really\?[\s\S]*Good morning[\s\S]*Wave twice/);
  expect(isAncestor(stage, copy, before)).toBe(true);
});

test("goes on after the pull request was merged: removes its branch and records the commit", async () => {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  const offered = say(stage, "upstream", "Greet", "Good morning");
  await stage.run(step);
  stage.standIn.merge(copy.repository, 1);

  const { outputs } = await stage.run(step);
  stage.takeWrites();
  await stage.run(step);

  expect(JSON.parse(outputs["Copies"] ?? "")).toMatchObject([{ outcome: "up-to-date" }]);
  expect(stage.head(copy.repository, branch)).toBe("");
  expect((await stage.readReceipt("Hello"))?.upstream).toMatchObject({ commit: offered });
  expect((await stage.readReceipt("Hello"))?.upstream).not.toHaveProperty("offered");
  expect(stage.takeWrites()).toEqual([]);
});

test("takes a squashed merge with changes of a person for a merge, and offers only what came after it", async () => {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  say(stage, "upstream", "Greet", "Good morning");
  await stage.run(step);
  say(stage, copy, "Greet", "Good morning, America", "Squashed (#1)");
  Object.assign(copy.repository.pulls[0] ?? {}, { state: "closed", mergeCommit: stage.head(copy.repository) });
  removeBranch(stage.standIn, copy.repository, branch);
  say(stage, "upstream", "Wave", "Wave twice");

  const { outputs } = await stage.run(step);

  expect(JSON.parse(outputs["Copies"] ?? "")).toMatchObject([{ outcome: "pull-request" }]);
  expect(copy.repository.pulls).toHaveLength(2);
  expect(stage.read(copy.repository, processFile, branch)).toMatch(/Good morning, America[\s\S]*Wave twice/);
});

test("leaves a pull request that people closed, until the template goes on", async () => {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  say(stage, "upstream", "Greet", "Good morning");
  await stage.run(step);
  Object.assign(copy.repository.pulls[0] ?? {}, { state: "closed" });
  stage.takeWrites();

  const declined = await stage.run(step);
  const written = stage.takeWrites();
  say(stage, "upstream", "Wave", "Wave twice");
  const again = await stage.run(step);

  expect(JSON.parse(declined.outputs["Copies"] ?? "")).toMatchObject([{ outcome: "declined" }]);
  expect(written).toEqual([]);
  expect(JSON.parse(again.outputs["PullRequests"] ?? "")).toMatchObject([{ number: 2 }]);
});

test("pushes to the default branch when asked, and nothing the second time", async () => {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  const head = say(stage, "upstream", "Greet", "Good morning");
  say(stage, copy, "Wave", "Wave twice");

  await stage.run(step, { method: "push" });
  stage.takeWrites();
  const { outputs } = await stage.run(step, { method: "push" });

  expect(stage.read(copy.repository)).toMatch(/Good morning[\s\S]*Wave twice/);
  expect((await stage.readReceipt("Hello"))?.upstream).toMatchObject({ commit: head });
  expect(outputs["Changed"]).toBe("False");
  expect(stage.takeWrites()).toEqual([]);
  expect((await stage.run(findUpdates)).outputs["Status"]).toBe("Up to date");
});

test("says that a protected branch takes pull requests only", async () => {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  protectBranch(stage.standIn.pathOf(copy.repository), "main");
  say(stage, "upstream", "Greet", "Good morning");

  const { outputs, log } = await stage.run(step, { method: "push" });

  expect(JSON.parse(outputs["Copies"] ?? "")).toMatchObject([{ outcome: "blocked" }]);
  expect(messages(log, "warning")).toContainEqual(
    expect.stringMatching(/the branch is protected.*Merge by pull request/),
  );
});

test("reports conflicts with files, sides and commands, and merges the other copies", async () => {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  const other = await stage.addCopy("Other");
  say(stage, "upstream", "Greet", "Good morning");
  say(stage, copy, "Greet", "Howdy");

  const { outputs, log, pages } = await stage.run(step, { markConflicts: "False" });

  expect(JSON.parse(outputs["Conflicts"] ?? "")).toMatchObject([
    { copy: "Hello", files: [{ path: processFile, kind: "content", into: "modified", from: "modified" }] },
  ]);
  expect(messages(log)).toContain(`  git fetch ${stage.standIn.server.url}/octopuscac/hello_world_cac.git main`);
  expect(pages[0]).toContain("git merge FETCH_HEAD");
  expect(copy.repository.pulls).toEqual([]);
  expect(other.repository.pulls).toHaveLength(1);
  await expect(stage.run(step, { failOnConflicts: "True", markConflicts: "False" })).rejects.toThrow(
    /in conflict with what people changed in "Hello"/,
  );
});

test("goes on with the branch on which a person solved the conflicts", async () => {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  say(stage, "upstream", "Greet", "Good morning");
  const ours = say(stage, copy, "Greet", "Howdy");
  await stage.run(step);
  fetchInto(stage, copy);
  const solved = stage.read(copy.repository).replace("Howdy", "Good morning, partner");
  stage.edit(copy.repository, {
    branch,
    parents: [ours, stage.head(stage.upstream)],
    files: { [processFile]: solved },
    author: "Lisa",
  });
  const head = stage.head(copy.repository, branch);

  const { outputs } = await stage.run(step);

  expect(JSON.parse(outputs["PullRequests"] ?? "")).toMatchObject([{ copy: "Hello", number: 1 }]);
  expect(stage.head(copy.repository, branch)).toBe(head);
});

test.runIf(canSign())(
  "commits as somebody else, signed, and still tells its own commits from those of that person",
  async () => {
    const stage = await startCopies();
    const copy = await stage.addCopy("Hello");
    const key = makeSshKey("lisa@example.com", "-t", "ed25519");
    const lisa = { commitName: "Lisa", commitEmail: "lisa@example.com", commitSigningKey: key.text };
    say(stage, "upstream", "Greet", "Good morning");
    await stage.run(step, lisa);
    const first = stage.head(copy.repository, branch);
    say(stage, "upstream", "Wave", "Wave twice");
    say(stage, copy, "Prompt", "Really?");
    await stage.run(step, lisa);
    const second = stage.head(copy.repository, branch);

    const git = (...args: string[]): string =>
      execFileSync(
        "git",
        [
          "-C",
          stage.standIn.pathOf(copy.repository),
          "-c",
          `gpg.ssh.allowedSignersFile=${key.allowedSigners}`,
          ...args,
        ],
        {
          encoding: "utf8",
        },
      );
    expect(
      git("log", "--format=%an %ae %cn %ce %G?", `${first}^..${second}`, "--author=Lisa", "--merges")
        .trim()
        .split("\n"),
    ).toEqual(Array.from({ length: 3 }, () => "Lisa lisa@example.com Lisa lisa@example.com G"));
    expect(stage.read(copy.repository, processFile, branch)).toMatch(/Really\?[\s\S]*Good morning[\s\S]*Wave twice/);

    // What Lisa herself puts on the branch is work of a person, and stays.
    stage.edit(copy.repository, { branch, files: { "lisa.md": "Mine\n" }, author: "Lisa" });
    say(stage, "upstream", "Good morning", "Good evening");
    await stage.run(step, lisa);

    expect(stage.read(copy.repository, "lisa.md", branch)).toBe("Mine\n");
    expect(stage.read(copy.repository, processFile, branch)).toContain("Good evening");
  },
);

test.each([
  [
    "after the push",
    async (stage: CopiesStage, copy: CopyOnStage) => {
      copy.repository.pulls.length = 0;
      await forget(stage);
    },
  ],
  ["after the pull request", (stage: CopiesStage) => forget(stage)],
])("a run that was killed %s is taken up", async (_when, undo) => {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  say(stage, "upstream", "Greet", "Good morning");
  await stage.run(step);
  const head = stage.head(copy.repository, branch);
  await undo(stage, copy);

  const { outputs } = await stage.run(step);

  expect(JSON.parse(outputs["PullRequests"] ?? "")).toMatchObject([{ copy: "Hello", number: 1 }]);
  expect(copy.repository.pulls).toHaveLength(1);
  expect(stage.head(copy.repository, branch)).toBe(head);
  expect((await stage.readReceipt("Hello"))?.upstream).toMatchObject({ pullRequest: "1" });
});

test("a run that is cut off from Octopus at any request, and from the Git host, ends the same way when it is run again", async () => {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  say(stage, "upstream", "Greet", "Good morning");
  stage.hostFaults.push({ status: 500, body: { message: "out of order" } });
  const cuts: string[] = [(await stage.runAnyway(step)).error];

  for (let at = 1; cuts.at(-1) !== ""; at += 1) {
    stage.setFaults({ drop: { at, when: at % 2 === 0 ? "after" : "before", andAllLater: true } });
    cuts.push((await stage.runAnyway(step)).error);
    stage.setFaults({});
  }

  expect(cuts.length).toBeGreaterThan(5);
  expect(copy.repository.pulls).toHaveLength(1);
  expect((await stage.readReceipt("Hello"))?.upstream).toMatchObject({ pullRequest: "1" });
  stage.takeWrites();
  await stage.run(step);
  expect(stage.takeWrites()).toEqual([]);
});

test("a run that was killed after the push to the default branch is taken up", async () => {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  const before = (await stage.readReceipt("Hello"))?.upstream;
  const head = say(stage, "upstream", "Greet", "Good morning");
  await stage.run(step, { method: "push" });
  await stage.saveReceipt("Hello", (known) => ({ format: 2, package: "hello_world_cac", ...known, upstream: before }));
  const pushed = stage.head(copy.repository);

  const { outputs } = await stage.run(step, { method: "push" });

  expect(outputs["Changed"]).toBe("False");
  expect(stage.head(copy.repository)).toBe(pushed);
  expect((await stage.readReceipt("Hello"))?.upstream).toMatchObject({ commit: head });
});

test("does not merge a file that Octopus could not load", async () => {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  stage.edit(stage.upstream, { files: { ".octopus/variables.ocl": "this is = = no OCL {" } });

  const { log } = await stage.run(step);

  expect(messages(log, "warning")).toContainEqual(
    expect.stringMatching(/"\.octopus\/variables\.ocl": it is no OCL in line 1/),
  );
  expect(copy.repository.pulls).toEqual([]);
});

test("a branch with an illegal name is refused before anything is asked", async () => {
  const stage = await startCopies();

  await expect(stage.run(step, { branch: "--upload-pack=x" })).rejects.toThrow(/is not legal in Git/);
});

test("keeps secrets of addresses and commits out of pull requests", async () => {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  stage.edit(stage.upstream, {
    files: { "docs.md": "x" },
    message: "Fetch from https://barry:hunter22@example.com/x @lisa",
  });

  const { log } = await stage.run(step);

  const told = JSON.stringify([log, copy.repository.pulls]);
  expect(told).not.toContain("hunter22");
  expect(told).not.toContain("token-of-octavia");
  expect(copy.repository.pulls[0]?.body).not.toContain("@lisa");
});

function say(
  stage: CopiesStage,
  where: "upstream" | CopyOnStage,
  from: string,
  to: string,
  message = "A change",
): string {
  const repository = where === "upstream" ? stage.upstream : where.repository;
  return stage.edit(repository, {
    message,
    files: { [processFile]: stage.read(repository).replace(`echo ${from}`, `echo ${to}`) },
  });
}

/** What a run that is killed leaves unwritten. */
async function forget(stage: CopiesStage): Promise<void> {
  await stage.saveReceipt("Hello", (known) => {
    const { offered: _offered, pullRequest: _pullRequest, ...upstream } = known?.upstream ?? {};
    return { format: 2, package: "hello_world_cac", ...known, upstream };
  });
}

function isAncestor(stage: CopiesStage, copy: CopyOnStage, commit: string): boolean {
  const path = stage.standIn.pathOf(copy.repository);
  return spawnSync("git", ["-C", path, "merge-base", "--is-ancestor", commit, `refs/heads/${branch}`]).status === 0;
}

/** The template's commits, as a person brings them who solves conflicts. */
function fetchInto(stage: CopiesStage, copy: CopyOnStage): void {
  const from = stage.standIn.pathOf(stage.upstream);
  execFileSync("git", ["-C", stage.standIn.pathOf(copy.repository), "fetch", "--quiet", from, "main"]);
}

test("merges nothing that would leave the copy's folder without its process", async () => {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  const moved = { [processFile]: undefined, ".octopus/moved/deployment_process.ocl": stage.read(stage.upstream) };
  stage.edit(stage.upstream, { files: moved });
  stage.takeWrites();

  const { outputs, log } = await stage.run(step);

  expect(JSON.parse(outputs["Copies"] ?? "")).toMatchObject([{ name: copy.name, outcome: "blocked" }]);
  expect(messages(log).join("\n")).toContain(
    `There is no "${processFile}" any more: it was deleted, or moved to another folder.`,
  );
  expect(stage.takeWrites()).toEqual([]);
});
