import type { CommandContext } from "./command-context.ts";

interface OutputStream {
  isTTY?: boolean;
  columns?: number;
  rows?: number;
}

/**
 * What may be printed: progress that is drawn anew at a terminal alone, and colors there, or where FORCE_COLOR insists
 * (no-color.org, force-color.org). A terminal that cannot move its cursor (TERM=dumb) gets lines without colors.
 */
export function describeOutput(
  environment: CommandContext["environment"],
  stream: OutputStream,
): Pick<CommandContext, "terminal" | "hasColors"> {
  const isTerminal = stream.isTTY === true && environment["TERM"] !== "dumb";
  const hasColors = wantsColors(environment) ?? isTerminal;
  if (!isTerminal) return { hasColors };
  return {
    hasColors,
    terminal: { size: () => ({ columns: stream.columns || 80, rows: stream.rows || 24 }), hasColors },
  };
}

/** What somebody says; undefined where nobody does. */
function wantsColors({ NO_COLOR, FORCE_COLOR }: CommandContext["environment"]): boolean | undefined {
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  if (FORCE_COLOR === undefined || FORCE_COLOR === "") return undefined;
  return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
}
