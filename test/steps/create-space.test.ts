import { expect, test } from "vitest";
import { step as lookUpSpace } from "../../steps/look-up-space/step.ts";
import { step } from "../../steps/create-space/step.ts";
import { createApi } from "../api.ts";
import type { OctopusServerOptions } from "../octopus-server/octopus-server.ts";
import { serverLines } from "../server-lines.ts";
import type { StepRecording } from "../step/create-step-context.ts";
import { createStepContext } from "../step/create-step-context.ts";
import { startManagementSpace, startOctopus, type ManagementSpace, type TestServer } from "./managed-tenants.ts";

interface Story {
  management: ManagementSpace;
  instance: TestServer;
  tenantId: string;
}

async function startStory(options: OctopusServerOptions = {}): Promise<Story> {
  const management = await startManagementSpace(options);
  const instance = await startOctopus({ apiKey: "API-EUROPE" });
  const tenantId = await management.addTenant("Europe", {
    "ManagedTenant.Octopus.Url": instance.url,
    "ManagedTenant.Octopus.ApiKey": { HasValue: true, NewValue: instance.apiKey },
    "Billing.Code": "EU-1",
  });
  return { management, instance, tenantId };
}

function prepare({ management, instance, tenantId }: Story, parameters: Record<string, string> = {}): StepRecording {
  return createStepContext({
    step,
    parameters: {
      serverUrl: instance.url,
      apiKey: instance.apiKey,
      spaceName: "Europe",
      managementServerUrl: management.url,
      managementApiKey: management.apiKey,
      managementSpaceId: "Spaces-1",
      tenantId,
      ...parameters,
    },
  });
}

function writesOf({ server }: TestServer): string[] {
  return server.requests.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);
}

async function spacesOf(instance: TestServer): Promise<string[]> {
  return (await createApi(instance, "/api").list("/spaces")).map((space) => String(space["Name"]));
}

test.each(serverLines)(
  "on %s it makes the tenant's space on its instance and records the id, leaving every other value as it was",
  async (version) => {
    const story = await startStory({ version });
    const run = prepare(story);

    await run.run();

    expect(run.outputs).toEqual({ SpaceId: "Spaces-2", Created: "True" });
    expect(await spacesOf(story.instance)).toEqual(["Default", "Europe"]);
    expect(await story.management.readTenant(story.tenantId)).toMatchObject({
      "ManagedTenant.Octopus.SpaceId": "Spaces-2",
      "ManagedTenant.Octopus.Url": story.instance.url,
      "ManagedTenant.Octopus.ApiKey": { HasValue: true },
      "Billing.Code": "EU-1",
    });
    expect(run.log.filter(({ level }) => level === "highlight")).toHaveLength(1);
    const stored = story.management.server.model.collection("tenantvariables").list();
    expect(JSON.stringify(stored)).toContain(story.instance.apiKey);
    expect(
      story.management.server.requests.some(
        ({ method, path }) => method === "PUT" && path.includes("/commonvariables"),
      ),
    ).toBe(version !== "2024.4");
  },
);

test("writes nothing when it runs again", async () => {
  const story = await startStory();
  await prepare(story).run();
  story.management.server.requests.length = 0;
  story.instance.server.requests.length = 0;
  const again = prepare(story);

  await again.run();

  expect([...writesOf(story.management), ...writesOf(story.instance)]).toEqual([]);
  expect(again.outputs).toEqual({ SpaceId: "Spaces-2", Created: "False" });
});

test("keeps a recorded space that was renamed under its new name", async () => {
  const story = await startStory();
  await prepare(story).run();
  const api = createApi(story.instance, "/api");
  await api.put("/spaces/Spaces-2", { ...(await api.get("/spaces/Spaces-2")), Name: "Europa / 🇪🇺" });

  await prepare(story).run();

  expect(await spacesOf(story.instance)).toEqual(["Default", "Europa / 🇪🇺"]);
});

test("only says what it would do when told to plan", async () => {
  const story = await startStory();
  story.management.server.requests.length = 0;
  story.instance.server.requests.length = 0;
  const run = prepare(story, { onlyPlan: "True" });

  await run.run();

  expect([...writesOf(story.management), ...writesOf(story.instance)]).toEqual([]);
  expect(run.outputs["SpaceId"]).toBe("");
  expect(run.log.at(-1)?.message).toBe('Would create the space "Europe".');
});

test("says when told to plan that it would record a space that is there already", async () => {
  const story = await startStory();
  await createApi(story.instance, "/api").post("/spaces", {
    Name: "Europe",
    SpaceManagersTeams: ["teams-administrators"],
  });
  story.management.server.requests.length = 0;
  const run = prepare(story, { onlyPlan: "True", adoptExisting: "True" });

  await run.run();

  expect(writesOf(story.management)).toEqual([]);
  expect(
    run.log.some(({ message }) => message.startsWith("Would record Spaces-2 in ManagedTenant.Octopus.SpaceId")),
  ).toBe(true);
  expect(run.log.at(-1)?.message).toMatch(/^Would bring the space \[Europe\]/);
});

