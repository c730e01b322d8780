import { expect, test } from "vitest";
import { textOf } from "../../lib/model/json.ts";
import type { OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { runsToKeep } from "../../lib/resources/runbook.ts";
import type { StepDefinition } from "../../lib/step/define-step.ts";
import { step as deployProject } from "../../steps/deploy-project/step.ts";
import { step as deployRunbook } from "../../steps/deploy-runbook/step.ts";
import { step as deploySpace } from "../../steps/deploy-space/step.ts";
import { step as populateSpace } from "../../steps/populate-space/step.ts";
import { step as serializeProject } from "../../steps/serialize-project/step.ts";
import { step as serializeRunbook } from "../../steps/serialize-runbook/step.ts";
import { createStepContext, type StepRecording } from "../step/create-step-context.ts";
import { startGoldenSpaces, type GoldenSpaces } from "./golden-space.ts";

type Parameters = Record<string, string>;

interface Rehearsed {
  step: StepDefinition;
  /** Brings what the golden space, or the baseline, has by now. */
  bring(stage: GoldenSpaces, parameters: Parameters): Promise<StepRecording>;
}

const rehearsed: Rehearsed[] = [
  {
    step: deployProject,
    async bring(stage, parameters) {
      await stage.serialize({ project: "Operations", excludedRunbooks: "" }, serializeProject);
      return stage.deploy("operations", { ...parameters, projectName: "Operations" }, { step: deployProject });
    },
  },
  {
    step: deploySpace,
    async bring(stage, parameters) {
      await stage.serialize({ resources: "project\nenvironment" });
      return stage.deploy("golden", { ...parameters, adoptExistingProjects: "True" });
    },
  },
  {
    step: deployRunbook,
    async bring(stage, parameters) {
      await stage.serialize({ project: "Operations", runbook: "Restart" }, serializeRunbook);
      return stage.deploy("operations_restart", { ...parameters, project: "Shop" }, { step: deployRunbook });
    },
  },
  {
    step: populateSpace,
    async bring({ url, apiKey, golden, managed }, parameters) {
      const [project] = await golden.list("/projects");
      const description = JSON.stringify(textOf(project ?? {}, "Description"));
      const baseline = `environments:\n  - { name: Production, description: ${description} }\n  - name: Test\n`;
      const run = createStepContext({
        step: populateSpace,
        parameters: {
          serverUrl: url,
          apiKey,
          spaceId: managed.id,
          baseline,
          receiptKey: "a key for receipts",
          overwriteDownstreamChanges: "False",
          ...parameters,
        },
      });
      await run.run();
      return run;
    },
  },
];

test.each(rehearsed)("$step.name tells beforehand what it does, and writes nothing then", async ({ bring }) => {
  const stage = await startStage();

  const making = await rehearse(stage, bring);
  await editAll(stage.managed, { Description: "Ours." });
  const keeping = await rehearse(stage, bring);
  await editAll(stage.golden, { Description: "Theirs." });
  const conflicting = await rehearse(stage, bring);

  expect(making.outputs).toMatchObject({ KeptChanges: "0", Conflicts: "0" });
  expect(making.outputs["Report"]).toMatch(/^Would make /m);
  expect(keeping.outputs).toMatchObject({ Changed: "False", Conflicts: "0" });
  expect(Number(keeping.outputs["KeptChanges"])).toBeGreaterThan(0);
  expect(Number(conflicting.outputs["Conflicts"])).toBeGreaterThan(0);
});

/** @returns the rehearsal, which told what the performance then did */
async function rehearse(stage: GoldenSpaces, bring: Rehearsed["bring"]): Promise<StepRecording> {
  await bring(stage, { onlyPlan: "True" });
  stage.takeWrites();
  const planned = await bring(stage, { onlyPlan: "True" });
  expect(stage.takeWrites()).toEqual([]);
  const done = await bring(stage, {});
  const { KeptChanges, Conflicts, Report: report = "" } = planned.outputs;
  expect(done.outputs).toMatchObject({ KeptChanges, Conflicts });
  // The server makes the process of a new project by itself: that, a plan cannot know.
  const told = report
    .replaceAll("Would make", "Made")
    .replaceAll("Would update", "Updated")
    .replaceAll("Would adopt", "Adopted");
  const deeds = linesOf(done.outputs["Report"]);
  expect(linesOf(told).filter((line) => deeds.includes(line) || !line.startsWith("Made "))).toEqual(deeds);
  expect(planned.outputs["Changed"]).toBe("False");
  expect(planned.log.at(-1)?.message).toMatch(/\bwould\b|^Would /);
  return planned;
}

function linesOf(report = ""): string[] {
  return report.split("\n").filter((line) => line !== "");
}

async function startStage(): Promise<GoldenSpaces> {
  const stage = await startGoldenSpaces();
  await stage.golden.post("/environments", { Name: "Production" });
  const project = await makeProject(stage.golden, "Operations");
  await stage.golden.post("/runbooks", { Name: "Restart", ProjectId: project, RunRetentionPolicy: runsToKeep });
  await makeProject(stage.managed, "Shop");
  return stage;
}

async function makeProject(space: OctopusSpace, name: string): Promise<string> {
  const [lifecycle] = await space.list("/lifecycles");
  const [group] = await space.list("/projectgroups");
  const groups = { LifecycleId: lifecycle?.Id ?? "", ProjectGroupId: group?.Id ?? "" };
  return (await space.post("/projects", { Name: name, ...groups })).Id;
}

/** Every environment, project and runbook of the space. */
async function editAll(space: OctopusSpace, changes: object): Promise<void> {
  for (const collection of ["environments", "projects", "runbooks"])
    for (const document of await space.list(`/${collection}`))
      await space.put(`/${collection}/${document.Id}`, { ...document, ...changes });
}
