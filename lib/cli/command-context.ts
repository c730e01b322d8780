import type { Terminal } from "../fleet/run-many/progress.ts";
import type { StepsByName } from "../step/run-from-command-line.ts";

/** What a command may touch. */
export interface CommandContext {
  arguments: readonly string[];
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
  terminal?: Terminal;
  /** Whoever takes it is told of the first Ctrl-C; the next one ends the command. Else the first does. */
  takeFirstInterrupt?: (stop: () => void) => void;
  /** Waits so many milliseconds, for tests that do not want to. */
  pause?: (milliseconds: number) => Promise<void>;
}
