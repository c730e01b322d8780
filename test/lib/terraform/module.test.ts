import { beforeAll, expect, test } from "vitest";
import * as z from "zod";
import type { GraphNode, LookUp, ResourceGraph } from "../../../lib/model/graph.ts";
import { isJsonObject, objectsOf, type JsonObject, type JsonValue } from "../../../lib/model/json.ts";
import { readProject } from "../../../lib/graph/read-graph.ts";
import { createOctopusClient } from "../../../lib/octopus/octopus-client.ts";
import { renderBlocks } from "../../../lib/terraform/render-blocks.ts";
import {
  buildTerraformModule,
  writeTerraformModule,
  type TerraformModuleOptions,
} from "../../../lib/terraform/write-terraform-module.ts";
import { createOctopusServer } from "../../octopus-server/octopus-server.ts";
import { createFixtureProject, createSurroundings } from "../graph/create-fixture-project.ts";
import { createVariableDictionary } from "../../octopus-server/worker/octostache.ts";
import { checkModule, readProviderSchema } from "./check-module.ts";
import { createTerraformFolder, hasTerraform } from "./terraform.ts";

const schema = readProviderSchema();
let graph: ResourceGraph = { nodes: [], lookUps: [], remarks: [] };

beforeAll(async () => {
  const server = createOctopusServer();
  const url = await server.listen();
  const space = createOctopusClient({ url, apiKey: server.apiKey }).inSpace({ Id: "Spaces-1", Name: "Default" });
  await createFixtureProject(space, await createSurroundings(space));
  const exclude = {
    libraryVariableSets: ["Export Options"],
    variables: ["Private\\..*"],
    runbooks: ["__ .*"],
    environments: ["Sync"],
  };
  graph = (await readProject(space, "Hello World", { exclude, syncEnvironment: "Sync" })).graph;
  await server.close();
});

/** Every module that is made here is checked. */
function write(
  from: ResourceGraph = graph,
  options: TerraformModuleOptions = {},
): { files: Map<string, string>; remarks: string[] } {
  const { files, remarks } = buildTerraformModule(from, options);
  expect(checkModule(files, schema)).toEqual([]);
  return {
    files: new Map([...files].map(([path, blocks]) => [path, renderBlocks(blocks)])),
    remarks: remarks.map(({ about, text }) => `${about.kind} ${about.key.join("/")}: ${text}`),
  };
}

/** Every item of a list gets an identity, and so does what is passed through as it is. */
function withIds(body: JsonObject): JsonObject {
  const identify = (value: JsonValue): JsonValue =>
    isJsonObject(value) && !("$ref" in value) ? { $id: "a1b2c3d4e5f6", ...value } : value;
  return JSON.parse(JSON.stringify(body), (field, value: JsonValue) =>
    Array.isArray(value) ? value.map(identify) : field === "DisplaySettings" ? identify(value) : value,
  );
}

function withBody(kind: string, change: (body: GraphNode["body"]) => GraphNode["body"]): ResourceGraph {
  return {
    ...graph,
    nodes: graph.nodes.map((node) => (node.kind === kind ? { ...node, body: change(node.body) } : node)),
  };
}

function read(files: Map<string, string>, name: string): string {
  const text = files.get(`space_population/${name}.tf`);
  if (text === undefined) throw new Error(`There is no file ${name}.tf among ${[...files.keys()].join(", ")}.`);
  return text;
}

test.skipIf(schema === undefined)(
  "the provider knows all that the module says (set OCTOPUS_PROVIDER_SCHEMA to check)",
  () => {
    expect(checkModule(buildTerraformModule(graph).files, schema)).toEqual([]);
  },
);

test("what would be refused is found", () => {
  const bad = {
    type: "resource",
    labels: ["octopusdeploy_project", "x"],
    attributes: { name: { expression: "var.gone" }, colour: "red" },
  };
  const problems = checkModule(new Map([["a.tf", [bad, bad]]]), {
    resources: {
      octopusdeploy_project: {
        attributes: { name: { type: "string", required: true }, group: { type: "string", required: true } },
      },
    },
    dataSources: {},
  });
  expect(problems).toEqual(
    expect.arrayContaining([
      "octopusdeploy_project.x is declared twice",
      "var.gone is not declared",
      "octopusdeploy_project.x has no attribute colour",
      "octopusdeploy_project.x needs the attribute group",
    ]),
  );
});

