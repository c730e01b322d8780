import { expect, test } from "vitest";
import type { Target } from "../../../lib/model/graph.ts";
import { collectIds, readBody, type Names } from "../../../lib/graph/read-body.ts";
import type { JsonObject } from "../../../lib/model/json.ts";
import { identify } from "../../../lib/model/identity.ts";
import { getKind } from "../../../lib/resources/index.ts";

const targets: Record<string, Target> = {
  "Environments-1": { kind: "environment", key: ["Test"] },
  "Environments-2": { kind: "environment", key: ["Development"] },
  "Feeds-1": { kind: "feed", key: ["Docker Hub"] },
  "11111111-1111-1111-1111-111111111111": { kind: "action", key: ["Hello", "Run"] },
};

const feed = { $ref: { kind: "feed", key: ["Docker Hub"] } };
const test1 = { $ref: { kind: "environment", key: ["Test"] } };
const own = { $ref: { kind: "space", key: ["."] } };

const names: Names = {
  spaceId: "Spaces-7",
  find: (id) => targets[id],
  findTag: (tag) => (tag === "Ring/Early/Bird" ? { kind: "tag", key: ["Ring", "Early/Bird"] } : undefined),
  findStepTemplate: (id, version) =>
    id === "ActionTemplates-3" && version === "2" ? { kind: "stepTemplate", key: ["Greet", "abc"] } : undefined,
};

function read(kind: string, document: JsonObject): { body: JsonObject; remarks: string[]; unknown: string[] } {
  const remarks: string[] = [];
  const unknown: string[] = [];
  const body = readBody(getKind(kind), document, {
    names,
    onRemark: (text) => remarks.push(text),
    onUnknownId: ({ path, id }) => unknown.push(`${path}: ${id}`),
  });
  return { body, remarks, unknown };
}

function readVariable(variable: JsonObject): { body: unknown; remarks: string[]; unknown: string[] } {
  const { body, ...rest } = read("variableSet", { Variables: [variable] });
  return { body: Array.isArray(body["Variables"]) ? body["Variables"][0] : undefined, ...rest };
}

function readProperties(properties: JsonObject): { properties: unknown; remarks: string[]; unknown: string[] } {
  const { body, ...rest } = read("deploymentProcess", {
    Steps: [{ Name: "Run", Actions: [{ Name: "Run", Properties: properties }] }],
  });
  return { properties: JSON.parse(JSON.stringify(body)).Steps[0].Actions[0].Properties, ...rest };
}

test("what the server makes is left out, in items too", () => {
  const document = {
    Id: "Projects-1",
    Links: {},
    SpaceId: "Spaces-7",
    Name: "Hello",
    VariableSetId: "variableset-Projects-1",
    Description: null,
    Templates: [{ Id: "1", Name: "T" }],
  };
  expect(read("project", document).body).toEqual({ Name: "Hello", Templates: [{ $id: identify("1"), Name: "T" }] });
});

test("an item says which one of its space it is, by something that says nothing else, also when it is renamed", () => {
  const rename = (name: string): unknown => {
    const hello = { Id: "22222222-2222-2222-2222-222222222222", Name: name, Packages: [{ Id: "p", Name: "" }] };
    const { body } = read("deploymentProcess", {
      Steps: [{ Id: "s", Name: name, Actions: [hello] }, { Name: "new" }],
    });
    return body["Steps"];
  };
  const items = (name: string): unknown => [
    {
      $id: identify("s"),
      Name: name,
      Actions: [
        {
          $id: identify("22222222-2222-2222-2222-222222222222"),
          Name: name,
          Packages: [{ $id: identify("p"), Name: "" }],
        },
      ],
    },
    { Name: "new" },
  ];

  expect(rename("Greet")).toEqual(items("Greet"));
  expect(rename("Say hello")).toEqual(items("Say hello"));
  expect(identify("22222222-2222-2222-2222-222222222222")).toMatch(/^[\w-]{12}$/);
});

test("a scope is a list of references, in an order of its own", () => {
  const scope = {
    Environment: ["Environments-1", "Environments-2"],
    Action: ["11111111-1111-1111-1111-111111111111"],
    Role: ["web", "Feeds-1"],
    TenantTag: ["Ring/Early/Bird"],
  };
  expect(readVariable({ Name: "A", Value: "x", Scope: scope }).body).toEqual({
    Name: "A",
    Value: "x",
    Scope: {
      Environment: [
        { $ref: { kind: "environment", key: ["Development"] } },
        { $ref: { kind: "environment", key: ["Test"] } },
      ],
      Action: [{ $ref: { kind: "action", key: ["Hello", "Run"] } }],
      Role: ["Feeds-1", "web"],
      TenantTag: [{ $ref: { kind: "tag", key: ["Ring", "Early/Bird"] } }],
    },
  });
});

test.each<[string, string, (string | JsonObject)[]]>([
  ["an id alone", "Feeds-1", [feed]],
  ["a list of ids", "Feeds-1, Environments-1", [feed, ", ", test1]],
  ["JSON", '{"feed": "Feeds-1", "all": ["Environments-1"]}', ['{"feed": "', feed, '", "all": ["', test1, '"]}']],
  ["JSON in JSON", '{"a":"{\\"feed\\":\\"Feeds-1\\"}"}', ['{"a":"{\\"feed\\":\\"', feed, '\\"}"}']],
  [
    "a link",
    "see https://octopus.example.com/app#/Spaces-7/x/Feeds-1.",
    ["see https://octopus.example.com/app#/", own, "/x/", feed, "."],
  ],
])("%s in free text is written with the ids of the copy, and that is said", (_what, text, pieces) => {
  const { properties, remarks, unknown } = readProperties({ "Acme.Config": text });

  expect(properties).toEqual({ "Acme.Config": pieces.length === 1 ? pieces[0] : { $text: pieces } });
  expect(remarks).toEqual([expect.stringMatching(/Acme\.Config has ids in its text/)]);
  expect(unknown).toEqual([]);
});

