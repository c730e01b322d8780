import { expect, test } from "vitest";
import { StepError } from "../../lib/step/errors.ts";
import { step as serializeProject } from "../../steps/serialize-project/step.ts";
import { createApi } from "../api.ts";
import { spacePermissions } from "../octopus-server/model/permission-names.ts";
import { createStepContext } from "../step/create-step-context.ts";
import { startDeployments, type DeploymentStage } from "../steps/deployment-stage.ts";

/** The key of a user who may do everything in the space but one thing. */
async function createKeyWithout(stage: DeploymentStage, spaceId: string, permission: string): Promise<string> {
  const system = createApi(stage, "/api");
  const role = await system.post("/userroles", {
    Name: `All but ${permission}`,
    GrantedSpacePermissions: spacePermissions.filter((granted) => granted !== permission),
    GrantedSystemPermissions: [],
  });
  const user = await system.post("/users", { Username: "robot", DisplayName: "Robot", Password: "Passw0rd!Passw0rd" });
  const team = await system.post("/teams", { Name: "Robots", SpaceId: spaceId, MemberUserIds: [user.Id] });
  await system.post("/scopeduserroles", { TeamId: team.Id, UserRoleId: role.Id, SpaceId: spaceId });
  return String((await system.post(`/users/${user.Id}/apikeys`, { Purpose: "tests" }))["ApiKey"]);
}

async function serialize({ url }: DeploymentStage, apiKey: string): Promise<void> {
  const parameters = { serverUrl: url, apiKey, space: "Spaces-1", project: "Hello World" };
  await createStepContext({ step: serializeProject, parameters }).run();
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "";
  } catch (error) {
    if (error instanceof StepError) return error.message;
    throw error;
  }
}

const views = [
  "ActionTemplate",
  "Environment",
  "Feed",
  "LibraryVariableSet",
  "Lifecycle",
  "Project",
  "ProjectGroup",
  "Team",
];

test.each([...views, "Process", "Runbook", "Variable"].map((about) => `${about}View`).concat("BuiltInFeedPush"))(
  "Serialize Project names %s when that alone is missing",
  async (permission) => {
    const stage = await startDeployments();
    const apiKey = await createKeyWithout(stage, "Spaces-1", permission);

    expect(await failureOf(serialize(stage, apiKey))).toMatch(
      new RegExp(
        `^Failed to serialize .* Missing permission: ${permission}\\. Give the user of "Octopus API Key" the permission ${permission}\\.$`,
      ),
    );
  },
);

test.each([
  ...views.filter((about) => about !== "Team").map((about) => `${about}View`),
  ...["Project", "Trigger", "LibraryVariableSet", "ActionTemplate"].map((about) => `${about}Create`),
  ...["Process", "Runbook", "Variable"].map((about) => `${about}Edit`),
])("Deploy Project names %s when that alone is missing", async (permission) => {
  const stage = await startDeployments();
  const apiKey = await createKeyWithout(stage, stage.downstreamId, permission);
  const brought = await stage.serialize("1.0.0");

  expect(await failureOf(stage.deploy(brought, { apiKey }))).toMatch(
    new RegExp(
      `^Failed to deploy .* Missing permission: ${permission}\\. Give the user of "Octopus API Key" the permission ${permission}\\.`,
    ),
  );
});

test("a user who may see no team deploys a step that everyone may approve: every server has that team", async () => {
  const stage = await startDeployments();
  const apiKey = await createKeyWithout(stage, stage.downstreamId, "TeamView");

  expect(await failureOf(stage.deploy(await stage.serialize("1.0.0"), { apiKey }))).toBe("");
});

test("a user who may see no team of the whole server serializes a step that everyone may approve", async () => {
  const stage = await startDeployments();
  const apiKey = await createKeyWithout(stage, "Spaces-1", "DeploymentDelete");

  expect(await failureOf(serialize(stage, apiKey))).toBe("");
});
