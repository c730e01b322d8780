import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { renderDocumentSchemas } from "../../../build/document-schemas.ts";
import { parseBaseline } from "../../../lib/baseline/parse-baseline.ts";

const root = join(import.meta.dirname, "../../..");
const everyField = join(import.meta.dirname, "every-field");
const example = readFileSync(join(root, "examples/baseline/baseline.yaml"), "utf8");

test("reads the example", () => {
  expect(parseBaseline(example, "baseline.yaml")).toMatchObject({
    environments: [{ name: "Development" }, { name: "Test" }, { name: "Production" }],
  });
});

test("takes an empty document for a baseline that says nothing", () => {
  expect(parseBaseline("# nothing yet\n", "baseline.yaml")).toEqual({});
});

test("tells of every mistake at once, with line and column", () => {
  const text = `enviroments:
  - name: Development
lifecycles:
  - name: 12
    phases:
      - optional: Development
        automatc: []
      - name: Test
        releaseRetention: always
projectGroups: Hello World
dockerFeeds:
  - name: Docker Hub
    url: index.docker.io
`;

  expect(() => parseBaseline(text, "baseline.yaml")).toThrow(`Failed to read the baseline "baseline.yaml":
line 1, column 1: "enviroments" is not known here. Did you mean "environments"?
line 4, column 11: "name" must be a text (put it in quotes if it looks like a number).
line 6, column 9: "name" is missing.
line 6, column 19: "optional" must be a list, with a dash before each entry.
line 7, column 9: "automatc" is not known here. Did you mean "automatic"?
line 9, column 27: "releaseRetention" must be "default", "forever", or "keep" with a number and "unit" with "days" or "items".
line 10, column 16: "projectGroups" must be a list, with a dash before each entry.
line 13, column 10: "url" must be an address that starts with https:// or http://.
Correct it and run the step again.`);
});

test("refuses names that are there twice, whatever their case", () => {
  const text = `environments:
  - name: Test
  - name: test
libraryVariableSets:
  - name: Common
    variables:
      - { name: Title, value: a }
      - { name: Title, value: b, environments: [Test] }
      - { name: Title, value: c }
      - { name: Nothing }
      - { name: Both, value: d, secret: { variable: E } }
`;

  expect(() => parseBaseline(text, "baseline.yaml"))
    .toThrow(`line 3, column 11: "test" is there twice. Octopus does not tell names apart by upper and lower case.
line 9, column 17: "Title" is there twice with the same scope.
line 10, column 9: A variable needs "value" or "secret".
line 11, column 33: A variable has either "value" or "secret".`);
});

test("tells what fits a resource of its type, and what may stand at a place", () => {
  const text = `accounts:
  - { name: A, type: asure }
  - { name: B, type: token, acessKey: x }
  - { name: C, type: aws }
  - { name: D, type: token, token: secret }
feeds:
  - { name: Docker Hub, type: docker, url: "https://index.docker.io" }
dockerFeeds:
  - { name: docker hub, url: "https://index.docker.io" }
tenants:
  - name: E
    tags: [Region/Asia/East]
    projects: [{ project: Shop }, { project: shop }]
    values:
      - { template: Size, value: s }
machinePolicies:
  - { name: F, retryCount: many, healthCheck: { type: never } }
`;

  expect(() => parseBaseline(text, "baseline.yaml"))
    .toThrow(`line 2, column 22: "type" must be one of "usernamePassword", "token", "ssh", "aws", "awsOidc", "azure", "azureOidc", "azureSubscription", "google", "googleOidc", "oidc".
line 3, column 29: "acessKey" is not known here. Known are "name", "type", "description", "environments", "tenantedDeployments", "tenants", "tenantTags", "token".
line 4, column 5: "accessKey" is missing.
line 5, column 36: "token" must be "variable" with the name of an Octopus variable.
line 9, column 13: "docker hub" is there already, in "feeds".
line 12, column 12: "tags" must be a tag as "Set/Tag", or as a list of both names if one of them has a slash itself.
line 13, column 35: "shop" is there twice. Octopus does not tell names apart by upper and lower case.
line 15, column 9: A value is for a template of a "project" or of a "libraryVariableSet".
line 17, column 28: "retryCount" must be a whole number.
line 17, column 55: "type" must be one of "runScript", "onlyConnectivity".`);
});

test("says where YAML itself is broken", () => {
  expect(() => parseBaseline("environments:\n  - name: [Test\n", "baseline.yaml")).toThrow(
    /baseline "baseline.yaml":\nline 3, column 1: /,
  );
  expect(() => parseBaseline("name: a\nname: b\n", "baseline.yaml")).toThrow(
    /line 2, column 1: Map keys must be unique/,
  );
});

test("reads YAML 1.2 alone, whose words for yes and no are two", () => {
  expect(parseBaseline("%YAML 1.2\n---\nenvironments:\n  - name: no\n", "baseline.yaml")).toMatchObject({
    environments: [{ name: "no" }],
  });
  expect(() => parseBaseline("%YAML 1.1\n---\nenvironments:\n  - name: no\n", "baseline.yaml")).toThrow(
    /line 1, column 1: it says that it is YAML 1\.1.*take the line "%YAML 1\.1" out/,
  );
});

test("refuses a document that is no group of keys", () => {
  expect(() => parseBaseline("- name: Test\n", "baseline.yaml")).toThrow(/line 1, column 1: /);
});

test("has a JSON Schema that says the same as the step", () => {
  const text = readFileSync(join(root, "lib/baseline/baseline.schema.json"), "utf8");
  const validate = new Ajv2020({ strict: false }).compile(Object(JSON.parse(text)));
  const all = readdirSync(everyField).map((name) => readFileSync(join(everyField, name), "utf8"));

  expect(text).toBe(renderDocumentSchemas().get("lib/baseline/baseline.schema.json"));
  expect(all.filter((baseline) => !validate(parse(baseline)))).toEqual([]);
  expect(validate(parse(example))).toBe(true);
  expect(validate(parse("enviroments: []"))).toBe(false);
});
