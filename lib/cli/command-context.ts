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
}
