import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

/** A text, as far as no expression in it has braces or a text of this kind itself. */
const text = String.raw`(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\`(?:[^\`\\$]|\\.|\$\{[^{}\`]*\})*\`)`;

/** Of forms, and of what a host declares for the docs. */
const help = new RegExp(String.raw`\b(help|exampleUrl|owners|tokens):\s*${text}`, "g");

/** What a step tells people before it runs, at the place that the formatter gives it. */
const examples = /^ {2}examples: \[\n[^]*?^ {2}\],$/m;
const description = new RegExp(String.raw`^ {2}description:\s*${text}(?:\s*\+\s*${text})*,$`, "m");
const outputs = /^ {2}outputs: \{\n[^]*?^ {2}\},$/m;
const meaning = new RegExp(String.raw`^( {4}\w+:)\s*${text}(?:\s*\+\s*${text})*,$`, "gm");

/** Steps without what only the generated template and the docs show: help of forms, examples, what outputs mean. 3,000 characters of a script body. */
export const shortForms: Plugin = {
  name: "short forms",
  setup({ onLoad }) {
    onLoad({ filter: /(?:\/step|parameters?|\/access)\.ts$/ }, async ({ path }) => ({
      contents: shorten(await readFile(path, "utf8")),
      loader: "ts",
    }));
  },
};

function shorten(source: string): string {
  return source
    .replaceAll(help, "$1: ''")
    .replace(examples, "  examples: [],")
    .replace(description, '  description: "",')
    .replace(outputs, (all) => all.replaceAll(meaning, '$1 "",'));
}
