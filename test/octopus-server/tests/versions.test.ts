import { expect, test } from "vitest";
import { listOf } from "../model/fields.ts";
import { createApiStage } from "./api-stage.ts";
import { createGitStage } from "./git-stage.ts";

const project = "/api/Spaces-1/projects/Projects-1";

test("a server says the version that it was made as", async () => {
  const usual = await createApiStage();
  const older = await createApiStage({ version: "2024.4" });

  expect(await usual.get("/api")).toMatchObject({ Version: expect.stringMatching(/^2026\.3\.\d+$/) });
  expect(await older.get("/api")).toMatchObject({ Version: "2024.4.0" });
});

test("what a version has removed is not found there", async () => {
  const older = await createApiStage({ version: "2026.1" });
  const newer = await createApiStage({ version: "2026.2" });
  for (const stage of [older, newer]) await stage.runbook(await stage.project("Web"), "Restart");

  expect((await older.call("GET", `${project}/runbooks/all`)).list).toMatchObject([{ Name: "Restart" }]);
  expect((await newer.call("GET", `${project}/runbooks/all`)).status).toBe(404);
  for (const stage of [older, newer])
    expect(await stage.get(`${project}/runbooks/all/v2`)).toMatchObject({ Runbooks: [{ Name: "Restart" }] });
  expect((await newer.call("POST", `${project}/git/branches`, {})).status).toBe(404);
});

test("what came with a version is not found before", async () => {
  const older = await createApiStage({ version: "2025.1" });
  const newer = await createApiStage();
  for (const stage of [older, newer]) await stage.post("/api/Spaces-1/tenants", { Name: "America" });

  for (const path of [
    "/api/Spaces-1/tenants/Tenants-1/commonvariables",
    "/api/Spaces-1/tenants/Tenants-1/projectvariables",
    "/api/Spaces-1/environments/v2?skip=0&take=30",
    "/api/Spaces-1/retentionpolicies?RetentionType=RunbookRetention",
    "/api/ratelimitingpolicies",
  ]) {
    expect((await older.call("GET", path)).status).toBe(404);
    expect((await newer.call("GET", path)).status).toBe(200);
  }
  expect((await older.get("/api/Spaces-1/tenants/Tenants-1/variables"))["TenantId"]).toBe("Tenants-1");
});

test("a branch can be made by its older route where there is one", async () => {
  const stage = await createGitStage({ version: "2026.1" });
  await stage.convert(await stage.project("Web"));

  await stage.post(`${project}/git/branches`, { CurrentBranchName: "refs/heads/main", NewBranchName: "lisa" });

  expect(await stage.get(`${project}/git/branches/lisa`)).toMatchObject({ CanonicalName: "refs/heads/lisa" });
});

test("a field that came later is neither taken nor answered before", async () => {
  const stage = await createApiStage({ version: "2025.1" });
  const made = await stage.project("Web", { CombineHealthAndSyncStatusInDashboardLiveStatus: true });
  expect(made).not.toHaveProperty("CombineHealthAndSyncStatusInDashboardLiveStatus");

  stage.server.model.version = "2025.2.0";

  expect(await stage.get(project)).toMatchObject({ CombineHealthAndSyncStatusInDashboardLiveStatus: false });
});

test("a field inside of steps and of lists came later, too", async () => {
  const stage = await createApiStage({ version: "2025.2" });
  const { Id } = await stage.post("/api/Spaces-1/lifecycles", {
    Name: "Slow",
    Phases: [{ Name: "Test", ReleaseRetentionPolicy: { Strategy: "Count", QuantityToKeep: 3, Unit: "Days" } }],
  });
  const read = async (): Promise<unknown> =>
    listOf(await stage.get(`/api/Spaces-1/lifecycles/${String(Id)}`), "Phases")[0]?.["ReleaseRetentionPolicy"];
  expect(await read()).not.toHaveProperty("Strategy");

  stage.server.model.version = "2025.3.0";

  expect(await read()).toMatchObject({ Strategy: expect.any(String), QuantityToKeep: 3 });
});
