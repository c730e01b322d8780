import { expect, test } from "vitest";
import { step } from "../../steps/preview-updates/step.ts";
import { textOfPage } from "../text-of-page.ts";
import { messages, processFile, startCopies, type CopiesStage, type CopyOnStage } from "./copies-stage.ts";

test("shows the diff of each copy that is behind, with what people changed left out", async () => {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  await stage.addCopy("Other");
  say(stage, "upstream", "Greet", "Good morning <world>");
  say(stage, copy, "Wave", "Wave twice");

  const { pages, attachments, outputs } = await stage.run(step);

  expect(outputs["Previews"]).toBe("2");
  expect(attachments[0]?.name).toBe("Preview of Hello in America.html");
  expect(pages[0]).toContain("Good morning &lt;world&gt;");
  expect(pages[0]).toContain("1 file changed");
  expect(pages[0]).not.toMatch(/class="(added|removed)".*Wave/);
});

test("marks conflicts in the files", async () => {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  say(stage, "upstream", "Greet", "Good morning");
  say(stage, copy, "Greet", "Howdy");

  const { pages, log } = await stage.run(step);

  expect(pages[0]).toMatch(/(&lt;){7} the copy[\s\S]*(&gt;){7} the template/);
  expect(textOfPage(pages[0])).toContain(
    `Conflicts 1 File Why In the copy In the template ${processFile} the same lines`,
  );
  expect(messages(log)).toContain("Hello: conflicts, 1 commit behind, 1 conflict.");
});

test("shows a file and a folder of one name by that name, and not by a commit", async () => {
  const stage = await startCopies();
  const files = await stage.addCopy("Files");
  const folder = await stage.addCopy("Folder");
  stage.edit(stage.upstream, { files: { "shared/readme.md": "of the template\n", notes: "of the template\n" } });
  stage.edit(files.repository, { files: { shared: "of the copy\n" } });
  stage.edit(folder.repository, { files: { "notes/today.md": "of the copy\n" } });

  const { pages, log } = await stage.run(step);

  const why = "a file and a folder of one name";
  expect(textOfPage(pages[0])).toContain(`shared ${why} a file a folder`);
  expect(textOfPage(pages[1])).toContain(`notes ${why} a folder a file`);
  expect(messages(log)).toContain("Files: conflicts, 1 commit behind, 1 conflict.");
  for (const page of pages) {
    expect(page).toContain("of the template");
    expect(page).not.toContain("~");
  }
});

test("has nothing to show of a copy that is up to date", async () => {
  const stage = await startCopies();
  await stage.addCopy("Hello");

  const { pages, log } = await stage.run(step);

  expect(pages).toEqual([]);
  expect(log.at(-1)?.message).toBe('No copy of "Hello World CaC" in the space "America" has anything to preview.');
});

test("hides secrets that a diff holds", async () => {
  const stage = await startCopies();
  await stage.addCopy("Hello");
  stage.edit(stage.upstream, {
    files: { "docs.md": "clone https://barry:hunter22@example.com/x\ntoken-of-octavia\n" },
  });

  const { pages } = await stage.run(step);

  expect(pages[0]).toContain("https://****@example.com/x");
  expect(pages[0]).not.toMatch(/hunter22|token-of-octavia/);
});

function say(stage: CopiesStage, where: "upstream" | CopyOnStage, from: string, to: string): void {
  const repository = where === "upstream" ? stage.upstream : where.repository;
  stage.edit(repository, { files: { [processFile]: stage.read(repository).replace(`echo ${from}`, `echo ${to}`) } });
}
