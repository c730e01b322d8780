import { expect, test } from "vitest";
import type { Deployment } from "../../../lib/engines/engine.ts";
import { engines, packForEngines } from "../../../lib/engines/index.ts";
import type { ResourceGraph } from "../../../lib/model/graph.ts";
import { textOf } from "../../../lib/model/json.ts";
import { steps } from "../../../steps/index.ts";

const options = {
  terraformBackend: undefined,
  importsExisting: false,
  isLookedUp: () => false,
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
    terraformInitParameters: "",
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
    const [step] = engines.terraform.listSteps(createDeployment(name));

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
