import { expect, test } from "vitest";
import type { StepDefinition } from "../../lib/step/define-step.ts";
import { step as findUpdates } from "../../steps/find-updates/step.ts";
import { step as mergeUpdates } from "../../steps/merge-updates/step.ts";
import { createStepContext } from "../step/create-step-context.ts";
import { copyName, deploy, fork, serialize, toGitParameters } from "./git-copies.ts";
import { startGitTemplate, type GitTemplate } from "./git-template.ts";

const processFile = ".octopus/hello/deployment_process.ocl";

test.each(["gitea", "github"] as const)(
  "a copy on %s is forked, deployed, found behind, offered the changes, and up to date when they are merged",
  async (host) => {
    const template = await startGitTemplate({ host });
    await template.downstream.post("/actiontemplates", {
      Name: "Other",
      ActionType: "Octopus.Script",
      Properties: {},
      Parameters: [],
    });
    const brought = await serialize(template);
    const gitUrl = await fork(template);
    await deploy(template, brought, { gitUrl });
    const born = await run(template, findUpdates);
    template.edit({
      message: "Say more",
      files: {
        [processFile]: template.read("acme/hello_world_cac", processFile).replace("echo Say hello", "echo Say more"),
      },
    });

    const behind = await run(template, findUpdates);
    const offered = await run(template, mergeUpdates);
    const again = await run(template, mergeUpdates);
    const repository = template.host.find(...split(copyName));
    if (repository !== undefined) template.host.merge(repository, 1);
    const merged = await run(template, mergeUpdates);
    const after = await run(template, findUpdates);
    const deployed = await deploy(template, brought, { gitUrl });

    expect(born).toMatchObject({ Status: "Up to date", Behind: "0" });
    expect(behind).toMatchObject({ Status: "Can be merged", Behind: "1", Conflicts: "[]" });
    expect([offered["Changed"], again["Changed"], merged["PullRequests"]]).toEqual(["True", "False", "[]"]);
    expect(after).toMatchObject({ Status: "Up to date", Behind: "0" });
    expect(deployed.outputs["Changed"]).toBe("False");
    expect(template.read(copyName, processFile)).toContain("echo Say more");
  },
);

async function run(template: GitTemplate, step: StepDefinition): Promise<Record<string, string>> {
  const { url, apiKey, downstreamId } = template;
  const recording = createStepContext({
    step,
    parameters: {
      managementServerUrl: url,
      managementApiKey: apiKey,
      managementSpaceId: "Spaces-1",
      project: "Hello World CaC",
      serverUrl: url,
      apiKey,
      spaceId: downstreamId,
      ...toGitParameters(template),
    },
  });
  await recording.run();
  return recording.outputs;
}

function split(path: string): [string, string] {
  const [owner = "", name = ""] = path.split("/");
  return [owner, name];
}
