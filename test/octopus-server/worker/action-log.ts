import type { OctopusModel, TaskLog } from "../model/model.ts";
import { appendLog } from "../model/tasks.ts";
import type { Masker } from "./masking.ts";
import { createOutputParser, type ServiceMessage } from "./service-messages.ts";

export type LogCategory = "Verbose" | "Info" | "Highlight" | "Wait" | "Warning" | "Error" | "Fatal";

/** Where one step writes: lines are masked before they are kept. */
export interface ActionLog {
  /** Its place in the task's log tree. */
  readonly node: TaskLog;
  write(category: LogCategory, text: string): void;
  /** How many lines so far were warnings or errors. */
  readonly troubles: number;
  progress(percentage: number, message: string): void;
  mask(secret: string): void;
}

export function createActionLog(model: OctopusModel, { node, masker }: { node: TaskLog; masker: Masker }): ActionLog {
  let troubles = 0;
  return {
    node,
    write(category, text) {
      if (category === "Warning" || category === "Error" || category === "Fatal") troubles++;
      appendLog(model, node, { category, text: masker.mask(text) });
    },
    get troubles() {
      return troubles;
    },
    progress(percentage, message) {
      node.ProgressPercentage = percentage;
      node.ProgressMessage = masker.mask(message);
    },
    mask: (secret) => masker.add(secret),
  };
}

/** What a process tells by service messages, besides what goes to the log. */
export interface ProcessReport {
  setVariable(variable: { name: string; value: string; isSensitive: boolean }): void;
  createArtifact(artifact: { path: string; name: string }): void;
  resultMessage(message: string): void;
}

export interface ProcessOutput {
  stdout(chunk: Uint8Array): void;
  stderr(chunk: Uint8Array): void;
  end(): void;
  /** Did stderr have a line that was no service message? */
  readonly hasErrors: boolean;
}

interface Line {
  text: string;
  category: LogCategory | "ignore";
}

const levels: Record<string, LogCategory | "ignore"> = {
  "stdout-default": "Info",
  "stdout-verbose": "Verbose",
  "stdout-warning": "Warning",
  "stdout-error": "Error",
  "stdout-highlight": "Highlight",
  "stdout-wait": "Wait",
  "stdout-ignore": "ignore",
  "stderr-default": "Error",
  "stderr-error": "Error",
  "stderr-progress": "Verbose",
  "stderr-ignore": "ignore",
};

/** Turns the two streams of a process into log lines and reports. A level lasts until the next one. */
export function createProcessOutput(
  log: ActionLog,
  { masker, report }: { masker: Masker; report: ProcessReport },
): ProcessOutput {
  const level: Record<string, LogCategory | "ignore"> = { stdout: "Info", stderr: "Error" };
  let hasErrors = false;

  function handleMessage(message: ServiceMessage): void {
    const [stream = ""] = message.name.split("-");
    const category = levels[message.name];
    if (category === undefined) handleReport(message, log, report);
    else level[stream] = category;
  }
  function createStream(name: "stdout" | "stderr") {
    const lines = masker.createLineMasker<Line>(({ text, category }) => {
      if (category !== "ignore") log.write(category, text);
    });
    const parser = createOutputParser({
      message: handleMessage,
      malformed: (text) => log.write("Warning", `Could not parse '${text}'`),
      line(text) {
        if (name === "stderr") hasErrors = true;
        lines.write({ text, category: level[name] ?? "Info" });
      },
    });
    return {
      write: (chunk: Uint8Array) => parser.write(chunk),
      end() {
        parser.end();
        lines.end();
      },
    };
  }
  const stdout = createStream("stdout");
  const stderr = createStream("stderr");
  return {
    stdout: stdout.write,
    stderr: stderr.write,
    end() {
      stdout.end();
      stderr.end();
    },
    get hasErrors() {
      return hasErrors;
    },
  };
}

/** Messages without an attribute that they need, and names that nobody knows, have no effect. */
function handleReport({ name, attributes }: ServiceMessage, log: ActionLog, report: ProcessReport): void {
  if (name === "mask" && attributes["value"] !== undefined) log.mask(attributes["value"]);
  if (name === "resultMessage" && attributes["message"] !== undefined) report.resultMessage(attributes["message"]);
  if (name === "progress") handleProgress(attributes, log);
  if (name === "createArtifact" && attributes["path"] !== undefined) {
    report.createArtifact({ path: attributes["path"], name: attributes["name"] ?? "" });
  }
  if (name === "setVariable" && attributes["name"] !== undefined && attributes["value"] !== undefined) {
    const isSensitive = attributes["sensitive"]?.toLowerCase() === "true";
    report.setVariable({ name: attributes["name"], value: attributes["value"], isSensitive });
  }
}

function handleProgress({ percentage, message }: Record<string, string>, log: ActionLog): void {
  if (message !== undefined && percentage !== undefined && /^\d+$/.test(percentage))
    log.progress(Number(percentage), message);
}
