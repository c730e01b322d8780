import { setTimeout as sleep } from "node:timers/promises";
import { ActionFailure, type ActionRun } from "./action.ts";
import type { LogCategory } from "./action-log.ts";

/** What a script may say, and how it is said in the log. */
const writers: Record<string, LogCategory> = {
  echo: "Info",
  "write-host": "Info",
  "write-output": "Info",
  "write-verbose": "Verbose",
  "write-highlight": "Highlight",
  "write-warning": "Warning",
};

/**
 * There is no PowerShell here. What the test suites of Octopus's clients use of it, to say a word and to take a while, is understood
 * line by line; anything else fails the step by name, so that no script is ever half understood.
 * @throws ActionFailure for the first command that is something else
 */
export async function runPowerShell(run: ActionRun, script: string): Promise<void> {
  const commands = run.variables
    .evaluate(script, { lenient: true })
    .text.split(/[;\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  for (const command of commands) await runOne(run, command);
}

async function runOne(run: ActionRun, command: string): Promise<void> {
  const [, name = "", rest = ""] = /^([\w-]+)\s*(.*)$/.exec(command) ?? [];
  const category = writers[name.toLowerCase()];
  const text = /^(?:"([^"$`]*)"|'([^']*)')$/.exec(rest);
  if (category !== undefined && text !== null) return run.log.write(category, text[1] ?? text[2] ?? "");
  const pause = /^(?:-(Seconds|s|Milliseconds|m)\s+)?(\d+)$/i.exec(rest);
  if (name.toLowerCase() === "start-sleep" && pause !== null) {
    const unit = /^m/i.test(pause[1] ?? "s") ? 1 : 1000;
    await sleep(Number(pause[2]) * unit, undefined, { signal: run.signal });
    return;
  }
  throw new ActionFailure(
    `Failed to run the script: the worker has no PowerShell, only Bash. It understands Write-Host and Start-Sleep, and not "${command}".`,
  );
}
