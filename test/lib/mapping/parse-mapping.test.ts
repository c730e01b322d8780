import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { MappingSchema } from "../../../lib/mapping/mapping-schema.ts";
import { parseMapping } from "../../../lib/mapping/parse-mapping.ts";
import { renamable } from "../../../lib/mapping/sections.ts";
import { readMapping } from "../../../lib/mapping/read-mapping.ts";
import type { PackageReference } from "../../../lib/step/parameters.ts";
import { writeZip } from "../../../lib/zip.ts";

const root = join(import.meta.dirname, "../../..");
const examples = ["test", "production"].map((name) => `examples/environments/${name}.yaml`);
const readExample = (path: string): string => readFileSync(join(root, path), "utf8");

test.each(examples)("reads the example %s, which the published schema takes, too", (path) => {
  const published: unknown = JSON.parse(readFileSync(join(root, "lib/mapping/mapping.schema.json"), "utf8"));
  const validate = new Ajv2020({ strict: false }).compile(Object(published));

  expect(parseMapping(readExample(path), path)).toHaveProperty("environments");
  expect(validate(parse(readExample(path)))).toBe(true);
  expect(validate(parse("enviroments: {}"))).toBe(false);
});

test("reads every mapping of the page for people", () => {
  const page = readExample("docs/instance-per-environment.md");
  const blocks = [...page.matchAll(/```yaml\n([^]*?)```/g)].map(([, text = ""]) => text);

  expect(blocks).toHaveLength(3);
  for (const block of blocks) expect(parseMapping(block, "page")).not.toEqual({});
});

test("the page for people names every key that is no kind of resource", () => {
  const page = readExample("docs/instance-per-environment.md");

  const keys = Object.keys(MappingSchema.shape).filter((key) => !renamable.includes(key));
  expect(keys.filter((key) => !page.includes(`\`${key}\``))).toEqual([]);
});

test("tells of every mistake at once, with line and column", () => {
  const text = `enviroments: { A: B }
environments:
  Test: ""
  test: Live
leaveOut: { runbook: [A] }
onlyIn:
  steps: { Smoke test: [] }
variables:
  - { name: A, value: 1 }
  - { name: B, valeu: b }
  - { name: C, value: c, secret: { variable: D } }
  - value: d
scopes:
  variables: { environments: skipUnlessPartialMach }
  steps: sometimes
  runbook: ignoreMismatch
feeds: [A]
`;

  expect(() => parseMapping(text, "mapping.yaml")).toThrow(`Failed to read the mapping "mapping.yaml":
line 1, column 1: "enviroments" is not known here. Did you mean "environments"?
line 3, column 9: "Test" must be a text that is not blank.
line 4, column 3: "test" is there twice. Octopus does not tell names apart by upper and lower case.
line 5, column 13: "runbook" is not known here. Did you mean "runbooks"?
line 7, column 24: "Smoke test" must be a list of at least one environment.
line 9, column 23: "value" must be a text, or "variable" with the name of an Octopus variable.
line 10, column 5: What becomes of the variable? Say "value", "secret", "keep: true" or "rename".
line 10, column 16: "valeu" is not known here. Did you mean "value"?
line 11, column 26: A variable gets either a "value" or a "secret".
line 12, column 5: "name" is missing.
line 14, column 30: "environments" must be one of "errorUnlessExactMatch", "skipUnlessExactMatch", "errorUnlessPartialMatch", "skipUnlessPartialMatch", "ignoreMismatch", "ignoreMismatchOnNewLeaveExistingAlone".
line 15, column 10: "steps" must be one of the ways, such as "skipUnlessPartialMatch", or a group of them by "variables", "steps" and the like.
line 16, column 3: "runbook" is not known here. Did you mean "runbooks"?
line 17, column 8: "feeds" must be a group of keys and values.
Correct it and run the step again.`);
});

test.each([
  [
    "environments: { 'Dev (.*)': Live $2 }",
    'line 1, column 29: "Dev (.*)" has one group, and "$2" stands for none of them.',
  ],
  ["environments: { 'Dev .*': Live $1 }", '"Dev .*" has no group, and "$1"'],
  ["tags: { '(.*)/(?<tag>.*)': $1/$<tga> }", '"(.*)/(?<tag>.*)" has 2 groups, and "$<tga>"'],
  ["variables: [{ name: 'Db\\.(.*)', rename: Live.$3 }]", '"Db\\.(.*)" has one group, and "$3"'],
])("refuses what stands for no group: %s", (yaml, told) => {
  expect(() => parseMapping(yaml, "mapping.yaml")).toThrow(told);
});

test("takes what stands for a group, dollar signs, and names that are no pattern", () => {
  const yaml = `environments: { '(.*) (.*)': "$2 $1 $10", "(?<first>.).*": "$<first> $$1 $$0,5", Price: "$1" }
variables: [{ name: 'Db\\.(.*)', rename: "Live.$1" }]`;

  expect(parseMapping(yaml, "mapping.yaml")).toHaveProperty("environments");
});

test("is pasted, or in a package, or there is none", () => {
  const path = mkdtempSync(join(tmpdir(), "mapping-"));
  const brought = { id: "Mappings", version: "1.0.0", path };
  mkdirSync(join(path, "maps"));
  writeFileSync(join(path, "maps/live.yaml"), "environments: { Test: Live }\n");

  const archive = join(path, "mappings.zip");
  writeFileSync(archive, writeZip(new Map([["maps/live.yaml", "environments: { Test: Live in a zip file }\n"]])));
  const read = (pasted: string | undefined, from: PackageReference | undefined, fileName = "mapping.yaml"): unknown =>
    readMapping({ pasted, package: from, fileName, usualFileName: "mapping.yaml" });

  expect(read(" ", undefined)).toBeUndefined();
  expect(read("feeds: {}", undefined)).toEqual({ feeds: {} });
  expect(read(undefined, brought, "maps/live.yaml")).toEqual({ environments: { Test: "Live" } });
  expect(read(undefined, { ...brought, path: archive }, "./maps/live.yaml")).toEqual({
    environments: { Test: "Live in a zip file" },
  });
  expect(() => read("feeds: {}", brought)).toThrow(
    'there is one in "Mapping" and one in "Mapping Package". Leave one of them blank.',
  );
  for (const from of [brought, { ...brought, path: archive }])
    expect(() => read(undefined, from, "gone.yaml")).toThrow(
      'Failed to read the mapping "gone.yaml": the package "Mappings.1.0.0" has no such file. Check "Mapping File".',
    );
  expect(() => read(undefined, brought, "../gone.yaml")).toThrow("outside of");
  for (const pasted of [undefined, "feeds: {}"])
    expect(() => read(pasted, undefined, "live.yaml")).toThrow(
      '"Mapping File" is "live.yaml", which is looked for in a package, and there is no "Mapping Package"',
    );
});
