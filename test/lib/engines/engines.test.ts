import { expect, test } from "vitest";
import type { Deployment } from "../../../lib/engines/engine.ts";
import { engines, packForEngines } from "../../../lib/engines/index.ts";
import type { GraphNode, ResourceGraph } from "../../../lib/model/graph.ts";
import { textOf } from "../../../lib/model/json.ts";
import { steps } from "../../../steps/index.ts";

const options = {
  terraformBackend: undefined,
  importsExisting: false,
  withPolling: false,
  isLookedUp: ({ kind }: GraphNode) => kind === "nothing",
  detachStepTemplates: false,
  spaceName: undefined,
  stepTemplates: [],
  variableNames: [],
};

/** A project in Git, with nothing in it. */
function createGraph(name: string): ResourceGraph {
  const project = { kind: "project", key: [name] };
  const settings = { Type: "VersionControlled", Url: "https://git.example.com/template.git", Credentials: {} };
  const nodes = [
    { ...project, body: { Name: name } },
    { kind: "versionControl", key: [name], owner: project, body: settings },
  ];
  return { nodes, lookUps: [], remarks: [] };
}

function createDeployment(project: string): Deployment {
  return {
    project,
    package: { packageId: "template", feedId: "feeds-builtin" },
    spaceId: "#{SpaceId}",
    git: { cloneUrl: "#{CloneUrl}", toParameters: (prefix) => ({ [`${prefix}.GitHost`]: "#{GitHost.Type}" }) },
    terraform: { backend: "pg", initParameters: "", workspace: undefined, isSaid: "nothing" },
    tenants: [],
  };
}

test("one package serves every engine", () => {
  const graph = createGraph("Hello World");

  const { files } = packForEngines(graph, options);

  for (const engine of Object.values(engines)) {
    const own = engine.pack?.(graph, options).files ?? [];
    expect([...files]).toEqual(expect.arrayContaining([...own]));
  }
  expect([...files.keys()]).toContain("space_population/project_project_hello_world.tf");
});

test("a module makes no machine that polls, unless that is asked, and finds those that are to be looked up", () => {
  const target = { kind: "machine", key: ["Polls"] };
  const endpoint = { CommunicationStyle: "TentacleActive", Uri: "poll://abcdefghij/", Thumbprint: "AB12" };
  const only = { Name: "Port", Value: "1", Type: "String", Scope: { Machine: [{ $ref: target }] } };
  const set = { kind: "libraryVariableSet", key: ["Common"] };
  const graph: ResourceGraph = {
    nodes: [
      { ...target, body: { Name: "Polls", EnvironmentIds: [], Roles: ["web"], Endpoint: endpoint } },
      { ...set, body: { Name: "Common" } },
      { kind: "variableSet", key: ["Common"], owner: set, body: { Variables: [only] } },
    ],
    lookUps: [],
    remarks: [],
  };
  const textOfModule = (more: Partial<typeof options> = {}): string =>
    [...packForEngines(graph, { ...options, ...more }).files.values()].join("\n");

  const left = packForEngines(graph, options);
  expect([...left.files.values()].join("\n")).not.toMatch(/polling_tentacle|"Port"/);
  expect(left.remarks.map(({ about, text }) => `${about.key.join()}: ${text}`)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^Polls: left out: it polls its server/)]),
  );
  expect(textOfModule({ withPolling: true })).toMatch(/resource "octopusdeploy_polling_tentacle_deployment_target"/);
  const found = textOfModule({ isLookedUp: ({ kind }) => kind === "machine" });
  expect(found).toMatch(/data "octopusdeploy_deployment_targets"/);
  expect(found).toContain('"Port"');
});

test("the steps of every engine deploy the package that they are told to, with templates that there are", () => {
  for (const engine of Object.values(engines)) {
    const deploying = engine.listSteps(createDeployment("Hello World"));
    const told = deploying.flatMap(({ packages }) => Object.values(packages));
    expect(told.length).toBeGreaterThan(0);
    for (const pack of told) expect(pack).toEqual({ packageId: "template", feedId: "feeds-builtin" });
    const templates = deploying.flatMap(({ stepTemplate }) => stepTemplate ?? []);
    expect(templates.filter((slug) => !Object.hasOwn(steps, slug))).toEqual([]);
  }
});

test.each(["Hello World", "0 my project", "Déjà vu", "😀 team", "A.B", " "])(
  'Terraform is told values for variables that the module of "%s" declares',
  (name) => {
    const { files } = engines.terraform.pack?.(createGraph(name), options) ?? { files: new Map<string, string>() };
    const deploying = engines.terraform.listSteps(createDeployment(name));
    const step = deploying.find(({ actionType }) => actionType === "Octopus.TerraformApply");

    const told = textOf(step?.properties ?? {}, "Octopus.Action.Terraform.AdditionalActionParams");
    const names = [...told.matchAll(/-var="(\w+)=/g)].map(([, variable = ""]) => variable);
    const declared = [...files.values()].flatMap((text) =>
      [...text.matchAll(/^variable "(\w+)"/gm)].map(([, variable = ""]) => variable),
    );
    expect(names).toHaveLength(2);
    expect(told).toMatch(/^-parallelism=1 /);
    expect(declared).toEqual(expect.arrayContaining(names));
  },
);
