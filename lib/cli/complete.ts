import type { CommandContext } from "./command-context.ts";
import type { Command, CommandEntry, OptionDeclaration } from "./declare-command.ts";
import { listBelow, walkCommands } from "./find-command.ts";
import { spellOption } from "./option-spelling.ts";

/** Something that a shell may offer: a word, and what it means. */
type Offer = readonly [word: string, meaning: string];

interface Offers {
  words: readonly Offer[];
  /** What the shell is to look for by itself. */
  also?: "files" | "folders";
}

/**
 * What a shell's completion asks for: `managed-spaces complete =<word at the cursor> <words before it>…`. Prints a line for each
 * word to offer, with a tab and what it means, and `:files` or `:folders` where the shell is to offer those. What it does not
 * understand it offers nothing for.
 * @returns the exit code, always 0
 */
export async function complete(
  root: CommandEntry,
  [at = "=", ...before]: readonly string[],
  context: CommandContext,
): Promise<number> {
  const word = at.replace(/^=/, "");
  // Bash takes --git-host=gitea apart at the sign.
  const words = before.filter((one) => one !== "=");
  const { words: offered, also } = await listOffers(root, { word: word === "=" ? "" : word, before: words }, context);
  const lines = offered.map(([text, meaning]) => `${text}\t${meaning.replaceAll(/\s+/g, " ")}\n`);
  context.write("stdout", [...lines, ...(also === undefined ? [] : [`:${also}\n`])].join(""));
  return 0;
}

interface Cursor {
  word: string;
  before: readonly string[];
}

async function listOffers(root: CommandEntry, { word, before }: Cursor, context: CommandContext): Promise<Offers> {
  const { entry, rest } = walkCommands(root, before, context);
  const command = await entry.load?.();
  if (command !== undefined) {
    const { inWord, waiting } = findWaiting(command, { word, before: rest });
    if (waiting !== undefined) return offerValues(waiting, word, inWord);
  }
  if (word.startsWith("-")) return { words: fit(offerOptions(command, rest), word) };
  const below = rest.length === 0 ? Object.entries(listBelow(entry, context)) : [];
  const names = below.map(([name, { summary }]): Offer => [name, summary]);
  if (names.length > 0) return { words: fit(names, word) };
  const choices = rest.length === 0 ? (command?.names?.choices ?? []) : [];
  return {
    words: fit(
      choices.map((choice): Offer => [choice, ""]),
      word,
    ),
  };
}

/** The option whose value is at the cursor: behind it, or in the same word. */
function findWaiting({ options }: Command, { word, before }: Cursor): { waiting?: OptionDeclaration; inWord: string } {
  const [, inWord = "", spelled = before.at(-1) ?? ""] = /^((--[\w-]+)=)/.exec(word) ?? [];
  const found = Object.entries(options).find(
    ([name, { type, formerly = [] }]) => type === "string" && [name, ...formerly].some((one) => `--${one}` === spelled),
  );
  return found === undefined ? { inWord } : { inWord, waiting: found[1] };
}

function offerValues({ choices, meanings, completes }: OptionDeclaration, word: string, inWord: string): Offers {
  const words = (choices ?? []).map((choice, index): Offer => [`${inWord}${choice}`, meanings?.[index] ?? ""]);
  return { words: fit(words, word), ...(completes !== undefined && inWord === "" && { also: completes }) };
}

/** What was not given yet, or may be repeated. */
function offerOptions(command: Command | undefined, before: readonly string[]): Offer[] {
  const given = new Set(before.map((one) => one.split("=")[0]));
  const own = Object.entries(command?.options ?? {}).flatMap(([name, option]): Offer[] => {
    const [spelled = ""] = spellOption(name, option).split(" ");
    if (option.isHidden === true || (given.has(spelled) && option.multiple !== true)) return [];
    return [[spelled, option.help]];
  });
  return [...own, ["--help", "Tell what there is."]];
}

function fit(offers: readonly Offer[], word: string): Offer[] {
  return offers.filter(([text]) => text.startsWith(word));
}
