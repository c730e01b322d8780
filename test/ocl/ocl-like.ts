import fc from "fast-check";

const space = mostly(["", " "], ["  ", "\t", "\r", "\n", "\r\n", "\u00A0", "\u0085", "\uFEFF", "\u2003"]);
const end = mostly(["\n", "\r\n"], ["", " "]);
const name = mostly(["a", "b", "step", "é", "x1", "1", "null"], ["a-b", "𠮷", "٣", "#", "//", "", '"a"']);
// No whole number: JavaScript would move such keys of a dictionary to its front.
const key = mostly(
  ["k", "j", "a.b", "X[0].Y", "a,b", "#k", "}", "}x", "k=", '"q"', '"a b"', '""', "{", "["],
  ["=", "", 'k"', '"', "k j"],
);
const quoted = fc
  .array(mostly(["a", " ", "\\n", "\\\\", '\\"', "#{X}", "}", "=", "é", "𠮷"], ["\\q", "\\", "\n", '"']), {
    maxLength: 3,
  })
  .map((parts) => `"${parts.join("")}"`);
const number = mostly(
  ["0", "-1", "1.5", "-2147483647", "3000000000.5"],
  ["2147483648", "1.", ".5", "1e3", "٣", "1٣", "1²", "-"],
);
const line = fc
  .tuple(fc.constantFrom("", "  ", "    ", "\t"), fc.constantFrom("x", "", "EOTX", "}", "x\r", "\r\r", "EOT"))
  .map((parts) => parts.join(""));
const heredoc = fc
  .record({
    opening: mostly(["<<-EOT", "<<EOT", "<<-EOT "], ["<<-", "<<", "<EOT", "<<EOT x"]),
    lineEnd: fc.constantFrom("\n", "\r\n"),
    lines: fc.array(line, { maxLength: 3 }),
    closing: mostly(["EOT", "  EOT", "    EOT\t"], ["", "EOT x"]),
  })
  .map(({ opening, lineEnd, lines, closing }) => [opening, ...lines, closing, ""].join(lineEnd));
const list = fc
  .record({
    items: fc.oneof(
      fc.array(quoted, { maxLength: 3 }),
      fc.array(fc.constantFrom("1", "-2"), { maxLength: 3 }),
      fc.array(fc.oneof(number, quoted, fc.constantFrom("null", "1.5")), { maxLength: 2 }),
    ),
    between: mostly([", ", ",", " ,\n"], [" ", ",,"]),
    around: space,
  })
  .map(({ items, between, around }) => `[${around}${items.join(between)}${around}]`);
const literal = fc.oneof(quoted, quoted, heredoc, list, number, mostly(["null", "true", "false"], ["True", "nul", ""]));
const entry = joined(space, key, mostly([" = ", " =  "], ["=", " =\n", " "]), literal, end);
const dictionary = joined(
  mostly(["{\n", "{", "{ "], ["{,"]),
  fc.array(entry, { maxLength: 3 }).map((entries) => entries.join("")),
  mostly(["}", "\n}"], ["", "},"]),
);
const attribute = joined(
  space,
  name,
  mostly([" = ", "="], [" =\n", "\n="]),
  fc.oneof(literal, literal, dictionary),
  end,
);

/** Texts that are OCL, or nearly: every rule of the grammar is kept by some and broken by others. */
export const oclLike = fc.letrec<{ block: string; item: string; items: string }>((tie) => ({
  items: fc.array(tie("item"), { maxLength: 3 }).map((items) => items.join("")),
  item: fc.oneof({ depthSize: "small" }, attribute, tie("block")),
  block: joined(
    space,
    name,
    mostly([" ", ' "l"', ' "l" "m" '], ['\n"l"', " l"]),
    mostly([" {", "{", "\n{"], [""]),
    mostly(["\n", " \r\n"], ["", " "]),
    tie("items"),
    mostly(["}\n", "}"], [""]),
  ),
})).items;

function mostly(kept: readonly string[], broken: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(...kept) },
    { weight: 1, arbitrary: fc.constantFrom(...broken) },
  );
}

function joined(...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.tuple(...parts).map((texts) => texts.join(""));
}
