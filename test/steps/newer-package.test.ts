import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeArchive } from "../../lib/graph/package-archive.ts";
import { pushPackage } from "../../lib/octopus/packages.ts";
import { step as deployRunbook } from "../../steps/deploy-runbook/step.ts";
import { step as deploySpace } from "../../steps/deploy-space/step.ts";
import { step as findUpdates } from "../../steps/find-updates/step.ts";
import { step as recordTerraformCopy } from "../../steps/record-terraform-copy/step.ts";
import { step as serializeSpace } from "../../steps/serialize-space/step.ts";
import { createStepContext } from "../step/create-step-context.ts";
import { startGoldenSpaces } from "./golden-space.ts";

const manifest = JSON.stringify({ format: 99, generator: "managed-spaces 9.0.0" });
const told = "it was made by a newer version (managed-spaces 9.0.0) than this one. Update the step that reads it.";

test.each([deploySpace, deployRunbook, recordTerraformCopy])(
  "$name refuses a package of a newer format before it writes anything",
  async (step) => {
    const { url, apiKey, managed, takeWrites } = await startGoldenSpaces();
    const path = mkdtempSync(join(tmpdir(), "package-"));
    writeFileSync(join(path, "manifest.json"), manifest);
    takeWrites();
    const parameters = { serverUrl: url, apiKey, spaceId: managed.id };
    const run = createStepContext({
      step,
      parameters,
      packages: { package: { id: "golden", version: "9.0.0", path } },
    });

    await expect(run.run()).rejects.toThrow(`Failed to read the package "golden.9.0.0": ${told}`);
    expect(takeWrites()).toEqual([]);
  },
);

test("a newer package in the feed is no update that could be looked at, and none that is followed by an older one", async () => {
  const { url, apiKey, golden, managed, serialize, deploy, takeWrites } = await startGoldenSpaces();
  await golden.post("/environments", { Name: "Production" });
  await serialize({ resources: "environment" });
  await deploy("golden");
  const content = writeArchive(new Map([["manifest.json", manifest]]));
  await pushPackage(golden, { packageId: "golden", version: "2099.1.1", content });
  takeWrites();

  const looking = createStepContext({
    step: findUpdates,
    parameters: {
      managementServerUrl: url,
      managementApiKey: apiKey,
      managementSpaceId: golden.id,
      serverUrl: url,
      apiKey,
      spaceId: managed.id,
      copies: "all",
    },
    workingDirectory: mkdtempSync(join(tmpdir(), "updates-")),
  });
  await expect(looking.run()).rejects.toThrow(told);
  await expect(serialize({ resources: "environment" }, serializeSpace)).rejects.toThrow(told);
  expect(takeWrites()).toEqual([]);
});
