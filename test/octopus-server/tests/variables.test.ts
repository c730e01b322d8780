import { expect, test } from "vitest";
import { startLocalOctopus, type LocalOctopus } from "./local-octopus.ts";

const path = "variables/variableset-LibraryVariableSets-1";

async function startWithSet(): Promise<LocalOctopus> {
  const octopus = await startLocalOctopus();
  await octopus.made("libraryvariablesets", { Name: "Shared" });
  return octopus;
}

test("a set is replaced as a whole, its version counts", async () => {
  const octopus = await startWithSet();
  const first = await octopus.put(path, {
    Version: 0,
    Variables: [
      { Name: "A", Value: "1" },
      { Name: "A", Value: "line\nline" },
    ],
  });
  expect(first.body).toMatchObject({
    Version: 1,
    Variables: [
      { Name: "A", Value: "1", Type: "String", IsSensitive: false, Prompt: null, Scope: {} },
      { Value: "line\nline" },
    ],
  });
  expect((await octopus.put(path, { Version: 1, Variables: [] })).body).toMatchObject({ Version: 2, Variables: [] });
});

test("at the address of its project, a set is replaced and not answered", async () => {
  const octopus = await startLocalOctopus();
  await octopus.made("projects", { Name: "Web", ProjectGroupId: "ProjectGroups-1", LifecycleId: "Lifecycles-1" });
  const address = "projects/Projects-1/variables";
  const Variables = [{ Name: "A", Value: "b", Type: "String" }];
  const { body } = await octopus.get(address);
  const answer = (await octopus.put(address, { ...body, Variables })).body;
  expect(answer).toEqual({ Links: {}, Items: [] });
  expect((await octopus.get(address)).body).toMatchObject({ Version: 1, Variables });
  expect((await octopus.put(address, { Variables })).body.Errors).toEqual(["Please provide a value for ScopeValues."]);
});

test("a version that is no longer the newest is refused", async () => {
  const octopus = await startWithSet();
  await octopus.put(path, { Version: 0, Variables: [] });
  expect((await octopus.put(path, { Version: 0, Variables: [] })).status).toBe(409);
});

test("a secret is kept by its id, and shown as null", async () => {
  const octopus = await startWithSet();
  const { body } = await octopus.put(path, {
    Version: 0,
    Variables: [{ Name: "Password", Value: "hunter2", IsSensitive: true }],
  });
  expect(body).toMatchObject({ Variables: [{ Value: null, Type: "Sensitive", IsSensitive: true }] });
  await octopus.put(path, {
    ...body,
    Variables: JSON.parse(JSON.stringify(body["Variables"])).map((variable: object) => ({ ...variable, Value: "" })),
  });
  expect(octopus.server.model.collection("variablesets").find("variableset-LibraryVariableSets-1")).toMatchObject({
    Variables: [{ Value: { $sensitive: "hunter2" } }],
  });
});

test.each([
  ["Environment", "Environments-9"],
  ["Channel", "Channels-9"],
  ["Machine", "Machines-9"],
  ["TenantTag", "Region/Mars"],
  ["ProcessOwner", "Runbooks-9"],
])("a scope by %s that does not exist is refused", async (dimension, id) => {
  const octopus = await startWithSet();
  const answer = await octopus.put(path, {
    Version: 0,
    Variables: [{ Name: "A", Value: "1", Scope: { [dimension]: [id] } }],
  });
  expect(answer.body.Errors).toEqual([`The variable 'A' is scoped to ${dimension} '${id}', which does not exist.`]);
});

test("a prompt has a control, and empty dimensions of a scope are left out", async () => {
  const octopus = await startWithSet();
  await octopus.made("environments", { Name: "Test" });
  const { body } = await octopus.put(path, {
    Version: 0,
    Variables: [
      { Name: "A", Value: null, Prompt: { Label: "Say" }, Scope: { Environment: ["Environments-1"], Role: [] } },
    ],
  });
  expect(body["Variables"]).toMatchObject([
    { Prompt: { Label: "Say", Required: false, DisplaySettings: { "Octopus.ControlType": "SingleLineText" } } },
  ]);
  expect(JSON.parse(JSON.stringify(body["Variables"]))[0].Scope).toEqual({ Environment: ["Environments-1"] });
  expect(body["ScopeValues"]).toMatchObject({ Environments: [{ Id: "Environments-1", Name: "Test" }] });
});

test("a variable set goes with its owner, which stays as long as a project includes it", async () => {
  const octopus = await startWithSet();
  const project = await octopus.made("projects", {
    Name: "P",
    ProjectGroupId: "ProjectGroups-1",
    LifecycleId: "Lifecycles-1",
    IncludedLibraryVariableSetIds: ["LibraryVariableSets-1"],
  });
  expect((await octopus.remove("libraryvariablesets/LibraryVariableSets-1")).status).toBe(400);
  await octopus.remove(`projects/${project.Id}`);
  await octopus.remove("libraryvariablesets/LibraryVariableSets-1");
  expect((await octopus.get(path)).status).toBe(404);
});
