/** One sheet for all pages; colors follow what the reader's system prefers. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #f4f6fb; --card: #fff; --ink: #10182b; --soft: #5a667d; --line: #e2e7f1; --well: #f0f3f9;
  --accent: #0b6fcf; --good: #12805c; --good-ground: #e2f5ec; --bad: #b3261e; --bad-ground: #fdeceb; --busy: #8a5a00; --busy-ground: #fff3d6;
  --shadow: 0 1px 2px rgb(16 24 43 / 6%), 0 6px 20px rgb(16 24 43 / 5%);
  --text: "Inter", system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; --code: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0b101d; --card: #131a2b; --ink: #e6ebf5; --soft: #93a0ba; --line: #232c42; --well: #1a2338;
    --accent: #62b0ff; --good: #5fd6a8; --good-ground: #10352a; --bad: #ff9d95; --bad-ground: #3d1a1c; --busy: #ffcf70; --busy-ground: #3a2d0f;
    --shadow: 0 1px 2px rgb(0 0 0 / 40%);
  }
}
* { box-sizing: border-box; }
body { overflow-wrap: anywhere; margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 var(--text); -webkit-font-smoothing: antialiased; }
a { color: inherit; text-decoration: none; }
.wrap { max-width: 1240px; margin: 0 auto; padding: 0 28px; }
.masthead { background: radial-gradient(900px 380px at 85% -20%, #1c86e5 0, transparent 70%), linear-gradient(120deg, #0b1b3c, #0d3a77); color: #fff; padding: 26px 0 84px; }
.masthead.slim { padding-bottom: 30px; }
.brand { display: flex; align-items: center; gap: 12px; font-weight: 600; letter-spacing: -.01em; }
.brand svg { width: 30px; height: 30px; }
.brand .version { margin-left: auto; font: 12px var(--code); color: #b9d3f5; }
.masthead h1 { margin: 34px 0 4px; font-size: 34px; line-height: 1.15; letter-spacing: -.025em; font-weight: 650; }
.masthead p { margin: 0; color: #c3d8f4; }
.masthead .row { display: flex; gap: 24px; align-items: end; flex-wrap: wrap; justify-content: space-between; }
.search { position: relative; flex: 0 1 360px; }
.search input { width: 100%; padding: 11px 14px 11px 40px; border: 1px solid rgb(255 255 255 / 22%); border-radius: 10px; background: rgb(255 255 255 / 12%); color: #fff; font: inherit; outline: none; }
.search input::placeholder { color: #b9d3f5; }
.search input:focus { background: rgb(255 255 255 / 18%); border-color: #fff; }
.search svg { position: absolute; left: 13px; top: 13px; width: 18px; height: 18px; color: #b9d3f5; }
main { margin-top: -52px; padding-bottom: 48px; }
.masthead.slim + main { margin-top: 26px; }
h2 { display: flex; align-items: baseline; gap: 10px; margin: 38px 0 14px; font-size: 17px; letter-spacing: -.01em; }
h2 small { color: var(--soft); font-weight: 400; font-size: 13px; }
main > h2:first-child, .wrap > section:first-child > h2 { margin-top: 0; }
.onband h2, .onband h2 small { color: #fff; }
.onband h2 small { color: #c3d8f4; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(340px, 1fr)); gap: 18px; align-items: start; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 14px; box-shadow: var(--shadow); padding: 18px 20px 0; display: flex; flex-direction: column; }
.tile header { display: flex; gap: 13px; align-items: center; }
.mark { flex: none; width: 42px; height: 42px; border-radius: 11px; display: grid; place-items: center; color: #fff; font-weight: 650; font-size: 15px; letter-spacing: .02em; }
.tile h3 { margin: 0; font-size: 17px; line-height: 1.25; letter-spacing: -.012em; overflow-wrap: anywhere; }
.tile .id { font: 12px var(--code); color: var(--soft); }
.tile .about { margin: 12px 0 0; color: var(--soft); font-size: 14px; }
.chips { display: flex; flex-wrap: wrap; gap: 6px; margin: 14px 0 0; padding: 0; list-style: none; }
.chip { padding: 2px 9px; border-radius: 99px; background: var(--well); color: var(--soft); font-size: 12.5px; white-space: nowrap; max-width: 100%; overflow: hidden; text-overflow: ellipsis; }
.chip.tenant { background: none; box-shadow: inset 0 0 0 1px var(--line); }
.fold { margin-top: 10px; font-size: 13.5px; color: var(--soft); }
.fold summary { cursor: pointer; width: fit-content; }
.fold summary:hover { color: var(--accent); }
.fold .chips { margin-top: 8px; max-height: 260px; overflow-y: auto; }
.fold a:hover { color: var(--accent); }
td .fold { margin-top: 4px; }
.projects { margin: 14px 0 0; padding: 0; list-style: none; border-top: 1px solid var(--line); }
.projects > li { padding: 10px 0; border-bottom: 1px solid var(--line); }
.projects > li:last-child { border-bottom: 0; }
.projects summary { cursor: pointer; list-style: none; display: flex; align-items: center; gap: 8px; font-weight: 550; }
.projects summary::-webkit-details-marker { display: none; }
.projects summary .count { margin-left: auto; white-space: nowrap; color: var(--soft); font-weight: 400; font-size: 13px; }
.projects summary::after { content: ""; width: 6px; height: 6px; border: solid var(--soft); border-width: 0 1.5px 1.5px 0; transform: rotate(45deg) translate(-2px, -2px); transition: transform .15s; }
.projects details[open] summary::after { transform: rotate(-135deg) translate(-2px, -2px); }
.projects .plain { font-weight: 550; }
.runbooks { margin: 8px 0 2px; padding: 0 0 0 12px; list-style: none; color: var(--soft); font-size: 14px; border-left: 2px solid var(--line); }
.git { font-size: 12.5px; color: var(--soft); overflow-wrap: anywhere; }
.git b { font-weight: 600; white-space: nowrap; }
.git b::before { content: "⎇ "; font-weight: 400; }
.deployed { display: flex; flex-wrap: wrap; gap: 6px; margin-top: 6px; }
.deployed span { font-size: 12.5px; padding: 2px 8px; border-radius: 6px; background: var(--well); color: var(--soft); }
.deployed span.Success { background: var(--good-ground); color: var(--good); }
.deployed span::before { margin-right: 5px; }
.deployed span.SuccessWithWarning { background: var(--busy-ground); color: var(--busy); }
.deployed small { font-size: 12px; }
.deployed span.Failed, .deployed span.TimedOut { background: var(--bad-ground); color: var(--bad); }
.counts { display: grid; grid-template-columns: repeat(4, 1fr); margin: auto -20px 0; border-top: 1px solid var(--line); background: color-mix(in srgb, var(--well) 55%, var(--card)); border-radius: 0 0 14px 14px; }
.projects + .counts { margin-top: 0; }
.chips + .counts, header + .counts, .about + .counts { margin-top: 16px; }
.counts div { padding: 11px 4px 12px; text-align: center; font-size: 12px; color: var(--soft); }
.counts b { display: block; color: var(--ink); font-size: 18px; line-height: 1.2; font-weight: 600; font-variant-numeric: tabular-nums; }
.panel { background: var(--card); border: 1px solid var(--line); border-radius: 14px; box-shadow: var(--shadow); overflow: hidden; }
table { width: 100%; border-collapse: collapse; }
td, th { padding: 11px 18px; text-align: left; border-bottom: 1px solid var(--line); vertical-align: middle; }
td .chip { display: inline-block; }
tr:last-child td { border-bottom: 0; }
th { font-size: 12.5px; font-weight: 500; color: var(--soft); white-space: nowrap; }
td.soft, .soft { color: var(--soft); }
td.soft { overflow-wrap: break-word; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tbody tr:hover td { background: color-mix(in srgb, var(--well) 60%, transparent); }
td a.title { font-weight: 550; }
td a.title:hover { color: var(--accent); }
td .title ~ .chip { margin-left: 7px; }
.link { color: var(--accent); text-decoration: underline; text-underline-offset: 3px; text-decoration-color: color-mix(in srgb, var(--accent) 40%, transparent); }
.link:hover { text-decoration-color: currentColor; }
.tile:target, .asked { outline: 2px solid var(--accent); outline-offset: 2px; }
td .came { color: var(--soft); font-size: 13.5px; }
td .why { color: var(--bad); font-size: 13.5px; }
.state { display: inline-flex; align-items: center; gap: 7px; padding: 3px 10px 3px 8px; border-radius: 99px; font-size: 13px; font-weight: 550; white-space: nowrap; background: var(--well); color: var(--soft); }
.state::before { content: ""; width: 8px; height: 8px; border-radius: 50%; background: currentColor; }
.state.Success::before, .state.SuccessWithWarning::before, .state.Failed::before, .state.TimedOut::before { width: auto; height: auto; border-radius: 0; background: none; font: 700 12px/1 var(--text); }
.Success::before { content: "✓" / ""; } .SuccessWithWarning::before { content: "⚠" / ""; } .Failed::before, .TimedOut::before { content: "✕" / ""; }
.state.Success { background: var(--good-ground); color: var(--good); }
.state.Failed, .state.TimedOut { background: var(--bad-ground); color: var(--bad); }
.state.Executing, .state.Running, .state.Cancelling, .state.SuccessWithWarning { background: var(--busy-ground); color: var(--busy); }
.state.Executing::before, .state.Running::before { animation: beat 1.2s ease-in-out infinite; }
@keyframes beat { 50% { opacity: .25; } }
.bar { height: 3px; border-radius: 2px; background: var(--line); margin-top: 7px; max-width: 240px; }
.bar i { display: block; height: 100%; border-radius: 2px; background: var(--busy); }
.files { margin: 0 0 14px; padding: 14px 18px; list-style: none; overflow-wrap: anywhere; }
.left { display: flex; flex-wrap: wrap; gap: 2px 14px; margin: 3px 0 0; padding: 0; list-style: none; font-size: 13.5px; color: var(--soft); }
.versions { display: flex; flex-wrap: wrap; gap: 6px; }
.versions .chip { font: 12px/1.6 var(--code); }
.versions .chip:first-child { background: color-mix(in srgb, var(--accent) 14%, transparent); color: var(--accent); }
.empty { padding: 30px; text-align: center; color: var(--soft); }
.facts { display: flex; flex-wrap: wrap; gap: 8px 26px; margin-top: 12px; color: #c3d8f4; font-size: 14px; }
.facts b { color: #fff; font-weight: 550; }
.log { padding: 6px 0 10px; }
.log details { margin: 0; } .log summary > span { min-width: 0; } .log summary small { white-space: nowrap; }
.log summary { cursor: pointer; display: flex; flex-wrap: wrap; align-items: center; gap: 4px 10px; overflow-wrap: break-word; padding: 10px 18px; font-weight: 550; list-style: none; }
.log summary::-webkit-details-marker { display: none; }
.log summary:hover { background: var(--well); }
.log details details { margin-left: 18px; border-left: 2px solid var(--line); }
.log ol { margin: 0; padding: 4px 18px 10px; list-style: none; font: 13px/1.6 var(--code); }
.log li { display: flex; gap: 14px; white-space: pre-wrap; overflow-wrap: anywhere; }
.log time { flex: none; color: var(--soft); opacity: .75; user-select: none; }
.log .Verbose { color: var(--soft); display: none; }
.log .Highlight { background: color-mix(in srgb, var(--accent) 12%, transparent); color: var(--accent); font-weight: 600; margin: 2px -8px; padding: 3px 8px; border-radius: 6px; }
.log .Warning, .log .Wait { color: var(--busy); }
.log .Error, .log .Fatal { color: var(--bad); }
body:has(#verbose:checked) .log .Verbose { display: flex; }
.toggle { display: flex; gap: 8px; align-items: center; justify-content: flex-end; margin: 0 2px 12px; color: var(--soft); font-size: 14px; }
footer { color: var(--soft); font-size: 13px; padding: 0 0 40px; }
@media (max-width: 720px) {
  .wrap { padding: 0 16px; }
  .tiles { grid-template-columns: minmax(0, 1fr); }
  .masthead h1 { font-size: 27px; }
  .wide { display: none; }
  td, th { padding: 10px 12px; }
  .counts div { font-size: 11px; padding-inline: 0; }
  tbody .state { font-size: 0; gap: 0; padding: 4px; }
}
`;
