import { h, named } from "./element.ts";
import { factsOf } from "./instance-drawer.ts";
import type { Page } from "./page.ts";
import { badge, placeOf } from "./parts.ts";
import { ago, digits } from "./words.ts";

/** Each instance as a card. */
export function instancesView(page: Page): HTMLElement[] {
  const { instances } = page.report;
  const cards = instances.map((instance) =>
    h(
      "li",
      { class: `card instance${instance.isStale ? " stale" : ""}` },
      h(
        "div",
        { class: "head" },
        h(
          "h3",
          {},
          h(
            "a",
            { href: page.href({ open: `instance:${instance.url}` }), class: "name" },
            named(placeOf(instance.url)),
          ),
        ),
        badge(instance.well),
      ),
      instance.isStale &&
        h(
          "p",
          { class: "stale-note" },
          instance.readAt === undefined ? "Has never answered" : `As it was ${ago(instance.readAt, page.now)}`,
        ),
      instance.findings.slice(0, 3).map(({ text }) => h("p", { class: "text" }, text)),
      instance.findings.length > 3 && h("p", { class: "quiet" }, `and ${instance.findings.length - 3} more`),
      factsOf(page, instance),
    ),
  );
  return [
    h(
      "div",
      { class: "bar" },
      h("div", { class: "head" }, h("h2", {}, "Instances"), h("span", { class: "quiet" }, digits(instances.length))),
    ),
    h("ul", { class: "instances" }, cards),
  ];
}
