import { expect, test } from "vitest";
import { listOclReferences } from "../../../lib/ocl/list-references.ts";
import { readOcl } from "../../../lib/ocl/read-ocl.ts";
import { listStepTemplateUses, translateStepTemplates } from "../../../lib/ocl/translate-step-templates.ts";

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

// made with a template
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

test.each([
  ['step "deploy" {\n  name = "x"\n', 'the block "step" is not closed'],
  ["step {\n}\n}", "a brace closes nothing"],
  ['name = "open\n', "a text is not closed"],
  ["# comment\n<html>", "is neither an attribute nor a block"],
  ['list = ["a" "b"]', "a comma is missing"],
  ["script = <<-EOT\n  text\n", "the heredoc EOT is not closed"],
  ["a = hello", '"hello" is no value'],
])("a file that is no OCL is refused with its line: %j", (text, problem) => {
  expect(() => readOcl(text, "deployment_process.ocl")).toThrow(problem);
  expect(() => readOcl(text, "deployment_process.ocl")).toThrow(
    /^Failed to read "deployment_process.ocl": it is no OCL in line \d/,
  );
});
