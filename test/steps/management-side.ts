import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import type { StepDefinition } from "../../lib/step/define-step.ts";
import { createStepContext, type StepRecording } from "../step/create-step-context.ts";
import type { DeployedPackage, DeploymentStage } from "./deployment-stage.ts";

/** Puts a package into the feed of the template's space, where Find Updates and Preview Updates look for the newest. */
export async function publish(stage: DeploymentStage, { id, version, path }: DeployedPackage): Promise<void> {
  const form = new FormData();
  form.set("file", new Blob([readFileSync(path)]), `${id}.${version}.zip`);
  const headers = { "X-Octopus-ApiKey": stage.apiKey };
  const answer = await fetch(`${stage.url}/api/Spaces-1/packages/raw`, { method: "POST", headers, body: form });
  if (!answer.ok) throw new Error(await answer.text());
}

/** A step that looks from the template's space at the managed one, with the pages that it made. */
export async function runManagementStep(
  stage: DeploymentStage,
  step: StepDefinition,
): Promise<StepRecording & { pages: string[] }> {
  const { url, apiKey, downstreamId } = stage;
  const management = { managementServerUrl: url, managementApiKey: apiKey, managementSpaceId: "Spaces-1" };
  const recording = createStepContext({
    step,
    parameters: { ...management, project: "Hello World", serverUrl: url, apiKey, spaceId: downstreamId },
    workingDirectory: tmpdir(),
  });
  await recording.run();
  return { ...recording, pages: recording.attachments.map(({ path }) => readFileSync(path, "utf8")) };
}
