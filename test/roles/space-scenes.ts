import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import type { StepDefinition } from "../../lib/step/define-step.ts";
import { step as deployRunbook } from "../../steps/deploy-runbook/step.ts";
import { step as moveCopiesToGit } from "../../steps/move-copies-to-git/step.ts";
import { step as prepareTerraformState } from "../../steps/prepare-terraform-state/step.ts";
import { step as recordTerraformCopy } from "../../steps/record-terraform-copy/step.ts";
import { step as serializeRunbook } from "../../steps/serialize-runbook/step.ts";
import { createFixtureProject, createSurroundings } from "../lib/graph/create-fixture-project.ts";
import { bringNewest, secretValuesOf, startGoldenSpaces, type GoldenSpaces } from "../steps/golden-space.ts";
import { letManagersApprove } from "./let-managers-approve.ts";
import { startDeployments } from "../steps/deployment-stage.ts";
import { deploy, fork, serialize, toGitParameters } from "../steps/git-copies.ts";
import { startGitTemplate } from "../steps/git-template.ts";
import { createEmptyTerraform, serializeForTerraform } from "../steps/terraform-package.ts";
import { runStep } from "./run-scene.ts";
import type { RoleServer, Scene } from "./scenario.ts";

/** With something of every kind that a golden space usually has. */
async function startGolden(): Promise<GoldenSpaces> {
  const stage = await startGoldenSpaces();
  const { golden } = stage;
  const around = await createSurroundings(golden);
  await createFixtureProject(golden, around);
  await golden.post("/tenants", { Name: "America", TenantTags: ["Ring/Late"] });
  await golden.post("/teams", { Name: "Release Managers", MemberUserIds: [], ExternalSecurityGroups: [] });
  await golden.post("/workers", {
    Name: "Builder",
    IsDisabled: false,
    WorkerPoolIds: [around.pool.Id],
    Endpoint: { CommunicationStyle: "TentaclePassive", Uri: "https://10.0.0.9:10933/", Thumbprint: "A1B2C3" },
  });
  return stage;
}

function toServer({ server, url, apiKey }: GoldenSpaces, spaceId: string): RoleServer {
  return { model: server.model, url, apiKey, spaceId };
}

/** A step that makes a package of what the golden space has. */
export async function serializeGolden(
  step: StepDefinition,
  parameters: Readonly<Record<string, string>> = {},
): Promise<Scene> {
  const stage = await startGolden();
  const { golden, url } = stage;
  return {
    servers: { management: toServer(stage, golden.id) },
    run: ({ management: apiKey }) =>
      runStep(step, { parameters: { serverUrl: url, apiKey, space: golden.id, ...parameters } }),
  };
}

/** Fills a space, and brings it a change. */
export async function deployGolden(step: StepDefinition): Promise<Scene> {
  const stage = await startGolden();
  const { golden, managed, url } = stage;
  await stage.serialize();
  const first = await bringNewest(golden, "golden");
  await describe(golden, "/environments", "Production");
  await describe(golden, "/accounts", "Deployer");
  await stage.serialize();
  const second = await bringNewest(golden, "golden");
  const variables = secretValuesOf(await stage.read(golden));
  return {
    servers: { managed: toServer(stage, managed.id) },
    run({ managed: apiKey }) {
      const parameters = { serverUrl: url, apiKey, spaceId: managed.id, receiptKey: "a key" };
      return runStep(
        step,
        { parameters, packages: { package: first }, variables },
        { parameters, packages: { package: second }, variables },
      );
    },
  };
}

async function describe(space: OctopusSpace, collection: string, name: string): Promise<void> {
  const document = (await space.list(collection)).find((one) => one["Name"] === name);
  await space.put(`${collection}/${document?.Id ?? ""}`, { ...document, Description: "Changed." });
}

