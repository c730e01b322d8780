import { beforeAll, expect, test } from "vitest";
import { describeUnfit } from "../../../lib/graph/list-unfit.ts";
import { readGraph } from "../../../lib/graph/read-graph.ts";
import { listTagFields } from "../../../lib/graph/read-space.ts";
import { selectableKinds, type Selection } from "../../../lib/graph/select-resources.ts";
import { forEachSecret, ownSpace, type ResourceGraph } from "../../../lib/model/graph.ts";
import { createOctopusClient, type OctopusDocument, type OctopusSpace } from "../../../lib/octopus/octopus-client.ts";
import { pluralOf } from "../../../lib/resources/describe-by-kind.ts";
import { getParameterForm } from "../../../lib/step/parameters.ts";
import { step } from "../../../steps/serialize-space/step.ts";
import { createOctopusServer } from "../../octopus-server/octopus-server.ts";

let space: OctopusSpace;

beforeAll(async () => {
  const server = createOctopusServer();
  const url = await server.listen();
  space = createOctopusClient({ url, apiKey: server.apiKey }).inSpace({ Id: "Spaces-1", Name: "Default" });
  await seed();
  return () => server.close();
});

/** Two projects in two groups, each with a lifecycle of its own; a library variable set and a tag that the first uses. */
async function seed(): Promise<void> {
  await space.post("/environments", { Name: "Production" });
  await space.post("/tagsets", {
    Name: "Team",
    Scopes: ["Tenant", "Project"],
    Tags: [{ Name: "Web", Color: "#333333" }],
  });
  const common = await space.post("/libraryvariablesets", { Name: "Common", ContentType: "Variables" });
  await writeSecrets(common, ["Token", "Password"]);
  const shop = await makeProject("Shop", { ProjectTags: ["Team/Web"], IncludedLibraryVariableSetIds: [common.Id] });
  await writeSecrets(shop, ["Password"]);
  await makeProject("Billing");
  await makeProject("__ Sync");
}

async function makeProject(name: string, more = {}): Promise<OctopusDocument> {
  const lifecycle = await space.post("/lifecycles", { Name: `Lifecycle of ${name}` });
  const group = await space.post("/projectgroups", { Name: `Group of ${name}` });
  return space.post("/projects", { Name: name, LifecycleId: lifecycle.Id, ProjectGroupId: group.Id, ...more });
}

async function writeSecrets(owner: OctopusDocument, names: string[]): Promise<void> {
  const set = await space.get(`/variables/${String(owner["VariableSetId"])}`);
  const variables = names.map((name) => ({
    Name: name,
    Value: "hidden",
    Type: "Sensitive",
    IsSensitive: true,
    Scope: {},
  }));
  await space.put(`/variables/${set.Id}`, { ...set, Variables: variables });
}

async function read(select: Selection): Promise<ResourceGraph> {
  return (await readGraph(space, ownSpace, { select })).graph;
}

/** `project: Shop`, of what belongs to the space. */
function list({ nodes }: ResourceGraph): string[] {
  return nodes.filter(({ owner }) => owner === undefined).map(({ kind, key }) => `${kind}: ${key.join("/")}`);
}

const ofShop = [
  "tagSet: Team",
  "lifecycle: Lifecycle of Shop",
  "projectGroup: Group of Shop",
  "libraryVariableSet: Common",
  "project: Shop",
];

test.each<[string, Selection, string[]]>([
  ["a kind", { resources: ["environments"] }, ["environment: Production"]],
  ["a kind and a name, in whatever case", { resources: ["Environment: production"] }, ["environment: Production"]],
  ["a pattern, and what it needs", { resources: ["project: Sh.*"] }, ofShop],
  ["a project group", { projectGroups: ["group of shop"] }, ofShop],
  ["a tag", { tags: ["Team/Web"] }, ofShop],
  [
    "a pattern, without what is left out",
    { resources: ["project"], leftOut: ["project: __ .*", "project: Billing"] },
    ofShop,
  ],
])("%s is selected", async (_what, select, expected) => {
  expect(list(await read(select)).toSorted()).toEqual(expected.toSorted());
});

