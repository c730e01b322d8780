import { expect, test } from "vitest";
import { objectsOf, textOf, type JsonValue } from "../../lib/model/json.ts";
import type { OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { createOctopusClient } from "../../lib/octopus/octopus-client.ts";
import { steps } from "../../steps/index.ts";
import { openModule } from "../lib/terraform/module-of-package.ts";
import { hasProvider } from "../lib/terraform/terraform.ts";
import { comparable } from "../lib/terraform/trip.ts";
import { startGoldenSpaces } from "../steps/golden-space.ts";

/** What a team has: a project that is deployed to its environments by a step of its own making. */
async function fillSpace(space: OctopusSpace): Promise<void> {
  const [testing, production] = await Promise.all(
    ["Test", "Production"].map((Name, SortOrder) => space.post("/environments", { Name, SortOrder })),
  );
  await space.post("/tagsets", {
    Name: "Region",
    Scopes: ["Tenant"],
    Tags: [
      { Name: "Europe", Color: "#333333" },
      { Name: "Asia", Color: "#666666" },
    ],
  });
  const lifecycle = await space.post("/lifecycles", {
    Name: "Two stages",
    Phases: [testing, production].map((environment) => ({
      Name: textOf(environment ?? {}, "Name"),
      OptionalDeploymentTargets: [environment?.Id ?? ""],
    })),
  });
  const group = await space.post("/projectgroups", { Name: "Shops" });
  await space.post("/accounts", {
    Name: "Registry",
    AccountType: "UsernamePassword",
    Username: "bot",
    Password: { HasValue: true, NewValue: "x" },
  });
  const set = await space.post("/libraryvariablesets", { Name: "Common" });
  const template = await space.post("/actiontemplates", {
    Name: "Say",
    ActionType: "Octopus.Script",
    Properties: say("echo #{Say.What}"),
    Parameters: [
      { Name: "Say.What", DefaultValue: "Hello", DisplaySettings: { "Octopus.ControlType": "SingleLineText" } },
    ],
    Packages: [],
  });
  const project = await space.post("/projects", {
    Name: "Web",
    LifecycleId: lifecycle.Id,
    ProjectGroupId: group.Id,
    IncludedLibraryVariableSetIds: [set.Id],
    TenantedDeploymentMode: "TenantedOrUntenanted",
  });
  await space.post("/tenants", {
    Name: "Acme",
    TenantTags: ["Region/Europe"],
    ProjectEnvironments: { [project.Id]: [testing?.Id ?? ""] },
  });
  const path = `/projects/${project.Id}/deploymentprocesses`;
  const use = {
    "Octopus.Action.Template.Id": template.Id,
    "Octopus.Action.Template.Version": String(template["Version"]),
  };
  const action = {
    Name: "Greet",
    ActionType: "Octopus.Script",
    Properties: { ...say("echo #{Say.What}"), ...use, "Say.What": "Hi" },
  };
  await space.put(path, { ...(await space.get(path)), Steps: [{ Name: "Greet", Actions: [action] }] });
}

/** A server numbers tag sets anew when their tags change. */
function withoutPlaces(graph: JsonValue): JsonValue {
  return JSON.parse(JSON.stringify(graph), (field, value) => (field === "SortOrder" ? undefined : value));
}

function say(body: string): Record<string, string> {
  return {
    "Octopus.Action.Script.ScriptSource": "Inline",
    "Octopus.Action.Script.Syntax": "Bash",
    "Octopus.Action.Script.ScriptBody": body,
  };
}

test.skipIf(!hasProvider)(
  "Terraform makes a space, fills it with what the golden one has, and a second plan of both has nothing to do",
  async () => {
    const stage = await startGoldenSpaces();
    const { golden, serialize, read, url, apiKey } = stage;
    const octopus = createOctopusClient({ url, apiKey });
    await octopus.put(`/spaces/${golden.id}`, {
      ...(await octopus.get(`/spaces/${golden.id}`)),
      SpaceManagersTeams: ["teams-administrators"],
    });
    await fillSpace(golden);
    await serialize({ packageId: "golden", terraformBackend: "local" });

    const creation = await openModule(stage, "golden", { module: "space_creation" });
    await creation.apply("-var=octopus_space_name=Made by Terraform");
    const spaceId = await creation.run("output", "-raw", "octopus_space_id");
    const population = await openModule(stage, "golden", { spaceId });
    await population.apply();

    const readContents = async (space: OctopusSpace) => withoutPlaces(comparable(await read(space)));
    const made = octopus.inSpace({ Id: spaceId, Name: "Made by Terraform" });
    expect(await octopus.get(`/spaces/${spaceId}`)).toMatchObject({ Name: "Made by Terraform" });
    expect(await readContents(made)).toEqual(await readContents(golden));
    expect(await population.planAgain()).toContain("No changes.");
    await octopus.put(`/spaces/${spaceId}`, {
      ...(await octopus.get(`/spaces/${spaceId}`)),
      Description: "What people say of it.",
    });
    expect(await creation.planAgain("-var=octopus_space_name=Made by Terraform")).toContain("No changes.");
  },
);

test.skipIf(!hasProvider)(
  "a module that imports adopts what the space has: by their names, and a step by the id that is given",
  async () => {
    const stage = await startGoldenSpaces();
    const { golden, managed, serialize, deploy, read } = stage;
    await fillSpace(golden);
    await serialize({ packageId: "golden", terraformImports: "True" });
    const known = { "Account[Registry].Password": "the secret of the account" };
    await deploy("golden", {}, { variables: known });
    await managed.post("/environments", { Name: "Of the people" });
    const before = comparable(await read(managed));
    const ids = await listIds(managed);
    const step = `-var=existing_process_templated_step_process_step_web_greet=${await findStep(managed)}`;
    const population = await openModule(stage, "golden", { spaceId: managed.id });

    const said = await population.apply(step);

    expect(said).toMatch(/Apply complete! Resources: 13 imported/);
    expect(comparable(await read(managed))).toEqual(before);
    expect(await listIds(managed)).toEqual(ids);
    expect(await population.planAgain(step)).toContain("No changes.");
  },
);

/** What is the same before and after, as only something that was adopted is. */
async function listIds(space: OctopusSpace): Promise<string[]> {
  const paths = [
    "environments",
    "tagsets",
    "lifecycles",
    "projectgroups",
    "accounts",
    "actiontemplates",
    "projects",
    "tenants",
  ];
  const lists = await Promise.all(paths.map((path) => space.list(`/${path}`)));
  return lists.flat().map(({ Id }) => Id);
}

/** As the provider wants it: the process and the step. */
async function findStep(space: OctopusSpace): Promise<string> {
  const [project] = await space.list("/projects", { name: "Web" });
  const process = await space.get(`/projects/${project?.Id ?? ""}/deploymentprocesses`);
  const [step] = objectsOf(process, "Steps");
  return `${process.Id}:${textOf(step ?? {}, "Id")}`;
}

test.skipIf(!hasProvider)(
  "a module that looks all dependencies up makes projects alone, and has nothing to do the second time",
  async () => {
    const stage = await startGoldenSpaces();
    const { golden, managed, serialize, deploy, read } = stage;
    await fillSpace(golden);
    await serialize({ packageId: "base", leftOut: "project\ntenant" });
    await deploy("base", {}, { variables: { "Account[Registry].Password": "the secret of the account" } });
    await managed.post("/tenants", { Name: "Acme" });
    await serialize({ packageId: "golden", terraformLookUps: "dependencies" });
    const population = await openModule(stage, "golden", { spaceId: managed.id });

    await population.apply();

    const made = await population.run("state", "list");
    expect(made.split("\n").filter((address) => address.startsWith("octopusdeploy_"))).toEqual([
      "octopusdeploy_process.process_web",
      "octopusdeploy_process_steps_order.process_step_order_web",
      "octopusdeploy_process_templated_step.process_step_web_greet",
      "octopusdeploy_project.project_web",
      "octopusdeploy_project_versioning_strategy.project_web",
    ]);
    const projects = { resources: ["project"], needs: "lookUp" } as const;
    expect(comparable(await read(managed, projects))).toEqual(comparable(await read(golden, projects)));
    expect(await population.planAgain()).toContain("No changes.");
  },
);

test("every step that makes a package asks the same about the module", () => {
  const makers = Object.entries(steps).filter(([slug]) => slug.startsWith("serialize-"));
  const asked = makers.map(([, { parameters }]) =>
    Object.keys(parameters).filter((key) => key.startsWith("terraform")),
  );
  expect(asked.length).toBeGreaterThan(0);
  const all = ["terraformBackend", "terraformLookUps", "terraformImports", "terraformPollingMachines"];
  for (const keys of asked) expect(keys).toEqual(all);
});

test("a kind to look up that there is not is told before anything of the space is read", async () => {
  const { golden, serialize, server } = await startGoldenSpaces();

  await expect(serialize({ space: golden.id, terraformLookUps: "environmnt" })).rejects.toThrow(
    'failed to read "environmnt" as a kind of resource: a space has no such kind. Did you mean "environment"?',
  );
  expect(server.requests.filter(({ path }) => path.startsWith(`/api/${golden.id}/`))).toEqual([]);
});

test("what is to be looked up by a name that nothing in the package has is told, since it is made then", async () => {
  const { golden, serialize } = await startGoldenSpaces();
  await golden.post("/environments", { Name: "Production" });

  const { log } = await serialize({ terraformLookUps: "dependencies\nenvironment: Prodction\naccount\nfeed: Built.*" });

  const warnings = log.filter(({ level }) => level === "warning").map(({ message }) => message);
  expect(warnings).toEqual([
    'Nothing in the package is "environment: Prodction", which is to be looked up. Did you mean "Production"?',
  ]);
});
