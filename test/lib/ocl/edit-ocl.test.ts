import fc from "fast-check";
import { expect, test } from "vitest";
import {
  addBlock,
  applyEdits,
  removeEntry,
  removeItem,
  replaceText,
  setAttribute,
  setEntry,
  type OclEdit,
} from "../../../lib/ocl/edit-ocl.ts";
import { readOcl, type OclBlock, type OclDictionary, type OclFile, type OclItem } from "../../../lib/ocl/read-ocl.ts";
import { findAttribute } from "../../../lib/ocl/walk-ocl.ts";
import type { OclNewBlock, OclNewLiteral, OclNewValue } from "../../../lib/ocl/write-ocl.ts";
import { ParameterError } from "../../../lib/step/errors.ts";
import * as server from "../../octopus-server/ocl/items.ts";
import { OclError, parseOcl } from "../../octopus-server/ocl/parse-ocl.ts";
import { writeOcl } from "../../octopus-server/ocl/write-ocl.ts";
import { oclLike } from "../../ocl/ocl-like.ts";
import { toItems } from "../../ocl/to-items.ts";

const process = `step "deploy" {
    name = "Deploy"
    properties = {
        Octopus.Action.TargetRoles = "web"
    }

    action {
        action_type = "Octopus.Script"
        environments = ["production", "test"]
        properties = {
            Octopus.Action.RunOnServer = "true"
            Octopus.Action.Script.ScriptBody = <<-EOT
                echo one
                echo two

                echo three
            EOT
        }
        worker_pool = "hosted"

        container {
            feed = "docker-hub"
        }
    }
}

step "notify" {
}
`;

test("an attribute that is there gets another value, and nothing else changes", () => {
  expect(changed(process, (file) => setAttribute(file, actionOf(file), "worker_pool", "own"))).toEqual([
    '-        worker_pool = "hosted"',
    '+        worker_pool = "own"',
  ]);
});

test("an attribute that is not there is added by the alphabet, before all blocks", () => {
  expect(changed(process, (file) => setAttribute(file, actionOf(file), "is_disabled", true))).toEqual([
    "+        is_disabled = true",
  ]);
  expect(changed(process, (file) => setAttribute(file, actionOf(file), "worker_pool_variable", ""))).toEqual([
    '+        worker_pool_variable = ""',
  ]);
  expect(changed(process, (file) => setAttribute(file, actionOf(file), "a", ["x", "y"]))).toEqual([
    '+        a = ["x", "y"]',
  ]);
});

test("several lines become a heredoc, two steps deeper than an attribute and one deeper than an entry", () => {
  expect(changed(process, (file) => setAttribute(file, stepOf(file), "notes", "a\n\n  b"))).toEqual([
    "+    notes = <<-EOT",
    "+            a",
    "+            ",
    "+              b",
    "+            EOT",
  ]);
  const entry = (file: OclFile): OclEdit[] => setEntry(file, propertiesOf(file), "Octopus.Action.Notes", "a\nb");
  expect(changed(process, entry)).toEqual([
    "+            Octopus.Action.Notes = <<-EOT",
    "+                a",
    "+                b",
    "+                EOT",
  ]);
});

test("of a heredoc only the lines change that say something else, and its tag stays where somebody put it", () => {
  const script = "    echo one\n    echo 2\n\n    echo three\n    echo four";
  const setScript = (file: OclFile): OclEdit[] =>
    setEntry(file, propertiesOf(file), "Octopus.Action.Script.ScriptBody", script);
  expect(changed(process, setScript).filter((line) => !/^[-+] *(echo three)?$/.test(line))).toEqual([
    "-                echo two",
    "+                echo 2",
    "+                echo four",
  ]);
});