test("what is needed is looked up when it is not to come along", async () => {
  const { lookUps, nodes } = await read({ resources: ["project: Shop"], needs: "lookUp" });

  expect(list({ nodes, lookUps, remarks: [] })).toEqual(["project: Shop"]);
  expect(lookUps.map(({ kind, key }) => `${kind}: ${key.join("/")}`)).toEqual(
    expect.arrayContaining(["lifecycle: Lifecycle of Shop", "libraryVariableSet: Common", "tag: Team/Web"]),
  );
});

test("what is needed is refused by name, all of it at once", async () => {
  await expect(read({ resources: ["project: Shop"], needs: "refuse" })).rejects.toThrow(
    /The selection refers to what it does not have: .*the library variable set "Common".*the lifecycle "Lifecycle of Shop".*the tag "Web" of "Team"/,
  );
});

test("what every space has is refused to nobody", async () => {
  await space.post("/projects", { Name: "Plain", LifecycleId: "Lifecycles-1", ProjectGroupId: "ProjectGroups-1" });

  const { lookUps } = await read({ resources: ["project: Plain"], needs: "refuse" });

  expect(lookUps.map(({ key }) => key)).toEqual([["Default Lifecycle"], ["Default Project Group"]]);
});

test("what is selected by a name, a group or a tag that nothing has is told, with near names; a kind of which there is none is not", async () => {
  const { unfit } = await readGraph(space, ownSpace, {
    select: {
      resources: ["project: Shop", "project: Shpo", "account", "environments: Produktion", "project: __ .*"],
      leftOut: ["project: __ .*"],
      projectGroups: ["Group of .*", "Group of Nobody"],
      tags: ["team/web", "Team/Api"],
    },
  });

  expect(unfit.map(describeUnfit)).toEqual([
    '"project: Shpo" selects nothing in the space "Default". Did you mean "Shop"?',
    '"environments: Produktion" selects nothing in the space "Default". Did you mean "Production"?',
    '"project: __ .*" selects nothing in the space "Default".',
    'The project group "Group of Nobody" selects nothing in the space "Default". Did you mean "Group of Shop"?',
    'The tag "Team/Api" selects nothing in the space "Default".',
  ]);
});

test("the form says of which kinds tags select", () => {
  const { help } = getParameterForm(step.parameters.tags);
  const kinds = selectableKinds.filter((kind) => listTagFields(kind).length > 0);

  const [, said = ""] = /: (.*) that have one of them are packed/.exec(help) ?? [];
  expect(said.split(/, | and /).toSorted()).toEqual(kinds.map(({ label }) => pluralOf(label)).toSorted());
});

test("a kind that there is not is told, with a near name", async () => {
  await expect(read({ resources: ["enviroment: Production"] })).rejects.toThrow(
    /Failed to read "enviroment" as a kind of resource: .*Did you mean "environment"\?/,
  );
});

test("sensitive variables are called by their owners, and by their names alone where only one has it", async () => {
  const names: object[] = [];
  for (const { body } of (await read({ resources: ["project: Shop"] })).nodes)
    forEachSecret(body, ({ $secret }) => void names.push($secret));

  expect(names).toEqual([
    { variable: "Project[Shop].Password" },
    { variable: "LibraryVariableSet[Common].Password" },
    { variable: "Token", named: "LibraryVariableSet[Common].Token" },
  ]);
});

test("everything that a space has is read without a selection, but for what these steps keep there themselves", async () => {
  await space.post("/libraryvariablesets", { Name: "Managed Spaces Receipt[web][Web]", ContentType: "ScriptModule" });

  const all = list(await read({}));

  expect(all).toEqual(expect.arrayContaining(["environment: Production", "project: Billing", "project: __ Sync"]));
  expect(all.filter((name) => name.includes("Receipt"))).toEqual([]);
});
