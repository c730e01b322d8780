/** What the page of a diff has besides: a list of files, and each file's lines. */
export const diffStyle = `
:root { --added: #dafbe1; --added-sign: #aceebb; --removed: #ffebe9; --removed-sign: #ffcecb; --hunk: #ddf4ff; }
@media (prefers-color-scheme: dark) { :root { --added: #12261e; --added-sign: #1c4428; --removed: #25171c; --removed-sign: #542426; --hunk: #121d2f; } }
.summary { margin-top: 0.75rem; font-weight: 600; }
.counts { margin-left: auto; padding-left: 0.75rem; white-space: nowrap; font-variant-numeric: tabular-nums; font-weight: 600; }
.summary .counts { padding-left: 0.35rem; }
nav.card, .file { padding: 0; overflow: clip; }
nav ul { list-style: none; margin: 0; padding: 0.4rem 0; }
nav a { display: flex; align-items: center; gap: 0.6rem; padding: 0.3rem 1rem; text-decoration: none; }
nav a:hover, nav a:focus-visible { background: var(--hunk); }
nav .badge, .file .badge { flex: none; width: 4.6rem; padding: 0 0.4rem; text-align: center; }
.path { font: 13px/1.5 ui-monospace, "Cascadia Code", Consolas, monospace; overflow-wrap: anywhere; }
.file { scroll-margin-top: 0.5rem; }
.file > summary { position: sticky; top: 0; z-index: 1; display: flex; align-items: center; gap: 0.6rem; padding: 0.55rem 1rem; background: var(--card); cursor: pointer; list-style: none; }
.file > summary::-webkit-details-marker { display: none; }
.file > summary::before { content: "▸"; color: var(--quiet); } .file[open] > summary::before { content: "▾"; }
.file[open] > summary { border-bottom: 1px solid var(--line); }
.note { padding: 0.75rem 1rem; margin: 0; }
.diff { margin: 0; font: 12.5px/1.6 ui-monospace, "Cascadia Code", Consolas, monospace; tab-size: 4; }
.diff td { padding: 0; border: 0; }
.diff .number { width: 1%; min-width: 3rem; padding: 0 0.6rem; color: var(--quiet); text-align: right; user-select: none; font-variant-numeric: tabular-nums; }
.diff .sign { width: 1.6rem; text-align: center; user-select: none; }
.diff .text { padding: 0 1rem 0 0.5rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.added .text, .added .number { background: var(--added); } .added .sign { background: var(--added-sign); }
.removed .text, .removed .number { background: var(--removed); } .removed .sign { background: var(--removed-sign); }
.diff .hunk td { padding: 0.2rem 1rem; background: var(--hunk); color: var(--quiet); } .hunk span { color: var(--text); }
.unfinished { user-select: none; }
@media print { .file > summary { position: static; } }
`;
