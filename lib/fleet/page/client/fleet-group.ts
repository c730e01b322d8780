import { inStepStates } from "../../states.ts";
import { h, named } from "./element.ts";
import type { Group } from "./groups.ts";
import type { Page } from "./page.ts";
import { badge, placeOf, spacesOf } from "./parts.ts";
import { countBy, stackedBar } from "./strip.ts";
import { digits } from "./words.ts";

/** What a group is, and how it stands on both axes. */
export function groupHead(page: Page, { title, spaces, inStep, well, instance }: Group): HTMLElement {
  const counts = countBy(spaces, "inStep");
  const name =
    instance !== undefined && page.instances.has(instance)
      ? h("a", { href: page.href({ open: `instance:${instance}` }) }, named(placeOf(title)))
      : named(title);
  return h(
    "div",
    { class: "group" },
    h("h3", {}, name),
    badge(inStep),
    badge(well),
    h("span", { class: "quiet" }, `${spacesOf(spaces.length)}, ${digits(counts.get("upToDate") ?? 0)} up to date`),
    stackedBar(Object.entries(inStepStates).map(([state, { tone }]) => [tone, counts.get(state) ?? 0])),
  );
}
