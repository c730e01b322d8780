import { foldName } from "../octopus/same-name.ts";
import { ParameterError } from "../step/errors.ts";

/** Whether a name is one of those that somebody listed. */
export type NameFilter = (name: string) => boolean;

/**
 * Names, or regular expressions that match the whole name, such as `Private\..*`; without case, as Octopus has names.
 * @throws {@link ParameterError} for a line that is neither
 */
export function matchNames(lines: readonly string[]): NameFilter {
  const exact = new Set(lines.map(foldName));
  const patterns = lines.flatMap((line) => toPattern(line) ?? []);
  return (name) => exact.has(foldName(name)) || patterns.some((pattern) => pattern.test(name));
}

/**
 * What a line matches, whole and without case. Names that happen to be no regular expression, such as `Cleanup (old`, stay names when
 * they hold no pattern character but brackets.
 */
export function toPattern(line: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${line})$`, "i");
  } catch {
    if (!/[*+?^$|\\]/.test(line)) return undefined;
    throw new ParameterError(
      `Failed to read "${line}" as a name or a pattern: it is no regular expression. Write a whole name, or a pattern such as Private\\..*`,
    );
  }
}

/** The line that means just this name, whatever characters of patterns it has. */
export function escapePattern(name: string): string {
  return name.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
