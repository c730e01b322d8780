/** The look of every page, in light and dark. */
export const style = `
:root { color-scheme: light dark; --page: #f6f8fa; --card: #fff; --text: #1f2328; --quiet: #59636e; --line: #d1d9e0; --good: #1a7f37; --news: #0969da; --bad: #cf222e; --odd: #8250df; }
@media (prefers-color-scheme: dark) { :root { --page: #0d1117; --card: #151b23; --text: #e6edf3; --quiet: #9198a1; --line: #3d444d; --good: #3fb950; --news: #4493f8; --bad: #f85149; --odd: #a371f7; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem clamp(0.75rem, 3vw, 2.5rem) 4rem; max-width: 72rem; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere; } h2 { margin: 0; font-size: 1.05rem; overflow-wrap: anywhere; } h3 { margin: 1rem 0 0.25rem; font-size: 0.85rem; color: var(--quiet); overflow-wrap: anywhere; }
p { margin: 0.35rem 0 0; overflow-wrap: anywhere; } .quiet { color: var(--quiet); }
a { color: inherit; text-decoration-color: var(--line); text-underline-offset: 3px; } a:hover, a:focus-visible { text-decoration-color: currentcolor; }
.tiles { display: flex; flex-wrap: wrap; gap: 0.75rem; margin: 1.25rem 0 0; padding: 0; list-style: none; }
.tiles li { flex: 1 1 7rem; padding: 0.6rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; } .tiles b { display: block; font-size: 1.4rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.card { margin-top: 1.25rem; padding: 1rem 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
.head { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.35rem 0.75rem; }
.badge { padding: 0 0.6rem; border: 1px solid currentcolor; border-radius: 999px; font-size: 12px; line-height: 1.7; white-space: nowrap; }
.good { color: var(--good); } .news { color: var(--news); } .bad { color: var(--bad); } .odd { color: var(--odd); } .tiles .good, .tiles .news, .tiles .bad, .tiles .odd { border-left: 4px solid currentcolor; } .tiles span { color: var(--text); } .tiles a { color: var(--text); }
.facts { display: flex; flex-wrap: wrap; gap: 0.15rem 1.5rem; margin: 0.35rem 0 0; color: var(--quiet); font-size: 0.87rem; overflow-wrap: anywhere; }
.list { margin: 0; padding: 0; list-style: none; } .list li { display: flex; flex-wrap: wrap; gap: 0 0.75rem; padding: 0.2rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; } .list li:first-child { border-top: 0; }
.list time, .list .who { flex: none; color: var(--quiet); font-size: 0.87rem; } .list .who { max-width: 14rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; } .list .what { flex: 1 1 16rem; min-width: 0; } .list.plain li { display: block; }
.more summary { padding: 0.3rem 0; color: var(--quiet); cursor: pointer; }
code, pre { font: 12.5px/1.6 ui-monospace, "Cascadia Code", Consolas, monospace; } pre { margin: 0.35rem 0 0; padding: 0.6rem 0.8rem; border: 1px solid var(--line); border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; }
.wide { overflow-x: auto; } table { width: 100%; margin-top: 0.25rem; border-collapse: collapse; font-size: 0.92rem; } th, td { padding: 0.35rem 1rem 0.35rem 0; border-top: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: break-word; } td a { overflow-wrap: anywhere; } th { border-top: 0; color: var(--quiet); font-weight: 600; white-space: nowrap; }
.rows td { overflow-wrap: anywhere; min-width: 6.5rem; } .whole { white-space: nowrap; }
@media (max-width: 56rem) {
.rows thead { display: none; } .rows, .rows tbody, .rows tr, .rows td { display: block; } .rows tr { padding: 0.4rem 0; border-top: 1px solid var(--line); } .rows tr:first-child { border-top: 0; } .rows td { position: relative; padding: 0.1rem 0 0.1rem 7.5rem; border-top: 0; }
.rows td[data-heading]::before { content: attr(data-heading); position: absolute; left: 0; color: var(--quiet); } .rows td:empty { display: none; }
}
@media print { .card { break-inside: avoid-page; } }
`;
