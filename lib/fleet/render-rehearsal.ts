import { count } from "../copies/describe-update.ts";
import { conflictStyle } from "../copies/render-conflicts.ts";
import { escapeHtml, renderLink } from "../pages/escape-html.ts";
import { createHider } from "../pages/hide-secrets.ts";
import { renderPage } from "../pages/render-page.ts";
import { renderLines } from "../copies/sections.ts";
import { nameCopy, namePackage } from "./describe-rehearsal.ts";
import { describeCause } from "./group-causes.ts";
import type { Outcome, Rehearsal, RehearsalCause, RehearsedCopy } from "./rehearsal.ts";

export interface RehearsalPageOptions {
  /** Values that must not be on the page, in any form. */
  secrets: readonly string[];
}

const looks: Record<Outcome, { label: string; tone: string; id: string }> = {
  refused: { label: "Refused", tone: "bad", id: "refused" },
  unknown: { label: "Not looked at", tone: "odd", id: "unknown" },
  changed: { label: "Changed", tone: "news", id: "changed" },
  unchanged: { label: "Unchanged", tone: "good", id: "unchanged" },
};

/** A page of what deploying would do everywhere: why it would be refused first, then each copy behind a click. */
export function renderRehearsal(rehearsal: Rehearsal, { secrets }: RehearsalPageOptions): string {
  const hide = createHider(secrets);
  const groups = groupByOutcome(rehearsal.copies);
  const { selection, at, cost } = rehearsal;
  const body = [
    renderTiles(groups),
    rehearsal.causes.length === 0 ? "" : renderCauses(rehearsal.causes, hide),
    ...groups.map(([outcome, copies]) => renderGroup(outcome, copies, hide)),
    rehearsal.notes.length === 0
      ? ""
      : `<section class="card"><h2>What is not known</h2>${renderLines(rehearsal.notes)}</section>`,
    `<p class="quiet">Rehearsed ${escapeHtml(at.slice(0, 16).replace("T", " "))} UTC with ${count(cost.requests, "request")}; nothing was written to a space.</p>`,
  ];
  return renderPage({
    title: `Rehearsal of ${namePackage(rehearsal).replaceAll('"', "")}`,
    subtitle: `What deploying it would do in ${selection === "" ? "all spaces" : `the spaces of ${selection}`}`,
    body: body.filter((part) => part !== "").join("\n"),
    moreStyle: `${conflictStyle}${ownStyle}`,
  });
}

const ownStyle = `
.fold { border-top: 1px solid var(--line); } .fold:first-of-type { border-top: 0; }
.fold > summary { display: flex; flex-wrap: wrap; gap: 0 0.75rem; padding: 0.35rem 0; cursor: pointer; list-style-position: inside; overflow-wrap: anywhere; }
.fold > summary::before { content: "▸"; color: var(--quiet); } .fold[open] > summary::before { content: "▾"; } .fold > summary::-webkit-details-marker { display: none; } .fold > summary { list-style: none; }
.fold > div { padding: 0 0 0.75rem 1.25rem; } .names { columns: 14rem auto; column-gap: 1.5rem; margin: 0.35rem 0 0; padding: 0; list-style: none; overflow-wrap: anywhere; }
.mend { padding-left: 1.25rem; border-left: 3px solid var(--line); }
@media print { .fold > div { display: block; } }
`;

function groupByOutcome(copies: readonly RehearsedCopy[]): [Outcome, RehearsedCopy[]][] {
  const groups = new Map<Outcome, RehearsedCopy[]>();
  for (const copy of copies) groups.set(copy.outcome, [...(groups.get(copy.outcome) ?? []), copy]);
  return [...groups];
}

function renderTiles(groups: readonly [Outcome, RehearsedCopy[]][]): string {
  const tiles = groups.map(([outcome, copies]) => {
    const { label, tone, id } = looks[outcome];
    return `<li class="${tone}"><b>${copies.length}</b><a href="#${id}"><span>${label}</span></a></li>`;
  });
  return `<ul class="tiles">${tiles.join("")}</ul>`;
}

