import { expect, test } from "vitest";
import { listOf } from "../model/fields.ts";
import { createApiStage, packageReference, scriptAction, type ApiStage } from "./api-stage.ts";

const process = "/api/Spaces-1/projects/Projects-1/deploymentprocesses";

async function packages(stage: ApiStage): Promise<unknown[]> {
  const { Items } = await stage.get("/api/Spaces-1/packages?take=1000");
  return listOf({ Items }, "Items").map((item) => `${String(item["PackageId"])} ${String(item["Version"])}`);
}

test("retention deletes what is old, and keeps the newest versions", async () => {
  const stage = await createApiStage();
  for (const version of ["1.0.0", "1.0.1", "2.0.0"]) await stage.pushPackage("Web", version);
  await stage.pushPackage("Api", "1.0.0");
  const { Removed } = await stage.post("/__local/retention", { days: 0, keep: 1 });
  expect(Removed).toEqual([
    { PackageId: "Web", Version: "1.0.0", SpaceId: "Spaces-1" },
    { PackageId: "Web", Version: "1.0.1", SpaceId: "Spaces-1" },
  ]);
  expect(await packages(stage)).toEqual(["Api 1.0.0", "Web 2.0.0"]);
});

test("age counts from when a package was pushed, and the feed's own days decide where nothing is said", async () => {
  let now = Date.parse("2026-05-01T12:00:00Z");
  const stage = await createApiStage({ now: () => new Date(now) });
  await stage.pushPackage("Web", "1.0.0");
  now += 10 * 86_400_000;
  await stage.pushPackage("Web", "1.0.1");
  await stage.post("/__local/retention", {});
  expect(await packages(stage)).toEqual(["Web 1.0.1", "Web 1.0.0"]);
  const feed = await stage.get("/api/Spaces-1/feeds/feeds-builtin");
  await stage.put("/api/Spaces-1/feeds/feeds-builtin", { ...feed, DeleteUnreleasedPackagesAfterDays: 7 });
  await stage.post("/__local/retention", {});
  expect(await packages(stage)).toEqual(["Web 1.0.1"]);
});

test("packages that a release or a published runbook snapshot chose stay, those of drafts go", async () => {
  const stage = await createApiStage();
  for (const id of ["Released", "Published", "Draft"]) await stage.pushPackage(id, "1.0.0");
  const project = await stage.project("Web");
  await stage.setSteps(process, [scriptAction("Say", { Packages: [packageReference("Released")] })]);
  await stage.post("/api/Spaces-1/releases", { ProjectId: project["Id"], Version: "1.0.0" });
  for (const name of ["Published", "Draft"]) {
    const runbook = await stage.runbook(project, name);
    const steps = [scriptAction("Say", { Packages: [packageReference(name)] })];
    await stage.setSteps(`/api/Spaces-1/runbookProcesses/RunbookProcess-${String(runbook["Id"])}`, steps);
    const chosen = [{ ActionName: "Say", PackageReferenceName: "", Version: "1.0.0" }];
    const snapshot = { ProjectId: project["Id"], RunbookId: runbook["Id"], Name: "First", SelectedPackages: chosen };
    await stage.post(`/api/Spaces-1/runbookSnapshots${name === "Published" ? "?publish=yes" : ""}`, snapshot);
  }
  await stage.post("/__local/retention", { days: 0 });
  expect(await packages(stage)).toEqual(["Published 1.0.0", "Released 1.0.0"]);
});

test("retention runs by itself when it is told to", async () => {
  const stage = await createApiStage();
  await stage.pushPackage("Web", "1.0.0");
  stage.server.setFaults({ retention: { everyRequests: 3, days: 0 } });
  expect([(await packages(stage)).length, (await packages(stage)).length, (await packages(stage)).length]).toEqual([
    1, 1, 0,
  ]);
});
