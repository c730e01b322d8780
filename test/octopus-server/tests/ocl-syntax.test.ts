import fc from "fast-check";
import { expect, test } from "vitest";
import { attributes, block, type OclItem } from "../ocl/items.ts";
import { OclError, parseOcl } from "../ocl/parse-ocl.ts";
import { writeOcl } from "../ocl/write-ocl.ts";

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
  "x\nEOT\ny",
  'tab\tand "quotes" and \\',
  "ends in spaces  \n  ",
  "${a} %{b} #{c}",
  "日本\n🙂",
])("the text %j survives", (text) => {
  const file = writeOcl([block("variable", ["x"], attributes({ value: text, inside: { [`a key`]: text } }))]);
  expect(parseOcl(file)).toEqual([block("variable", ["x"], attributes({ value: text, inside: { [`a key`]: text } }))]);
});

test.each([
  "",
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

test("files of people may have comments, other tags, commas and line ends", () => {
  const text =
    '# a comment\r\nname = "x" // why\r\n/* more */ list = [\r\n  "a",\r\n  "b",\r\n]\r\nscript = <<END\r\n  kept\r\nEND\r\nblock "l" { inner = true }\r\n';
  expect(parseOcl(text)).toEqual([
    ...attributes({ name: "x", list: ["a", "b"], script: "  kept" }),
    block("block", ["l"], attributes({ inner: true })),
  ]);
});

test("a heredoc whose tag stands left of its text keeps the rest of the indentation", () => {
  expect(parseOcl("a = <<-EOT\n      x\n    EOT\n")).toEqual(attributes({ a: "  x" }));
});

test.each([
  ['step "a" {', /Line 1: The block "step" is not closed/],
  ["a = \n", /Line 1: A value is missing/],
  ['a = "x', /Line 1: A text is not closed/],
  ["a = 1\nb = <<-EOT\nx\n", /no closing EOT/],
  ["<<<<<<< HEAD\na = 1\n", /Line 1: "<<<<<<<" is neither an attribute nor a block/],
  ["a = 1\n}", /Line 2: "}" is not expected here/],
  ["\0\u0001binary", /is neither an attribute nor a block/],
])("%j is no OCL", (text, reason) => {
  expect(() => parseOcl(text)).toThrow(OclError);
  expect(() => parseOcl(text)).toThrow(reason);
});

test("whatever is written reads back the same", () => {
  const text = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.array(fc.string()).map((lines) => lines.join("\n")),
    fc.string({ unit: fc.constantFrom("a", " ", "\t", "\n", "\r", '"', "\\", "#", "$", "{", "E", "O", "T") }),
  );
  const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,10}$/);
  const value = fc.oneof(
    text,
    fc.integer(),
    fc.boolean(),
    fc.array(text, { minLength: 1 }),
    fc.dictionary(
      fc.oneof(text, name).filter((key) => key !== "__proto__"),
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
