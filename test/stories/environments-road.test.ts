import { expect, onTestFinished, test } from "vitest";
import { targets } from "../../examples/demo/environment-spaces.ts";
import { takeTheEnvironmentsRoad } from "../../examples/demo/environments-road.ts";
import { createOctopusServer } from "../octopus-server/octopus-server.ts";

test("a project goes from Development to Test and Production, and each space has what is its own", async () => {
  const worker = {
    environment: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", LANG: "C.UTF-8" },
  };
  const [server, second] = [createOctopusServer({ worker }), createOctopusServer({ worker })];
  onTestFinished(() => Promise.all([server.close(), second.close()]).then(() => undefined));
  const told: string[] = [];

  const table = await takeTheEnvironmentsRoad({
    url: await server.listen(),
    apiKey: server.apiKey,
    second: { url: await second.listen(), apiKey: second.apiKey },
    stage: async (title, work) => void told.push(`${title}: ${(await work()) ?? ""}`),
  });

  const deployed = told.filter((line) => line.startsWith('Deployed "Web Shop"'));
  expect(deployed).toEqual([
    expect.stringContaining("Web Shop in Test calls https://test.example.com, with a password of its own"),
    expect.stringContaining("Web Shop in Live calls https://example.com, with a password of its own"),
    expect.stringMatching(/in Test .* its new basket is on$/),
    expect.stringMatching(/in Live .* its new basket is off$/),
  ]);
  expect(table.match(/Smoke test/g)).toHaveLength(3);
  expect(table.match(/Fill with sample data/g)).toHaveLength(1);
  expect(table.match(/Reset data/g)).toHaveLength(1);
  const secrets = Object.values(targets).map(({ password }) => password);
  expect(secrets.filter((secret) => `${told.join()}${table}`.includes(secret))).toEqual([]);
});
