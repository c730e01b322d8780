import { expect, test } from "vitest";
import { fieldsOf, listOf, textOf, type Fields } from "../model/fields.ts";
import { cronProblem, isScheduleTime, isTimeZone } from "../model/schedules.ts";
import { compareVersions, isInRange } from "../model/versions.ts";
import { createApiStage, scriptAction, type ApiStage } from "./api-stage.ts";

async function triggerStage(): Promise<ApiStage> {
  const stage = await createApiStage();
  await stage.environment("Development");
  const project = await stage.project("Hello World");
  await stage.runbook(project, "Backup");
  return stage;
}

function nightly(filter: Fields = {}): Fields {
  return {
    Name: "Nightly",
    ProjectId: "Projects-1",
    SpaceId: "Spaces-1",
    Filter: { FilterType: "CronExpressionSchedule", CronExpression: "0 0 6 * * Mon-Fri", Timezone: "UTC", ...filter },
    Action: { ActionType: "RunRunbook", RunbookId: "Runbooks-1", EnvironmentIds: ["Environments-1"] },
  };
}

test("a trigger is one thing at two addresses", async () => {
  const stage = await triggerStage();

  const created = await stage.post("/api/Spaces-1/projecttriggers", nightly());
  const changed = await stage.put("/api/Spaces-1/projects/Projects-1/triggers/ProjectTriggers-1", {
    ...created,
    IsDisabled: true,
  });

  expect(created).toMatchObject({ Id: "ProjectTriggers-1", Action: { TenantIds: [], TenantTags: [] } });
  expect(changed["IsDisabled"]).toBe(true);
  expect(await stage.get("/api/Spaces-1/projecttriggers/ProjectTriggers-1")).toMatchObject({ IsDisabled: true });
  expect(
    listOf(await stage.get("/api/Spaces-1/projects/Projects-1/triggers?triggerActionCategory=Runbook"), "Items"),
  ).toHaveLength(1);
  expect(
    listOf(await stage.get("/api/Spaces-1/projects/Projects-1/triggers?triggerActionCategory=Deployment"), "Items"),
  ).toEqual([]);
  expect((await stage.call("DELETE", "/api/Spaces-1/projects/Projects-1/triggers/ProjectTriggers-1")).status).toBe(200);
});

test("a trigger refuses what cannot be scheduled and what the space does not have", async () => {
  const stage = await triggerStage();
  const refuse = (body: Fields): Promise<string> => stage.refusal("POST", "/api/Spaces-1/projecttriggers", body);

  expect(await refuse(nightly({ CronExpression: "0 0 25 * * ?" }))).toContain("hours");
  expect(await refuse(nightly({ CronExpression: "every day" }))).toContain("fields");
  expect(await refuse(nightly({ Timezone: "Nowhere/Land" }))).toContain("Nowhere/Land");
  expect(await refuse(nightly({ FilterType: "OnceDailySchedule", StartTime: "25:00" }))).toContain("StartTime");
  expect(await refuse({ ...nightly(), Filter: { FilterType: "Sometimes" } })).toContain("'Sometimes'");
  expect(
    await refuse({ ...nightly(), Action: { ActionType: "RunRunbook", RunbookId: "Runbooks-9", EnvironmentIds: [] } }),
  ).toContain("Runbooks-9");
  expect(
    await refuse({
      ...nightly(),
      Action: { ActionType: "RunRunbook", RunbookId: "Runbooks-1", EnvironmentIds: ["Environments-9"] },
    }),
  ).toContain("Environments-9");
});

test("the latest release goes to an environment, or the trigger is refused", async () => {
  const stage = await triggerStage();
  const trigger = (action: Fields): Fields => ({
    ...nightly(),
    Action: { ActionType: "DeployLatestReleaseToEnvironment", ...action },
  });

  expect(await stage.refusal("POST", "/api/Spaces-1/projecttriggers", trigger({}))).toContain("EnvironmentId");
  const made = await stage.post("/api/Spaces-1/projecttriggers", trigger({ EnvironmentId: "Environments-1" }));
  expect(made).toMatchObject({ Action: { EnvironmentId: "Environments-1" } });
});