/** Brings a runbook into a project, and then a change of it. */
export async function deployOneRunbook(): Promise<Scene> {
  const stage = await startGolden();
  const { golden, managed, url } = stage;
  const around = await createSurroundings(managed);
  await managed.post("/projects", { Name: "Shop", LifecycleId: around.lifecycle.Id, ProjectGroupId: around.group.Id });
  const packed = { project: "Hello World", runbook: "Restart" };
  await stage.serialize(packed, serializeRunbook);
  const first = await bringNewest(golden, "hello_world_restart");
  await describe(golden, "/runbooks", "Restart");
  await stage.serialize(packed, serializeRunbook);
  const second = await bringNewest(golden, "hello_world_restart");
  return {
    servers: { managed: toServer(stage, managed.id) },
    run({ managed: apiKey }) {
      const parameters = { serverUrl: url, apiKey, spaceId: managed.id, project: "Shop" };
      return runStep(
        deployRunbook,
        { parameters, packages: { package: first } },
        { parameters, packages: { package: second } },
      );
    },
  };
}

/** Notes a copy that is there and of which no receipt tells. */
export async function recordCopy(): Promise<Scene> {
  const stage = await startDeployments();
  await letManagersApprove(stage, stage.downstream);
  const brought = await stage.serialize("1.0.0");
  await stage.deploy(brought);
  for (const set of await stage.downstream.list("/libraryvariablesets"))
    if (String(set["Name"]).startsWith("Managed Spaces "))
      await stage.downstream.remove(`/libraryvariablesets/${set.Id}`);
  const { server, url, apiKey: admin, downstreamId } = stage;
  return {
    servers: { managed: { model: server.model, url, apiKey: admin, spaceId: downstreamId } },
    run: ({ managed: apiKey }) =>
      runStep(recordTerraformCopy, {
        parameters: { serverUrl: url, apiKey, spaceId: downstreamId },
        packages: { package: brought },
      }),
  };
}

/** The same of a project in Git: the space says which credential it uses. */
export async function recordGitCopy(): Promise<Scene> {
  const template = await startGitTemplate();
  const brought = await serialize(template);
  await deploy(template, brought, { gitUrl: await fork(template) });
  const { server, url, apiKey: admin, downstream, downstreamId } = template;
  for (const set of await downstream.list("/libraryvariablesets"))
    await downstream.remove(`/libraryvariablesets/${set.Id}`);
  return {
    servers: { managed: { model: server.model, url, apiKey: admin, spaceId: downstreamId } },
    run: ({ managed: apiKey }) =>
      runStep(recordTerraformCopy, {
        parameters: { serverUrl: url, apiKey, spaceId: downstreamId, ...toGitParameters(template) },
        packages: { package: brought },
      }),
  };
}

/** A copy in the database of a template that is in Git by now. */
export async function moveToGit(): Promise<Scene> {
  const template = await startGitTemplate({ isInDatabase: true });
  await deploy(template, await serialize(template));
  await template.convert();
  const { server, url, apiKey: admin, downstreamId } = template;
  return {
    servers: {
      management: { model: server.model, url, apiKey: admin, spaceId: "Spaces-1" },
      managed: { model: server.model, url, apiKey: admin, spaceId: downstreamId },
    },
    run: ({ management: managementApiKey, managed: apiKey }) =>
      runStep(moveCopiesToGit, {
        parameters: {
          managementServerUrl: url,
          managementApiKey,
          managementSpaceId: "Spaces-1",
          project: "Hello World CaC",
          serverUrl: url,
          apiKey,
          spaceId: downstreamId,
          ...toGitParameters(template),
          owner: "contoso",
          tenant: "America",
        },
      }),
  };
}

/** Tells what a state would get that lost a copy. */
export async function prepareState(): Promise<Scene> {
  const stage = await startDeployments();
  await letManagersApprove(stage, stage.downstream);
  const brought = await serializeForTerraform(stage, { backend: "consul" });
  await stage.deploy(brought);
  const { server, url, apiKey: admin, downstreamId } = stage;
  const environment = JSON.stringify({ PATH: createEmptyTerraform() });
  const chosen = {
    terraformBackend: "consul",
    environment,
    workspace: "america",
    importLost: "True",
    onlyPlan: "True",
  };
  return {
    servers: { managed: { model: server.model, url, apiKey: admin, spaceId: downstreamId } },
    run: ({ managed: apiKey }) =>
      runStep(prepareTerraformState, {
        parameters: { serverUrl: url, apiKey, spaceId: downstreamId, projectName: "Hello World", ...chosen },
        packages: { package: brought },
        workingDirectory: mkdtempSync(join(tmpdir(), "state-")),
      }),
  };
}
