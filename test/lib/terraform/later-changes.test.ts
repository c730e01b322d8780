import { expect, test } from "vitest";
import { objectOf, objectsOf, type JsonObject } from "../../../lib/model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../../../lib/octopus/octopus-client.ts";
import { createSurroundings, type Surroundings } from "../graph/create-fixture-project.ts";
import { isSensitive } from "../../octopus-server/model/sensitive.ts";
import type { OctopusServer } from "../../octopus-server/octopus-server.ts";
import { hasProvider } from "./terraform.ts";
import { apply, plan, startTrip, type TripOptions } from "./trip.ts";

/** A project that has nothing but what is given. */
function options(body: JsonObject = {}, variables: JsonObject[] = []): TripOptions {
  return {
    project: "Plain",
    async createProject(space, { lifecycle, group }) {
      await space.post("/projects", { Name: "Plain", LifecycleId: lifecycle.Id, ProjectGroupId: group.Id, ...body });
      await putVariables(space, variables);
    },
  };
}

async function getProject(space: OctopusSpace): Promise<OctopusDocument> {
  const [project] = await space.list("/projects", { name: "Plain" });
  if (project === undefined) throw new Error("the space has no project Plain");
  return project;
}

async function getVariables(space: OctopusSpace): Promise<OctopusDocument> {
  return space.get(`/variables/${String((await getProject(space))["VariableSetId"])}`);
}

async function putVariables(space: OctopusSpace, variables: JsonObject[]): Promise<void> {
  const set = await getVariables(space);
  const kept = objectsOf(set, "Variables");
  await space.put(`/variables/${set.Id}`, { ...set, Variables: [...kept, ...variables] });
}

async function findEnvironment(space: OctopusSpace, name: string): Promise<string> {
  const environments = await space.list("/environments");
  return environments.find(({ Name }) => Name === name)?.Id ?? "";
}

function secretsOf(server: OctopusServer, set: OctopusDocument): Record<string, string> {
  const stored = server.model.collection("variablesets").find(set.Id);
  const variables = Array.isArray(stored?.["Variables"]) ? stored["Variables"] : [];
  return Object.fromEntries(
    variables.flatMap(({ Id, Value }) => (isSensitive(Value) ? [[String(Id), Value.$sensitive]] : [])),
  );
}

const secret = (name: string, value: string, scope: JsonObject = {}): JsonObject => ({
  Name: name,
  Value: value,
  Type: "Sensitive",
  IsSensitive: true,
  Scope: scope,
});

test.skipIf(!hasProvider)(
  "tenants keep their values when a variable template comes first and another goes",
  async () => {
    const text = { DisplaySettings: { "Octopus.ControlType": "SingleLineText" } };
    const named = (...names: string[]): JsonObject[] => names.map((Name) => ({ Name, ...text }));
    const { upstream, downstream, writeModule, createFolder } = await startTrip(
      options({ TenantedDeploymentMode: "Tenanted", Templates: named("One", "Two", "Three") }),
    );
    const folder = await createFolder();
    await apply(folder);
    const copy = await getProject(downstream);
    const development = await findEnvironment(downstream, "Development");
    const tenant = await downstream.post("/tenants", { Name: "A", ProjectEnvironments: { [copy.Id]: [development] } });
    const values = Object.fromEntries(
      objectsOf(copy, "Templates").map(({ Id, Name }) => [String(Id), `value of ${String(Name)}`]),
    );
    await downstream.post(`/tenants/${tenant.Id}/variables`, {
      Id: tenant.Id,
      ProjectVariables: { [copy.Id]: { ProjectId: copy.Id, Variables: { [development]: values } } },
    });

    const project = await getProject(upstream);
    const own = objectsOf(project, "Templates").filter(({ Name }) => Name !== "Two");
    await upstream.put(`/projects/${project.Id}`, {
      ...project,
      Templates: [...named("Zero"), ...own, ...named("Four")],
    });
    folder.replace(await writeModule());
    await apply(folder);

    const templates = objectsOf(await getProject(downstream), "Templates");
    const tenantVariables = objectOf(await downstream.get(`/tenants/${tenant.Id}/variables`), "ProjectVariables");
    const arrived = objectOf(objectOf(objectOf(tenantVariables, copy.Id), "Variables"), development);
    expect(templates.map(({ Id, Name }) => [Name, arrived[String(Id)]])).toEqual([
      ["Zero", undefined],
      ["One", "value of One"],
      ["Three", "value of Three"],
      ["Four", undefined],
    ]);
    expect(await plan(folder)).toContain("No changes.");
  },
);

