import type { FleetDesirePath } from "../../fleet-report.ts";
import { noFilters } from "./address.ts";
import { h, named } from "./element.ts";
import type { Page } from "./page.ts";
import { copyable, foldedList, spaceNames } from "./parts.ts";
import { count, digits, percent } from "./words.ts";

/** What people of many spaces changed alike, and what can be done about it. */
export function desirePathsView(page: Page): HTMLElement[] {
  const paths = page.report.desirePaths.filter(
    ({ template }) => page.view.template === "" || template === page.view.template,
  );
  return [
    h(
      "div",
      { class: "bar" },
      h(
        "div",
        { class: "head" },
        h("h2", {}, "Changed alike"),
        h("span", { class: "quiet" }, count(paths.length, "change")),
      ),
      h(
        "p",
        { class: "quiet" },
        "What people of several spaces changed in their copies in the same way: perhaps the template should do so for all.",
      ),
    ),
    ...paths.map((path, index) => pathCard(page, path, index)),
    ...(paths.length === 0 ? [h("p", { class: "card quiet none" }, "No two spaces changed something alike.")] : []),
  ];
}

function pathCard(page: Page, path: FleetDesirePath, index: number): HTMLElement {
  const all = page.href({ ...noFilters, cause: path.text, view: "" });
  return h(
    "section",
    { class: "card path" },
    h(
      "div",
      { class: "head" },
      h("h3", {}, path.text),
      h("span", { class: "quiet" }, named(page.templates.get(path.template)?.name ?? path.template)),
    ),
    h(
      "p",
      { class: "quiet" },
      `${percent(path.spaces.length, path.of)} of the copies: `,
      spaceNames(page, path.spaces, { most: 4, all }),
    ),
    path.values.length > 0 &&
      h(
        "ul",
        { class: "values" },
        path.values.map((value) => valueRow(page, value, path, all)),
      ),
    path.helps.map(({ title, text }, place) =>
      h(
        "details",
        { class: "help", "data-key": `help-${index}-${place}` },
        h("summary", {}, title),
        /[\n{}]/.test(text) ? copyable(page, text) : foldedList([text], { most: 1, key: "" }),
      ),
    ),
  );
}

function valueRow(
  page: Page,
  { value, spaces }: FleetDesirePath["values"][number],
  path: FleetDesirePath,
  all: string,
): HTMLElement {
  const bar = h("i", { class: "fill news" });
  bar.style.width = `${(spaces.length / Math.max(1, path.spaces.length)) * 100}%`;
  return h(
    "li",
    {},
    h("code", {}, value),
    h("div", { class: "stack", "aria-hidden": "true" }, bar),
    h(
      "span",
      { class: "quiet" },
      spaces.length === 1 ? spaceNames(page, spaces, { most: 1, all }) : `${digits(spaces.length)} spaces`,
    ),
  );
}