test("cron expressions have six fields, seconds first", () => {
  const good = [
    "0 0 6 * * Mon-Fri",
    "0 0/30 8-18 ? * MON,WED",
    "0 15 10 L * ?",
    "0 0 12 ? * 6#3",
    "0 0 0 1W JAN ? 2030",
    "*/5 * * * * *",
  ];
  const bad = [
    "0 6 * * *",
    "60 0 6 * * *",
    "0 0 6 32 * *",
    "0 0 6 * 13 *",
    "0 0 6 * * Funday",
    "0 0 6-2-1 * * *",
    "0 0/0 6 * * *",
  ];

  expect(good.filter((text) => cronProblem(text) !== undefined)).toEqual([]);
  expect(bad.filter((text) => cronProblem(text) === undefined)).toEqual([]);
});

test("times and time zones are read as clients write them", () => {
  const times = ["09:00", "2006-01-02T15:04:05.999", "2024-01-01T09:00:00.000Z"];
  const noTimes = ["", "9am", "24:00", "2024-13-01T09:00:00Z"];
  const zones = ["UTC", "Europe/London", "AUS Eastern Standard Time"];

  expect([...times, ...noTimes].filter(isScheduleTime)).toEqual(times);
  expect([...zones, "Mars/Olympus"].filter(isTimeZone)).toEqual(zones);
});

test("versions sort as semantic versions, with four numbers and tags", () => {
  const sorted = [
    "1.0.0-alpha",
    "1.0.0-alpha.2",
    "1.0.0-alpha.10",
    "1.0.0-beta",
    "1.0.0",
    "1.0.0.1",
    "1.9.0",
    "1.10.0",
    "2.0",
  ];

  expect(sorted.toReversed().toSorted(compareVersions)).toEqual(sorted);
  expect(isInRange("1.5", "[1.0,2.0)")).toBe(true);
  expect(isInRange("2.0", "[1.0,2.0)")).toBe(false);
  expect(isInRange("1.0", "(1.0,)")).toBe(false);
  expect(isInRange("1.0", "[1.0]")).toBe(true);
  expect(isInRange("3.0", "1.0")).toBe(true);
  expect(isInRange("1.0", "what")).toBeUndefined();
});

const template: Fields = {
  Name: "Say Something",
  ActionType: "Octopus.Script",
  Properties: { "Octopus.Action.Script.Syntax": "Bash" },
  Parameters: [
    {
      Id: "keep-me",
      Name: "Say.What",
      Label: "What",
      DefaultValue: "hello",
      DisplaySettings: { "Octopus.ControlType": "SingleLineText" },
    },
  ],
};

test("each version of a step template stays readable", async () => {
  const stage = await createApiStage();

  const created = await stage.post("/api/Spaces-1/actiontemplates", template);
  const changed = await stage.put("/api/Spaces-1/actiontemplates/ActionTemplates-1", {
    ...created,
    Description: "new",
  });

  expect(created).toMatchObject({ Id: "ActionTemplates-1", Version: 0, Parameters: [{ Id: "keep-me" }], Packages: [] });
  expect(changed["Version"]).toBe(1);
  expect(await stage.get("/api/Spaces-1/actiontemplates/ActionTemplates-1/versions/0")).toMatchObject({
    Id: "ActionTemplates-1",
    Version: 0,
    Description: null,
  });
  expect((await stage.call("GET", "/api/Spaces-1/actiontemplates/ActionTemplates-1/versions/2")).status).toBe(404);
  expect((await stage.call("PUT", "/api/Spaces-1/actiontemplates/ActionTemplates-1", created)).status).toBe(409);
  expect(await stage.refusal("POST", "/api/Spaces-1/actiontemplates", template)).toContain("already exists");
});

