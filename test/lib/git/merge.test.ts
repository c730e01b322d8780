import { expect, test } from "vitest";
import { createTemplateFacts } from "../../../lib/copies/find-git-update.ts";
import { countCommits, findFile, listChangedFiles, listCommits, readDiff, readTree } from "../../../lib/git/compare.ts";
import { commitMerge, tryMerge } from "../../../lib/git/merge.ts";
import { pushCommit } from "../../../lib/git/push.ts";
import { editRepository, findHead, readFileAt } from "../../git-server/edit-repository.ts";
import { pairOf } from "./repositories.ts";

const author = { name: "Barry", email: "barry@example.com" };

test("a copy without changes on either side is up to date", async () => {
  const { repository, from, into } = await (await pairOf()).look();

  expect(await tryMerge(repository, { into, from })).toEqual({ outcome: "up-to-date" });
});

test("a copy that is only behind can be fast-forwarded", async () => {
  const { repository, from, into } = await (await pairOf({ upstream: [{ files: { "readme.md": "# New\n" } }] })).look();

  expect(await tryMerge(repository, { into, from })).toEqual({
    outcome: "mergeable",
    tree: await readTree(repository, from),
    isFastForward: true,
  });
  expect(await countCommits(repository, { head: from, without: [into] })).toBe(1);
});

test("merges both sides' changes and pushes them without force", async () => {
  const pair = await pairOf({
    upstream: [
      { files: { "process.ocl": 'step "zero" {\n}\n\nstep "one" {\n}\n\nstep "two" {\n}\n\nstep "three" {\n}\n' } },
    ],
    downstream: [
      {
        files: { "process.ocl": 'step "one" {\n}\n\nstep "two" {\n}\n\nstep "three" {\n}\n\nstep "four" {\n}\n' },
        message: "Add four",
        author: "Lisa",
      },
    ],
  });
  const { repository, from, into, downstream } = await pair.look();

  const merge = await tryMerge(repository, { into, from });
  if (merge.outcome !== "mergeable") throw new Error(merge.outcome);
  const commit = await commitMerge(repository, { into, from, tree: merge.tree, message: "Merge the template", author });
  await pushCommit(repository, downstream, { commit, branch: "main" });

  expect(merge.isFastForward).toBe(false);
  expect(findHead(pair.downstream, "refs/heads/main")).toBe(commit);
  expect(readFileAt(pair.downstream, "main", "process.ocl")).toMatch(/zero[^]*four/);
  expect(await listCommits(repository, { base: from, head: into })).toMatchObject([
    { author: "Lisa", subject: "Add four" },
  ]);
  expect(await listChangedFiles(repository, { base: from, head: into })).toEqual(["process.ocl"]);
});

test("a squash merge counts as merged, since contents decide", async () => {
  const change = { "readme.md": "# New\n", "more.md": "more\n" };
  const pair = await pairOf({
    upstream: [{ files: { "readme.md": "# Almost\n" } }, { files: change }],
    downstream: [{ files: { "own.md": "ours\n" } }, { files: change, message: "Squashed" }],
  });
  const { repository, from, into } = await pair.look();

  expect(await tryMerge(repository, { into, from })).toEqual({ outcome: "up-to-date" });
  expect(await readTree(repository, from)).not.toBe(await readTree(repository, into));
});

test("edits on top of a squash merge are no conflict when a receipt tells what was merged", async () => {
  const pair = await pairOf({
    upstream: [{ files: { "readme.md": "# New\n" } }],
    downstream: [
      { files: { "readme.md": "# New\n" }, message: "Squashed" },
      { files: { "readme.md": "# New and ours\n" } },
    ],
  });
  const mergedUpTo = findHead(pair.upstream, "refs/heads/main");
  editRepository(pair.upstream, { files: { "more.md": "more\n" } });
  const { repository, from, into } = await pair.look();

  expect(await tryMerge(repository, { into, from })).toMatchObject({ outcome: "conflicting" });
  const merge = await tryMerge(repository, { into, from, mergedUpTo });

  expect(merge).toMatchObject({ outcome: "mergeable" });
  if (merge.outcome !== "mergeable") return;
  const commit = await commitMerge(repository, { into, from, tree: merge.tree, message: "Merge", author });
  expect(await findFile(repository, commit, { path: "readme.md" })).toBe("# New and ours\n");
  expect(await findFile(repository, commit, { path: "none.md" })).toBeUndefined();
});

