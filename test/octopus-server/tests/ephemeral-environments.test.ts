import { expect, test } from "vitest";
import { listOf, textOf, type Fields } from "../model/fields.ts";
import { createApiStage, type ApiStage } from "./api-stage.ts";

const path = "/api/Spaces-1/projects/Projects-1/environments/ephemeral";

async function stageWithChannel(): Promise<ApiStage> {
  const stage = await createApiStage();
  await stage.project("Hello World");
  const parent = await stage.post("/api/spaces/Spaces-1/parentEnvironments", { Name: "Previews" });
  await stage.post("/api/Spaces-1/channels", {
    Name: "Previews",
    ProjectId: "Projects-1",
    Type: "EphemeralEnvironment",
    ParentEnvironmentId: parent["Id"],
  });
  return stage;
}

async function listEphemeral(stage: ApiStage, query = ""): Promise<Fields[]> {
  return listOf(await stage.get(`/api/Spaces-1/environments/v2?skip=0&take=30&type=Ephemeral${query}`), "Items");
}

test("an ephemeral environment is made for a project and listed by version 2 alone", async () => {
  const stage = await stageWithChannel();

  const made = await stage.post(path, { EnvironmentName: "pr-1" });
  await stage.post(path, { EnvironmentName: "pr-2" });

  expect(made).toEqual({ Id: made["Id"] });
  expect(await listEphemeral(stage, "&partialName=pr-1")).toMatchObject([
    { Id: made["Id"], Name: "pr-1", Type: "Ephemeral", ParentEnvironmentId: "ParentEnvironments-1" },
  ]);
  expect(listOf(await stage.get("/api/Spaces-1/environments"), "Items")).toEqual([]);
  expect(await stage.refusal("POST", path, { EnvironmentName: "pr-1" })).toContain("already exists");
});

test("an ephemeral environment is deprovisioned for its project, or altogether", async () => {
  const stage = await stageWithChannel();
  const [first, second] = [
    await stage.post(path, { EnvironmentName: "pr-1" }),
    await stage.post(path, { EnvironmentName: "pr-2" }),
  ];

  await stage.post(`${path}/${textOf(first, "Id")}/deprovision`, {});
  const all = await stage.post(`/api/Spaces-1/environments/ephemeral/${textOf(second, "Id")}/deprovision`, {});

  expect(all).toEqual({ DeprovisioningRuns: [] });
  expect(await listEphemeral(stage)).toEqual([]);
});

test("a project without a channel for them has no ephemeral environments", async () => {
  const stage = await createApiStage();
  await stage.project("Hello World");

  expect(await stage.refusal("POST", path, { EnvironmentName: "pr-1" })).toContain("no channel");
});
