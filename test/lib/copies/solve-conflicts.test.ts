import fc from "fast-check";
import { expect, test } from "vitest";
import { tryToMerge } from "../../../lib/copies/find-git-update.ts";
import { findFile } from "../../../lib/git/compare.ts";
import type { Sides } from "../../../lib/git/merge-texts.ts";
import { isSameOcl, mergeOcl, renderLike } from "../../../lib/ocl/merge-ocl.ts";
import { editRepository, findHead } from "../../git-server/edit-repository.ts";
import { pairOf } from "../git/repositories.ts";

const path = "deployment_process.ocl";

const step = (name: string, properties: readonly string[], before = ""): string =>
  [
    `step "${name}" {`,
    `    name = "${name}"`,
    "",
    "    action {",
    ...(before === "" ? [] : [`        ${before}`]),
    '        environments = ["production", "test"]',
    "        properties = {",
    ...properties.map((property) => `            ${property}`),
    "        }",
    "    }",
    "}",
    "",
  ].join("\n");

const body = (text: string): string => `Octopus.Action.Script.ScriptBody = "${text}"`;
const syntax = (text: string): string => `Octopus.Action.Script.Syntax = "${text}"`;
const template = (id: string, version: string): string[] => [
  `Octopus.Action.Template.Id = "${id}"`,
  `Octopus.Action.Template.Version = "${version}"`,
];
const base = step("greet", [body("echo hi"), syntax("Bash")]);

test.each<[what: string, sides: Sides<string>, differences: string[], merged: string]>([
  [
    "the copy was checked in on Windows, and its lines end as those do",
    {
      base,
      into: base.replaceAll("\n", "\r\n"),
      from: base.replace("echo hi", "echo hello"),
    },
    ["line ends"],
    base.replace("echo hi", "echo hello").replaceAll("\n", "\r\n"),
  ],
  [
    "the copy has its properties in another order",
    {
      base,
      into: step("greet", [syntax("Bash"), body("echo hi")]),
      from: step("greet", [body("echo hello"), syntax("Bash")]),
    },
    ["order"],
    step("greet", [syntax("Bash"), body("echo hello")]),
  ],
  [
    "the template has its properties in another order, and the copy changed one",
    {
      base,
      into: step("greet", [body("echo howdy"), syntax("Bash")]),
      from: step("greet", [syntax("Bash"), body("echo hi")]),
    },
    ["order"],
    step("greet", [body("echo howdy"), syntax("Bash")]),
  ],
  [
    "the copy is indented by tabs",
    { base, into: base.replaceAll("    ", "\t"), from: base.replace("echo hi", "echo hello") },
    ["white space"],
    base.replaceAll("    ", "\t").replace("echo hi", "echo hello"),
  ],
  [
    "the environments of an action, which are a set, stand in another order",
    {
      base,
      into: base.replace('["production", "test"]', '["test", "production"]'),
      from: base.replace('["production", "test"]', '[ "production" , "test" ]').replace("echo hi", "echo hello"),
    },
    ["white space"],
    base.replace('["production", "test"]', '["test", "production"]').replace("echo hi", "echo hello"),
  ],
  [
    "the template wrote on several lines what the copy wrote on one, and took a property away",
    {
      base: step("greet", [body("a\\nb"), syntax("Bash"), 'Old = "1"']),
      into: step("greet", [syntax("Bash"), body("a\\nb"), 'Old = "1"']),
      from: step("greet", [body("a\\nb").replace(/"a.*"$/, "<<EOT\na\nb\nEOT"), syntax("Bash")]),
    },
    ["order"],
    step("greet", [syntax("Bash"), body("a\\nb")]),
  ],
  [
    "both added the same step, one of them with an empty line",
    {
      base: "",
      into: base,
      from: base.replace("    action {", "\n    action {"),
    },
    ["white space"],
    base,
  ],
  [
    "the copy took the template's ids as they are, and the template goes on to its next version",
    {
      base: step("greet", template("ActionTemplates-1", "1")),
      into: step("greet", template("ActionTemplates-1", "2")),
      from: step("greet", template("ActionTemplates-1", "3")),
    },
    ["ids of step templates"],
    step("greet", template("ActionTemplates-7", "5")),
  ],
])("nobody is asked where %s", async (_, { base: before, into, from }, differences, merged) => {
  const { merge, read } = await mergeFiles({ base: before, into, from });

  expect(merge).toMatchObject({ outcome: "mergeable", solved: [{ path, differences }] });
  expect(await read()).toBe(merged);
});

test("a file that one side deleted is gone where the other one only wrote it anew", async () => {
  const { merge, read } = await mergeFiles({
    base,
    into: undefined,
    from: step("greet", [syntax("Bash"), body("echo hi")]),
  });

  expect(merge).toMatchObject({ outcome: "mergeable", solved: [{ path, differences: ["order"] }] });
  expect(await read()).toBeUndefined();
});