test.skipIf(!hasProvider)(
  "a secret that people set stays with its value when another value comes before it",
  async () => {
    const { server, upstream, downstream, writeModule, createFolder } = await startTrip(options());
    const production = await findEnvironment(upstream, "Production");
    await putVariables(upstream, [secret("Key", "upstream", { Environment: [production] })]);
    const folder = await createFolder({});
    await apply(folder);
    const set = await getVariables(downstream);
    const [own] = objectsOf(set, "Variables");
    await downstream.put(`/variables/${set.Id}`, { ...set, Variables: [{ ...own, Value: "of the people" }] });

    const development = await findEnvironment(upstream, "Development");
    await putVariables(upstream, [secret("Key", "new", { Environment: [development] })]);
    folder.replace(await writeModule({}));
    await apply(folder);

    const after = await getVariables(downstream);
    const found = secretsOf(server, after);
    expect(
      objectsOf(after, "Variables").map((variable) => [
        objectOf(variable, "Scope")["Environment"],
        found[String(variable["Id"])],
      ]),
    ).toEqual(
      expect.arrayContaining([
        [[await findEnvironment(downstream, "Production")], "of the people"],
        [[await findEnvironment(downstream, "Development")], "Change Me!"],
      ]),
    );
    expect(await plan(folder)).toContain("No changes.");
  },
);

test.skipIf(!hasProvider)("two secrets whose names are one in an expression never get each other's value", async () => {
  const { server, downstream, createFolder } = await startTrip(
    options({}, [secret("Token", "one"), secret("Token #2", "two")]),
  );
  const folder = await createFolder({ Token: "one", "Token #2": "two" });
  await apply(folder);
  expect(Object.values(secretsOf(server, await getVariables(downstream)))).toEqual(["Change Me!", "Change Me!"]);

  const given = ["-var=plain_token_1=one", "-var=plain_token__2_1=two"];
  await apply(folder, ...given);

  const set = await getVariables(downstream);
  const found = secretsOf(server, set);
  expect(Object.fromEntries(objectsOf(set, "Variables").map(({ Id, Name }) => [Name, found[String(Id)]]))).toEqual({
    Token: "one",
    "Token #2": "two",
  });
  expect(await plan(folder, ...given)).toContain("No changes.");
});

async function surroundWithMany(space: OctopusSpace): Promise<Surroundings> {
  const around = await createSurroundings(space);
  for (let number = 10; number < 45; number++)
    await space.post("/actiontemplates", { Name: `Another ${number}`, ActionType: "Octopus.Script" });
  return around;
}

test.skipIf(!hasProvider)("a step template behind the first thirty of a space is told, and used", async () => {
  const { downstream, createFolder } = await startTrip({ surround: surroundWithMany });
  const folder = await createFolder();
  await expect(apply(folder)).rejects.toThrow(/not\s+among\s+the\s+first\s+30\s+by\s+name/);
  expect(await downstream.list("/projects")).toEqual([]);

  const template = (await downstream.list("/actiontemplates")).find(({ Name }) => Name === "Say Hello");
  const told = `-var=steptemplate_say_hello_version=${template?.Id ?? ""}/versions/${String(template?.["Version"])}`;
  await apply(folder, told);

  expect(await plan(folder, told)).toContain("No changes.");
});

