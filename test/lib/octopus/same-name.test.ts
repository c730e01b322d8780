import fc from "fast-check";
import { expect, test } from "vitest";
import { foldName, isSameName } from "../../../lib/octopus/same-name.ts";
import { listByExactNames } from "../../../lib/resources/resource-kind.ts";
import { createOctopusClient } from "../../../lib/octopus/octopus-client.ts";
import { startOctopus } from "../../steps/managed-tenants.ts";

test("names are the same without case, and differ by an accent or a blank", () => {
  expect(isSameName("Production", "production")).toBe(true);
  expect(isSameName("Größe", "GRÖßE")).toBe(true);
  expect(isSameName("ΟΔΟΣ", "οδος")).toBe(true);
  expect(isSameName("Cafe", "Café")).toBe(false);
  expect(isSameName("Strasse", "Straße")).toBe(false);
  expect(isSameName("Team A", "TeamA")).toBe(false);
});

test("whatever else is in a name, capitals and small letters of it are the same, from either side", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme-ascii" }), (before, letters) => {
      const [small, large] = [before + letters.toLowerCase(), before + letters.toUpperCase()];
      expect([isSameName(small, large), isSameName(large, small)]).toEqual([true, true]);
      expect(foldName(small)).toBe(foldName(large));
    }),
  );
});

test("a name that is written in other letters than in the space is found there", async () => {
  const { api, url, apiKey } = await startOctopus();
  await api.post("/environments", { Name: "Production" });
  await api.post("/environments", { Name: "Production EU" });
  const space = createOctopusClient({ url, apiKey }).inSpace({ Id: "Spaces-1", Name: "Default" });

  const found = await listByExactNames(space, "environments", ["production", "PRODUCTION"]);

  expect(found.map(({ Name }) => Name)).toEqual(["Production"]);
});
