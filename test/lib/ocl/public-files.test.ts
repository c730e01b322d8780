import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { applyEdits, setAttribute } from "../../../lib/ocl/edit-ocl.ts";
import { listOclIds } from "../../../lib/ocl/list-ids.ts";
import { listOclReferences, type OclReference } from "../../../lib/ocl/list-references.ts";
import { listOclProcessTemplates } from "../../../lib/ocl/list-process-templates.ts";
import { listStepTemplateUses, nameStepTemplateUse } from "../../../lib/ocl/list-step-templates.ts";
import { readOcl, type OclItem, type OclSpan } from "../../../lib/ocl/read-ocl.ts";
import { translateReferences } from "../../../lib/ocl/translate-references.ts";
import { translateStepTemplates } from "../../../lib/ocl/translate-step-templates.ts";
import { ParameterError } from "../../../lib/step/errors.ts";
import { OclError, parseOcl } from "../../octopus-server/ocl/parse-ocl.ts";
import { toItems } from "../../ocl/to-items.ts";

/**
 * A folder with OCL files of other people's repositories, one folder a repository, which nobody commits here. Look for repositories with an
 * `.octopus` folder, and copy their files: `git ls-tree -r --name-only HEAD | grep '\.ocl$'`.
 */
const folder = process.env["MANAGED_SPACES_OCL_FILES"] ?? "";

const files = folder === "" ? [] : listFiles(folder);

test.skipIf(files.length === 0)(
  "OCL of public repositories is read as a server reads it, written byte by byte, and translated there and back (MANAGED_SPACES_OCL_FILES)",
  () => {
    const told = {
      refused: new Map<string, string>(),
      slugs: new Map<string, number>(),
      ids: new Map<string, number>(),
    };
    for (const { path, bytes } of files) {
      const text = bytes.toString("utf8");
      const problem = findProblem(text, path);
      expect({ path, isRefused: problem !== undefined }).toEqual({ path, isRefused: isRefusedByServer(text) });
      if (problem === undefined) look({ path, bytes }, told);
      else told.refused.set(path, problem);
    }
    const repositories = new Set(files.map(({ path }) => path.split("/")[0]));
    onTestFinished(() => {
      console.log(
        `${files.length} files of ${repositories.size} repositories, ${told.refused.size} refused`,
        Object.fromEntries(told.refused),
        "slugs",
        Object.fromEntries(told.slugs),
        "ids",
        Object.fromEntries(told.ids),
      );
    });
  },
);

interface PublicFile {
  path: string;
  bytes: Buffer;
}

function look({ path, bytes }: PublicFile, told: { slugs: Map<string, number>; ids: Map<string, number> }): void {
  const text = bytes.toString("utf8");
  const file = readOcl(text, path);
  expect({ path, bytes: Buffer.from(applyEdits(file, [])) }).toEqual({ path, bytes });
  expect({ path, items: toItems(file.items) }).toEqual({ path, items: parseOcl(text) });
  expectInside(file.items, { start: 0, end: text.length });

  const references = listOclReferences(text, path);
  const ids = listOclIds(text, path);
  count(told.slugs, references);
  count(told.ids, ids);
  const uses = listStepTemplateUses(text, path);
  const templates = listOclProcessTemplates(text, path).uses;
  count(
    told.ids,
    uses.map(() => ({ kind: "stepTemplate" })),
  );
  count(
    told.slugs,
    templates.map(() => ({ kind: "processTemplate" })),
  );

  const there = toNames([...references, ...ids], (name) => [name, elsewhere(name)]);
  const back = toNames([...references, ...ids], (name) => [elsewhere(name), name]);
  const translated = translateReferences(text, there, path);
  expectSameLines(text, translated, (line) => !/elsewhere|990099/.test(line));
  expect({ path, text: translateReferences(translated, back, path) }).toEqual({ path, text });
  const map = Object.fromEntries(uses.map((use) => [nameStepTemplateUse(use), "ActionTemplates-elsewhere/99"]));
  expectSameLines(text, translateStepTemplates(text, map, path), (line) => !/elsewhere|"99"/.test(line));

  const added = applyEdits(file, setAttribute(file, undefined, "zz_added", "yes"));
  expect({ path, count: parseOcl(added).length }).toEqual({ path, count: file.items.length + 1 });
  const others = added.split("\n").filter((line) => !line.includes("zz_added"));
  expect({ path, text: others.join("\n").trim() }).toEqual({ path, text: text.trim() });
}

function listFiles(root: string): PublicFile[] {
  const seen = new Set<string>();
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ocl"))
    .toSorted()
    .map((name) => ({ path: relative(".", name), bytes: readFileSync(join(root, name)) }))
    .filter(({ bytes }) => {
      const content = bytes.toString("latin1");
      const isNew = !seen.has(content);
      seen.add(content);
      return isNew;
    });
}

function findProblem(text: string, path: string): string | undefined {
  try {
    readOcl(text, path);
    return undefined;
  } catch (error) {
    if (error instanceof ParameterError) return error.message;
    throw error;
  }
}

function isRefusedByServer(text: string): boolean {
  try {
    parseOcl(text);
    return false;
  } catch (error) {
    if (error instanceof OclError) return true;
    throw error;
  }
}

function expectInside(items: readonly OclItem[], { start, end }: OclSpan): void {
  let position = start;
  for (const item of items) {
    expect(item.start).toBeGreaterThanOrEqual(position);
    expect(item.end).toBeLessThanOrEqual(end);
    if (item.kind === "block") expectInside(item.items, { start: item.open, end: item.end - 1 });
    position = item.end;
  }
}

/** Those that a translation is not about. */
function expectSameLines(before: string, after: string, isOther: (line: string) => boolean): void {
  const lines = before.split("\n");
  const translated = after.split("\n");
  expect(translated).toHaveLength(lines.length);
  for (const [index, line] of translated.entries()) if (isOther(line)) expect(line).toBe(lines[index]);
}

/** That of an id is an id of its kind. */
function elsewhere(name: string): string {
  return /^[A-Za-z]+-\d+$/.test(name) ? `${name}990099` : `${name}-elsewhere`;
}

function toNames(
  references: readonly OclReference[],
  toEntry: (name: string) => [string, string],
): Record<string, Record<string, string>> {
  const names: Record<string, Record<string, string>> = {};
  for (const { kind, slug } of references) {
    const [from, to] = toEntry(slug);
    names[kind] = { ...names[kind], [from]: to };
  }
  return names;
}

function count(numbers: Map<string, number>, references: readonly { kind: string }[]): void {
  for (const { kind } of references) numbers.set(kind, (numbers.get(kind) ?? 0) + 1);
}