test("labels, items of lists and entries are replaced in their lines", () => {
  expect(changed(process, (file) => replaceText(file, firstOf(stepOf(file).labels), 'a "b"\n'))).toEqual([
    '-step "deploy" {',
    '+step "a \\"b\\"\\n" {',
  ]);
  expect(
    changed(process, (file) => {
      const list = findAttribute(actionOf(file).items, "environments")?.value;
      const item = list?.kind === "list" ? list.items[1] : undefined;
      return item?.kind === "text" ? replaceText(file, item, "staging") : [];
    }),
  ).toEqual(['-        environments = ["production", "test"]', '+        environments = ["production", "staging"]']);
  expect(changed(process, (file) => setEntry(file, propertiesOf(file), "Octopus.Action.RunOnServer", "false"))).toEqual(
    ['-            Octopus.Action.RunOnServer = "true"', '+            Octopus.Action.RunOnServer = "false"'],
  );
  expect(changed(process, (file) => setEntry(file, propertiesOf(file), "a b", "x"))).toEqual([
    '+            "a b" = "x"',
  ]);
  expect(changed(process, (file) => removeEntry(file, propertiesOf(file), "Octopus.Action.RunOnServer"))).toEqual([
    '-            Octopus.Action.RunOnServer = "true"',
  ]);
  expect(changed(process, (file) => removeEntry(file, propertiesOf(file), "nothing"))).toEqual([]);
});

test("blocks are added and removed with the empty lines around them", () => {
  const added = { name: "packages", labels: ["app"], attributes: { feed: "f", acquisition_location: "Server" } };
  expect(changed(process, (file) => addBlock(file, actionOf(file), added))).toEqual([
    "+",
    '+        packages "app" {',
    '+            acquisition_location = "Server"',
    '+            feed = "f"',
    "+        }",
  ]);
  expect(
    changed(process, (file) => removeItem(file, actionOf(file), blockOf(actionOf(file).items, "container"))),
  ).toEqual(["-", "-        container {", '-            feed = "docker-hub"', "-        }"]);
  expect(
    changed(process, (file) => addBlock(file, undefined, { name: "step", labels: ["first"] }, file.items[0])),
  ).toEqual(['+step "first" {}', "+"]);
  expect(changed(process, (file) => removeItem(file, undefined, stepOf(file))).slice(-3)).toEqual([
    "-    }",
    "-}",
    "-",
  ]);
});

test("a step comes behind all steps, of whichever sort, and what is in no order of Octopus's stays where it is", () => {
  const mixed = 'process {\n    step "a" {}\n\n    process_template "b" {}\n}';
  expect(
    changed(mixed, (file) => addBlock(file, blockOf(file.items, "process"), { name: "step", labels: ["c"] })),
  ).toEqual(["+", '+    step "c" {}']);
  const runbook = 'name = "Runbook"\ndescription = "d"\n\nprocess {}';
  expect(changed(runbook, (file) => setAttribute(file, undefined, "environment_scope", "All"))).toEqual([
    '+environment_scope = "All"',
  ]);
  expect(changed(runbook, (file) => setAttribute(file, undefined, "default_guided_failure_mode", "Off"))).toEqual([
    '+default_guided_failure_mode = "Off"',
  ]);
  expect(changed(runbook, (file) => addBlock(file, undefined, { name: "run_retention_policy" }))).toEqual([
    "+run_retention_policy {}",
    "+",
  ]);
});

test("a block that has nothing gets something, and the last thing in it leaves two braces", () => {
  const edited = edit(process, (file) => setAttribute(file, blockOf(file.items.slice(1), "step"), "name", "N"));
  expect(edited).toBe(process.replace('step "notify" {\n}', 'step "notify" {\n    name = "N"\n}'));
  expect(
    edit('a "x" {\n  b = 1\n}\n', (file) =>
      removeItem(file, blockOf(file.items, "a"), firstOf(blockOf(file.items, "a").items)),
    ),
  ).toBe('a "x" {}\n');
  expect(edit("", (file) => setAttribute(file, undefined, "version", 1))).toBe("version = 1");
  expect(edit("a = 1", (file) => removeItem(file, undefined, firstOf(file.items)))).toBe("");
});

test("a file from Windows keeps its line ends and its byte order mark", () => {
  const windows = `\uFEFF${process.replaceAll("\n", "\r\n")}`;
  const edited = edit(windows, (file) => [
    ...setAttribute(file, actionOf(file), "is_disabled", true),
    ...setEntry(file, propertiesOf(file), "Lines", "a\nb"),
    ...addBlock(file, undefined, { name: "step", labels: ["first"] }, file.items[0]),
  ]);

  expect(edited.startsWith('\uFEFFstep "first" {}\r\n\r\nstep "deploy" {\r\n')).toBe(true);
  expect(edited).toContain("\r\n        is_disabled = true\r\n");
  expect(propertyOf(edited, "Lines")).toBe("a\nb");
  expect(propertyOf(edited, "Octopus.Action.Script.ScriptBody")).toBe(
    "    echo one\r\n    echo two\r\n\r\n    echo three",
  );
});

