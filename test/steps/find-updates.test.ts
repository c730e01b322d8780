import { expect, test } from "vitest";
import { step } from "../../steps/find-updates/step.ts";
import { step as mergeUpdates } from "../../steps/merge-updates/step.ts";
import { removeBranch } from "../git-hosts-stand-ins/stand-in.ts";
import { messages, startCopies, processFile, type CopiesStage, type CopyOnStage } from "./copies-stage.ts";

test("a copy that has all of its template is up to date", async () => {
  const stage = await startCopies();
  await stage.addCopy("Hello");

  const { outputs, log } = await stage.run(step);

  expect(outputs).toMatchObject({ Status: "Up to date", Behind: "0", Conflicts: "[]" });
  expect(log.at(-1)?.message).toBe('"Hello" in the space "America": Up to date.');
});

test("tells how many commits a copy is behind, and who changed what in it", async () => {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  editStep(stage, "upstream", "Greet", "Good morning");
  stage.edit(stage.upstream, { files: { "docs.md": "More\n" }, message: "Write docs", author: "Barry" });
  editStep(stage, copy, "Wave", "Wave twice");

  const { outputs, log, pages } = await stage.run(step);

  expect(outputs).toMatchObject({ Status: "Can be merged", Behind: "2", Conflicts: "[]" });
  expect(messages(log)).toContainEqual(expect.stringMatching(/^Hello +Can be merged +2 commits +1 commit by Lisa$/));
  expect(pages[0]).toContain("Write docs");
  expect(JSON.parse(outputs["Copies"] ?? "")).toMatchObject([{ name: "Hello", editedFiles: [processFile] }]);
});

test.each([
  ["a comment", (text: string) => `# ours\n${text}`, "line 1, where a comment stands"],
  ["an escape", (text: string) => text.replace("echo Wave", "C:\\Temp"), "a text is not closed"],
  ["marks of a conflict", (text: string) => `<<<<<<< HEAD\n${text}`, "line 1, where a name is missing"],
  ["no process", () => undefined, `There is no "${processFile}" any more`],
])("never calls a copy sound whose files Octopus cannot load: %s", async (_, change, problem) => {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  const sound = stage.read(copy.repository);
  stage.edit(copy.repository, { files: { [processFile]: change(sound) } });

  const { outputs, log } = await stage.run(step);
  const merged = await stage.run(mergeUpdates);
  stage.edit(copy.repository, { files: { [processFile]: sound } });
  const mended = await stage.run(step);

  expect(outputs["Status"]).toBe("Broken");
  expect(messages(log, "warning").join("\n")).toContain("Octopus cannot load the project: ");
  expect(messages(log, "warning").join("\n")).toContain(problem);
  expect(JSON.stringify(merged.outputs)).toContain("Octopus cannot load the project");
  expect(mended.outputs["Status"]).toBe("Up to date");
});

test("names the files in conflict, with both sides", async () => {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  editStep(stage, "upstream", "Greet", "Good morning");
  stage.edit(stage.upstream, { files: { "README.md": undefined, "logo.png": Buffer.from([0, 9]) } });
  editStep(stage, copy, "Greet", "Howdy");
  stage.edit(copy.repository, { files: { "README.md": "# Ours\n", "logo.png": Buffer.from([0, 8]) } });

  const { outputs, log } = await stage.run(step);

  expect(outputs["Status"]).toBe("Conflicts");
  expect(JSON.parse(outputs["Conflicts"] ?? "")).toEqual([
    {
      copy: "Hello",
      files: [
        { path: processFile, kind: "content", into: "modified", from: "modified" },
        { path: "README.md", kind: "delete-modify", into: "modified", from: "deleted" },
        { path: "logo.png", kind: "binary", into: "modified", from: "modified" },
      ],
    },
  ]);
  expect(messages(log, "warning")).toContain("Hello: README.md: modified in the copy, deleted in the template");
});

test("an update that was squashed when it was merged counts as merged", async () => {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  editStep(stage, copy, "Wave", "Wave twice");
  editStep(stage, "upstream", "Greet", "Good morning");
  editStep(stage, copy, "Greet", "Good morning", { message: "Update from the template (#1)" });

  expect((await stage.run(step)).outputs).toMatchObject({ Status: "Up to date", Behind: "0" });
});

test("commits that the receipt says are merged do not conflict again", async () => {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  editStep(stage, "upstream", "Greet", "Good morning");
  editStep(stage, copy, "Greet", "Solved by a person", { message: "Squashed" });
  await stage.saveReceipt("Hello", (known) => ({
    ...(known ?? { format: 2, package: "hello_world_cac" }),
    upstream: { ...known?.upstream, commit: stage.head(stage.upstream) },
  }));
  stage.edit(stage.upstream, { files: { "docs.md": "More\n" } });

  expect((await stage.run(step)).outputs).toMatchObject({ Status: "Can be merged", Behind: "1" });
});

test("a template whose branch was rewritten is still compared, and that is said", async () => {
  const stage = await startCopies();
  const before = stage.head(stage.upstream);
  stage.edit(stage.upstream, { files: { "docs.md": "Old\n" } });
  await stage.addCopy("Hello");
  stage.edit(stage.upstream, { files: { "docs.md": "Other\n" }, parents: [before], message: "Rewritten" });

  const { outputs, log } = await stage.run(step);

  expect(outputs["Status"]).toBe("Conflicts");
  expect(messages(log, "warning")).toContainEqual(expect.stringContaining("rewritten by a forced push"));
});

test("a copy that people deleted is gone, and the others are looked at", async () => {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  await stage.addCopy("Other");
  await stage.managed.remove(`/projects/${copy.project.Id}`);

  const { outputs } = await stage.run(step);

  expect(JSON.parse(outputs["Copies"] ?? "")).toMatchObject([
    { name: "Hello", status: "Gone" },
    { name: "Other", status: "Up to date" },
  ]);
});

