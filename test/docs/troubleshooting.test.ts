import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = new URL("../..", import.meta.url).pathname;

/** The texts of the product's sources, with "…" for what is filled in; the page of the fleet is no place of sentences. */
const sources = ["lib", "steps"]
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((path) => join(folder, path)),
  )
  .filter((path) => path.endsWith(".ts") && !path.includes("client-program"))
  .map((path) => toText(readFileSync(join(root, path), "utf8")));

/** Inside out, since what is filled in may be a text with something filled in. */
function toText(source: string): string {
  let text = source.replaceAll("\\'", "'").replaceAll('\\"', '"');
  for (let before = ""; before !== text;) {
    before = text;
    text = text.replaceAll(/\$\{[^{}]*\}/g, "…");
  }
  return text;
}

const page = readFileSync(join(root, "docs/troubleshooting.md"), "utf8");
const quoted = [...page.matchAll(/^> (.+)$/gm)].map(([, sentence = ""]) => sentence);

/** The parts that stand as they are, long enough to be told from others: a sentence may be put together of what is wrong and what to do. */
function partsOf(sentence: string): string[] {
  return sentence
    .split(/…|[.:] /)
    .map((part) => part.replace(/^[\s".,:()]+|[\s".,:()]+$/g, ""))
    .filter((part) => part.length > 5);
}

test("the page quotes sentences", () => {
  expect(quoted.length).toBeGreaterThan(25);
});

test.each(quoted)("is the product's: %s", (sentence) => {
  const parts = partsOf(sentence);

  expect(parts).not.toEqual([]);
  expect(parts.filter((part) => !sources.some((source) => source.includes(part)))).toEqual([]);
});

test("a sentence that the product does not have is found", () => {
  const parts = partsOf("Octopus at … is out for lunch. Come back later.");

  expect(parts.filter((part) => sources.some((source) => source.includes(part)))).toEqual(["Octopus at"]);
});
