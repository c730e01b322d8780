import { expect, test } from "vitest";
import { objectsOf } from "../../lib/model/json.ts";
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

test("tags that come with their set are known to what has them, and stay so when they are called otherwise", async () => {
  const { golden, managed, serialize, deploy, read, takeWrites } = await startGoldenSpaces();
  const colors = { Red: "#983230", Blue: "#203A88" };
  const set = await golden.post("/tagsets", {
    Name: "Team",
    Tags: Object.entries(colors).map(([Name, Color]) => ({ Name, Color })),
  });
  await golden.post("/tenants", { Name: "America", TenantTags: ["Team/Blue"] });
  await serialize();
  await deploy("golden");
  expect(await read(managed)).toEqual(await read(golden));

  const current = await golden.get(`/tagsets/${set.Id}`);
  const tags = objectsOf(current, "Tags").map((tag) => (tag["Name"] === "Blue" ? { ...tag, Name: "Green" } : tag));
  await golden.put(`/tagsets/${set.Id}`, { ...current, Tags: tags });
  await serialize();
  await deploy("golden");
  expect(await read(managed)).toEqual(await read(golden));
  takeWrites();
  await deploy("golden");
  expect(takeWrites()).toEqual([]);
});
