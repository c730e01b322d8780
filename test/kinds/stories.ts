import { readdirSync } from "node:fs";
import type { KindStory } from "./kind-story.ts";

const files = readdirSync(new URL("./stories/", import.meta.url));

/** The stories of all kinds. */
export const stories = (await Promise.all(files.map(readStories))).flat();

async function readStories(file: string): Promise<KindStory[]> {
  const module: { stories: KindStory[] } = await import(`./stories/${file}`);
  return module.stories;
}
