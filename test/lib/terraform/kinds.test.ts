import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import type { KindStory } from "../../kinds/kind-story.ts";
import { carryByTerraform } from "./carry-by-terraform.ts";
import { expectedRefusals, expectedRemarks } from "./expected-remarks.ts";
import { hasProvider } from "./terraform.ts";

const folder = new URL("../../kinds/stories/", import.meta.url);
/** Part of a story's name, to try a few of them alone. */
const wanted = process.env["STORY"] ?? "";
const stories = (await Promise.all(readdirSync(folder).map(readStories)))
  .flat()
  .filter((story) => nameOf(story).includes(wanted));

async function readStories(file: string): Promise<KindStory[]> {
  const module: { stories: KindStory[] } = await import(`../../kinds/stories/${file}`);
  return module.stories;
}

function nameOf({ kind, what }: KindStory): string {
  return `${kind}: ${what}`;
}

test.skipIf(!hasProvider)(
  "what is of a kind arrives through Terraform but for what a remark tells, and a second plan has nothing to do",
  async () => {
    const arrivals = await carryByTerraform(stories);

    expect(Object.fromEntries(arrivals.map(({ story, ...arrival }) => [nameOf(story), arrival]))).toEqual(
      Object.fromEntries(
        stories.map((story) => [
          nameOf(story),
          {
            errors: [],
            changes: [],
            unexplained: [],
            remarks: expectedRemarks[nameOf(story)] ?? [],
            ...expectedRefusals[nameOf(story)],
          },
        ]),
      ),
    );
  },
);