test("the contract with those who apply octoterra's modules is kept", () => {
  const { files } = write(graph, { backend: "s3" });
  expect(read(files, "config")).toContain('backend "s3" {}');
  for (const name of ["octopus_server", "octopus_apikey", "octopus_space_id"])
    expect(read(files, "provider_vars")).toContain(`variable "${name}" {`);
  for (const name of ["octopus_server", "octopus_space_id", "octopus_space_name"])
    expect(read(files, "provider_output_vars")).toContain(`output "${name}" {`);
  for (const suffix of ["name", "description", "description_prefix", "description_suffix", "tenanted"])
    expect(read(files, "project_project_hello_world")).toContain(`variable "project_hello_world_${suffix}" {`);
  expect(read(files, "runbook_hello_world_restart")).toContain('variable "runbook_hello_world_restart_name" {');
  expect(read(files, "project_group_templates")).toContain('variable "project_group_templates_name" {');
  expect(read(files, "process_step_hello_world_unpack")).toContain(
    'variable "project_hello_world_step_unpack_packageid" {',
  );
  expect(read(files, "process_step_hello_world_unpack")).toContain(
    'variable "project_hello_world_step_unpack_package_tools_packageid" {',
  );
  expect([...files.keys()].filter((path) => path.includes("project_variable_sensitive"))).toHaveLength(6);
});

test("only declarations of secrets hold expressions that Octopus is to replace", () => {
  const { files } = write();
  const sensitive = read(files, "project_variable_sensitive_hello_world_database_development__password_development");
  expect(sensitive).toContain('default     = "base64:#{Database[Development].Password | ToBase64}"');
  expect(sensitive).not.toContain("resource");
  const [name] = /#\{[^}]*\}/.exec(sensitive) ?? [];
  expect(sensitive.split("#{")).toHaveLength(2);
  expect(name).toBe("#{Database[Development].Password | ToBase64}");
});

test("a secret that no deployment sees by its variable's name has its own, and else is left to the people of the space", () => {
  const { files } = write();
  const declared = read(files, "project_variable_sensitive_hello_world_byrole_role_web");
  expect(declared).toContain('default     = "base64:#{ByRole[web] | ToBase64}"');
  expect(declared).not.toContain("validation");
  const resource = read(files, "project_variable_hello_world_byrole_role_web");
  expect(resource).toMatch(/try\(base64decode\(.*\), "Change Me!"\)/);
  expect(resource).toContain("ignore_changes = [sensitive_value]");
});

test("a secret whose name another variable's name may be taken for is asked for by nobody, and is told", () => {
  const name = "Database[Development].Password";
  const other = { Name: "Database[Development].Password, old", Value: "x", Type: "String" };
  const { files, remarks } = write(
    withBody("variableSet", (body) => ({ ...body, Variables: [...objectsOf(body, "Variables"), other] })),
  );
  const declared = read(files, "project_variable_sensitive_hello_world_database_development__password_development");
  expect(declared).toContain('default     = "Change Me!"');
  expect(declared).not.toContain("ToBase64");
  expect(remarks).toContain(
    `variable Hello World/${name}: in Terraform, its value has to be given to the module as hello_world_database_development__password_development: "${name}" cannot be told from "${other.Name}" in an expression`,
  );
});

const secretTexts = [
  "no",
  "a#{b}",
  "##{",
  "###{x",
  "####{",
  "#{##{###{",
  "a#b{c",
  "\u0001##{",
  '#{A | B "c"}\n##{',
  "$1#{",
  "#{/if}",
];

test.skipIf(!hasTerraform)("an expression that is still in a secret arrives as the text that it is", async () => {
  const { files } = write();
  const resource = read(files, "project_variable_hello_world_database_development__password_development");
  const [, written = ""] = /sensitive_value *= (.*)\n/.exec(resource) ?? [];
  expect(resource).not.toContain("#{");
  const each = written.replaceAll(/var\.\w+/g, "text");
  const folder = createTerraformFolder(
    new Map([
      [
        "main.tf",
        `variable "texts" {\n  type = list(string)\n}\noutput "o" {\n  value = [for text in var.texts : ${each}]\n}\n`,
      ],
      [
        "terraform.tfvars.json",
        JSON.stringify({ texts: secretTexts.map((text) => `base64:${Buffer.from(text).toString("base64")}`) }),
      ],
    ]),
  );
  await folder.run("apply", "-auto-approve", "-input=false");
  const arrived = z.array(z.string()).parse(JSON.parse(await folder.run("output", "-json", "o")));
  const { evaluate } = createVariableDictionary([["Octopus.Space.Id", "Spaces-1"]]);
  expect(arrived.map((text) => evaluate(text).text)).toEqual(secretTexts);
});