test("a line that ends otherwise than others in its file stays so", () => {
  const mixed = "a = 1\nb = <<-EOT\n    x\n    EOT\r\n\r\nc {\n}\n";
  expect(edit(mixed, (file) => setAttribute(file, undefined, "d", 2))).toBe(
    "a = 1\nb = <<-EOT\n    x\n    EOT\r\nd = 2\r\n\r\nc {\n}\n",
  );
});

test("what stands in one line with something else is edited all the same", () => {
  const line = 'p = { k = "v" j = "w" }';
  const p = (file: OclFile): OclDictionary => dictionaryOf(file.items, "p");
  for (const [make, expected] of [
    [(file: OclFile) => removeEntry(file, p(file), "k"), { p: { j: "w" } }],
    [(file: OclFile) => removeEntry(file, p(file), "j"), { p: { k: "v" } }],
    [(file: OclFile) => setEntry(file, p(file), "m", "a\nb"), { p: { k: "v", j: "w", m: "a\nb" } }],
    [(file: OclFile) => setEntry(file, p(file), "a", "x"), { p: { k: "v", j: "w", a: "x" } }],
    [(file: OclFile) => setEntry(file, p(file), "}", "x"), { p: { k: "v", j: "w", "}": "x" } }],
  ] as const)
    expect(valuesOf(edit(line, make))).toEqual(expected);
});

test("edits are made at once, unless two of them touch one place", () => {
  expect(() =>
    edit(process, (file) => [
      ...removeItem(file, undefined, stepOf(file)),
      ...setAttribute(file, actionOf(file), "worker_pool", "own"),
    ]),
  ).toThrow('Failed to edit "a file": two changes touch one place in line 19. Make one after the other.');
});

test.each<[OclNewValue, string]>([
  [3_000_000_000, "Failed to write 3000000000: OCL has no such value."],
  [1e21, "Failed to write 1e+21"],
  [Number.NaN, "Failed to write NaN"],
  [[1, 1.5], "Failed to write [1, 1.5]"],
  [{ "a\nb": "x" }, String.raw`Failed to write the key "a\nb": it has a control character`],
])("what OCL has not is refused: %j", (value, problem) => {
  expect(() => edit("", (file) => setAttribute(file, undefined, "a", value))).toThrow(problem);
});

test.each(["a-b", "", "a b", "a =", 'a"', "a = 1 b", "𠮷"])(
  "a name that Octopus could not read is refused: %j",
  (name) => {
    expect(() => edit("", (file) => setAttribute(file, undefined, name, 1))).toThrow(ParameterError);
    expect(() => edit("", (file) => addBlock(file, undefined, { name }))).toThrow(ParameterError);
  },
);

const text = fc.oneof(
  fc.constantFrom("", "a", "a\nb", "\n", "  a\n\tb\n", "EOT", "a\nEOT\nb", "a\r\nb", "a\r\nb\n", "\r", "\\", '"'),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc
    .array(fc.constantFrom("EOT", " ", "\n", "\r", "\r\n", "x", "\t", "\u0085", "\u00A0", "}", "=", "𠮷"), {
      maxLength: 8,
    })
    .map((parts) => parts.join("")),
);
const key = fc.oneof(
  fc.constantFrom("", "}", "{", "a b", '"', "k", "j", "a.b", "=", "[", "#", "\u00A0", "\uFEFF"),
  fc.string({ unit: "grapheme", maxLength: 6 }).filter((one) => !/\p{Cc}/u.test(one)),
);
const integer = fc.integer({ min: -2_147_483_647, max: 2_147_483_647 });
const literal: fc.Arbitrary<OclNewLiteral> = fc.oneof(
  text,
  fc.boolean(),
  integer,
  fc.constant(null),
  fc.array(text, { maxLength: 3 }),
  fc.array(integer, { maxLength: 3 }),
);
const value: fc.Arbitrary<OclNewValue> = fc.oneof(
  literal,
  fc.dictionary(key, literal, { maxKeys: 3, noNullPrototype: true }),
);
const name = fc.constantFrom("a", "b", "name", "step", "x1", "properties", "été", "_");

