import { countWords, stateWords } from "./count-words.ts";
import { fit, withoutCommands, widthOf } from "./display-width.ts";
import { badStates, endStates, inOneLine, type Round, type RunState, type TenantRun } from "./tenant-run.ts";

export interface TableOptions {
  title: string;
  columns: number;
  rows: number;
  colors: boolean;
  /** Milliseconds. */
  begun: number;
  now: number;
}

/** What may be seen. Who is to start or was done before is in the counts alone, and who was left out is told before and after. */
const shown = ["held", "failed", "canceled", "refused", "running", "queued"] as const;

/** The lines of the table: no wider than the terminal, and one less than it is high. */
export function drawTable(round: Round, options: TableOptions): string[] {
  const width = Math.max(1, options.columns - 1);
  const room = Math.max(0, options.rows - 5);
  const runs = listShown(round, room);
  const some = runs.length > room ? runs.slice(0, Math.max(0, room - 1)) : runs;
  const rest = runs.length - some.length;
  const names = nameWidthOf(round, width);
  return [
    fit(`${withoutCommands(options.title)}, for ${describeTime(options.now - options.begun)}`, width).trimEnd(),
    drawBar(round, width, options.colors),
    fit(countWords(round), width).trimEnd(),
    ...some.map((run) => drawRun(run, { ...options, width, names })),
    ...(rest === 0 ? [] : [fit(`  and ${rest} more`, width).trimEnd()]),
  ].slice(0, Math.max(1, options.rows - 1));
}

/** What waits for a person first, then what is not well, which leaves half of the room to what runs. */
function listShown(round: Round, room: number): TenantRun[] {
  const bad = round.list("failed", "canceled", "refused");
  const active = round.list("running", "queued");
  const held = round.list("held");
  const most = Math.max(Math.ceil(room / 2), room - active.length - held.length);
  return [...held, ...bad.slice(-Math.max(1, most)), ...active, ...bad.slice(0, -Math.max(1, most))];
}

/** One sign for each part of all: what is well, what is not, what is under way. */
function drawBar(round: Round, width: number, colors: boolean): string {
  const all = Math.max(1, round.list().length);
  const columns = Math.max(1, Math.min(60, width - 2));
  const bad = round.list(...badStates).length;
  const good = round.list(...endStates).length - bad;
  const active = round.list("running", "queued", "held").length;
  const ends = [good, good + bad, good + bad + active].map((count) => Math.round((count / all) * columns));
  const [goodEnd = 0, roundedEnd = 0, activeEnd = 0] = ends;
  // One of a thousand that is not well is seen, too.
  const badEnd = Math.min(columns, bad > 0 ? Math.max(goodEnd + 1, roundedEnd) : roundedEnd);
  const parts = [
    color("#".repeat(goodEnd), 32, colors),
    color("!".repeat(Math.max(0, badEnd - goodEnd)), 31, colors),
    color("-".repeat(Math.max(0, activeEnd - badEnd)), 36, colors),
    " ".repeat(columns - Math.max(activeEnd, badEnd)),
  ];
  return width < 4 ? fit("", width) : `[${parts.join("")}]`;
}

interface RunsOptions extends TableOptions {
  width: number;
  /** Columns of the names: the same for all that are ever shown, so that nothing jumps. */
  names: number;
}

const stateWidth = Math.max(...shown.map((state) => stateWords[state].length));

function drawRun(run: TenantRun, { width, names, colors, now }: RunsOptions): string {
  const time = run.state === "running" && run.startedAt !== undefined ? describeTime(now - run.startedAt) : "";
  const more = [run.taskId ?? "", time, inOneLine(run.reason ?? "")].filter((part) => part !== "").join("  ");
  const name = fit(withoutCommands(run.name), names);
  const line = `  ${name}  ${stateWords[run.state].padEnd(stateWidth)}  ${withoutCommands(more)}`;
  return color(fit(line, width).trimEnd(), colorOf(run.state), colors);
}

function nameWidthOf(round: Round, width: number): number {
  const longest = Math.max(0, ...round.list().map(({ name }) => widthOf(withoutCommands(name))));
  return Math.max(4, Math.min(longest, width - stateWidth - 4, Math.floor(width * 0.4), 40));
}

function colorOf(state: RunState): number {
  if (badStates.some((bad) => bad === state)) return 31;
  return state === "held" ? 33 : 0;
}

function color(text: string, code: number, colors: boolean): string {
  return colors && code !== 0 && text !== "" ? `\u001b[${code}m${text}\u001b[0m` : text;
}

/** `12 s`, `4 min 10 s`, `2 h 5 min`. */
export function describeTime(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