test("what the space must have is looked up by its whole name", () => {
  const { files } = write();
  expect(read(files, "feed_docker_hub")).toContain(
    'one([for item in data.octopusdeploy_feeds.feed_docker_hub.feeds : item.id if item.name == "Docker Hub"])',
  );
  expect([...files.keys()].filter((path) => path.includes("mirror"))).toEqual([]);
});

test("a feed that is called like a type is looked up by its name all the same", () => {
  const lookUps = [
    { kind: "feed", key: ["Docker"], details: { FeedType: "Docker" } },
    { kind: "feed", key: ["BuiltIn"], details: { FeedType: "BuiltIn" } },
  ];
  const body = {
    Variables: lookUps.map(({ kind, key }) => ({ Name: key[0] ?? "", Value: { $ref: { kind, key } }, Type: "String" })),
  };
  const { files } = write({
    ...withBody("variableSet", () => body),
    lookUps: [...graph.lookUps.filter(({ kind, key }) => kind !== "feed" || key[0] !== "BuiltIn"), ...lookUps],
  });
  expect(read(files, "feed_docker")).toContain('if item.name == "Docker"');
  expect(read(files, "feed_builtin")).not.toContain("item.name");
});

test("a feed is looked up without its type where the data source has no such type, an account cannot be looked up then", () => {
  const lookUps: LookUp[] = [
    { kind: "feed", key: ["Python"], details: { FeedType: "PyPi" } },
    { kind: "account", key: ["Cloud"], details: { AccountType: "AzureOidc" } },
    { kind: "account", key: ["Other Cloud"], details: { AccountType: "GoogleCloudOidcAccount" } },
  ];
  const body = {
    Variables: lookUps.map(({ kind, key }) => ({ Name: key[0] ?? "", Value: { $ref: { kind, key } }, Type: "String" })),
  };
  const { files, remarks } = write({
    ...withBody("variableSet", () => body),
    lookUps: [...graph.lookUps, ...lookUps],
  });
  expect(read(files, "feed_python")).not.toContain("feed_type");
  expect(read(files, "account_cloud")).toMatch(/account_type += "AzureOIDC"/);
  expect(remarks).toEqual([
    'variableSet Hello World: in Terraform, there is no way to refer to the account "Other Cloud": that is left out',
  ]);
});

test("a variable of a type that the provider does not have is left out, rather than stopping all", () => {
  const { files, remarks } = write(
    withBody("variableSet", () => ({ Variables: [{ Name: "New", Value: "x", Type: "Novelty", Scope: {} }] })),
  );
  expect([...files.keys()].filter((path) => path.includes("_new_"))).toEqual([]);
  expect(remarks).toEqual([
    "variable Hello World/New: in Terraform, it is left out, since the provider has no variables of type Novelty",
  ]);
});

test.each([
  [
    { FilterType: "MachineFilter", EventGroups: ["Machine"] },
    true,
    "it is disabled and the provider could only bring it",
  ],
  [{ FilterType: "MachineFilter", EventCategories: ["MachineSang"] }, false, "does not know the events MachineSang"],
  [{ FilterType: "ArcFeedFilter" }, false, "its project creates no releases automatically"],
  [{ FilterType: "WebhookFilter" }, false, "the provider has no trigger of type WebhookFilter for CreateRelease"],
])("a trigger that the provider cannot bring as it is, is left out with a reason: %j", (Filter, IsDisabled, reason) => {
  const body = { Name: "Cron", IsDisabled, Filter, Action: { ActionType: "CreateRelease" } };
  const { files, remarks } = write({
    ...graph,
    nodes: graph.nodes.map((node) => (node.key[1] === "Cron" ? { ...node, body } : node)),
  });
  expect([...files.keys()].filter((path) => path.includes("cron"))).toEqual([]);
  expect(remarks.join()).toContain(reason);
});

