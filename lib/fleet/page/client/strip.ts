import type { FleetSpace } from "../../fleet-report.ts";
import { inStepStates, wellStates, type StateLook } from "../../states.ts";
import { listStates, toggleState } from "./filters.ts";
import { h } from "./element.ts";
import type { Page } from "./page.ts";
import { digits, percent } from "./words.ts";

/** How many spaces are in which state, each axis for itself; a state is a filter, too. */
export function countStrip(page: Page): HTMLElement {
  return h(
    "div",
    { class: "strip" },
    axis(page, { key: "inStep", title: "In step with their templates", states: inStepStates, good: "upToDate" }),
    axis(page, { key: "well", title: "Well", states: wellStates, good: "well" }),
  );
}

interface Axis {
  key: "inStep" | "well";
  title: string;
  states: Readonly<Record<string, StateLook>>;
  good: string;
}

function axis(page: Page, { key, title, states, good }: Axis): HTMLElement {
  const { spaces } = page.report;
  const counts = countBy(spaces, key);
  const found = Object.entries(states).flatMap(([state, look]) => {
    const value = counts.get(state) ?? 0;
    return value === 0 ? [] : [{ state, look, value }];
  });
  const fine = counts.get(good) ?? 0;
  return h(
    "section",
    { class: "card axis", "aria-label": title },
    h(
      "div",
      { class: "head" },
      h("h2", {}, title),
      h(
        "span",
        { class: "share" },
        h("b", {}, digits(fine)),
        ` of ${digits(spaces.length)}`,
        h("span", { class: "quiet" }, ` · ${percent(fine, spaces.length)}`),
      ),
    ),
    stackedBar(found.map(({ look, value }) => [look.tone, value])),
    h(
      "ul",
      { class: "legend" },
      found.map(({ state, look, value }) =>
        h(
          "li",
          {},
          h(
            "a",
            {
              href: page.href({ [key]: toggleState(page.view[key], state), view: "" }),
              class: look.tone,
              "aria-current": listStates(page.view[key]).includes(state) && "true",
            },
            h("i", { class: "dot" }),
            `${look.label} `,
            h("b", {}, digits(value)),
          ),
        ),
      ),
    ),
  );
}

/** Shares of a whole, as wide as they are; what is there is always seen. */
export function stackedBar(parts: readonly (readonly [tone: string, value: number])[]): HTMLElement {
  const bar = h("div", { class: "stack", "aria-hidden": "true" });
  for (const [tone, value] of parts) {
    if (value === 0) continue;
    const part = h("i", { class: `fill ${tone}` });
    part.style.flexGrow = String(value);
    bar.append(part);
  }
  return bar;
}

export function countBy(spaces: readonly FleetSpace[], key: "inStep" | "well"): Map<string, number> {
  const counts = new Map<string, number>();
  for (const space of spaces) counts.set(space[key], (counts.get(space[key]) ?? 0) + 1);
  return counts;
}
