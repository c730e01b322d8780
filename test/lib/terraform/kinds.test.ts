import { readdirSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import type { KindStory } from "../../kinds/kind-story.ts";
import { carryByTerraform, type Arrival } from "./carry-by-terraform.ts";
import { expectedRemarks } from "./expected-remarks.ts";
import { hasProvider } from "./terraform.ts";

const folder = new URL("../../kinds/stories/", import.meta.url);
const files = readdirSync(folder);
const wanted = process.env["STORY"] ?? "";
const stories = (await Promise.all(files.map(readStories)))
  .flat()
  .filter(({ kind, what }) => `${kind}: ${what}`.includes(wanted));

async function readStories(file: string): Promise<KindStory[]> {
  const module: { stories: KindStory[] } = await import(`../../kinds/stories/${file}`);
  return module.stories;
}

describe.skipIf(!hasProvider)("through Terraform and the real provider", () => {
  let arrivals: Map<KindStory, Arrival>;
  beforeAll(async () => {
    arrivals = await carryByTerraform(stories);
  });

  describe.each(stories)("$kind: $what", (story) => {
    test("arrives, and a second plan has nothing to do", () => {
      const arrival = arrivals.get(story);
      expect(arrival?.errors).toEqual([]);
      expect(arrival?.changes).toEqual([]);
      expect(arrival?.remarks).toEqual(expectedRemarks[`${story.kind}: ${story.what}`] ?? []);
      expect(arrival?.unexplained).toEqual([]);
    });
  });
});
