import { expect, test } from "vitest";
import { step } from "../../steps/merge-updates/step.ts";
import { step as findUpdates } from "../../steps/find-updates/step.ts";
import { messages, processFile, startCopies, type CopiesStage, type CopyOnStage } from "./copies-stage.ts";

const branch = "managed-spaces/updates";

/** A copy whose people greet otherwise than the template does now. */
async function startConflict(): Promise<{ stage: CopiesStage; copy: CopyOnStage }> {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  say(stage, stage.upstream, "Greet", "Good morning");
  say(stage, copy.repository, "Greet", "Howdy");
  return { stage, copy };
}

test("brings a conflict to the host's editor: a request that says so, with markers for all sides", async () => {
  const { stage, copy } = await startConflict();

  const first = await stage.run(step);
  stage.takeWrites();
  const second = await stage.run(step);

  const text = stage.read(copy.repository, processFile, branch);
  expect(text).toMatch(
    /<<<<<<< copy\n[^\n]*echo Howdy[^]*\|\|\|\|\|\|\| base\n[^\n]*echo Greet[^]*=======\n[^\n]*echo Good morning[^]*>>>>>>> template\n/,
  );
  expect(copy.repository.pulls).toMatchObject([{ title: "Conflicts: Updates of Hello World CaC" }]);
  expect(copy.repository.pulls[0]?.body).toMatch(/Do not merge this yet[^]*Octopus cannot read files with markers/);
  expect(stage.read(copy.repository)).not.toContain("<<<<<<<");
  expect(JSON.parse(first.outputs["Copies"] ?? "")).toMatchObject([{ outcome: "conflicting" }]);
  expect(JSON.parse(first.outputs["Conflicts"] ?? "")).toMatchObject([{ isMarked: true }]);
  expect(first.pages[0]).toMatch(/The template had[^]*echo Greet[^]*echo Good morning[^]*echo Howdy/);
  expect(second.outputs["Changed"]).toBe("False");
  expect(stage.takeWrites()).toEqual([]);
});

test("never merges a request with markers, and makes it an ordinary one when a person took them out", async () => {
  const { stage, copy } = await startConflict();
  await stage.run(step, { mergeRequest: "True" });
  const before = stage.head(copy.repository);
  const { outputs } = await stage.run(step, { mergeRequest: "True" });
  finish(stage, copy, "Good morning, partner");
  const finished = await stage.run(step);

  expect(JSON.parse(outputs["Copies"] ?? "")).toMatchObject([{ outcome: "conflicting" }]);
  expect(stage.head(copy.repository)).toBe(before);
  expect(JSON.parse(finished.outputs["Copies"] ?? "")).toMatchObject([{ outcome: "pull-request" }]);
  expect(copy.repository.pulls).toMatchObject([{ title: "Updates of Hello World CaC" }]);
  expect(copy.repository.pulls[0]?.body).not.toContain("Do not merge");

  const merged = await stage.run(step, { mergeRequest: "True" });

  expect(JSON.parse(merged.outputs["Copies"] ?? "")).toMatchObject([{ outcome: "merged" }]);
  expect(stage.read(copy.repository)).toContain("Good morning, partner");
  expect((await stage.run(findUpdates)).outputs["Status"]).toBe("Up to date");
});

test("leaves what a person began, and brings what the template has since when that is done", async () => {
  const { stage, copy } = await startConflict();
  stage.edit(stage.upstream, { files: { "docs.md": "theirs\n" } });
  stage.edit(copy.repository, { files: { "docs.md": "ours\n" } });
  await stage.run(step);
  finish(stage, copy, "Good morning, partner");
  const begun = stage.head(copy.repository, branch);
  say(stage, stage.upstream, "Wave", "Wave twice");

  const { outputs } = await stage.run(step);
  const waiting = stage.head(copy.repository, branch);
  stage.edit(copy.repository, { branch, files: { "docs.md": "both\n" } });
  const done = await stage.run(step);

  expect(JSON.parse(outputs["Copies"] ?? "")).toMatchObject([
    { outcome: "conflicting", text: expect.stringContaining("newest commits come when that is done") },
  ]);
  expect(waiting).toBe(begun);
  expect(JSON.parse(done.outputs["Copies"] ?? "")).toMatchObject([{ outcome: "pull-request" }]);
  expect(stage.read(copy.repository, processFile, branch)).toMatch(/Good morning, partner[^]*Wave twice/);
  expect(stage.read(copy.repository, "docs.md", branch)).toBe("both\n");
});

