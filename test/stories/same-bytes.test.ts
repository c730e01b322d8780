import { beforeAll, expect, test } from "vitest";
import { readArchive } from "../../lib/graph/package-archive.ts";
import { createOctopusClient } from "../../lib/octopus/octopus-client.ts";
import { downloadPackage, findNewestPackage } from "../../lib/octopus/packages.ts";
import { step } from "../../steps/serialize-project/step.ts";
import { createFixtureProject, createSurroundings } from "../lib/graph/create-fixture-project.ts";
import { startOctopus } from "../steps/managed-tenants.ts";
import { failureOf, nodes, renderRealStep, type RealStep } from "./real-step.ts";

let serialize: RealStep;

beforeAll(async () => {
  serialize = await renderRealStep("serialize-project", step);
  return () => serialize.remove();
});

const places = [
  { TZ: "Asia/Tokyo", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8" },
  { TZ: "America/St_Johns", LANG: "de_DE.UTF-8", LC_ALL: "de_DE.UTF-8" },
  { TZ: "UTC", LANG: "C", LC_ALL: "C" },
  { TZ: "Africa/Casablanca", LANG: "ar_MA.UTF-8", LC_ALL: "ar_MA.UTF-8" },
];

test("a project gives the same bytes in every process, but for the version: on every Node.js, in every time zone and language", async () => {
  const octopus = await startOctopus();
  const space = createOctopusClient(octopus).inSpace({ Id: "Spaces-1", Name: "Default" });
  await createFixtureProject(space, await createSurroundings(space));
  const parameters = { serverUrl: octopus.url, apiKey: octopus.apiKey, space: "Spaces-1", project: "Hello World" };
  const packages: [path: string, text: string][][] = [];

  for (const [index, env] of places.entries()) {
    const node = nodes[index];
    const result = await serialize.run({ flavor: "inline", ...(node !== undefined && { node }), parameters, env });
    expect(failureOf(result)).toBeUndefined();
    const newest = await findNewestPackage(space, "hello_world");
    if (newest === undefined) throw new Error("There is no package.");
    const files = readArchive(await downloadPackage(space, newest), "hello_world");
    packages.push([...files].map(([path, text]) => [path, text.replaceAll(newest.version, "(version)")]));
    // Without it, the next run compares with nothing and pushes.
    await space.remove(`/packages/${newest.id}`);
  }

  expect(packages[0]?.length).toBeGreaterThan(1);
  for (const one of packages) expect(one).toEqual(packages[0]);
});
