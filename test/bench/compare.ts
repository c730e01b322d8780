import { spawnSync } from "node:child_process";

/** A command as a whole process. */
export interface Command {
  name: string;
  program: string;
  arguments: readonly string[];
  environment?: Readonly<Record<string, string>>;
  input?: string | Uint8Array;
  directory?: string;
  /** Makes ready for one run; not measured. */
  prepare?: () => void | Promise<void>;
}

export interface Timing {
  name: string;
  /** Milliseconds of wall time. */
  median: number;
  minimum: number;
  maximum: number;
}

/** Runs the commands in turn, so that a machine that slows down slows all of them; one round before the first does not count. */
export function compare(commands: readonly Command[], rounds: number): Timing[] {
  const times = new Map<string, number[]>(commands.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const command of commands) {
      const milliseconds = time(command);
      if (round > 0) times.get(command.name)?.push(milliseconds);
    }
  }
  return [...times].map(([name, all]) => ({ name, ...summarize(all) }));
}

function time(command: Command): number {
  const started = performance.now();
  const { error } = spawnSync(command.program, command.arguments, {
    cwd: command.directory,
    env: { ...process.env, ...command.environment },
    input: command.input,
    stdio: ["pipe", "ignore", "ignore"],
  });
  if (error !== undefined) throw error;
  return performance.now() - started;
}

/** The middle and the ends of some runs, in milliseconds. */
export function summarize(times: readonly number[]): Omit<Timing, "name"> {
  const sorted = times.toSorted((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? 0, minimum: sorted[0] ?? 0, maximum: sorted.at(-1) ?? 0 };
}

/** The timings as lines, with each one's ratio to the first. */
export function renderTimings(timings: readonly Timing[]): string {
  const base = timings[0]?.median ?? 1;
  return timings
    .map(
      ({ name, median, minimum, maximum }) =>
        `  ${name.padEnd(58)} ${median.toFixed(0).padStart(6)} ms  (${minimum.toFixed(0)} to ${maximum.toFixed(0)})  × ${(median / base).toFixed(2)}`,
    )
    .join("\n");
}
