import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../../build/project.ts";
import { step as populateSpace } from "../../steps/populate-space/step.ts";
import { createStepContext, type StepRecording } from "../step/create-step-context.ts";
import { startTwoSpaces, type TwoSpaces } from "./two-spaces.ts";

const baseline = readFileSync(join(projectRoot, "examples/baseline/baseline.yaml"), "utf8");

function populate({ url, apiKey, downstream }: TwoSpaces): StepRecording {
  const names = [...baseline.matchAll(/variable: ([\w.]+)/g)].map(([, name = ""]) => [name, `secret of ${name}`]);
  return createStepContext({
    step: populateSpace,
    parameters: { serverUrl: url, apiKey, spaceId: downstream.id, baseline, receiptKey: "a key for receipts" },
    variables: Object.fromEntries(names),
  });
}

const collections = ["environments", "lifecycles", "feeds", "git-credentials", "projectgroups", "libraryvariablesets"];

async function readNames({ downstream }: TwoSpaces): Promise<string[]> {
  const lists = collections.map(async (collection) =>
    (await downstream.list(`/${collection}`)).map((document) => `${collection} ${String(document["Name"])}`),
  );
  return (await Promise.all(lists)).flat().toSorted();
}

test("two runs of Populate Space that overlap end as one does", async () => {
  const [alone, together] = [await startTwoSpaces(), await startTwoSpaces()];
  await populate(alone).run();

  await Promise.all([populate(together).run(), populate(together).run()]);

  expect(await readNames(together)).toEqual(await readNames(alone));
  together.takeWrites();
  await populate(together).run();
  expect(together.takeWrites()).toEqual([]);
});

test("a run of Populate Space that was killed after any of its writes is finished by the next", async () => {
  const alone = await startTwoSpaces();
  alone.takeWrites();
  await populate(alone).run();
  const count = alone.takeWrites().length;
  const names = await readNames(alone);

  for (let at = 1; at <= count; at += 1) {
    const spaces = await startTwoSpaces();
    spaces.server.setFaults({ drop: { at, when: "after", counting: "writes", andAllLater: true } });
    await expect(populate(spaces).run()).rejects.toThrow(/Failed to populate/);
    spaces.server.setFaults({});
    await populate(spaces).run();
    expect(await readNames(spaces), `killed after write ${at}`).toEqual(names);
    spaces.takeWrites();
    await populate(spaces).run();
    expect(spaces.takeWrites(), `killed after write ${at}`).toEqual([]);
  }
});
