import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createManifest, renderManifest } from "../../lib/graph/manifest.ts";
import { writeArchive } from "../../lib/graph/package-archive.ts";
import { readProject } from "../../lib/graph/read-graph.ts";
import { createOctopusClient } from "../../lib/octopus/octopus-client.ts";
import { packageIdOf } from "../../lib/octopus/package-id.ts";
import { step as deployProject } from "../../steps/deploy-project/step.ts";
import type { StepDefinition } from "../../lib/step/define-step.ts";
import { step as forkRepository } from "../../steps/fork-repository/step.ts";
import { createStepContext, type StepContextOptions, type StepRecording } from "../step/create-step-context.ts";
import type { DeployedPackage } from "./deployment-stage.ts";
import { gitToken, type GitTemplate } from "./git-template.ts";

/** The tenant's repository, as Fork Repository makes it. */
export const copyName = "contoso/america_hello_world_cac";

/** Makes a package of the template as it is now. */
export async function serialize(
  { url, apiKey }: Pick<GitTemplate, "url" | "apiKey">,
  version = "1.0.0",
): Promise<DeployedPackage> {
  const source = createOctopusClient({ url, apiKey }).inSpace({ Id: "Spaces-1", Name: "Default" });
  const reading = await readProject(source, "Hello World CaC");
  const id = packageIdOf("Hello World CaC");
  const git = reading.git === undefined ? {} : { git: reading.git };
  const manifest = renderManifest(
    createManifest({ root: reading.root, package: { id }, source: reading.source, graph: reading.graph, ...git }),
  );
  const path = join(mkdtempSync(join(tmpdir(), "package-")), `${id}.${version}.zip`);
  writeFileSync(path, writeArchive(new Map([["manifest.json", manifest]])));
  return { id, version, path };
}

/** Runs Fork Repository for the tenant America; gives the address of the repository. */
export async function fork(template: GitTemplate, parameters: Record<string, string> = {}): Promise<string> {
  const recording = createStepContext({
    step: forkRepository,
    parameters: {
      managementServerUrl: template.url,
      managementApiKey: template.apiKey,
      managementSpaceId: "Spaces-1",
      project: "Hello World CaC",
      ...toGitParameters(template),
      owner: "contoso",
      tenant: "America",
      ...parameters,
    },
  });
  await recording.run();
  return recording.outputs["CloneUrl"] ?? "";
}

export function toGitParameters({ hostId, hostUrl }: GitTemplate): Record<string, string> {
  return { gitHost: hostId, gitHostUrl: hostUrl, gitToken };
}

/** Makes ready to run Deploy Project in the space America. */
export function prepareDeployment(
  template: GitTemplate,
  brought: DeployedPackage,
  parameters: Record<string, string> = {},
  signal = new AbortController().signal,
): StepRecording {
  return createStepContext({
    signal,
    step: deployProject,
    parameters: {
      serverUrl: template.url,
      apiKey: template.apiKey,
      spaceId: template.downstreamId,
      receiptKey: "a key for receipts",
      ...toGitParameters(template),
      ...parameters,
    },
    packages: { package: brought },
    variables: { "Api.Token": "battery staple" },
  });
}

export async function deploy(
  template: GitTemplate,
  brought: DeployedPackage,
  parameters: Record<string, string> = {},
): Promise<StepRecording> {
  const recording = prepareDeployment(template, brought, parameters);
  await recording.run();
  return recording;
}

/** Makes any step ready that looks from the template's space at the managed one, for the tenant America. */
export function openGitStep(
  template: GitTemplate,
  step: StepDefinition,
  parameters: Record<string, string> = {},
  more: Pick<StepContextOptions, "now" | "workingDirectory"> = {},
): StepRecording {
  const known: Record<string, string> = {
    managementServerUrl: template.url,
    managementApiKey: template.apiKey,
    managementSpaceId: "Spaces-1",
    project: "Hello World CaC",
    serverUrl: template.url,
    apiKey: template.apiKey,
    spaceId: template.downstreamId,
    ...toGitParameters(template),
    space: "Spaces-1",
    owner: "contoso",
    tenant: "America",
  };
  const own = Object.entries(known).filter(([key]) => Object.hasOwn(step.parameters, key));
  return createStepContext({ step, parameters: { ...Object.fromEntries(own), ...parameters }, ...more });
}

/** What a step says of each copy, as its output `Copies` has it. */
export interface CopyOutcome {
  name: string;
  outcome: string;
  text: string;
}

/** Runs such a step. @returns its outputs, and what it says of the copies where it says that */
export async function runGitStep(
  template: GitTemplate,
  step: StepDefinition,
  parameters: Record<string, string> = {},
): Promise<StepRecording & { copies: CopyOutcome[] }> {
  const recording = openGitStep(template, step, parameters);
  await recording.run();
  return { ...recording, copies: JSON.parse(recording.outputs["Copies"] ?? "[]") };
}
