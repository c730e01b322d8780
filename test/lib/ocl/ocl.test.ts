import fc from "fast-check";
import { expect, test } from "vitest";
import { listOclReferences } from "../../../lib/ocl/list-references.ts";
import { readOcl } from "../../../lib/ocl/read-ocl.ts";
import { listStepTemplateUses } from "../../../lib/ocl/list-step-templates.ts";
import { translateStepTemplates } from "../../../lib/ocl/translate-step-templates.ts";
import { ParameterError } from "../../../lib/step/errors.ts";
import { toItems } from "../../ocl/to-items.ts";
import type { OclItem, OclValue } from "../../octopus-server/ocl/items.ts";
import { OclError, parseOcl } from "../../octopus-server/ocl/parse-ocl.ts";
import { refusedByOctopus, takenByOctopus } from "../../ocl/octopus-answers.ts";
import { oclLike } from "../../ocl/ocl-like.ts";

const process = `step "deploy" {
    name = "Deploy"

    action {
        action_type = "Octopus.Script"
        environments = ["production", "test"]
        excluded_environments = []
        is_disabled = true
        notes = "a \\"note\\""
        properties = {
            Octopus.Action.Manual.ResponsibleTeamIds = "global/everyone,managers"
            Octopus.Action.Package.FeedId = "#{Feed}"
            Octopus.Action.Script.ScriptBody = <<-EOT
                    worker_pool = "not-this"
                    Octopus.Action.Template.Id = "ActionTemplates-5"
                    "open { [
                EOT
        }
        tenant_tags = ["Tier/Gold"]
        worker_pool = "hosted"

        container {
            feed = "docker-hub"
            image = "alpine"
        }
    }
}

step "notify" {
    action {
        properties = {
            Notify.Channel = "#hello"
            Octopus.Action.Template.Id = "ActionTemplates-5"
            Octopus.Action.Template.Version = "3"
        }
    }
}
`;

test("the slugs that a process names are listed with what names them", () => {
  const found = listOclReferences(process, "deployment_process.ocl");

  expect(found.map(({ kind, slug }) => `${kind} ${slug}`)).toEqual([
    "environment production",
    "environment test",
    "team global/everyone",
    "team managers",
    "tag Tier/Gold",
    "workerPool hosted",
    "feed docker-hub",
  ]);
  expect(found[0]?.usedBy).toBe('the step "deploy" in deployment_process.ocl');
});

test("variables name what their scopes and types say", () => {
  const variables = `variable "Account" {
    type = "AmazonWebServicesAccount"
    value "aws" {
        environment = ["production"]
        tenant_tag = ["Tier/Gold"]
    }
    value "other" {}
}
variable "Plain" {
    value "aws" {}
    value "pool" {
        type = "WorkerPool"
    }
}`;

  expect(listOclReferences(variables, "variables.ocl").map(({ kind, slug }) => `${kind} ${slug}`)).toEqual([
    "account aws",
    "environment production",
    "tag Tier/Gold",
    "account other",
    "workerPool pool",
  ]);
});

test("step templates are translated by id and version, and nothing else is touched", () => {
  expect(listStepTemplateUses(process)).toEqual([{ id: "ActionTemplates-5", version: "3" }]);

  const translated = translateStepTemplates(process, { "ActionTemplates-5/3": "ActionTemplates-17/1" });

  const changed = translated.split("\n").filter((line, index) => line !== process.split("\n")[index]);
  expect(changed.map((line) => line.trim())).toEqual([
    'Octopus.Action.Template.Id = "ActionTemplates-17"',
    'Octopus.Action.Template.Version = "1"',
  ]);
  expect(translateStepTemplates(process, { "ActionTemplates-5/4": "ActionTemplates-17/1" })).toBe(process);
});

