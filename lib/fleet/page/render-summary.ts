import { escapeHtml, renderLink } from "../../pages/escape-html.ts";
import type { FleetAttention, FleetReport } from "../fleet-report.ts";
import { inStepStates, lookOf, wellStates, type StateLook } from "../states.ts";

/** More lines than anybody reads; the page proper has all. */
const mostLines = 200;

/** What is seen until the page's program runs, and where none runs: when it was read, what needs a person, and how many are in which state. */
export function renderSummary(report: FleetReport, hide: (text: string) => string): string {
  const { attention, spaces, management } = report;
  const text = (value: string): string => escapeHtml(hide(value));
  const lines = attention.slice(0, mostLines).map((line) => renderLine(line, text));
  return `<header class="top"><div class="title"><h1>Fleet of <bdi>${text(management.space)}</bdi></h1>
<p class="quiet">Read ${toMinute(report.readAt)} · ${report.cost.requests} requests, ${Math.round(report.cost.seconds)} s</p></div></header>
<main id="main">
<p class="note" id="note">Opening ${spaces.length} spaces. Where a browser runs no programs, this summary is all that is to be seen.</p>
<section class="card attention"><h2>${attention.length === 0 ? "Nothing needs a person" : "Needs a person"}</h2>
<ul class="lines">${lines.join("\n")}</ul></section>
<section class="card"><h2>In step with their templates</h2>${renderCounts(inStepStates, countBy(report, "inStep"))}</section>
<section class="card"><h2>Well</h2>${renderCounts(wellStates, countBy(report, "well"))}</section>
</main>`;
}

function renderLine({ state, text, since, mend, isNew }: FleetAttention, toText: (text: string) => string): string {
  const { label, tone } = lookOf(state);
  const help =
    mend === undefined ? "" : `<p>${mend.url === undefined ? toText(mend.text) : renderLink(mend.text, mend.url)}</p>`;
  const command = mend?.command === undefined ? "" : `<code>${toText(mend.command)}</code>`;
  return `<li><div class="state"><span class="badge ${tone}">${label}</span>${isNew ? '<span class="mark">New</span>' : ""}</div><div class="what"><p>${toText(text)}</p><p class="quiet">since ${toMinute(since)}</p>${help}${command}</div></li>`;
}

function renderCounts(states: Readonly<Record<string, StateLook>>, counts: ReadonlyMap<string, number>): string {
  const items = Object.entries(states).flatMap(([state, { label }]) =>
    counts.has(state) ? [`<li>${label} <b>${counts.get(state)}</b></li>`] : [],
  );
  return `<ul class="legend">${items.join("")}</ul>`;
}

function countBy({ spaces }: FleetReport, key: "inStep" | "well"): Map<string, number> {
  const counts = new Map<string, number>();
  for (const space of spaces) counts.set(space[key], (counts.get(space[key]) ?? 0) + 1);
  return counts;
}

function toMinute(iso: string): string {
  return escapeHtml(`${iso.slice(0, 16).replace("T", " ")} UTC`);
}