test("reports a conflict in a text, and changes nothing", async () => {
  const pair = await pairOf({
    upstream: [{ files: { "readme.md": "# Theirs\n" } }],
    downstream: [{ files: { "readme.md": "# Ours\n" } }],
  });
  const { repository, from, into } = await pair.look();

  expect(await tryMerge(repository, { into, from })).toMatchObject({
    outcome: "conflicting",
    tree: expect.stringMatching(/^[0-9a-f]{40}$/),
    conflicts: [{ path: "readme.md", kind: "content", into: "modified", from: "modified" }],
  });
  expect(findHead(pair.downstream, "refs/heads/main")).toBe(into);
});

test("tells delete against modify, a binary, and two files of one name apart", async () => {
  const { repository, from, into } = await (
    await pairOf({
      upstream: [{ files: { "readme.md": undefined, "logo.png": Buffer.from([0, 9, 9]), "new.md": "theirs\n" } }],
      downstream: [{ files: { "readme.md": "# Ours\n", "logo.png": Buffer.from([0, 7, 7]), "new.md": "ours\n" } }],
    })
  ).look();

  expect(await tryMerge(repository, { into, from })).toMatchObject({
    outcome: "conflicting",
    tree: expect.stringMatching(/^[0-9a-f]{40}$/),
    conflicts: [
      { path: "logo.png", kind: "binary", into: "modified", from: "modified" },
      { path: "new.md", kind: "both-added", into: "added", from: "added" },
      { path: "readme.md", kind: "delete-modify", into: "modified", from: "deleted" },
    ],
  });
});

test.each([
  ["the template has a file", { thing: "file\n" }, { "thing/inner.md": "inner\n" }, { into: "absent", from: "added" }],
  ["the copy has a file", { "thing/inner.md": "inner\n" }, { thing: "file\n" }, { into: "added", from: "absent" }],
  [
    "the copy changed the file of which the template made a folder",
    { "readme.md": undefined, "readme.md/inner.md": "inner\n" },
    { "readme.md": "# Ours\n" },
    { into: "modified", from: "deleted" },
  ],
])("knows a file and a folder of one name by that name: %s", async (_, upstream, downstream, sides) => {
  const { repository, from, into } = await (
    await pairOf({ upstream: [{ files: upstream }], downstream: [{ files: downstream }] })
  ).look();

  const path = "thing" in upstream || "thing" in downstream ? "thing" : "readme.md";
  expect(await tryMerge(repository, { into, from })).toMatchObject({
    conflicts: [{ path, kind: "file-directory", ...sides }],
  });
});

test("names a conflict in a submodule as such", async () => {
  const of = (digit: string) => ({ submodule: digit.repeat(40) });
  const pair = await pairOf();
  for (const path of [pair.upstream, pair.downstream])
    editRepository(path, {
      files: { sub: of("1") },
      message: "Submodule",
      parents: [findHead(path, "refs/heads/main")],
    });
  editRepository(pair.upstream, { files: { sub: of("2") } });
  editRepository(pair.downstream, { files: { sub: of("3") } });
  const { repository, from, into } = await pair.look();

  expect(await tryMerge(repository, { into, from })).toMatchObject({ conflicts: [{ path: "sub", kind: "submodule" }] });
});

test("a repository with another history is told apart from a conflict", async () => {
  const pair = await pairOf();
  editRepository(pair.downstream, { files: { "else.md": "else\n" }, message: "Another beginning", parents: [] });
  const { repository, from, into } = await pair.look();

  expect(await tryMerge(repository, { into, from })).toEqual({ outcome: "unrelated" });
});

test("notices that the upstream was force-pushed", async () => {
  const pair = await pairOf({ upstream: [{ files: { "readme.md": "# Gone\n" } }] });
  const gone = findHead(pair.upstream, "refs/heads/main");
  const first = findHead(pair.downstream, "refs/heads/main");
  editRepository(pair.upstream, { files: { "readme.md": "# Other\n" }, parents: [first] });
  const { repository, from } = await pair.look();

  const facts = createTemplateFacts(repository, { head: from });
  expect(await facts.look(gone)).toMatchObject({ wasRewritten: true });
  expect(await facts.look(first)).toEqual({ isThere: true, wasRewritten: false });
  expect(await facts.look("f".repeat(40))).toEqual({ isThere: false, wasRewritten: true });
  expect(await tryMerge(repository, { into: first, from, mergedUpTo: gone })).toMatchObject({ outcome: "mergeable" });
});

test("reads a diff with renames", async () => {
  const { repository, from, into } = await (
    await pairOf({ upstream: [{ files: { "readme.md": undefined, "docs.md": "# Web\n" } }] })
  ).look();

  expect(await readDiff(repository, { base: into, head: from })).toContain("rename from readme.md\nrename to docs.md");
});
