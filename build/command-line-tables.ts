import { commandIndex } from "../lib/cli/command-index.ts";
import type { Command, CommandEntry } from "../lib/cli/declare-command.ts";
import { listExitCodes } from "../lib/cli/exit-codes.ts";
import { listBelow } from "../lib/cli/find-command.ts";
import { describeOption, spellOption } from "../lib/cli/option-spelling.ts";
import { renderTable } from "./render-table.ts";

/** All commands, for the top of docs/command-line.md. Steps have pages of their own. */
export async function renderCommandsTable(): Promise<string> {
  const commands = await listCommands();
  return renderTable(
    ["Command", "What it does"],
    commands.map(({ title, summary }) => [`[\`${title}\`](#${toAnchor(title)})`, summary]),
  );
}

/** Options, names, variables, examples and exit codes of each command. */
export async function renderCommandReference(): Promise<string> {
  const commands = await listCommands();
  return commands.map(renderCommand).join("\n\n");
}

interface ListedCommand {
  title: string;
  summary: string;
  command: Command;
}

async function listCommands(): Promise<ListedCommand[]> {
  const listed: ListedCommand[] = [];
  const add = async (title: string, entry: CommandEntry): Promise<void> => {
    const command = await entry.load?.();
    if (command !== undefined) listed.push({ title, summary: entry.summary, command });
    for (const [name, below] of Object.entries(listBelow(entry, { steps: {} }))) await add(`${title} ${name}`, below);
  };
  for (const [name, entry] of Object.entries(commandIndex)) await add(`managed-spaces ${name}`, entry);
  return listed;
}

function renderCommand({ title, summary, command }: ListedCommand): string {
  const { about = [], names, options, variables = {}, examples } = command;
  const shown = Object.entries(options).filter(([, { isHidden }]) => isHidden !== true);
  const usage = names === undefined || names.usage === "" ? title : `${title} ${names.usage}`;
  return [
    `### ${title}`,
    [`${summary}.`, ...about].join(" ").replaceAll(/docs\/([\w-]+\.md)/g, "[$1]($1)"),
    ...(usage === title ? [] : [`\`${usage}\`: ${names?.help ?? ""}`]),
    ...(shown.length === 0
      ? []
      : [
          renderTable(
            ["Option", "Meaning"],
            shown.map(([name, option]) => [`\`${spellOption(name, option)}\``, describe(option)]),
          ),
        ]),
    ...(Object.keys(variables).length === 0
      ? []
      : [
          renderTable(
            ["Variable", "Meaning"],
            Object.entries(variables).map(([name, text]) => [`\`${name}\``, text]),
          ),
        ]),
    ["```bash", ...examples.flatMap((example) => [`# ${example.title}`, example.line]), "```"].join("\n"),
    `Ends with ${listExitCodes(command)
      .map(([code, meaning]) => `${code}: ${meaning}`)
      .join("; ")}.`,
  ].join("\n\n");
}

function describe(option: Parameters<typeof describeOption>[0]): string {
  return describeOption(option).replaceAll(/\b(OCTOPUS_[A-Z_]+)/g, "`$1`");
}

/** As GitHub makes an anchor of a heading. */
function toAnchor(heading: string): string {
  return heading.toLowerCase().replaceAll(" ", "-");
}
