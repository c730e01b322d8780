import type { StepLog } from "../../lib/step/define-step.ts";

/** A log that keeps what was told, for what takes a log and no whole step. */
export function createRecordingLog(): { log: StepLog; lines: string[]; warnings: string[]; progress: string[] } {
  const [lines, warnings, progress]: [string[], string[], string[]] = [[], [], []];
  const log: StepLog = {
    info: (message) => void lines.push(message),
    verbose: (message) => void lines.push(message),
    highlight: (message) => void lines.push(message),
    warn: (message) => void warnings.push(message),
    progress: (_percent, message) => void progress.push(message),
  };
  return { log, lines, warnings, progress };
}
