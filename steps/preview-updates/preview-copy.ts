import { countBehind, count, describeBehind, statusOf } from "../../lib/copies/describe-update.ts";
import type { CopyUpdate, CopyViewer } from "../../lib/copies/find-updates.ts";
import { listNotes } from "../../lib/copies/list-sections.ts";
import { conflictStyle, listConflicts } from "../../lib/copies/render-conflicts.ts";
import { toDecisionCommand } from "../../lib/copies/decision-command.ts";
import { decisionStyle, renderDecisions } from "../../lib/copies/render-decisions.ts";
import { valueStyle } from "../../lib/copies/render-field-changes.ts";
import { renderKept, renderWritten, type ResourcesPart } from "../../lib/copies/render-resources.ts";
import { renderCards } from "../../lib/copies/sections.ts";
import { diffStyle } from "../../lib/pages/diff-style.ts";
import { escapeHtml } from "../../lib/pages/escape-html.ts";
import { createHider } from "../../lib/pages/hide-secrets.ts";
import { renderPage } from "../../lib/pages/render-page.ts";
import { readDiff } from "../../lib/git/compare.ts";
import { renderDiff } from "../../lib/pages/render-diff.ts";

export interface PreviewOptions {
  template: string;
  secrets: readonly string[];
  /** Whose space it is; "" where nobody knows. */
  tenant: string;
}

/** A page with what an update would change in a copy; undefined for one that there is nothing to show of. */
export async function renderPreview(
  found: CopyUpdate,
  workspace: CopyViewer["workspace"],
  { template, secrets, tenant }: PreviewOptions,
): Promise<string | undefined> {
  if (found.kind === "problem" || found.update.status === "up-to-date") return undefined;
  const title = `${found.copy.name} in ${found.copy.space.name}`;
  if (found.kind === "database") return renderChanges(found, { title, template, secrets, tenant });
  const { into, tree } = found.update;
  if (workspace === undefined || tree === undefined) return undefined;
  const diff = await readDiff(workspace.repository, { base: into, head: tree });
  const conflicts = listConflicts(found, createHider(secrets));
  return renderDiff(nameSides(diff), {
    title,
    subtitle: describe(found, template),
    secrets,
    lead: conflicts === undefined ? "" : renderCards([conflicts]),
  });
}

/** Git marks the sides of a conflict, and files that are in the way of a folder, with commits' ids, which say nothing to people. */
function nameSides(diff: string): string {
  return diff
    .split(/^(?=diff --git )/m)
    .map((file) => nameFile(file, Math.max(0, file.search(/^@@ /m)) || file.length))
    .join("")
    .replace(/^\+<{7} [0-9a-f]{40,64}$/gm, "+<<<<<<< the copy")
    .replace(/^\+>{7} [0-9a-f]{40,64}$/gm, "+>>>>>>> the template");
}

/** @returns "" for a file that is only moved out of the way */
function nameFile(file: string, headLength: number): string {
  const head = file.slice(0, headLength).replaceAll(/~[0-9a-f]{40,64}(?:_\d+)?(?="?(?: |$))/gm, "");
  const [, from, to] = /^rename from (.*)\nrename to (.*)$/m.exec(head) ?? [];
  return from !== undefined && from === to && headLength === file.length ? "" : head + file.slice(headLength);
}

function describe(found: CopyUpdate, template: string): string {
  const behind = `What ${describeBehind(found) || "an update"} of ${template} would change.`;
  return found.kind === "git" && found.update.conflicts.length > 0
    ? `${behind} Files in conflict have both sides in them, marked.`
    : behind;
}

/** What is no project is called by its package alone. */
function describeNewest({ copy }: Pick<CopyUpdate, "copy">, template: string): string {
  return copy.receipt.root !== undefined ? `the ${copy.origin}` : `the package of ${template}`;
}

function renderChanges(
  found: Extract<CopyUpdate, { kind: "database" }>,
  { title, template, secrets, tenant }: PreviewOptions & { title: string },
): string {
  const { deployed, newest } = found.update;
  const hide = createHider(secrets);
  const notes = listNotes(found).map((line) => `<p class="card">${escapeHtml(hide(line))}</p>`);
  const { conflicts, resources } = found.update;
  const isOverwritten = found.copy.receipt.overwrites === true;
  // A baseline takes everything back, or leaves everything: Populate Space asks for no decisions.
  const isDecidable = !isOverwritten && found.copy.receipt.isPartial !== true;
  const command = toDecisionCommand(found, tenant);
  const decisions = isDecidable ? renderDecisions(conflicts, { hide, command }) : undefined;
  const disputed = listConflicts(found, hide, decisions?.renderChoice);
  const [written, kept] = [renderWritten(resources, hide), renderKept(resources, hide)];
  const parts = [
    ...notes,
    ...(disputed === undefined ? [] : [renderCards([disputed])]),
    decisions?.panel ?? "",
    renderResources(written, { heading: "What an update changes", tone: "news" }),
    renderResources(kept, { heading: `What people changed${isOverwritten ? "" : ", and keep"}`, tone: "odd" }),
  ];
  const versions = deployed === "" || deployed === newest ? newest : `${deployed} → ${newest}`;
  return renderPage({
    title,
    subtitle: `What ${describeNewest(found, template)} would change (${versions}).`,
    body: `<main>\n${parts.filter((part) => part !== "").join("\n")}\n</main>`,
    moreStyle: `${diffStyle}${conflictStyle}${valueStyle}${decisions === undefined ? "" : decisionStyle}`,
    program: decisions?.program ?? "",
  });
}

function renderResources(
  { number, body }: ResourcesPart,
  { heading, tone }: { heading: string; tone: "news" | "odd" },
): string {
  if (number === 0) return "";
  return `<section class="part"><h2>${heading} <span class="badge ${tone}">${number}</span></h2>${body}</section>`;
}

/** One line for the log. */
export function summarizePreview(found: CopyUpdate): string {
  const status = statusOf(found);
  if (found.kind === "problem") return `${found.copy.name}: ${found.text}`;
  if (found.update.status === "up-to-date") return `${found.copy.name}: there is nothing to preview, it is up to date.`;
  const behind = countBehind(found) === 0 ? "" : `, ${describeBehind(found)} behind`;
  const conflicts = found.update.conflicts.length;
  return `${found.copy.name}: ${status.toLowerCase()}${behind}${conflicts === 0 ? "" : `, ${count(conflicts, "conflict")}`}.`;
}
