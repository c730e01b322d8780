import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { toGraph } from "../../../lib/baseline/baseline-to-graph.ts";
import { parseBaseline } from "../../../lib/baseline/parse-baseline.ts";
import { sections } from "../../../lib/baseline/sections/index.ts";

const docs = readFileSync(join(import.meta.dirname, "../../../docs/baseline.md"), "utf8");
const rows = [...docs.matchAll(/^\| `(\w+)` +\| (.+?) +\| `(.+)` +\|$/gm)].map(
  ([, key = "", about = "", entry = ""]) => ({
    key,
    about,
    entry,
  }),
);

test("the docs tell of every section, in order, what it is", () => {
  expect(rows.map(({ key, about }) => [key, about])).toEqual(sections.map(({ key, about }) => [key, about]));
});

test.each(rows)("the docs' entry of $key is one", ({ key, entry }) => {
  const baseline = parseBaseline(`${key}:\n  - ${entry}\n`, key);

  expect(toGraph(baseline).nodes[0]?.kind).toBe(sections.find((section) => section.key === key)?.kind);
});

test("the docs' baseline is one", () => {
  const [, text = ""] = /```yaml\n(.*?)```/s.exec(docs) ?? [];

  expect(toGraph(parseBaseline(text, "docs")).nodes.map(({ kind }) => kind)).toEqual([
    "environment",
    "environment",
    "lifecycle",
    "account",
  ]);
});