test.skipIf(!hasProvider)("an account for Azure that signs in by OpenID Connect is found", async () => {
  const { downstream, readCopy, createFolder } = await startTrip({
    ...options(),
    async surround(space) {
      const around = await createSurroundings(space);
      const guid = "11111111-2222-3333-4444-555555555555";
      const account = { SubscriptionNumber: guid, ClientId: guid, TenantId: guid };
      await space.post("/accounts", { Name: "Cloud", AccountType: "AzureOidc", ...account });
      return around;
    },
    async createProject(space, around) {
      await options().createProject?.(space, around);
      const cloud = (await space.list("/accounts")).find(({ Name }) => Name === "Cloud");
      await putVariables(space, [{ Name: "Cloud", Type: "AzureAccount", Value: cloud?.Id ?? "" }]);
    },
  });
  const folder = await createFolder({});

  await apply(folder);

  const variables = ({ nodes }: Awaited<ReturnType<typeof readCopy>>) =>
    nodes.find(({ kind }) => kind === "variableSet")?.body["Variables"];
  expect(await downstream.list("/projects")).toHaveLength(1);
  expect(variables(await readCopy())).toMatchObject([
    { Name: "Cloud", Value: { $ref: { key: ["Cloud"], kind: "account" } } },
  ]);
  expect(await plan(folder)).toContain("No changes.");
});

/** As modules were when the values of a name were counted, and a renamed default channel was made beside the other. */
function asBefore(files: ReadonlyMap<string, string>): Map<string, string> {
  const labels = ["plain_key_development", "plain_key_test", "plain_key_1_unscoped"];
  const before = [...files].map(([path, text]): [string, string] => [
    path,
    labels.reduce(
      (written, label, index) =>
        written.replace(`"octopusdeploy_variable" "${label}"`, `"octopusdeploy_variable" "plain_key_${index + 1}"`),
      text.replace(/^(?:moved|removed) \{[^]*/m, ""),
    ),
  ]);
  const channel = `resource "octopusdeploy_channel" "channel_plain_release" {
  project_id = octopusdeploy_project.project_plain.id
  name       = "Release"
  is_default = true
}
`;
  return new Map([...before, ["space_population/before.tf", channel]]);
}

test.skipIf(!hasProvider)("what a module of before made stays where it is, and what people set in it", async () => {
  const { server, upstream, downstream, writeModule, createFolder } = await startTrip(options());
  const project = await getProject(upstream);
  const [made] = await upstream.list(`/projects/${project.Id}/channels`);
  await upstream.put(`/channels/${made?.Id ?? ""}`, { ...made, Name: "Release" });
  const scopes = await Promise.all(["Test", "Development"].map((name) => findEnvironment(upstream, name)));
  await putVariables(upstream, [secret("Key", "u"), ...scopes.map((id) => secret("Key", "s", { Environment: [id] }))]);
  const now = await writeModule({ Key: "u" });
  const folder = await createFolder({ Key: "u" });
  folder.replace(asBefore(now));
  await apply(folder);
  const set = await getVariables(downstream);
  const before = objectsOf(set, "Variables");
  await downstream.put(`/variables/${set.Id}`, {
    ...set,
    Variables: before.map((variable, index) => ({ ...variable, Value: `of the people ${index}` })),
  });
  const values = secretsOf(server, set);

  folder.replace(now);
  await apply(folder);

  expect(before).toHaveLength(3);
  expect(secretsOf(server, await getVariables(downstream))).toEqual(values);
  const copy = await getProject(downstream);
  const channels = await downstream.list(`/projects/${copy.Id}/channels`);
  expect(channels.map(({ Name, IsDefault }) => [Name, IsDefault])).toEqual([
    ["Default", false],
    ["Release", true],
  ]);
  expect(await plan(folder)).toContain("No changes.");
});
