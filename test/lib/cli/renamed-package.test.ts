import { copyFileSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Rehearsal } from "../../../lib/fleet/rehearsal.ts";
import { createOctopusClient } from "../../../lib/octopus/octopus-client.ts";
import { step as deployProject } from "../../../steps/deploy-project/step.ts";
import { step as findUpdates } from "../../../steps/find-updates/step.ts";
import { step as serializeProject } from "../../../steps/serialize-project/step.ts";
import { runCommand, type Outcome } from "../../run-command.ts";
import { createStepContext, type StepRecording } from "../../step/create-step-context.ts";
import { secrets } from "../../steps/deployment-stage.ts";
import { bringNewest } from "../../steps/golden-space.ts";
import { startRehearsals, type RehearsalStage } from "../../steps/rehearsal-stage.ts";

const steps = {
  "deploy-project": () => Promise.resolve(deployProject),
  "find-updates": () => Promise.resolve(findUpdates),
};

test.each(["x.zip", "Hello.World (1).zip", "hello_world.9.9.9.zip"])(
  'a package that people called "%s" is deployed, rehearsed and adopted as the version that it is',
  async (name) => {
    const stage = await startRehearsals();
    const { version } = (await serialize(stage)).package;
    const renamed = await rename(stage, name);
    const africa = await stage.addSpace("Africa");
    const asia = await stage.addSpace("Asia");
    const run = (...argv: string[]): Promise<Outcome> => runHere(stage, argv);

    const rehearsed = await run("rehearse", "--package", renamed, "--tenants", "Africa", "--json");
    const deployed = await run("run", "deploy-project", "--package", renamed, "--managed-space", africa.id);
    const found = await findCopies(stage, africa.id);
    await run("run", "deploy-project", "--package", renamed, "--managed-space", asia.id);
    const [project] = await asia.api.list("/projects");
    for (const { Id, ContentType } of await asia.api.list("/libraryvariablesets"))
      if (ContentType === "ScriptModule") await asia.api.remove(`/libraryvariablesets/${Id}`);
    const adopted = await run(
      "adopt",
      "--tenant",
      "Asia",
      "--package",
      renamed,
      "--state",
      writeState(String(project?.Id), asia.id),
    );

    expect(Rehearsal.parse(JSON.parse(rehearsed.stdout)).package).toMatchObject({ id: "hello_world", version });
    expect(deployed.stderr).toBe("");
    expect(deployed.stdout).toContain(`Deployed hello_world ${version} as `);
    expect(found).toMatchObject([{ deployed: version, newest: version, status: "Up to date" }]);
    expect(adopted.stdout).toContain(`is noted as a copy of hello_world.${version} in the receipt`);
    expect(adopted.code).toBe(0);
  },
);

test("that a package tells its version makes no other package of it: serialized again nothing is pushed", async () => {
  const stage = await startRehearsals();

  const first = await serialize(stage);
  const second = await serialize(stage);
  await stage.upstream.put(`/projects/${stage.project.Id}`, {
    ...(await stage.upstream.get(`/projects/${stage.project.Id}`)),
    Description: "Ours.",
  });
  const third = await serialize(stage);

  expect([first, second, third].map(({ outputs }) => outputs["Changed"])).toEqual(["True", "False", "True"]);
  expect(second.package.version).toBe(first.package.version);
  expect(third.package.version).not.toBe(first.package.version);
});

async function serialize(stage: RehearsalStage): Promise<StepRecording & { package: { version: string } }> {
  const recording = createStepContext({
    step: serializeProject,
    parameters: {
      serverUrl: stage.url,
      apiKey: stage.apiKey,
      space: "Default",
      project: "Hello World",
      excludedEnvironments: "Sync",
      excludedLibraryVariableSets: "Octopus Server",
    },
  });
  await recording.run();
  return { ...recording, package: { version: recording.outputs["PackageVersion"] ?? "" } };
}

async function rename({ url, apiKey }: RehearsalStage, name: string): Promise<string> {
  const management = createOctopusClient({ url, apiKey }).inSpace({ Id: "Spaces-1", Name: "Default" });
  const { path } = await bringNewest(management, "hello_world");
  const renamed = join(mkdtempSync(join(tmpdir(), "renamed-")), name);
  copyFileSync(path, renamed);
  return renamed;
}

function runHere({ url, apiKey }: RehearsalStage, argv: readonly string[]): Promise<Outcome> {
  const variables = join(mkdtempSync(join(tmpdir(), "variables-")), "variables.json");
  writeFileSync(variables, JSON.stringify(secrets));
  const more = argv[0] === "run" ? ["--variables", variables] : [];
  return runCommand(
    [...argv, ...more],
    { OCTOPUS_URL: url, OCTOPUS_API_KEY: apiKey, OCTOPUS_SPACE: "Default" },
    { steps, workingDirectory: mkdtempSync(join(tmpdir(), "here-")) },
  );
}

async function findCopies(stage: RehearsalStage, space: string): Promise<unknown> {
  const argv = ["run", "find-updates", "--json", "--project", "Hello World", "--managed-space", space];
  const { stdout } = await runHere(stage, argv);
  const { outputs } = JSON.parse(stdout);
  return JSON.parse(outputs.Copies);
}

function writeState(id: string, spaceId: string): string {
  const attributes = { id, name: "Hello World", space_id: spaceId };
  const project = { mode: "managed", type: "octopusdeploy_project", name: "project_hello_world" };
  const resources = [{ ...project, instances: [{ schema_version: 0, attributes }] }];
  const file = join(mkdtempSync(join(tmpdir(), "state-")), "terraform.tfstate");
  writeFileSync(file, JSON.stringify({ version: 4, serial: 7, outputs: {}, resources }));
  return file;
}
