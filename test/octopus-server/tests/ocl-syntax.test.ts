import fc from "fast-check";
import { expect, test } from "vitest";
import { refusedByOctopus, takenByOctopus } from "../../ocl/octopus-answers.ts";
import { attributes, block, type OclItem } from "../ocl/items.ts";
import { OclError, parseOcl } from "../ocl/parse-ocl.ts";
import { OclWriteError, writeOcl } from "../ocl/write-ocl.ts";

const items: OclItem[] = [
  ...attributes({ condition: "Always", count: 3, is_required: true, roles: ["web", "db"] }),
  block(
    "step",
    ["greet"],
    [
      ...attributes({
        name: "Greet",
        properties: { "Octopus.B": "2", "Octopus.A": 'say "hi"\\', Two_Lines: "echo 1\n\n  echo 2\n" },
      }),
      block("action", [], attributes({ notes: "a\nb" })),
      block("empty", [], []),
    ],
  ),
  block("step", ["second", "label"], []),
];

const written = `condition = "Always"
count = 3
is_required = true
roles = ["web", "db"]

step "greet" {
    name = "Greet"
    properties = {
        Octopus.A = "say \\"hi\\"\\\\"
        Octopus.B = "2"
        Two_Lines = <<-EOT
            echo 1
            
              echo 2
            
            EOT
    }

    action {
        notes = <<-EOT
                a
                b
                EOT
    }

    empty {}
}

step "second" "label" {}`;

test("files are written with the white space that Octopus uses", () => {
  expect(writeOcl(items)).toBe(written);
});

test("a written file reads back as the same items", () => {
  expect(parseOcl(written)).toEqual(items);
});

test.each([
  "",
  "a\nb",
  "a\n",
  "\n",
  "\n\n",
  "  a\n    b\n",
  "\ta\n\tb",
  "a\r\nb\r\n",
  'tab\tand "quotes" and \\',
  "ends in spaces  \n  ",
  "${a} %{b} #{c}",
  "日本\n🙂",
])("the text %j survives", (text) => {
  const file = writeOcl([block("variable", ["x"], attributes({ value: text, inside: { [`a key`]: text } }))]);
  expect(parseOcl(file)).toEqual([block("variable", ["x"], attributes({ value: text, inside: { [`a key`]: text } }))]);
});

test.each([
  ["a\r\nb", "a = <<-EOT\n        a\r\n        b\n        EOT"],
  ["a\nEOT\nb", "a = <<-EOT\n        a\n        EOT\n        b\n        EOT"],
  ["a\rb", String.raw`a = "a\rb"`],
])("the text %j is written as Octopus writes it", (value, file) => {
  expect(writeOcl(attributes({ a: value }))).toBe(file);
});

test.each([
  ["a line with the heredoc's tag", { a: "x\nEOT\ny" }],
  ["a text of several lines in a list", { a: ["x\ny"] }],
  ["a key without a name", { a: Object.fromEntries([["", "x"]]) }],
])("what Octopus writes and cannot read: %s", (_, values) => {
  expect(() => parseOcl(writeOcl(attributes(values)))).toThrow(OclError);
});

test.each([
  ["x\ny\r", "x\ny"],
  ["x\r\ny\nz", "x\r\ny\r\nz"],
])("what Octopus writes and reads as something else: %j", (text, read) => {
  expect(parseOcl(writeOcl(attributes({ a: text })))).toEqual(attributes({ a: read }));
});

test.each([
  "}",
  "a}b",
  ",a",
  "a,",
  "#",
  "/",
  "//",
  "/* a",
  "{",
  "[",
  "]",
  "a b",
  '"',
  "=",
  "<<EOT",
  "__proto__",
  "\uFEFF",
])("the key %j survives", (key) => {
  const list = attributes({ properties: Object.fromEntries([[key, "value"]]) });
  const [read] = parseOcl(writeOcl(list));
  expect(JSON.stringify(read)).toBe(JSON.stringify(list[0]));
});