test("refuses a space of that name that nobody recorded, and adopts it when told to", async () => {
  const story = await startStory();
  const api = createApi(story.instance, "/api");
  await api.post("/spaces", { Name: "Europe", SpaceManagersTeams: ["teams-administrators"] });

  await expect(prepare(story).run()).rejects.toThrow(
    /nothing says that it is this tenant's.*Set "Adopt an Existing Space"/,
  );

  await prepare(story, { adoptExisting: "True" }).run();
  expect(await story.management.readTenant(story.tenantId)).toMatchObject({
    "ManagedTenant.Octopus.SpaceId": "Spaces-2",
  });
});

test("refuses a name whose space another tenant has recorded, even when told to adopt", async () => {
  const story = await startStory();
  await prepare(story).run();
  const otherId = await story.management.addTenant("Europe 2", { "ManagedTenant.Octopus.Url": story.instance.url });

  await expect(prepare({ ...story, tenantId: otherId }, { adoptExisting: "True" }).run()).rejects.toThrow(
    /the tenant "Europe" has it recorded as its own/,
  );
});

test("says that a recorded space is gone or hidden, and does not guess", async () => {
  const story = await startStory();
  const tenantId = await story.management.addTenant("Lost", { "ManagedTenant.Octopus.SpaceId": "Spaces-99" });

  await expect(prepare({ ...story, tenantId }).run()).rejects.toThrow(
    /has Spaces-99 recorded, but .* shows no such space to the user .*SpaceView/,
  );
});

test("two overlapping runs for one tenant make one space", async () => {
  const story = await startStory();
  const runs = [prepare(story), prepare(story)];

  await Promise.all(runs.map((run) => run.run()));

  expect(await spacesOf(story.instance)).toEqual(["Default", "Europe"]);
  expect(runs.map((run) => run.outputs["SpaceId"])).toEqual(["Spaces-2", "Spaces-2"]);
});

test("a run that is killed after any of its writes ends the same way when it is run again", async () => {
  for (let kill = 1; kill <= 2; kill += 1) {
    const story = await startStory();
    const target = kill === 1 ? story.instance : story.management;
    target.server.setFaults({ drop: { at: 1, when: "after", counting: "writes", andAllLater: true } });
    await expect(prepare(story).run()).rejects.toThrow(/Failed to create the space "Europe"/);
    target.server.setFaults({});

    await prepare(story).run();

    expect(await spacesOf(story.instance)).toEqual(["Default", "Europe"]);
    expect(await story.management.readTenant(story.tenantId)).toMatchObject({
      "ManagedTenant.Octopus.SpaceId": "Spaces-2",
      "Billing.Code": "EU-1",
    });
  }
});

test("waits until the server has filled the space in", async () => {
  const management = await startManagementSpace();
  const instance = await startOctopus({ apiKey: "API-SLOW", seedDelayMilliseconds: 300 });
  const tenantId = await management.addTenant("Europe", {});

  await prepare({ management, instance, tenantId }).run();

  const api = createApi(instance, "/api/Spaces-2");
  expect(await api.list("/lifecycles")).toHaveLength(1);
});

test("adds managers to the space that is there, and takes none away", async () => {
  const story = await startStory();
  await prepare(story).run();
  const api = createApi(story.instance, "/api");
  const { SpaceManagersTeamMembers: people } = await api.get("/spaces/Spaces-2");
  const run = prepare(story, { managerTeams: "Everyone" });

  await run.run();

  expect(await api.get("/spaces/Spaces-2")).toMatchObject({
    Name: "Europe",
    SpaceManagersTeams: expect.arrayContaining(["teams-everyone"]),
    SpaceManagersTeamMembers: people,
  });
  expect(run.log.at(-1)?.message).toContain("has its managers now");
});

test("names the managers that the instance does not have", async () => {
  const story = await startStory();

  await expect(
    prepare(story, { managerTeams: "teams-administrators\nOps", managerUsers: "lisa" }).run(),
  ).rejects.toThrow(/has no team "Ops", no user "lisa"/);
});

test("says what is wrong with a key that does not work", async () => {
  const story = await startStory();

  await expect(prepare(story, { apiKey: "API-WRONG" }).run()).rejects.toThrow(
    /Failed to create the space "Europe": Octopus at .* does not accept "Octopus API Key" \(.*, 401\): .* Check that key, usually the tenant/,
  );
});

test("Look Up Space gives the id that another step of the same run recorded", async () => {
  const story = await startStory();
  await prepare(story).run();
  const lookUp = createStepContext({
    step: lookUpSpace,
    parameters: {
      serverUrl: story.instance.url,
      apiKey: story.instance.apiKey,
      managementServerUrl: story.management.url,
      managementApiKey: story.management.apiKey,
      managementSpaceId: "Default",
      tenantId: story.tenantId,
    },
  });

  await lookUp.run();

  expect(lookUp.outputs).toEqual({ SpaceId: "Spaces-2", SpaceName: "Europe" });
});

test("Look Up Space says that a placeholder stands there still", async () => {
  const story = await startStory();
  const lookUp = createStepContext({
    step: lookUpSpace,
    parameters: {
      serverUrl: story.instance.url,
      apiKey: story.instance.apiKey,
      managementServerUrl: story.management.url,
      managementApiKey: story.management.apiKey,
      managementSpaceId: "Spaces-1",
      tenantId: story.tenantId,
    },
  });

  await expect(lookUp.run()).rejects.toThrow(
    /The space id is still the placeholder "Unknown"\. Run "__ Create Client Space"/i,
  );
});