test.each<[what: string, sides: Sides<string>]>([
  [
    "both changed one script",
    { base, into: base.replace("echo hi", "echo howdy"), from: base.replace("echo hi", "echo hello") },
  ],
  [
    "each changed another property of two that are neighbours",
    { base, into: base.replace("echo hi", "echo howdy"), from: base.replace("Bash", "PowerShell") },
  ],
  [
    "white space is inside of a script",
    {
      base: step("greet", [body("if x:\\n  y")]),
      into: step("greet", [body("if x:\\n    y")]),
      from: step("greet", [body("if x:\\n\\ty")]),
    },
  ],
  [
    "both put the steps in an order of their own, which they run in",
    {
      base: step("a", []) + step("b", []) + step("c", []),
      into: step("b", []) + step("a", []) + step("c", []),
      from: step("a", []) + step("c", []) + step("b", []),
    },
  ],
  [
    "the copy uses a version of a step template that is its own",
    {
      base: step("greet", template("ActionTemplates-7", "3")),
      into: step("greet", template("ActionTemplates-7", "9")),
      from: step("greet", template("ActionTemplates-1", "3")),
    },
  ],
  ["one of them is no OCL", { base, into: `${base}}`, from: base.replace("echo hi", "echo hello") + "{" }],
])("a person is asked where %s", async (_, sides) => {
  const { merge } = await mergeFiles(sides);

  expect(merge).toMatchObject({ outcome: "conflicting", conflicts: [{ path }], solved: [] });
});

test("of several conflicts those are solved that nobody needs to decide", async () => {
  const other = "runbooks/restart.ocl";
  const { merge } = await mergeFiles(
    { base, into: base.replace("echo hi", "echo howdy"), from: base.replace("echo hi", "echo hello") },
    {
      [other]: {
        base,
        into: step("greet", [syntax("Bash"), body("echo hi")]),
        from: base.replace("echo hi", "echo hello"),
      },
    },
  );

  expect(merge).toMatchObject({ outcome: "conflicting", conflicts: [{ path }], solved: [{ path: other }] });
});

const names = fc.uniqueArray(fc.stringMatching(/^[A-Za-z][A-Za-z0-9.]{0,8}$/), { minLength: 1, maxLength: 6 });

test("whatever order and white space a file has: it says the same, and takes the other side's changes", () => {
  const one = fc.tuple(names, fc.infiniteStream(fc.string())).chain(([keys, texts]) => {
    const values = keys.map((key) => [key, texts.next().value ?? ""] as const);
    return fc.record({
      values: fc.constant(values),
      shuffled: fc.shuffledSubarray(values, { minLength: values.length, maxLength: values.length }),
      changed: fc.nat({ max: values.length - 1 }),
      indent: fc.constantFrom("", " ", "\t", "    "),
    });
  });
  fc.assert(
    fc.property(one, fc.string(), ({ values, shuffled, changed, indent }, text) => {
      const render = (entries: readonly (readonly [string, string])[], space = "  "): string =>
        `step "s" {\n${space}properties = {\n${entries.map(([key, value]) => `${space}${key} = ${quote(value)}\n`).join("")}${space}}\n}\n`;
      const before = render(values);
      const here = render(shuffled, indent);
      const there = render(values.map(([key, value], index) => [key, index === changed ? text : value] as const));

      expect(isSameOcl(before, here, path)).toBe(true);
      expect(renderLike(here, before, path)).toBe(renderLike(before, before, path));
      const merged = mergeOcl({ base: before, into: here, from: there }, path) ?? "";
      expect(isSameOcl(merged, there, path)).toBe(true);
    }),
  );
});

function quote(text: string): string {
  const escapes: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\" };
  return `"${text.replaceAll(/[\n\r\t"\\]/g, (character) => escapes[character] ?? "")}"`;
}

type Files = Record<string, { base: string; into: string | undefined; from: string }>;

/** A template and a copy in which a file went apart; the copy's space has version 3 of the step template as version 5 of its own. */
async function mergeFiles(sides: Files[string], more: Files = {}) {
  const pair = await pairOf();
  const all = Object.entries({ [path]: sides, ...more });
  const pick = (side: "base" | "into" | "from") => Object.fromEntries(all.map(([name, three]) => [name, three[side]]));
  for (const repository of [pair.upstream, pair.downstream]) {
    const isEmpty = sides.base === "";
    if (!isEmpty)
      editRepository(repository, { files: pick("base"), parents: [findHead(repository, "refs/heads/main")] });
  }
  editRepository(pair.downstream, { files: pick("into") });
  editRepository(pair.upstream, { files: pick("from") });
  const { repository, into, from } = await pair.look();
  const stepTemplates = {
    "ActionTemplates-1/1": "ActionTemplates-7/3",
    "ActionTemplates-1/2": "ActionTemplates-7/4",
    "ActionTemplates-1/3": "ActionTemplates-7/5",
  };
  const translation = { stepTemplates, templatePath: "", copyPath: "" };
  const merge = await tryToMerge(repository, { into, from, mergedUpTo: undefined, ...translation });
  const tree = "tree" in merge ? merge.tree : into;
  return { merge, read: () => findFile(repository, tree, { path }) };
}
