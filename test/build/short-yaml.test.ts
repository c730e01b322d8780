import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";
import { beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { projectRoot } from "../../build/project.ts";
import { shortYaml } from "../../build/short-yaml.ts";
import { parseYaml, type DocumentType } from "../../lib/yaml/parse-yaml.ts";

const Reader = z.object({ parseYaml: z.custom<typeof parseYaml>((value) => typeof value === "function") });

let readShort: typeof parseYaml;

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [join(projectRoot, "lib/yaml/parse-yaml.ts")],
    alias: { yaml: join(projectRoot, "node_modules/yaml/browser/dist/index.js") },
    bundle: true,
    write: false,
    format: "cjs",
    platform: "node",
    plugins: [shortYaml],
  });
  const loaded = { exports: {} };
  new Function("module", "exports", "require", outputFiles[0]?.text ?? "")(
    loaded,
    loaded.exports,
    createRequire(import.meta.url),
  );
  readShort = Reader.parse(loaded.exports).parseYaml;
});

/** Documents as people write them, and as they write them by mistake. No group or list as a key (build/silent-yaml-writer.js), and no types of YAML 1.1. */
const documents: Readonly<Record<string, string>> = {
  nothing: "",
  "a comment alone": "# later\n",
  "groups and lists":
    "name: Base\nfeeds:\n  - name: Docker\n    url: https://example.com\n  - {name: Nexus, tags: [a, 'b', \"c\\n\"]}\n",
  "texts of several lines": "a: |\n  one\n   two\n\nb: >-\n  three\n  four\nc: |+\n  five\n\n",
  "values of all types": "a: 1\nb: 0x1F\nc: 1.5e3\nd: .inf\ne: true\nf: no\ng: ~\nh:\ni: 2026-01-02\nj: 0o17\nk: -0\n",
  "an anchor that is used": "base: &base\n  a: 1\n  b: [x, y]\nother: *base\nlist: [*base, &text hello, *text]\n",
  "a merge key, which 1.2 does not know": "base: &base {a: 1}\nother:\n  <<: *base\n  b: 2\n",
  "an anchor that is used as a key": "a: &key name\n*key : value\n",
  "an anchor that is not there": "a: *missing\n",
  tags: "a: !!str 12\nb: !!int '12'\nc: !own x\nd: !<tag:example.com,2000:x> y\n",
  "a tag directive": "%TAG !e! tag:example.com,2000:\n---\na: !e!x y\n",
  "the version 1.2": "%YAML 1.2\n---\na: yes\n",
  "the version 1.1": "%YAML 1.1\n---\na: yes\n",
  "a version that is none": "%YAML 9\n---\na: yes\n",
  "an explicit key": "? a\n: 1\n? b\n: 2\n",
  "the same key twice": "a: 1\na: 2\n",
  "two documents": "a: 1\n---\nb: 2\n",
  "a tabulator": "a:\n\tb: 1\n",
  "a wrong indent": "a:\n  b: 1\n c: 2\n",
  "a text that does not end": 'a: "one\nb: 2\n',
  "a list that does not end": "a: [1, 2\nb: 3\n",
  "a colon too many": "a: b: c\n",
  "a list alone": "- 1\n- 2\n",
  "a text alone": "hello\n",
  "Windows line ends": "a: 1\r\nb:\r\n  - 2\r\n",
};

/** Finds fault with every value, so that it is told where each stands. */
const everything: DocumentType<unknown> = {
  label: "document",
  read: (content) => ({ problems: listPaths(content, []).map((path) => ({ path, text: `At ${path.join(".")}.` })) }),
};
const values: DocumentType<unknown> = { label: "document", read: (content) => ({ value: content, problems: [] }) };

function listPaths(content: unknown, path: (string | number)[]): (string | number)[][] {
  if (Array.isArray(content)) return [path, ...content.flatMap((entry, at) => listPaths(entry, [...path, at]))];
  if (typeof content !== "object" || content === null) return [path];
  return [path, ...Object.entries(content).flatMap(([key, value]) => listPaths(value, [...path, key]))];
}

test.each(Object.entries(documents))("steps read %s as the whole library does", (_, text) => {
  for (const type of [values, everything]) {
    expect(tell(() => readShort(text, "file.yaml", type))).toEqual(tell(() => parseYaml(text, "file.yaml", type)));
  }
});

function tell(work: () => unknown): unknown {
  try {
    return { value: work() };
  } catch (error) {
    return { problem: String(error) };
  }
}
