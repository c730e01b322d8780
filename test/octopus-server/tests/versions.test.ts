import { expect, test } from "vitest";
import { createApiStage } from "./api-stage.ts";

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
    expect((await stage.call("GET", `${project}/runbooks/all/v2`)).list).toMatchObject([{ Name: "Restart" }]);
  expect((await newer.call("POST", `${project}/git/branches`, {})).status).toBe(404);
});

test("a field that came later is neither taken nor answered before", async () => {
  const stage = await createApiStage({ version: "2025.1" });
  const made = await stage.project("Web", { CombineHealthAndSyncStatusInDashboardLiveStatus: true });
  expect(made).not.toHaveProperty("CombineHealthAndSyncStatusInDashboardLiveStatus");

  stage.server.model.version = "2025.2.0";

  expect(await stage.get(project)).toMatchObject({ CombineHealthAndSyncStatusInDashboardLiveStatus: false });
});
