import * as fc from "fast-check";
import { expect, test } from "vitest";
import { isId, splitAtIds } from "../../../lib/graph/ids.ts";

test.each([
  "Environments-1",
  "Feeds-10",
  "feeds-builtin",
  "teams-everyone",
  "teams-spacemanagers-Spaces-2",
  "Spaces-1",
])("%s is an id", (text) => {
  expect(isId(text)).toBe(true);
});

test.each([
  "Environments-",
  "environments-1",
  "Feeds-1x",
  "deploymentprocess-Projects-1",
  "Acme-1",
  "variableset-Projects-1",
  "",
])('"%s" is no id', (text) => {
  expect(isId(text)).toBe(false);
});

test("an id is found in text only where it stands alone", () => {
  const idsOf = (text: string) =>
    splitAtIds(text)
      .filter((piece) => piece.isId)
      .map((piece) => piece.text);
  expect(
    idsOf("Feeds-1,Feeds-10;deploymentprocess-Projects-1 myFeeds-2 Feeds-3-x Feeds-4.5 /Spaces-1/Projects-2"),
  ).toEqual(["Feeds-1", "Feeds-10", "Spaces-1", "Projects-2"]);
});

test("the pieces of a text are the text", () => {
  const word = fc.oneof(fc.string(), fc.constantFrom("Feeds-1", "Feeds-10", "feeds-builtin", "-", ",", "Projects-"));
  fc.assert(
    fc.property(fc.array(word), (words) => {
      const text = words.join("");
      const pieces = splitAtIds(text);
      expect(pieces.map((piece) => piece.text).join("")).toBe(text);
      expect(pieces.filter((piece) => piece.isId && !isId(piece.text))).toEqual([]);
    }),
  );
});
