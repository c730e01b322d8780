import { expect, test } from "vitest";
import { textOf, type Fields } from "../model/fields.ts";
import { createApiStage, packageReference, scriptAction, type ApiStage } from "./api-stage.ts";

const space = "/api/Spaces-1";
const process = `${space}/projects/Projects-1/deploymentprocesses`;

/** A project whose lifecycle takes releases to Development and, once that is done, to Test by itself. */
async function createPipeline(worker: boolean, more: Fields = {}): Promise<ApiStage> {
  const stage = await createApiStage({ worker });
  for (const name of ["Development", "Test", "Production"]) await stage.environment(name);
  const lifecycle = await stage.post(`${space}/lifecycles`, {
    Name: "Pipeline",
    Phases: [
      { Name: "One", AutomaticDeploymentTargets: ["Environments-1"] },
      { Name: "Two", AutomaticDeploymentTargets: ["Environments-2"] },
      { Name: "Three", OptionalDeploymentTargets: ["Environments-3"] },
    ],
  });
  await stage.project("Web", { LifecycleId: lifecycle["Id"], ...more });
  await stage.setSteps(process, [scriptAction("Say")]);
  return stage;
}

async function deployments(stage: ApiStage): Promise<string[]> {
  const { list } = { list: stage.server.model.collection("deployments").list() };
  return list.map((one) => [textOf(one, "EnvironmentId"), textOf(one, "TenantId")].filter((id) => id !== "").join(" "));
}

test("a release goes along its lifecycle by itself as far as the phases say", async () => {
  const stage = await createPipeline(true);
  const created = await stage.post(`${space}/releases/create/v1`, { ProjectName: "Web", ReleaseVersion: "1.0.0" });
  expect(created["AutomaticallyDeployedEnvironments"]).toBe("Development");
  await stage.server.worker?.idle();
  expect(await deployments(stage)).toEqual(["Environments-1", "Environments-2"]);
});

test("a deployment that fails takes its release no further", async () => {
  const stage = await createPipeline(true);
  const action = scriptAction("Fail");
  const properties = { ...Object(action["Properties"]), "Octopus.Action.Script.ScriptBody": "exit 1" };
  await stage.setSteps(process, [{ ...action, Properties: properties }]);
  await stage.post(`${space}/releases`, { ProjectId: "Projects-1", Version: "1.0.0" });
  await stage.server.worker?.idle();
  expect(await deployments(stage)).toEqual(["Environments-1"]);
});

test("a tenanted project goes to each connected tenant by itself", async () => {
  const stage = await createPipeline(false, { TenantedDeploymentMode: "Tenanted" });
  await stage.post(`${space}/tenants`, { Name: "A", ProjectEnvironments: { "Projects-1": ["Environments-1"] } });
  await stage.post(`${space}/tenants`, { Name: "B", ProjectEnvironments: { "Projects-1": ["Environments-3"] } });
  await stage.post(`${space}/releases`, { ProjectId: "Projects-1", Version: "1.0.0" });
  expect(await deployments(stage)).toEqual(["Environments-1 Tenants-1"]);
});

test("a package in the built-in feed makes a release of the project that waits for it", async () => {
  const stage = await createApiStage();
  await stage.pushPackage("Web", "1.0.0");
  const project = await stage.project("Web");
  await stage.setSteps(process, [scriptAction("Deploy", { Packages: [packageReference("Web")] })]);
  await stage.put(`${space}/projects/Projects-1`, {
    ...project,
    AutoCreateRelease: true,
    ReleaseCreationStrategy: { ReleaseCreationPackage: { DeploymentAction: "Deploy", PackageReference: "" } },
  });
  await stage.pushPackage("Other", "2.0.0");
  await stage.pushPackage("Web", "2.0.0");
  await expect
    .poll(() => stage.server.model.collection("releases").list())
    .toMatchObject([{ ProjectId: "Projects-1", SelectedPackages: [{ ActionName: "Deploy", Version: "2.0.0" }] }]);
});

test("a feed trigger makes a release, unless it is disabled", async () => {
  const stage = await createApiStage();
  await stage.project("Web");
  await stage.setSteps(process, [scriptAction("Deploy", { Packages: [packageReference("Web")] })]);
  const trigger = await stage.post(`${space}/projecttriggers`, {
    Name: "New package",
    ProjectId: "Projects-1",
    Filter: { FilterType: "FeedFilter", Packages: [{ DeploymentActionSlug: "deploy", PackageReference: "" }] },
    Action: { ActionType: "CreateRelease", ChannelId: "Channels-1" },
  });
  const versions = (): unknown[] =>
    stage.server.model
      .collection("releases")
      .list()
      .map((release) => release["Version"]);
  await stage.pushPackage("Web", "1.0.0");
  await expect.poll(versions).toEqual(["0.0.1"]);
  await stage.put(`${space}/projecttriggers/${String(trigger["Id"])}`, { ...trigger, IsDisabled: true });
  await stage.pushPackage("Web", "1.1.0");
  await stage.get(`${space}/releases`);
  expect(versions()).toEqual(["0.0.1"]);
});

test("what the server does by itself and is refused is in the audit trail", async () => {
  const stage = await createPipeline(false);
  await stage.put(`${space}/variables/variableset-Projects-1`, {
    Version: 0,
    Variables: [{ Name: "Asked", Type: "String", Prompt: { Label: "Asked", Required: true } }],
  });
  await stage.post(`${space}/releases`, { ProjectId: "Projects-1", Version: "1.0.0" });
  expect(await deployments(stage)).toEqual([]);
  await expect
    .poll(() =>
      stage.server.model
        .collection("events")
        .list()
        .map((event) => event["Message"]),
    )
    .toContainEqual(expect.stringContaining("The variable 'Asked' is required."));
});
