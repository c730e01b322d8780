import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Plugin } from "esbuild";
import { projectRoot } from "./project.ts";

/** The methods by which `yaml` edits, copies and writes documents, by file; what only they use goes with them. */
const unread: Readonly<Record<string, readonly string[]>> = {
  "doc/Document":
    "add addIn clone createAlias createNode createPair delete deleteIn get has hasIn set setIn toJSON toString".split(
      " ",
    ),
  "doc/directives": ["clone", "tagString", "toString"],
  "nodes/Collection": ["addIn", "clone", "deleteIn", "hasIn", "setIn"],
  "nodes/Node": ["clone", "toJS"],
  "nodes/Pair": ["clone"],
  "nodes/YAMLMap": ["add", "delete", "from", "has", "set"],
  "nodes/YAMLSeq": ["add", "delete", "from", "has", "set"],
  "schema/Schema": ["clone"],
};

/** Steps read YAML 1.2, and neither write it nor change what they read: 6,500 characters of a script body. */
export const shortYaml: Plugin = {
  name: "short YAML",
  setup({ onLoad, onResolve }) {
    const instead = (path: string) => () => ({ path: join(projectRoot, "build", path) });
    onResolve({ filter: /\/stringify\/stringify\w*\.js$/ }, instead("silent-yaml-writer.js"));
    onResolve({ filter: /\/tags\.js$/ }, instead("core-yaml-tags.js"));
    onResolve({ filter: /\/(?:cst-visit|applyReviver|yaml-1\.1\/merge)\.js$/ }, instead("unasked-yaml-parts.js"));
    for (const [name, methods] of Object.entries(unread))
      onLoad({ filter: new RegExp(String.raw`/yaml/browser/dist/${name}\.js$`) }, async ({ path }) => ({
        contents: methods.reduce((source, method) => leaveOut(source, method, path), await readFile(path, "utf8")),
        loader: "js",
      }));
  },
};

function leaveOut(source: string, method: string, path: string): string {
  const found = new RegExp(String.raw`^ {4}(?:static )?${method}\([^]*?^ {4}\}\n`, "m").exec(source);
  if (found === null) throw new Error(`${path} has no method "${method}" any more: see build/short-yaml.ts.`);
  return source.replace(found[0], "");
}
