import * as fc from "fast-check";
import { expect, test } from "vitest";
import * as z from "zod";
import { expression, type HclBlock } from "../../../lib/terraform/hcl.ts";
import { quote } from "../../../lib/terraform/quote.ts";
import { renderBlocks } from "../../../lib/terraform/render-blocks.ts";
import { createTerraformFolder, hasTerraform } from "./terraform.ts";

test("neighbors are lined up, and what takes several lines stands alone", () => {
  const block: HclBlock = {
    type: "resource",
    labels: ["a", "b"],
    attributes: {
      name: "x",
      is_disabled: true,
      missing: undefined,
      map: { entries: { "a.b": "1", c: 2 } },
      count: 1,
      list: [expression("a.b.id"), "c"],
    },
    blocks: [{ type: "scope", attributes: { roles: [] } }, { type: "lifecycle" }],
  };
  expect(renderBlocks([block])).toBe(`resource "a" "b" {
  name        = "x"
  is_disabled = true
  map = {
    "a.b" = "1"
    c     = 2
  }
  count = 1
  list  = [a.b.id, "c"]

  scope {
    roles = []
  }

  lifecycle {}
}
`);
});

test.each([
  ['a"b\\c', String.raw`"a\"b\\c"`],
  ["${x} %{y}", '"$${x} %%{y}"'],
  ["$${x}", String.raw`"$\u0024{x}"`],
  ["line\r\nline\t", String.raw`"line\r\nline\t"`],
  ["$ % { }", '"$ % { }"'],
])("%j is written so that it stays what it is", (text, written) => {
  expect(quote(text)).toBe(written);
});

const tricky = fc
  .array(
    fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.constantFrom(
        "$",
        "%",
        "{",
        "}",
        "${",
        "%{",
        "$${",
        "\\",
        '"',
        "\n",
        "\r\n",
        "\u2028",
        "#{",
        "\\u0024",
        "~",
        "EOT",
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join("").normalize("NFC"));
const texts = fc.sample(tricky, { numRuns: 400, seed: 20_261 });

test.skipIf(!hasTerraform)(
  "Terraform reads every text as it was, and would not format the file otherwise",
  async () => {
    const values = { entries: Object.fromEntries(texts.map((text, index) => [`k${index}`, text])) };
    const keys = { entries: Object.fromEntries([...new Set(texts)].map((text) => [text, true])) };
    const templates = texts.map((text) => ({ template: [text, expression('upper("x")'), text] }));
    const outputs = { values, keys, templates };
    const folder = createTerraformFolder(
      new Map([
        [
          "main.tf",
          renderBlocks(
            Object.entries(outputs).map(([name, value]) => ({ type: "output", labels: [name], attributes: { value } })),
          ),
        ],
      ]),
    );

    await folder.run("fmt", "-check");
    await folder.run("init", "-input=false");
    await folder.run("apply", "-auto-approve", "-input=false");

    const Output = <T extends z.ZodType>(value: T) => z.object({ value });
    const read = z
      .object({
        values: Output(z.record(z.string(), z.string())),
        keys: Output(z.record(z.string(), z.boolean())),
        templates: Output(z.array(z.string())),
      })
      .parse(JSON.parse(await folder.run("output", "-json")));
    expect(read.values.value).toEqual(values.entries);
    expect(Object.keys(read.keys.value).toSorted()).toEqual([...new Set(texts)].toSorted());
    expect(read.templates.value).toEqual(texts.map((text) => `${text}X${text}`));
  },
);
