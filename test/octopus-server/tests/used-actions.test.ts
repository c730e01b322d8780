import { expect, test } from "vitest";
import { fieldsOf, listOf, textOf, type Fields } from "../model/fields.ts";
import type { OctopusServerOptions } from "../octopus-server.ts";
import { createApiStage, packageReference, scriptAction, type ApiStage } from "./api-stage.ts";

const project = "/api/Spaces-1/projects/Projects-1";
const process = `${project}/deploymentprocesses`;
const settings = `${project}/deploymentsettings`;
const reference = { DeploymentAction: "Deploy", PackageReference: "" };

async function stageWithSteps(options: OctopusServerOptions = {}): Promise<ApiStage> {
  const stage = await createApiStage(options);
  await stage.project("Web");
  const packages = { Packages: [packageReference("Web")] };
  await stage.setSteps(process, [scriptAction("Deploy", packages), scriptAction("Tell", packages)]);
  return stage;
}

async function change(stage: ApiStage, path: string, fields: Fields): Promise<Fields> {
  return stage.put(path, { ...(await stage.get(path)), ...fields });
}

async function stepsNow(stage: ApiStage): Promise<Fields[]> {
  return listOf(await stage.get(process), "Steps");
}

async function keepOnly(stage: ApiStage, name: string): Promise<string> {
  const steps = (await stepsNow(stage)).filter((step) => step["Name"] === name);
  return stage.refusal("PUT", process, { ...(await stage.get(process)), Steps: steps });
}

const users = [
  {
    user: "the project versioning strategy",
    use: (stage: ApiStage) => change(stage, settings, { VersioningStrategy: { DonorPackage: reference } }),
    look: async (stage: ApiStage) => fieldsOf(await stage.get(settings), "VersioningStrategy")["DonorPackage"],
  },
  {
    user: "the release creation strategy",
    use: (stage: ApiStage) =>
      change(stage, project, {
        ReleaseCreationStrategy: { ChannelId: "Channels-1", ReleaseCreationPackage: reference },
      }),
    look: async (stage: ApiStage) =>
      fieldsOf(await stage.get(project), "ReleaseCreationStrategy")["ReleaseCreationPackage"],
  },
  {
    user: "a version rule of the channel 'Default'",
    use: (stage: ApiStage) =>
      change(stage, "/api/Spaces-1/channels/Channels-1", {
        Rules: [{ VersionRange: "[1.0,2.0)", ActionPackages: [reference] }],
      }),
    look: async (stage: ApiStage) =>
      listOf(listOf(await stage.get("/api/Spaces-1/channels/Channels-1"), "Rules")[0] ?? {}, "ActionPackages")[0],
  },
];

test.each(users)("a step that is used as part of $user stays", async ({ user, use }) => {
  const stage = await stageWithSteps();
  await use(stage);

  expect(await keepOnly(stage, "Tell")).toBe(`'Deploy' could not be deleted because it is used as part of ${user}.`);
  expect(await stepsNow(stage)).toHaveLength(2);
});

test.each(users)("another step of the same name does not take its place for $user", async ({ use }) => {
  const stage = await stageWithSteps();
  await use(stage);

  const withoutId = (document: Fields): Fields => ({ ...document, Id: "" });
  const steps = (await stepsNow(stage)).map((step) => ({
    ...withoutId(step),
    Actions: listOf(step, "Actions").map(withoutId),
  }));

  const refusal = await stage.refusal("PUT", process, { ...(await stage.get(process)), Steps: steps });
  expect(refusal).toContain("'Deploy' could not be deleted");
});

test.each(users)("$user follows a step to its new name", async ({ use, look }) => {
  const stage = await stageWithSteps();
  await use(stage);
  const [deploy = {}, tell = {}] = await stepsNow(stage);
  const [action = {}] = listOf(deploy, "Actions");

  await change(stage, process, { Steps: [{ ...deploy, Name: "Ship", Actions: [{ ...action, Name: "Ship" }] }, tell] });

  expect(await look(stage)).toMatchObject({ DeploymentAction: "Ship", PackageReference: "" });
});

test("a step goes once nothing uses it any longer", async () => {
  const stage = await stageWithSteps();
  await change(stage, settings, { VersioningStrategy: { DonorPackage: reference } });
  const other = { ...reference, DeploymentAction: "Tell" };

  await change(stage, settings, { VersioningStrategy: { DonorPackage: other } });
  await change(stage, process, { Steps: (await stepsNow(stage)).filter((step) => step["Name"] === "Tell") });

  expect(await stepsNow(stage)).toMatchObject([{ Name: "Tell" }]);
});

test("a runbook's step of the same name is another one", async () => {
  const stage = await stageWithSteps();
  await change(stage, settings, { VersioningStrategy: { DonorPackage: reference } });
  await stage.runbook(await stage.get(project), "Backup");
  const runbook = "/api/Spaces-1/runbookProcesses/RunbookProcess-Runbooks-1";
  await stage.setSteps(runbook, [scriptAction("Deploy")]);

  await stage.setSteps(runbook, []);

  expect(fieldsOf(await stage.get(settings), "VersioningStrategy")).toMatchObject({ DonorPackage: reference });
});

test("neither settings nor project name an action that the process lacks", async () => {
  const stage = await stageWithSteps();
  const nobody = { DeploymentAction: "Nobody", PackageReference: "" };
  const versioning = { VersioningStrategy: { DonorPackage: nobody } };
  const creation = { ReleaseCreationStrategy: { ReleaseCreationPackage: nobody } };

  for (const [path, fields] of [
    [settings, versioning],
    [project, versioning],
    [project, creation],
  ] as const) {
    const refusal = await stage.refusal("PUT", path, { ...(await stage.get(path)), ...fields });
    expect(refusal).toContain("'Nobody'");
  }
  const fresh = { ...(await stage.get(project)), Name: "New", Slug: "", ...versioning };
  expect(await stage.refusal("POST", "/api/Spaces-1/projects", fresh)).toContain("'Nobody'");
});

test("a clone gives its versions by its own step, and makes releases in its own channel", async () => {
  const stage = await stageWithSteps();
  await change(stage, project, {
    VersioningStrategy: { DonorPackage: reference },
    AutoCreateRelease: true,
    ReleaseCreationStrategy: { ChannelId: "Channels-1", ReleaseCreationPackage: reference },
  });

  const clone = await stage.post("/api/Spaces-1/projects?clone=Projects-1", { Name: "Copy" });

  const [channel] = listOf(await stage.get(`/api/Spaces-1/projects/${textOf(clone, "Id")}/channels`), "Items");
  expect(clone).toMatchObject({
    VersioningStrategy: { DonorPackage: reference },
    AutoCreateRelease: true,
    ReleaseCreationStrategy: { ChannelId: channel?.["Id"], ReleaseCreationPackage: reference },
  });
  expect(channel?.["Id"]).not.toBe("Channels-1");
});

test("a server that is told so lets used steps go", async () => {
  const stage = await stageWithSteps({ strictness: { usedActions: false } });
  await change(stage, settings, { VersioningStrategy: { DonorPackage: reference } });

  await stage.setSteps(process, []);

  expect(await stepsNow(stage)).toEqual([]);
});