test("automatic release creation, and a trigger of the built-in feed, are one resource", () => {
  const release = { DeploymentAction: "Unpack", PackageReference: "" };
  const arc = { Name: "Cron", Filter: { FilterType: "ArcFeedFilter" }, Action: { ActionType: "CreateRelease" } };
  const automatic = withBody("project", (body) => ({
    ...body,
    AutoCreateRelease: true,
    ReleaseCreationStrategy: { ReleaseCreationPackage: release },
  }));
  const { files, remarks } = write({
    ...automatic,
    nodes: automatic.nodes.map((node) => (node.key[1] === "Cron" ? { ...node, body: arc } : node)),
  });
  const trigger = read(files, "builtintrigger_project_hello_world");
  expect(trigger).toMatch(/channel_id += local\.channel_hello_world_default_id/);
  expect(trigger).toContain("octopusdeploy_project_versioning_strategy.project_hello_world,");
  expect(trigger).toContain("octopusdeploy_process_step.process_step_hello_world_unpack,");
  expect(read(files, "process_step_hello_world_unpack")).toContain("create_before_destroy = true");
  expect(remarks).toEqual([]);
});

test("values of a variable keep their labels whatever comes beside them, and none takes over another's", () => {
  const of = (name: string, environment?: string): JsonObject => ({
    Name: name,
    Value: `${name} ${environment ?? ""}`,
    Type: "String",
    Scope: environment === undefined ? {} : { Environment: [{ $ref: { kind: "environment", key: [environment] } }] },
  });
  const labels = (...variables: JsonObject[]) => {
    const { files } = write(withBody("variableSet", () => ({ Variables: variables })));
    const paths = [...files.keys()].filter((path) => path.includes("project_variable_"));
    return new Map(paths.map((path) => [/default +(= .*)/.exec(files.get(path) ?? "")?.[1], path]));
  };
  const before = labels(of("Key", "Test"), of("Key"), of("A.B"));
  const after = labels(of("A.B"), of("A_B"), of("Key", "Development"), of("Key", "Test"), of("Key"));
  for (const value of ['= "Key Test"', '= "Key "']) expect(after.get(value)).toBe(before.get(value));
  expect([...after.values()]).not.toContain(before.get('= "A.B "'));
});

test("a project and a project group whose variables would share a name keep two", () => {
  const named: ResourceGraph = JSON.parse(JSON.stringify(graph).replaceAll('"Hello World"', '"Group Templates"'));
  const { files } = write(named);
  expect(
    [...files.values()].join("\n").match(/variable "project_group_templates_name(?:_[0-9a-f]{6})?"/g),
  ).toHaveLength(2);
});

test("two variables that sanitize alike stay two", () => {
  const { files } = write();
  const paths = [...files.keys()].filter((path) => /project_variable_hello_world_a_b_1(_[0-9a-f]{6})?\.tf$/.test(path));
  expect(paths.map((path) => /default +(= .*)/.exec(files.get(path) ?? "")?.[1]).toSorted()).toEqual([
    '= "one"',
    '= "two"',
  ]);
});

test("schedules arrive disabled, and stay as people set them", () => {
  const trigger = read(write().files, "projecttrigger_hello_world_hourly");
  expect(trigger).toMatch(/is_disabled += true/);
  expect(trigger).toContain("ignore_changes = [is_disabled]");
});

test("a step with a template uses the one in the space, or is detached when asked", () => {
  expect(read(write().files, "process_step_hello_world_greet")).toContain(
    'resource "octopusdeploy_process_templated_step"',
  );
  const detached = write(graph, { detachStepTemplates: true });
  expect(read(detached.files, "process_step_hello_world_greet")).toContain('resource "octopusdeploy_process_step"');
  expect(read(detached.files, "process_step_hello_world_greet")).toContain('"Hello.Who"');
  expect(detached.files.has("space_population/steptemplate_say_hello.tf")).toBe(false);
});

