import { writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Client,
  DeploymentRepository,
  EnvironmentRepository,
  LifecycleRepository,
  OverwriteMode,
  PackageRepository,
  ProjectGroupRepository,
  ReleaseRepository,
  ServerTaskWaiter,
  SpaceRepository,
  TagSetRepository,
  TenantRepository,
  checkForCapability,
  userGetCurrent,
} from "@octopusdeploy/api-client";
import { expect, onTestFinished, test } from "vitest";
import { longestWait } from "../../time-limits.ts";
import { fieldsOf } from "../model/fields.ts";
import { createApiStage, scriptAction } from "./api-stage.ts";
import { startLocalOctopus } from "./local-octopus.ts";

async function connect(): Promise<Client> {
  const octopus = await startLocalOctopus();
  return Client.create({
    instanceURL: octopus.url,
    apiKey: octopus.server.apiKey,
    userAgentApp: "local octopus tests",
  });
}

test("Octopus's own client finds the server, its user and its capabilities", async () => {
  const client = await connect();
  expect((await client.getServerInformation()).version).toMatch(/^\d+\.\d+\.\d+$/);
  expect((await userGetCurrent(client)).Username).toBe("admin");
  expect(await checkForCapability(client, "GetAllSpacesRequest", "2022.1.0")).toBeNull();
});

test("Octopus's own client makes, changes and deletes a space", async () => {
  const client = await connect();
  const spaces = new SpaceRepository(client);
  const user = await userGetCurrent(client);
  const made = await spaces.create({
    Name: "Europe",
    IsDefault: false,
    SpaceManagersTeams: [],
    SpaceManagersTeamMembers: [user.Id],
  });
  const stopped = await spaces.modify({ ...made, TaskQueueStopped: true });
  await spaces.del(stopped);
  expect((await spaces.list({ partialName: "Europe" })).TotalResults).toBe(0);
});

test("Octopus's own client fills a space", async () => {
  const client = await connect();
  const environment = await new EnvironmentRepository(client, "Default").create({ Name: "Test" });
  expect(environment.SpaceId).toBe("Spaces-1");
  expect((await new LifecycleRepository(client, "Default").list({ take: 1 })).Items[0]?.Name).toBe("Default Lifecycle");
  expect((await new ProjectGroupRepository(client, "Default").list({ take: 1 })).Items[0]?.Name).toBe(
    "Default Project Group",
  );
  const tagSet = await new TagSetRepository(client, "Default").list({});
  expect(tagSet.Items).toEqual([]);
  const tenants = new TenantRepository(client, "Default");
  const tenant = await tenants.create({ Name: "America", ProjectEnvironments: {}, TenantTags: [] });
  expect((await tenants.getVariables(tenant)).TenantName).toBe("America");
});

test("Octopus's own client pushes a package, and is told when it is there already", async () => {
  const client = await connect();
  const directory = mkdtempSync(join(tmpdir(), "package-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = join(directory, "Web.1.0.0.zip");
  writeFileSync(file, "content");
  const packages = new PackageRepository(client, "Default");
  await packages.push([file]);
  await packages.push([file], OverwriteMode.IgnoreIfExists);
  const list = await packages.list({});
  expect(list.Items.map((item) => item.PackageId)).toEqual(["Web"]);
  const error = await packages.push([file]).then(() => "pushed", String);
  expect(error).not.toBe("pushed");
});

test("Octopus's own client gives up on a slow task, comes back for it, and cancels the next one", async () => {
  const stage = await createApiStage({ worker: true });
  await stage.environment("Test");
  await stage.project("Hello World");
  const go = join(mkdtempSync(join(tmpdir(), "go-")), "go");
  const script = `until [ -e "${go}" ]; do sleep 0.05; done`;
  const slow = scriptAction("Wait");
  await stage.setSteps("/api/Spaces-1/projects/Projects-1/deploymentprocesses", [
    { ...slow, Properties: { ...fieldsOf(slow, "Properties"), "Octopus.Action.Script.ScriptBody": script } },
  ]);
  const client = await Client.create({ instanceURL: stage.url, apiKey: stage.server.apiKey, userAgentApp: "tests" });
  const waiter = new ServerTaskWaiter(client, "Default");
  await new ReleaseRepository(client, "Default").create({ spaceName: "Default", ProjectName: "Hello World" });
  const deploy = async (): Promise<string[]> => {
    const command = { spaceName: "Default", ProjectName: "Hello World", ReleaseVersion: "0.0.1" };
    const deployments = new DeploymentRepository(client, "Default");
    const { DeploymentServerTasks } = await deployments.create({ ...command, EnvironmentNames: ["Test"] });
    return DeploymentServerTasks.map((task) => task.ServerTaskId);
  };

  const ids = await deploy();
  expect(await waiter.waitForServerTasksToComplete(ids, 50, 200)).toEqual([]);
  writeFileSync(go, "");
  expect(await waiter.waitForServerTasksToComplete(ids, 50, longestWait)).toMatchObject([{ State: "Success" }]);

  rmSync(go);
  const next = await deploy();
  await expect(waiter.waitForServerTasksToComplete(next, 50, 200, undefined, true)).rejects.toThrow("were cancelled");
  expect(await waiter.waitForServerTasksToComplete(next, 50, longestWait)).toMatchObject([{ State: "Canceled" }]);
});
