import { escapeHtml } from "../pages/escape-html.ts";

/** One part of what a page tells of a copy. */
export interface Section {
  heading: string;
  /** How its badge looks. */
  tone: "bad" | "news" | "good" | "odd";
  number: number;
  /** HTML. */
  body: string;
}

/** So many items are seen at once: a page of hundreds of copies stays one that people can read. */
const mostAtOnce = 10;

/** The first of many items, and the rest behind a click. */
export function renderLong(items: readonly string[], renderSome: (some: readonly string[]) => string): string {
  if (items.length <= mostAtOnce + 2) return renderSome(items);
  const rest = items.slice(mostAtOnce);
  return `${renderSome(items.slice(0, mostAtOnce))}<details class="more"><summary>${rest.length} more</summary>${renderSome(rest)}</details>`;
}

/** Sentences, one below the other. */
export function renderLines(lines: readonly string[]): string {
  return renderLong(
    lines.map((line) => `<li>${escapeHtml(line)}</li>`),
    (items) => `<ul class="list plain">${items.join("")}</ul>`,
  );
}

/** Each as a card of its own, on the page of one copy. */
export function renderCards(sections: readonly Section[]): string {
  return sections
    .map(
      (section) =>
        `<section class="card"><div class="head"><h2>${renderHeading(section)}</h2></div>${section.body}</section>`,
    )
    .join("\n");
}

/** One below the other, on the card of one copy of many. */
export function renderParts(sections: readonly Section[]): string {
  return sections.map((section) => `<h3>${renderHeading(section)}</h3>${section.body}`).join("\n");
}

function renderHeading({ heading, tone, number }: Section): string {
  return `${escapeHtml(heading)} <span class="badge ${tone}">${number}</span>`;
}
