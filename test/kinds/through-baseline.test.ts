import { expect, test } from "vitest";
import { fromGraph, type BaselineReading } from "../../lib/baseline/graph-to-baseline.ts";
import { parseBaseline } from "../../lib/baseline/parse-baseline.ts";
import { renderBaseline } from "../../lib/baseline/render-baseline.ts";
import { readGraph } from "../../lib/graph/read-graph.ts";
import { ownSpace } from "../../lib/model/graph.ts";
import type { OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { step as populateSpace } from "../../steps/populate-space/step.ts";
import { createStepContext } from "../step/create-step-context.ts";
import { secretValuesOf, startGoldenSpaces } from "../steps/golden-space.ts";
import { connectToGitHub } from "./github-connections.ts";
import { stories } from "./stories.ts";

/** What the baseline of a story's space has no words for, by kind. */
const unsaid: Readonly<Record<string, RegExp>> = {
  machine: /said as disabled|Endpoint\.Inputs/,
  worker: /said as disabled/,
  project:
    /comes? in a package|DeploymentAction|ReleaseCreation|Scope\.(Action|ProcessOwner)|no words for (Filter|Action|Rules)/,
  stepTemplate: /GitHubConnectionId/,
};

test.for(stories)("$kind: $what, is in a baseline, and by that in another space", async (story) => {
  const { golden, managed, url, apiKey, server, takeWrites } = await startGoldenSpaces(story.server);
  for (const space of [golden, managed]) {
    connectToGitHub(server, space);
    await story.prepare?.(space);
  }
  await story.seed(golden);
  const { graph } = await readGraph(golden, ownSpace, lookedUp);
  const first = fromGraph(graph);
  const baseline = renderBaseline(first, { about: "The golden space." });
  const populate = (): Promise<unknown> =>
    createStepContext({
      step: populateSpace,
      parameters: { serverUrl: url, apiKey, spaceId: managed.id, receiptKey: "a key", baseline },
      variables: secretValuesOf(graph),
    }).run();

  expect(parseBaseline(baseline, "golden.yaml")).toEqual(first.baseline);
  expect(first.remarks.filter(({ text }) => unsaid[story.kind]?.test(text) !== true)).toEqual([]);
  await populate();
  takeWrites();
  await populate();
  expect(takeWrites()).toEqual([]);
  // Where something is not said, the space has what a new one has.
  expect((await readBaseline(managed)).baseline).toMatchObject(first.baseline);
});

const lookedUp = { select: { needs: "lookUp" } } as const;

async function readBaseline(space: OctopusSpace): Promise<BaselineReading> {
  return fromGraph((await readGraph(space, ownSpace, lookedUp)).graph);
}
