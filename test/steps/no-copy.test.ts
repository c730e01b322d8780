import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { step as findUpdates } from "../../steps/find-updates/step.ts";
import { step as mergeUpdates } from "../../steps/merge-updates/step.ts";
import { step as previewUpdates } from "../../steps/preview-updates/step.ts";
import type { StepDefinition } from "../../lib/step/define-step.ts";
import { createStepContext, type StepRecording } from "../step/create-step-context.ts";
import { messages } from "./copies-stage.ts";
import { startDeployments, type DeploymentStage } from "./deployment-stage.ts";

const template = { project: "Hello World" };

test.each([
  { step: findUpdates, parameters: template, scope: ' of "Hello World"', what: "find updates of" },
  { step: findUpdates, parameters: { copies: "all" }, scope: "", what: "find updates of" },
  { step: previewUpdates, parameters: template, scope: ' of "Hello World"', what: "preview" },
  { step: previewUpdates, parameters: { copies: "all" }, scope: "", what: "preview" },
  { step: mergeUpdates, parameters: template, scope: ' of "Hello World"', what: "merge" },
])(
  "$step.name of a space that has no copy$scope warns, and says nothing that could pass for a success",
  async ({ step, parameters, scope, what }) => {
    const stage = await startDeployments();
    stage.takeWrites();

    const { log } = await look(stage, step, parameters);

    expect(messages(log, "warning")).toEqual([
      `The space "America" has no copy${scope}, so there is nothing to ${what}. Deploy to it first, or take this run off its tenant.`,
    ]);
    expect(messages(log, "highlight")).toEqual([]);
    expect(messages(log).join("\n")).not.toMatch(/up to date|0 copies|Done/i);
    expect(stage.takeWrites()).toEqual([]);
  },
);

test("the status of a space without a copy is one of its own, in the outputs and on the page", async () => {
  const stage = await startDeployments();

  const { outputs, attachments } = await look(stage, findUpdates, template);

  expect(outputs).toMatchObject({ Status: "No copy", Behind: "0", Conflicts: "[]", Copies: "[]" });
  const [page] = attachments.map(({ path }) => readFileSync(path, "utf8"));
  expect(page).toContain("The space has no such copy.");
  expect(page).not.toContain("Up to date");
});

test("a copy that is named and is not there is refused with those that are", async () => {
  const stage = await startDeployments();
  await stage.deploy(await stage.serialize("1.0.0"));

  await expect(look(stage, findUpdates, { ...template, copy: "Hello Wurld" })).rejects.toThrow(/"Hello World"/);
});

async function look(
  { url, apiKey, downstreamId }: DeploymentStage,
  step: StepDefinition,
  parameters: Record<string, string>,
): Promise<StepRecording> {
  const recording = createStepContext({
    step,
    parameters: {
      managementServerUrl: url,
      managementApiKey: apiKey,
      managementSpaceId: "Spaces-1",
      serverUrl: url,
      apiKey,
      spaceId: downstreamId,
      ...parameters,
    },
    workingDirectory: mkdtempSync(join(tmpdir(), "looks-")),
  });
  await recording.run();
  return recording;
}
