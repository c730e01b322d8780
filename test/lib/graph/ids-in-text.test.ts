import fc from "fast-check";
import { expect, test } from "vitest";
import { splitAtMeantIds } from "../../../lib/graph/ids-in-text.ts";
import { readBody, type Names } from "../../../lib/graph/read-body.ts";
import { recognizeIds } from "../../../lib/graph/recognize-ids.ts";
import type { JsonObject } from "../../../lib/model/json.ts";
import { getKind } from "../../../lib/resources/index.ts";

const id = fc.constantFrom("Feeds-1", "Environments-20", "Spaces-7", "teams-everyone");
const noise = fc.constantFrom(", ", ",", '"', "\\", "{", "}", "[", "é", " see ", "/app#/", "/api/", "#{x}", "\n");
const text = fc.array(fc.oneof(id, noise), { maxLength: 8 }).map((parts) => parts.join(""));
const anyText = fc.oneof(
  text,
  fc.json(),
  fc.array(text).map((list) => JSON.stringify(list)),
  fc.string(),
);

test("the pieces of a text are the text", () => {
  fc.assert(
    fc.property(anyText, (whole) => {
      const pieces = splitAtMeantIds(whole, "Spaces-7");
      expect(pieces.map((piece) => piece.text).join("")).toBe(whole);
    }),
  );
});

const kind = getKind("variableSet");
const document = (Value: string): JsonObject => ({ Variables: [{ Name: "A", Type: "String", Value, Scope: {} }] });

function namesOf(spaceId: string, known: Record<string, string>): Names {
  return {
    spaceId,
    find: (one) => (known[one] === undefined ? undefined : { kind: "feed", key: [known[one]] }),
    findTag: () => undefined,
    findStepTemplate: () => undefined,
  };
}

test.each([
  ['{"a":"Feeds-1","b":"Feeds-2"}', '{"a":"Feeds-9","b":"Feeds-2"}'],
  ["Feeds-1, Feeds-2", "Feeds-9, Feeds-2"],
  ["/app#/Spaces-7/feeds/Feeds-1/of/Feeds-2", "/app#/Spaces-8/feeds/Feeds-9/of/Feeds-2"],
  ["see Feeds-2", "see Feeds-2"],
])("what only looked like an id where it comes from is what it is here, in %s too", (there, here) => {
  const template = readBody(kind, document(there), { names: namesOf("Spaces-7", { "Feeds-1": "Docker" }) });
  const names = namesOf("Spaces-8", { "Feeds-9": "Docker", "Feeds-2": "Helm" });

  expect(recognizeIds(kind, template, names)).toEqual(readBody(kind, document(here), { names }));
});
