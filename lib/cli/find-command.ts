import { findNearNames } from "../near-names.ts";
import type { CommandContext } from "./command-context.ts";
import type { CommandEntry, CommandIndex } from "./declare-command.ts";
import { UsageError } from "./usage-error.ts";

/** The command that a line names. */
export interface FoundCommand {
  /** `managed-spaces tenants add`. */
  title: string;
  entry: CommandEntry;
  /** What comes behind its name. */
  rest: readonly string[];
}

/** The commands below an entry. */
export function listBelow({ commands = {} }: CommandEntry, { steps }: Pick<CommandContext, "steps">): CommandIndex {
  return typeof commands === "function" ? commands(steps) : commands;
}

/** As far as the words name commands. */
export function walkCommands(
  root: CommandEntry,
  words: readonly string[],
  context: Pick<CommandContext, "steps">,
): FoundCommand {
  let found: FoundCommand = { title: "managed-spaces", entry: root, rest: words };
  for (;;) {
    const [word = "", ...rest] = found.rest;
    const below = listBelow(found.entry, context);
    const entry = Object.hasOwn(below, word) ? below[word] : undefined;
    if (entry === undefined) return found;
    found = { title: `${found.title} ${word}`, entry, rest };
  }
}

/**
 * The command that is to run.
 * @throws {@link UsageError} where the words name none, with those that are near
 */
export function findCommand(
  root: CommandEntry,
  words: readonly string[],
  context: Pick<CommandContext, "steps">,
): FoundCommand {
  const found = walkCommands(root, words, context);
  const { entry, title, rest } = found;
  const below = Object.keys(listBelow(entry, context));
  if (below.length === 0 || (entry.load !== undefined && entry.isOwn?.(rest) !== false)) return found;
  const [word = ""] = rest;
  const spelled = `${title} ${word}`.replace(/^managed-spaces /, "");
  if (word === "" || word.startsWith("-"))
    throw new UsageError(`${title} needs a name behind it: ${below.join(", ")}. See ${title} --help.`);
  const own = entry.ownHint === undefined ? "" : ` ${entry.ownHint}`;
  throw new UsageError(
    `There is no ${entry.belowAre ?? "command"} "${entry.belowAre === undefined ? spelled : word}".${findNearNames(word, below)}${own} See ${title} --help.`,
  );
}
