import type { FleetAttention } from "../../fleet-report.ts";
import { noFilters } from "./address.ts";
import { h, named, type Child } from "./element.ts";
import type { Page } from "./page.ts";
import { badge, mendOf, placeOf, spaceLink, spacesOf } from "./parts.ts";
import { count, digits, exact, lasting } from "./words.ts";

/** How many lines are seen before somebody asks for all. */
const most = 6;

/** What needs a person, the worst first. */
export function attentionCard(page: Page): HTMLElement {
  const { attention, previousAt } = page.report;
  const fresh = attention.filter(({ isNew }) => isNew).length;
  const shown = attention.length <= most + 2 ? attention : attention.slice(0, most);
  const rest = attention.slice(shown.length);
  return h(
    "section",
    { class: "card attention", "aria-labelledby": "attention" },
    h(
      "div",
      { class: "head" },
      h("h2", { id: "attention" }, attention.length === 0 ? "Nothing needs a person" : "Needs a person"),
      attention.length > 0 && h("span", { class: "quiet" }, count(attention.length, "thing")),
      fresh > 0 &&
        h("span", { class: "quiet" }, `${fresh} new`, previousAt !== undefined && ` since ${exact(previousAt)}`),
    ),
    attention.length > 0 && lines(page, shown),
    rest.length > 0 &&
      h(
        "details",
        { class: "more", "data-key": "attention" },
        h("summary", {}, `${digits(rest.length)} more`),
        lines(page, rest),
      ),
  );
}

function lines(page: Page, attention: readonly FleetAttention[]): HTMLElement {
  return h(
    "ul",
    { class: "lines" },
    attention.map((line) => h("li", { class: line.isNew && "new" }, lineOf(page, line))),
  );
}

function lineOf(page: Page, line: FleetAttention): Child[] {
  return [
    h("div", { class: "state" }, badge(line.state)),
    h(
      "div",
      { class: "what" },
      h("p", { class: "text" }, line.text),
      h(
        "p",
        { class: "quiet" },
        line.isNew && h("span", { class: "mark" }, "New"),
        lasting(line.since, page.now),
        placesOf(page, line),
      ),
    ),
    mendOf(page, line.mend),
  ];
}

function placesOf(page: Page, { spaces, instance, text }: FleetAttention): Child[] {
  const [first = ""] = spaces;
  const space = page.spaces.get(first);
  const at = instance === undefined ? undefined : page.instances.get(instance);
  return [
    at !== undefined && [" · ", h("a", { href: page.href({ open: `instance:${at.url}` }) }, named(placeOf(at.url)))],
    spaces.length > 1 && [
      " · ",
      h("a", { href: page.href({ ...noFilters, cause: text, view: "", open: "" }) }, spacesOf(spaces.length)),
    ],
    spaces.length === 1 && space !== undefined && [" · ", spaceLink(page, space)],
  ];
}
