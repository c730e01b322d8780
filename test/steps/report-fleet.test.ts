import { expect, test } from "vitest";
import { startFleet } from "./fleet-stage.ts";

test("a look tells how copies stand and how spaces are, and writes to no managed space", async () => {
  const fleet = await startFleet();
  const europe = await fleet.addInstance();
  const [america, asia] = [await fleet.addSpace("America"), await fleet.addSpace("Asia", europe)];
  await fleet.publish("2026.1.1");
  await fleet.deploy(america, "2026.1.1");
  await fleet.deploy(asia, "2026.1.1");

  const look = await fleet.look();

  expect(look.error).toBe("");
  expect(look.report.spaces.map(({ name, inStep, well }) => ({ name, inStep, well }))).toEqual([
    { name: "America", inStep: "upToDate", well: "well" },
    { name: "Asia", inStep: "upToDate", well: "well" },
  ]);
  expect(look.requests.flat().filter((request) => !request.startsWith("GET "))).toEqual([
    expect.stringMatching(/^POST \/api\/Spaces-1\/libraryvariablesets/),
  ]);
});
