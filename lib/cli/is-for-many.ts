import type { CommandContext } from "./command-context.ts";

/** Whether `managed-spaces run …` means a runbook for many tenants, and no step. */
export function isForMany({ arguments: given, steps }: Pick<CommandContext, "arguments" | "steps">): boolean {
  const isStep = Object.hasOwn(steps, given[0] ?? "");
  return !isStep && given.some((one) => /^--(tenants|tag|ring)(=|$)/.test(one));
}
