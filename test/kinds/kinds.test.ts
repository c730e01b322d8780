import { describe, expect, test } from "vitest";
import type { ResourceGraph } from "../../lib/model/graph.ts";
import type { OctopusDocument } from "../../lib/octopus/octopus-client.ts";
import { getKind } from "../../lib/resources/index.ts";
import { startCarrying } from "./carry.ts";
import { sentinel } from "./kind-story.ts";
import { knownDocuments, listKnownFields, listTriedFields } from "./known-fields.ts";
import { stories } from "./stories.ts";

describe.each(stories)("$kind: $what", (story) => {
  test("arrives in another space, is there what it was, is not written again, and comes back when it was edited", async () => {
    const { upstream, downstream, read, bring, takeWrites } = await startCarrying(story.server);
    for (const space of [upstream, downstream]) await story.prepare?.(space);
    await story.seed(upstream);
    const { label } = getKind(story.kind);
    const original = await read(upstream, { resources: [label] });
    expect(original.nodes.filter(({ kind }) => kind === story.kind)).not.toEqual([]);
    expect(JSON.stringify(original)).not.toContain(sentinel);

    await bring(original);
    const copy = await read(downstream, { resources: [label] });
    expect(copy).toEqual(original);

    takeWrites();
    const { resources } = await bring(original, {
      isAdopting: true,
      secrets: { readVariable: () => undefined, missing: "leave" },
    });
    expect(resources.filter(({ action }) => action !== "none")).toEqual([]);
    expect(takeWrites()).toEqual([]);

    if (story.edit === undefined) return;
    const { edit } = story;
    const copies = (await getKind(story.kind).list(downstream)).filter((one) => isBrought(original, story.kind, one));
    for (const one of copies) await getKind(story.kind).update?.(downstream, one, { ...one, ...edit });
    takeWrites();
    await bring(original, { isAdopting: true });
    expect(takeWrites()).not.toEqual([]);
    expect(await read(downstream, { resources: [label] })).toEqual(original);
  });
});

function isBrought({ nodes }: ResourceGraph, id: string, document: OctopusDocument): boolean {
  const kind = getKind(id);
  return nodes.some((node) => node.kind === id && kind.nameOf(node.body) === kind.nameOf(document));
}

test.for(Object.keys(knownDocuments))(
  "the stories of %s leave no field untried, and no word that one can have",
  async (kind, { skip }) => {
    const known = listKnownFields(kind);
    if (known === undefined) return skip("OCTOPUS_API_CONTRACT does not name the data of the reference.");
    const told = stories.filter((story) => story.kind === kind || story.also?.[kind] !== undefined);
    const tried = new Set((await Promise.all(told.map((story) => listTriedFields(story, kind)))).flat());
    const uncarried = told.flatMap((story) =>
      Object.keys((story.kind === kind ? story.uncarried : story.also?.[kind]) ?? {}),
    );
    const isIn = (field: string, other: string): boolean =>
      field === other || [".", ": "].some((next) => field.startsWith(`${other}${next}`));
    expect(known.filter((field) => !tried.has(field) && !uncarried.some((one) => isIn(field, one)))).toEqual([]);
    expect(uncarried.filter((one) => tried.has(one) || !known.some((field) => isIn(field, one)))).toEqual([]);
  },
);