function renderCauses(causes: readonly RehearsalCause[], hide: (text: string) => string): string {
  const items = causes.map((cause) => {
    return `<details class="fold"${causes.length <= 3 ? " open" : ""}><summary><b>${renderCode(hide(describeCause(cause)))}</b></summary>
<div><p class="mend">${renderCode(hide(cause.mend))}</p>${renderNames(cause.spaces, hide)}</div></details>`;
  });
  return `<section class="card" id="causes"><div class="head"><h2>Why, and what mends it</h2></div>${items.join("\n")}</section>`;
}

function renderNames(names: readonly string[], hide: (text: string) => string): string {
  return `<ul class="names">${names.map((name) => `<li>${escapeHtml(hide(name))}</li>`).join("")}</ul>`;
}

/** Words between backticks are something to type. */
function renderCode(text: string): string {
  return escapeHtml(text).replace(/`([^`]+)`/g, "<code>$1</code>");
}

function renderGroup(outcome: Outcome, copies: readonly RehearsedCopy[], hide: (text: string) => string): string {
  const { label, tone, id } = looks[outcome];
  const quiet = copies.filter(isQuiet);
  const told = copies.filter((copy) => !isQuiet(copy));
  const rest =
    quiet.length === 0
      ? ""
      : `<details class="fold"><summary><span>${count(quiet.length, "copy", "copies")} of which there is nothing to tell</span></summary><div>${renderNames(quiet.map(nameCopy), hide)}</div></details>`;
  return `<section class="card" id="${id}"><div class="head"><h2>${label}</h2><span class="badge ${tone}">${copies.length}</span></div>
${told.map((copy) => renderCopy(copy, hide)).join("\n")}${rest}</section>`;
}

function isQuiet({ outcome, kept, conflicts, files }: RehearsedCopy): boolean {
  const isInStep = files === undefined || files.outcome === "upToDate";
  return outcome === "unchanged" && kept.length + conflicts.length === 0 && isInStep;
}

function renderCopy(copy: RehearsedCopy, hide: (text: string) => string): string {
  const { space, name, url, tenant, deployed, isFirst } = copy;
  const facts = [
    ...(tenant.name === space ? [] : [`tenant ${tenant.name}`]),
    ...(isFirst && copy.outcome !== "unknown" ? ["its first"] : deployed === undefined ? [] : [`has ${deployed}`]),
    ...countParts(copy),
  ];
  const head = `<b>${escapeHtml(hide(space))}</b>${name === "" ? "" : `<span>${escapeHtml(hide(name))}</span>`}<span class="quiet">${escapeHtml(hide(facts.join(" · ")))}</span>`;
  const parts = [
    renderPart("Why", copy.reasons, hide),
    renderConflicts(copy, hide),
    renderPart("What would be written", copy.changes, hide),
    renderPart("What people changed, and keep", copy.kept, hide),
    renderFiles(copy, hide),
    url === undefined ? "" : `<p>${renderLink("Open in Octopus", url)}</p>`,
  ].join("");
  return `<details class="fold"><summary>${head}</summary><div>${parts}</div></details>`;
}

/** Conflicts by file, and else how they stand. */
function renderFiles({ files }: RehearsedCopy, hide: (text: string) => string): string {
  if (files === undefined) return "";
  const lines = files.conflicts.map(({ text }) => text);
  return renderPart("Files in Git", lines.length === 0 ? [files.text] : lines, hide);
}

function countParts({ changes, kept, conflicts, reasons, files }: RehearsedCopy): string[] {
  return [
    ...(reasons.length > 0 ? [count(reasons.length, "reason")] : []),
    ...(conflicts.length > 0 ? [count(conflicts.length, "conflict")] : []),
    ...(changes.length > 0 ? [count(changes.length, "change")] : []),
    ...(kept.length > 0 ? [`${kept.length} kept`] : []),
    ...(files !== undefined && files.conflicts.length > 0
      ? [count(files.conflicts.length, "file in conflict", "files in conflict")]
      : []),
  ];
}

function renderPart(heading: string, lines: readonly string[], hide: (text: string) => string): string {
  return lines.length === 0 ? "" : `<h3>${heading}</h3>${renderLines(lines.map(hide))}`;
}

function renderConflicts({ conflicts }: RehearsedCopy, hide: (text: string) => string): string {
  if (conflicts.length === 0) return "";
  return `<h3>Conflicts</h3>${renderLines(conflicts.map(({ text }) => hide(text)))}`;
}