test("a step template knows the steps that use it, brings them up to date, and stays while they do", async () => {
  const stage = await createApiStage();
  await stage.project("Hello World");
  const created = await stage.post("/api/Spaces-1/actiontemplates", template);
  const properties = {
    "Octopus.Action.Template.Id": "ActionTemplates-1",
    "Octopus.Action.Template.Version": "0",
    "Say.What": "hi",
  };
  const process = await stage.setSteps("/api/Spaces-1/projects/Projects-1/deploymentprocesses", [
    scriptAction("Say", { Properties: properties }),
  ]);
  const parameters = [...listOf(created, "Parameters"), { Name: "Say.Who", DefaultValue: "world" }];
  await stage.put("/api/Spaces-1/actiontemplates/ActionTemplates-1", { ...created, Parameters: parameters });

  const usage = await stage.call("GET", "/api/Spaces-1/actiontemplates/ActionTemplates-1/usage");
  const actionId = textOf(listOf(listOf(process, "Steps")[0] ?? {}, "Actions")[0] ?? {}, "Id");
  const updated = await stage.call("POST", "/api/Spaces-1/actiontemplates/ActionTemplates-1/actionsUpdate", {
    Version: 1,
    ActionIdsByProcessId: { "deploymentprocess-Projects-1": [actionId] },
  });

  expect(usage.list).toMatchObject([
    { ActionId: actionId, ProjectName: "Hello World", ProcessType: "Deployment", Version: "0" },
  ]);
  expect(updated.list).toMatchObject([{ ActionId: actionId, Outcome: "Success" }]);
  const after = await stage.get("/api/Spaces-1/projects/Projects-1/deploymentprocesses");
  const action = listOf(listOf(after, "Steps")[0] ?? {}, "Actions")[0] ?? {};
  expect(fieldsOf(action, "Properties")).toMatchObject({
    "Octopus.Action.Template.Version": "1",
    "Say.What": "hi",
    "Say.Who": "world",
  });
  expect(await stage.refusal("DELETE", "/api/Spaces-1/actiontemplates/ActionTemplates-1")).toContain("'Say'");
});

test("a parameter for a secret shows that it has no default, and keeps one that it has", async () => {
  const stage = await createApiStage();
  const parameter = (name: string, value: string): Record<string, unknown> => ({
    Name: name,
    DefaultValue: { HasValue: value !== "", NewValue: value },
    DisplaySettings: { "Octopus.ControlType": "Sensitive" },
  });
  const path = "/api/Spaces-1/actiontemplates";
  const body = {
    Name: "Say",
    ActionType: "Octopus.Script",
    Parameters: [parameter("None", ""), parameter("One", "x1")],
  };

  const made = await stage.post(path, body);
  const again = await stage.put(`${path}/${String(made["Id"])}`, made);

  for (const shown of [made, again])
    expect(shown).toMatchObject({
      Parameters: [{ DefaultValue: { HasValue: false, NewValue: null } }, { DefaultValue: { HasValue: true } }],
    });
});

test("deleting a step template deletes its versions", async () => {
  const stage = await createApiStage();
  await stage.post("/api/Spaces-1/actiontemplates", template);

  expect((await stage.call("DELETE", "/api/Spaces-1/actiontemplates/ActionTemplates-1")).status).toBe(200);

  expect((await stage.call("GET", "/api/Spaces-1/actiontemplates/ActionTemplates-1/versions/0")).status).toBe(404);
  expect(stage.server.model.collection("actiontemplateversions").size).toBe(0);
});

test("a community template is installed once", async () => {
  const stage = await createApiStage();
  stage.server.model
    .collection("communityactiontemplates")
    .add({ Name: "Community", Type: "Octopus.Script", Properties: {}, Parameters: [], Packages: [], Version: 1 });

  const listed = await stage.get("/api/communityactiontemplates");
  const installed = await stage.post(
    "/api/communityactiontemplates/CommunityActionTemplates-1/installation/Spaces-1",
    {},
  );

  expect(listOf(listed, "Items")).toHaveLength(1);
  expect(await stage.get(`/api/Spaces-1/actiontemplates/${textOf(installed, "Id")}`)).toMatchObject({
    CommunityActionTemplateId: "CommunityActionTemplates-1",
  });
  expect(
    await stage.refusal("POST", "/api/communityactiontemplates/CommunityActionTemplates-1/installation/Spaces-1", {}),
  ).toContain("already installed");
});
