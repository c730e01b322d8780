/** What the fleet's page has besides {@link style}. */
export const pageStyle = `
body { max-width: 100rem; padding-top: 1.25rem; }
.unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
h3, h4, h5 { margin: 0; } h4 { font-size: 0.95rem; overflow-wrap: anywhere; } h5 { margin-top: 0.6rem; font-size: 0.8rem; color: var(--quiet); }
:focus-visible { outline: 2px solid var(--news); outline-offset: 2px; border-radius: 4px; } main:focus, h2:focus { outline: none; }
button, select, input { font: inherit; color: inherit; } button { cursor: pointer; }
kbd { padding: 0.05rem 0.4rem; border: 1px solid var(--line); border-bottom-width: 2px; border-radius: 4px; font: 12px/1.5 ui-monospace, Consolas, monospace; }
.fill.good, .dot { background: var(--good); } .fill.news { background: var(--news); } .fill.bad { background: var(--bad); } .fill.odd { background: var(--odd); } .fill.quiet { background: var(--quiet); }
.badge.quiet { color: var(--quiet); } .badge.good { padding: 0; border-color: transparent; }
.out::after { content: "\\2197"; margin-left: 0.2em; font-size: 0.8em; color: var(--quiet); }

.top { display: grid; grid-template-columns: minmax(0, 1fr) minmax(14rem, 30rem) auto; gap: 0.75rem 1rem; align-items: center; }
.top:has(> :only-child) { display: block; } .top h1 .out { text-decoration: none; } .top h1 .out::after { content: none; } .top p { font-size: 0.87rem; }
.search { position: relative; } .search input { width: 100%; padding: 0.5rem 2.25rem 0.5rem 0.85rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; } .search input::placeholder { color: var(--quiet); opacity: 1; }
.search > kbd { position: absolute; right: 0.6rem; top: 0.55rem; color: var(--quiet); pointer-events: none; } .search input:focus ~ kbd { display: none; }
.results { position: absolute; z-index: 5; inset: calc(100% + 4px) 0 auto 0; max-height: 70vh; overflow-y: auto; padding: 0.35rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; box-shadow: 0 8px 24px rgb(0 0 0 / 0.2); }
.results .kind, .results p { margin: 0; padding: 0.35rem 0.6rem 0.1rem; font-size: 0.8rem; }
.results .kind { font-weight: 600; } .results .none { padding: 0.4rem 0.6rem; }
.results [role=option] { display: flex; gap: 0.75rem; justify-content: space-between; padding: 0.3rem 0.6rem; border-radius: 6px; cursor: pointer; } .results [role=option] .text { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; } .results [role=option] .quiet { flex: none; max-width: 45%; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-size: 0.85rem; }
.results [aria-selected=true], .results [role=option]:hover { background: var(--page); box-shadow: inset 3px 0 var(--news); }
.round { width: 2.2rem; height: 2.2rem; background: var(--card); border: 1px solid var(--line); border-radius: 999px; color: var(--quiet); }

nav { display: flex; gap: 0.25rem; margin-top: 1rem; border-bottom: 1px solid var(--line); overflow-x: auto; }
nav a { padding: 0.45rem 0.8rem; border-bottom: 2px solid transparent; color: var(--quiet); text-decoration: none; white-space: nowrap; } nav a:hover { color: var(--text); } nav a[aria-current] { border-color: var(--news); color: var(--text); font-weight: 600; }
nav a:focus-visible { outline-offset: -2px; }
.tally { margin-left: 0.4rem; padding: 0 0.45rem; border: 1px solid var(--line); border-radius: 999px; font-size: 12px; font-weight: 400; color: var(--quiet); }
.note { margin-top: 1rem; padding: 0.5rem 0.85rem; border-left: 3px solid var(--odd); background: var(--card); border-radius: 0 6px 6px 0; }

.lines { margin: 0.6rem 0 0; padding: 0; list-style: none; } .lines li { display: grid; grid-template-columns: 10rem minmax(0, 1fr); gap: 0.25rem 1rem; padding: 0.6rem 0; border-top: 1px solid var(--line); }
.lines .state { display: flex; flex-wrap: wrap; gap: 0.35rem; align-items: baseline; align-content: start; } .lines p { margin: 0; } .lines .text { font-weight: 500; } .lines .name { display: inline-block; max-width: 20rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; vertical-align: bottom; } .lines .quiet { font-size: 0.87rem; }
.mark { display: inline-block; margin-right: 0.5rem; padding: 0 0.5rem; border-radius: 999px; background: var(--news); color: var(--card); font-size: 11px; line-height: 1.5; font-weight: 600; }
.mend { grid-column: 2; display: flex; flex-wrap: wrap; gap: 0.35rem 0.75rem; align-items: center; font-size: 0.92rem; } .mend > * { max-width: 100%; }
@media (min-width: 75rem) { .attention .lines li { grid-template-columns: 10rem minmax(0, 1fr) 27rem; } .attention .mend { grid-column: 3; align-self: start; } }
.copyable { display: flex; max-width: 100%; align-items: stretch; border: 1px solid var(--line); border-radius: 6px; overflow: hidden; } .copyable code { flex: 1; min-width: 0; padding: 0.15rem 0.6rem; white-space: pre-wrap; overflow-wrap: anywhere; background: var(--page); } .copyable span { display: inline-block; max-width: 100%; } .copyable button { border: 0; border-left: 1px solid var(--line); background: none; padding: 0 0.7rem; font-size: 0.85rem; } .copyable button:hover { background: var(--page); } .copyable button:focus-visible { outline-offset: -2px; }

.strip { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 0 1.25rem; }
.axis .share { margin-left: auto; } .axis .share b { font-size: 1.25rem; font-variant-numeric: tabular-nums; }
.stack { display: flex; gap: 2px; height: 8px; margin-top: 0.5rem; border-radius: 4px; overflow: hidden; background: var(--line); } .stack .fill { min-width: 4px; height: 100%; }
.legend { display: flex; flex-wrap: wrap; gap: 0.3rem; margin: 0.6rem 0 0 -0.5rem; padding: 0; list-style: none; } .legend a { display: inline-flex; align-items: center; gap: 0.4rem; padding: 0.1rem 0.5rem; border: 1px solid transparent; border-radius: 999px; color: var(--text); text-decoration: none; font-size: 0.9rem; } .legend a:hover { border-color: var(--line); } .legend a[aria-current] { border-color: currentcolor; background: var(--page); } .legend b { font-variant-numeric: tabular-nums; }
.dot { width: 9px; height: 9px; border-radius: 50%; } .bad > .dot { background: var(--bad); } .odd > .dot { background: var(--odd); } .news > .dot { background: var(--news); } .quiet > .dot { background: var(--quiet); }

.bar { margin-top: 1.75rem; scroll-margin-top: 0.75rem; } .bar .head { align-items: center; }
.controls { display: flex; flex-wrap: wrap; gap: 0.4rem; margin-left: auto; }
select { max-width: 9.4rem; } select, .toggle, .switch a, .download { height: 2rem; padding: 0 0.6rem; border: 1px solid var(--line); border-radius: 6px; background: var(--card); font-size: 0.87rem; line-height: 1.9rem; text-decoration: none; } select.on, .toggle[aria-current] { border-color: var(--news); box-shadow: inset 0 0 0 1px var(--news); }
.switch { display: flex; } .switch a { color: var(--quiet); border-radius: 0; margin-left: -1px; } .switch a:first-child { border-radius: 6px 0 0 6px; } .switch a:last-child { border-radius: 0 6px 6px 0; } .switch a[aria-current] { position: relative; color: var(--text); font-weight: 600; border-color: var(--news); }
.chips { display: flex; flex-wrap: wrap; gap: 0.4rem; margin: 0.6rem 0 0; padding: 0; list-style: none; font-size: 0.87rem; } .chips li { max-width: 100%; } .chips a { display: block; max-width: 40rem; padding: 0.1rem 0.7rem; border: 1px solid var(--news); border-radius: 999px; text-decoration: none; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; } .chips a.plain { border-color: transparent; text-decoration: underline; text-decoration-color: var(--line); }
.group { display: flex; flex-wrap: wrap; gap: 0.35rem 0.75rem; align-items: baseline; margin: 1.25rem 0 0; } .group h3 { font-size: 1rem; color: var(--text); margin: 0; } .group .quiet { font-size: 0.87rem; } .group .stack { flex: 0 1 10rem; margin: 0 0 0 auto; align-self: center; }

.spaces { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 15.5rem), 1fr)); gap: 0.75rem; margin: 0.6rem 0 0; padding: 0; list-style: none; }
.tile { display: flex; flex-direction: column; gap: 0.35rem; min-width: 0; padding: 0.6rem 0.8rem 0.7rem; background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--quiet); border-radius: 8px; } .tile p { margin: 0; font-size: 0.87rem; }
.tile.good { border-left-color: var(--good); } .tile.news { border-left-color: var(--news); } .tile.bad { border-left-color: var(--bad); } .tile.odd { border-left-color: var(--odd); }
.tile, .tile .name { color: var(--text); } .tile:focus-within { border-color: var(--news); } .tile-head { display: flex; align-items: flex-start; gap: 0.4rem; } .tile-head .name { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-weight: 600; text-decoration: none; } .tile-head .name:hover { text-decoration: underline; }
.tile .spark { width: 100%; height: 20px; margin-top: auto; }
.badges { display: flex; flex-wrap: wrap; gap: 0.3rem; }
.stale, .matrix .stale .space { background: var(--page); } .tile.stale, .instance.stale { border-style: dashed; } .stale .badge, .stale .spark, .stale .version { filter: grayscale(1); } .stale-note { font-weight: 500; color: var(--quiet); }
.star { flex: none; display: grid; place-items: center; width: 24px; height: 24px; padding: 0; border: 0; background: none; } .star path { fill: none; stroke: var(--quiet); stroke-width: 1.2; } .star[aria-pressed=true] path { fill: var(--odd); stroke: var(--odd); }
.spark { display: block; } .bar.good { fill: var(--good); } .bar.bad { fill: var(--bad); }

.flush { padding: 0; overflow: visible; } .flush table { margin: 0; } .flush th, .flush td { padding: 0.4rem 0.75rem; } .flush thead th { position: sticky; top: 0; z-index: 2; background: var(--card); border: 0; border-bottom: 1px solid var(--line); border-radius: 8px 8px 0 0; } .flush.tall { max-height: 92vh; overflow: auto; }
.flush tbody tr:first-child > * { border-top: 0; }
.matrix, .report { border-collapse: separate; border-spacing: 0; } .matrix tbody th, .report tbody th, .report td { vertical-align: middle; } .matrix tbody th, .report tbody th { color: var(--text); font-weight: 500; border-top: 1px solid var(--line); } .report tfoot th, .report tfoot td { font-weight: 600; border-top: 2px solid var(--line); color: var(--text); }
.matrix .space { position: sticky; left: 0; z-index: 1; width: 16rem; max-width: 16rem; background: var(--card); } .matrix thead .space { z-index: 3; } .matrix .space > div { display: flex; gap: 0.35rem; align-items: center; } .matrix .name, .report .name { display: block; max-width: 26rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; text-decoration: none; } .matrix .name:hover, .report .name:hover { text-decoration: underline; } .matrix thead th { vertical-align: bottom; } .matrix .space .quiet { display: block; overflow: hidden; text-overflow: ellipsis; margin-left: 1.85rem; font-size: 0.8rem; font-weight: 400; }
.matrix .template { max-width: 8.5rem; white-space: normal; vertical-align: bottom; } .template span { display: block; font-weight: 400; }
.matrix td { white-space: nowrap; vertical-align: middle; } .matrix .spark { width: 90px; height: 20px; }
.version { font-variant-numeric: tabular-nums; color: var(--text); } .version span { display: block; font-size: 0.8rem; } .matrix .version { border-left: 2px solid var(--card); }
.version.good { background: color-mix(in srgb, var(--good) 9%, var(--card)); } .version.bad { background: color-mix(in srgb, var(--bad) 16%, var(--card)); } .version.odd { background: color-mix(in srgb, var(--odd) 14%, var(--card)); } .version.news { background: color-mix(in srgb, var(--news) 9%, var(--card)); } .version.news.heat-2 { background: color-mix(in srgb, var(--news) 16%, var(--card)); } .version.news.heat-3 { background: color-mix(in srgb, var(--news) 23%, var(--card)); } .version.news.heat-4 { background: color-mix(in srgb, var(--news) 30%, var(--card)); }
.group-row th { background: var(--page); } .group-row .stack { margin-left: 0; } .group-row .group { margin: 0; position: sticky; left: 0.75rem; width: min(60rem, calc(100vw - 4rem)); white-space: normal; }
.report .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; } .report th a { text-decoration: none; color: var(--quiet); } .report th a.name { color: var(--text); } .report .spark { width: 160px; height: 22px; }
.heatmap th, .heatmap td { padding: 0.35rem 0.6rem; } .heatmap td { border: 0; } .heatmap .heat { border: 2px solid var(--card); border-radius: 6px; text-align: center; font-variant-numeric: tabular-nums; } .heatmap .heat a { font-weight: 600; text-decoration: none; } .heatmap .heat span { display: block; font-size: 0.75rem; color: var(--text); } .heatmap tbody th { color: var(--text); font-weight: 500; } .heatmap tbody th span { display: block; font-weight: 400; font-size: 0.8rem; } .heat { color: var(--text); }
.heat.good { --tone: var(--good); } .heat.news { --tone: var(--news); } .heat.odd { --tone: var(--odd); } .heat.bad { --tone: var(--bad); }
.level-1 { background: color-mix(in srgb, var(--tone) 8%, var(--card)); } .level-2 { background: color-mix(in srgb, var(--tone) 15%, var(--card)); } .level-3 { background: color-mix(in srgb, var(--tone) 22%, var(--card)); } .level-4 { background: color-mix(in srgb, var(--tone) 29%, var(--card)); } .level-5 { background: color-mix(in srgb, var(--tone) 36%, var(--card)); }
.chart { margin: 0.6rem 0 0; } .chart .spark { width: 100%; height: 7.5rem; border-bottom: 1px solid var(--line); } .chart figcaption { display: flex; justify-content: space-between; font-size: 0.8rem; } .chart .most { font-size: 0.8rem; }

.instances { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 24rem), 1fr)); gap: 0 1.25rem; margin: 0; padding: 0; list-style: none; } .instance h3 { color: var(--text); font-size: 1rem; }
.pairs { display: grid; gap: 0.15rem; margin: 0.75rem 0 0; font-size: 0.92rem; } .pairs > div { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: 0.75rem; } .pairs dt { color: var(--quiet); } .pairs dd { margin: 0; overflow-wrap: anywhere; } .tag { display: inline-block; margin: 0 0.3rem 0.15rem 0; padding: 0 0.5rem; border: 1px solid var(--line); border-radius: 999px; font-size: 0.8rem; }
.limits { margin: 0.5rem 0 0; padding: 0; list-style: none; } .limits li { display: grid; grid-template-columns: 1fr auto; gap: 0 0.75rem; padding: 0.25rem 0; } .limits .stack { grid-column: 1 / -1; margin-top: 0.2rem; height: 6px; }
.path h3 { color: var(--text); font-size: 1rem; } .values { margin: 0.6rem 0; padding: 0; list-style: none; } .values li { display: grid; grid-template-columns: minmax(6rem, 12rem) minmax(3rem, 16rem) 1fr; gap: 0.75rem; align-items: center; padding: 0.15rem 0; } .values .stack { margin: 0; } .values code { overflow-wrap: anywhere; }
.help summary { padding: 0.35rem 0; cursor: pointer; } .help[open] { margin-bottom: 0.5rem; }

dialog { color: var(--text); background: var(--card); border: 1px solid var(--line); } dialog::backdrop { background: rgb(0 0 0 / 0.35); }
.drawer { inset: 0 0 0 auto; width: min(46rem, 100vw); max-width: none; height: 100dvh; max-height: none; margin: 0; padding: 1.25rem 1.5rem 3rem; border-width: 0 0 0 1px; overflow-y: auto; overscroll-behavior: contain; }
.drawer .chart .spark { height: 4rem; } .card > .head > .switch { margin-left: auto; }
.names .list { columns: 14rem 2; column-gap: 2rem; } .names li { break-inside: avoid; } .recent li { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr) auto 4rem; gap: 0 0.75rem; align-items: baseline; } .recent li > :last-child.quiet { text-align: right; font-size: 0.87rem; }
.drawer section { margin-top: 1.5rem; } .drawer h3 { padding-bottom: 0.3rem; border-bottom: 1px solid var(--line); color: var(--text); font-size: 0.95rem; } .drawer-head { padding-right: 2rem; } .drawer-head h2 { font-size: 1.3rem; } .drawer-head .tile-head { margin-bottom: 0.5rem; } .drawer .lines { margin: 0; } .drawer .lines li:first-child { border-top: 0; }
.close { position: sticky; top: 0; float: right; z-index: 2; width: 2rem; height: 2rem; margin: -0.25rem -0.5rem 0 0; border: 0; border-radius: 999px; background: var(--card); font-size: 1.4rem; line-height: 1; color: var(--quiet); }
.copy { margin-top: 0.75rem; padding-top: 0.75rem; border-top: 1px solid var(--line); } .copy:first-of-type { margin-top: 0; border-top: 0; } .copy .list { margin-top: 0.15rem; font-size: 0.92rem; }
.help-dialog { width: min(32rem, calc(100vw - 2rem)); padding: 1.25rem 1.5rem; border-radius: 8px; }
.say { position: fixed; z-index: 9; left: 50%; bottom: 1.25rem; translate: -50% 0; margin: 0; padding: 0.45rem 1rem; border-radius: 8px; background: var(--text); color: var(--page); } .say:empty { padding: 0; }
.none { padding: 1.5rem; text-align: center; }

@media (max-width: 56rem) {
.top { grid-template-columns: minmax(0, 1fr) auto; } .top .search { grid-row: 2; grid-column: 1 / -1; } .exact { display: none; }
.controls { margin-left: 0; width: 100%; } .flush { overflow: auto; } .flush thead th { position: static; } .matrix thead .space { position: sticky; } .recent li { grid-template-columns: minmax(0, 1fr) auto 4rem; } .recent time { grid-column: 1 / -1; } .lines li { grid-template-columns: minmax(0, 1fr); } .mend { grid-column: 1; } .matrix .space { width: 10.5rem; max-width: 10.5rem; min-width: 10.5rem; } .report .name { max-width: 9rem; } select { max-width: 10.5rem; } .group-row .group { width: calc(100vw - 3.5rem); } .values li { grid-template-columns: minmax(0, 1fr) auto; } .values .stack { display: none; } .drawer { padding: 1rem 1rem 3rem; } .pairs > div { grid-template-columns: 5rem minmax(0, 1fr); }
}
@media print {
:root { --page: #fff; --card: #fff; --text: #000; --quiet: #444; --line: #ccc; --good: #1a7f37; --news: #0969da; --bad: #cf222e; --odd: #8250df; color-scheme: light; }
html { font-size: 12px; } body { padding: 0; max-width: none; font-size: 11px; } .attention.card { break-inside: auto; } .lines li { break-inside: avoid; } * { print-color-adjust: exact; }
.search, nav, .round, .controls, .star, .copyable button, .close, .say, .chips .plain, .more summary { display: none !important; } .matrix .name, .report .name, .tile .name { white-space: normal; overflow-wrap: anywhere; } .wide, .flush.tall { overflow: visible; max-height: none; } .flush thead th { position: static; } body:has(dialog[open]) > :not(dialog) { display: none; } dialog.drawer { position: absolute; inset: 0 auto auto 0; width: 100%; height: auto; overflow: visible; border: 0; padding: 0; } dialog::backdrop { display: none; } .exact { display: inline; }
.card, .tile { break-inside: avoid; box-shadow: none; } .flush.card { break-inside: auto; overflow: visible; } .matrix .space { position: static; } tr { break-inside: avoid; } thead { display: table-header-group; }
.spaces { grid-template-columns: repeat(4, 1fr); gap: 0.4rem; } .lines li { grid-template-columns: 9rem minmax(0, 1fr); padding: 0.35rem 0; } .mend { grid-column: 2; } table { font-size: 0.85rem; } .flush th, .flush td, .heatmap th, .heatmap td { padding: 0.25rem 0.4rem; } .recent li { grid-template-columns: 6.5rem minmax(0, 1fr) auto 4rem; } .recent time { grid-column: auto; }
}
`;