test("a file with the line ends of Windows is translated likewise, its heredocs as they are", () => {
  const windows = process.replaceAll("\n", "\r\n");

  const translated = translateStepTemplates(windows, { "ActionTemplates-5/3": "ActionTemplates-17/1" });

  const expected = translateStepTemplates(process, { "ActionTemplates-5/3": "ActionTemplates-17/1" });
  expect(translated).toBe(expected.replaceAll("\n", "\r\n"));
  expect(listOclReferences(windows, "a file")).toEqual(listOclReferences(process, "a file"));
});

test.each([
  ['step "deploy" {\n  name = "x"\n', 'line 3, where the block "step" is not closed'],
  ["step {\n}\n}", "line 3, where a brace closes nothing"],
  ['name = "open\n', "line 1, where a text is not closed"],
  [
    'name = "C:\\Temp"',
    'line 1, where a text is not closed, or has a "\\" before another character than r, n, t, \\ or "',
  ],
  ["<html>", "line 1, where a name is missing"],
  ["a = 1\n# comment\n", "line 2, where a comment stands, which OCL has not"],
  ["a = 1 // comment\n", "line 1, where a comment stands"],
  ['list = ["a" "b"]', "a list lacks a comma"],
  ['list = ["a", 1]', "a list has items of several kinds"],
  ["script = <<-EOT\n  text\n", "line 3, where the heredoc EOT is not closed"],
  ["a = hello", "a value is missing, or is none that OCL has"],
  ["a = 3000000000", "3000000000 is no number that Octopus can hold"],
  ["a { b = 1 }", 'the block "a" goes on in the line of its brace'],
  ['a = {\n  k = "v"\n  k = "w"\n}', 'line 3, where the key "k" stands a second time'],
  ["a = {\n  k\n}", 'the key "k" has no value'],
  ["a = {\n", "line 2, where a dictionary is not closed"],
  ["a {\n".repeat(5000), "too many blocks stand in each other"],
])("a file that is no OCL is refused with its line: %#", (text, problem) => {
  expect(() => readOcl(text, "deployment_process.ocl")).toThrow(problem);
  expect(() => readOcl(text, "deployment_process.ocl")).toThrow(
    /^Failed to read "deployment_process.ocl": it is no OCL in line \d/,
  );
});

test.each(takenByOctopus)(
  "what Octopus takes is taken, with the texts that Octopus finds: $text",
  ({ text, finds }) => {
    const found = listTexts(toItems(readOcl(text, "a file").items), []);

    expect(Object.fromEntries(found.map(({ path, value }) => [path.join("/"), value]))).toEqual(finds);
  },
);

test.each(refusedByOctopus)("what Octopus refuses is refused: %j", (text) => {
  expect(() => readOcl(text, "a file")).toThrow(ParameterError);
});

test("a byte order mark before the first item is passed over, and offsets count it", () => {
  expect(readOcl('\uFEFFa = "x"', "a file").items).toMatchObject([{ value: { value: "x", start: 5, end: 8 } }]);
});

test("whatever a file holds, it is read as a server reads it, or refused by both", () => {
  fc.assert(
    fc.property(oclLike, (text) => {
      const read = attempt(() => toItems(readOcl(text, "a file").items));
      const asServer = attempt(() => parseOcl(text));
      expect(read).toEqual(asServer);
    }),
    { numRuns: 2000 },
  );
});

function attempt<Read>(read: () => Read): Read | "refused" {
  try {
    return read();
  } catch (error) {
    if (error instanceof ParameterError || error instanceof OclError) return "refused";
    throw error;
  }
}

interface PlacedText {
  path: string[];
  value: string;
}

function listTexts(items: readonly OclItem[], above: readonly string[]): PlacedText[] {
  return items.flatMap((item) => {
    const path = [...above, item.name];
    if (item.kind === "attribute") return listValues(item.value, path);
    return [...item.labels.map((value) => ({ path, value })), ...listTexts(item.items, [...path, ...item.labels])];
  });
}

function listValues(value: OclValue, path: string[]): PlacedText[] {
  if (typeof value === "string") return [{ path, value }];
  if (Array.isArray(value)) return value.flatMap((item) => listValues(item, path));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => listValues(entry, [...path, key]));
}