test("however a file is laid out, it says after an edit what it was to say, and all else that it said", () => {
  let edited = 0;
  fc.assert(
    fc.property(oclLike, wishOf({ name, text, key, literal, value }), (source, wish) => {
      const file = tryToRead(source);
      if (file === undefined) return;
      edited += 1;
      expect(applyEdits(file, [])).toBe(source);
      const items = parseOcl(source);
      const result = applyEdits(file, carryOut(file, items, wish));
      expect(withoutOrder(parseOcl(result))).toEqual(withoutOrder(items));
    }),
    { numRuns: 4000 },
  );
  expect(edited).toBeGreaterThan(1000);
});

/** What Octopus can read back as it writes it. */
const plainText = fc
  .array(fc.constantFrom("a", " ", "\n", "\t", "}", '"', "\\", "𠮷"), { maxLength: 6 })
  .map((parts) => parts.join(""));
const oneLine = plainText.map((one) => one.replaceAll("\n", ""));
const plainKey = fc.constantFrom("a", "B", "b.c", "d e", "_f", "G", "}");
const plainLiteral: fc.Arbitrary<OclNewLiteral> = fc.oneof(
  plainText,
  fc.boolean(),
  integer,
  fc.array(oneLine, { minLength: 1, maxLength: 3 }),
);
const plainValue: fc.Arbitrary<OclNewValue> = fc.oneof(
  plainLiteral,
  fc.dictionary(plainKey, plainLiteral, { maxKeys: 3, noNullPrototype: true }),
);
const written: fc.Arbitrary<server.OclItem[]> = fc.letrec<{ items: server.OclItem[]; block: server.OclItem }>(
  (tie) => ({
    items: fc
      .tuple(
        fc.dictionary(name, plainValue, { maxKeys: 3, noNullPrototype: true }),
        fc.array(tie("block"), { maxLength: 3 }),
      )
      .map(([attributes, blocks]) => inOrder([...toAttributes(attributes), ...blocks])),
    block: fc.oneof(
      { depthSize: "small" },
      fc.constant(server.block("b", [], [])),
      fc.tuple(name, fc.array(oneLine, { maxLength: 2 }), tie("items")).map((parts) => server.block(...parts)),
    ),
  }),
).items;

test("a file that Octopus wrote is after an edit what Octopus would have written, in all that it had before", () => {
  const wish = wishOf({ name, text: oneLine, key: plainKey, literal: plainLiteral, value: plainValue });
  fc.assert(
    fc.property(written, wish, fc.boolean(), (items, wished, isWindows) => {
      const toFile = (lines: string): string => (isWindows ? lines.replaceAll("\n", "\r\n") : lines);
      const before = writeOcl(items);
      // With line ends of its own in a heredoc the file says something else; without a line end none is known.
      if (isWindows && (before.includes("<<-") || !before.includes("\n"))) return;
      const file = readOcl(toFile(before), "a file");
      const model = parseOcl(before);
      const result = applyEdits(file, carryOut(file, model, wished));
      const expected = writeOcl(model);
      const isExact = !expected.includes("<<-");
      expect(isExact ? result : result.replaceAll("\r", "")).toBe(isExact ? toFile(expected) : expected);
    }),
    { numRuns: 3000 },
  );
});

type Wish =
  | { what: "set"; at: number; name: string; value: OclNewValue }
  | { what: "remove"; at: number; which: number }
  | { what: "add"; at: number; added: OclNewBlock }
  | { what: "rename"; at: number; text: string }
  | { what: "replace item"; at: number; text: string }
  | { what: "set entry"; at: number; key: string; value: OclNewLiteral }
  | { what: "remove entry"; at: number; which: number };

function wishOf(of: {
  name: fc.Arbitrary<string>;
  text: fc.Arbitrary<string>;
  key: fc.Arbitrary<string>;
  literal: fc.Arbitrary<OclNewLiteral>;
  value: fc.Arbitrary<OclNewValue>;
}): fc.Arbitrary<Wish> {
  const at = fc.nat();
  const added: fc.Arbitrary<OclNewBlock> = fc.record({
    name: of.name,
    labels: fc.array(of.text, { maxLength: 2 }),
    attributes: fc.dictionary(of.name, of.value, { maxKeys: 2, noNullPrototype: true }),
  });
  const is = <What extends string>(what: What): fc.Arbitrary<What> => fc.constant(what);
  return fc.oneof(
    fc.record({ what: is("set"), at, name: of.name, value: of.value }),
    fc.record({ what: is("remove"), at, which: fc.nat() }),
    fc.record({ what: is("add"), at, added }),
    fc.record({ what: is("rename"), at, text: of.text }),
    fc.record({ what: is("replace item"), at, text: of.text }),
    fc.record({ what: is("set entry"), at, key: of.key, value: of.literal }),
    fc.record({ what: is("remove entry"), at, which: fc.nat() }),
  );
}

