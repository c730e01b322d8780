import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runsToKeep } from "../../lib/resources/runbook.ts";
import { step as deployRunbook } from "../../steps/deploy-runbook/step.ts";
import { step as deploySpace } from "../../steps/deploy-space/step.ts";
import { step as populateSpace } from "../../steps/populate-space/step.ts";
import { step as serializeRunbook } from "../../steps/serialize-runbook/step.ts";
import { createStepContext } from "../step/create-step-context.ts";
import { messages } from "./copies-stage.ts";
import { bringNewest, startGoldenSpaces, type GoldenSpaces } from "./golden-space.ts";
import { makeProject } from "../kinds/make-project.ts";

interface Deploying {
  name: string;
  id: string;
  /** @returns what deploys the package under a version of its own, and gives what the step warned of */
  prepare(stage: GoldenSpaces): Promise<(version: string, parameters?: Record<string, string>) => Promise<string[]>>;
}

const all: Deploying[] = [
  {
    name: deploySpace.name,
    id: "golden",
    async prepare(stage) {
      await stage.golden.post("/environments", { Name: "Production" });
      await stage.serialize({ resources: "environment" });
      return deployAs(stage, { step: deploySpace, id: "golden", parameters: {} });
    },
  },
  {
    name: deployRunbook.name,
    id: "operations_restart",
    async prepare(stage) {
      const project = await makeProject(stage.golden, { Name: "Operations" });
      await stage.golden.post("/runbooks", { Name: "Restart", ProjectId: project.Id, RunRetentionPolicy: runsToKeep });
      await makeProject(stage.managed, { Name: "Shop" });
      await stage.serialize({ project: "Operations", runbook: "Restart" }, serializeRunbook);
      return deployAs(stage, { step: deployRunbook, id: "operations_restart", parameters: { project: "Shop" } });
    },
  },
  {
    name: populateSpace.name,
    id: "house-rules",
    prepare: ({ url, apiKey, managed }) => {
      const path = mkdtempSync(join(tmpdir(), "baseline-"));
      writeFileSync(join(path, "baseline.yaml"), "environments: [{ name: Staging }]\n");
      return Promise.resolve(async (version, parameters = {}) => {
        const run = createStepContext({
          step: populateSpace,
          parameters: { serverUrl: url, apiKey, spaceId: managed.id, receiptKey: "a key", ...parameters },
          packages: { package: { id: "house-rules", version, path } },
        });
        await run.run();
        return messages(run.log, "warning");
      });
    },
  },
];

test.each(all)(
  "$name tells that a package is older than the one before it, and not what only looks so",
  async (one) => {
    const stage = await startGoldenSpaces();
    const deploy = await one.prepare(stage);
    const older = (version: string, known: string, done = "is"): string =>
      `${one.id} ${version} is older than ${known}, which was deployed last: what came with the newer version ${done} taken back.`;
    const told: Record<string, string[]> = {};

    for (const version of ["1.9.0", "1.10.0-rc.2", "1.10.0-rc.10", "1.10.0", "1.10.0", "1.10", "0.0.0", "1.10.1"])
      told[version] = await deploy(version);
    const planned = await deploy("1.10.0", { onlyPlan: "True" });
    const back = await deploy("1.9.0");
    const again = await deploy("1.9.0");

    expect(told).toEqual(Object.fromEntries(Object.keys(told).map((version) => [version, []])));
    expect(planned).toEqual([older("1.10.0", "1.10.1", "would be")]);
    expect(back).toEqual([older("1.9.0", "1.10.1")]);
    expect(again).toEqual([]);
  },
);

async function deployAs(
  { golden, managed, url, apiKey }: GoldenSpaces,
  { step, id, parameters }: { step: typeof deploySpace | typeof deployRunbook; id: string; parameters: object },
): Promise<(version: string, more?: Record<string, string>) => Promise<string[]>> {
  const brought = await bringNewest(golden, id);
  return async (version, more = {}) => {
    const run = createStepContext({
      step,
      parameters: { serverUrl: url, apiKey, spaceId: managed.id, receiptKey: "a key", ...parameters, ...more },
      packages: { package: { ...brought, version } },
    });
    await run.run();
    return messages(run.log, "warning");
  };
}
