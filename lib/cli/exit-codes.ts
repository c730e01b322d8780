import type { Command } from "./declare-command.ts";
import { usageExitCode } from "./usage-error.ts";

const everywhere: Readonly<Record<number, string>> = {
  0: "it went well",
  1: "it failed; the last line of standard error says why",
  [usageExitCode]: "the command line makes no sense (an option, a value, something missing); nothing was done",
};

/** What a command can end with, and what that means, from the smallest on. */
export function listExitCodes({ exitCodes = {} }: Pick<Command, "exitCodes"> = {}): [code: string, meaning: string][] {
  return Object.entries({ ...everywhere, ...exitCodes })
    .filter(([, meaning]) => meaning !== "")
    .toSorted(([a], [b]) => Number(a) - Number(b));
}