/** Makes the edits that a wish is about, and does the same with what the local Octopus read: nothing where the file has no such place. */
function carryOut(file: OclFile, model: server.OclItem[], wish: Wish): OclEdit[] {
  if (wish.what === "set" || wish.what === "add" || wish.what === "remove") return carryOutInBlock(file, model, wish);
  if (wish.what === "rename") return carryOutInLabels(file, model, wish);
  const attributes = attributesIn(file.items);
  const modelled = attributesIn(model);
  const fitting = [...attributes.keys()].filter(
    (index) => attributes[index]?.value.kind === (wish.what === "replace item" ? "list" : "dictionary"),
  );
  const index = fitting[wish.at % Math.max(1, fitting.length)] ?? -1;
  const [attribute, same] = [attributes[index]?.value, modelled[index]];
  if (attribute === undefined || same === undefined) return [];
  if (wish.what === "replace item") {
    const item = attribute.kind === "list" ? attribute.items[0] : undefined;
    if (item?.kind !== "text" || !Array.isArray(same.value)) return [];
    same.value[0] = wish.text;
    return replaceText(file, item, wish.text);
  }
  if (attribute.kind !== "dictionary") return [];
  if (wish.what === "set entry") {
    same.value = { ...asDictionary(same.value), [wish.key]: toServer(wish.value) };
    return setEntry(file, attribute, wish.key, wish.value);
  }
  const gone = attribute.entries[wish.which % Math.max(1, attribute.entries.length)]?.key;
  if (gone === undefined) return [];
  same.value = Object.fromEntries(Object.entries(asDictionary(same.value)).filter(([one]) => one !== gone));
  return removeEntry(file, attribute, gone);
}

function carryOutInBlock(
  file: OclFile,
  model: server.OclItem[],
  wish: Extract<Wish, { what: "set" | "add" | "remove" }>,
): OclEdit[] {
  const places = [undefined, ...blocksIn(file.items)];
  const modelled = [model, ...blocksIn(model).map(({ items }) => items)];
  const place = places[wish.at % places.length];
  const siblings = modelled[wish.at % places.length] ?? [];
  if (wish.what === "set") {
    const found = siblings.filter((item) => item.kind === "attribute").findLast((item) => item.name === wish.name);
    if (found === undefined) siblings.push(...toAttributes({ [wish.name]: wish.value }));
    else found.value = toServer(wish.value);
    replaceAll(siblings, inOrder(siblings));
    return setAttribute(file, place, wish.name, wish.value);
  }
  if (wish.what === "add") {
    const { name: added, labels = [], attributes = {} } = wish.added;
    siblings.push(server.block(added, labels, inOrder(toAttributes(attributes))));
    replaceAll(siblings, inOrder(siblings));
    return addBlock(file, place, wish.added);
  }
  const own = place?.items ?? file.items;
  const item = own[wish.which % Math.max(1, own.length)];
  if (item === undefined) return [];
  siblings.splice(own.indexOf(item), 1);
  return removeItem(file, place, item);
}

function carryOutInLabels(file: OclFile, model: server.OclItem[], wish: Extract<Wish, { what: "rename" }>): OclEdit[] {
  const blocks = blocksIn(file.items);
  const index = wish.at % Math.max(1, blocks.length);
  const [label, same] = [blocks[index]?.labels[0], blocksIn(model)[index]];
  if (label === undefined || same === undefined) return [];
  same.labels[0] = wish.text;
  return replaceText(file, label, wish.text);
}

function tryToRead(source: string): OclFile | undefined {
  try {
    return readOcl(source, "a file");
  } catch (error) {
    if (error instanceof ParameterError || error instanceof OclError) return undefined;
    throw error;
  }
}

function edit(source: string, make: (file: OclFile) => OclEdit[]): string {
  const file = readOcl(source, "a file");
  return applyEdits(file, make(file));
}

/** The lines that went and came, as a diff has them. */
function changed(source: string, make: (file: OclFile) => OclEdit[]): string[] {
  return diff(source.split("\n"), edit(source, make).split("\n"));
}

