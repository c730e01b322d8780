import { expect, test } from "vitest";
import { createFixtureProject, createSurroundings } from "../lib/graph/create-fixture-project.ts";
import { startGoldenSpaces } from "./golden-space.ts";

test("a golden space is in a new space what it was, and is not written again", async () => {
  const { golden, managed, serialize, deploy, read, takeWrites } = await startGoldenSpaces();
  await createFixtureProject(golden, await createSurroundings(golden));

  const packed = await serialize();
  console.log(packed.log.map(({ message }) => message).join("\n"));
  expect(packed.outputs).toMatchObject({ PackageId: "golden", Changed: "True" });
  const first = await deploy("golden", { missingSecrets: "leave" });
  console.log(first.log.map(({ message }) => message).join("\n"));
  expect(await read(managed)).toEqual(await read(golden));
  takeWrites();
  await deploy("golden", { missingSecrets: "leave" });
  expect(takeWrites()).toEqual([]);
});
