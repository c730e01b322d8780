import { lookOf } from "../../states.ts";
import { h, named } from "./element.ts";
import type { Group } from "./groups.ts";
import type { Page } from "./page.ts";
import { badge, spacesOf } from "./parts.ts";
import { countBy, stackedBar } from "./strip.ts";
import { digits } from "./words.ts";

/** What a group is, and how it stands on both axes. */
export function groupHead(page: Page, { title, spaces, inStep, well, instance }: Group): HTMLElement {
  const counts = [...countBy(spaces, "inStep")];
  const fine = spaces.filter((space) => space.inStep === "upToDate").length;
  const name =
    instance !== undefined && page.instances.has(instance)
      ? h("a", { href: page.href({ open: `instance:${instance}` }) }, named(title.replace(/^https?:\/\//, "")))
      : named(title);
  return h(
    "div",
    { class: "group" },
    h("h3", {}, name),
    badge(inStep),
    badge(well),
    h("span", { class: "quiet" }, `${spacesOf(spaces.length)}, ${digits(fine)} up to date`),
    stackedBar(
      counts
        .flatMap(([state, value]): [string, number][] => {
          const space = spaces.find((one) => one.inStep === state);
          return space === undefined ? [] : [[lookOf(space.inStep).tone, value]];
        })
        .toSorted(),
    ),
  );
}
