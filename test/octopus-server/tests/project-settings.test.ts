import { expect, test } from "vitest";
import type { Fields } from "../model/fields.ts";
import { createApiStage, packageReference, scriptAction, type ApiStage } from "./api-stage.ts";

const project = "/api/Spaces-1/projects/Projects-1";
const settings = `${project}/deploymentsettings`;

const chosen = {
  VersioningStrategy: { Template: "#{Octopus.Version.LastMajor}.i", DonorPackage: null, DonorPackageStepId: null },
  DefaultGuidedFailureMode: "On",
  ReleaseNotesTemplate: "notes",
  DeploymentChangesTemplate: "changes",
  DefaultToSkipIfAlreadyInstalled: true,
  ForcePackageDownload: true,
};
const connectivity = { SkipMachineBehavior: "SkipUnavailableMachines", TargetRoles: ["web"] };

async function stageWithSettings(): Promise<{ stage: ApiStage; fresh: Fields }> {
  const stage = await createApiStage();
  const fresh = await stage.project("Web");
  const before = await stage.get(settings);
  await stage.put(settings, { ...before, ...chosen, ConnectivityPolicy: connectivity });
  return { stage, fresh };
}

test("a project shows its deployment settings", async () => {
  const { stage } = await stageWithSettings();

  expect(await stage.get(project)).toMatchObject({ ...chosen, ProjectConnectivityPolicy: connectivity });
});

test("a project that was read before its settings changed puts the old ones back", async () => {
  const { stage, fresh } = await stageWithSettings();

  await stage.put(project, { ...fresh, Description: "new" });

  const { ProjectConnectivityPolicy, ...mirrors } = fresh;
  expect(await stage.get(settings)).toMatchObject({
    ...Object.fromEntries(Object.keys(chosen).map((name) => [name, mirrors[name]])),
    ConnectivityPolicy: ProjectConnectivityPolicy,
  });
});

test("a project that leaves its settings out leaves them as they are", async () => {
  const { stage, fresh } = await stageWithSettings();
  const { Name, ProjectGroupId, LifecycleId } = fresh;

  await stage.put(project, { Name, ProjectGroupId, LifecycleId, VersioningStrategy: null });

  expect(await stage.get(settings)).toMatchObject({ ...chosen, ConnectivityPolicy: connectivity });
});

test("a null empties the release notes", async () => {
  const { stage } = await stageWithSettings();

  await stage.put(project, { ...(await stage.get(project)), ReleaseNotesTemplate: null });

  expect(await stage.get(settings)).toMatchObject({ ReleaseNotesTemplate: null, DeploymentChangesTemplate: "changes" });
});

test("settings without a template for release notes have none", async () => {
  const { stage } = await stageWithSettings();
  const { ReleaseNotesTemplate: _, ...rest } = await stage.get(settings);

  await stage.put(settings, rest);

  expect(await stage.get(project)).toMatchObject({ ReleaseNotesTemplate: null, DeploymentChangesTemplate: "changes" });
});

test("a versioning strategy is kept as it is sent, empty fields included", async () => {
  const { stage } = await stageWithSettings();
  await stage.setSteps(`${project}/deploymentprocesses`, [
    scriptAction("Deploy", { Packages: [packageReference("Web")] }),
  ]);
  const strategy = { Template: "", DonorPackage: { DeploymentAction: "Deploy", PackageReference: "" } };

  await stage.put(settings, { ...(await stage.get(settings)), VersioningStrategy: strategy });

  expect(await stage.get(project)).toMatchObject({ VersioningStrategy: strategy });
});
