import { expect, test } from "vitest";
import { startWorkerRoad } from "./worker-road.ts";

/** As somebody types them into Octopus. */
const typed: Record<string, string> = {
  Plain: "correct # horse {battery} ##",
  Escaped: "a##{b}c",
  EscapedTwice: "a####{b}",
  Unknown: "a#{Nobody.Knows.This}c",
  HashBeforeUnknown: "a###{Nobody.Knows.This}",
  Unfinished: "100%#{",
  Block: "x ##{if Octopus.Space.Id}y##{/if}",
  ThreeAtTheEnd: "x ###{",
};

test("deployments of a copy see the same secrets as those of the template, whatever Octopus evaluates", async () => {
  const names = Object.keys(typed);
  const road = await startWorkerRoad(names);
  await road.setVariables(
    names.map((Name) => ({ Name, Value: typed[Name] ?? "", Type: "Sensitive", IsSensitive: true, Scope: {} })),
  );
  const { log } = await road.serialize();

  const first = await road.deploy();

  const expected = await road.readValues(road.barry, "Test");
  expect(expected).toMatchObject({ Plain: typed["Plain"], Escaped: "a#{b}c", EscapedTwice: "a###{b}" });
  expect(await road.readValues(road.lisa, "Test")).toEqual(expected);
  expect(first).toContain('The value of the variable "Escaped" still holds');
  expect(first).not.toContain('The value of the variable "Plain" still holds');
  for (const value of Object.values(expected)) expect(first).not.toContain(value);
  expect(log.map(({ message }) => message).filter((message) => message.includes("evaluated"))).toEqual([
    expect.stringContaining(
      "Block, Escaped, EscapedTwice, HashBeforeUnknown, Plain, ThreeAtTheEnd, Unfinished, Unknown",
    ),
  ]);

  expect(await road.deploy()).toContain("nothing was written");
});
