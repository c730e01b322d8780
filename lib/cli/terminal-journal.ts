import { basename } from "node:path";
import { hideForms } from "../step/masked-forms.ts";
import type { StepJournal } from "../step/step-journal.ts";
import type { CommandContext } from "./command-context.ts";
import type { OutFolder } from "./out-folder.ts";
import { withPlainLinks } from "./plain-links.ts";

export interface TerminalJournalOptions {
  isVerbose: boolean;
  /** Where attached files go. */
  out: OutFolder;
}

/** What `--json` prints of a step's run. */
export interface StepRecord {
  step: string;
  isWell: boolean;
  /** The sentence by which it failed. */
  failure?: string;
  /** A sensitive one is asterisks. */
  outputs: Readonly<Record<string, string>>;
  artifacts: readonly { name: string; path: string }[];
  highlights: readonly string[];
  warnings: readonly string[];
}

/** A journal, and what it heard. */
export interface TerminalJournal extends StepJournal {
  describe(step: string, isWell: boolean): StepRecord;
}

type Output = Pick<CommandContext, "write" | "terminal" | "hasColors">;

/** Tells a person; masked values are shown as asterisks, links as their addresses, and how far the step is at a terminal alone. */
export function createTerminalJournal(
  { write, terminal, hasColors }: Output,
  { isVerbose, out }: TerminalJournalOptions,
): TerminalJournal {
  const masks: string[] = [];
  const outputs: Record<string, string> = {};
  const artifacts: { name: string; path: string }[] = [];
  const heard: Record<"highlight" | "warning" | "failure", string[]> = { highlight: [], warning: [], failure: [] };
  let isDrawn = false;
  const hide = (text: string): string => hideForms(text, masks);
  const print = (stream: "stdout" | "stderr", text: string): void => {
    const erased = isDrawn ? eraseLine : "";
    isDrawn = false;
    write(stream, `${erased}${text}\n`);
  };
  const yellow = (text: string): string => (hasColors === true ? `\u001b[33m${text}\u001b[39m` : text);
  return {
    log(level, message) {
      const text = withPlainLinks(hide(message));
      if (level === "highlight" || level === "warning") heard[level].push(text);
      if (level === "verbose" && !isVerbose) return;
      print("stdout", level === "warning" ? `${yellow("Warning:")} ${text}` : text);
    },
    progress(percent, message) {
      if (terminal === undefined) return;
      const line = `${String(Math.round(percent)).padStart(3)}% ${hide(message).replaceAll(/\s+/g, " ")}`;
      write("stdout", `${eraseLine}${line.slice(0, Math.max(10, terminal.size().columns - 1))}`);
      isDrawn = true;
    },
    setOutput(name, value, isSensitive) {
      outputs[name] = isSensitive ? "*****" : hide(value);
      print("stdout", `${name} = ${outputs[name]}`);
    },
    attach(path, name) {
      const target = out.keep(path, name);
      artifacts.push({ name, path: target });
      const taken = basename(target) === name ? "" : ` (there is a file "${name}" already)`;
      print("stdout", `Written: ${target}${taken}`);
    },
    mask: (value) => masks.push(value),
    fail(message) {
      heard.failure.push(hide(message));
      print("stderr", withPlainLinks(hide(message)));
    },
    describe: (step, isWell) => ({
      step,
      isWell,
      ...(heard.failure.length > 0 && { failure: heard.failure.join("\n") }),
      outputs,
      artifacts,
      highlights: heard.highlight,
      warnings: heard.warning,
    }),
  };
}

const eraseLine = "\r\u001b[2K";
