import type { Terminal } from "../fleet/run-many/progress.ts";
import type { StepDefinition } from "../step/define-step.ts";

/** Each is read when it is asked for: who runs one does not wait for the others. */
export type StepsByName = Readonly<Record<string, () => Promise<StepDefinition>>>;

/** What a command may touch. */
export interface CommandContext {
  environment: Readonly<Record<string, string | undefined>>;
  workingDirectory: string;
  /** The build's output, where templates and package lie. */
  dist: string;
  version: string;
  steps: StepsByName;
  /** The baseline of new installations. */
  defaultBaseline: string;
  write: (stream: "stdout" | "stderr", text: string) => void;
  signal: AbortSignal;
  /** Where the output is a terminal. */
  terminal?: Terminal | undefined;
  /** Whether what is printed may have colors: at a terminal, and where somebody insists. */
  hasColors?: boolean;
  /** Whoever takes it is told of the first Ctrl-C; the next one ends the command. Else the first does. */
  takeFirstInterrupt?: (stop: () => void) => void;
  /** Waits so many milliseconds, for tests that do not want to. */
  pause?: (milliseconds: number) => Promise<void>;
}

/** Standard output holds the JSON alone, so that all words go to standard error, where no table is drawn. */
export function besideJson(context: CommandContext): CommandContext {
  return { ...context, terminal: undefined, hasColors: false, write: (_stream, text) => context.write("stderr", text) };
}

/** What a script reads: one document, and a line feed. */
export function printJson({ write }: Pick<CommandContext, "write">, value: unknown): void {
  write("stdout", `${JSON.stringify(value, undefined, 2)}\n`);
}
