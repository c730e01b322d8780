import { stateWords } from "./count-words.ts";
import { withoutCommands } from "./display-width.ts";
import { drawTable } from "./draw-table.ts";
import { endStates, inOneLine, type Round, type TenantRun } from "./tenant-run.ts";

/** Shows people how far all tenants are. */
export interface Progress {
  /** A sentence that stays. */
  tell(sentence: string): void;
  /** A run has another state. */
  changed(run: TenantRun): void;
  show(round: Round): void;
  /** What comes after stands below. */
  end(): void;
}

/** Where it is shown. */
export interface Terminal {
  /** As they are now: people make windows larger and smaller. */
  size(): { columns: number; rows: number };
  hasColors: boolean;
}

export interface ProgressOptions {
  /** What is done, for the first line: `__ 2. Deploy Project of "Hello World"`. */
  title: string;
  write(text: string): void;
  /** Undefined for a pipe, a file, a log. */
  terminal: Terminal | undefined;
  now(): number;
}

/** A table that is drawn anew at a terminal, else lines. */
export function createProgress(options: ProgressOptions): Progress {
  return options.terminal === undefined ? createLines(options) : createTable(options, options.terminal);
}

/** One line for each that was started, and for each that is over, with how far all are. */
function createLines({ write }: ProgressOptions): Progress {
  let ended = 0;
  let all = 0;
  return {
    tell: (sentence) => write(`${withoutCommands(sentence)}\n`),
    changed(run) {
      if (run.state === "running" || run.state === "held") return;
      const isOver = endStates.some((state) => state === run.state);
      if (isOver) ended += 1;
      write(`${describeRun(run)}${isOver ? ` (${ended} of ${all})` : ""}\n`);
    },
    show(round) {
      all = round.list().length;
      ended = round.list(...endStates).length;
    },
    end: () => undefined,
  };
}

function describeRun(run: TenantRun): string {
  const task = run.taskId === undefined ? "" : `, ${run.taskId}`;
  const what = run.state !== "queued" ? stateWords[run.state] : run.isJoined ? "was started elsewhere" : "started";
  const took = run.took === undefined || run.took === "" ? "" : ` after ${run.took}`;
  const why = run.reason === undefined ? "" : `: ${inOneLine(run.reason)}`;
  return withoutCommands(`${run.name} ${what}${took}${task}${why}`);
}

function createTable({ title, write, now }: ProgressOptions, terminal: Terminal): Progress {
  const begun = now();
  let height = 0;
  let last: Round | undefined;
  const erase = (): string => (height === 0 ? "" : `\u001b[${height}A\r\u001b[0J`);
  const draw = (round: Round): string => {
    const lines = drawTable(round, { title, ...terminal.size(), colors: terminal.hasColors, begun, now: now() });
    height = lines.length;
    return lines.map((line) => `${line}\n`).join("");
  };
  return {
    tell(sentence) {
      const text = `${erase()}${withoutCommands(sentence)}\n`;
      height = 0;
      write(last === undefined ? text : `${text}${draw(last)}`);
    },
    changed: () => undefined,
    show(round) {
      last = round;
      write(`${erase()}${draw(round)}`);
    },
    end() {
      write(erase());
      height = 0;
      last = undefined;
    },
  };
}
