import type { PlanConflict } from "../compare/describe-conflict.ts";
import { writeDecision } from "../compare/given-decisions.ts";
import { escapeHtml } from "../pages/escape-html.ts";
import type { DecisionCommand } from "./decision-command.ts";
import { decisionsProgram } from "./page/decisions-program.ts";
import type { RenderChoice } from "./render-conflicts.ts";

/** What pages on which people decide have besides. */
export const decisionStyle = `
.choice { display: flex; flex-wrap: wrap; gap: 0.35rem; margin: 0.6rem 0 0.2rem; padding: 0; border: 0; } .choice legend { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.choice label { display: inline-flex; align-items: center; gap: 0.4rem; padding: 0.25rem 0.75rem; border: 1px solid var(--line); border-radius: 999px; cursor: pointer; font-size: 0.92rem; }
.choice input { margin: 0; accent-color: var(--news); } .choice label:has(:checked) { border-color: var(--news); background: var(--hunk); } .choice label:has(:focus-visible), button:focus-visible { outline: 2px solid var(--news); outline-offset: 2px; }
.all { display: flex; flex-wrap: wrap; gap: 0.35rem 0.6rem; align-items: baseline; padding-top: 0.5rem; font-size: 0.92rem; }
.decided textarea { margin-bottom: 0.6rem; } .decided { position: sticky; bottom: 0.75rem; z-index: 2; border-color: var(--news); box-shadow: 0 4px 24px rgb(0 0 0 / 18%); } .decided .head > p { margin: 0; } .decided h3 { margin: 0.8rem 0 0; }
.decided textarea { display: block; width: 100%; margin-top: 0.4rem; padding: 0.5rem 0.7rem; border: 1px solid var(--line); border-radius: 6px; background: var(--page); color: var(--text); font: 12.5px/1.6 ui-monospace, "Cascadia Code", Consolas, monospace; resize: vertical; }
.buttons { display: flex; flex-wrap: wrap; gap: 0.5rem; margin-left: auto; } button { padding: 0.25rem 0.85rem; border: 1px solid var(--line); border-radius: 6px; background: var(--card); color: var(--text); font: inherit; font-size: 0.92rem; cursor: pointer; } button:hover { border-color: var(--quiet); } button.main { border-color: var(--news); color: var(--news); }
@media (max-width: 40rem) { .decided { position: static; } .buttons { margin-left: 0; } }
@media print { .decided { position: static; box-shadow: none; } }
`;

export interface DecisionOptions {
  hide: (text: string) => string;
  command: DecisionCommand;
}

/** Radio buttons for each conflict, and what they come to: lines for the form, and a command. */
export interface DecisionParts {
  renderChoice: RenderChoice;
  /** HTML that goes behind the conflicts. */
  panel: string;
  program: string;
}

/** @returns undefined where nothing can be decided */
export function renderDecisions(
  conflicts: readonly PlanConflict[],
  { hide, command }: DecisionOptions,
): DecisionParts | undefined {
  const number = conflicts.filter(({ seen }) => seen !== undefined).length;
  if (number === 0) return undefined;
  return {
    renderChoice: ({ thing, name, seen, canBeTaken = true }, index) =>
      name === undefined || seen === undefined
        ? ""
        : `${renderChoice({ name: hide(name), seen, canBeTaken }, index)}${renderForAll(conflicts, index, hide(thing))}`,
    panel: renderPanel({ ...command, before: hide(command.before) }, number),
    program: decisionsProgram,
  };
}

function renderChoice(
  { name, seen, canBeTaken }: { name: string; seen: string; canBeTaken: boolean },
  index: number,
): string {
  const lines = {
    template: canBeTaken ? writeDecision({ choice: "template", name, seen }) : undefined,
    space: writeDecision({ choice: "space", name, seen }),
  };
  const radio = (value: string, label: string, isChecked = false): string =>
    `<label><input type="radio" name="conflict-${index}" value="${escapeHtml(value)}"${isChecked ? " checked" : ""}> ${label}</label>`;
  return `<fieldset class="choice"><legend>What becomes of ${escapeHtml(name)}</legend>${[
    radio("", "Decide later", true),
    ...(lines.template === undefined ? [] : [radio(lines.template, "Take the template's")]),
    radio(lines.space, "Keep this space's"),
  ].join("")}</fieldset><noscript><pre>${Object.values(lines)
    .map((line) => escapeHtml(line ?? ""))
    .filter((line) => line !== "")
    .join("\n")}</pre></noscript>`;
}

/** Behind the last conflict of a resource that has several. */
function renderForAll(conflicts: readonly PlanConflict[], index: number, thing: string): string {
  const own = conflicts.flatMap((conflict, at) => (conflict.thing === conflicts[index]?.thing ? [at] : []));
  if (own.length < 2 || own.at(-1) !== index) return "";
  const button = (beginning: string, label: string): string =>
    `<button type="button" data-all="${beginning}" data-of="${own.join(" ")}">${label}</button>`;
  return `<p class="all"><span class="quiet">All ${own.length} of ${escapeHtml(thing)}:</span> ${button("take", "the template's")} ${button("keep", "this space's")}</p>`;
}

function renderPanel({ before, assigned }: DecisionCommand, number: number): string {
  return `<section class="card decided" data-of="${number}" data-command="${escapeHtml(before)}" data-assigned="${escapeHtml(assigned)}" aria-label="Decisions">
<div class="head"><h2>Decisions</h2><p class="quiet" role="status">Nothing is decided yet.</p><div class="buttons"><button type="button" data-all="take">Take all of the template's</button><button type="button" data-all="keep">Keep all of this space's</button></div></div>
<div hidden><p>These lines go into <b>Decisions</b> of the step that deploys:</p>
<textarea readonly rows="3" wrap="off" aria-label="Lines for the form"></textarea>
<div class="buttons"><button type="button" class="main" data-copy="lines">Copy the lines</button><button type="button" data-copy="command">Copy as a command</button></div></div>
<noscript><p>This browser runs no scripts: copy one of the lines that stand below each conflict into <b>Decisions</b> of the step that deploys.</p></noscript>
</section>`;
}