test.each([
  "in Feeds-1 of Spaces-7",
  "see Tenants-1 in the wiki",
  "- tenant: Tenants-1\n  feed: 'Feeds-1'",
  '{"text": "see Feeds-1 in the wiki", "quoted": "\\"Feeds-1\\" is it"}',
  "https://octopus.example.com/app#/Spaces-8/x/Feeds-1",
  "https://jira.example.com/browse/Feeds-1",
  "{ Feeds-1 }",
])("words stay as they are, and nothing is looked up for them: %j", (text) => {
  const untouched = { properties: { "Acme.Config": text }, remarks: [], unknown: [] };
  expect(readProperties({ "Acme.Config": text })).toEqual(untouched);
  expect(readVariable({ Name: "A", Type: "String", Value: text })).toMatchObject({
    body: { Value: text },
    remarks: [],
  });
});

test.each([
  "Octopus.Action.Email.Subject",
  "Octopus.Action.Email.Body",
  "Octopus.Action.Manual.Instructions",
  "Octopus.Action.Helm.YamlValues",
])("%s is a person's, even where it is an id and nothing else", (property) => {
  const document = { Steps: [{ Actions: [{ Properties: { [property]: "Tenants-1" }, Notes: "Feeds-1" }] }] };
  expect(readProperties({ [property]: "Feeds-1" })).toEqual({
    properties: { [property]: "Feeds-1" },
    remarks: [],
    unknown: [],
  });
  expect([...collectIds(getKind("deploymentProcess"), document).ids]).toEqual([]);
});

test("a field that a server would fill is empty in a body when it is empty", () => {
  const DonorPackage = { DeploymentAction: "Deploy", PackageReference: "" };
  const { body } = read("deploymentSettings", {
    VersioningStrategy: { Template: null, DonorPackage, DonorPackageStepId: null },
    ReleaseNotesTemplate: null,
  });
  expect(body).toEqual({ VersioningStrategy: { Template: null, DonorPackage } });
});

test.each([
  "Octopus.Action.Script.ScriptBody",
  "Octopus.Action.CustomScripts.PreDeploy.sh",
  "Octopus.Action.Terraform.Template",
])("%s stays as it is", (property) => {
  expect(readProperties({ [property]: "echo Feeds-1 Spaces-7" })).toEqual({
    properties: { [property]: "echo Feeds-1 Spaces-7" },
    remarks: [],
    unknown: [],
  });
});

test("an id that nothing has is told where only an id can stand", () => {
  expect(
    readVariable({
      Name: "A",
      Value: "x",
      Scope: {
        Environment: ["Environments-9"],
        Action: ["22222222-2222-2222-2222-222222222222"],
        TenantTag: ["Ring/Gone"],
      },
    }).unknown,
  ).toEqual([
    "Variables[A].Scope.Environment: Environments-9",
    "Variables[A].Scope.Action: 22222222-2222-2222-2222-222222222222",
    "Variables[A].Scope.TenantTag: Ring/Gone",
  ]);
  expect(readProperties({ "Octopus.Action.Manual.ResponsibleTeamIds": "Teams-8,Teams-9" }).unknown).toHaveLength(2);
});

test("an expression in a place for an id is no id", () => {
  expect(readProperties({ "Acme.FeedId": "#{Feed}" })).toEqual({
    properties: { "Acme.FeedId": "#{Feed}" },
    remarks: [],
    unknown: [],
  });
});

test("a sensitive variable is marked with its name, a secret in a step as nobody's", () => {
  expect(readVariable({ Name: "Password", Value: null, IsSensitive: true }).body).toMatchObject({
    Value: { $secret: { variable: "Password" } },
  });
  expect(
    readProperties({ Key: { HasValue: true, NewValue: null, Hint: null }, Empty: { HasValue: false, NewValue: null } })
      .properties,
  ).toEqual({
    Key: { $secret: { variable: null } },
  });
});

test("a step template is known by what it is, whatever its version is called", () => {
  const use = {
    "Octopus.Action.Template.Id": "ActionTemplates-3",
    "Octopus.Action.Template.Version": "2",
    Who: "World",
  };
  expect(readProperties(use).properties).toEqual({
    "Octopus.Action.Template.Id": { $ref: { kind: "stepTemplate", key: ["Greet", "abc"] } },
    Who: "World",
  });
});

test("variables are sorted by name and scope, whatever their order", () => {
  const variables = ["B", "A", "C"].map((name) => ({ Name: name, Value: name, Scope: {} }));
  const ordered = read("variableSet", { Variables: variables }).body;
  expect(read("variableSet", { Variables: variables.toReversed() }).body).toEqual(ordered);
});

test("the order of included variable sets is kept, since it decides", () => {
  const document = { Name: "Hello", IncludedLibraryVariableSetIds: ["LibraryVariableSets-2", "LibraryVariableSets-1"] };
  expect(read("project", document).body["IncludedLibraryVariableSetIds"]).toEqual([
    "LibraryVariableSets-2",
    "LibraryVariableSets-1",
  ]);
});

test("all ids that a document points to are met", () => {
  const met = collectIds(getKind("variableSet"), {
    Variables: [{ Name: "A", Value: "Feeds-3", Scope: { Environment: ["Environments-1"], TenantTag: ["Ring/Late"] } }],
  });
  expect([...met.ids]).toEqual(["Feeds-3", "Environments-1"]);
  expect([...met.tags]).toEqual(["Ring/Late"]);
});
