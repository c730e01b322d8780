import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { getKind } from "../../lib/resources/index.ts";
import { startCarrying } from "./carry.ts";
import type { KindStory } from "./kind-story.ts";

const files = readdirSync(new URL("./stories/", import.meta.url));
const stories = (await Promise.all(files.map(readStories))).flat();

async function readStories(file: string): Promise<KindStory[]> {
  const module: { stories: KindStory[] } = await import(`./stories/${file}`);
  return module.stories;
}

describe.each(stories)("$kind: $what", (story) => {
  test("arrives in another space, is not written again, and is there what it was", async () => {
    const { upstream, downstream, read, bring, takeWrites } = await startCarrying(story.server);
    await story.seed(upstream);
    const { label } = getKind(story.kind);
    const original = await read(upstream, { resources: [label] });
    expect(original.nodes.filter(({ kind }) => kind === story.kind)).not.toEqual([]);

    await bring(original);
    const copy = await read(downstream, { resources: [label] });
    expect(copy).toEqual(original);

    takeWrites();
    const { resources } = await bring(original, { secrets: { readVariable: () => undefined, missing: "leave" } });
    expect(resources.filter(({ action }) => action !== "none")).toEqual([]);
    expect(takeWrites()).toEqual([]);
  });
});
