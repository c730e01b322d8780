import type { ConflictSides, PlanConflict } from "../compare/describe-conflict.ts";
import type { ConflictKind, MergeConflict } from "../git/merge.ts";
import { diffTexts } from "../pages/diff-texts.ts";
import { escapeHtml } from "../pages/escape-html.ts";
import { renderHunks } from "../pages/render-diff.ts";
import { renderHtmlTable } from "../pages/render-html-table.ts";
import { shortenAlike } from "../pages/shorten-alike.ts";
import { describeConflictSides } from "./describe-update.ts";
import type { CopyUpdate } from "./find-updates.ts";
import { renderLong, type Section } from "./sections.ts";

/** What pages of conflicts have besides. */
export const conflictStyle = `
.conflict { padding: 0.6rem 0; border-top: 1px solid var(--line); } .conflict:first-child { border-top: 0; }
.conflict > p { overflow-wrap: anywhere; }
.sides { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.1rem 1rem; margin: 0.25rem 0 0; }
.sides dt { color: var(--quiet); } .sides dd { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; }
.sides dd.diff-of { grid-column: 1 / -1; white-space: normal; margin-bottom: 0.5rem; border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
@media (max-width: 36rem) { .sides { grid-template-columns: minmax(0, 1fr); gap: 0; } .sides dd { margin-bottom: 0.35rem; } }
`;

/** So many lines of one text are shown. */
const mostLines = 200;

/** HTML for what a person may decide about one of them. */
export type RenderChoice = (conflict: PlanConflict, index: number) => string;

/** What both sides changed in a copy, and what each of them has. @returns undefined where there is nothing in conflict */
export function listConflicts(
  found: CopyUpdate,
  hide: (text: string) => string,
  renderChoice: RenderChoice = () => "",
): Section | undefined {
  if (found.kind === "problem" || found.update.conflicts.length === 0) return undefined;
  const { conflicts } = found.update;
  const body =
    found.kind === "git"
      ? renderFileConflicts(found.update.conflicts)
      : renderLong(
          found.update.conflicts.map((conflict, index) =>
            renderPlanConflict(conflict, hide, renderChoice(conflict, index)),
          ),
          (items) => `<div>${items.join("\n")}</div>`,
        );
  return { heading: "Conflicts", tone: "bad", number: conflicts.length, body };
}

/** Files of which both sides have something else. */
export function renderFileConflicts(conflicts: readonly MergeConflict[]): string {
  const rows = conflicts.map((conflict) => {
    const { into, from } = describeConflictSides(conflict);
    return [`<code>${escapeHtml(conflict.path)}</code>`, kinds[conflict.kind], into, from];
  });
  return renderHtmlTable(["File", "Why", "In the copy", "In the template"], rows);
}

const kinds: Record<ConflictKind, string> = {
  content: "the same lines",
  binary: "a binary file",
  "delete-modify": "deleted on one side",
  "both-added": "added on both sides",
  rename: "renamed",
  "file-directory": "a file and a folder of one name",
  submodule: "a submodule",
  other: "both sides changed it",
};

/** Why Git could not merge a file. */
export function nameConflictKind(kind: ConflictKind): string {
  return kinds[kind];
}

function renderPlanConflict(
  { text, thing, field, label = field, sides }: PlanConflict,
  hide: (text: string) => string,
  choice: string,
): string {
  if (sides === undefined) return `<article class="conflict"><p>${escapeHtml(hide(text))}</p>${choice}</article>`;
  const place = label === "" ? "" : `<b>${escapeHtml(hide(label))}</b> of `;
  return `<article class="conflict"><p>${place}${escapeHtml(hide(thing))}</p>${renderSides(hideSides(sides, hide))}${choice}</article>`;
}

function renderSides(sides: ConflictSides): string {
  const { had, has, here } = sides;
  if (Object.values(sides).some((value) => value.includes("\n"))) return renderTexts(sides);
  const named = [...(had === undefined ? [] : ["The template had"]), "The template has", "This space has"];
  const values = shortenAlike([...(had === undefined ? [] : [had]), has, here]);
  const rows = named.map((name, index) => `<dt>${name}</dt><dd>${renderValue(values[index] ?? "")}</dd>`);
  return `<dl class="sides">${rows.join("")}</dl>`;
}

function hideSides({ had, has, here }: ConflictSides, hide: (text: string) => string): ConflictSides {
  return { ...(had !== undefined && { had: hide(had) }), has: hide(has), here: hide(here) };
}

function renderValue(value: string): string {
  return value.trim() === "" ? `<span class="quiet">${value === "" ? "nothing" : "spaces"}</span>` : escapeHtml(value);
}

/** Texts of several lines as what each side made of what there was; where nobody knows that, as what lies between the two. */
function renderTexts({ had, has, here }: ConflictSides): string {
  const changes =
    had === undefined
      ? [{ name: "From what is here to what the template has", old: here, now: has }]
      : [
          { name: "What the template changed", old: had, now: has },
          { name: "What was changed here", old: had, now: here },
        ];
  const rows = changes.map(({ name, old, now }) => `<dt>${name}</dt>${renderTextChange(old, now)}`);
  return `<dl class="sides">${rows.join("")}</dl>`;
}

function renderTextChange(old: string, now: string): string {
  if (now === "") return '<dd class="quiet">all of it was removed</dd>';
  if (old === now) return '<dd class="quiet">nothing that is shown here</dd>';
  return `<dd class="diff-of">${renderHunks(diffTexts(old, now), mostLines)}</dd>`;
}
