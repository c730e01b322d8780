import { hideForms } from "./masked-forms.ts";
import { renderAtLevel, renderServiceMessage, renderText } from "./service-messages.ts";

export type LogLevel = "info" | "verbose" | "highlight" | "warning";
export type WriteStream = (stream: "stdout" | "stderr", text: string) => void;

/** Where all goes that a step tells the world. */
export interface StepJournal {
  log(level: LogLevel, message: string): void;
  progress(percent: number, message: string): void;
  setOutput(name: string, value: string, isSensitive: boolean): void;
  attach(path: string, name: string, length: number): void;
  mask(value: string): void;
  /** The sentence by which the step fails. */
  fail(message: string): void;
}

/**
 * Tells Octopus, by its service messages. Octopus masks what it knows in the lines of the log; what stands encoded in a message, and
 * what a server echoed in an error, is hidden here already.
 */
export function createOctopusJournal(write: WriteStream): StepJournal {
  const masks: string[] = [];
  return {
    log(level, message) {
      const text = hideForms(message, masks);
      write("stdout", level === "info" ? renderText(text) : renderAtLevel(level, text));
    },
    progress(percent, message) {
      const attributes = { percentage: String(Math.round(percent)), message: hideForms(message, masks) };
      write("stdout", renderServiceMessage("progress", attributes));
    },
    setOutput(name, value, isSensitive) {
      write("stdout", renderServiceMessage("setVariable", { name, value, ...(isSensitive && { sensitive: "True" }) }));
    },
    attach(path, name, length) {
      write("stdout", renderServiceMessage("createArtifact", { path, name, length: String(length) }));
    },
    mask(value) {
      masks.push(value);
      // On both streams, because Octopus reads them apart: an error could be shown before the mask on the other stream is known.
      write("stdout", renderServiceMessage("mask", { value }));
      write("stderr", renderServiceMessage("mask", { value }));
    },
    fail: (message) => write("stdout", renderServiceMessage("resultMessage", { message: hideForms(message, masks) })),
  };
}
