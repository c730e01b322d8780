import { Help } from "commander";
import type { CommandContext } from "./command-context.ts";
import type { Command, CommandEntry } from "./declare-command.ts";
import { listExitCodes } from "./exit-codes.ts";
import { listBelow, type FoundCommand } from "./find-command.ts";
import { describeOption, spellOption } from "./option-spelling.ts";

/** The page that `--help` shows of a command: all of it comes from its declaration. */
export async function renderHelp({ title, entry }: FoundCommand, context: CommandContext): Promise<string> {
  const command = await entry.load?.();
  const below = await listLines(entry, context);
  const layout = createLayout(context);
  const names = command?.names === undefined || command.names.usage === "" ? "" : ` ${command.names.usage}`;
  const usages = [
    ...(below.length === 0 ? [] : [`${title} <${entry.belowAre ?? "command"}> [options]`]),
    ...(command === undefined ? [] : [`${title}${names}${hasOptions(command) ? " [options]" : ""}`]),
  ];
  const blocks = [
    usages.map((usage, index) => `${index === 0 ? layout.heading("Usage:") : "      "} ${usage}`).join("\n"),
    ...[entry.summary, ...(command?.about ?? [])].flatMap((text) => (text === "" ? [] : [layout.paragraph(text)])),
    ...(below.length === 0 ? [] : [layout.list(entry.belowAre === undefined ? "Commands:" : "Steps:", below)]),
    ...(command === undefined ? [] : describe(command, layout)),
    layout.list("Ends with:", listExitCodes(command)),
    ...(below.length === 0
      ? []
      : [layout.paragraph(`${title} <${entry.belowAre ?? "command"}> --help tells more of each.`)]),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function hasOptions({ options }: Command): boolean {
  return Object.keys(options).length > 0;
}

function describe({ names, options, examples, variables = {}, outputs = {} }: Command, layout: Layout): string[] {
  const groups = new Map<string, [string, string][]>();
  for (const [name, option] of Object.entries(options)) {
    if (option.isHidden === true) continue;
    const heading = `${option.group ?? "Options"}:`;
    const line: [string, string] = [spellOption(name, option), describeOption(option)];
    groups.set(heading, [...(groups.get(heading) ?? []), line]);
  }
  return [
    ...(names === undefined || names.usage === "" ? [] : [layout.list("Names:", [[names.usage, names.help]])]),
    ...[...groups].map(([heading, lines]) => layout.list(heading, lines)),
    ...(Object.keys(outputs).length === 0 ? [] : [layout.list("Outputs:", Object.entries(outputs))]),
    ...(Object.keys(variables).length === 0 ? [] : [layout.list("Variables:", Object.entries(variables))]),
    ...(examples.length === 0
      ? []
      : [[layout.heading("Examples:"), ...examples.map(({ title, line }) => `  # ${title}\n  ${line}`)].join("\n")]),
  ];
}

/** What stands in the list of an entry: the name of each command below it, and what it does in a line. */
async function listLines(entry: CommandEntry, context: CommandContext): Promise<[string, string][]> {
  const lines: [string, string][] = [];
  for (const [name, below] of Object.entries(listBelow(entry, context))) {
    if (below.load !== undefined) lines.push([name, below.summary || firstSentence(await below.load())]);
    else
      for (const [inner, { summary }] of Object.entries(listBelow(below, context)))
        lines.push([`${name} ${inner}`, summary]);
  }
  return lines;
}

function firstSentence({ about = [] }: Command): string {
  return /^.+?[.!?](?=\s|$)/s.exec(about[0] ?? "")?.[0] ?? "";
}

interface Layout {
  heading(text: string): string;
  paragraph(text: string): string;
  list(heading: string, lines: readonly (readonly [string, string])[]): string;
}

/** Commander's help sets the columns and wraps the lines. */
function createLayout({ terminal, hasColors = false }: CommandContext): Layout {
  const help = new Help();
  help.helpWidth = Math.min(terminal?.size().columns ?? 100, 140);
  const heading = (text: string): string => (hasColors ? `\u001b[1m${text}\u001b[22m` : text);
  return {
    heading,
    paragraph: (text) => help.boxWrap(text, help.helpWidth ?? 100),
    list(title, lines) {
      // Long ones have a line of their own, so that the others' words do not begin at the right edge.
      const width = Math.min(30, Math.max(...lines.map(([term]) => term.length)));
      const items = lines.map(([term, text]) =>
        term.length <= width
          ? help.formatItem(term, width, text, help)
          : `  ${term}\n${help.formatItem("", width, text, help)}`,
      );
      return [heading(title), ...items].join("\n");
    },
  };
}