test("fails after it told of the others when the repository of a copy is gone", async () => {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  await stage.addCopy("Other");
  stage.standIn.remove(copy.repository);

  const { outputs, error } = await stage.runAnyway(step);

  expect(JSON.parse(outputs["Copies"] ?? "")).toMatchObject([{ status: "Failed" }, { status: "Up to date" }]);
  expect(error).toMatch(/^Failed to find updates of "Hello": .*The repository does not exist/i);
});

test("says which branch the template has when the one in its settings is gone", async () => {
  const stage = await startCopies();
  await stage.addCopy("Hello");
  stage.edit(stage.upstream, { branch: "trunk", parents: [stage.head(stage.upstream)], files: { "docs.md": "x" } });
  removeBranch(stage.standIn, stage.upstream, "main");

  await expect(stage.run(step)).rejects.toThrow(/has no branch "main"; its default branch is "trunk"/);
});

test("compares step templates by what they are in each space, not by their ids and versions", async () => {
  const stage = await startCopies();
  for (const name of ["Unrelated", "Notify"]) await stage.management.post("/actiontemplates", template(name, "first"));
  const [source] = (await stage.management.list("/actiontemplates")).filter(({ Name }) => Name === "Notify");
  const second = await stage.management.put(`/actiontemplates/${source?.Id ?? ""}`, {
    ...source,
    ...template("Notify", "second"),
  });
  const own = await stage.managed.post("/actiontemplates", template("Notify", "second"));
  const use = (id: string, version: string): string =>
    `Octopus.Action.Template.Id = "${id}"\n            Octopus.Action.Template.Version = "${version}"\n            `;
  const property = "Octopus.Action.RunOnServer";
  editStep(stage, "upstream", property, `${use(second.Id, "1")}${property}`);
  const copy = await stage.addCopy("Hello");
  editStep(stage, copy, use(second.Id, "1"), use(own.Id, "0"), { author: "Managed Spaces" });
  editStep(stage, "upstream", `"1"\n            ${property} = "true"`, `"1"\n            ${property} = "false"`);

  const { outputs } = await stage.run(step);

  expect(own.Id).not.toBe(second.Id);
  expect(stage.read(copy.repository)).toContain(own.Id);
  expect(outputs).toMatchObject({ Status: "Can be merged", Behind: "1" });
});

test("names the step templates that the template uses and the space lacks", async () => {
  const stage = await startCopies();
  await stage.addCopy("Hello");
  const own = await stage.management.post("/actiontemplates", template("Notify", "first"));
  const property = "Octopus.Action.RunOnServer";
  const use = `Octopus.Action.Template.Id = "${own.Id}"\n            Octopus.Action.Template.Version = "0"`;
  editStep(stage, "upstream", property, `${use}\n            ${property}`);

  const { log } = await stage.run(step);

  expect(messages(log, "warning")).toEqual([
    expect.stringMatching(/lacks step templates that the template uses: "Notify"/),
  ]);
});

test("all copies of a space are looked at together, in Git and not, each with its template", async () => {
  const stage = await startCopies();
  await stage.addCopy("Hello");
  editStep(stage, "upstream", "Greet", "Good morning");
  const nowhere = { spaceId: "Spaces-1", projectId: "Projects-999", project: "Deleted" };
  await stage.addCopy("Orphan", { package: "deleted", upstream: nowhere });

  const { outputs, log, error } = await stage.runAnyway(step, { copies: "all" });

  expect(messages(log).map((line) => line.replaceAll(/ {2,}/g, "|"))).toEqual(
    expect.arrayContaining([
      'Hello|project "Hello World CaC"|Can be merged|1 commit',
      'Orphan|project "Deleted"|Failed',
    ]),
  );
  expect(JSON.parse(outputs["Copies"] ?? "")).toMatchObject([{ name: "Hello", root: "project" }, { name: "Orphan" }]);
  expect(error).toContain("the copy is in Git and its template is not, or was deleted.");
});

test("sends the token to no other host than the one it is for", async () => {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  const project = await stage.managed.get(`/projects/${copy.project.Id}`);
  const elsewhere = await startCopies();
  const settings = {
    ...Object(project["PersistenceSettings"]),
    Url: `${elsewhere.standIn.server.url}/octopuscac/hello_world_cac.git`,
  };
  await stage.managed.put(`/projects/${copy.project.Id}`, { ...project, PersistenceSettings: settings });
  elsewhere.standIn.server.requests.length = 0;

  const { error } = await stage.runAnyway(step);

  expect(error).toContain("its credentials go nowhere else");
  expect(elsewhere.standIn.server.requests).toEqual([]);
});

test("keeps the token out of everything that it tells", async () => {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  editStep(stage, copy, "Wave", "Wave twice");

  const { log, outputs, pages } = await stage.run(step);

  expect(JSON.stringify([log, outputs, pages])).not.toContain("token-of-octavia");
});

function editStep(
  stage: CopiesStage,
  where: "upstream" | CopyOnStage,
  from: string,
  to: string,
  more: { message?: string; author?: string } = {},
): void {
  const repository = where === "upstream" ? stage.upstream : where.repository;
  const text = stage.read(repository).replace(`echo ${from}`, `echo ${to}`);
  stage.edit(repository, {
    ...more,
    files: { [processFile]: text === stage.read(repository) ? text.replaceAll(from, to) : text },
  });
}

function template(name: string, body: string): object {
  const properties = { "Octopus.Action.Script.ScriptBody": `echo ${body}` };
  return { Name: name, ActionType: "Octopus.Script", Properties: properties, Parameters: [] };
}
