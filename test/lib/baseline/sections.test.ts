import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { toGraph } from "../../../lib/baseline/baseline-to-graph.ts";
import { fromGraph } from "../../../lib/baseline/graph-to-baseline.ts";
import { parseBaseline } from "../../../lib/baseline/parse-baseline.ts";
import { sectionField } from "../../../lib/baseline/section.ts";
import { sections } from "../../../lib/baseline/sections/index.ts";
import {
  isJsonObject,
  objectOf,
  objectsOf,
  textsOf,
  type JsonObject,
  type JsonValue,
} from "../../../lib/model/json.ts";

const folder = join(import.meta.dirname, "every-field");
/** A runbook is made in the UI, so that what runs one is said and never read back. Feeds say the other words of Docker feeds. */
const oneWay = { unsaid: ["runbook", "runRunbook"], section: "dockerFeeds" };
const written = sections.filter(({ key }) => key !== oneWay.section);

test("each section has a baseline with all that may be said there", () => {
  expect(readdirSync(folder).toSorted()).toEqual(written.map(({ key }) => `${key}.yaml`).toSorted());
});

test.each(written)("$key says each field, and the same again when it is read back", (section) => {
  const text = readFileSync(join(folder, `${section.key}.yaml`), "utf8");
  const baseline = parseBaseline(text, section.key);

  expect(listUnsaid(sectionField(section).schema(), [baseline[section.key] ?? null], section.key)).toEqual([]);
  expect(fromGraph(toGraph(baseline))).toEqual({ baseline, remarks: [] });
  expect(baseline).toEqual(parse(text));
});

/** Keys that the schema has and none of the values. */
function listUnsaid(schema: JsonObject, values: JsonValue[], path: string): string[] {
  const [item, inner] = [schema["items"], objectOf(schema, "properties")];
  if (isJsonObject(item)) return listUnsaid(item, values.filter(Array.isArray).flat(), `${path}[]`);
  const groups = values.filter(isJsonObject);
  const own = Object.keys(inner).flatMap((key) => {
    const said = groups.flatMap((group) => group[key] ?? []);
    const [first] = groups.flatMap((group) => (key in group ? [group[key] ?? null] : []));
    if (oneWay.unsaid.includes(key)) return [];
    return first === undefined
      ? [`${path}.${key}`]
      : listUnsaid(objectOf(inner, key), Array.isArray(first) ? [said] : said, `${path}.${key}`);
  });
  const cases = objectsOf(schema, "anyOf").flatMap((variant) => {
    const [by, word] = findConst(variant);
    if (word === undefined || oneWay.unsaid.includes(word)) return [];
    // The usual type is not said.
    const isOptional = !textsOf(variant, "required").includes(by);
    const { [by]: _type, ...properties } = objectOf(variant, "properties");
    return listUnsaid(
      isOptional ? { ...variant, properties } : variant,
      groups.filter((group) => group[by] === word || (isOptional && group[by] === undefined)),
      `${path}(${word})`,
    );
  });
  return [...own, ...cases];
}

function findConst(variant: JsonObject): [key: string, word: string | undefined] {
  const found = Object.entries(objectOf(variant, "properties")).find(
    ([, value]) => isJsonObject(value) && "const" in value,
  );
  return found === undefined
    ? ["", undefined]
    : [found[0], String(objectOf(objectOf(variant, "properties"), found[0])["const"])];
}
