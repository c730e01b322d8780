import type { ConflictHunk, Sides } from "../git/merge-texts.ts";
import { diffStyle } from "../pages/diff-style.ts";
import { diffTexts } from "../pages/diff-texts.ts";
import { escapeHtml } from "../pages/escape-html.ts";
import { renderHunks } from "../pages/render-diff.ts";
import { describeConflictSides } from "./describe-update.ts";
import type { ConflictedFile } from "./read-conflicts.ts";
import { nameConflictKind } from "./render-conflicts.ts";
import { renderLong } from "./sections.ts";

/** What such pages have besides. */
export const conflictedFileStyle = `${diffStyle}
.in-conflict { margin-top: 0.75rem; padding: 0.6rem 0.8rem 0.8rem; border: 1px solid var(--line); border-radius: 6px; } .in-conflict > .head code { overflow-wrap: anywhere; }
.three { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 0 0.75rem; margin-top: 0.5rem; }
.three > div { min-width: 0; } .three h4 { margin: 0.35rem 0 0; font-size: 0.8rem; font-weight: 600; color: var(--quiet); } .three pre { max-height: 24rem; overflow: auto; }
.three .own { display: block; margin: 0 -0.8rem; padding: 0 0.8rem; box-shadow: inset 3px 0 0 currentcolor; }
.proposal { margin-top: 0.6rem; border: 1px solid var(--line); border-radius: 6px; overflow: hidden; } .proposal summary { padding: 0.4rem 0.8rem; cursor: pointer; }
@media (max-width: 56rem) { .three { grid-template-columns: minmax(0, 1fr); } }
`;

/** So many lines of one side, and so many places of one file, are shown. */
const mostLines = 60;
const mostHunks = 30;
/** And so many characters of one line. */
const mostCharacters = 400;

/** Each file in conflict, with what the template had, what it has, and what the copy has. */
export function renderConflictedFiles(files: readonly ConflictedFile[], hide: (text: string) => string): string {
  return renderLong(
    files.map((file) => renderFile(file, hide)),
    (some) => some.join("\n"),
  );
}

function renderFile(file: ConflictedFile, hide: (text: string) => string): string {
  const { conflict, hunks } = file;
  const kind = nameConflictKind(conflict.kind);
  return `<article class="in-conflict"><div class="head"><code>${escapeHtml(hide(conflict.path))}</code><span class="quiet">${escapeHtml(kind)}</span></div>
${hunks.length === 0 ? renderSides(file) : renderPlaces(hunks, hide)}${renderProposal(file, hide)}</article>`;
}

function renderSides({ conflict }: ConflictedFile): string {
  const { into, from } = describeConflictSides(conflict);
  return `<p class="facts"><span>In the template: ${escapeHtml(from)}</span><span>In the copy: ${escapeHtml(into)}</span><span>Its contents are not shown.</span></p>`;
}

function renderPlaces(hunks: readonly ConflictHunk[], hide: (text: string) => string): string {
  const rest = hunks.length - mostHunks;
  const more = rest > 0 ? `<p class="quiet">${rest} more ${rest === 1 ? "place is" : "places are"} not shown.</p>` : "";
  return `${hunks
    .slice(0, mostHunks)
    .map((hunk) => renderPlace(hunk, hide))
    .join("\n")}${more}`;
}

const headings: Readonly<Sides<string>> = {
  base: "The template had",
  from: "The template has",
  into: "The copy has",
};

function renderPlace(hunk: ConflictHunk, hide: (text: string) => string): string {
  const known = new Set(hunk.base);
  const depth = depthOf([...hunk.base, ...hunk.from, ...hunk.into]);
  const side = (name: keyof Sides<string>): string =>
    `<div><h4>${headings[name]}</h4>${renderLines(hunk[name], { hide, known: name === "base" ? undefined : known, depth })}</div>`;
  return `<p class="quiet">Line ${hunk.line} of the copy</p><div class="three">${side("base")}${side("from")}${side("into")}</div>`;
}

/** How far all lines are indented: columns are too narrow to show that. */
function depthOf(lines: readonly string[]): number {
  const widths = lines.filter((line) => line.trim() !== "").map((line) => line.search(/\S/));
  return widths.reduce((least, width) => Math.min(least, width), Infinity);
}

interface LineOptions {
  depth: number;
  hide: (text: string) => string;
  /** What both began with: other lines are marked. */
  known: ReadonlySet<string> | undefined;
}

function renderLines(lines: readonly string[], { hide, known, depth }: LineOptions): string {
  if (lines.length === 0) return '<p class="quiet">nothing</p>';
  // A secret may be on several lines: hidden before they are told apart.
  const hidden = hide(lines.join("\n")).split("\n");
  const shown = hidden.slice(0, mostLines).map((line, index) => {
    const isOwn = known !== undefined && !known.has(lines[index] ?? line);
    const text = renderLine(line.slice(Math.min(depth, line.length)));
    return isOwn ? `<span class="own news">${text}</span>` : `${text}\n`;
  });
  const rest = hidden.length - mostLines;
  const more = rest > 0 ? `<p class="quiet">${rest} more ${rest === 1 ? "line" : "lines"}</p>` : "";
  return `<pre>${shown.join("")}</pre>${more}`;
}

function renderLine(line: string): string {
  const characters = Array.from(line);
  const rest = characters.length - mostCharacters;
  const text = rest > 0 ? `${characters.slice(0, mostCharacters).join("")}… (${rest} more characters)` : line;
  return text === "" ? " " : escapeHtml(text);
}

function renderProposal({ proposal }: ConflictedFile, hide: (text: string) => string): string {
  if (proposal === undefined) return "";
  const hunks = diffTexts(hide(proposal.before), hide(proposal.after));
  return `<details class="proposal"><summary>A proposal: each side changed something else, next to the other. With both:</summary>${renderHunks(hunks, 200)}</details>`;
}
