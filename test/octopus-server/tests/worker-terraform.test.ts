import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sensitive } from "../model/sensitive.ts";
import { taskLog } from "../model/tasks.ts";
import { parseArgumentString } from "../worker/argument-string.ts";
import { globPattern } from "../worker/substitution.ts";
import { bash, createStage, linesOf, runSteps } from "./worker-stage.ts";

const hasTerraform = spawnSync("terraform", ["version"]).status === 0;

type Fields = Record<string, unknown>;

function terraform(name: string, type: string, properties: Fields, packages: Fields[] = []): Fields {
  const prefixed = Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [`Octopus.Action.Terraform.${key}`, value]),
  );
  const source = {
    "Octopus.Action.Script.ScriptSource": packages.length === 0 ? "Inline" : "Package",
    "Octopus.Action.RunOnServer": "true",
  };
  return bash(name, "", { properties: { ...source, ...prefixed }, action: { ActionType: type, Packages: packages } });
}

const template = `
terraform {
  backend "local" {}
}
variable "name" { type = string }
variable "secret" {
  type      = string
  sensitive = true
}
variable "from_environment" { default = "" }
resource "terraform_data" "this" { input = var.name }
output "name" { value = terraform_data.this.output }
output "secret" {
  value     = var.secret
  sensitive = true
}
output "object" { value = { a = [1, true] } }
output "environment" { value = var.from_environment }
output "workspace" { value = terraform.workspace }
output "project" { value = "#{Octopus.Project.Name}" }
`;

const settings = {
  Workspace: '#{Octopus.Project.Name | Replace "[^A-Za-z]" "_"}',
  AdditionalInitParams: '-backend-config="path=#{State}/state" -backend-config="workspace_dir=#{State}/workspaces"',
  AdditionalActionParams: '"-var=name=#{Name}" "-var=secret=#{Secret}"',
  EnvVariables: '{"TF_VAR_from_environment":"#{Awkward | JsonEscape}"}',
};

async function createState(): Promise<{ variables: Fields[]; remove: () => Promise<void> }> {
  const state = await mkdtemp(join(tmpdir(), "worker-terraform-"));
  const variables = [
    { Id: "1", Name: "State", Value: state },
    { Id: "2", Name: "Name", Value: "Hello there" },
    { Id: "3", Name: "Secret", Value: sensitive("terraform-secret") },
    { Id: "4", Name: "Awkward", Value: 'a "b" \\ ${c}\nd' },
  ];
  return { variables, remove: () => rm(state, { recursive: true, force: true }) };
}

const readOutputs = bash(
  "Read",
  `for name in name secret object environment workspace project; do
    echo "$name=[$(get_octopusvariable "Octopus.Action[Apply].Output.TerraformValueOutputs[$name]")]"
  done
  get_octopusvariable "Octopus.Action[Apply].Output.TerraformJsonOutputs[name]" | tr -d ' \\n'; echo`,
);

test.skipIf(!hasTerraform)(
  "an inline template is planned, applied and destroyed in its workspace, and its outputs become variables",
  async () => {
    const { variables, remove } = await createState();
    const inline = { ...settings, Template: template };
    const stage = createStage();
    const { lines, task } = await runSteps(
      stage,
      [
        terraform("Plan", "Octopus.TerraformPlan", inline),
        bash("Planned", "echo 'plan: #{Octopus.Action[Plan].Output.TerraformPlanDetailedExitCode}'"),
        terraform("Apply", "Octopus.TerraformApply", inline),
        readOutputs,
        terraform("Plan again", "Octopus.TerraformPlan", { ...inline, PlanJsonOutput: "True" }),
        bash(
          "Planned again",
          "echo 'again: #{Octopus.Action[Plan again].Output.TerraformPlanDetailedExitCode} #{Octopus.Action[Plan again].Output.TerraformPlanJsonAdd}'",
        ),
        terraform("Destroy", "Octopus.TerraformDestroy", inline),
      ],
      { variables },
    );
    await remove();
    expect(task["ErrorMessage"]).toBe("");
    expect(lines).toEqual(
      expect.arrayContaining([
        "Info: plan: 2",
        "Info: name=[Hello there]",
        "Info: secret=[********]",
        "Info: workspace=[Hello_World]",
        "Info: project=[Hello World]",
        "Info: again: 0 0",
      ]),
    );
    expect(lines.join("\n")).toContain('environment=[a "b" \\ ${c}\nInfo: d]');
    expect(lines).toContain('Info: {"sensitive":false,"type":"string","value":"Hellothere"}');
    expect(linesOf(taskLog(stage.model, task.Id), { verbose: true }).join("\n")).not.toContain("terraform-secret");
  },
  60_000,
);