function diff(before: readonly string[], after: readonly string[]): string[] {
  const ahead = before.findIndex((line, index) => line !== after[index]);
  if (ahead === -1) return after.slice(before.length).map((line) => `+${line}`);
  const most = Math.min(before.length, after.length) - ahead;
  const ends = [before.toReversed(), after.toReversed()] as const;
  const found = ends[0].slice(0, most).findIndex((line, index) => line !== ends[1][index]);
  const behind = found === -1 ? most : found;
  return [
    ...before.slice(ahead, before.length - behind).map((line) => `-${line}`),
    ...after.slice(ahead, after.length - behind).map((line) => `+${line}`),
  ];
}

interface Nested<Item> {
  kind: string;
  items?: readonly Item[];
}

function blocksIn<Item extends Nested<Item>>(items: readonly Item[]): Extract<Item, { kind: "block" }>[] {
  return items.flatMap((item) => (isBlock(item) ? [item, ...blocksIn(item.items ?? [])] : []));
}

function isBlock<Item extends Nested<Item>>(item: Item): item is Extract<Item, { kind: "block" }> {
  return item.kind === "block";
}

function attributesIn<Item extends Nested<Item>>(items: readonly Item[]): Extract<Item, { kind: "attribute" }>[] {
  return [items, ...blocksIn(items).map((block) => block.items ?? [])].flatMap((one) => one.filter(isAttribute));
}

function isAttribute<Item extends Nested<Item>>(item: Item): item is Extract<Item, { kind: "attribute" }> {
  return item.kind === "attribute";
}

function blockOf(items: readonly OclItem[], wanted: string): OclBlock {
  const found = blocksIn(items).find((block) => block.name === wanted);
  if (found === undefined) throw new Error(`no block ${wanted}`);
  return found;
}

function stepOf(file: OclFile): OclBlock {
  return blockOf(file.items, "step");
}

function actionOf(file: OclFile): OclBlock {
  return blockOf(file.items, "action");
}

function dictionaryOf(items: readonly OclItem[], wanted: string): OclDictionary {
  const found = findAttribute(items, wanted)?.value;
  if (found?.kind !== "dictionary") throw new Error(`no dictionary ${wanted}`);
  return found;
}

function propertiesOf(file: OclFile): OclDictionary {
  return dictionaryOf(actionOf(file).items, "properties");
}

function propertyOf(source: string, wanted: string): string | undefined {
  const found = propertiesOf(readOcl(source, "a file")).entries.find((entry) => entry.key === wanted)?.value;
  return found?.kind === "text" ? found.value : undefined;
}

function valuesOf(source: string): Record<string, server.OclValue> {
  const items = toItems(readOcl(source, "a file").items);
  return Object.fromEntries(attributesIn(items).map((attribute) => [attribute.name, attribute.value]));
}

function firstOf<Item>([first]: readonly Item[]): Item {
  if (first === undefined) throw new Error("nothing there");
  return first;
}

function toServer(one: OclNewValue): server.OclValue {
  if (Array.isArray(one)) return [...one];
  if (typeof one !== "object" || one === null) return one;
  return Object.fromEntries(Object.entries(one).map(([entry, within]) => [entry, toServer(within)]));
}

function toAttributes(values: Readonly<Record<string, OclNewValue>>): server.OclItem[] {
  return Object.entries(values).map(([one, within]) => ({ kind: "attribute", name: one, value: toServer(within) }));
}

function asDictionary(one: server.OclValue): Record<string, server.OclValue> {
  return typeof one === "object" && one !== null && !Array.isArray(one) ? one : {};
}

/** As Octopus orders them; the order of what is called alike stays. */
function inOrder(items: readonly server.OclItem[]): server.OclItem[] {
  const rank = (item: server.OclItem): number => (item.kind === "block" ? 1 : 0);
  return items.toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, "en"));
}

function replaceAll(items: server.OclItem[], others: readonly server.OclItem[]): void {
  items.splice(0, items.length, ...others);
}

/** Files of people's own have things in an order of their own, in which something new comes somewhere. */
function withoutOrder(items: readonly server.OclItem[]): unknown[] {
  return items
    .map((item) => (item.kind === "block" ? { ...item, items: withoutOrder(item.items) } : item))
    .map((item) => ({ item, text: JSON.stringify(item) }))
    .toSorted((a, b) => (a.text < b.text ? -1 : 1))
    .map(({ item }) => item);
}
