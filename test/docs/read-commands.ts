import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../build/project.ts";

/** The pages that users read, by their paths in the repository. */
export const pages: readonly string[] = [
  "README.md",
  ...readdirSync(join(projectRoot, "docs"))
    .filter((name) => name.endsWith(".md"))
    .toSorted()
    .map((name) => `docs/${name}`),
];

export function readPage(path: string): string {
  return readFileSync(join(projectRoot, path), "utf8");
}

/** What a page gives to a shell: each command for itself, without its comment, as a reader copies it. */
export function readCommands(path: string): string[] {
  const blocks = [...readPage(path).matchAll(/^ *(?:\d+\. )?```bash\n(.*?)^ *```/gms)];
  return blocks.flatMap(([, block = ""]) =>
    block
      .replaceAll(/\\\n\s*/g, "")
      .split("\n")
      .map((line) => line.replace(/(^|\s+)#( .*|$)/, "").trim())
      .filter((line) => line !== ""),
  );
}