test("what the provider cannot say is a remark", () => {
  const secretProperty = withBody("runbookProcess", (body) => ({
    ...body,
    Steps: [
      {
        Name: "A",
        Condition: "Success",
        StartTrigger: "StartAfterPrevious",
        Properties: {},
        Actions: [
          {
            Name: "A",
            ActionType: "Octopus.Script",
            Properties: { Key: { $secret: { variable: null, unresolvable: "x" } } },
            Inputs: { a: 1 },
          },
        ],
      },
    ],
  }));
  expect(write(secretProperty).remarks).toEqual([
    'runbookProcess Hello World/Restart: in Terraform, the secret in Key of the step "A" is left out, since the provider has no secret properties',
    "action Hello World/Restart/A: in Terraform, Inputs cannot be set",
  ]);
  expect(write(withBody("deploymentSettings", (body) => ({ ...body, ForcePackageDownload: true }))).remarks).toEqual([
    "deploymentSettings Hello World: in Terraform, ForcePackageDownload cannot be set",
  ]);
});

test("a variable whose scope the provider cannot say is left out rather than widened", () => {
  const scope = { Action: [{ $ref: { kind: "action", key: ["Hello World", "Greet"] } }] };
  const { files, remarks } = write(
    withBody("variableSet", () => ({ Variables: [{ Name: "Only.Greet", Value: "x", Type: "String", Scope: scope }] })),
  );
  expect([...files.keys()].filter((path) => path.includes("only_greet"))).toEqual([]);
  expect(remarks.join("\n")).toContain(
    "variable Hello World/Only.Greet: in Terraform, it is left out, since the provider cannot say all of its scope",
  );
});

test("a rule of a channel waits for its step, unless the step waits for the channel", () => {
  const ruled = (step: string) => ({
    ...graph,
    nodes: graph.nodes.map((node) =>
      node.key[1] === "Hot Fix"
        ? {
            ...node,
            body: {
              ...node.body,
              Rules: [
                {
                  VersionRange: "[1.0,2.0)",
                  Tag: "^$",
                  ActionPackages: [{ DeploymentAction: step, PackageReference: "" }],
                },
              ],
            },
          }
        : node,
    ),
  });
  const { files } = write(ruled('Run "it"'));
  const channel = read(files, "channel_hello_world_hot_fix");
  expect(channel).toMatch(/depends_on += \[octopusdeploy_process_step\.process_step_hello_world_run_it\]/);
  expect(channel).not.toContain("package_reference");
  expect(read(files, "process_step_hello_world_run_it")).toContain("create_before_destroy = true");
  expect(read(files, "process_step_hello_world_unpack")).not.toContain("create_before_destroy");
  const cycle = write(ruled("Unpack"));
  expect(read(cycle.files, "channel_hello_world_hot_fix")).not.toContain("rule {");
  expect(cycle.remarks.join("\n")).toContain("its rules are left out");
});

test("a step with several actions has child steps in their order", () => {
  const action = (name: string) => ({ Name: name, ActionType: "Octopus.Script", Properties: {}, Condition: "Success" });
  const { files } = write(
    withBody("runbookProcess", (body) => ({
      ...body,
      Steps: [
        {
          Name: "Rolling",
          Condition: "Success",
          StartTrigger: "StartAfterPrevious",
          Properties: {},
          Actions: [action("Rolling"), action("Second"), action("Third")],
        },
      ],
    })),
  );
  expect(read(files, "process_child_step_order_hello_world_restart_rolling")).toContain(
    "octopusdeploy_process_child_step.process_child_step_hello_world_restart_second.id",
  );
});

test("what the graph knows of identities is in no module, and no remark either", () => {
  const identified = graph.nodes.map((node) => ({ ...node, id: "a1b2c3d4e5f6", body: withIds(node.body) }));
  expect(JSON.stringify(identified).match(/"\$id"/g)?.length).toBeGreaterThan(30);
  expect(write({ ...graph, nodes: identified })).toEqual(write());
});

test("a remark names what it is about, and carries nothing of it", () => {
  const { remarks } = buildTerraformModule(withBody("project", (body) => ({ ...body, AutoCreateRelease: true })));
  expect(remarks).toEqual([
    {
      about: { kind: "project", key: ["Hello World"] },
      text: "in Terraform, AutoCreateRelease cannot be set",
    },
  ]);
});

test("the module is the same from run to run", () => {
  const render = () => [...writeTerraformModule(graph).files];
  expect(render()).toEqual(render());
});

test.skipIf(!hasTerraform)("Terraform would not format it otherwise", async () => {
  const { files } = write(graph, { backend: "local" });
  expect(await createTerraformFolder(files).run("fmt", "-check", "-recursive")).toBe("");
});