test("what a person merged while newer commits waited is not taken for those", async () => {
  const { stage, copy } = await startConflict();
  stage.edit(stage.upstream, { files: { "docs.md": "theirs\n" } });
  stage.edit(copy.repository, { files: { "docs.md": "ours\n" } });
  await stage.run(step);
  finish(stage, copy, "Good morning, partner");
  say(stage, stage.upstream, "Wave", "Wave twice");
  await stage.run(step);
  stage.edit(copy.repository, { branch, files: { "docs.md": "both\n" } });
  stage.standIn.merge(copy.repository, 1, "squash");

  const { outputs } = await stage.run(step);

  expect(JSON.parse(outputs["Copies"] ?? "")).toMatchObject([{ outcome: "pull-request" }]);
  expect(stage.read(copy.repository, processFile, branch)).toMatch(/Good morning, partner[^]*Wave twice/);
});

test("a request with markers that people closed is declined", async () => {
  const { stage, copy } = await startConflict();
  await stage.run(step);
  Object.assign(copy.repository.pulls[0] ?? {}, { state: "closed" });
  stage.takeWrites();

  const { outputs } = await stage.run(step);

  expect(JSON.parse(outputs["Copies"] ?? "")).toMatchObject([{ outcome: "declined" }]);
  expect(stage.takeWrites()).toEqual([]);
});

test("says of files without lines what the branch has of them", async () => {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  stage.edit(stage.upstream, {
    files: { "README.md": undefined, "logo.png": Buffer.from([0, 9]), sub: { submodule: "1".repeat(40) } },
  });
  stage.edit(copy.repository, {
    files: { "README.md": "# Howdy\n", "logo.png": Buffer.from([0, 7]), sub: { submodule: "2".repeat(40) } },
  });

  await stage.run(step);

  const body = copy.repository.pulls[0]?.body ?? "";
  expect(body).toContain("- `README.md`: the branch has the copy's; the template deleted it. Decide which one stays");
  expect(body).toContain("- `logo.png`: a file without lines: the branch has the copy's.");
  expect(body).toContain("- `sub`: a submodule");
  expect(stage.read(copy.repository, "logo.png", branch)).toBe(stage.read(copy.repository, "logo.png"));
  expect(stage.read(copy.repository, "README.md", branch)).toBe("# Howdy\n");
});

test("merges without asking where the copy only wrote things in another order, and says so", async () => {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  say(stage, stage.upstream, "Greet", "Good morning");
  const lines = stage.read(copy.repository).split("\n");
  const at = lines.findIndex((line) => line.includes("echo Greet"));
  const moved = lines.with(at, lines[at - 1] ?? "").with(at - 1, lines[at] ?? "");
  stage.edit(copy.repository, { files: { [processFile]: moved.join("\n") } });

  const found = await stage.run(findUpdates);
  const { outputs, log } = await stage.run(step);

  expect(found.outputs["Status"]).toBe("Can be merged");
  expect(found.pages.join()).toContain("the sides differ in order alone");
  expect(JSON.parse(outputs["Copies"] ?? "")).toMatchObject([{ outcome: "pull-request" }]);
  expect(messages(log)).toContain(`Hello: a conflict solved itself: ${processFile} (the sides differ in order alone).`);
  expect(copy.repository.pulls[0]?.body).toContain(`\`${processFile}\` (the sides differ in order alone)`);
  expect(stage.read(copy.repository, processFile, branch)).toBe(
    moved.join("\n").replace("echo Greet", "echo Good morning"),
  );
});

test("plans a request with markers, and writes nothing", async () => {
  const { stage, copy } = await startConflict();
  stage.takeWrites();

  const { outputs } = await stage.run(step, { onlyPlan: "True" });

  expect(JSON.parse(outputs["Copies"] ?? "")).toMatchObject([
    { outcome: "conflicting", text: expect.stringContaining("with 1 file for people to decide in its branch") },
  ]);
  expect(stage.takeWrites()).toEqual([]);
  expect(copy.repository.pulls).toEqual([]);
});

type Repository = CopyOnStage["repository"];

function say(stage: CopiesStage, repository: Repository, from: string, to: string): void {
  const text = stage.read(repository).replace(`echo ${from}`, `echo ${to}`);
  stage.edit(repository, { files: { [processFile]: text } });
}

/** As a person does in the host's editor. */
function finish(stage: CopiesStage, { repository }: CopyOnStage, greeting: string): void {
  const text = stage
    .read(repository, processFile, branch)
    .replace(/<<<<<<< copy\n([^]*?)\|\|\|\|\|\|\| base[^]*?>>>>>>> template\n/, (_, ours: string) =>
      ours.replace("Howdy", greeting),
    );
  stage.edit(repository, { branch, files: { [processFile]: text } });
}
