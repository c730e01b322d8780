import { findNearNames } from "../near-names.ts";
import { completionScripts } from "./completion-scripts.ts";
import { defineCommand } from "./declare-command.ts";
import { UsageError } from "./usage-error.ts";

const shells = Object.keys(completionScripts);

/** `managed-spaces completion`. */
export const completionCommand = defineCommand({
  about: ["The script asks this program for what fits at the cursor: commands, options, choices, steps, files."],
  names: { usage: "<shell>", help: shells.join(", "), choices: shells },
  options: {},
  examples: [
    { title: "in ~/.bashrc", line: "source <(managed-spaces completion bash)" },
    { title: "in ~/.zshrc, behind compinit", line: "source <(managed-spaces completion zsh)" },
    {
      title: "for fish, once",
      line: "managed-spaces completion fish > ~/.config/fish/completions/managed-spaces.fish",
    },
    {
      title: "in PowerShell's $PROFILE",
      line: "managed-spaces completion powershell | Out-String | Invoke-Expression",
    },
  ],
  run: ({ names }, { write }) => {
    const [shell = "", ...others] = names;
    const script = others.length === 0 ? new Map(Object.entries(completionScripts)).get(shell) : undefined;
    if (script === undefined)
      throw new UsageError(
        `${names.length === 0 ? "No shell is named" : `There is no completion for "${names.join(" ")}"`}.${findNearNames(shell, shells)} Use managed-spaces completion ${shells.join("|")}.`,
      );
    write("stdout", script);
    return Promise.resolve(0);
  },
});
