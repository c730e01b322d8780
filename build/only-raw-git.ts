import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

/** What `lib/git/create-git.ts` calls of simple-git, and what these call. */
const CALLED = ["raw", "env", "_runTask"];

/**
 * Of simple-git, steps run commands as they are, and never ask for what it makes of their answers: all other methods are left out, and
 * with them what reads those answers, 8,000 characters of a script body.
 */
export const onlyRawGit: Plugin = {
  name: "only raw Git",
  setup({ onLoad }) {
    onLoad({ filter: /\/simple-git\/dist\/index\.mjs$/ }, async ({ path }) => ({
      contents: leaveOutMethods(await readFile(path, "utf8")),
      loader: "js",
    }));
  },
};

/** @throws Error when the text is not laid out as the version is that this was written for: then a newer one has to be looked at */
export function leaveOutMethods(source: string): string {
  let count = 0;
  const keepCalled = (method: string, name: string): string => {
    if (CALLED.includes(name)) return method;
    count += 1;
    return "";
  };
  const text = source
    .replaceAll(/^\w+\.prototype\.(\w+) = function\([^]*?^\};\n/gm, keepCalled)
    .replace(/^class \w+ \{\n {2}constructor\(\w+\) \{\n {4}this\._executor = [^]*?^\}\n/m, (base) =>
      base.replaceAll(/^ {2}(?!constructor\()(\w+)\([^]*?^ {2}\}\n/gm, keepCalled),
    )
    .replace(/^Object\.assign\(\n {2}\w+\.prototype,[^]*?^\);\n/m, "")
    // What is made and then not used, such as tables of what answers look like, has no effect.
    .replaceAll(/\bnew (?=\w+\()/g, "/* @__PURE__ */ new ");
  if (count < 40 || !CALLED.every((name) => text.includes(`${name} = function(`) || text.includes(`  ${name}(`)))
    throw new Error("simple-git is written down in another way than build/only-raw-git.ts knows.");
  return text;
}
