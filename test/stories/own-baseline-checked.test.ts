import { beforeAll, expect, test } from "vitest";
import { step as serializeProject } from "../../steps/serialize-project/step.ts";
import { startDeployments } from "../steps/deployment-stage.ts";
import { failureOf, renderRealStep, type Flavor, type RealStep } from "./real-step.ts";

// What Serialize Project says of an own baseline: an inline body has no room for all that the package of the steps knows.

let serialize: RealStep;

beforeAll(async () => {
  serialize = await renderRealStep("serialize-project", serializeProject);
  return () => serialize.remove();
});

test.each<[Flavor, string, RegExp]>([
  ["inline", "environments:\n  - name: Test\n  name: twice\n", /"Own Baseline":\s*line 3, column 1: /],
  ["inline", "environments: Test\n", /line 1, column 15: "environments" must be a list\./],
  ["inline", "environments:\n  - Test\n", /line 2, column 5: Each entry of "environments" must be a group/],
  ["inline", "- Test\n", /A baseline must be a group of keys and values\./],
  ["packaged", "environments:\n  - name: Test\n  name: twice\n", /"Own Baseline":\s*line 3, column 1: /],
  ["packaged", "environments:\n  - nam: Test\n", /line 2, column 5: .*nam/],
])("%s: tells the mistake in %j with its place, and packs nothing", async (flavor, ownBaseline, sentence) => {
  const stage = await startDeployments();
  stage.takeWrites();

  const result = await serialize.run({
    flavor,
    parameters: {
      serverUrl: stage.url,
      apiKey: stage.apiKey,
      space: "Spaces-1",
      project: "Hello World",
      ownBaseline,
    },
  });

  expect(failureOf(result)).toMatch(sentence);
  expect(stage.takeWrites()).toEqual([]);
});

test.each<Flavor>(["inline", "packaged"])("%s: packs a good one", async (flavor) => {
  const stage = await startDeployments();

  const result = await serialize.run({
    flavor,
    parameters: {
      serverUrl: stage.url,
      apiKey: stage.apiKey,
      space: "Spaces-1",
      project: "Hello World",
      ownBaseline: "name: hello\nenvironments: [{ name: Test }]\n",
    },
  });

  expect(failureOf(result)).toBeUndefined();
  expect(result.exitCode).toBe(0);
});
