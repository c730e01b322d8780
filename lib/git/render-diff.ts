import { hideForms, listMaskedForms } from "../step/masked-forms.ts";
import { maskUrlCredentials } from "./git-credentials.ts";
import { parseDiff, type DiffHunk, type DiffLine, type FileDiff } from "./parse-diff.ts";

export interface DiffPageOptions {
  /** The heading, such as `Hello World in America`. */
  title: string;
  /** One line below it, such as what is compared with what. */
  subtitle?: string;
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
  const clean = (text: string): string => mask(text, options.secrets ?? []);
  const files = parseDiff(clean(diff));
  const [title, subtitle] = [escape(clean(options.title)), escape(clean(options.subtitle ?? ""))];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${title}</h1>
${subtitle === "" ? "" : `<p class="subtitle">${subtitle}</p>\n`}<p class="summary">${renderSummary(files)}</p>
</header>
${files.length === 0 ? '<p class="nothing">There are no differences.</p>' : `${renderList(files)}\n<main>\n${files.map(renderFile).join("\n")}\n</main>`}
</body>
</html>
`;
}

function mask(text: string, secrets: readonly string[]): string {
  return hideForms(maskUrlCredentials(text), secrets.flatMap(listMaskedForms));
}

function renderSummary(files: readonly FileDiff[]): string {
  const sum = (field: "added" | "removed"): number => files.reduce((total, file) => total + file[field], 0);
  const count = `${files.length} ${files.length === 1 ? "file" : "files"} changed`;
  return `${count} ${renderCounts({ added: sum("added"), removed: sum("removed") })}`;
}

function renderCounts({ added, removed }: { added: number; removed: number }): string {
  const plus = added === 0 ? "" : `<span class="plus">+${added}</span>`;
  const minus = removed === 0 ? "" : `<span class="minus">−${removed}</span>`;
  return `<span class="counts">${[plus, minus].filter(Boolean).join(" ")}</span>`;
}

function renderList(files: readonly FileDiff[]): string {
  const items = files.map(
    (file, index) =>
      `<li><a href="#file-${index + 1}">${renderBadge(file)}<span class="path">${renderPath(file)}</span>${file.isBinary ? '<span class="counts">binary</span>' : renderCounts(file)}</a></li>`,
  );
  return `<nav aria-label="Files"><ul>\n${items.join("\n")}\n</ul></nav>`;
}

const badges = { added: "added", deleted: "deleted", renamed: "renamed", changed: "changed" } as const;

function renderBadge({ change }: FileDiff): string {
  return `<span class="badge ${change}">${badges[change]}</span>`;
}

function renderPath({ path, oldPath }: FileDiff): string {
  return oldPath === undefined ? escape(path) : `${escape(oldPath)} → ${escape(path)}`;
}

function renderFile(file: FileDiff, index: number): string {
  return `<details class="file" id="file-${index + 1}" open>
<summary>${renderBadge(file)}<span class="path">${renderPath(file)}</span>${file.isBinary ? "" : renderCounts(file)}</summary>
${renderContent(file)}
</details>`;
}

function renderContent(file: FileDiff): string {
  if (file.isBinary) return '<p class="note">A binary file: its contents are not shown.</p>';
  if (file.hunks.length === 0)
    return `<p class="note">${file.change === "renamed" ? "Renamed without a change of its contents." : "No line differs."}</p>`;
  const rows: string[] = [];
  let shown = 0;
  for (const hunk of file.hunks) {
    const lines = hunk.lines.slice(0, Math.max(0, mostLines - shown));
    shown += lines.length;
    if (lines.length > 0) rows.push(renderHunk({ ...hunk, lines }));
  }
  const total = file.hunks.reduce((sum, { lines }) => sum + lines.length, 0);
  const rest = total > shown ? `\n<p class="note">${total - shown} more lines are not shown.</p>` : "";
  return `<div class="scroll"><table>\n${rows.join("\n")}\n</table></div>${rest}`;
}

function renderHunk({ heading, lines }: DiffHunk): string {
  const first = lines[0];
  const start = first?.newLine ?? first?.oldLine ?? 0;
  const title = `<tr class="hunk"><td colspan="4">Line ${start}${heading === "" ? "" : ` <span>${escape(heading)}</span>`}</td></tr>`;
  return [`<tbody>`, title, ...lines.map(renderLine), "</tbody>"].join("\n");
}

const signs = { added: "+", removed: "−", context: "" } as const;

function renderLine({ kind, text, oldLine, newLine, isUnfinished = false }: DiffLine): string {
  const end = isUnfinished
    ? '<span class="unfinished" title="No line break at the end of the file"> (no line break)</span>'
    : "";
  return `<tr class="${kind}"><td class="number">${oldLine ?? ""}</td><td class="number">${newLine ?? ""}</td><td class="sign">${signs[kind]}</td><td class="text">${escape(text)}${end}</td></tr>`;
}

/** Bidirectional controls are made visible too: they can make code look like other code. */
function escape(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text
    .replace(/[&<>"']/g, (character) => entities[character] ?? "")
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, (character) => `U+${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

const style = `
:root { color-scheme: light dark; --page: #f6f8fa; --card: #fff; --text: #1f2328; --quiet: #59636e; --line: #d1d9e0; --plus: #1a7f37; --minus: #cf222e; --added: #dafbe1; --added-sign: #aceebb; --removed: #ffebe9; --removed-sign: #ffcecb; --hunk: #ddf4ff; --renamed: #8250df; --changed: #0969da; }
@media (prefers-color-scheme: dark) { :root { --page: #0d1117; --card: #151b23; --text: #e6edf3; --quiet: #9198a1; --line: #3d444d; --plus: #3fb950; --minus: #f85149; --added: #12261e; --added-sign: #1c4428; --removed: #25171c; --removed-sign: #542426; --hunk: #121d2f; --renamed: #a371f7; --changed: #4493f8; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem clamp(0.75rem, 3vw, 2.5rem) 4rem; max-width: 78rem; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere; }
p { margin: 0.35rem 0 0; }
.subtitle, .nothing, .note { color: var(--quiet); }
.summary { margin-top: 0.75rem; font-weight: 600; }
.counts { margin-left: auto; padding-left: 0.75rem; white-space: nowrap; font-variant-numeric: tabular-nums; font-weight: 600; }
.summary .counts { padding-left: 0.35rem; }
.plus { color: var(--plus); } .minus { color: var(--minus); }
nav, .file { margin-top: 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; overflow: clip; }
nav ul { list-style: none; margin: 0; padding: 0.4rem 0; }
nav a { display: flex; align-items: center; gap: 0.6rem; padding: 0.3rem 1rem; color: inherit; text-decoration: none; }
nav a:hover, nav a:focus-visible { background: var(--hunk); }
.path { font: 13px/1.5 ui-monospace, "Cascadia Code", Consolas, monospace; overflow-wrap: anywhere; }
.badge { flex: none; width: 4.6rem; padding: 0 0.4rem; border: 1px solid currentcolor; border-radius: 999px; font-size: 11px; line-height: 1.6; text-align: center; }
.badge.added { color: var(--plus); } .badge.deleted { color: var(--minus); } .badge.renamed { color: var(--renamed); } .badge.changed { color: var(--changed); }
.file { scroll-margin-top: 0.5rem; }
.file > summary { position: sticky; top: 0; z-index: 1; display: flex; align-items: center; gap: 0.6rem; padding: 0.55rem 1rem; background: var(--card); cursor: pointer; list-style: none; }
.file > summary::-webkit-details-marker { display: none; }
.file > summary::before { content: "▸"; color: var(--quiet); } .file[open] > summary::before { content: "▾"; }
.file[open] > summary { border-bottom: 1px solid var(--line); }
.note { padding: 0.75rem 1rem; margin: 0; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font: 12.5px/1.6 ui-monospace, "Cascadia Code", Consolas, monospace; tab-size: 4; }
td { padding: 0; vertical-align: top; }
.number { width: 1%; min-width: 3rem; padding: 0 0.6rem; color: var(--quiet); text-align: right; user-select: none; font-variant-numeric: tabular-nums; }
.sign { width: 1.6rem; text-align: center; user-select: none; }
.text { padding: 0 1rem 0 0.5rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.added .text, .added .number { background: var(--added); } .added .sign { background: var(--added-sign); }
.removed .text, .removed .number { background: var(--removed); } .removed .sign { background: var(--removed-sign); }
.hunk td { padding: 0.2rem 1rem; background: var(--hunk); color: var(--quiet); } .hunk span { color: var(--text); }
.unfinished { color: var(--minus); user-select: none; }
@media print { .file { break-inside: avoid-page; } .file > summary { position: static; } }
`;