test.skipIf(!hasTerraform)(
  "a packaged template is applied in its directory, with tokens replaced only in the named files",
  async () => {
    const { variables, remove } = await createState();
    const stage = createStage();
    stage.addPackage("hello_world", "1.0.0", {
      "space_population/main.tf":
        'variable "name" { default = "#{Name}" }\noutput "name" { value = var.name }\noutput "kept" { value = "#{Octopus.Project.Name}" }\n',
      "space_population/project_variable_sensitive_a.tf": 'output "replaced" { value = "#{Octopus.Project.Name}" }\n',
      "space_population/extra.tfvars": 'name = "from file"\n',
    });
    const reference = { Name: "", PackageId: "hello_world", FeedId: "feeds-builtin", Properties: {} };
    const properties = {
      TemplateDirectory: "space_population",
      RunAutomaticFileSubstitution: "False",
      FileSubstitution: "**/project_variable_sensitive*.tf",
      VarFiles: "extra.tfvars",
    };
    const read = bash(
      "Read",
      'for n in name kept replaced; do get_octopusvariable "Octopus.Action[Apply].Output.TerraformValueOutputs[$n]"; echo; done',
    );
    const { lines } = await runSteps(
      stage,
      [terraform("Apply", "Octopus.TerraformApply", properties, [reference]), read],
      {
        variables,
        run: { SelectedPackages: [{ ActionName: "Apply", PackageReferenceName: "", Version: "1.0.0" }] },
      },
    );
    await remove();
    expect(lines.slice(-3)).toEqual(["Info: from file", "Info: Hello World", "Info: Hello World"]);
    expect(lines.join("\n")).toContain('kept     = "#{Octopus.Project.Name}"');
  },
  60_000,
);

test.skipIf(!hasTerraform)(
  "a template that is wrong fails the step with what Terraform says",
  async () => {
    const { lines, task } = await runSteps(createStage(), [
      terraform("Apply", "Octopus.TerraformApply", { Template: 'output "x" { value = nope.x }' }),
    ]);
    expect(task["State"]).toBe("Failed");
    expect(lines.join("\n")).toContain("nope");
  },
  60_000,
);

test("a directory that the package does not have is named", async () => {
  const { lines } = await runSteps(createStage(), [
    terraform("Apply", "Octopus.TerraformApply", { Template: "", TemplateDirectory: "gone" }),
  ]);
  expect(lines).toContain("Fatal: Directory gone does not exist.");
});

test("a Terraform that cannot be started is named", async () => {
  const { lines } = await runSteps(createStage(), [
    terraform("Apply", "Octopus.TerraformApply", { Template: "", CustomTerraformExecutable: "/nowhere/terraform" }),
  ]);
  expect(lines.at(-1)).toContain('Failed to start "/nowhere/terraform"');
});

test.each([
  ['-var=a=b "-var=c=d e"', ["-var=a=b", "-var=c=d e"]],
  ['-backend-config="key=a b"  x', ["-backend-config=key=a b", "x"]],
  ['"a\\"b" c\\d "e\\\\" f', ['a"b', "c\\d", "e\\", "f"]],
  ['"a""b"', ['a"b']],
  ["a\nb c", ["a\nb", "c"]],
  ["  ", []],
  ['""', [""]],
])("the argument string %j is split as .NET does", (text, expected) => {
  expect(parseArgumentString(text)).toEqual(expected);
});

test.each([
  ["**/project_variable_sensitive*.tf", "space_population/project_variable_sensitive_1.tf", true],
  ["**/*.tf", "a.tf", true],
  ["*.tf", "b/a.tf", false],
  ["**/*.{tf,json}", "a/b.json", true],
  ["config\\*.json", "config/a.json", true],
  ["a?.txt", "ab.txt", true],
  ["a.b", "axb", false],
])("the glob %s matches %s: %s", (glob, path, expected) => {
  expect(globPattern(glob).test(path)).toBe(expected);
});
