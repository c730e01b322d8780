import fc from "fast-check";
import { expect, test } from "vitest";
import { createMasker } from "../worker/masking.ts";
import { createVariableDictionary, RecursiveVariableError } from "../worker/octostache.ts";
import { createOutputParser } from "../worker/service-messages.ts";

/** What a stream gave, in order. */
function parse(chunks: Uint8Array[]): string[] {
  const found: string[] = [];
  const parser = createOutputParser({
    line: (text) => found.push(`line ${text}`),
    message: ({ name, attributes }) => found.push(`message ${name} ${JSON.stringify(attributes)}`),
    malformed: (text) => found.push(`malformed ${text}`),
  });
  for (const chunk of chunks) parser.write(chunk);
  parser.end();
  return found;
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

test.each([
  ["a\nb", ["line a", "line b"]],
  ["a\r\n\r\nb\r\n", ["line a", "line ", "line b"]],
  ["##octopus[stdout-verbose]\nx\n", ["message stdout-verbose {}", "line x"]],
  ["##octopus[a]##octopus[b]tail\n", ["message a {}", "message b {}", "line tail"]],
  [`##octopus[m Name='${base64("ü")}' b="${base64("2")}"]`, ['message m {"name":"ü","b":"2"}']],
  ["x ##octopus[a]\n", ["line x ##octopus[a]"]],
  ["###octopus[a]\n", ["line ###octopus[a]"]],
  ["##octopus[a b='?']\n", ["malformed ##octopus[a b='?']"]],
  ["##octopus[never\nends", ["line ##octopus[never\nends"]],
  ["##octo", ["line ##octo"]],
])("%j gives %j", (text, expected) => {
  expect(parse([Buffer.from(text)])).toEqual(expected);
});

const piece = fc.constantFrom(
  "a",
  "ü€",
  "\n",
  "\r\n",
  "##octopus[",
  "]",
  "##octopus[stdout-verbose]",
  `##octopus[mask value='${base64("secret")}']`,
  "#",
  "'",
  " ",
);

test("what is read does not depend on where the stream is cut", () => {
  const property = fc.property(
    fc.array(piece, { maxLength: 30 }),
    fc.array(fc.nat(200), { maxLength: 10 }),
    (pieces, cuts) => {
      const bytes = Buffer.from(pieces.join(""));
      const places = [0, ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length];
      const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
      expect(parse(chunks)).toEqual(parse([bytes]));
    },
  );
  fc.assert(property, { numRuns: 300, seed: 7 });
});

test("no secret of four characters or more is ever passed on, whatever the lines around it", () => {
  const character = fc.constantFrom("a", "b", "\n");
  const text = fc.string({ unit: character, minLength: 4, maxLength: 8 });
  const property = fc.property(
    fc.array(text, { minLength: 1, maxLength: 3 }),
    fc.string({ unit: character, maxLength: 60 }),
    (secrets, output) => {
      const masker = createMasker();
      for (const secret of secrets) masker.add(secret);
      const lines: string[] = [];
      const masked = masker.createLineMasker<{ text: string }>((line) => lines.push(line.text));
      for (const line of output.split("\n")) masked.write({ text: line });
      masked.end();
      const shown = lines.join("\n");
      const known = secrets.map((secret) => secret.replace(/^\n+|\n+$/g, "")).filter((secret) => secret.length > 3);
      for (const secret of known) expect(shown).not.toContain(secret);
    },
  );
  fc.assert(property, { numRuns: 1000, seed: 7 });
});

test("short values are not masked, long ones before those that they contain", () => {
  const masker = createMasker();
  for (const secret of ["abc", "abcd", "abcdef"]) masker.add(secret);
  expect(masker.mask("abc abcd abcdef abcde")).toBe("abc ******** ******** ********e");
});

test.each(["x", "x! y", "line\n", ".*?["])("a secret of 60 KB made of %j is masked", (unit) => {
  const masker = createMasker();
  const secret = unit.repeat(60_000 / unit.length);
  masker.add(secret);
  expect(masker.mask(`before ${secret.replace(/\n$/, "")} after ${unit}`)).toBe(`before ******** after ${unit}`);
});

function evaluate(values: Record<string, string>, template: string): string {
  try {
    return `text ${createVariableDictionary(Object.entries(values)).evaluate(template, { lenient: true }).text}`;
  } catch (error) {
    return error instanceof RecursiveVariableError ? "circle" : String(error);
  }
}

test("a template of any shape gives a text or names a circle", () => {
  const part = fc.constantFrom(
    "#{",
    "}",
    "A",
    "B",
    "[",
    "]",
    "|",
    " ",
    "if ",
    "unless ",
    "each x in ",
    "#{/if}",
    "#{else}",
    "#{/each}",
    "calc ",
    "==",
    '"',
    "ToLower",
    ".",
    "##",
    "#",
    "\\",
    "+",
    "1",
  );
  const text = fc.array(part, { maxLength: 25 }).map((parts) => parts.join(""));
  const property = fc.property(text, text, text, (A, B, template) => {
    expect(evaluate({ A, B, "B[x]": "1" }, template)).toMatch(/^(text|circle)/);
  });
  fc.assert(property, { numRuns: 2000, seed: 7 });
});
