import { objectsOf, type JsonObject, type JsonValue } from "../model/json.ts";
import type { Path, Problem } from "../yaml/problem.ts";
import { sectionField } from "./section.ts";
import { sections } from "./sections/index.ts";
import { object, type Shape } from "./shape.ts";
import { word } from "./words.ts";

/** What every managed space has, as a person writes it down: lists of resources by section. What is left out is left as it is. */
export type Baseline = JsonObject;

const about =
  "What every managed space has. Resources are added and updated, never deleted; what is left out stays as it is.";

const shape: Shape = {
  fields: {
    name: word("name", "Tells this baseline from others that fill the same spaces."),
    ...Object.fromEntries(sections.map((section) => [section.key, sectionField(section)])),
  },
};

const document = object("", about, shape);

/** All that is wrong in the content of a document. */
export function checkBaseline(content: JsonObject): Problem[] {
  return [...document.check(content, []), ...findTwice(content)];
}

/** The published JSON Schema. */
export function toJsonSchema(): JsonObject {
  const $schema = "https://json-schema.org/draft/2020-12/schema";
  return { $schema, ...document.schema(), description: about };
}

/** Resources of one kind that several sections have: Octopus compares names without regard to case. */
function findTwice(content: JsonObject): Problem[] {
  const seen = new Map<string, string>();
  return sections.flatMap(({ key, kind }) =>
    objectsOf(content, key).flatMap(({ name }, index) => {
      const id = `${kind} ${String(name).toLowerCase()}`;
      const first = seen.get(id) ?? key;
      seen.set(id, first);
      return first === key || name === undefined ? [] : [tellTwice({ name, first }, [key, index, "name"])];
    }),
  );
}

function tellTwice({ name, first }: { name: JsonValue; first: string }, path: Path): Problem {
  return { path, text: `"${String(name)}" is there already, in "${first}".` };
}
