import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listRefusals, type StatedRefusal } from "./assumed-refusals.ts";

const server = join(import.meta.dirname, "..");
const heading = "## Refusals that nothing but our own judgment stands behind";

// `npx vitest run test/octopus-server/tests/conformance.test.ts -u` writes the list anew.
test("CONFORMANCE.md lists every refusal that is assumed", async () => {
  const text = readFileSync(join(server, "CONFORMANCE.md"), "utf8");

  const written = text.slice(0, text.indexOf(heading)) + assumedSection(listRefusals(join(server, "routes")));

  await expect(written).toMatchFileSnapshot(join(server, "CONFORMANCE.md"));
});

function assumedSection(all: readonly StatedRefusal[]): string {
  const assumed = all.filter(({ comment }) => !isSourced(comment) && /assumed/i.test(comment));
  const silent = all.filter(({ comment }) => !isSourced(comment) && !/assumed/i.test(comment));
  const sourced = all.length - assumed.length - silent.length;
  return `${heading}

${all.length} places in \`routes/\` refuse. ${sourced} have a source for the reason, and often an assumed sentence. The others are below: ${assumed.length} say so where they are,
and ${silent.length} name no source. \`…\` stands for what depends on the request.

### Said to be assumed

${toList(assumed)}
### Without a source

${toList(silent)}`;
}

function isSourced(comment: string): boolean {
  return /source|\bdocs\b|known from|@throws the refusal/i.test(comment) && !/^assumed/i.test(comment);
}

function toList(refusals: readonly StatedRefusal[]): string {
  const lines = new Set(refusals.map(({ file, sentence }) => `- \`${file}\`: ${sentence}`));
  return `${[...lines].join("\n")}\n`;
}