test.each([
  ["Db[Main].Password", "Db[Main].Password"],
  ["a=b", "a=b"],
  ["a b", '"a b"'],
  ['a"b', String.raw`"a\"b"`],
])("the key %j stands in a file as %j", (key, inFile) => {
  expect(writeOcl(attributes({ p: { [key]: "v" } }))).toBe(`p = {\n    ${inFile} = "v"\n}`);
});

test("a key with a control character is in no file", () => {
  expect(() => writeOcl(attributes({ p: { "a\nb": "v" } }))).toThrow(OclWriteError);
});

test.each(takenByOctopus)("what Octopus takes is taken: $text", ({ text }) => {
  expect(() => parseOcl(text)).not.toThrow();
});

test.each(refusedByOctopus)("what Octopus refuses is refused: %j", (text) => {
  expect(() => parseOcl(text)).toThrow(OclError);
});

test("a heredoc whose tag stands left of its text keeps the rest of the indentation", () => {
  expect(parseOcl("a = <<-EOT\n      x\n    EOT\n")).toEqual(attributes({ a: "  x" }));
});

test.each([
  ['step "a" {', /Line 1: The block "step" is not closed/],
  ["a = \n", /Line 1: A value is missing/],
  ['a = "x', /Line 1: A text is not closed/],
  ["a = 1\nb = <<-EOT\nx\n", /no closing EOT/],
  ["<<<<<<< HEAD\na = 1\n", /Line 1: A name is expected, not "<"/],
  ['a = "\\q"', /Line 1: Unrecognised character escape: \\q/],
  ['p = {\n  k = "v"\n  k = "w"\n}', /Line 3: An item with the key "k" has already been added/],
  ["a = 1\n}", /Line 2: "}" is not expected here/],
  ["a = -2147483648", /The number -2147483648 is too large/],
  ["\0\u0001binary", /A name is expected/],
])("%j is no OCL", (text, reason) => {
  expect(() => parseOcl(text)).toThrow(OclError);
  expect(() => parseOcl(text)).toThrow(reason);
});

test("whatever is written reads back the same, but for what Octopus itself loses", () => {
  const line = fc
    .oneof(
      fc.string({ unit: "grapheme" }),
      fc.string({ unit: fc.constantFrom("a", " ", "\t", "\r", '"', "\\", "#", "$", "{", "E", "O", "T") }),
    )
    .filter((one) => !/[\r\n]/.test(one) && one.trim() !== "EOT");
  const text = fc.tuple(fc.array(line), fc.constantFrom("\n", "\r\n")).map(([lines, lineEnd]) => lines.join(lineEnd));
  const plain = text.map((one) => one.replaceAll("\n", " "));
  const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,10}$/);
  const value = fc.oneof(
    text,
    // Octopus reads the digits before it looks at the sign, so it cannot read the least of all integers.
    fc.integer({ min: 1 - 2 ** 31 }),
    fc.boolean(),
    fc.array(plain, { minLength: 1 }),
    fc.dictionary(
      fc.oneof(line, name).filter((key) => key !== "__proto__" && key !== "" && !/\p{Cc}/u.test(key)),
      text,
      { minKeys: 1 },
    ),
  );
  const attribute = fc.record({ kind: fc.constant("attribute" as const), name, value });
  const leaf = fc.record({
    kind: fc.constant("block" as const),
    name,
    labels: fc.array(text),
    items: fc.array(attribute),
  });
  const branch = fc.record({
    kind: fc.constant("block" as const),
    name,
    labels: fc.array(text),
    items: fc.array(fc.oneof(attribute, leaf)),
  });
  fc.assert(
    fc.property(fc.array(fc.oneof(attribute, branch)), (list) => {
      expect(parseOcl(writeOcl(list))).toEqual(list);
    }),
    { numRuns: 300 },
  );
});
