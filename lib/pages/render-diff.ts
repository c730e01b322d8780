import { parseDiff, type DiffHunk, type DiffLine, type FileDiff } from "../git/parse-diff.ts";
import { diffStyle } from "./diff-style.ts";
import { escapeHtml } from "./escape-html.ts";
import { createHider } from "./hide-secrets.ts";
import { renderPage } from "./render-page.ts";

export interface DiffPageOptions {
  /** The heading, such as `Hello World in America`. */
  title: string;
  /** One line below it, such as what is compared with what. */
  subtitle?: string;
  /** HTML that stands before the files. */
  lead?: string;
  /** Values that must not be on the page, in any form. */
  secrets?: readonly string[];
}

/** More lines of one file are not shown, so that a browser can open the page. */
const mostLines = 2000;

/**
 * A page that shows a unified diff and needs nothing else: no script, no font, no request.
 * @param diff - as `readDiff` or `git diff` writes it
 */
export function renderDiff(diff: string, options: DiffPageOptions): string {
  const clean = createHider(options.secrets ?? []);
  const files = parseDiff(clean(diff));
  return renderPage({
    title: clean(options.title),
    subtitle: clean(options.subtitle ?? ""),
    body: `${options.lead ?? ""}<p class="summary">${renderSummary(files)}</p>\n${renderFiles(files)}`,
    moreStyle: diffStyle,
  });
}

function renderSummary(files: readonly FileDiff[]): string {
  const sum = (field: "added" | "removed"): number => files.reduce((total, file) => total + file[field], 0);
  const count = `${files.length} ${files.length === 1 ? "file" : "files"} changed`;
  return `${count} ${renderCounts({ added: sum("added"), removed: sum("removed") })}`;
}

function renderCounts({ added, removed }: { added: number; removed: number }): string {
  const plus = added === 0 ? "" : `<span class="good">+${added}</span>`;
  const minus = removed === 0 ? "" : `<span class="bad">−${removed}</span>`;
  return `<span class="counts">${[plus, minus].filter(Boolean).join(" ")}</span>`;
}

function renderFiles(files: readonly FileDiff[]): string {
  if (files.length === 0) return '<p class="quiet">There are no differences.</p>';
  return `${renderList(files)}\n<main>\n${files.map(renderFile).join("\n")}\n</main>`;
}

function renderList(files: readonly FileDiff[]): string {
  const items = files.map(
    (file, index) =>
      `<li><a href="#file-${index + 1}">${renderBadge(file)}<span class="path">${renderPath(file)}</span>${file.isBinary ? '<span class="counts">binary</span>' : renderCounts(file)}</a></li>`,
  );
  return `<nav class="card" aria-label="Files"><ul>\n${items.join("\n")}\n</ul></nav>`;
}

const tones = { added: "good", deleted: "bad", renamed: "odd", changed: "news" } as const;

function renderBadge({ change }: FileDiff): string {
  return `<span class="badge ${tones[change]}">${change}</span>`;
}

function renderPath({ path, oldPath }: FileDiff): string {
  return oldPath === undefined ? escapeHtml(path) : `${escapeHtml(oldPath)} → ${escapeHtml(path)}`;
}

function renderFile(file: FileDiff, index: number): string {
  return `<details class="card file" id="file-${index + 1}" open>
<summary>${renderBadge(file)}<span class="path">${renderPath(file)}</span>${file.isBinary ? "" : renderCounts(file)}</summary>
${renderContent(file)}
</details>`;
}

function renderContent(file: FileDiff): string {
  if (file.isBinary) return '<p class="note quiet">A binary file: its contents are not shown.</p>';
  if (file.hunks.length === 0)
    return `<p class="note quiet">${file.change === "renamed" ? "Renamed without a change of its contents." : "No line differs."}</p>`;
  return renderHunks(file.hunks, mostLines);
}

/** Lines that differ, with what is around them. */
export function renderHunks(hunks: readonly DiffHunk[], most: number): string {
  const rows: string[] = [];
  let shown = 0;
  for (const hunk of hunks) {
    const lines = hunk.lines.slice(0, Math.max(0, most - shown));
    shown += lines.length;
    if (lines.length > 0) rows.push(renderHunk({ ...hunk, lines }));
  }
  const total = hunks.reduce((sum, { lines }) => sum + lines.length, 0);
  const rest =
    total > shown
      ? `\n<p class="note quiet">${total - shown} more ${total - shown === 1 ? "line is" : "lines are"} not shown.</p>`
      : "";
  return `<div class="wide"><table class="diff">\n${rows.join("\n")}\n</table></div>${rest}`;
}

function renderHunk({ heading, lines }: DiffHunk): string {
  const first = lines[0];
  const start = first?.newLine ?? first?.oldLine ?? 0;
  const title = `<tr class="hunk"><td colspan="4">Line ${start}${heading === "" ? "" : ` <span>${escapeHtml(heading)}</span>`}</td></tr>`;
  return [`<tbody>`, title, ...lines.map(renderLine), "</tbody>"].join("\n");
}

const signs = { added: "+", removed: "−", context: "" } as const;

function renderLine({ kind, text, oldLine, newLine, isUnfinished = false }: DiffLine): string {
  const end = isUnfinished
    ? '<span class="unfinished bad" title="No line break at the end of the file"> (no line break)</span>'
    : "";
  return `<tr class="${kind}"><td class="number">${oldLine ?? ""}</td><td class="number">${newLine ?? ""}</td><td class="sign">${signs[kind]}</td><td class="text">${escapeHtml(text)}${end}</td></tr>`;
}
